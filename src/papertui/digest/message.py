"""Write a digest as a mail (RFC 5322)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime

import idna

from papertui.digest.model import Mail
from papertui.errors import MailError
from papertui.model.mailbox import Mailbox
from papertui.model.safe_text import one_line, safe

#: The headers of a finished mail in order, without `UNSUBSCRIBE`, which is added if the settings have an address.
HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type")
UNSUBSCRIBE = "List-Unsubscribe"
_HEADER = re.compile(rb"([!-9;-~]+):")
#: A header line has at most 78 characters (RFC 5322); a longer word is split as an encoded word.
_LINE, _WORD = 76, 60


def wire_domain(domain: str) -> str:
    """A domain in ASCII: ``münchen.example`` becomes ``xn--mnchen-3ya.example``.

    Raises:
        MailError: it is not a valid domain.
    """
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise MailError(f"“{domain}” is not a valid mail domain; check it for typos.") from error


def wire_address(box: Mailbox) -> str:
    """An address with its domain in ASCII; the part before the @ is unchanged.

    Raises:
        MailError: its domain is not valid.
    """
    local, _, domain = box.address.rpartition("@")
    return f"{local}@{wire_domain(domain)}"


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header with one long ASCII word. `email` would split it into encoded words."""

    def fold(self, *, policy: Policy) -> str:
        del policy
        return f"{self.name}: {self}\r\n"


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject that is decoded exactly as it was written.

    `email` leaves the first line empty if the text fits on the second one, and doubles the space before a single
    encoded word; mail programs show both.
    """

    def fold(self, *, policy: Policy) -> str:
        """The header on lines of limited length, as plain ASCII or encoded as a whole."""
        text = str(self)
        plain = text.isascii() and all(len(word) <= _WORD for word in text.split(" "))
        header = Header(text, "us-ascii" if plain else "utf-8", _LINE, self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


def _header_classes() -> HeaderRegistry:
    registry = HeaderRegistry()
    registry.map_to_type("subject", _Subject)
    for name in ("message-id", UNSUBSCRIBE.lower()):
        registry.map_to_type(name, _Verbatim)
    return registry


_SEVEN_BIT = SMTP.clone(cte_type="7bit", header_factory=_header_classes())


def write_message(
    *,
    sender: Mailbox,
    recipients: Sequence[Mailbox],
    subject: str,
    text: str,
    html: str,
    at: datetime,
    unsubscribe: str = "",
) -> Mail:
    """Write a mail. All recipients get identical copies.

    Args:
        sender: the From address.
        recipients: the To addresses.
        subject: any text; it becomes one safe line.
        text: the plain text part.
        html: the HTML part, a complete document.
        at: the date in the header.
        unsubscribe: an https or mail address to unsubscribe; empty for none.

    Raises:
        MailError: an address cannot be encoded, or the mail has unexpected headers.
    """
    # Letters outside ASCII before the @ can only be written as UTF-8 (RFC 6532).
    needs_utf8 = not all(box.address.rpartition("@")[0].isascii() for box in (sender, *recipients))
    policy = _SEVEN_BIT.clone(utf8=True) if needs_utf8 else _SEVEN_BIT
    message_id = f"<papertui.{at:%Y%m%d}.{secrets.token_hex(12)}@{wire_domain(sender.domain)}>"
    message = EmailMessage(policy)
    message["From"] = _address(sender)
    message["To"] = [_address(box) for box in recipients]
    message["Subject"] = _unencoded(subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    if unsubscribe:
        message[UNSUBSCRIBE] = f"<{_target(unsubscribe)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = "multipart/alternative"
    for body, subtype in ((text, "plain"), (html, "html")):
        part = EmailMessage(policy)
        # Quoted-printable: the server does not need to support 8-bit data or long lines.
        part.set_content(body, subtype=subtype, charset="utf-8", cte="quoted-printable")
        del part["MIME-Version"]  # only the top level has it
        message.attach(part)
    data = message.as_bytes()
    expected = [name for name in (*HEADERS[:5], UNSUBSCRIBE, *HEADERS[5:]) if unsubscribe or name != UNSUBSCRIBE]
    if header_names(data) != expected:
        raise MailError(
            "The mail has unexpected headers and was not sent. Please report this with its subject: "
            f"{one_line(subject)!r}."
        )
    return Mail(message_id, sender, tuple(recipients), one_line(subject), data)


def header_names(data: bytes) -> list[str]:
    """The names of a message's headers, read from its bytes.

    `email` is not used for that: in Python 3.11.7 an RFC 2047 word with a line end in a subject becomes a separate
    header, but only when the message is written.
    """
    head = data.split(b"\r\n\r\n", 1)[0]
    names = []
    for line in re.split(rb"\r\n|\r|\n", head):
        if line[:1] in {b" ", b"\t"}:
            continue
        match = _HEADER.match(line)
        names.append(match[1].decode("ascii") if match else line.decode("ascii", "replace"))
    return names


def _unencoded(text: str) -> str:
    """One line without anything that looks like an encoded word (RFC 2047)."""
    return one_line(text).replace("=?", "= ?")


def _address(box: Mailbox) -> Address:
    local, _, domain = wire_address(box).rpartition("@")
    return Address(_unencoded(box.name), local, domain)


def _target(unsubscribe: str) -> str:
    return unsubscribe if unsubscribe.startswith(("https://", "mailto:")) else f"mailto:{unsubscribe}"


def text_of(mail: Mail) -> str:
    """The plain text part of a mail, for the preview; empty if it has none."""
    body = message_from_bytes(mail.data, policy=policy.default).get_body(("plain",))
    # A custom template may contain anything; make sure that it cannot control the terminal.
    return "\n".join(safe(line) for line in body.get_content().splitlines()) if body is not None else ""
