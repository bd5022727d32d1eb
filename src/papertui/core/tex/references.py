"""Commands for references in running text: links, citations, notes, labels."""

from __future__ import annotations

import re
from typing import Final, Protocol

from papertui.core.tex.punctuation import Written, linked, unescaped
from papertui.core.tex.signs import names
from papertui.core.tex.structures import Span

_CITES: Final = names(
    "cite citep citet citealp citealt citeauthor citeyear nocite ref eqref autoref cref Cref pageref label"
)
_NOTES: Final = names("footnote thanks")
_ADDRESSES: Final = names("url path")
#: The commands that `set_reference` handles.
REFERENCES: Final = _CITES | _NOTES | _ADDRESSES | names("href texorpdfstring begin end item")

_OPTIONS = re.compile(r"(?:\s*\[[^\[\]{}]*\]){0,2}\s*(?=\{)")
_OPTION = re.compile(r"\[([^\[\]]*)\]")


class Setter(Protocol):
    """A converter of running text."""

    text: str

    def set(self, start: int, end: int, depth: int) -> str:
        """Convert the text between two positions."""
        ...

    def group(self, at: int, end: int) -> int | None:
        """Return where the group that opens at `at` closes."""
        ...


def set_reference(setter: Setter, out: Written, name: str, span: Span) -> int:
    """Convert the command `name`, whose arguments begin at `span`, and return the position after them."""
    options = _OPTIONS.match(setter.text, span.at, span.end)
    start = options.end() if options else span.at
    close = setter.group(start, span.end)
    if name == "item" or close is None:
        out.add("• " if name == "item" else f"\\{name}")
        return span.at
    inner = setter.text[start + 1 : close]
    if name in _ADDRESSES:
        out.add(unescaped(inner))
    elif name in _CITES:
        notes = _OPTION.findall(options[0]) if options else []
        out.add(f"[{', '.join(part.strip() for part in (*inner.split(','), *notes) if part.strip())}]")
    elif name in _NOTES:
        out.add(f" ({setter.set(start + 1, close, span.depth + 1).strip()})")
    elif name in ("href", "texorpdfstring"):
        return _first_of_two(setter, out, name, Span(start, span.end, span.depth), close)
    return close + 1


def _first_of_two(setter: Setter, out: Written, name: str, span: Span, close: int) -> int:
    """Convert a link with its text, or keep the first of two alternative texts; the second argument may be missing."""
    second = close + 1
    while second < span.end and setter.text[second].isspace():
        second += 1
    last = setter.group(second, span.end)
    if name == "href" and last is not None:
        url = unescaped(setter.text[span.at + 1 : close])
        out.add(linked(url, setter.set(second + 1, last, span.depth + 1)))
    else:
        out.add(setter.set(span.at + 1, close, span.depth + 1))
    return close + 1 if last is None else last + 1
