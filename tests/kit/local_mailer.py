"""The environment of mailing with short limits and a known password, and mailing without a server."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kit.digest_mail import ADA, mail_of
from papertui.digest.compose import DigestComposer
from papertui.digest.mailer import Mailer
from papertui.digest.model import Digest, Mail
from papertui.digest.outbox import Ledger
from papertui.digest.schedule import DigestSchedule
from papertui.digest.schedulers import ScheduledTask, Scheduler
from papertui.digest.send import DigestSender
from papertui.digest.smtp import SmtpLimits, SmtpTransport, tls_context
from papertui.model.mailbox import Mailbox, Password, Server
from papertui.model.period import PeriodKind
from papertui.services.types import Clock
from papertui.settings import MailSettings

SHORT = SmtpLimits(0.4, 0.4, 5)


class LocalMailer(Mailer):
    """A mailer with short limits, the password “geheim” and the given schedulers, which writes simple mails."""

    def __init__(
        self, limits: SmtpLimits = SHORT, environ: Mapping[str, str] | None = None, ways: Sequence[Scheduler] = ()
    ) -> None:
        super().__init__(environ or {}, None, "python")
        self.limits = limits
        self.environ = environ or {}
        self.ways = ways

    def transport(self, server: Server, command: Sequence[str]) -> SmtpTransport:
        del command
        return SmtpTransport(server, lambda: Password("geheim"), lambda: tls_context(self.environ), self.limits)

    def write_mail(
        self,
        digest: Digest,
        sender: Mailbox,
        to: Sequence[Mailbox],
        at: datetime,
        prefix: str = "",
        unsubscribe: str = "",
    ) -> Mail:
        del unsubscribe
        return mail_of(digest, sender, to, at, prefix)

    def schedulers(self) -> Iterable[Scheduler]:
        return self.ways

    def task(self, kind: PeriodKind) -> tuple[ScheduledTask, tuple[str, ...]]:
        return ScheduledTask((kind,), {}), ()


class RealMailMailer(LocalMailer):
    """The same with real mails."""

    def write_mail(
        self,
        digest: Digest,
        sender: Mailbox,
        to: Sequence[Mailbox],
        at: datetime,
        prefix: str = "",
        unsubscribe: str = "",
    ) -> Mail:
        return Mailer({}, None, "python").write_mail(digest, sender, to, at, prefix, unsubscribe)


def mailing_without_server(digests: DigestComposer, home: Path, now: Clock) -> DigestSender:
    """Return mailing through a port without a server."""
    return mailing_by(MailSettings(ADA, (ADA,), Server("127.0.0.1", 9)), digests, home, now)


def mailing_by(chosen: MailSettings, digests: DigestComposer, home: Path, now: Clock) -> DigestSender:
    """Return mailing with the given settings, real mails, a real ledger and real connections, but without waits."""
    ledger = Ledger(home / "mailed.db")
    room = RealMailMailer(SmtpLimits())

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0.01 if seconds else 0)

    return DigestSender(digests, ledger, room, chosen, now, sleep)


def no_schedule(now: Clock = datetime.now) -> DigestSchedule:
    """Return the schedule of a machine without schedulers."""
    return schedule_on((), now)


def schedule_on(ways: Sequence[Scheduler], now: Clock) -> DigestSchedule:
    """Return the schedule of a machine with the given schedulers."""
    return DigestSchedule(LocalMailer(ways=ways), now)
