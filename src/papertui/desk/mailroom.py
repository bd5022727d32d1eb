"""What mailing needs of others: the doors to the ledger, to the server and to the composing of digests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from papertui.core.digest import Digest, Mailed, Period
from papertui.core.feed import FeedName
from papertui.core.mailing.letter import Letter
from papertui.core.mailing.mailbox import Mailbox
from papertui.core.mailing.server import Server
from papertui.desk.delivering import Post
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
