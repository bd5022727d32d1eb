"""The times at which a digest is mailed automatically."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Literal, NamedTuple

from papertui.errors import UsageError

Days = Literal["every day", "on weekdays", "on Mondays"]
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_WEEKDAYS: dict[Days, range] = {"every day": range(7), "on weekdays": range(5), "on Mondays": range(1)}


class Timetable(NamedTuple):
    """A time of day on certain days of the week, in local time."""

    at: time
    days: Days = "every day"

    @property
    def words(self) -> str:
        """The timetable as text: ``at 08:00 on weekdays``."""
        return f"at {self.at:%H:%M} {self.days}"

    def next_after(self, moment: datetime) -> datetime:
        """The first scheduled time after `moment`, which must be in local time."""
        day = moment.date()
        while True:
            found = datetime.combine(day, self.at, moment.tzinfo)
            if found > moment and day.weekday() in _WEEKDAYS[self.days]:
                return found
            day += timedelta(days=1)


def parse_clock(text: str) -> time:
    """Parse a time of day such as ``08:00``.

    Raises:
        UsageError: `text` is not a valid time.
    """
    found = _CLOCK.fullmatch(text.strip())
    if found and int(found[1]) < 24 and int(found[2]) < 60:  # noqa: PLR2004 - a clock
        return time(int(found[1]), int(found[2]))
    shown = "".join(c if c.isprintable() else "?" for c in text[:20])
    raise UsageError(f"“{shown}” is not a valid time. Write it as HH:MM, for example 08:00.")
