"""Find the address of the next page of a response."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

#: A link of a ``Link`` header to the next page. https://www.rfc-editor.org/rfc/rfc8288
_NEXT = re.compile(r"<([^<>]*)>[^<>]*?;\s*rel\s*=\s*(?:next\b|\"(?:[^\"]*\s)?next(?:\s[^\"]*)?\")", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443}


def next_address(headers: Mapping[str, str], asked: str) -> str | None:
    """Return the address of the next page, if the response to `asked` links to one of the same origin and path.

    Args:
        headers: the headers of the response, names in lower case.
        asked: the requested address, with or without a query.

    Returns:
        An address of the same origin and path as `asked`, else ``None``: a token must not be sent elsewhere.
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
    """Whether the response links to a next page, wherever it is."""
    return _NEXT.search(headers.get("link", "")) is not None


def _place(address: str) -> tuple[str, str | None, int | None, str]:
    parts = urlsplit(address)
    if "@" in parts.netloc:
        raise ValueError("an address with a user name")
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme), parts.path
