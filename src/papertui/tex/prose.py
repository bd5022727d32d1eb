"""Set running text with TeX in it in Unicode."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from papertui.tex.math import DEEPEST, Formula, MathLine, TexSpan, TooDeepError, has_base, loose_script, script
from papertui.tex.scan import LONGEST, TexGroups, closing_dollar, reads_as_formula
from papertui.tex.tables import (
    ABBREVIATIONS,
    ACCENTS,
    ALPHABETS,
    BLANKS,
    JOINTS,
    LETTERS,
    RELATIONS,
    SETS,
    SIGNS,
    SILENT,
    SWITCHES,
    WORDS,
    names,
)

# --- dashes, ties, accents ---------------------------------------------------------------------------

_TAIL: Final = 12
_ESCAPED = re.compile(r"\\([_%&#~$])")
#: Letters that take the dots of ``\"``; before others it is an escaped quotation mark.
_DOTTED: Final = frozenset("aeiouyAEIOUYwxWX")
#: Accents below a letter: an i keeps its dot.
_BELOW: Final = ("\u0327", "\u0328", "\u0323")


class SetText:
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


# --- links, citations, notes, labels -----------------------------------------------------------------

_CITES: Final = names(
    "cite citep citet citealp citealt citeauthor citeyear nocite ref eqref autoref cref Cref pageref label"
)
_NOTES: Final = names("footnote thanks")
_ADDRESSES: Final = names("url path")
#: The commands that `_set_reference` handles.
REFERENCES: Final = _CITES | _NOTES | _ADDRESSES | names("href texorpdfstring begin end item")

_OPTIONS = re.compile(r"(?:\s*\[[^\[\]{}]*\]){0,2}\s*(?=\{)")
_OPTION = re.compile(r"\[([^\[\]]*)\]")


def _set_reference(prose: _Prose, out: SetText, name: str, span: TexSpan) -> int:
    """Convert the command `name`, whose arguments begin at `span`, and return the position after them."""
    options = _OPTIONS.match(prose.text, span.at, span.end)
    start = options.end() if options else span.at
    close = prose.group(start, span.end)
    if name == "item" or close is None:
        out.add("• " if name == "item" else f"\\{name}")
        return span.at
    inner = prose.text[start + 1 : close]
    if name in _ADDRESSES:
        out.add(unescaped(inner))
    elif name in _CITES:
        notes = _OPTION.findall(options[0]) if options else []
        out.add(f"[{', '.join(part.strip() for part in (*inner.split(','), *notes) if part.strip())}]")
    elif name in _NOTES:
        out.add(f" ({prose.set(start + 1, close, span.depth + 1).strip()})")
    elif name in ("href", "texorpdfstring"):
        return _first_of_two(prose, out, name, TexSpan(start, span.end, span.depth), close)
    return close + 1


def _first_of_two(prose: _Prose, out: SetText, name: str, span: TexSpan, close: int) -> int:
    """Convert a link with its text, or keep the first of two alternative texts; the second argument may be missing."""
    second = close + 1
    while second < span.end and prose.text[second].isspace():
        second += 1
    last = prose.group(second, span.end)
    if name == "href" and last is not None:
        url = unescaped(prose.text[span.at + 1 : close])
        out.add(linked(url, prose.set(second + 1, last, span.depth + 1)))
    else:
        out.add(prose.set(span.at + 1, close, span.depth + 1))
    return close + 1 if last is None else last + 1


# --- mathematics in running text ---------------------------------------------------------------------

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

    def __init__(self, grouped: TexGroups, formula: Formula, short: Callable[[str], str]) -> None:
        """Convert the text of `grouped` with `formula`; `short` converts a short formula independently of the text."""
        self._grouped = grouped
        self._formula = formula
        self._short = short
        self._missing: set[tuple[str, int]] = set()

    def command(self, out: SetText, name: str, at: int, end: int, depth: int) -> int:
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

    def environment(self, out: SetText, behind: int, end: int, depth: int) -> int | None:
        """Convert an environment for displayed mathematics; ``None`` for other environments."""
        opening = _FORMULA.match(self._grouped.text, behind, end)
        if opening is None:
            line = MathLine()
            rest = self._formula.environment(line, TexSpan(self._grouped.skip(behind, end), end, depth + 1))
            out.add(str(line).strip())
            return rest
        closing = f"\\end{opening[0]}"
        stop = -1 if (closing, end) in self._missing else self._grouped.text.find(closing, opening.end(), end)
        if stop < 0:
            self._missing.add((closing, end))
            return None
        out.add(self._formula.set(opening.end(), stop, depth + 1))
        return stop

    def dollar(self, out: SetText, at: int, end: int, depth: int) -> int | None:
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

    def display(self, out: SetText, closing: str, at: int, end: int, depth: int) -> int:
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

    def script(self, out: SetText, mark: str, at: int, end: int, depth: int) -> int | None:
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


# --- conversion --------------------------------------------------------------------------------------
# Only unambiguous TeX is converted; everything else, including unknown commands, stays unchanged.

_PIECE = re.compile(
    r"""
      (?P<url>https?://(?:\\[_%&#~$]|[^\s{}$\\<>"`])+)
    | \\(?P<command>[A-Za-z]+)
    | \\(?P<symbol>[\s\S])
    | (?P<dashes>-{2,})
    | (?P<quotes>``|'')
    | (?P<sign>[{}$^_~`])
    | (?P<plain>(?:[^\\{}$^_~`'\-h]+|h(?!ttps?://)|-(?!-)|'(?!'))+|[\s\S])
    """,
    re.VERBOSE,
)
_JSON_QUOTE = re.compile(r'(?:^|[\s(])\\"\w[^"\\]*\\"(?=[\s.,;:!?)]|$)')
_DOTLESS = re.compile(r"\\([ijoO])(?![A-Za-z])\s?")
_ANGSTROM = re.compile(r"\d\s?Å$")
_LETTERED = re.compile(r"\s*(?:([A-Za-z]+)|\{([A-Za-z]+)\})")
#: Commands that lost their backslash.
_HALF_COMMAND = re.compile(r"(?:sqrt|frac|text|mathrm|mathbf|mathbb|mathcal|operatorname)$")
#: Text that braces only protect: words, not sets or code.
_GROUPED = re.compile(r"[\w .’'/+&–—-]+")
_ENGLISH_END = re.compile(r"(?:[stdm]|re|ve|ll)\b")
_SINGLE_QUOTED = re.compile(r"`(?=[^\s`'])([^`]{1,120}?)(?<=[^\s`])'(?!\w)")

_CALLIGRAPHIC = ("cal", "Cal", "frak")
_PLACED = {"textsuperscript": "^", "textsubscript": "_"}
#: Commands for appearance: they are dropped, their text stays.
_STYLES = (
    (WORDS | SILENT | SWITCHES | names("underline uline textmd title enquote"))
    | {name for name, alphabet in ALPHABETS.items() if not alphabet}
).difference(_CALLIGRAPHIC)


def set_text(text: str, *, scripts: bool) -> str:
    """Convert the TeX in `text`; `scripts` is whether ``x_i^2`` counts as TeX outside of dollars, too.

    A text with too deeply nested groups is returned unchanged.
    """
    try:
        return _Prose(text, scripts=scripts).set(0, len(text), 0)
    except TooDeepError:
        return text


def set_formula(text: str) -> str:
    """Convert `text` as one formula; a text with too deeply nested groups is returned unchanged."""
    try:
        return _Prose(text, scripts=True).formula()
    except TooDeepError:
        return text


@lru_cache(maxsize=8192)
def _short_formula(raw: str, *, scripts: bool) -> str:
    return _Prose(raw, scripts=scripts).formula()


class _Prose:
    """The conversion of one text; each method writes the text it has converted and returns the position after it."""

    def __init__(self, text: str, *, scripts: bool) -> None:
        self.text = text
        self._scripts = scripts
        self._grouped = TexGroups(text)
        self._formula = Formula(self._grouped, self.set)
        self._math = LooseMath(self._grouped, self._formula, partial(_short_formula, scripts=scripts))
        self._json_quotes = '\\"' in text and _JSON_QUOTE.search(text) is not None
        self._last = {sign: text.rfind(sign) for sign in ("''", "'")}

    def formula(self) -> str:
        """Convert the whole text as one formula."""
        return self._formula.set(0, len(self.text))

    def set(self, start: int, end: int, depth: int) -> str:
        """Convert the text between two positions.

        Raises:
            TooDeepError: groups are nested deeper than `DEEPEST`.
        """
        if depth > DEEPEST:
            raise TooDeepError
        out = SetText()
        at = start
        while at < end and (piece := _PIECE.match(self.text, at, end)):
            match piece.lastgroup:
                case "command":
                    at = self._command(out, piece["command"], at, end, depth)
                case "symbol":
                    at = self._symbol(out, piece["symbol"], at, end, depth)
                case "sign":
                    at = self._sign(out, piece["sign"], at, end, depth)
                case "url":
                    at = self._address(out, piece["url"], at, end, depth)
                case "dashes":
                    at = piece.end()
                    before = self.text[piece.start() - 1] if piece.start() else ""
                    out.add(dashes(piece[0], before, self.text[at : min(at + 1, end)]))
                case "quotes":
                    at = piece.end()
                    self._quotes(out, piece[0], at)
                case _:
                    at = piece.end()
                    out.add(piece[0])
        return str(out)

    # -- commands ------------------------------------------------------------------------------------------------

    def _command(self, out: SetText, name: str, at: int, end: int, depth: int) -> int:
        span = TexSpan(at + 1 + len(name), end, depth)
        rest = self._accent(out, name, *span) if name in ACCENTS else None
        if rest is None and name == "begin":
            rest = self._math.environment(out, *span)
        if rest is None and name in REFERENCES:
            rest = _set_reference(self, out, name, span)
        if rest is None and name in _STYLES:
            rest = self._style(out, name, *span)
        if rest is None:
            rest = self._word(out, name, *span)
        if rest is not None:
            return rest
        known = self.text[span.at : span.at + 1] in ("^", "_") if name in SETS else self._formula.knows(name)
        return self._math.command(out, name, at, end, depth) if known else self._unknown(out, name, *span)

    def _word(self, out: SetText, name: str, behind: int, end: int, depth: int) -> int | None:
        """Convert a command for letters, white space or raised text; ``None`` for other commands."""
        if name in LETTERS:
            out.add(LETTERS[name])
            return self._behind_letter(out, behind, end)
        if name in ABBREVIATIONS:
            out.add(ABBREVIATIONS[name])
            behind = self._grouped.skip_empty(behind, end)
            return behind + 1 if self.text.startswith(".", behind) and ABBREVIATIONS[name][-1] == "." else behind
        if name in BLANKS:
            out.add(" ")
            return self._grouped.skip(behind, end)
        if name in _CALLIGRAPHIC and (word := _LETTERED.match(self.text, behind, end)):
            out.add((word[1] or word[2]).translate(ALPHABETS[name]))
            return word.end()
        if name in _PLACED and (close := self._grouped.group(behind, end)):
            inner = self._formula.set(behind + 1, close, depth + 1, tight=True)
            out.add(script(inner, _PLACED[name]))
            return close + 1
        return None

    def _style(self, out: SetText, name: str, behind: int, end: int, depth: int) -> int:
        """Drop a command for appearance but keep its text; without an argument, also drop the space after it."""
        rest = self._grouped.skip(behind, end)
        close = self._grouped.group(rest, end)
        if close is None:
            return rest + 1 if self.text.startswith("{", rest) and rest < end else rest
        inner = self.set(rest + 1, close, depth + 1)
        out.add(f"“{inner}”" if name == "enquote" else inner)
        return close + 1

    def _unknown(self, out: SetText, name: str, behind: int, end: int, depth: int) -> int:
        out.add(f"\\{name}")
        while (close := self._grouped.group(behind, end)) is not None:
            inner = self.set(behind + 1, close, depth + 1)
            out.add(f"{{{inner}}}" if inner.strip() else "")
            behind = close + 1
        return behind

    # -- characters ----------------------------------------------------------------------------------------------

    def _symbol(self, out: SetText, sign: str, at: int, end: int, depth: int) -> int:
        behind = at + 2
        if sign in ACCENTS:
            return self._accent_sign(out, sign, behind, end, depth)
        if sign in "([":
            return self._math.display(out, "\\" + (")" if sign == "(" else "]"), at, end, depth)
        if sign in "%&#_{}$":
            out.add(sign)
        elif sign in "\\, ;:\t\n":
            out.add(" ")
        elif sign == "/":
            following = self.text[behind : min(behind + 1, end)]
            out.add("" if following in ("", "}", " ") else "/")
        elif sign not in "!-@":
            out.add("\\" + sign)
        return behind

    def _accent_sign(self, out: SetText, sign: str, behind: int, end: int, depth: int) -> int:
        r"""Convert an accent, or an escaped quotation mark or apostrophe (``\"so\"``, ``don\'t``)."""
        if sign == "'" and self._scripts and out.tail()[-1:].isalpha():
            quote = _ENGLISH_END.match(self.text, behind, end) is not None
        else:
            quote = sign == '"' and self._json_quotes
        if not quote and (rest := self._accent(out, sign, behind, end, depth)) is not None:
            return rest
        out.add(sign if sign in "'\"`~^" else "\\" + sign)
        return self._grouped.skip_empty(behind, end)

    def _sign(self, out: SetText, sign: str, at: int, end: int, depth: int) -> int:
        rest = None
        if sign == "$":
            rest = self._math.dollar(out, at, end, depth)
        elif sign == "{":
            rest = self._braces(out, at, end, depth)
        elif sign in "^_":
            rest = self._math.script(out, sign, at, end, depth) if self._scripts else None
        elif sign == "`":
            rest = self._quoted(out, at, end, depth)
        if rest is not None:
            return rest
        out.add(tie(out.tail(), self.text[at + 1 : min(at + 3, end)]) if sign == "~" else sign)
        return at + 1

    def _quoted(self, out: SetText, at: int, end: int, depth: int) -> int | None:
        """Convert text in single TeX quotes."""
        quoted = _SINGLE_QUOTED.match(self.text, at, end) if self._last["'"] > at else None
        if quoted is None or out.tail()[-1:].isalnum():
            return None
        out.add(f"‘{self.set(at + 1, quoted.end() - 1, depth + 1)}’")
        return quoted.end()

    def _braces(self, out: SetText, at: int, end: int, depth: int) -> int | None:
        r"""Drop braces that only group (``{BERT}``, ``{\L}``, ``1{,}000``); those of sets and templates stay."""
        close = self._grouped.group(at, end)
        if close is None:
            return None
        raw = self.text[at + 1 : close]
        tail = out.tail()
        if raw in LOST:
            out.add(SIGNS[raw])
        elif raw == "," and tail[-1:].isdigit():
            out.add(raw)
        elif not raw.strip():
            out.add("" if tail[-1:].isalnum() or self.text[close + 1 : close + 2] in ("^", "_") else f"{{{raw}}}")
        else:
            inner = self.set(at + 1, close, depth + 1)
            grouping = not _HALF_COMMAND.search(tail) and (
                raw.lstrip()[0] in "\\{$"
                or raw in ("-", "--", "---")
                or (_GROUPED.fullmatch(inner) and any(map(str.isalpha, inner)))
            )
            out.add(inner if grouping else f"{{{inner}}}")
        return close + 1

    def _accent(self, out: SetText, name: str, behind: int, end: int, depth: int) -> int | None:
        """Convert an accent and its letter; ``None`` if no letter follows that takes it."""
        close = self._grouped.group(behind, end)
        if close is not None:
            raw = self.text[behind + 1 : close]
            whole = name + raw
            if name.isalpha() and whole in SIGNS:  # an error of converters: \b{eta} was \beta
                out.add(SIGNS[whole])
                return close + 1
            letters = self.set(behind + 1, close, depth + 1)
            rest = close + 1
        else:
            start = (
                self._grouped.skip(behind, end) if name.isalpha() or self.text[behind : behind + 1] == " " else behind
            )
            if start >= end or (name.isalpha() and start == behind and self.text[start] != "\\"):
                return None
            if self.text[start] == "\\":
                dotless = _DOTLESS.match(self.text, start, end)
                if dotless is None:
                    return None
                letters, rest = LETTERS[dotless[1]], dotless.end()
            else:
                letters, rest = self.text[start], start + 1
        accented = with_accent(letters, name, grouped=close is not None)
        if accented is None:
            return None
        out.add(accented)
        return rest

    def group(self, at: int, end: int) -> int | None:
        """Return where the group that opens at `at` closes."""
        return self._grouped.group(at, end)

    # -- addresses, quotes, letters ------------------------------------------------------------------------------

    def _address(self, out: SetText, text: str, at: int, end: int, depth: int) -> int:
        """Keep an address unchanged. In ``address{words}``, the rest of a link in one source, the words come first."""
        behind = at + len(text)
        url = unescaped(text)
        close = self._grouped.group(behind, end)
        if close is None:
            out.add(url)
            return behind
        out.add(linked(url, self.set(behind + 1, close, depth + 1)))
        return close + 1

    def _quotes(self, out: SetText, sign: str, behind: int) -> None:
        """Convert double TeX quotes if an opening one has a closing one."""
        if sign == "``" and self._last["''"] >= behind and not self.text.startswith("`", behind):
            out.quotes += 1
            out.add("“")
        elif sign == "''" and out.quotes:
            out.quotes -= 1
            out.add("”")
        else:
            out.add(sign)

    def _behind_letter(self, out: SetText, behind: int, end: int) -> int:
        r"""Skip what ends a letter command: in TeX the space after ``\o`` ends it, but authors may mean a space."""
        rest = self._grouped.skip(behind, end)
        if rest == behind:
            return self._grouped.skip_empty(behind, end)
        unit = _ANGSTROM.search(out.tail()) is not None
        following = self.text[rest : min(rest + 1, end)]
        return rest if following.islower() and not unit else behind
