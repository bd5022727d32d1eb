"""The full text of a paper as a row of parts: made by `sources.fulltext` whatever it is read from, shown by both ends.

A `Document` is text and nothing else: no colours, no widths, no markup. All of it is safe text (`core.safe`).
"""

from __future__ import annotations

import json
from typing import Final, Literal, NamedTuple, cast, get_args

#: What a part of a document is. A figure is its caption or what is told of it.
PartKind = Literal["heading", "text", "item", "code", "quote", "table", "figure", "formula", "reference"]
_KINDS: Final = frozenset(get_args(PartKind))
_FACTS_OF_A_PART = 4


class Part(NamedTuple):
    """One block of a document.

    Attributes:
        kind: what it is.
        text: what it says, on one line; code and tables have as many as they need.
        level: 1 to 6 for a heading, how deep the list is for an item; 0 for all else.
        mark: the number or bullet of an item, a reference or a formula. An item without one goes on with the last.
    """

    kind: PartKind
    text: str
    level: int = 0
    mark: str = ""


class Document(NamedTuple):
    """A full text. The title is not told again by its parts.

    Attributes:
        title: the title, empty if the text does not tell it.
        parts: the blocks, in the order they are read.
    """

    title: str
    parts: tuple[Part, ...]


def outline(document: Document) -> tuple[tuple[int, int, str], ...]:
    """The headings of `document`: which part each is, its level and what it says."""
    return tuple((at, part.level, part.text) for at, part in enumerate(document.parts) if part.kind == "heading")


def as_json(document: Document) -> str:
    """`document` as compact JSON: an object of its title and its parts, each a list of four."""
    return json.dumps(
        {"title": document.title, "parts": [list(part) for part in document.parts]},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_json(text: str) -> Document:
    """The document that `as_json` wrote.

    Raises:
        ValueError: it is no JSON, or none of this shape.
    """
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("a document is not nested as deep as this") from error
    title = value.get("title") if isinstance(value, dict) else None
    parts = value.get("parts") if isinstance(value, dict) else None
    if not isinstance(title, str) or not isinstance(parts, list):
        raise ValueError("a document needs a title and parts")  # noqa: TRY004
    return Document(title, tuple(_part(part) for part in parts))


def _part(value: object) -> Part:
    if not isinstance(value, list) or len(value) != _FACTS_OF_A_PART:
        raise ValueError("a part of a document is a list of four")
    kind, text, level, mark = value
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError("a part of a document is of a kind nobody knows")
    if not isinstance(text, str) or not isinstance(mark, str) or not isinstance(level, int) or isinstance(level, bool):
        raise ValueError("a part of a document holds two texts and a number")  # noqa: TRY004
    return Part(cast("PartKind", kind), text, level, mark)
