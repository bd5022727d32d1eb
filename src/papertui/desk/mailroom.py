"""What mailing needs of others: the doors to the ledger, to the server and to the composing of digests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from papertui.core.digest import Digest, Mailed, Period
from papertui.core.feed import FeedName
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.server import Server
from papertui.desk.delivering import TOTAL, Post
from papertui.desk.dispatch import Request
from papertui.errors import SettingsError
from papertui.settings import DigestSettings, MailSettings
from papertui.store import MailLedger

#: The ledger, opened at the first call and the same object at every other.
OpenLedger = Callable[[], MailLedger]
#: The way to a server, with the password command of the settings.
OpenPost = Callable[[Server, Sequence[str]], Post]
#: From whom, to whom and through which server, read when it is first needed; raises `SettingsError`.
OpenMailSettings = Callable[[], MailSettings]
#: Writes a digest as a mail: from whom, to whom, at what moment, and what stands before its subject.
WriteLetter = Callable[[Digest, Mailbox, Sequence[Mailbox], datetime, str], Letter]


class Composer(Protocol):
    """Who chooses the papers, see `papertui.desk.digesting.Digests`."""

    chosen: DigestSettings

    async def compose(
        self,
        period: Period,
        *,
        feeds: Sequence[FeedName] | None,
        top: int | None,
        mailed: Mapping[str, Mailed],
        offline: bool,
    ) -> Digest:
        """The digest of a period, without the papers that were mailed before."""
        ...


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
