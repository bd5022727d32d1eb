"""Digests, the mails made of them, and how far each was delivered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertui.errors import UsageError
from papertui.model.bookmark import Bookmark
from papertui.model.feed import FeedName, is_weekend
from papertui.model.mailbox import Mailbox
from papertui.model.paper import Paper
from papertui.model.period import Period, PeriodKind, day_of, days_between, week_of
from papertui.model.safe_text import excerpt
from papertui.model.trend import Growth


class MailedPaper(NamedTuple):
    """What the ledger stores about a paper that was mailed."""

    votes: int | None  # At that time; ``None`` if unknown
    at: datetime  # The last time it was mailed, UTC


class DigestEntry(NamedTuple):
    """A paper in a digest."""

    paper: Paper
    growth: Growth | None = None  # The recent change in votes; ``None`` if unknown or outside the period
    reasons: tuple[str, ...] = ()  # Why the paper is included, besides its section; the strongest first
    before: MailedPaper | None = None  # Set if the paper was mailed before and comes back because its votes grew
    bookmark: Bookmark | None = None


class DigestSection(NamedTuple):
    """The papers of a digest that come from one feed or from the library."""

    name: str  # A feed name such as ``arxiv:cs.CL``, or ``pinned`` or ``unopened``
    title: str
    entries: tuple[DigestEntry, ...] = ()  # In reading order
    notice: str = ""  # Why it is empty or how old it is: sentences, or empty
    more: int = 0  # How many papers were left out because of the limit
    feed: FeedName | None = None  # ``None`` for papers from the library


class Digest(NamedTuple):
    """The content of one digest."""

    period: Period
    made_at: datetime  # UTC
    sections: tuple[DigestSection, ...] = ()  # In order; no paper is in two of them
    notices: tuple[str, ...] = ()  # Sentences about the whole digest

    @property
    def entries(self) -> tuple[DigestEntry, ...]:
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
    def mailed(self) -> Mapping[str, MailedPaper]:
        """The ledger's record of each paper once the digest is mailed, by id."""
        return MappingProxyType(
            {entry.paper.id: MailedPaper(entry.paper.upvotes, self.made_at) for entry in self.entries}
        )


#: The delivery to one recipient. ``intended``: nothing was sent. ``handed over``: all or part of the message was sent,
#: and it is not known whether the server accepted it. ``confirmed``: the server accepted it. ``deferred``: a temporary
#: failure. ``refused``: a permanent failure.
RecipientStatus = Literal["intended", "handed over", "confirmed", "deferred", "refused"]
#: The state of a mail. ``open``: the delivery to a recipient is not settled. ``sent``: at least one recipient got it.
#: ``failed``: no recipient got it. ``empty``: there were no papers, and the settings want no mail in that case.
State = Literal["open", "sent", "failed", "empty"]
#: The text for each state.
STATES: Mapping[State, str] = MappingProxyType(
    {
        "sent": "mailed",
        "open": "not confirmed; the next run sends the same mail again",
        "failed": "failed; the next run tries again",
        "empty": "nothing to mail",
    }
)


class RecipientResult(NamedTuple):
    """The result of the delivery to one recipient."""

    status: RecipientStatus
    why: str = ""  # The server's objection, a sentence; empty if there is none

    @property
    def is_settled(self) -> bool:
        return self.status in {"confirmed", "refused"}


class Delivery(NamedTuple):
    """A row of the ledger: one mail."""

    number: int
    series: str  # See `Series.key`
    period: Period
    state: State
    message_id: str  # Empty if there was no mail
    sender: str
    subject: str
    papers: int  # How many papers are in it
    size: int  # In bytes
    intended_at: datetime  # When it was recorded, before anything was sent
    ended_at: datetime | None
    outcomes: dict[str, RecipientResult]  # By address
    message: bytes = b""  # The mail itself, stored until it is settled

    @property
    def unsettled(self) -> tuple[str, ...]:
        """The recipients who have not received it, or for whom that is not known."""
        return tuple(address for address, outcome in self.outcomes.items() if not outcome.is_settled)


class Failure(NamedTuple):
    """A run that failed."""

    at: datetime
    series: str
    period: str  # The period's key; empty if the run failed before it was known
    sentence: str  # The error message
    first: date | None = None  # The first day of the period


def delivery_state(outcomes: Iterable[RecipientResult]) -> str:
    """A phrase for a failed delivery: ``did not reach everybody``, ``was not mailed``."""
    statuses = {outcome.status for outcome in outcomes}
    perhaps = "perhaps " if "handed over" in statuses else ""
    return "did not reach everybody" if "confirmed" in statuses else f"was {perhaps}not mailed"


class Mail(NamedTuple):
    """A mail that is ready to be sent."""

    message_id: str  # With its angle brackets
    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    subject: str
    data: bytes  # The message with CRLF line ends


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


Days = Literal["every day", "on weekdays", "on Mondays"]
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_WEEKDAYS: dict[Days, range] = {"every day": range(7), "on weekdays": range(5), "on Mondays": range(1)}


class SendTimes(NamedTuple):
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
            run = datetime.combine(day, self.at, moment.tzinfo)
            if run > moment and day.weekday() in _WEEKDAYS[self.days]:
                return run
            day += timedelta(days=1)


def parse_clock(text: str) -> time:
    """Parse a time of day such as ``08:00``.

    Raises:
        UsageError: `text` is not a valid time.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match and int(match[1]) < 24 and int(match[2]) < 60:  # noqa: PLR2004 - a clock
        return time(int(match[1]), int(match[2]))
    raise UsageError(f"“{excerpt(text, 20)}” is not a valid time. Write it as HH:MM, for example 08:00.")
