r"""Conversion of running text with TeX to Unicode.

Only unambiguous TeX is converted; everything else, including unknown commands, stays unchanged.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial

from papertui.core.tex.commands import ABBREVIATIONS, ALPHABETS, BLANKS, SETS, SILENT, SWITCHES, WORDS
from papertui.core.tex.formula import DEEPEST, Formula, TooDeepError
from papertui.core.tex.grouped import Grouped
from papertui.core.tex.line import script
from papertui.core.tex.loose import LOST, LooseMath
from papertui.core.tex.punctuation import Written, dashes, linked, tie, unescaped, with_accent
from papertui.core.tex.references import REFERENCES, set_reference
from papertui.core.tex.signs import ACCENTS, LETTERS, SIGNS, names
from papertui.core.tex.structures import Span

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
        self._grouped = Grouped(text)
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
        out = Written()
        at = start
        while at < end and (found := _PIECE.match(self.text, at, end)):
            match found.lastgroup:
                case "command":
                    at = self._command(out, found["command"], at, end, depth)
                case "symbol":
                    at = self._symbol(out, found["symbol"], at, end, depth)
                case "sign":
                    at = self._sign(out, found["sign"], at, end, depth)
                case "url":
                    at = self._address(out, found["url"], at, end, depth)
                case "dashes":
                    at = found.end()
                    before = self.text[found.start() - 1] if found.start() else ""
                    out.add(dashes(found[0], before, self.text[at : min(at + 1, end)]))
                case "quotes":
                    at = found.end()
                    self._quotes(out, found[0], at)
                case _:
                    at = found.end()
                    out.add(found[0])
        return str(out)

    # -- commands ------------------------------------------------------------------------------------------------

    def _command(self, out: Written, name: str, at: int, end: int, depth: int) -> int:
        span = Span(at + 1 + len(name), end, depth)
        rest = self._accent(out, name, *span) if name in ACCENTS else None
        if rest is None and name == "begin":
            rest = self._math.environment(out, *span)
        if rest is None and name in REFERENCES:
            rest = set_reference(self, out, name, span)
        if rest is None and name in _STYLES:
            rest = self._style(out, name, *span)
        if rest is None:
            rest = self._word(out, name, *span)
        if rest is not None:
            return rest
        known = self.text[span.at : span.at + 1] in ("^", "_") if name in SETS else self._formula.knows(name)
        return self._math.command(out, name, at, end, depth) if known else self._unknown(out, name, *span)

    def _word(self, out: Written, name: str, behind: int, end: int, depth: int) -> int | None:
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

    def _style(self, out: Written, name: str, behind: int, end: int, depth: int) -> int:
        """Drop a command for appearance but keep its text; without an argument, also drop the space after it."""
        rest = self._grouped.skip(behind, end)
        close = self._grouped.group(rest, end)
        if close is None:
            return rest + 1 if self.text.startswith("{", rest) and rest < end else rest
        inner = self.set(rest + 1, close, depth + 1)
        out.add(f"“{inner}”" if name == "enquote" else inner)
        return close + 1

    def _unknown(self, out: Written, name: str, behind: int, end: int, depth: int) -> int:
        out.add(f"\\{name}")
        while (close := self._grouped.group(behind, end)) is not None:
            inner = self.set(behind + 1, close, depth + 1)
            out.add(f"{{{inner}}}" if inner.strip() else "")
            behind = close + 1
        return behind

    # -- characters ----------------------------------------------------------------------------------------------

    def _symbol(self, out: Written, sign: str, at: int, end: int, depth: int) -> int:
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

    def _accent_sign(self, out: Written, sign: str, behind: int, end: int, depth: int) -> int:
        r"""Convert an accent, or an escaped quotation mark or apostrophe (``\"so\"``, ``don\'t``)."""
        if sign == "'" and self._scripts and out.tail()[-1:].isalpha():
            quote = _ENGLISH_END.match(self.text, behind, end) is not None
        else:
            quote = sign == '"' and self._json_quotes
        if not quote and (rest := self._accent(out, sign, behind, end, depth)) is not None:
            return rest
        out.add(sign if sign in "'\"`~^" else "\\" + sign)
        return self._grouped.skip_empty(behind, end)

    def _sign(self, out: Written, sign: str, at: int, end: int, depth: int) -> int:
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

    def _quoted(self, out: Written, at: int, end: int, depth: int) -> int | None:
        """Convert text in single TeX quotes."""
        quoted = _SINGLE_QUOTED.match(self.text, at, end) if self._last["'"] > at else None
        if quoted is None or out.tail()[-1:].isalnum():
            return None
        out.add(f"‘{self.set(at + 1, quoted.end() - 1, depth + 1)}’")
        return quoted.end()

    def _braces(self, out: Written, at: int, end: int, depth: int) -> int | None:
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

    def _accent(self, out: Written, name: str, behind: int, end: int, depth: int) -> int | None:
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

    def _address(self, out: Written, said: str, at: int, end: int, depth: int) -> int:
        """Keep an address unchanged. In ``address{words}``, the rest of a link in one source, the words come first."""
        behind = at + len(said)
        url = unescaped(said)
        close = self._grouped.group(behind, end)
        if close is None:
            out.add(url)
            return behind
        out.add(linked(url, self.set(behind + 1, close, depth + 1)))
        return close + 1

    def _quotes(self, out: Written, sign: str, behind: int) -> None:
        """Convert double TeX quotes if an opening one has a closing one."""
        if sign == "``" and self._last["''"] >= behind and not self.text.startswith("`", behind):
            out.quotes += 1
            out.add("“")
        elif sign == "''" and out.quotes:
            out.quotes -= 1
            out.add("”")
        else:
            out.add(sign)

    def _behind_letter(self, out: Written, behind: int, end: int) -> int:
        r"""Skip what ends a letter command: in TeX the space after ``\o`` ends it, but authors may mean a space."""
        rest = self._grouped.skip(behind, end)
        if rest == behind:
            return self._grouped.skip_empty(behind, end)
        unit = _ANGSTROM.search(out.tail()) is not None
        following = self.text[rest : min(rest + 1, end)]
        return rest if following.islower() and not unit else behind
