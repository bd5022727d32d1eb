"""One try to hand a mail over that failed. Light to import; the words are in `papertui.mail.refusals`."""

from __future__ import annotations

from typing import Literal

#: What was being done: finding the server, its greeting, the names, TLS, login, the sender, a recipient, the message.
Stage = Literal["way", "greeting", "hello", "tls", "login", "sender", "recipient", "message"]


class Fault(Exception):  # noqa: N818 - not told to anyone as it is; it becomes a `MailError` or another try
    """One try failed.

    Attributes:
        sentence: what to tell the reader.
        again: whether another try in a moment may fare better.
        unsure: whether the mail may have arrived all the same.
        final: whether it was this very mail that the server will not take, now or later.
    """

    def __init__(self, sentence: str, *, again: bool = False, unsure: bool = False, final: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.again = again
        self.unsure = unsure
        self.final = final
