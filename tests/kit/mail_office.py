"""Mailing over a real ledger and real connections, with a clock that can be set and waits that take no time."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kit.digest_mail import ADA, MOMENT, Composing, letter_of
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.server import Secret, Server
from papertui.desk.dispatch import Request, Sent
from papertui.desk.mailing import Mailing
from papertui.desk.mailroom import Patience
from papertui.mail.smtp import Limits, SmtpPost
from papertui.mail.trust import trusting
from papertui.settings import MailSettings
from papertui.store.ledger import Ledger

SHORT = Limits(0.4, 0.4, 5)
PATIENCE = Patience(1.0)


@dataclass
class Office:
    """Mailing over a real ledger and a real connection, with a clock whose hands can be moved."""

    home: Path
    port: int = 0
    clock: list[datetime] = field(default_factory=lambda: [MOMENT])
    composing: Composing = field(default_factory=Composing)
    waits: list[float] = field(default_factory=list)
    to: tuple[Mailbox, ...] = (ADA,)
    patience: Patience = PATIENCE
    server: Server | None = None
    trusted: Path | None = None
    limits: Limits = SHORT

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.home / "mailed.db")

    @property
    def mailing(self) -> Mailing:
        def post(server: Server, command: Sequence[str]) -> SmtpPost:
            del command
            variables = {"SSL_CERT_FILE": str(self.trusted)} if self.trusted else {}
            return SmtpPost(server, lambda: Secret("geheim"), lambda: trusting(variables), self.limits)

        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            await asyncio.sleep(0.01 if seconds else 0)

        chosen = MailSettings(Mailbox("papertui@example.org"), self.to, self.server or Server("127.0.0.1", self.port))
        return Mailing(
            self.composing,
            lambda: self.ledger,
            post,
            letter_of,
            lambda: chosen,
            lambda: self.clock[0],
            sleep,
            self.patience,
        )

    def at(self, day: int, month: int = 4) -> None:
        self.clock[0] = datetime(2026, month, day, 8, tzinfo=UTC)

    async def send(self, request: Request | None = None, *, again: bool = False) -> Sent:
        return await self.mailing.send(request or Request(), again=again)

    def fates(self) -> list[str]:
        return [outcome.fate for posting in self.ledger.log(1) for outcome in posting.outcomes.values()]
