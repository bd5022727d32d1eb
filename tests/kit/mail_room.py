"""The environment of mailing with short limits and a known password, and mailing without a server."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kit.digest_mail import ADA, letter_of
from papertui.core.digest import Digest, PeriodKind
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.server import Secret, Server
from papertui.desk.composing import Composer
from papertui.desk.doors import Clock
from papertui.desk.mailing import Mailing
from papertui.desk.scheduling import Schedule
from papertui.mail.office import Office
from papertui.mail.schedule import Scheduler, Task
from papertui.mail.smtp import Limits, SmtpPost
from papertui.mail.trust import trusting
from papertui.settings import MailSettings
from papertui.store.ledger import Ledger

SHORT = Limits(0.4, 0.4, 5)


@dataclass
class MailRoom:
    """A mail environment with the password “geheim” and the given schedulers."""

    limits: Limits = SHORT
    variables: Mapping[str, str] = field(default_factory=dict)
    ways: Sequence[Scheduler] = ()

    def post(self, server: Server, command: Sequence[str]) -> SmtpPost:
        del command
        return SmtpPost(server, lambda: Secret("geheim"), lambda: trusting(self.variables), self.limits)

    def letter(
        self, digest: Digest, sender: Mailbox, to: Sequence[Mailbox], at: datetime, prefix: str, unsubscribe: str
    ) -> Letter:
        del unsubscribe
        return letter_of(digest, sender, to, at, prefix)

    def schedulers(self) -> Iterable[Scheduler]:
        return self.ways

    def task(self, kind: PeriodKind) -> tuple[Task, tuple[str, ...]]:
        return Task((kind,), {}), ()


class WritingRoom(MailRoom):
    """The same with real mails."""

    def letter(
        self, digest: Digest, sender: Mailbox, to: Sequence[Mailbox], at: datetime, prefix: str, unsubscribe: str
    ) -> Letter:
        return Office({}, None, "python").letter(digest, sender, to, at, prefix, unsubscribe)


def mailing_without_server(digests: Composer, home: Path, now: Clock) -> Mailing:
    """Return mailing through a port without a server."""
    return mailing_by(MailSettings(ADA, (ADA,), Server("127.0.0.1", 9)), digests, home, now)


def mailing_by(chosen: MailSettings, digests: Composer, home: Path, now: Clock) -> Mailing:
    """Return mailing with the given settings, real mails, a real ledger and real connections, but without waits."""
    ledger = Ledger(home / "mailed.db")
    room = WritingRoom(Limits())

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0.01 if seconds else 0)

    return Mailing(digests, lambda: ledger, lambda: room, lambda: chosen, now, sleep)


def no_schedule(now: Clock = datetime.now) -> Schedule:
    """Return the schedule of a machine without schedulers."""
    return schedule_on((), now)


def schedule_on(ways: Sequence[Scheduler], now: Clock) -> Schedule:
    """Return the schedule of a machine with the given schedulers."""
    return Schedule(lambda: MailRoom(ways=ways), now)
