"""When papers are published, and what to say of a day on which none are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from papertui.core.digest import Period
from papertui.core.feed import is_weekend
from papertui.core.wording import full_day

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
    """The holiday that `day` is where the services are made (the United States), empty when it is none."""
    if name := _FIXED.get((day.month, day.day)):
        return name
    week, weekday = (day.day - 1) // 7 + 1, day.weekday()
    if weekday == _MONDAY and day.month == 1 and week == 3:  # noqa: PLR2004 - the third Monday
        return "Martin Luther King Day"
    if weekday == _MONDAY and day.month == 5 and (day + 7 * _DAY).month == 6:  # noqa: PLR2004 - the last one of May
        return "Memorial Day"
    if weekday == _MONDAY and day.month == 9 and week == 1:  # noqa: PLR2004 - the first one of September
        return "Labor Day"
    if _is_thanksgiving(day):
        return "Thanksgiving"
    return "the day after Thanksgiving" if _is_thanksgiving(day - _DAY) else ""


def _is_thanksgiving(day: date) -> bool:
    """Whether it is the fourth Thursday of November."""
    return day.weekday() == _THURSDAY and day.month == 11 and (day.day - 1) // 7 == 3  # noqa: PLR2004 - as told


def publishing_day_before(day: date) -> date:
    """The last day before `day` on which papers are published."""
    day -= _DAY
    while is_weekend(day) or holiday(day):
        day -= _DAY
    return day


def weekend_notice(period: Period) -> str:
    """Why a period without a day of the week has no papers; empty for any other."""
    if not all(map(is_weekend, period.days)):
        return ""
    return f"No papers on {period.words}: nothing is published at the weekend."


def empty_notice(days: Iterable[date], today: date) -> str:
    """Why there are no daily papers of `days`, which were asked for in vain; weekends go without saying.

    Args:
        days: the days.
        today: the day it is now, which may yet bring some.
    """
    told = []
    for day in days:
        if is_weekend(day):
            continue
        if name := holiday(day):
            told.append(f"No daily papers on {full_day(day)}: it is {name}, when the services rest.")
        elif day == today:
            told.append(f"No daily papers yet on {full_day(day)}: they come in over the day.")
        else:
            told.append(f"No daily papers on {full_day(day)}: the service has none of that day, perhaps a holiday.")
    return " ".join(told)
