"""Completing the word at the end of a command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from papertui.citations.formats import FORMATS
from papertui.commands.request import FILTERS, ORDERS
from papertui.commands.table import BY_WORD, COMMANDS, OPTIONS, Argument
from papertui.model.bookmark import RATINGS, STATES

#: The most files of a folder that are offered.
_MOST_FILES = 200


class Names(NamedTuple):
    """What arguments can name here."""

    feeds: Sequence[str] = ()
    followed: Sequence[str] = ()
    tags: Sequence[str] = ()
    themes: Sequence[str] = ()


def completions(line: str, names: Names) -> list[str]:
    """Return what the last word of `line` can become, each with the line before it."""
    before, _, last = line.rpartition(" ")
    if not before.strip():
        return [spec.word for spec in COMMANDS if spec.word.startswith(last)]
    words = before.split()
    spec = BY_WORD.get(words[0])
    if spec is None:
        return []
    if spec.word == "set" and len(words) > 1:
        values: Sequence[str] = names.themes if words[1] == "theme" else ("1", "2", "3")
    elif len(words) == 1:
        values = (*spec.choices, *_values(spec.argument, last, names))
    else:
        values = list(_values(spec.further, last, names))
    return [f"{before} {value}" for value in dict.fromkeys(values) if value.startswith(last) and value != last]


def _values(argument: Argument, last: str, names: Names) -> Iterator[str]:
    tables: dict[Argument, Sequence[str]] = {
        "feed": names.feeds,
        "followed": names.followed,
        "order": list(ORDERS),
        "filter": list(FILTERS),
        "state": [state.replace(" ", "-") for state in STATES],
        "rating": [*map(str, RATINGS), "none"],
        "format": list(FORMATS),
        "option": OPTIONS,
    }
    if argument == "tag":
        sign = last[:1] if last[:1] in {"+", "-"} else ""
        yield from (f"{sign}{tag}" for tag in names.tags if " " not in tag)
    elif argument == "path":
        yield from _files(last)
    yield from tables.get(argument, ())


def _files(last: str) -> Iterator[str]:
    folder, _, start = last.rpartition("/")
    shown = f"{folder}/" if "/" in last else ""
    try:
        found = sorted(Path(shown or ".").expanduser().iterdir())[:_MOST_FILES]
    except (OSError, RuntimeError):  # no such folder, or user: nothing completes it
        return
    for path in found:
        if path.name.startswith(start) and (start or not path.name.startswith(".")) and " " not in path.name:
            yield f"{shown}{path.name}{'/' if path.is_dir() else ''}"
