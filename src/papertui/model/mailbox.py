"""Mail addresses and mail servers, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from papertui.errors import UsageError
from papertui.model.safe_text import excerpt, one_line


class Mailbox(NamedTuple):
    """A sender or recipient of mail."""

    address: str  # As its owner writes it, including letters outside ASCII
    name: str = ""  # Empty if there is none

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]


# --- parsing a mail address --------------------------------------------------------------------------

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


def parse_mailbox(text: str) -> Mailbox:
    """Parse an address, or a name followed by an address in angle brackets.

    Raises:
        UsageError: `text` is not a valid mail address.
    """
    match = _NAMED.fullmatch(text.strip())
    address = (match["address"] if match else text).strip()
    name = one_line(match["name"]).strip('"').strip() if match else ""
    local, at, domain = address.rpartition("@")
    if not (
        at
        and address.isprintable()
        and _LOCAL.fullmatch(local)
        and _DOMAIN.fullmatch(domain)
        and len(local.encode()) <= _LONGEST_LOCAL
        and len(address.encode()) <= _LONGEST
    ):
        wrong = excerpt(text.strip())
        raise UsageError(
            f"“{wrong}” is not a valid mail address. Examples: ada@example.org, Ada Lovelace <ada@example.org>."
        )
    return Mailbox(address, name)


def parse_mailboxes(texts: Iterable[str]) -> tuple[Mailbox, ...]:
    """The mailboxes in `texts`, each of which may be a comma-separated list; without duplicates.

    Raises:
        UsageError: one of them is not a valid address.
    """
    mailboxes: dict[str, Mailbox] = {}
    for text in texts:
        for part in _BETWEEN.split(text):
            if part.strip():
                box = parse_mailbox(part)
                mailboxes.setdefault(box.address.casefold(), box)
    return tuple(mailboxes.values())


# --- the mail server: ``smtp://user@mail.example.org:587`` -------------------------------------------

#: ``always``: from the first byte (smtps). ``starttls``: upgrade after the greeting. ``none``: disabled by the reader.
Tls = Literal["always", "starttls", "none"]
_LOOPBACK = re.compile(r"(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|::1", re.ASCII)


class Password:
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
    password: Password | None = None  # Set if the address contains one
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
        tls_option = "?tls=none" if self.tls == "none" else "?tls=starttls" if self.insists else ""
        return f"{scheme}://{from_user}{self.name}{tls_option}"


def _quoted(user: str) -> str:
    return "".join(c if c.isalnum() or c in "._-~" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in user)


# --- parsing the address of a mail server ------------------------------------------------------------

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
    tls_option = options.pop("tls", "")
    if options or tls_option not in {"", "none", "starttls"} or (tls_option and parts.scheme == "smtps"):
        raise UsageError("The only options of a mail server address are ?tls=none and ?tls=starttls, with smtp://.")
    if parts.scheme == "smtp" and port == _SUBMISSIONS and tls_option != "none":
        raise UsageError("Port 465 uses TLS from the first byte. Write smtps:// instead of smtp://.")
    tls: Tls = "always" if parts.scheme == "smtps" else "none" if tls_option == "none" else "starttls"
    server = Server(host, port or 0, tls, user, Password(password) if password else None, tls_option == "starttls")
    usual = _SUBMISSIONS if tls == "always" else _SMTP if server.is_loopback else _SUBMISSION
    return server._replace(port=port or usual)
