"""What is asked of the mailing of digests, and what it answers."""

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
    """Which digest is wanted.

    Attributes:
        kind: of a day or of a week.
        day: a day of its period; ``None`` for what is due.
        feeds: what it is made of; ``None`` for what the settings say.
        to: whom it goes to; empty for whom the settings say.
        top: how many papers a section has at most.
        offline: whether it is made of what is stored.
    """

    kind: PeriodKind = "day"
    day: date | None = None
    feeds: tuple[FeedName, ...] | None = None
    to: tuple[Mailbox, ...] = ()
    top: int | None = None
    offline: bool = False

    @property
    def series(self) -> str:
        """The digests this one follows on, see `papertui.core.mailing.series`."""
        feeds = tuple(map(str, self.feeds or ()))
        return Series(self.kind, feeds, tuple(box.address for box in self.to)).key


class Plan(NamedTuple):
    """What a mail would be.

    Attributes:
        period: the days it is about.
        mailed: whether that period was mailed already.
        digest: what is in it.
        letter: how it looks.
        server: where it is handed over.
        waiting: mails that would be sent again first.
    """

    period: Period
    mailed: bool
    digest: Digest
    letter: Letter
    server: Server
    waiting: tuple[Posting, ...] = ()


class Sent(NamedTuple):
    """What came of sending.

    Attributes:
        result: ``sent``; ``already``, when there was nothing left to do; ``empty``, when there are no papers and the
            settings want no mail then.
        period: the days it is about.
        message_id: of the mail.
        confirmed: the addresses it went to.
        told: what else the reader should know, each a sentence.
        problem: why some recipients did not get it, or empty.
    """

    result: Literal["sent", "already", "empty"]
    period: Period
    message_id: str = ""
    confirmed: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    problem: str = ""
