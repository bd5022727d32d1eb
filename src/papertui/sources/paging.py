"""Where the next page of an answer lies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

#: One link of a ``Link`` header that leads to the next page. https://www.rfc-editor.org/rfc/rfc8288
_NEXT = re.compile(r"<([^<>]*)>[^<>]*?;\s*rel\s*=\s*(?:next\b|\"(?:[^\"]*\s)?next(?:\s[^\"]*)?\")", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


def next_address(headers: Mapping[str, str], asked: str) -> str | None:
    """The address of the next page, if the answer to `asked` names one that lies in the same place.

    Args:
        headers: the answer's headers, names in lower case.
        asked: the address that was asked, with or without a query.

    Returns:
        An address of the same origin and path as `asked`, else ``None``: a page elsewhere is none of ours, and a
        token has no business there.
    """
    found = _NEXT.search(headers.get("link", ""))
    if found is None:
        return None
    try:
        there: str = urljoin(asked, found[1].strip())
        if not there.isprintable() or _place(there) != _place(asked):
            return None
    except ValueError:
        return None
    return there


def has_next(headers: Mapping[str, str]) -> bool:
    """Whether the answer says that there is a next page, wherever that lies."""
    return _NEXT.search(headers.get("link", "")) is not None


def _place(address: str) -> tuple[str, str | None, int | None, str]:
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise ValueError("an address with an account in it")
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme), parts.path
