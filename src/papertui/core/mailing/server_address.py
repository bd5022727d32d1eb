"""Parsing the address of a mail server."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from papertui.core.mailing.server import Secret, Server, Tls
from papertui.errors import UsageError

_EXAMPLE = "Examples: smtp://user@mail.example.org:587, smtps://user@mail.example.org."
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+", re.ASCII)
_SUBMISSION, _SUBMISSIONS, _SMTP = 587, 465, 25


def parse_server(text: str) -> Server:
    """Parse the address of a mail server.

    The default port is 465 for ``smtps``, 25 on this machine and 587 elsewhere. ``?tls=none`` disables TLS, and
    ``?tls=starttls`` requires STARTTLS on this machine as well.

    Raises:
        UsageError: `text` is not a valid server address. The message does not quote it: it may contain a password.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise UsageError(f"The address of the mail server is malformed. {_EXAMPLE}") from error
    if parts.scheme not in {"smtp", "smtps"}:
        raise UsageError(f"The address of the mail server must begin with smtp:// or smtps://. {_EXAMPLE}")
    if not host or not _HOST.fullmatch(host) or port == 0 or parts.path.strip("/") or parts.fragment:
        raise UsageError(f"The address of the mail server needs a host, and must end after the port. {_EXAMPLE}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not user.isprintable() or not password.isprintable() or (password and not user):
        raise UsageError(f"The user or password in the address of the mail server is malformed. {_EXAMPLE}")
    wish = options.pop("tls", "")
    if options or wish not in {"", "none", "starttls"} or (wish and parts.scheme == "smtps"):
        raise UsageError("The only options of a mail server address are ?tls=none and ?tls=starttls, with smtp://.")
    if parts.scheme == "smtp" and port == _SUBMISSIONS and wish != "none":
        raise UsageError("Port 465 uses TLS from the first byte. Write smtps:// instead of smtp://.")
    tls: Tls = "always" if parts.scheme == "smtps" else "none" if wish == "none" else "starttls"
    server = Server(host, port or 0, tls, user, Secret(password) if password else None, wish == "starttls")
    usual = _SUBMISSIONS if tls == "always" else _SMTP if server.is_loopback else _SUBMISSION
    return server._replace(port=port or usual)
