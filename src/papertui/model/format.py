"""Numbers, dates and names in few letters, and the width of text in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil

#: The number of authors shown of a paper with many.
_AUTHORS_SHOWN = 14

# --- width and wrapping ------------------------------------------------------------------------------


def cells(text: str) -> int:
    """Return the width of `text` in terminal cells, as Textual measures it: tables printed and drawn agree."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - most text is ASCII

    return cell_len(text)


def fitting(text: str, width: int) -> int:
    """Return how many characters of `text` fit into `width` cells; those drawn as one sign are not separated."""
    if text.isascii():
        return min(len(text), max(width, 0))
    from rich.cells import split_graphemes  # noqa: PLC0415 - as above

    for start, _, size in split_graphemes(text)[0]:
        width -= size
        if width < 0:
            return start
    return len(text)


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


# --- bars --------------------------------------------------------------------------------------------


def level_bars(values: Sequence[float], levels: str) -> str:
    """Draw `values` as upright bars on the scale of the largest one; the lowest of `levels` only stands for zero.

    Args:
        values: numbers from zero on.
        levels: the characters, the lowest first.
    """
    most, highest = max(values, default=0), len(levels) - 1
    # Rounding can bring the largest value above its scale, and a tiny one down to zero.
    return "".join(
        levels[max(1, min(highest, ceil(value / most * highest)))] if value else levels[0] for value in values
    )


def fill_bar(share: float, width: int, fills: str) -> str:
    """Draw `share`, from 0 to 1, as a bar of up to `width` cells; only zero is empty.

    Args:
        share: the length.
        width: the cells of a whole bar.
        fills: the characters of parts of a cell, the narrowest first.
    """
    parts = min(width * len(fills), max(ceil(share * width * len(fills) - 0.5), 1 if share > 0 else 0))
    whole, rest = divmod(parts, len(fills))
    return fills[-1] * whole + (fills[rest - 1] if rest else "")


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


def plural_short(number: int, one: str) -> str:
    """Format a number in few letters with its noun: ``1 like``, ``1.2k likes``."""
    return f"{count(number)} {one if number == 1 else one + 's'}"


def authors_shown(names: Sequence[str]) -> str:
    """Return the authors, separated by commas; of many the first ones and the number of the others."""
    if len(names) <= _AUTHORS_SHOWN + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_AUTHORS_SHOWN])} and {len(names) - _AUTHORS_SHOWN} more"
