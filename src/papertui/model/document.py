"""The full text of a paper as a sequence of parts: built by `sources.fulltext`, shown by the app and the command line.

A `Document` is plain text without colours, widths or markup. All of it is safe text (`core.safe`).
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
