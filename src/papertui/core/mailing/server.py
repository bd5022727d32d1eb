"""The mail server, as given by its address: ``smtp://user@mail.example.org:587``."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

#: ``always``: from the first byte (smtps). ``starttls``: upgrade after the greeting. ``none``: disabled by the reader.
Tls = Literal["always", "starttls", "none"]
_LOOPBACK = re.compile(r"(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1", re.ASCII)


class Secret:
    """A text that does not appear in output, tracebacks or logs."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "<secret>"

    def reveal(self) -> str:
        return self._text


class Server(NamedTuple):
    """The address of a mail server and how to connect to it."""

    host: str
    port: int
    tls: Tls = "starttls"
    user: str = ""  # Empty for no login
    password: Secret | None = None  # Set if the address contains one
    insists: bool = False  # Whether STARTTLS was requested explicitly, so that it is required on loopback as well

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this machine."""
        return _LOOPBACK.fullmatch(self.host) is not None

    @property
    def may_be_plain(self) -> bool:
        """Whether mail may be sent without TLS: to this machine, or because the reader disabled it."""
        return self.tls == "none" or (self.tls == "starttls" and self.is_loopback and not self.insists)

    @property
    def name(self) -> str:
        """Host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def words(self) -> str:
        """A description without the password: ``mail.example.org:587 as ada, with STARTTLS``."""
        ways = {"always": "with TLS", "starttls": "with STARTTLS", "none": "without TLS (?tls=none)"}
        way = "with STARTTLS if offered" if self.tls == "starttls" and self.may_be_plain else ways[self.tls]
        return f"{self.name}{f' as {self.user}' if self.user else ''}, {way}"

    @property
    def url(self) -> str:
        """The address without the password."""
        from_user = f"{_quoted(self.user)}@" if self.user else ""
        scheme = "smtps" if self.tls == "always" else "smtp"
        wish = "?tls=none" if self.tls == "none" else "?tls=starttls" if self.insists else ""
        return f"{scheme}://{from_user}{self.name}{wish}"


def _quoted(user: str) -> str:
    return "".join(c if c.isalnum() or c in "._-~" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in user)
