"""Validation of service addresses and tokens, before anything is sent.

Light to import: settings are checked long before the network is needed.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from papertui.errors import SettingsError
from papertui.model.safe_text import excerpt

#: Hosts that plain http is allowed for: the traffic never leaves the machine.
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def endpoint_address(text: str, variable: str) -> str:
    """Return the base address in `text` without a trailing slash; it may have a path.

    Args:
        text: the value as the user gave it.
        variable: the name of the setting, for the message.

    Raises:
        SettingsError: it is not an http(s) address with a host, contains a password, a query or a fragment, or is
            plain http to another machine.
    """
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading the port validates it
    except ValueError:
        raise _wrong(address, variable, "is not a valid URL") from None
    # urlsplit silently drops tabs and line ends, so check the text itself.
    if not address.isprintable() or not address.isascii() or any(c in address for c in " \\<>\"'{}|^`"):
        raise _wrong(address, variable, "contains characters that are not allowed in a URL")
    if "@" in parts.netloc:
        raise SettingsError(f"The URL in {variable} contains a user name or password; remove them.")
    if parts.query or parts.fragment or "?" in address or "#" in address:
        raise _wrong(address, variable, "has a query or a fragment")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _wrong(address, variable, "does not start with https:// and a host")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise _wrong(address, variable, "is plain http to another machine, which anyone on the way can read and change")
    return address


def clean_token(text: str | None, variable: str) -> str | None:
    """Return the token in `text` without surrounding white space, ``None`` if there is none.

    Raises:
        SettingsError: it contains characters that are not allowed in an ``Authorization`` header. The message does
            not show the token.
    """
    token = (text or "").strip()
    if not token:
        return None
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError(f"The token in {variable} contains characters that no token has; copy it again.")
    return token


def _wrong(address: str, variable: str, what: str) -> SettingsError:
    shown = excerpt(address, 80)
    shown = "…" if "@" in shown else shown  # the part before the @ may be a password
    example = "https://huggingface.co" if variable == "HF_ENDPOINT" else "https://arxiv.org"
    return SettingsError(
        f"The URL “{shown}” in {variable} {what}; write it like {example} (http:// is for localhost only)."
    )
