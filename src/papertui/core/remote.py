"""The repository that machines meet in: an address that git is given, checked, and never shown with its secrets."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from papertui.errors import UsageError

#: What git understands and papertui lets through; ``ext::`` and its like run programs.
_SCHEMES = ("https", "http", "ssh", "git+ssh", "git", "file")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://", re.ASCII)
_HELPER = re.compile(r"[A-Za-z0-9+.-]*::", re.ASCII)
#: ``host:folder`` and ``user@host:folder``, the short form of ssh: a colon before the first slash.
_SHORT_SSH = re.compile(r"(?:[^\s/:@]+@)?(?:[^\s/:@]+|\[[0-9A-Fa-f:.]+\]):(?!/?/).*", re.ASCII)
_USER = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^/?#]*)@", re.ASCII)
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:[/?#]|$)", re.ASCII | re.IGNORECASE)
_LONGEST = 2000


class Remote(NamedTuple):
    """A repository somewhere.

    Attributes:
        text: as its reader gave it, secrets and all: never to be shown.
        address: without user and password where they are sent otherwise; this is what git is given.
        shown: without anything secret, for the reader's eyes.
        user: who reads and writes, for http and https with a password; else empty.
        password: theirs; else empty.
        is_path: whether it is a folder of this machine (a USB stick, a mounted disk).
    """

    text: str
    address: str
    shown: str
    user: str = ""
    password: str = ""
    is_path: bool = False

    def without_secrets(self, words: str) -> str:
        """`words`, which may quote the address, without what is secret in it."""
        hidden = {self.password, *(found["user"] for found in (_USER.match(self.text),) if found)} - {"", "git"}
        for part in sorted(hidden, key=len, reverse=True):
            words = words.replace(part, "***")
        return words


def remote_of(text: str) -> Remote:
    """The repository that `text` names: a path, or an address of https, ssh, git or a file.

    Raises:
        UsageError: it is none, or one that would make git run something.
    """
    wanted = text.strip()
    if not wanted or len(wanted) > _LONGEST or not wanted.isprintable():
        raise UsageError(
            "This is no address of a git repository. Give a folder (/media/stick/papers.git), an https:// address "
            "or one of ssh (git@host:papers.git)."
        )
    if wanted.startswith("-") or _HELPER.match(wanted):
        raise UsageError(
            f"“{wanted[:60]}” is refused: git would take it for an option or a program to run. "
            "Give a folder, an https:// address or one of ssh."
        )
    if (found := _SCHEME.match(wanted)) is None:
        return Remote(wanted, wanted, wanted, is_path=_SHORT_SSH.fullmatch(wanted) is None)
    scheme = found[1].lower()
    if scheme not in _SCHEMES:
        raise UsageError(f"Addresses that begin with “{scheme}://” are not for git. Use https://, ssh:// or a folder.")
    return _with_host(wanted, scheme)


def _with_host(wanted: str, scheme: str) -> Remote:
    found = _USER.match(wanted)
    if found is None:
        return Remote(wanted, wanted, wanted)
    rest = wanted[found.end() :]
    user, colon, password = found["user"].partition(":")
    if scheme not in {"http", "https"}:
        # ssh asks for no password in its address; whoever wrote one there sees it go unused, and unseen.
        return Remote(wanted, wanted, f"{found['scheme']}{user}{':***' if colon else ''}@{rest}")
    shown = f"{found['scheme']}***@{rest}"
    if not password:
        return Remote(wanted, wanted, shown)
    if scheme == "http" and not _LOOPBACK.match(rest):
        raise UsageError("A password would be sent where everybody on the way can read it. Use https://.")
    return Remote(wanted, found["scheme"] + rest, shown, unquote(user), unquote(password))
