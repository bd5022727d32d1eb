"""Requests to mail a digest, and their results."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from papertui.core.digest import Digest, Period, PeriodKind
from papertui.core.feed import FeedName
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.record import Posting
from papertui.core.mailing.series import Series
from papertui.core.mailing.server import Server


class Request(NamedTuple):
    """A request to mail or compose a digest."""

    kind: PeriodKind = "day"
    day: date | None = None  # A day of the period; ``None`` for the period that is due
    feeds: tuple[FeedName, ...] | None = None  # ``None`` for the feeds in the settings
    to: tuple[Mailbox, ...] = ()  # Empty for the recipients in the settings
    top: int | None = None  # The largest number of papers in a section
    offline: bool = False  # Use stored papers only

    @property
    def series(self) -> str:
        """The key of the series, see `papertui.core.mailing.series`."""
        feeds = tuple(map(str, self.feeds or ()))
        return Series(self.kind, feeds, tuple(box.address for box in self.to)).key


class Plan(NamedTuple):
    """The mail that would be sent."""

    period: Period
    mailed: bool  # Whether the period was mailed already
    digest: Digest
    letter: Letter
    server: Server
    waiting: tuple[Posting, ...] = ()  # Unsettled mails that would be sent again first


class Sent(NamedTuple):
    """The result of sending."""

    #: ``already``: nothing was due. ``empty``: no papers, and the settings want no mail then.
    result: Literal["sent", "already", "empty"]
    period: Period
    message_id: str = ""
    confirmed: tuple[str, ...] = ()  # The addresses for which the server accepted the mail
    told: tuple[str, ...] = ()  # Other messages for the reader, each a sentence
    problem: str = ""  # Why some recipients did not get it, or empty
