"""Dashes, ties and accents in running text, and the text written so far."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from papertui.core.tex.signs import ACCENTS

_TAIL: Final = 12
_ESCAPED = re.compile(r"\\([_%&#~$])")
#: Letters that take the dots of ``\"``; before others it is an escaped quotation mark.
_DOTTED: Final = frozenset("aeiouyAEIOUYwxWX")
#: Accents below a letter: an i keeps its dot.
_BELOW: Final = ("\u0327", "\u0328", "\u0323")


class Written:
    """The output so far."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.quotes = 0  # the number of open double quotes

    def __str__(self) -> str:
        return "".join(self._parts)

    def add(self, part: str) -> None:
        if part:
            self._parts.append(part)

    def tail(self) -> str:
        """Return the last few characters."""
        tail = ""
        for part in reversed(self._parts):
            tail = part[-_TAIL:] + tail
            if len(tail) >= _TAIL:
                break
        return tail


def dashes(run: str, before: str, after: str) -> str:
    """Convert a `run` of two or more hyphens to a dash, unless it is an option (``--help``), an arrow or a rule."""
    option = not before.strip(" ([`\"'") and after != "" and not after.isspace()
    if len(run) > len("---") or before in tuple("<!-") or after in tuple(">-") or (option and run == "--"):
        return run
    return "–" if run == "--" else "—"


def tie(tail: str, after: str) -> str:
    """Convert a tilde: a space between words, or a literal tilde in ``~5``, ``5~10``, ``z~2`` and ``x~y``.

    Args:
        tail: the text before it.
        after: the next two characters.
    """
    before, following = tail[-1:], after[:1]
    if not before or not following or before.isspace() or following.isspace():
        return "~"
    if before in "([{/=<>~≈\"'“‘-–—" or following in "~/=" or (before.isdigit() and following.isdigit()):
        return "~"
    single = before.isalpha() and len(tail) > 1 and not tail[-2].isalnum() and tail[-2] not in ".-"
    variable = following.isdigit() or (following.isalpha() and not after[1:2].isalnum())
    return "~" if single and variable else " "


def with_accent(letters: str, name: str, *, grouped: bool) -> str | None:
    r"""Add the accent called `name` to the first of `letters`; ``None`` if that is not possible.

    Outside of braces (`grouped`) only letters that exist with the accent are accepted: ``\"o`` but not ``\"t``.
    """
    if not letters or not letters[0].isalpha():
        return None
    accent = ACCENTS[name]
    base = letters[0] if accent in _BELOW else {"ı": "i", "ȷ": "j"}.get(letters[0], letters[0])
    accented = unicodedata.normalize("NFC", base + accent)
    if not grouped and (len(accented) > 1 or (name == '"' and base not in _DOTTED)):
        return None
    return accented + letters[1:]


def unescaped(address: str) -> str:
    """Remove the backslashes of TeX from an address."""
    return _ESCAPED.sub(r"\1", address).strip()


def linked(url: str, words: str) -> str:
    """Format a link as text: its words, then its address unless that is the same."""
    words = words.strip()
    return url if not words or words.rstrip("/") == url.rstrip("/") else f"{words} ({url})"
