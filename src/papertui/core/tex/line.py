"""Layout of mathematics on one line: the spaces between parts, scripts, fractions and roots."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from papertui.core.tex.signs import LOWERED, RAISED, ROOTS, VULGAR

#: The class of a part, which decides the spacing, as in TeX: a plain character, a bracket, a comma, a relation (macro),
#: a binary operator (macro), an ASCII operator, a word like "log", a large operator, or an unknown command.
Kind = Literal["plain", "open", "close", "comma", "relation", "joint", "operator", "word", "large", "unknown"]

_LONGEST_SET_WORD = 3
_LONG_WORD = re.compile(rf"[A-Za-z]{{{_LONGEST_SET_WORD + 1},}}")
_SCRIPT_SIGNS = re.escape("".join((*RAISED.values(), *LOWERED.values(), ",")))
_MARKS = "\u0300-\u036f\u20d0-\u20ff"
#: A word or number, which needs no brackets as a script on the line: ``x_train``, ``H_c2``, ``V_0.5``.
_WORD = re.compile("[A-Za-z\U0001d400-\U0001d7cb][A-Za-z0-9\U0001d400-\U0001d7ff]*|[0-9.]+|[\U0001d7ce-\U0001d7ff.]+")
_STYLED = re.compile("[\U0001d7ce-\U0001d7ff]")
_SET_SCRIPTS = frozenset((*RAISED.values(), *LOWERED.values())) - {"±", "∓"}
#: A number, a letter with accents, primes and scripts, or a differential: needs no brackets as a denominator.
_ONE = re.compile(
    rf"\d+(?:\.\d+)?%?|[d∂]?[^\W\d_][{_MARKS}]*(?:[{_SCRIPT_SIGNS}]*)(?:[_^](?:\w+|\([^()]*\)))?|\([^()]*\)|[^\w\s]"
)
_LOOSE = re.compile(r"[\s+\-−=<>/±∓·×,;]")


class Line:
    """A line of parts. `tight` is for scripts, where relations get no spaces."""

    def __init__(self, *, tight: bool = False) -> None:
        self._parts: list[str] = []
        self.tight = tight
        self._last: Kind | None = None
        self._gap = False  # the source has a space after the last part
        self._blank = False  # a command requested a space
        self._after: bool | None = None  # whether the last part wants a space after it
        self._open_script = False  # the last part ends in a script that is written on the line

    def __str__(self) -> str:
        return "".join(self._parts) + (" " if self._blank else "")

    @property
    def empty(self) -> bool:
        return not self._parts

    @property
    def end(self) -> str:
        """The last character, or an empty string."""
        return self._parts[-1][-1] if self._parts else ""

    def gap(self) -> None:
        """Record a space in the source that TeX would ignore."""
        self._gap = True

    def blank(self) -> None:
        """Record a space that a command requested."""
        self._blank = True

    def add(self, part: str, kind: Kind = "plain", *, gap_behind: bool = False) -> None:
        """Append `part`; `gap_behind` is whether a space follows it in the source."""
        if not part:
            return
        binary = self._last in ("plain", "close", "unknown") and kind in ("relation", "joint", "operator")
        spaced = self._wants_space(part, kind, gap_behind=gap_behind, binary=binary) if self._parts else self._blank
        if spaced:
            self._parts.append(" ")
        self._after = None
        if kind == "relation":
            self._after = binary and not self.tight
        elif kind in ("joint", "operator"):
            self._after = binary and spaced
        elif kind in ("word", "large"):
            self._after = not self.tight
        self._parts.append(part)
        self._last = kind
        self._gap = self._blank = self._open_script = False

    def _wants_space(self, part: str, kind: Kind, *, gap_behind: bool, binary: bool) -> bool:
        if self._last == "open" or kind in ("close", "comma"):
            return self._blank and kind != "comma"
        if self._blank:
            return True
        if self._after is not None and not (self._last in ("word", "large") and kind in ("open", "operator", "joint")):
            return self._after
        if self._last == "comma":
            return self._gap and not self.tight
        if kind in ("relation", "joint", "operator"):
            return binary and not self.tight and (kind == "relation" or self._gap or gap_behind)
        return self._is_parted(part, kind)

    def _is_parted(self, part: str, kind: Kind) -> bool:
        """Whether `part` needs a space before it, without an operator in between."""
        if kind in ("word", "large"):
            return not self.tight and (self.end.isalnum() or self.end in RAISED.values() or self._last == "close")
        if kind == "unknown":
            return self._gap
        if self._last == "unknown" or self._open_script:
            return part[0].isalnum()
        return self._gap and kind != "open" and self._would_run_together(part[0])

    def _would_run_together(self, following: str) -> bool:
        """Whether the letter or digit `following` would join the preceding word or number."""
        before = self._end_letter()
        if not following.isascii() or not (following.isalnum() or following == "\\"):
            return False
        return before in _SET_SCRIPTS or (before.isascii() and (before.isalnum() or before in ")]"))

    def _end_letter(self) -> str:
        """Return the last character that is not an accent."""
        part = self._parts[-1]
        return next((sign for sign in reversed(part) if not unicodedata.combining(sign)), part[-1])

    def scripts(self, lowered: str, raised: str, order: str) -> None:
        """Append a subscript and a superscript in `order` (``_^`` or ``^_``); either may be empty.

        A script without Unicode letters comes last, so that it cannot be read as a script of the other one.
        """
        if self._last in ("relation", "joint", "operator", "comma"):  # scripts before their letter: B → ¹²C
            if self._after or (self._last == "comma" and self._gap):
                self._parts.append(" ")
            self._after = None
            self._last = "plain"
        done = {"_": script(lowered, "_"), "^": script(raised, "^")}
        for mark in sorted(order, key=lambda mark: done[mark][:1] == mark):
            if done[mark]:
                self._parts.append(done[mark])
                self._open_script = done[mark][0] == mark and self.end != ")"
        if self._last is None:
            self._last = "plain"
        self._gap = self._blank = False


def script(text: str, mark: str) -> str:
    """Format `text` as a superscript (`mark` ``^``) or subscript (``_``) in Unicode letters if all of them exist.

    Longer words, and text without such letters, follow the mark on the line, in brackets if more than one word.
    """
    text = text.strip().lstrip(mark)
    if not text:
        return ""
    text = _STYLED.sub(lambda styled: unicodedata.normalize("NFKC", styled[0]), text)
    table = RAISED if mark == "^" else LOWERED
    inner = text.strip(",")
    if inner == text and not _LONG_WORD.search(text) and all(sign in table or sign == "," for sign in text):
        return "".join(table.get(sign, sign) for sign in text)
    if mark == "^" and set(text) <= set("*′″†‡°"):
        return text
    bare = len(text) == 1 or _WORD.fullmatch(text) or _is_bracketed(text) or text[0] == "\\"
    return mark + (text if bare else f"({text})")


def fraction(above: str, below: str, *, alone: bool) -> str:
    """Format a fraction on one line, ``½`` or ``(a+b)/c``, in brackets unless it is `alone`."""
    sign = VULGAR.get((above, below))
    if sign is not None:
        return sign
    top = above if not _LOOSE.search(above) or _is_bracketed(above) else f"({above})"
    bottom = below if _ONE.fullmatch(below) else f"({below})"
    return f"{top}/{bottom}" if alone else f"({top}/{bottom})"


def root(text: str, degree: str = "") -> str:
    """Format a root: ``√n``, ``√(n+1)``, ``∛x``."""
    sign = "√" if not degree or degree == "2" else ROOTS.get(degree) or script(degree, "^") + "√"
    return sign + (text if _ONE.fullmatch(text) else f"({text})")


def hatted(text: str, hat: str) -> str:
    """Add the accent `hat` to each letter of `text`, except in scripts."""
    if len(text) == 1:
        return unicodedata.normalize("NFC", text + hat)
    signs = []
    scripts = False
    for sign in text:
        scripts = scripts or sign in "_^"
        plain = (
            sign.isalnum()
            and not scripts
            and unicodedata.category(sign) != "Lm"
            and not unicodedata.decomposition(sign).startswith(("<sub>", "<super>"))
        )
        signs.append(unicodedata.normalize("NFC", sign + hat) if plain else sign)
    return "".join(signs)


def _is_bracketed(text: str) -> bool:
    return text[0] == "(" and text[-1] == ")" and text.count("(") == 1
