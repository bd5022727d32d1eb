"""Conversion of TeX mathematics to Unicode on one line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from papertui.core.tex.commands import ALPHABETS, BLANKS, SETS, SILENT, SWITCHES, WORDS
from papertui.core.tex.grouped import Grouped
from papertui.core.tex.line import Kind, Line, fraction, hatted
from papertui.core.tex.signs import ACCENTS, FUNCTIONS, LETTERS, SIGNS
from papertui.core.tex.structures import STRUCTURES, Span, kind_of

#: The maximum nesting of groups; papers do not nest deeper, only attacks do.
DEEPEST: Final = 24

_NAME = re.compile(r"\\([A-Za-z]+)\*?")
_INFIX = re.compile(r"\\(over|choose|atop)(?![A-Za-z])|[{]")
_OPERATOR = re.compile(r":=|<=|>=|==|->|<-|=>|---?(?!>)|[+\-=<>/]")
_SIGN = re.compile(r"[+\-=<>/]")
_PRIMES = {1: "′", 2: "″", 3: "‴", 4: "⁗"}

_ESCAPED: Final = frozenset("%&#_{}$")
_NARROW: Final = frozenset(", ;:>\t\n")


class TooDeepError(Exception):
    """Groups are nested deeper than `DEEPEST`."""


class Formula:
    """Converts the mathematics in one text.

    Args:
        grouped: the whole text and its groups.
        words: converts running text within mathematics, given start, end and depth.
    """

    def __init__(self, grouped: Grouped, words: Callable[[int, int, int], str]) -> None:
        self.text = grouped.text
        self._grouped = grouped
        self._words = words
        self._infix = any(command in self.text for command in ("\\over", "\\choose", "\\atop"))

    def knows(self, name: str) -> bool:
        """Whether the command `name` is known in mathematics."""
        return name in SIGNS or name in FUNCTIONS or name in ALPHABETS or name in STRUCTURES

    def set(self, start: int, end: int, depth: int = 0, *, tight: bool = False) -> str:
        """Convert the mathematics between two positions.

        Raises:
            TooDeepError: groups are nested deeper than `DEEPEST`.
        """
        if depth > DEEPEST:
            raise TooDeepError
        if self._infix and (found := self._find_infix(start, end)):
            above = self.set(start, found.start(), depth + 1, tight=tight).strip()
            below = self.set(found.end(), end, depth + 1, tight=tight).strip()
            if found[1] == "over":
                return fraction(above, below, alone=True)
            return f"({above} choose {below})" if found[1] == "choose" else f"{above}; {below}"
        line = Line(tight=tight)
        at = start
        while at < end:
            at = self._step(line, at, end, depth)
        return str(line)

    def one(self, at: int, end: int, depth: int = 0) -> tuple[str, int]:
        """Convert the character, group or command with arguments at `at`; also return the position after it.

        Raises:
            TooDeepError: groups are nested deeper than `DEEPEST`.
        """
        if depth > DEEPEST:
            raise TooDeepError
        at = self._grouped.skip(at, end)
        if at >= end:
            return "", at
        if self.text[at] == "{":
            close = self._grouped.group(at, end)
            if close is not None:
                return self.set(at + 1, close, depth + 1, tight=True).strip(), close + 1
        if self.text[at] == "\\":
            line = Line(tight=True)
            behind = self._command(line, at, end, depth + 1)
            return str(line).strip(), behind
        behind = at + 1
        while behind < end and unicodedata.combining(self.text[behind]):
            behind += 1
        return self.text[at:behind], behind

    def _step(self, line: Line, at: int, end: int, depth: int) -> int:
        sign = self.text[at]
        if sign.isspace() or sign == "&":
            line.gap()
        elif sign == "~":
            line.blank()
        elif sign == "\\":
            return self._command(line, at, end, depth)
        elif sign in "^_'":
            return self._scripts(line, at, end, depth)
        elif sign == "{":
            close = self._grouped.group(at, end)
            if close is not None:
                line.add(self.set(at + 1, close, depth + 1, tight=line.tight))
                return close + 1
            line.add(sign)
        elif sign in ",;":
            line.add(sign, "comma")
        elif operator := (_SIGN if line.tight else _OPERATOR).match(self.text, at, end):
            gap = operator.end() < end and self.text[operator.end()].isspace()
            sign = {"--": "–", "---": "—"}.get(operator[0], operator[0])
            line.add(sign, "plain" if sign == "/" and not gap else "operator", gap_behind=gap)
            return operator.end()
        else:
            line.add(sign, kind_of(sign))
        return at + 1

    def _scripts(self, line: Line, at: int, end: int, depth: int) -> int:
        """Convert consecutive scripts and primes, at most one subscript and one superscript."""
        found: dict[str, str] = {}
        order = ""
        primes = 0
        while at < end and (mark := self.text[at]) in "^_'":
            if mark == "'":
                primes += 1
                at += 1
                continue
            if mark in found:
                break
            found[mark], behind = self.one(at + 1, end, depth + 1)
            order += mark
            rest = self._grouped.skip(behind, end)
            at = rest if rest < end and self.text[rest] in "^_'" else behind
        if primes:
            line.scripts("", _PRIMES.get(primes, "′" * primes), "^")
        if found and not any(found.values()):
            line.add(order)
        line.scripts(found.get("_", ""), found.get("^", ""), order)
        return at

    def _command(self, line: Line, at: int, end: int, depth: int) -> int:
        found = _NAME.match(self.text, at, end)
        if found is None:
            return self._symbol(line, at, end, depth)
        name = found[1]
        behind = at + 1 + len(name)
        rest = self._grouped.skip(behind, end)
        if name in FUNCTIONS:
            line.add(FUNCTIONS[name], "word")
        elif name in LETTERS:
            line.add(LETTERS[name])
        elif name in SIGNS:
            line.add(SIGNS[name], kind_of(SIGNS[name]))
        elif name in BLANKS:
            line.blank()
        elif name in SILENT:
            if name in ("left", "right") and self.text[rest : rest + 1] == ".":
                rest += 1
        elif name in SETS:
            line.add(SETS[name])
        elif name in ALPHABETS:
            return self._alphabet(line, name, found.end() if name.startswith("operator") else behind, end, depth)
        else:
            return self._with_arguments(line, name, at, behind, end, depth)
        return rest

    def _with_arguments(self, line: Line, name: str, at: int, behind: int, end: int, depth: int) -> int:
        rest = self._grouped.skip(behind, end)
        if name in WORDS:
            if (close := self._grouped.group(rest, end)) is None:
                return rest
            self._running_text(line, rest + 1, close, depth)
            return close + 1
        structure = STRUCTURES.get(name)
        if structure is None:
            return self._unknown(line, at, behind, end, depth)
        return structure(self, line, name, Span(rest, end, depth + 1))

    def _unknown(self, line: Line, at: int, behind: int, end: int, depth: int) -> int:
        """Keep an unknown command unchanged, with the braces of its arguments."""
        source = self.text[at:behind]
        while (close := self._grouped.group(behind, end)) is not None:
            inner = self.set(behind + 1, close, depth + 1)
            source += f"{{{inner}}}" if inner else ""
            behind = close + 1
        line.add(source, "unknown")
        return behind

    def _symbol(self, line: Line, at: int, end: int, depth: int) -> int:
        r"""Convert a command of one character: ``\,`` ``\%`` ``\'e``."""
        sign = self.text[at + 1 : min(at + 2, end)]
        if sign in _NARROW or sign == "\\":
            line.blank()
        elif sign in _ESCAPED:
            line.add(sign, kind_of(sign))
        elif sign == "|":
            line.add("‖")
        elif sign in ACCENTS:
            text, rest = self.one(at + 2, end, depth + 1)
            line.add(hatted(text, ACCENTS[sign]) if text else f"\\{sign}")
            return rest
        elif sign not in ("!", "/", "-", "(", ")", "[", "]"):
            line.add("\\" + sign)
        return at + 1 + len(sign)

    def _alphabet(self, line: Line, name: str, behind: int, end: int, depth: int) -> int:
        rest = self._grouped.skip(behind, end)
        if name in SWITCHES and self._grouped.group(rest, end) is None:
            text, rest = self.set(rest, end, depth + 1), end
        else:
            text, rest = self.one(rest, end, depth + 1)
        kind: Kind = "word" if name.startswith("operator") else "plain"
        line.add(text if "\\" in text else text.translate(ALPHABETS[name]), kind)
        return rest

    def _running_text(self, line: Line, start: int, close: int, depth: int) -> None:
        text = self._words(start, close, depth + 1)
        if text[:1].isspace():
            line.blank()
        line.add(" ".join(text.split()))
        if text[-1:].isspace():
            line.blank()

    def _find_infix(self, start: int, end: int) -> re.Match[str] | None:
        at = start
        while found := _INFIX.search(self.text, at, end):
            if found[1]:
                return found
            at = self._grouped.closing.get(found.start(), found.start()) + 1
            if at > end:
                return None
        return None
