"""Dates of which only the year, or the year and the month, are known."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

from papertui.model.format import day

#: How much of a date is known; ``None`` stands for all of it.
Precision = Literal["year", "month"]
#: ``1998`` and ``1998-05``, the reduced precisions of ISO 8601 (https://www.loc.gov/standards/datetime/).
_REDUCED = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)
_AFTER_ALL_MONTHS = 13


class PartialDate(NamedTuple):
    """A moment, and how much of it is known."""

    moment: datetime  # UTC; the first moment of the year or month if no more is known
    precision: Precision | None = None

    def __str__(self) -> str:
        """Format it as ISO 8601: ``1998``, ``1998-05``, ``1998-05-03T00:00:00Z``."""
        if self.precision == "year":
            return f"{self.moment.year:04}"
        if self.precision == "month":
            return f"{self.moment.year:04}-{self.moment.month:02}"
        # With a fraction of a second only if it has one.
        return self.moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"

    @property
    def parts(self) -> tuple[int, ...]:
        """The known ones of year, month and day."""
        parts = self.moment.year, self.moment.month, self.moment.day
        return parts[: {"year": 1, "month": 2}.get(self.precision or "", 3)]

    @property
    def order(self) -> tuple[int, int, bool, datetime]:
        """A sort key: the earliest date first, but a month after its days, and a year after its months."""
        month = _AFTER_ALL_MONTHS if self.precision == "year" else self.moment.month
        return self.moment.year, month, self.precision == "month", self.moment

    def text(self) -> str:
        """Format it for people: ``3 May 1998``, ``May 1998``, ``1998``."""
        if self.precision == "year":
            return f"{self.moment.year}"
        text = f"{self.moment:%b} {self.moment.year}"
        return text if self.precision == "month" else f"{self.moment.day} {text}"

    def short(self, today: date) -> str:
        """Format it for a list: as `text`, but a day in the current year without the year."""
        return self.text() if self.precision else day(self.moment.date(), today)


def partial_date_from(value: object) -> PartialDate | None:
    """Parse an ISO 8601 time, date, month or year as UTC (also a time without a zone); ``None`` for any other value."""
    if not isinstance(value, str):
        return None
    try:
        if match := _REDUCED.fullmatch(value):
            year, month = int(match[1]), match[2]
            moment = datetime(year, int(month or 1), 1, tzinfo=UTC)
            return PartialDate(moment, "month" if month else "year")
        moment = datetime.fromisoformat(value)
        return PartialDate(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    except (ValueError, OverflowError):  # the year 1 east of Greenwich, the year 9999 west of it
        return None
