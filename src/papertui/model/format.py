"""Numbers, dates and names in few letters, and the width of text in a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta

# --- width and wrapping ------------------------------------------------------------------------------


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


# --- numbers, days, names ----------------------------------------------------------------------------

_THOUSAND = 1000
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def count(number: int) -> str:
    """Format a number with at most four characters up to a million: ``999``, ``1.2k``, ``34k``, ``1.2M``."""
    if number < _THOUSAND:
        return str(number)
    value, unit = (number / _THOUSAND, "k") if number < 999_500 else (number / 1_000_000, "M")  # noqa: PLR2004
    return f"{value:.1f}{unit}" if value < 9.95 else f"{value:.0f}{unit}"  # noqa: PLR2004


def grouped(number: int) -> str:
    """Format a number with thousands separators: ``1,395``."""
    return f"{number:,}"


def day(when: date, today: date) -> str:
    """Format a day, with the year only if it is not the current one: ``29 Apr``, ``29 Apr 2025``."""
    text = f"{when.day} {when:%b}"
    return text if when.year == today.year else f"{text} {when.year}"


def full_day(when: date) -> str:
    """Format a day in full: ``Thursday 30 April 2026``."""
    return f"{when:%A} {when.day} {when:%B %Y}"


def age(span: timedelta) -> str:
    """Format an age: ``just now``, ``2 min ago``, ``3 h ago``, ``yesterday``, ``5 days ago``."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min ago"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h ago"
    days = seconds // _DAY
    return "yesterday" if days == 1 else f"{days} days ago"


def first_author(authors: Sequence[str]) -> str:
    """Return the first author and the number of the others: ``Gongbo Zhang +3``."""
    if not authors:
        return ""
    return authors[0] if len(authors) == 1 else f"{authors[0]} +{len(authors) - 1}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Format a number with its noun: ``1 vote``, ``33 votes``."""
    return f"{grouped(number)} {one if number == 1 else many or one + 's'}"
