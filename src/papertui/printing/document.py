"""A full text as lines: laid out for a terminal, or plain for a pipe."""

from __future__ import annotations

from collections.abc import Iterator

from papertui.core.cells import cells, wrapped
from papertui.core.document import Document, Part
from papertui.printing.papers import MEASURE, Look

#: Cells of indentation for a nested list; code and formulas are indented by twice as much.
_STEP = 2
#: The widest reference mark (in cells) that shares a line with its text; a longer one gets a separate line.
_LONGEST_MARK = 12
#: In a terminal narrower than this, nothing is indented.
_NARROW = 24


def document_lines(document: Document, look: Look) -> Iterator[str]:
    """Yield the lines of `document`, each with its line end.

    Blocks are separated by empty lines; items of a list are not. With a width, words are wrapped at a readable measure,
    while code and tables keep their layout. Without one, which suits a pipe, every paragraph is one line and headings
    begin with ``#``.
    """
    if document.title:
        for line in _heading(document.title, 1, look):
            yield f"{line}\n"
    last: Part | None = None
    for part in document.parts:
        if (last is None and document.title) or (last is not None and not _belong_together(last, part)):
            yield "\n"
        for line in _lines(part, look):
            yield f"{line}\n" if line else "\n"
        last = part


def _belong_together(one: Part, other: Part) -> bool:
    return one.kind == other.kind == "item" or one.kind == other.kind == "reference"


def _lines(part: Part, look: Look) -> list[str]:
    match part.kind:
        case "heading":
            lines = _heading(part.text, part.level, look)
        case "item":
            lines = _hanging(part, " " * (_STEP * (part.level - 1)), look)
        case "reference":
            lines = _hanging(part, "", look)
        case "quote":
            lines = _set(part.text, "> " if look.ascii or look.width is None else "│ ", look)
        case "code":
            lines = _as_set(part.text, " " * (2 * _STEP))
        case "table":
            lines = _as_set(part.text.replace("─", "-") if look.ascii else part.text, "")
        case "formula":
            lines = _formula(part, look)
        case "figure":
            lines = [look.dim(line) for line in _set(part.text, "", look)]
        case _:
            lines = _set(part.text, "", look)
    return lines


def _heading(text: str, level: int, look: Look) -> list[str]:
    if look.width is None:
        return [f"{'#' * max(level, 1)} {text}"]
    return [look.bold(line) for line in _set(text, "", look)]


def _hanging(part: Part, indent: str, look: Look) -> list[str]:
    """A part after its mark, with its other lines aligned below the first word."""
    mark = "-" if look.ascii and part.mark == "•" else part.mark
    if look.width is None:
        return [f"{indent}{mark} {part.text}" if mark else f"{indent}{part.text}"]
    size = cells(mark) + 1 if mark else _STEP
    if size > _LONGEST_MARK or look.width < _NARROW:
        return [*_set(mark, indent, look), *_set(part.text, indent + " " * _STEP, look)]
    first, *others = _set(part.text, indent + " " * size, look)
    return [f"{indent}{mark:<{size - 1}} {first.lstrip()}" if mark else first, *others]


def _formula(part: Part, look: Look) -> list[str]:
    """An indented formula, with its number at the right end of the line if there is room."""
    indent = " " * (2 * _STEP)
    if look.width is None:
        return [f"{indent}{part.text}  {part.mark}" if part.mark else indent + part.text]
    lines = _set(part.text, indent, look)
    missing = min(look.width, MEASURE) - cells(lines[-1]) - cells(part.mark)
    if part.mark:
        lines[-1] += " " * max(missing, _STEP) + part.mark
    return lines


def _as_set(text: str, indent: str) -> list[str]:
    return [f"{indent}{line}".rstrip() for line in text.split("\n")]


def _set(text: str, indent: str, look: Look) -> list[str]:
    """`text` as lines that begin with `indent`."""
    if look.width is None:
        return [indent + text]
    if look.width < _NARROW:
        indent = ""
    width = min(look.width, MEASURE) - cells(indent)
    return [indent + line for line in wrapped(text, width)]
