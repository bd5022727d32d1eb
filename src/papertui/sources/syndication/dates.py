"""Parse timestamps of feeds that `feedparser` does not parse, or takes for another day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = 60
#: Seconds or milliseconds since 1970; feedparser takes the first four digits for a year.
_SECONDS = re.compile(r"\d{9,10}")
_MILLISECONDS = re.compile(r"\d{12,13}")
_WEEK = re.compile(r"\d{4}-?W\d{2}(?:-?\d)?")
_FIVE_DIGITS = re.compile(r"\d{5,}-")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: ``April 30, 2026``, ``Sept. 3, 2026``, as people write dates.
_NAMED = re.compile(r"(?:\w+,\s*)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b.*")
#: ``Do, 30 Apr 2026 …``: a weekday in another language is redundant.
_WEEKDAY = re.compile(r"^\w{2,12}\.?,\s*", re.UNICODE)
#: A leap second, and midnight at the end of a day.
_LEAP, _MIDNIGHT = re.compile(r"(:\d{2}):60\b"), re.compile(r"\b24:00(?::00)?\b")


def is_misread(told: str) -> bool:
    """Whether feedparser misinterprets `told`."""
    told = told.strip()
    return any(known.fullmatch(told) for known in (_SECONDS, _MILLISECONDS, _WEEK)) or bool(_FIVE_DIGITS.match(told))


def moment_told(told: str) -> datetime | None:
    """Parse a timestamp and return it in UTC; ``None`` if it cannot be parsed."""
    told = told.strip()
    if not told or len(told) > _LONGEST:
        return None
    try:
        moment = _read(told)
        return None if moment is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return None


def _read(told: str) -> datetime | None:
    if _SECONDS.fullmatch(told):
        return datetime.fromtimestamp(int(told), UTC)
    if _MILLISECONDS.fullmatch(told):
        return datetime.fromtimestamp(int(told) / 1000, UTC)
    if _FIVE_DIGITS.match(told):
        return None
    if _WEEK.fullmatch(told):
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    if (named := _NAMED.fullmatch(told)) and named[1][:3].lower() in _MONTHS:
        return datetime(int(named[3]), _MONTHS.index(named[1][:3].lower()) + 1, int(named[2]), tzinfo=UTC)
    late = _MIDNIGHT.search(told) is not None
    told = _MIDNIGHT.sub("00:00:00", _LEAP.sub(r"\1:59", _WEEKDAY.sub("", told)))
    moment = datetime.fromisoformat(told) if told[:4].isdigit() else parsedate_to_datetime(told)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment + timedelta(days=1) if late else moment
