"""Series of digests, and the period of a series that is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from papertui.core.digest import Period, PeriodKind, day_of, days_between, week_of
from papertui.core.feed import is_weekend

#: The longest period of a digest in days; after a longer absence only the last ones are covered.
MOST_DAYS = 62


class Series(NamedTuple):
    """A sequence of digests in which each period and each paper occurs once."""

    kind: PeriodKind = "day"
    feeds: tuple[str, ...] = ()  # The feeds given on the command line
    to: tuple[str, ...] = ()  # The recipients given on the command line

    @property
    def key(self) -> str:
        """The key of the series: ``day``, ``week``, ``day of arxiv:cs.CL to ada@example.org``."""
        feeds = f" of {', '.join(sorted(self.feeds))}" if self.feeds else ""
        to = f" to {', '.join(sorted(address.casefold() for address in self.to))}" if self.to else ""
        return f"{self.kind}{feeds}{to}"


def current(kind: PeriodKind, today: date) -> Period:
    """The day or week that contains `today`."""
    return day_of(today) if kind == "day" else week_of(today)


def latest(kind: PeriodKind, today: date) -> Period:
    """The latest period that can be mailed: today, or the last week whose working days are over."""
    if kind == "day":
        return day_of(today)
    return week_of(today if is_weekend(today) else today - timedelta(weeks=1))


def due(kind: PeriodKind, today: date, covered: date | None, tried: date | None = None) -> Period | None:
    """The period to mail next: everything since the last mail, in one digest.

    Args:
        kind: daily or weekly.
        today: the current day.
        covered: the last day covered by a mail; ``None`` if nothing was mailed yet.
        tried: the first day of the first attempt, whether it succeeded or not.

    Returns:
        The period; ``None`` if everything was mailed. It covers at most `MOST_DAYS`, and several weeks become a period
        of days.
    """
    newest = latest(kind, today)
    if covered is None:
        covered = newest.first - timedelta(days=1) if tried is None else tried - timedelta(days=1)
    if covered >= newest.last:
        return None
    first = max(covered + timedelta(days=1), newest.last - timedelta(days=MOST_DAYS - 1))
    return newest if first >= newest.first else days_between(first, newest.last)


def covers(spans: Iterable[tuple[date, date]], period: Period) -> bool:
    """Whether each day of `period` is in one of `spans`, which are pairs of a first and a last day."""
    known = tuple(spans)
    return all(any(first <= day <= last for first, last in known) for day in period.days)
