"""The full text of a paper as a sequence of parts, and the builder that collects them.

`sources.fulltext` builds it; the app and the command line show it. A `Document` is plain text without colours, widths
or markup. All of it is safe text (`papertui.model.text`).
"""

from __future__ import annotations

import json
from typing import Final, Literal, NamedTuple, cast, get_args

#: A figure stands for its caption or its description.
PartKind = Literal["heading", "text", "item", "code", "quote", "table", "figure", "formula", "reference"]
_KINDS: Final = frozenset(get_args(PartKind))
_FACTS_OF_A_PART = 4


class DocumentPart(NamedTuple):
    """One block of a document."""

    kind: PartKind
    text: str  # one line, except for code and tables
    level: int = 0  # 1 to 6 for a heading, the nesting depth for an item, 0 for all other parts
    #: The number or bullet of an item, a reference or a formula. An item without a mark continues the previous item.
    mark: str = ""


class Document(NamedTuple):
    """A full text. The parts do not repeat the title."""

    title: str  # empty if the text does not state it
    parts: tuple[DocumentPart, ...]  # in reading order


def outline(document: Document) -> tuple[tuple[int, int, str], ...]:
    """Return the headings of `document`, each as the index of its part, its level and its text."""
    return tuple((at, part.level, part.text) for at, part in enumerate(document.parts) if part.kind == "heading")


def as_json(document: Document) -> str:
    """Return `document` as compact JSON: an object with title and parts, each part a list of four values."""
    return json.dumps(
        {"title": document.title, "parts": [list(part) for part in document.parts]},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_json(text: str) -> Document:
    """Return the document that `as_json` wrote.

    Raises:
        ValueError: `text` is not JSON of this shape.
    """
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("the JSON of the document is nested too deeply") from error
    title = value.get("title") if isinstance(value, dict) else None
    parts = value.get("parts") if isinstance(value, dict) else None
    if not isinstance(title, str) or not isinstance(parts, list):
        raise ValueError("a document must have a title and parts")  # noqa: TRY004
    return Document(title, tuple(_part(part) for part in parts))


def _part(value: object) -> DocumentPart:
    if not isinstance(value, list) or len(value) != _FACTS_OF_A_PART:
        raise ValueError("a part of a document must be a list of four values")
    kind, text, level, mark = value
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError("a part of a document has an unknown kind")
    if not isinstance(text, str) or not isinstance(mark, str) or not isinstance(level, int) or isinstance(level, bool):
        raise ValueError("a part of a document has a value of the wrong type")  # noqa: TRY004
    return DocumentPart(cast("PartKind", kind), text, level, mark)


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
            DocumentFullError: the document has reached its size limit.
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
