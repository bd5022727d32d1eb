"""Scripts outside of mathematics: ``x_i^2`` and ``10^-3`` are scripts, ``batch_size`` and ``^_^`` are not."""

from __future__ import annotations

import re
import unicodedata

from papertui.core.tex.signs import LOWERED, RAISED

#: An integer that is not part of a decimal or fraction, an integer in brackets, a single sign, a single letter.
_POWER = re.compile(
    r"[-+−]?[0-9]+(?![0-9]|[./][0-9])|\(([-+−]?[0-9]+)\)"
    r"|\*(?![\w(])|\+(?![\d(.])|-(?![\w(.])|-(?=[A-Za-z]+\^)|[A-Za-z](?![A-Za-z])"
)
#: A short number or a single letter.
_INDEX = re.compile(r"(?:[0-9]{1,3}|[A-Za-z])(?![\w@/]|\.[0-9])")
#: Text that takes an index: a single letter, a non-ASCII letter, a bracket, or two capitals (``SL_2``).
_INDEXED = re.compile(r"(?:^|[^\w/@.\\#-])[^\W\d_]$|[^\W\d_a-zA-Z]$|[)\]}]$|(?:^|[^\w/@.\\#-])[A-Z]{2}$")


def has_base(tail: str) -> bool:
    """Whether the end of `tail` can take a script."""
    return tail[-1:].isalnum() or tail[-1:] in tuple(")]}|*′") or bool(tail and unicodedata.combining(tail[-1]))


def loose_script(text: str, mark: str, at: int, end: int, tail: str) -> tuple[str, int] | None:
    """Return the script at `at` and the position after it; ``None`` if it is not a script.

    Args:
        text: the whole text.
        mark: ``^`` or ``_``.
        at: the position after the mark.
        end: where to stop.
        tail: the output before the mark.
    """
    if not has_base(tail):
        return None
    if mark == "^" and (power := _POWER.match(text, at, end)):
        return power[1] or power[0], power.end()
    if mark == "_" and (index := _INDEX.match(text, at, end)) and _INDEXED.search(tail):
        return index[0], index.end()
    following = text[at + 1] if at + 1 < end else ""
    known = text[at] in (RAISED if mark == "^" else LOWERED)
    if known and not text[at].isascii() and not following.isalnum() and following not in tuple("_^"):
        return text[at], at + 1
    return None
