"""Mailing and scheduling for a desk whose mail goes nowhere."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kit.digest_mail import ADA, letter_of
from papertui.core.mailing.server import Secret, Server
from papertui.desk.doors import Clock
from papertui.desk.mailing import Mailing
from papertui.desk.mailroom import Composer
from papertui.desk.scheduling import Schedule
from papertui.mail.schedule import Task
from papertui.mail.smtp import SmtpPost
from papertui.mail.trust import trusting
from papertui.settings import MailSettings
from papertui.store.ledger import Ledger


def mailing_without_server(digests: Composer, home: Path, now: Clock) -> Mailing:
    """Mailing through a port at which nobody listens."""

    def post(server: Server, command: Sequence[str]) -> SmtpPost:
        del command
        return SmtpPost(server, lambda: Secret(""), lambda: trusting({}))

    ledger = Ledger(home / "mailed.db")
    chosen = MailSettings(ADA, (ADA,), Server("127.0.0.1", 9))
    return Mailing(digests, lambda: ledger, post, letter_of, lambda: chosen, now)


def no_schedule(now: Clock = datetime.now) -> Schedule:
    """A machine that runs nothing by itself."""
    return Schedule(tuple, lambda kind: (Task((), {}), (kind,)), now)
