"""The parts of a document as they are found: what it can hold, and where its footnotes go."""

from __future__ import annotations

from typing import Final

from papertui.core.document import Part, PartKind

#: Ten times the longest theses; more would only fill the memory.
MOST_LETTERS: Final = 5_000_000
MOST_PARTS: Final = 100_000
_LEFT_OUT: Final = "The rest is left out here: it is longer than any paper."
#: Lists and headings deeper than this are shown like it.
_DEEPEST: Final = 6


class FullError(Exception):
    """A document holds all that it can."""


class Gathering:
    """Takes parts in the order they are read. Footnotes come behind the part they belong to."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._notes: list[Part] = []
        self._room = MOST_LETTERS

    def add(self, kind: PartKind, text: str, level: int = 0, mark: str = "") -> None:
        """Adds a part, unless it says nothing.

        Raises:
            FullError: this was the last one there is room for.
        """
        if text:
            self._take(Part(kind, text, min(level, _DEEPEST), mark))
        if self._notes:
            notes, self._notes = self._notes, []
            for note in notes:
                self._take(note)

    def note(self, mark: str, text: str) -> None:
        """Adds a footnote, to be told behind the part that is read now."""
        if text and len(self._notes) < MOST_PARTS:
            self._notes.append(Part("item", text, 1, mark))

    def _take(self, part: Part) -> None:
        self._room -= len(part.text) + len(part.mark)
        if self._room < 0 or len(self.parts) >= MOST_PARTS:
            self.parts.append(Part("text", _LEFT_OUT))
            raise FullError
        self.parts.append(part)
