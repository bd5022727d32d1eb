"""The papers chosen for a reader over a day, a week or the days they were away: what a mail is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.feed import week_name
from papertui.core.paper import Paper
from papertui.core.trend import Growth
from papertui.core.wording import full_day

PeriodKind = Literal["day", "week"]
PERIODS: tuple[PeriodKind, ...] = ("day", "week")


class Period(NamedTuple):
    """The days a digest is about.

    Attributes:
        kind: whether it is about days or about a week of the calendar.
        first: the first day.
        last: the last day; later than `first` for a week, and for days that are caught up with.
    """

    kind: PeriodKind
    first: date
    last: date

    @property
    def key(self) -> str:
        """Names the period: ``day:2026-04-30``, ``day:2026-04-27..2026-04-30``, ``week:2026-W18``."""
        if self.kind == "week":
            return f"week:{week_name(self.first)}"
        return f"day:{self.first}" if self.first == self.last else f"day:{self.first}..{self.last}"

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it, the first one first."""
        return tuple(self.first + timedelta(days=ahead) for ahead in range((self.last - self.first).days + 1))

    @property
    def words(self) -> str:
        """The period for a heading: ``Thursday 30 April 2026``, ``27 to 30 April 2026``, ``week 18, …``."""
        if self.kind == "week":
            return f"week {self.first.isocalendar().week}, {_span(self.first, self.last)}"
        return full_day(self.first) if self.first == self.last else _span(self.first, self.last)

    @property
    def short(self) -> str:
        """The period in a few letters, for a subject: ``Thu 30 Apr``, ``27 to 30 Apr``, ``week 18``."""
        if self.kind == "week":
            return f"week {self.first.isocalendar().week}"
        if self.first == self.last:
            return f"{self.first:%a} {self.first.day} {self.first:%b}"
        month = "" if self.first.month == self.last.month else f" {self.first:%b}"
        return f"{self.first.day}{month} to {self.last.day} {self.last:%b}"


def _span(first: date, last: date) -> str:
    """Two days with what they share said once: ``27 to 30 April 2026``, ``30 April to 3 May 2026``."""
    year = "" if first.year == last.year else f" {first.year}"
    month = "" if (first.year, first.month) == (last.year, last.month) else f" {first:%B}"
    return f"{first.day}{month}{year} to {last.day} {last:%B %Y}"


def day_of(day: date) -> Period:
    """The period of one day."""
    return Period("day", day, day)


def days_between(first: date, last: date) -> Period:
    """The period of several days in a row, for a reader who was away."""
    return Period("day", first, last)


def week_of(day: date) -> Period:
    """The week, Monday to Sunday, that `day` falls in."""
    monday = day - timedelta(days=day.weekday())
    return Period("week", monday, monday + timedelta(days=6))


class Mailed(NamedTuple):
    """What is remembered of a paper that was mailed.

    Attributes:
        votes: how many it had then; ``None`` where nobody knew.
        at: when it was mailed last, UTC.
    """

    votes: int | None
    at: datetime


class Entry(NamedTuple):
    """A paper in a digest.

    Attributes:
        paper: the paper.
        growth: how its votes grew lately; ``None`` where that is not known or not of this period.
        reasons: why it is here, beside the section it stands in, the most telling first.
        before: that it was mailed before, where it comes back because its votes have grown so much.
        bookmark: what the reader says of it, where they keep it.
    """

    paper: Paper
    growth: Growth | None = None
    reasons: tuple[str, ...] = ()
    before: Mailed | None = None
    bookmark: Bookmark | None = None


class Section(NamedTuple):
    """The papers of a digest that are there for one reason.

    Attributes:
        name: what it is made of: a feed's name, ``arxiv:cs.CL``, or ``pinned`` or ``unopened``.
        title: its heading, for a reader.
        entries: its papers, the first one to be read first.
        notice: what the reader should know: why it is empty, how old it is; a sentence or several, or empty.
        more: how many papers it would have had without an end.
    """

    name: str
    title: str
    entries: tuple[Entry, ...] = ()
    notice: str = ""
    more: int = 0


class Digest(NamedTuple):
    """What is mailed for a period.

    Attributes:
        period: the days it is about.
        made_at: when it was composed, UTC.
        sections: its parts in their order; no paper is in two of them.
        notices: what the reader should know of all of it, each a full sentence.
    """

    period: Period
    made_at: datetime
    sections: tuple[Section, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The papers of all sections, in their order."""
        return tuple(entry for section in self.sections for entry in section.entries)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all papers, in their order, none twice."""
        return tuple(entry.paper.id for entry in self.entries)

    @property
    def is_empty(self) -> bool:
        """Whether there is no paper in it; sections and notices may still say why."""
        return not any(section.entries for section in self.sections)

    @property
    def mailed(self) -> Mapping[str, Mailed]:
        """What is to be remembered once it has been mailed, by id."""
        return MappingProxyType({entry.paper.id: Mailed(entry.paper.upvotes, self.made_at) for entry in self.entries})
