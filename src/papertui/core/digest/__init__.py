"""The digest model: the papers selected for a day, a week, or the days since the last mail."""

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


class Mailed(NamedTuple):
    """What the ledger stores about a paper that was mailed."""

    votes: int | None  # At that time; ``None`` if unknown
    at: datetime  # The last time it was mailed, UTC


class Entry(NamedTuple):
    """A paper in a digest."""

    paper: Paper
    growth: Growth | None = None  # The recent change in votes; ``None`` if unknown or outside the period
    reasons: tuple[str, ...] = ()  # Why the paper is included, besides its section; the strongest first
    before: Mailed | None = None  # Set if the paper was mailed before and comes back because its votes grew
    bookmark: Bookmark | None = None


class Section(NamedTuple):
    """The papers of a digest that come from one feed or from the library."""

    name: str  # A feed name such as ``arxiv:cs.CL``, or ``pinned`` or ``unopened``
    title: str
    entries: tuple[Entry, ...] = ()  # In reading order
    notice: str = ""  # Why it is empty or how old it is: sentences, or empty
    more: int = 0  # How many papers were left out because of the limit


class Digest(NamedTuple):
    """The content of one digest."""

    period: Period
    made_at: datetime  # UTC
    sections: tuple[Section, ...] = ()  # In order; no paper is in two of them
    notices: tuple[str, ...] = ()  # Sentences about the whole digest

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for section in self.sections for entry in section.entries)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all papers, in order and without duplicates."""
        return tuple(entry.paper.id for entry in self.entries)

    @property
    def is_empty(self) -> bool:
        """Whether it has no papers; sections and notices may still say why."""
        return not any(section.entries for section in self.sections)

    @property
    def mailed(self) -> Mapping[str, Mailed]:
        """The ledger's record of each paper once the digest is mailed, by id."""
        return MappingProxyType({entry.paper.id: Mailed(entry.paper.upvotes, self.made_at) for entry in self.entries})
