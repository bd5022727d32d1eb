"""Which digest is meant when one is mailed, and which days of it are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from papertui.core.digest import Period, PeriodKind, day_of, days_between, week_of
from papertui.core.feed import is_weekend

#: After a longer absence the digest is about the last so many days.
MOST_DAYS = 62


class Series(NamedTuple):
    """Digests that follow one another: each period is in it once, and no paper comes twice.

    Attributes:
        kind: a digest a day or a week.
        feeds: what it is made of, where that was said on the command line.
        to: whom it goes to, where that was said on the command line.
    """

    kind: PeriodKind = "day"
    feeds: tuple[str, ...] = ()
    to: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names it: ``day``, ``week``, ``day of arxiv:cs.CL to ada@example.org``."""
        feeds = f" of {', '.join(sorted(self.feeds))}" if self.feeds else ""
        to = f" to {', '.join(sorted(address.casefold() for address in self.to))}" if self.to else ""
        return f"{self.kind}{feeds}{to}"


def current(kind: PeriodKind, today: date) -> Period:
    """The day or the week `today` falls in."""
    return day_of(today) if kind == "day" else week_of(today)


def latest(kind: PeriodKind, today: date) -> Period:
    """The latest period a mail can be about: today, or the week whose working days are over."""
    if kind == "day":
        return day_of(today)
    return week_of(today if is_weekend(today) else today - timedelta(weeks=1))


def due(kind: PeriodKind, today: date, covered: date | None, tried: date | None = None) -> Period | None:
    """What is to be mailed next: everything since the last mail, in one digest.

    Args:
        kind: a digest a day or a week.
        today: the day it is.
        covered: the last day that was mailed about; ``None`` when nothing ever was.
        tried: the first day that was to be mailed about, whether that came to anything or not.

    Returns:
        The period; ``None`` when all of it was mailed. It never begins before `MOST_DAYS` ago, and of several weeks a
        period of days is made.
    """
    newest = latest(kind, today)
    if covered is None:
        covered = newest.first - timedelta(days=1) if tried is None else tried - timedelta(days=1)
    if covered >= newest.last:
        return None
    first = max(covered + timedelta(days=1), newest.last - timedelta(days=MOST_DAYS - 1))
    return newest if first >= newest.first else days_between(first, newest.last)


def covers(spans: Iterable[tuple[date, date]], period: Period) -> bool:
    """Whether each day of `period` lies in one of `spans`, each a first and a last day."""
    known = tuple(spans)
    return all(any(first <= day <= last for first, last in known) for day in period.days)
