"""The days a digest covers, and the days on which nothing is published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from papertui.model.feed import is_weekend, week_name
from papertui.model.format import full_day

# --- periods -----------------------------------------------------------------------------------------

PeriodKind = Literal["day", "week"]
PERIODS: tuple[PeriodKind, ...] = ("day", "week")


class Period(NamedTuple):
    """The days that a digest covers."""

    kind: PeriodKind
    first: date
    last: date  # Later than `first` for a week, and for a catch-up over several days

    @property
    def key(self) -> str:
        """The period's key: ``day:2026-04-30``, ``day:2026-04-27..2026-04-30``, ``week:2026-W18``."""
        if self.kind == "week":
            return f"week:{week_name(self.first)}"
        return f"day:{self.first}" if self.first == self.last else f"day:{self.first}..{self.last}"

    @property
    def days(self) -> tuple[date, ...]:
        """All days of the period, in order."""
        return tuple(self.first + timedelta(days=ahead) for ahead in range((self.last - self.first).days + 1))

    @property
    def words(self) -> str:
        """The period for a heading: ``Thursday 30 April 2026``, ``27 to 30 April 2026``, ``week 18, …``."""
        if self.kind == "week":
            return f"week {self.first.isocalendar().week}, {_span(self.first, self.last)}"
        return full_day(self.first) if self.first == self.last else _span(self.first, self.last)

    @property
    def short(self) -> str:
        """A short form for subjects: ``Thu 30 Apr``, ``27 to 30 Apr``, ``week 18``."""
        if self.kind == "week":
            return f"week {self.first.isocalendar().week}"
        if self.first == self.last:
            return f"{self.first:%a} {self.first.day} {self.first:%b}"
        month = "" if self.first.month == self.last.month else f" {self.first:%b}"
        return f"{self.first.day}{month} to {self.last.day} {self.last:%b}"


def _span(first: date, last: date) -> str:
    """A range of days without repeating the shared month or year: ``27 to 30 April 2026``."""
    year = "" if first.year == last.year else f" {first.year}"
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    return f"{first.day}{month}{year} to {last.day} {last:%B %Y}"


def day_of(day: date) -> Period:
    return Period("day", day, day)


def days_between(first: date, last: date) -> Period:
    """A period of several consecutive days, to catch up after missed digests."""
    return Period("day", first, last)


def week_of(day: date) -> Period:
    """The week, Monday to Sunday, that contains `day`."""
    monday = day - timedelta(days=day.weekday())
    return Period("week", monday, monday + timedelta(days=6))


# --- days without papers -----------------------------------------------------------------------------

_MONDAY, _THURSDAY = 0, 3
_DAY = timedelta(days=1)
#: Days of every year on which arXiv announces nothing (https://info.arxiv.org/help/availability.html); the daily papers
#: of Hugging Face are chosen from what arXiv announces.
_FIXED = {
    (1, 1): "New Year's Day",
    (6, 19): "Juneteenth",
    (7, 4): "Independence Day",
    (12, 24): "Christmas Eve",
    (12, 25): "Christmas Day",
    (12, 31): "New Year's Eve",
}


def holiday(day: date) -> str:
    """The holiday on `day` in the United States, where the services run; or empty."""
    if name := _FIXED.get((day.month, day.day)):
        return name
    week, weekday = (day.day - 1) // 7 + 1, day.weekday()
    if weekday == _MONDAY and day.month == 1 and week == 3:  # noqa: PLR2004 - the third Monday
        return "Martin Luther King Day"
    if weekday == _MONDAY and day.month == 5 and (day + 7 * _DAY).month == 6:  # noqa: PLR2004 - the last Monday of May
        return "Memorial Day"
    if weekday == _MONDAY and day.month == 9 and week == 1:  # noqa: PLR2004 - the first Monday of September
        return "Labor Day"
    if _is_thanksgiving(day):
        return "Thanksgiving"
    return "the day after Thanksgiving" if _is_thanksgiving(day - _DAY) else ""


def _is_thanksgiving(day: date) -> bool:
    return day.weekday() == _THURSDAY and day.month == 11 and (day.day - 1) // 7 == 3  # noqa: PLR2004 - fourth one


def publishing_day_before(day: date) -> date:
    """The last day before `day` on which papers are published."""
    day -= _DAY
    while is_weekend(day) or holiday(day):
        day -= _DAY
    return day


def weekend_notice(period: Period) -> str:
    """Why a period of weekend days has no papers; empty for any other period."""
    if not all(map(is_weekend, period.days)):
        return ""
    return f"No papers on {period.words}: nothing is published at the weekend."


def empty_notice(days: Iterable[date], today: date) -> str:
    """Why there are no daily papers for `days`. Weekends get no notice, and `today` may still bring papers."""
    notices = []
    for day in days:
        if is_weekend(day):
            continue
        if name := holiday(day):
            notices.append(f"No daily papers on {full_day(day)}: nothing is published on {name}.")
        elif day == today:
            notices.append(f"No daily papers yet for {full_day(day)}: they appear during the day.")
        else:
            notices.append(f"No daily papers on {full_day(day)}: the service lists none, perhaps because of a holiday.")
    return " ".join(notices)
