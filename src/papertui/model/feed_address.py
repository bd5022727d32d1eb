"""The addresses of feeds as people paste them, brought into one form (RFC 3986), and the passwords in them."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from papertui.errors import UsageError
from papertui.model.mailbox import Password
from papertui.model.safe_text import excerpt

LONGEST = 2000
#: The service name of papertui's entries in the keyring: ``keyring set papertui USER``.
KEYRING_SERVICE = "papertui"
#: Addresses with users and passwords, separated by blanks.
LOGINS_VARIABLE = "PAPERTUI_FEED_LOGINS"
_SCHEMES = {"http": "80", "https": "443"}
_EXAMPLE = "Write it like https://example.org/feed.xml."
#: What copying from a page or a mail may leave around an address: a byte order mark, invisible characters, ``<>``.
_AROUND = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
#: WHATWG removes these from addresses; a mail program may have broken a long one into lines.
_BREAKS = str.maketrans("", "", "\t\r\n")
#: ``feed:`` of other feed readers: https://www.iana.org/assignments/uri-schemes/prov/feed
_FEED = re.compile(r"feed:(?:(//)|(?=https?:))?(?=\S)", re.IGNORECASE)
_BARE_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[:/?#].*)?")
_START = re.compile(r"(https?)://([^/?#]*)", re.IGNORECASE)
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]{2,45}\]")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?")
_LOOPBACK = re.compile(r"(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\]", re.ASCII)
_PORT = re.compile(r"\d{1,5}", re.ASCII)
_LARGEST_PORT = 65_535
#: A percent sign that encodes nothing.
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
#: The characters that a path (RFC 3986, 3.3) and a query (3.4) may have besides letters, digits and ``-._~``.
_IN_PATH, _IN_QUERY = "/:@!$&'()*+,;=%", "/?:@!$&'()*+,;=%"
#: ``//user:password@`` in any text, as far as an ``@`` that may end it: rather too much than half a password.
_SECRET = re.compile(r"(//[^\s/?#:@]*|\A(?!.*//)[^\s/?#:@]*):.*@", re.DOTALL)
#: A text that may begin with a scheme and a user with a password.
_MAY_HAVE_PASSWORD = re.compile(r"\s*[<\ufeff]*[A-Za-z]{2,8}:.*//.*:.*@", re.DOTALL)


class FeedAddress(NamedTuple):
    """The address of a feed in its parts, each as it is sent."""

    scheme: str  # ``http`` or ``https``
    host: str  # lower case, ASCII, with the port unless it is the usual one
    rest: str  # path and query
    user: str = ""  # as its owner writes it; empty for no login
    password: Password | None = None  # as it was pasted; never part of `name`

    @property
    def is_loopback(self) -> bool:
        """Whether it is a server on this machine."""
        name = self.host if self.host.endswith("]") else re.sub(r":\d+$", "", self.host)
        return _LOOPBACK.fullmatch(name) is not None

    @property
    def url(self) -> str:
        """The address to request, without the user."""
        return f"{self.scheme}://{self.host}{self.rest}"

    @property
    def account(self) -> str:
        """The user and the origin, which share a password: ``https://ada@example.org``."""
        return f"{self.scheme}://{quote(self.user, safe='')}@{self.host}"

    @property
    def name(self) -> str:
        """The address that identifies the feed: with the user, without the password."""
        return f"{self.account}{self.rest}" if self.user else self.url


def hidden_password(text: str) -> str:
    """Return `text` for a message, without a password that an address in it may have."""
    return _SECRET.sub(r"\1:…@", text)


def password_places(account: str) -> str:
    """Return the sentence that says where the password of `account` may be; see `FeedAddress.account`."""
    return (
        f"Store it in the keyring (keyring set {KEYRING_SERVICE} {account}), set password_command under [feeds.NAME] "
        f"to a program that prints it, or put the URL with the password into {LOGINS_VARIABLE}."
    )


def without_password(text: str) -> tuple[str, Password | None]:
    """Take the password out of the address in `text`, if there is one; any other text is returned as it is.

    Raises:
        UsageError: it is an address with a password, and malformed.
    """
    if not _MAY_HAVE_PASSWORD.match(text):
        return text, None
    if not _START.match(_with_scheme(_cleaned(text))):
        return text, None
    address = parse_feed_address(text)
    return (address.name, address.password) if address.password is not None else (text, None)


def is_address(text: str) -> bool:
    """Whether `text` begins as the address of a feed, with http, https or feed."""
    cleaned = _cleaned(text)
    return re.match(r"(?:https?|feed):", cleaned, re.IGNORECASE) is not None


def parse_feed_address(text: str) -> FeedAddress:
    """Parse an address as people paste it: percent-encoded where it has to be, the host in lower case and ASCII.

    A fragment does not identify another feed and is dropped. ``feed:`` stands for http or https.

    Raises:
        UsageError: `text` is not the address of a feed; the message does not contain a password.
    """
    cleaned = _with_scheme(_cleaned(text))
    start = _START.match(cleaned)
    if start is None:
        raise _wrong(text, "")
    scheme, authority = start[1].lower(), start[2]
    login, at, place = authority.rpartition("@")
    user, password = _login(login, text) if at else ("", None)
    address = FeedAddress(scheme, _place(scheme, place, text), _rest(cleaned[start.end() :], text), user, password)
    if len(address.name) > LONGEST:
        raise UsageError(f"The URL “{excerpt(hidden_password(text))}” has more than {LONGEST:,} characters.")
    if user and scheme == "http" and not address.is_loopback:
        shown = excerpt(hidden_password(text.strip()))
        raise UsageError(f"“{shown}” has a user, and a password is sent over https only. Write https:// instead.")
    return address


def host_words(host: str) -> str:
    """Return a host for a title: ``xn--bcher-kva.example`` as ``bücher.example``, without a leading ``www.``."""
    host = host.removeprefix("www.")
    if "xn--" not in host:
        return host
    try:
        words = host.encode("ascii").decode("idna")
    except UnicodeError:
        return host
    return words if words.isprintable() else host


def _cleaned(text: str) -> str:
    cleaned = text.strip().strip(_AROUND).strip()
    if cleaned.startswith("<") and cleaned.endswith(">"):  # RFC 3986, appendix C
        cleaned = cleaned[1:-1].strip()
    return cleaned.translate(_BREAKS)


def _with_scheme(text: str) -> str:
    """Replace the scheme ``feed``: ``feed://``, ``feed:https://``, ``feed:example.org/…``."""
    found = _FEED.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    return f"http://{rest}" if found[1] or _BARE_HOST.fullmatch(rest) else rest


def _login(login: str, text: str) -> tuple[str, Password | None]:
    user, colon, password = login.partition(":")
    user, password = unquote(user), unquote(password)
    if not (user + password).isprintable() or "\\" in login or " " in login:
        raise _wrong(text, "its user or password has a character that must be percent-encoded")
    if password and not user:
        raise _wrong(text, "it has a password without a user")
    return user, Password(password) if colon and password else None


def _place(scheme: str, place: str, text: str) -> str:
    """Return host and port in their usual form."""
    host, port = place, ""
    if place.startswith("["):
        host, bracket, after = place.partition("]")
        host += bracket
        if after and not after.startswith(":"):
            raise _wrong(text, "")
        port = after[1:]
    elif ":" in place:
        host, _, port = place.rpartition(":")
    host = _ascii_host(host, text)
    if port and not (_PORT.fullmatch(port) and 0 < int(port) <= _LARGEST_PORT):
        if "@" in text:
            raise _wrong(text, "a password with / ? or # in it must have them percent-encoded: %2F %3F %23")
        raise _wrong(text, "its port is not a number from 1 to 65535")
    port = port.lstrip("0")
    return f"{host}:{port}" if port and port != _SCHEMES[scheme] else host


def _ascii_host(host: str, text: str) -> str:
    if not host:
        raise _wrong(text, "it has no host")
    if host.startswith("["):
        if not _IPV6.fullmatch(host):
            raise _wrong(text, "its host is not valid")
        return host.lower()
    host = unquote(host) if "%" in host else host
    if not host.isascii():
        import idna  # noqa: PLC0415 - large tables, for hosts in other scripts only

        try:
            host = idna.encode(host, uts46=True, transitional=False).decode("ascii")
        except UnicodeError:
            raise _wrong(text, "its host is not valid") from None
    host = host.lower()
    if not _HOST.fullmatch(host) or ".." in host:
        raise _wrong(text, "its host is not valid")
    return host


def _rest(rest: str, text: str) -> str:
    """Return path and query, percent-encoded."""
    rest = rest.partition("#")[0]
    if not rest.isprintable():
        raise _wrong(text, "it has an invisible character")
    path, question, query = _LONE_PERCENT.sub("%25", rest).partition("?")
    encoded = quote(path, safe=_IN_PATH) + question + quote(query, safe=_IN_QUERY)
    return _ENCODED.sub(lambda found: found[0].upper(), encoded)


def _wrong(text: str, why: str) -> UsageError:
    shown = excerpt(hidden_password(text.strip()))
    return UsageError(f"“{shown}” is not the URL of a feed{f': {why}' if why else ''}. {_EXAMPLE}")
