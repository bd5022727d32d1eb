"""The remote repository for sync: an address for git, validated, and displayed without its secrets."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from papertui.errors import UsageError

#: The schemes of git that are allowed; ``ext::`` and other remote helpers run programs.
_SCHEMES = ("https", "http", "ssh", "git+ssh", "git", "file")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://", re.ASCII)
_HELPER = re.compile(r"[A-Za-z0-9+.-]*::", re.ASCII)
#: ``host:folder`` and ``user@host:folder``, the scp-like form of ssh: a colon before the first slash.
_SHORT_SSH = re.compile(r"(?:[^\s/:@]+@)?(?:[^\s/:@]+|\[[0-9A-Fa-f:.]+\]):(?!/?/).*", re.ASCII)
_USER = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^/?#]*)@", re.ASCII)
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:[/?#]|$)", re.ASCII | re.IGNORECASE)
_LONGEST = 2000


class Remote(NamedTuple):
    """A remote repository."""

    text: str  # as typed, with secrets: never show it
    address: str  # for git, without user and password if these are sent separately
    shown: str  # for display, without secrets
    user: str = ""  # for http and https with a password
    password: str = ""
    is_path: bool = False  # a folder on this machine (a USB stick, a mounted disk)

    def without_secrets(self, words: str) -> str:
        """Mask the secrets of the address in `words`."""
        hidden = {self.password, *(user["user"] for user in (_USER.match(self.text),) if user)} - {"", "git"}
        for part in sorted(hidden, key=len, reverse=True):
            words = words.replace(part, "***")
        return words


def remote_of(text: str) -> Remote:
    """Parse the location of a repository: a path, or an https, ssh, git or file address.

    Raises:
        UsageError: `text` is not such a location, or it would make git run a program.
    """
    wanted = text.strip()
    if not wanted or len(wanted) > _LONGEST or not wanted.isprintable():
        raise UsageError(
            "This is not the URL of a git repository. Use a folder (/media/stick/papers.git), an https:// URL "
            "or an ssh address (git@host:papers.git)."
        )
    if wanted.startswith("-") or _HELPER.match(wanted):
        raise UsageError(
            f"“{wanted[:60]}” is refused: git would take it for an option or a program to run. "
            "Use a folder, an https:// URL or an ssh address."
        )
    if (scheme_match := _SCHEME.match(wanted)) is None:
        return Remote(wanted, wanted, wanted, is_path=_SHORT_SSH.fullmatch(wanted) is None)
    scheme = scheme_match[1].lower()
    if scheme not in _SCHEMES:
        raise UsageError(f"papertui does not sync with “{scheme}://” addresses. Use https://, ssh:// or a folder.")
    return _with_host(wanted, scheme)


def _with_host(wanted: str, scheme: str) -> Remote:
    match = _USER.match(wanted)
    if match is None:
        return Remote(wanted, wanted, wanted)
    rest = wanted[match.end() :]
    user, colon, password = match["user"].partition(":")
    if scheme not in {"http", "https"}:
        # ssh ignores a password in the address, but it must not be displayed either.
        return Remote(wanted, wanted, f"{match['scheme']}{user}{':***' if colon else ''}@{rest}")
    shown = f"{match['scheme']}***@{rest}"
    if not password:
        return Remote(wanted, wanted, shown)
    if scheme == "http" and not _LOOPBACK.match(rest):
        raise UsageError("http:// would send the password unencrypted. Use https://.")
    return Remote(wanted, match["scheme"] + rest, shown, unquote(user), unquote(password))
