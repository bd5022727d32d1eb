"""Parsing mail addresses: ``ada@example.org`` or ``Ada Lovelace <ada@example.org>``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papertui.core.mailing.mailbox import Mailbox
from papertui.core.safe import one_line
from papertui.errors import UsageError

#: The local part, a dot-atom (RFC 5322) with letters of all scripts (RFC 6531).
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
#: A host as people write it; letters outside ASCII are encoded when a mail is written.
_LABEL = r"\w(?:[\w-]{0,61}\w)?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
#: A comma between two addresses, not one inside a quoted name.
_BETWEEN = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
_LONGEST_LOCAL, _LONGEST = 64, 254
_SHOWN = 60


def parse_mailbox(text: str) -> Mailbox:
    """Parse an address, or a name followed by an address in angle brackets.

    Raises:
        UsageError: `text` is not a valid mail address.
    """
    found = _NAMED.fullmatch(text.strip())
    address = (found["address"] if found else text).strip()
    name = one_line(found["name"]).strip('"').strip() if found else ""
    local, at, domain = address.rpartition("@")
    if not (
        at
        and address.isprintable()
        and _LOCAL.fullmatch(local)
        and _DOMAIN.fullmatch(domain)
        and len(local.encode()) <= _LONGEST_LOCAL
        and len(address.encode()) <= _LONGEST
    ):
        shown = "".join(c if c.isprintable() else "?" for c in text.strip()[:_SHOWN])
        raise UsageError(
            f"“{shown}” is not a valid mail address. Examples: ada@example.org, Ada Lovelace <ada@example.org>."
        )
    return Mailbox(address, name)


def parse_mailboxes(texts: Iterable[str]) -> tuple[Mailbox, ...]:
    """The mailboxes in `texts`, each of which may be a comma-separated list; without duplicates.

    Raises:
        UsageError: one of them is not a valid address.
    """
    found: dict[str, Mailbox] = {}
    for text in texts:
        for part in _BETWEEN.split(text):
            if part.strip():
                box = parse_mailbox(part)
                found.setdefault(box.address.casefold(), box)
    return tuple(found.values())
