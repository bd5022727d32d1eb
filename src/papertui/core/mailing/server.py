"""The server that mail is handed over to, as its address says: ``smtp://user@mail.example.org:587``."""

from __future__ import annotations

import ipaddress
import re
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from papertui.errors import UsageError

#: ``always``: from the first byte (smtps). ``starttls``: before anything else is said. ``none``: never, as asked for.
Tls = Literal["always", "starttls", "none"]
_EXAMPLE = "Write it like smtp://user@mail.example.org:587 or smtps://user@mail.example.org."
_HOST = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]+", re.ASCII)
_SUBMISSION, _SUBMISSIONS, _SMTP = 587, 465, 25


class Secret:
    """A text that never shows itself: not printed, in no traceback, in no log."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "<secret>"

    def reveal(self) -> str:
        """The text, for the one place that needs it."""
        return self._text


class Server(NamedTuple):
    """Where mail is handed over, and how.

    Attributes:
        host: its name or address.
        port: the port.
        tls: how the connection is kept private.
        user: who logs in; empty for nobody.
        password: where the address held one.
    """

    host: str
    port: int
    tls: Tls = "starttls"
    user: str = ""
    password: Secret | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def may_be_plain(self) -> bool:
        """Whether mail may go there without TLS: on this machine, or because the reader said so."""
        return self.tls == "none" or (self.tls == "starttls" and self.is_loopback)

    @property
    def name(self) -> str:
        """Host and port, for a sentence."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def words(self) -> str:
        """All of it that may be shown: ``mail.example.org:587 as ada, with STARTTLS``."""
        ways = {"always": "with TLS", "starttls": "with STARTTLS", "none": "without TLS, as asked for"}
        way = "with STARTTLS where offered" if self.tls == "starttls" and self.is_loopback else ways[self.tls]
        return f"{self.name}{f' as {self.user}' if self.user else ''}, {way}"

    @property
    def url(self) -> str:
        """The address, without a password."""
        from_user = f"{_quoted(self.user)}@" if self.user else ""
        scheme = "smtps" if self.tls == "always" else "smtp"
        return f"{scheme}://{from_user}{self.name}{'?tls=none' if self.tls == 'none' else ''}"


def parse_server(text: str) -> Server:
    """The server with the address `text`.

    Without a port it is 465 for ``smtps``, 25 on this machine and 587 elsewhere. ``?tls=none`` asks for no TLS at all.

    Raises:
        UsageError: `text` is no address of a mail server. The message does not show it: it may hold a password.
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
        raise UsageError(f"The address of the mail server needs a host, and nothing behind its port. {_EXAMPLE}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not user.isprintable() or not password.isprintable() or (password and not user):
        raise UsageError(f"The address of the mail server holds a malformed user or password. {_EXAMPLE}")
    wish = options.pop("tls", "")
    if options or wish not in {"", "none", "starttls"} or (wish and parts.scheme == "smtps"):
        raise UsageError("Behind the address of a mail server may stand ?tls=none or ?tls=starttls with smtp://.")
    if parts.scheme == "smtp" and port == _SUBMISSIONS and wish != "none":
        raise UsageError("Mail servers speak TLS from the first byte on port 465. Write smtps:// instead of smtp://.")
    tls: Tls = "always" if parts.scheme == "smtps" else "none" if wish == "none" else "starttls"
    server = Server(host, port or 0, tls, user, Secret(password) if password else None)
    usual = _SUBMISSIONS if tls == "always" else _SMTP if server.is_loopback else _SUBMISSION
    return server._replace(port=port or usual)


def _quoted(user: str) -> str:
    return "".join(c if c.isalnum() or c in "._-~" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in user)
