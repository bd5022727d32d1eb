"""Addresses for SMTP, with domains in ASCII (IDNA)."""

from __future__ import annotations

import idna

from papertui.core.mailing.mailbox import Mailbox
from papertui.errors import MailError


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
