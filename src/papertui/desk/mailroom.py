"""The interfaces that mailing uses: the ledger, the settings and the mail transport."""

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

#: Opens the ledger at the first call; later calls return the same object.
OpenLedger = Callable[[], MailLedger]
#: Returns the mail settings, read at the first call; raises `SettingsError`.
OpenMailSettings = Callable[[], MailSettings]


class MailOffice(Protocol):
    """The mail transport and the schedulers of this machine, see `papertui.mail.office`."""

    def post(self, server: Server, command: Sequence[str]) -> Post:
        """A connection to `server`; `command` is the program that prints the password."""

    def letter(
        self, digest: Digest, sender: Mailbox, to: Sequence[Mailbox], at: datetime, prefix: str, unsubscribe: str
    ) -> Letter:
        """A digest as a mail, with a prefix for its subject and an address to unsubscribe."""

    def schedulers(self) -> Iterable[Scheduler]:
        """The schedulers of this machine, the best one first."""

    def task(self, kind: PeriodKind) -> tuple[Task, tuple[str, ...]]:
        """The scheduled task, and a sentence for each variable it does not get."""


#: Opens the transport at the first call; later calls return the same object.
OpenOffice = Callable[[], MailOffice]


class Patience(NamedTuple):
    """Time limits in seconds."""

    turn: float = 300.0  # For another papertui that is sending
    total: float = TOTAL  # For the delivery of one mail, all tries together


class Ways(NamedTuple):
    """The sender, the recipients and the server of a mail, all of them set."""

    sender: Mailbox
    to: tuple[Mailbox, ...]
    server: Server


def ways_of(chosen: MailSettings, request: Request) -> Ways:
    """The sender, the recipients and the server for a request.

    Raises:
        SettingsError: one of them is not set.
    """
    to = request.to or chosen.to
    missing = [
        f"{what} (“{key}” under [mail], or {variable})"
        for value, what, key, variable in (
            (chosen.sender, "the sender", "from", "PAPERTUI_MAIL_FROM"),
            (to, "the recipients", "to", "PAPERTUI_MAIL_TO"),
            (chosen.server, "the mail server", "url", "PAPERTUI_SMTP_URL"),
        )
        if not value
    ]
    if chosen.sender is None or chosen.server is None or missing:
        raise SettingsError(f"The digest cannot be mailed. Set {', '.join(missing)}.")
    return Ways(chosen.sender, to, chosen.server)
