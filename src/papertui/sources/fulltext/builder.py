"""Collect the parts of a document, up to a size limit, and place its footnotes."""

from __future__ import annotations

from typing import Final

from papertui.model.document import DocumentPart, PartKind

#: Ten times the length of the longest theses; more would only fill the memory.
MOST_LETTERS: Final = 5_000_000
MOST_PARTS: Final = 100_000
_LEFT_OUT: Final = "The rest is left out: the text is longer than any paper."
#: Deeper lists and headings are shown at this level.
_DEEPEST: Final = 6


class DocumentFullError(Exception):
    """The document has reached its size limit."""


class DocumentBuilder:
    """Collects parts in reading order. A footnote follows the part that refers to it."""

    def __init__(self) -> None:
        self.parts: list[DocumentPart] = []
        self._notes: list[DocumentPart] = []
        self._room = MOST_LETTERS

    def add(self, kind: PartKind, text: str, level: int = 0, mark: str = "") -> None:
        """Add a part, unless its text is empty.

        Raises:
            FullError: the document has reached its size limit.
        """
        if text:
            self._take(DocumentPart(kind, text, min(level, _DEEPEST), mark))
        if self._notes:
            notes, self._notes = self._notes, []
            for note in notes:
                self._take(note)

    def note(self, mark: str, text: str) -> None:
        """Add a footnote, which will follow the current part."""
        if text and len(self._notes) < MOST_PARTS:
            self._notes.append(DocumentPart("item", text, 1, mark))

    def _take(self, part: DocumentPart) -> None:
        self._room -= len(part.text) + len(part.mark)
        if self._room < 0 or len(self.parts) >= MOST_PARTS:
            self.parts.append(DocumentPart("text", _LEFT_OUT))
            raise DocumentFullError
        self.parts.append(part)
