"""The server that mail is handed over to, as its address says: ``smtp://user@mail.example.org:587``."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

#: ``always``: from the first byte (smtps). ``starttls``: before anything else is said. ``none``: never, as asked for.
Tls = Literal["always", "starttls", "none"]
_LOOPBACK = re.compile(r"(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1", re.ASCII)


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
        insists: whether STARTTLS was asked for by name, so that even this machine must offer it.
    """

    host: str
    port: int
    tls: Tls = "starttls"
    user: str = ""
    password: Secret | None = None
    insists: bool = False

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine."""
        return _LOOPBACK.fullmatch(self.host) is not None

    @property
    def may_be_plain(self) -> bool:
        """Whether mail may go there without TLS: on this machine, or because the reader said so."""
        return self.tls == "none" or (self.tls == "starttls" and self.is_loopback and not self.insists)

    @property
    def name(self) -> str:
        """Host and port, for a sentence."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def words(self) -> str:
        """All of it that may be shown: ``mail.example.org:587 as ada, with STARTTLS``."""
        ways = {"always": "with TLS", "starttls": "with STARTTLS", "none": "without TLS, as asked for"}
        way = "with STARTTLS where offered" if self.tls == "starttls" and self.may_be_plain else ways[self.tls]
        return f"{self.name}{f' as {self.user}' if self.user else ''}, {way}"

    @property
    def url(self) -> str:
        """The address, without a password."""
        from_user = f"{_quoted(self.user)}@" if self.user else ""
        scheme = "smtps" if self.tls == "always" else "smtp"
        wish = "?tls=none" if self.tls == "none" else "?tls=starttls" if self.insists else ""
        return f"{scheme}://{from_user}{self.name}{wish}"


def _quoted(user: str) -> str:
    return "".join(c if c.isalnum() or c in "._-~" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in user)
