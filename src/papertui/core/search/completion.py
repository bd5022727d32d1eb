"""Complete the key or the value being typed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from papertui.core.categories import CATEGORIES
from papertui.core.paper import Paper
from papertui.core.search.language import KEYS, key_named

#: The fewest letters for which a key is offered: fewer begin too many words.
_LETTERS = 3
_KEY = re.compile(r"-?([A-Za-z]+)")
_VALUE = re.compile(r"-?([A-Za-z]+):(?:[^\s\"]*,)?([^\s\",]*)")
_SINCE = ("7d", "30d", "yesterday", "today")


class Known(NamedTuple):
    """The values to complete."""

    #: The user's tags.
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("huggingface", "arxiv", "file", "starter")
    #: Last names, those with the most papers first.
    authors: tuple[str, ...] = ()


def last_names(papers: Iterable[Paper]) -> tuple[str, ...]:
    """Return the last names of the authors of `papers`, those with the most papers first."""
    names = Counter(name.split()[-1] for paper in papers for name in paper.authors if name.split())
    return tuple(name for name, _ in names.most_common())


def completed(text: str, known: Known) -> str | None:
    """Return `text` with its last part completed; ``None`` if there is nothing to add."""
    start = max(text.rfind(" "), text.rfind("\t")) + 1
    piece = text[start:]
    if value := _VALUE.fullmatch(piece):
        key = key_named(value[1])
        choices = () if key is None else _values(key.name, key.values, known)
        rest = _rest(value[2], choices)
    elif (name := _KEY.fullmatch(piece)) and len(name[1]) >= _LETTERS:
        rest = _rest(name[1], (f"{key.name}:" for key in KEYS))
    else:
        rest = None
    return None if not rest else text + rest


def _values(name: str, fixed: tuple[str, ...], known: Known) -> Iterable[str]:
    if name in ("since", "until"):
        return _SINCE
    choices = {"cat": CATEGORIES, "tag": known.tags, "source": known.sources, "author": known.authors}
    return choices.get(name, fixed)


def _rest(begun: str, choices: Iterable[str]) -> str | None:
    """Return the suffix of the first matching completion."""
    if not begun:
        return None
    return next((choice[len(begun) :] for choice in choices if choice.lower().startswith(begun.lower())), None)
