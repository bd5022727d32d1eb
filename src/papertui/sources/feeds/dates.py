"""Timestamps of feeds that `feedparser` does not parse, or takes for another day."""

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


def is_misread(text: str) -> bool:
    """Whether feedparser misinterprets `text`."""
    text = text.strip()
    return any(known.fullmatch(text) for known in (_SECONDS, _MILLISECONDS, _WEEK)) or bool(_FIVE_DIGITS.match(text))


def parse_moment(text: str) -> datetime | None:
    """Parse a timestamp and return it in UTC; ``None`` if it cannot be parsed."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    try:
        moment = _read(text)
        return None if moment is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return None


def _read(text: str) -> datetime | None:
    if _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text), UTC)
    if _MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    if _FIVE_DIGITS.match(text):
        return None
    if _WEEK.fullmatch(text):
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    if (named := _NAMED.fullmatch(text)) and named[1][:3].lower() in _MONTHS:
        return datetime(int(named[3]), _MONTHS.index(named[1][:3].lower()) + 1, int(named[2]), tzinfo=UTC)
    late = _MIDNIGHT.search(text) is not None
    text = _MIDNIGHT.sub("00:00:00", _LEAP.sub(r"\1:59", _WEEKDAY.sub("", text)))
    moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment + timedelta(days=1) if late else moment
