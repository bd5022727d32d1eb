"""A mail as it is handed over."""

from __future__ import annotations

from typing import NamedTuple

from papertui.core.mailing.mailbox import Mailbox


class Letter(NamedTuple):
    """A finished mail.

    Attributes:
        message_id: with its angle brackets.
        sender: who sends it.
        recipients: where it goes.
        subject: its subject.
        data: the message, lines ended by CR LF.
    """

    message_id: str
    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    subject: str
    data: bytes
