"""Whether a service's address and a token can be used, told before anything is sent.

Light to import: the settings are checked long before the network is needed.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from papertui.errors import SettingsError

#: Hosts that plain http may go to: what is sent there never leaves the machine.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SHOWN = 80


def endpoint_address(text: str, variable: str) -> str:
    """The base address in `text`, without a slash at its end; it may carry a path.

    Args:
        text: the value as the reader gave it.
        variable: where it was given, named in the message.

    Raises:
        SettingsError: it is no http(s) address of a host, carries a password, a query or a fragment, or is plain
            http to another machine.
    """
    address = text.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        raise _wrong(address, variable, "is not an address") from None
    # urlsplit drops tabs and line ends without a word, so they are looked for in the text itself.
    if not address.isprintable() or not address.isascii() or any(c in address for c in " \\<>\"'{}|^`"):
        raise _wrong(address, variable, "holds characters that no address has")
    if "@" in parts.netloc:
        raise SettingsError(f"The address in {variable} holds a user name or password; leave them out.")
    if parts.query or parts.fragment or "?" in address or "#" in address:
        raise _wrong(address, variable, "goes on after its path")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _wrong(address, variable, "does not start with https:// and a host")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise _wrong(
            address, variable, "is plain http to another machine, which anybody on the way can read and change"
        )
    return address


def clean_token(text: str | None, variable: str) -> str | None:
    """The token in `text` without white space around it, ``None`` when there is none.

    Raises:
        SettingsError: it holds characters that cannot stand in an ``Authorization`` header. The message does not
            show it.
    """
    token = (text or "").strip()
    if not token:
        return None
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError(f"The token in {variable} holds characters that no token has; copy it once more.")
    return token


def _wrong(address: str, variable: str, what: str) -> SettingsError:
    shown = "".join(c if c.isprintable() else "?" for c in address[:_SHOWN])
    shown = "…" if "@" in shown else shown  # what stands before the sign may be a password
    example = "https://huggingface.co" if variable == "HF_ENDPOINT" else "https://arxiv.org"
    return SettingsError(
        f"The address “{shown}” in {variable} {what}; write it like {example} (http:// is for localhost only)."
    )
