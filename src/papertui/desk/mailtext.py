"""The plain text of a finished mail, for a reader who wants to see exactly what is sent."""

from __future__ import annotations

from email import message_from_bytes, policy

from papertui.core.mailing.letter import Letter
from papertui.core.safe import safe


def text_of(letter: Letter) -> str:
    """What a mail program without HTML shows of `letter`; empty where it has no such part."""
    body = message_from_bytes(letter.data, policy=policy.default).get_body(("plain",))
    # A template of the reader's own may hold anything; nothing of it may act on the terminal.
    return "\n".join(safe(line) for line in body.get_content().splitlines()) if body is not None else ""
