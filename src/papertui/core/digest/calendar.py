"""Publishing days of the services, and notices for days without papers."""

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
