"""Mailing over a real ledger and real connections, with a clock that can be set and without waits."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kit.digest_mail import ADA, MOMENT, Composing
from kit.local_mailer import SHORT, LocalMailer
from papertui.digest.delivery import RetryPolicy
from papertui.digest.outbox import Ledger
from papertui.digest.send import DigestSender, SendRequest, SendResult
from papertui.digest.smtp import SmtpLimits
from papertui.model.mailbox import Mailbox, Server
from papertui.settings import MailSettings

PATIENCE = RetryPolicy(1.0)


@dataclass
class MailHarness:
    """Mailing over a real ledger and a real connection, with a clock that can be set."""

    home: Path
    port: int = 0
    clock: list[datetime] = field(default_factory=lambda: [MOMENT])
    composing: Composing = field(default_factory=Composing)
    waits: list[float] = field(default_factory=list)
    to: tuple[Mailbox, ...] = (ADA,)
    patience: RetryPolicy = PATIENCE
    server: Server | None = None
    trusted: Path | None = None
    limits: SmtpLimits = SHORT

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.home / "mailed.db")

    @property
    def mailing(self) -> DigestSender:
        mailer = LocalMailer(self.limits, {"SSL_CERT_FILE": str(self.trusted)} if self.trusted else {})

        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            await asyncio.sleep(0.01 if seconds else 0)

        server = self.server or Server("127.0.0.1", self.port)
        mail = MailSettings(Mailbox("papertui@example.org"), self.to, server)
        return DigestSender(self.composing, self.ledger, mailer, mail, self._now, sleep, self.patience)

    def _now(self) -> datetime:
        return self.clock[0]

    def at(self, day: int, month: int = 4) -> None:
        self.clock[0] = datetime(2026, month, day, 8, tzinfo=UTC)

    async def send(self, request: SendRequest | None = None, *, again: bool = False) -> SendResult:
        return await self.mailing.send(request or SendRequest(), again=again)

    def fates(self) -> list[str]:
        return [outcome.status for posting in self.ledger.log(1) for outcome in posting.outcomes.values()]
