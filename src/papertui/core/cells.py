"""The width of text in terminal cells, and line wrapping."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    """Return the width of `text` in terminal cells."""
    if text.isascii():
        return len(text)
    return sum(map(cell, text))


def cell(char: str) -> int:
    """Return the width of one character: 0, 1 or 2 cells."""
    # UAX 11: wide and full-width characters take two cells. Marks and joiners combine with their neighbour.
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def wrapped(text: str, width: int | None) -> list[str]:
    """Wrap `text` into lines of at most `width` cells; a longer word gets a separate line."""
    if width is None or not text:
        return [text] if text else []
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for word in text.split():
        size = cells(word)
        if line and used + 1 + size > width:
            lines.append(" ".join(line))
            line, used = [], 0
        used += size + bool(line)
        line.append(word)
    return [*lines, " ".join(line)]
