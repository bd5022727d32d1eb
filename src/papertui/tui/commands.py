"""The commands of the palette, and the search for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

#: Of 100: how similar a mistyped word has to be.
_SIMILAR = 75.0


class Command(NamedTuple):
    """A command of the palette."""

    title: str
    group: str
    run: Callable[[], object]  # called after the palette is closed
    keys: str = ""  # for display
    preview: Callable[[], object] | None = None  # called when the cursor is on it


def run_command(command: Command | None) -> None:
    """Run what was chosen, if anything."""
    if command is not None:
        command.run()


def ranked(query: str, commands: Sequence[Command]) -> list[Command]:
    """Return the commands that match `query`, best first; all of them for an empty query.

    Every word must begin a word of the title or group; if no command has them all, words may be mistyped.
    """
    words = query.casefold().split()
    if not words:
        return list(commands)
    scored = [(score, command) for command in commands if (score := _score(words, command))]
    if not scored:
        scored = [(score, command) for command in commands if (score := _similarity(words, command)) >= _SIMILAR]
    return [command for _, command in sorted(scored, key=lambda pair: -pair[0])]


def _words(text: str) -> list[str]:
    return text.casefold().replace(",", " ").replace(":", " ").split()


def _score(words: Sequence[str], command: Command) -> float:
    """Return 0 without a match; more for a match in the title, and at its start."""
    title, group = _words(command.title), _words(command.group)
    if not all(any(have.startswith(word) for have in (*title, *group)) for word in words):
        return 0.0
    in_title = sum(any(have.startswith(word) for have in title) for word in words)
    return 1 + in_title / len(words) + title[0].startswith(words[0]) + (command.keys == " ".join(words))


def _similarity(words: Sequence[str], command: Command) -> float:
    """Return the similarity of the least similar word with any word of the command, from 0 to 100."""
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415 - only for mistyped words

    names = _words(f"{command.title} {command.group}")
    return min(max(ratio(word, name[: len(word) + 1]) for name in names) for word in words)
