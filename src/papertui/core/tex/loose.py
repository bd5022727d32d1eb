"""Mathematics in running text: between dollars, in displays, and without delimiters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from papertui.core.tex.dollars import LONGEST, closing_dollar, reads_as_formula
from papertui.core.tex.formula import Formula
from papertui.core.tex.grouped import Grouped
from papertui.core.tex.line import script
from papertui.core.tex.punctuation import Written
from papertui.core.tex.scripts import has_base, loose_script
from papertui.core.tex.signs import JOINTS, RELATIONS, SIGNS, names

_FORMULA = re.compile(r"\{(?:equation|align|math|displaymath|eqnarray|gather|multline)\*?\}")
_UNIT = re.compile(r"\s+(?=(?:[mgslLAVWFJTK]|eV|Hz)\b)")
_CAPITAL_WORD = re.compile(r"\s+(?=[A-Z]{2,}\b)")
#: Formulas up to this length recur often (``$p_T$``), so their conversion is cached.
_SHORT = 40
#: Signs of text and infix fractions, whose conversion depends on more than the formula.
_NEEDS_TEXT = ('"', "`", "\\text", "\\mbox", "\\hbox", "\\over", "\\choose", "\\atop")
#: Commands whose backslash is lost in one well-known source.
LOST: Final = names("times sim circ approx pm leq geq rightarrow propto infty")


class LooseMath:
    """Finds mathematics in running text and converts it; each method returns the position after the converted text."""

    def __init__(self, grouped: Grouped, formula: Formula, short: Callable[[str], str]) -> None:
        """Convert the text of `grouped` with `formula`; `short` converts a short formula independently of the text."""
        self._grouped = grouped
        self._formula = formula
        self._short = short
        self._missing: set[tuple[str, int]] = set()

    def command(self, out: Written, name: str, at: int, end: int, depth: int) -> int:
        """Convert a mathematical command in running text."""
        sign = SIGNS.get(name, "")
        if sign:
            behind = self._grouped.skip_empty(at + 1 + len(name), end)
        else:
            sign, behind = self._one(at, end, depth)
        tail = out.tail()
        if (name == "mu" and (following := _UNIT.match(self._grouped.text, behind, end))) or (
            sign.isalpha() and (following := _CAPITAL_WORD.match(self._grouped.text, behind, end))
        ):
            behind = following.end()
        elif name in ("deg", "degree"):
            sign = "°" if tail[-1:].isdigit() else sign
        elif sign in RELATIONS and tail and not tail[-1].isspace() and tail[-1] not in "([{":
            out.add(" ")
            behind = self._grouped.skip(behind, end)
            sign += " "
        elif sign in JOINTS and tail and (tail[-1].isalnum() or tail[-1] in ")]"):
            behind = self._grouped.skip(behind, end)
        out.add(sign)
        return behind

    def environment(self, out: Written, behind: int, end: int, depth: int) -> int | None:
        """Convert an environment for displayed mathematics; ``None`` for other environments."""
        opening = _FORMULA.match(self._grouped.text, behind, end)
        if opening is None:
            return None
        closing = f"\\end{opening[0]}"
        stop = -1 if (closing, end) in self._missing else self._grouped.text.find(closing, opening.end(), end)
        if stop < 0:
            self._missing.add((closing, end))
            return None
        out.add(self._formula.set(opening.end(), stop, depth + 1))
        return stop

    def dollar(self, out: Written, at: int, end: int, depth: int) -> int | None:
        """Convert mathematics between dollars; ``None`` if they mean money."""
        if self._grouped.text.startswith("$$", at):
            return self.display(out, "$$", at, end, depth)
        close = closing_dollar(self._grouped.text, at, end, self._grouped.closing)
        if close is None:
            return None
        raw = self._grouped.text[at + 1 : close]
        alone = len(raw) <= _SHORT and not any(sign in raw for sign in _NEEDS_TEXT)
        out.add(self._short(raw) if alone else self._formula.set(at + 1, close, depth + 1))
        return close + 1

    def display(self, out: Written, closing: str, at: int, end: int, depth: int) -> int:
        r"""Convert mathematics in ``\(…\)``, ``\[…\]`` or ``$$…$$``; a missing end is searched for only once."""
        stop = -1 if (closing, end) in self._missing else self._grouped.text.find(closing, at + 2, end)
        if stop >= 0 and closing == "$$" and not reads_as_formula(self._grouped.text[at + 2 : stop][:LONGEST]):
            out.add(closing)
            return at + 2
        if stop < 0:
            self._missing.add((closing, end))
            out.add(self._grouped.text[at : at + 2])
            return at + 2
        out.add(self._formula.set(at + 2, stop, depth + 1))
        return stop + 2

    def script(self, out: Written, mark: str, at: int, end: int, depth: int) -> int | None:
        """Convert a script in running text if it is clearly one."""
        tail = out.tail()
        behind = at + 1
        if behind >= end:
            return None
        close = self._grouped.group(behind, end)
        if close is not None:
            raw = self._grouped.text[behind + 1 : close]
            inner = SIGNS[raw] if raw in LOST else self._formula.set(behind + 1, close, depth + 1, tight=True)
            rest = close + 1
        elif self._grouped.text[behind] == "\\" and has_base(tail):
            inner, rest = self._one(behind, end, depth)
            if inner.startswith("\\"):
                return None
        elif loose := loose_script(self._grouped.text, mark, behind, end, tail):
            inner, rest = loose
        else:
            return None
        out.add(script(inner, mark))
        return rest

    def _one(self, at: int, end: int, depth: int) -> tuple[str, int]:
        """Convert one item of mathematics; a space that ends a command stays in the running text."""
        sign, behind = self._formula.one(at, end, depth + 1)
        while behind > at + 1 and self._grouped.text[behind - 1].isspace():
            behind -= 1
        return sign, behind
