"""A failed delivery attempt. Light to import; `papertui.mail.refusals` has the messages."""

from __future__ import annotations

from typing import Literal

#: The step: connecting, the greeting, EHLO, TLS, login, the sender, a recipient, the message.
Stage = Literal["way", "greeting", "hello", "tls", "login", "sender", "recipient", "message"]


class Fault(Exception):  # noqa: N818 - internal; it becomes a `MailError` or another try
    """A delivery attempt failed.

    Attributes:
        sentence: the message for the reader.
        again: whether another try soon may succeed.
        unsure: whether the mail may have been delivered.
        final: whether the server will never accept this mail.
    """

    def __init__(self, sentence: str, *, again: bool = False, unsure: bool = False, final: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.again = again
        self.unsure = unsure
        self.final = final
