"""Set mathematics in Unicode on one line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from papertui.tex.grids import (
    COMMANDS,
    ENVIRONMENTS,
    Environment,
    Layout,
    bars,
    environments,
    joined_columns,
    length,
    opening,
    rows,
    set_rows,
    spans,
)
from papertui.tex.scan import TexGroups
from papertui.tex.tables import (
    ACCENTS,
    ALPHABETS,
    AROUND,
    ARROWS,
    BINOMIALS,
    BLANKS,
    BRACES,
    DRESSING,
    FRACTIONS,
    FUNCTIONS,
    HATS,
    JOINTS,
    LARGE,
    LETTERS,
    LOWERED,
    RAISED,
    RELATIONS,
    ROOTS,
    SETS,
    SIGNS,
    SILENT,
    STACKED,
    SWITCHES,
    VULGAR,
    WORDS,
)

# --- spaces, scripts, fractions, roots ---------------------------------------------------------------

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


class MathLine:
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


# --- commands with arguments -------------------------------------------------------------------------

_OPEN, _CLOSE = "([{⟨⌈⌊⟦", ")]}⟩⌉⌋⟧"
_NO_LETTERS = ",.;:()[]{}|+-=<>/"
_OPTION = re.compile(r"\s*\[([^\[\]{}]*)\]")
_CODE = re.compile(r"\{x([0-9A-Fa-f]{2,5})\}")
_FOLLOWING = re.compile(r"\s*(?:\\([A-Za-z]+)|([\s\S]))")


class TexSpan(NamedTuple):
    """Where arguments are read: start, end and nesting depth."""

    at: int
    end: int
    depth: int


def kind_of(sign: str) -> Kind:
    """Return the spacing class of `sign`."""
    if sign in RELATIONS:
        return "relation"
    if sign in JOINTS:
        return "joint"
    if sign in LARGE:
        return "large"
    if sign in _OPEN:
        return "open"
    return "close" if sign in _CLOSE else "plain"


def _hat(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    text, rest = formula.one(*span)
    if text and text[0] not in _NO_LETTERS:
        line.add(hatted(text, HATS[name]))
    else:
        line.add(f"\\{name}")
        line.add(text, kind_of(text) if text else "plain")
    return rest


def _two(formula: Formula, span: TexSpan) -> tuple[str, str, int]:
    first, rest = formula.one(*span)
    second, rest = formula.one(rest, span.end, span.depth)
    return first, second, rest


def _fraction(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    above, below, rest = _two(formula, span)
    if not above or not below:
        line.add(f"\\{name}" + (f"{{{above}}}" if above or below else "") + (f"{{{below}}}" if below else ""))
        return rest
    touching = line.end.isalnum() or line.end == ")"
    following = _FOLLOWING.match(formula.text, rest, span.end)
    if following and following[2]:
        touching = touching or following[2].isalnum() or following[2] in "({^_"
    elif following:
        sign = SIGNS.get(following[1], "")
        parted = kind_of(sign) in ("relation", "joint", "close") if sign else following[1] in _PARTING
        touching = touching or not parted
    line.add(fraction(above, below, alone=not touching))
    return rest


def _binomial(formula: Formula, line: MathLine, _: str, span: TexSpan) -> int:
    above, below, rest = _two(formula, span)
    line.add(f"({above} choose {below})")
    return rest


def _root(formula: Formula, line: MathLine, _: str, span: TexSpan) -> int:
    option = _OPTION.match(formula.text, span.at, span.end)
    text, rest = formula.one(option.end() if option else span.at, span.end, span.depth)
    degree = option[1].strip() if option else ""
    line.add(root(text, degree) if text else "√" + degree)
    return rest


def _negation(formula: Formula, line: MathLine, _: str, span: TexSpan) -> int:
    text, rest = formula.one(*span)
    negated = unicodedata.normalize("NFC", text[:1] + "\u0338" + text[1:]) if text else "\\not"
    line.add(negated, kind_of(negated))
    return rest


def _brackets(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    text, rest = formula.one(*span)
    if name == "braket" and formula.text.startswith("{", rest) and rest < span.end:
        other, rest = formula.one(rest, span.end, span.depth)
        text += "|" + other
    line.add(AROUND[name][0] + text + AROUND[name][1])
    return rest


def _stack(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    above, text, rest = _two(formula, span)
    line.add(text + script(above, STACKED[name]), kind_of(text))
    return rest


def _brace(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    """Convert a brace: behind the formula in brackets, so that its script is not one of the last letter."""
    text, rest = formula.one(*span)
    bare = not text or _ONE.fullmatch(text) is not None or _is_bracketed(text)
    line.add((text if bare else f"({text})") + BRACES[name])
    return rest


def _arrow(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    option = _OPTION.match(formula.text, span.at, span.end)
    above, rest = formula.one(option.end() if option else span.at, span.end, span.depth)
    below = script(option[1], "_") if option else ""
    line.add(ARROWS[name] + below + script(above, "^"), "relation")
    return rest


def _modulo(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    text, rest = formula.one(*span) if name == "pmod" else ("", span.at)
    line.blank()
    line.add(f"(mod {text})" if name == "pmod" else "mod", "word")
    return rest


def _left_out(formula: Formula, span: TexSpan) -> int:
    """Skip a group that is not shown. Without a group nothing is skipped: it may be running text."""
    return formula.one(*span)[1] if formula.text.startswith("{", span.at) else span.at


def _dressing(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    rest = _left_out(formula, span)
    if DRESSING[name] and rest > span.at:
        text, rest = formula.one(rest, span.end, span.depth)
        line.add(text)
    return rest


def _either(formula: Formula, line: MathLine, _: str, span: TexSpan) -> int:
    """Keep the text for print, and skip the one for the bookmarks of a PDF."""
    text, rest = formula.one(*span)
    line.add(text)
    return _left_out(formula, TexSpan(rest, span.end, span.depth))


def _code(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    code = _CODE.match(formula.text, span.at, span.end)
    if code is None:
        line.add(f"\\{name}", "unknown")
        return span.at
    line.add(chr(int(code[1], 16)))
    return code.end()


def _environment(formula: Formula, line: MathLine, name: str, span: TexSpan) -> int:
    if name == "begin" and (behind := formula.environment(line, span)) is not None:
        return behind
    line.gap()
    return _left_out(formula, span)


def _spanning(formula: Formula, line: MathLine, _: str, span: TexSpan) -> int:
    """Convert the content of a cell over several columns or rows, the last of three arguments."""
    rest = _left_out(formula, span)
    rest = _left_out(formula, TexSpan(rest, span.end, span.depth))
    text, rest = formula.one(rest, span.end, span.depth)
    line.add(text)
    return rest


def _dots(formula: Formula, line: MathLine, _: str, span: TexSpan) -> int:
    """Convert a row of dots over several columns."""
    line.add("⋯")
    return _left_out(formula, span)


#: Commands that separate a fraction from the text after it.
_PARTING: Final = BLANKS | {"right", "text", "mbox", "end"}
#: Command -> the function that converts it with its arguments and returns the position after them.
STRUCTURES: Final[Mapping[str, Callable[[Formula, MathLine, str, TexSpan], int]]] = (
    dict.fromkeys(HATS, _hat)
    | dict.fromkeys(FRACTIONS, _fraction)
    | dict.fromkeys(BINOMIALS, _binomial)
    | dict.fromkeys(AROUND, _brackets)
    | dict.fromkeys(STACKED, _stack)
    | dict.fromkeys(ARROWS, _arrow)
    | dict.fromkeys(BRACES, _brace)
    | dict.fromkeys(DRESSING, _dressing)
    | dict.fromkeys(("mod", "pmod"), _modulo)
    | dict.fromkeys(("begin", "end"), _environment)
    | dict.fromkeys(("multicolumn", "multirow"), _spanning)
    | {"hdotsfor": _dots}
    | {"sqrt": _root, "not": _negation, "texorpdfstring": _either, "unicode": _code}
)


# --- conversion --------------------------------------------------------------------------------------

#: The maximum nesting of groups; papers do not nest deeper, only attacks do.
DEEPEST: Final = 24

_NAME = re.compile(r"\\([A-Za-z]+)\*?")
_INFIX = re.compile(r"\\(over|choose|atop)(?![A-Za-z])|\\begin(?![A-Za-z])|[{]")
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

    def __init__(self, grouped: TexGroups, words: Callable[[int, int, int], str]) -> None:
        self.text = grouped.text
        self._grouped = grouped
        self._words = words
        self._environments: dict[int, Environment] = environments(grouped.text)
        self._by_start = {environment.start: environment for environment in self._environments.values()}
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
        if self._infix and (infix := self._find_infix(start, end)):
            above = self.set(start, infix.start(), depth + 1, tight=tight).strip()
            below = self.set(infix.end(), end, depth + 1, tight=tight).strip()
            if infix[1] == "over":
                return fraction(above, below, alone=True)
            return f"({above} choose {below})" if infix[1] == "choose" else f"{above}; {below}"
        line = MathLine(tight=tight)
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
            line = MathLine(tight=True)
            behind = self._command(line, at, end, depth + 1)
            return str(line).strip(), behind
        behind = at + 1
        while behind < end and unicodedata.combining(self.text[behind]):
            behind += 1
        return self.text[at:behind], behind

    def _step(self, line: MathLine, at: int, end: int, depth: int) -> int:
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

    def _scripts(self, line: MathLine, at: int, end: int, depth: int) -> int:
        """Convert consecutive scripts and primes, at most one subscript and one superscript."""
        scripts: dict[str, str] = {}
        order = ""
        primes = 0
        while at < end and (mark := self.text[at]) in "^_'":
            if mark == "'":
                primes += 1
                at += 1
                continue
            if mark in scripts:
                break
            scripts[mark], behind = self.one(at + 1, end, depth + 1)
            order += mark
            rest = self._grouped.skip(behind, end)
            at = rest if rest < end and self.text[rest] in "^_'" else behind
        if primes:
            line.scripts("", _PRIMES.get(primes, "′" * primes), "^")
        if scripts and not any(scripts.values()):
            line.add(order)
        line.scripts(scripts.get("_", ""), scripts.get("^", ""), order)
        return at

    def _command(self, line: MathLine, at: int, end: int, depth: int) -> int:
        match = _NAME.match(self.text, at, end)
        if match is None:
            return self._symbol(line, at, end, depth)
        name = match[1]
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
            return self._alphabet(line, name, match.end() if name.startswith("operator") else behind, end, depth)
        else:
            return self._with_arguments(line, name, at, behind, end, depth)
        return rest

    def _with_arguments(self, line: MathLine, name: str, at: int, behind: int, end: int, depth: int) -> int:
        rest = self._grouped.skip(behind, end)
        if name in WORDS:
            if (close := self._grouped.group(rest, end)) is None:
                return rest
            self._running_text(line, rest + 1, close, depth)
            return close + 1
        if name in COMMANDS and (close := self._grouped.group(rest, end)) is not None:
            self._rows(line, COMMANDS[name], TexSpan(rest + 1, close, depth + 1))
            return close + 1
        structure = STRUCTURES.get(name)
        if structure is None:
            return self._unknown(line, at, behind, end, depth)
        return structure(self, line, name, TexSpan(rest, end, depth + 1))

    def _unknown(self, line: MathLine, at: int, behind: int, end: int, depth: int) -> int:
        """Keep an unknown command unchanged, with the braces of its arguments."""
        source = self.text[at:behind]
        while (close := self._grouped.group(behind, end)) is not None:
            inner = self.set(behind + 1, close, depth + 1)
            source += f"{{{inner}}}" if inner else ""
            behind = close + 1
        line.add(source, "unknown")
        return behind

    def _symbol(self, line: MathLine, at: int, end: int, depth: int) -> int:
        r"""Convert a command of one character: ``\,`` ``\%`` ``\'e``."""
        sign = self.text[at + 1 : min(at + 2, end)]
        if sign in _NARROW or sign == "\\":
            line.blank()
            if sign == "\\":
                return length(self.text, at + 2, end)
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

    def _alphabet(self, line: MathLine, name: str, behind: int, end: int, depth: int) -> int:
        rest = self._grouped.skip(behind, end)
        if name in SWITCHES and self._grouped.group(rest, end) is None:
            text, rest = self.set(rest, end, depth + 1), end
        else:
            text, rest = self.one(rest, end, depth + 1)
        kind: Kind = "word" if name.startswith("operator") else "plain"
        line.add(text if "\\" in text else text.translate(ALPHABETS[name]), kind)
        return rest

    def _running_text(self, line: MathLine, start: int, close: int, depth: int) -> None:
        text = self._words(start, close, depth + 1)
        if text[:1].isspace():
            line.blank()
        line.add(" ".join(text.split()))
        if text[-1:].isspace():
            line.blank()

    # -- rows and columns ------------------------------------------------------------------------------------

    def environment(self, line: MathLine, span: TexSpan) -> int | None:
        """Convert the environment whose name is at the start of `span`; ``None`` if its content has no rows."""
        close = self._grouped.group(span.at, span.end)
        found = None if close is None else self._by_start.get(close + 1)
        layout = None if found is None else ENVIRONMENTS.get(found.name)
        if found is None or layout is None or found.end > span.end:
            return None
        starred = found.name.endswith("*")
        begin = opening(self._grouped, layout, found.start, found.stop, starred=starred)
        if begin.words is not None:
            line.add(self.set(*begin.words, span.depth, tight=line.tight))
        self._rows(line, layout, TexSpan(begin.at, found.stop, span.depth), bars(begin.specification))
        return found.end

    def _rows(self, line: MathLine, layout: Layout, span: TexSpan, lines: frozenset[int] = frozenset()) -> None:
        table = rows(self._grouped, self._environments, span.at, span.end)
        joined = joined_columns(self.text, table, layout)
        made = []
        for formulas in spans(table, joined):
            cells = []
            for column, (start, end) in formulas:
                if layout.words_from is not None and column >= layout.words_from:
                    text = " ".join(self._words(start, end, span.depth + 1).split())
                else:
                    text = self.set(start, end, span.depth + 1, tight=line.tight).strip()
                cells.append((column, text))
            made.append(cells)
        line.gap()
        line.add(layout.left, kind_of(layout.left) if layout.left else "plain")
        line.add(set_rows(made, lines, joined))
        line.add(layout.right, kind_of(layout.right) if layout.right else "plain")
        if not layout.right:
            line.gap()

    def _find_infix(self, start: int, end: int) -> re.Match[str] | None:
        at = start
        while match := _INFIX.search(self.text, at, end):
            if match[1]:
                return match
            within = self._environments.get(match.start())
            at = within.end if within else self._grouped.closing.get(match.start(), match.start()) + 1
            if at > end:
                return None
        return None


# --- scripts outside of mathematics: ``10^-3``, but not ``batch_size`` -------------------------------

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
