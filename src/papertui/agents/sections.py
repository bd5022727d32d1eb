"""A full text in sections, and sections in pages that are small enough for the context of a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from papertui.model.document import Document, DocumentPart, public_parts

#: Letters on one page, some 2,000 tokens.
PAGE = 8_000
#: Sections on one page of an outline.
OUTLINE_PAGE = 200
_FRONT = "Before the first heading"


class Section(NamedTuple):
    """A heading with the parts up to the next heading of any level."""

    level: int  # 0 for what is before the first heading
    title: str
    parts: tuple[DocumentPart, ...]

    @property
    def letters(self) -> int:
        return len(as_text(self.parts))


def sections(document: Document) -> tuple[Section, ...]:
    """The sections of `document` in reading order, without an empty one before the first heading."""
    made: list[Section] = []
    title, level = _FRONT, 0
    parts: list[DocumentPart] = []
    for part in document.parts:
        if part.kind == "heading":
            if parts:
                made.append(Section(level, title, tuple(parts)))
            title, level, parts = part.text, part.level, []
        parts.append(part)
    if parts:
        made.append(Section(level, title, tuple(parts)))
    return tuple(made)


def pages(section: Section) -> tuple[tuple[DocumentPart, ...], ...]:
    """The parts of a section, divided into pages; a part longer than a page is divided as well."""
    made: list[tuple[DocumentPart, ...]] = []
    current: list[DocumentPart] = []
    room = PAGE
    for part in chain.from_iterable(map(_pieces, section.parts)):
        size = len(part_text(part))
        if current and size > room:
            made.append(tuple(current))
            current, room = [], PAGE
        current.append(part)
        room -= size
    made.append(tuple(current))
    return tuple(made)


def _pieces(part: DocumentPart) -> Iterator[DocumentPart]:
    if len(part_text(part)) <= PAGE and len(part.text) <= PAGE:
        yield part
        return
    rest, mark = part.text, part.mark
    while rest:
        end = len(rest)
        if end > PAGE:
            end = max(rest.rfind("\n", 0, PAGE), 0) or max(rest.rfind(" ", 0, PAGE), 0) or PAGE
        yield DocumentPart(part.kind, rest[:end], part.level, mark, part.id, role=part.role)
        rest, mark = rest[end:].lstrip("\n "), ""


def part_text(part: DocumentPart) -> str:
    """A part as Markdown; formulas as the TeX that models know well."""
    text = part.text
    match part.kind:
        case "heading":
            text = f"{'#' * max(part.level, 1)} {text}"
        case "item":
            text = f"{'  ' * (part.level - 1)}{part.mark or '-'} {text}"
        case "formula":
            text = f"$${part.tex or text}$$ {part.mark}".rstrip()
        case "code":
            text = f"```\n{text}\n```"
        case "quote":
            text = f"> {text}"
        case "reference":
            text = f"{part.mark} {text}".lstrip()
    return text


def as_text(parts: Iterable[DocumentPart]) -> str:
    """Parts as a text to read."""
    return "\n\n".join(map(part_text, parts))


def part_records(parts: Sequence[DocumentPart]) -> list[dict[str, Any]]:
    """Parts as ``papertui read --json`` prints them, without the places of emphasis and links in their letters."""
    return [
        {name: value for name, value in record.items() if name != "spans"}
        for record in public_parts(Document("", tuple(parts)))
    ]
