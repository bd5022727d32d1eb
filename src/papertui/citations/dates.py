"""Dates in bibliographies: BibLaTeX's, and BibTeX's year and month.

BibLaTeX's are a part of EDTF: https://www.loc.gov/standards/datetime/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from papertui.model.partial_date import PartialDate

#: The month macros of BibTeX, which each style expands in its own way.
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_EXACT = re.compile(r"\d{4}(?:-\d\d){0,2}", re.ASCII)
_NUMBERS = re.compile(r"(\d{4})(?:[-/.](\d{1,2}))?(?:[-/.](\d{1,2}))?(?!\d)", re.ASCII)
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_WORD = re.compile(r"[A-Za-z]{3,}")
_DAY = re.compile(r"(?<!\d)([1-9]|[12]\d|3[01])(?!\d)")
_LAST_MONTH = 12


def parts_of(value: str) -> tuple[int, ...]:
    """Return the known ones of year, month and day of a date, or of the start of a range; nothing without a year."""
    if found := _NUMBERS.match(value.strip()):
        return _valid(*(int(part or 0) for part in found.groups()))
    found = None if value.startswith("-") else _YEAR.search(value)  # not before Christ
    return (int(found[0]),) if found else ()


def _valid(year: int, month: int, day: int) -> tuple[int, ...]:
    if not 1 <= month <= _LAST_MONTH:  # also a season
        return (year,)
    try:
        datetime(max(year, 1), month, day or 1, tzinfo=UTC)
    except ValueError:
        day = 0
    return (year, month, day) if day else (year, month)


def is_exact(value: str) -> bool:
    """Whether a date is one day, month or year, and certain."""
    return _EXACT.fullmatch(value) is not None and len(parts_of(value)) == len(value.split("-"))


def written(parts: tuple[int, ...]) -> str:
    """Format year, month and day as far as they are given: ``1998-05``."""
    return "-".join((f"{parts[0]:04}", *(f"{part:02}" for part in parts[1:]))) if parts else ""


def partial_date(parts: tuple[int, ...]) -> PartialDate | None:
    """Return the date with its precision."""
    if not parts or not parts[0]:
        return None
    year, month, day = (*parts, 0, 0)[:3]
    moment = datetime(year, month or 1, day or 1, tzinfo=UTC)
    return PartialDate(moment, None if day else "month" if month else "year")


def month_number(text: str) -> int:
    """Return the number of a month: ``may``, ``May.``, ``5``; 0 for anything else."""
    word = text.strip().rstrip(".").lower()
    if word.isascii() and word.isdigit() and len(word) <= 2:  # noqa: PLR2004 - 12 months
        return int(word) if int(word) <= _LAST_MONTH else 0
    if word == "sept":
        return 9
    return next((at for at, names in enumerate(zip(MONTHS, _FULL, strict=True), 1) if word in names), 0)


def entry_date(fields: Mapping[str, str]) -> tuple[dict[str, str], PartialDate | None]:
    """Return the date fields of an entry in the terms of BibLaTeX, and the date for its paper.

    Args:
        fields: ``date``, ``year``, ``month`` and ``day`` as far as the file has them, as text.
    """
    date, year, month, day = (fields.get(name, "").strip() for name in ("date", "year", "month", "day"))
    kept: dict[str, str] = {}
    if date:
        kept["date"] = date
        kept |= {name: text for name, text in (("year", year), ("month", month), ("day", day)) if text}
        return kept, partial_date(parts_of(date))
    parts = parts_of(year)
    number = month_number(month)
    if not parts or not (year.isascii() and year.isdigit()):
        kept = {name: text for name, text in (("year", year), ("month", month), ("day", day)) if text}
        return kept, partial_date(parts)
    exact = _valid(parts[0], number, int(day) if _DAY.fullmatch(day) else 0)
    if number and (not day or len(exact) == 3):  # noqa: PLR2004 - year, month and day
        return {"date": written(exact)}, partial_date(exact)
    kept = {"date": written(parts)}
    kept |= {name: text for name, text in (("month", month), ("day", day)) if text}
    return kept, partial_date(_guessed(parts[0], month) if month else parts)


def _guessed(year: int, month: str) -> tuple[int, ...]:
    """Read the first month in ``June--July`` or ``10 jan``."""
    number = next((found for word in _WORD.findall(month) if (found := month_number(word))), 0)
    days = _DAY.findall(month)
    return _valid(year, number, int(days[0]) if len(days) == 1 else 0)
