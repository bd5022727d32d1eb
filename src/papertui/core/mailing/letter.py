"""A finished mail."""

from __future__ import annotations

from typing import NamedTuple

from papertui.core.mailing.mailbox import Mailbox


class Letter(NamedTuple):
    """A mail that is ready to be sent."""

    message_id: str  # With its angle brackets
    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    subject: str
    data: bytes  # The message with CRLF line ends
