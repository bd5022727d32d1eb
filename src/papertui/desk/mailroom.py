"""What mailing needs of others: the doors to the ledger, to the server and to the composing of digests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from papertui.core.digest import Digest, PeriodKind
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.server import Server
from papertui.desk.delivering import TOTAL, Post
from papertui.desk.dispatch import Request
from papertui.errors import SettingsError
from papertui.mail.schedule import Scheduler, Task
from papertui.settings import MailSettings
from papertui.store.mailed import MailLedger

#: The ledger, opened at the first call and the same object at every other.
OpenLedger = Callable[[], MailLedger]
#: From whom, to whom and through which server, read when it is first needed; raises `SettingsError`.
OpenMailSettings = Callable[[], MailSettings]


class MailOffice(Protocol):
    """What mailing needs of this machine, see `papertui.mail.office`."""

    def post(self, server: Server, command: Sequence[str]) -> Post:
        """The way to a server, with the program that prints the password."""

    def letter(
        self, digest: Digest, sender: Mailbox, to: Sequence[Mailbox], at: datetime, prefix: str, unsubscribe: str
    ) -> Letter:
        """A digest as a mail: from whom, to whom, when, what stands before its subject, where it is declined."""

    def schedulers(self) -> Iterable[Scheduler]:
        """The ways this machine has to run things, the best one first."""

    def task(self, kind: PeriodKind) -> tuple[Task, tuple[str, ...]]:
        """What mails the digest by itself; and what of the environment it will miss, a sentence each."""


#: The machine's own, loaded at the first call and the same object at every other.
OpenOffice = Callable[[], MailOffice]


class Patience(NamedTuple):
    """How long things may take, in seconds.

    Attributes:
        turn: another papertui that is sending.
        total: handing over one mail, all tries together.
    """

    turn: float = 300.0
    total: float = TOTAL


class Ways(NamedTuple):
    """From whom, to whom and where a mail goes, all of it set."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    server: Server


def ways_of(chosen: MailSettings, request: Request) -> Ways:
    """From whom, to whom and where what was asked for goes.

    Raises:
        SettingsError: something is not set.
    """
    to = request.to or chosen.to
    missing = [
        f"{what} (“{key}” under [mail], or {variable})"
        for value, what, key, variable in (
            (chosen.sender, "who sends it", "from", "PAPERTUI_MAIL_FROM"),
            (to, "who gets it", "to", "PAPERTUI_MAIL_TO"),
            (chosen.server, "the mail server", "url", "PAPERTUI_SMTP_URL"),
        )
        if not value
    ]
    if chosen.sender is None or chosen.server is None or missing:
        raise SettingsError(f"The digest cannot be mailed before it is set {', '.join(missing)}.")
    return Ways(chosen.sender, to, chosen.server)
