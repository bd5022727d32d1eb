"""The plain text of a finished mail, for the preview."""

from __future__ import annotations

from email import message_from_bytes, policy

from papertui.core.mailing.letter import Letter
from papertui.core.safe import safe


def text_of(letter: Letter) -> str:
    """The plain text part of `letter`; empty if it has none."""
    body = message_from_bytes(letter.data, policy=policy.default).get_body(("plain",))
    # A custom template may contain anything; make sure that it cannot control the terminal.
    return "\n".join(safe(line) for line in body.get_content().splitlines()) if body is not None else ""
