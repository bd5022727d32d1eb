"""Addresses as servers read them: hosts in ASCII."""

from __future__ import annotations

import idna

from papertui.core.mailing.mailbox import Mailbox
from papertui.errors import MailError


def wire_domain(domain: str) -> str:
    """A domain in ASCII: ``münchen.example`` becomes ``xn--mnchen-3ya.example``.

    Raises:
        MailError: it is no domain.
    """
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise MailError(f"“{domain}” cannot be the domain of an address; check it for mistakes.") from error


def wire_address(box: Mailbox) -> str:
    """An address with its domain in ASCII. What stands before the @ stays as it is.

    Raises:
        MailError: its domain is none.
    """
    local, _, domain = box.address.rpartition("@")
    return f"{local}@{wire_domain(domain)}"
