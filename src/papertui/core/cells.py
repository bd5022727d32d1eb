"""How much room text takes in a terminal, and how it is broken into lines."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    """How many cells of a terminal `text` takes."""
    if text.isascii():
        return len(text)
    return sum(map(cell, text))


def cell(char: str) -> int:
    """How many cells one character takes: none, one or two."""
    # UAX 11: wide and full-width characters take two cells; marks and joiners sit on their neighbour.
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def wrapped(text: str, width: int | None) -> list[str]:
    """`text` in lines of at most `width` cells; a longer word has a line of its own."""
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
