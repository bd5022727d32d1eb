"""Find the groups of a text in TeX, and which dollars are mathematics."""

from __future__ import annotations

import re
from collections.abc import Mapping

# --- dollar signs: mathematics or money --------------------------------------------------------------

#: What ends the search for the closing dollar, or is skipped by it.
_STOP = re.compile(r"\\[\s\S]|[{$]")
_COMMAND = re.compile(r"\\[A-Za-z,;:! |{]|[\^_{]")
#: A lone operator, as in ``Pb$-$Pb``.
_OPERATOR = re.compile(r"\s*(?:[+<>=|*/±×]|-{1,3})\s*")
#: A letter with a trailing hyphen or equals sign, as in ``$p-$adic`` and ``$R=$Na``.
_HANGING = re.compile(r"[A-Za-z]{1,2}[-=]|\([^()]*\)-")
#: Words that are not prose: commands and their text arguments.
_NOT_PROSE = re.compile(r"\\(?:text|mbox|mathrm|hbox|textrm|textit|operatorname)\s*\{[^{}]*\}|\\[A-Za-z]+")
_WORD = re.compile(r"(?:^|(?<=[\s,;]))[A-Za-z]{2,}(?=[\s,;.:?]|$)")
_LONGEST_PLAIN = 60
#: A longer span is not a formula, but two distant dollars.
LONGEST = 1000
#: From this number of words, text is prose even if it contains a command.
_MANY_WORDS = 3
_LONGEST_BEFORE_LETTER = 3
_LEFT_HANGING = tuple("-–+/&|,:;.=<>")


def closing_dollar(text: str, at: int, end: int, closing: Mapping[int, int]) -> int | None:
    """Find the dollar that closes the mathematics opened at `at`; ``None`` if that dollar does not open any.

    Prose such as ``$5 and $10`` or ``US$3-US$4`` has dollars, too: the text between two of them must look like
    mathematics.
    """
    start = at + 1
    place = start
    while stop := _STOP.search(text, place, end):
        if stop[0] == "$":
            close = stop.start()
            return close if _is_formula(text, start, close, end) else None
        place = closing.get(stop.start(), stop.start()) + 1 if stop[0] == "{" else stop.end()
    return None


def reads_as_formula(inner: str) -> bool:
    """Whether the text between double dollars is mathematics and not prose."""
    words = len(_WORD.findall(_NOT_PROSE.sub("\0", inner)))
    return words < (_MANY_WORDS if _COMMAND.search(inner) else 1) and inner.strip() != ""


def _is_formula(text: str, start: int, close: int, end: int) -> bool:
    inner = text[start:close]
    if not inner.strip() or len(inner) > LONGEST:
        return False
    words = len(_WORD.findall(_NOT_PROSE.sub("\0", inner)))
    if _COMMAND.search(inner):
        return words < _MANY_WORDS
    before = text[start - 2 : start - 1] if start > 1 else ""
    after = text[close + 1 : close + 2] if close + 1 < end else ""
    if _OPERATOR.fullmatch(inner) or (_HANGING.fullmatch(inner) and after.isalpha()):
        return True
    spaced = any(sign.isspace() for sign in inner.strip())
    if len(inner) > _LONGEST_PLAIN or (words and spaced):
        return False
    if inner[0].isspace() or inner[-1].isspace():
        return not spaced and any(map(str.isalpha, inner)) and not before.isalnum() and not after.isalnum()
    return _fits(inner, before, after)


def _fits(inner: str, before: str, after: str) -> bool:
    """Whether `inner` is mathematics and not prices, given the characters around its dollars."""
    short = len(inner) <= _LONGEST_BEFORE_LETTER
    if after.isdigit() or (before.isdigit() and not (inner[0].isalpha() and short)):
        return False
    hanging = inner.endswith(_LEFT_HANGING)
    return not (after.isalpha() and (hanging or not short)) and not (inner[0].isdigit() and hanging)


# --- matching braces ---------------------------------------------------------------------------------

_BRACES = re.compile(r"\\[\s\S]|[{}]")
_SPACE = re.compile(r"\s*")


class TexGroups:
    """A text and its matching braces, paired once, so that finding the end of a group needs no scan."""

    def __init__(self, text: str) -> None:
        self.text = text
        #: The position of each matched opening brace -> the position of its closing brace.
        self.closing: dict[int, int] = {}
        opened: list[int] = []
        for brace in _BRACES.finditer(text) if "{" in text else ():
            if brace[0] == "{":
                opened.append(brace.start())
            elif brace[0] == "}" and opened:
                self.closing[opened.pop()] = brace.start()

    def group(self, at: int, end: int) -> int | None:
        """Return where the group that opens at `at` closes; ``None`` if none opens there or it ends after `end`."""
        close = self.closing.get(at)
        return close if close is not None and close < end else None

    def skip(self, at: int, end: int) -> int:
        """Return the position after white space."""
        space = _SPACE.match(self.text, at, end)
        return space.end() if space else at

    def skip_empty(self, at: int, end: int) -> int:
        """Return the position after an empty pair of braces that only ends a command."""
        return at + 2 if self.text.startswith("{}", at) and at + 2 <= end else at

    def sign(self, at: int, end: int) -> str:
        """Return the character at `at`, or an empty string at the end."""
        return self.text[at] if at < end else ""


# --- line ends -------------------------------------------------------------------------------------------

#: An unescaped percent sign and the rest of its line.
_COMMENT = re.compile(r"(?<!\\)(?P<before>(?:\\\\)*+)%[^\n]*+\n\s*+")
#: The same where line feeds have become spaces; ``5% `` is an amount.
_LOST_LINE_END = re.compile(r"(?<!\\)(?P<before>(?:\\\\)*+)%(?<![0-9]%)\s++")
_COMMAND_END = re.compile(r"\\[A-Za-z]+$")
_LONGEST_COMMAND = 40


def without_comments(tex: str) -> str:
    r"""Join the lines of a formula that end in a percent sign, as converters break long ones."""
    if "%" not in tex:
        return tex
    last_line = tex.rfind("\n") + 1
    # Only up to the last line feed, so that the search for one never fails: the time stays linear.
    return _without(_COMMENT, tex[:last_line]) + _without(_LOST_LINE_END, tex[last_line:])


def _without(pattern: re.Pattern[str], tex: str) -> str:
    parts = []
    at = 0
    for comment in pattern.finditer(tex):
        part = tex[at : comment.end("before")]
        # What follows must not become part of the name of a command.
        parts.append(f"{part} " if _COMMAND_END.search(part[-_LONGEST_COMMAND:]) else part)
        at = comment.end()
    return "".join([*parts, tex[at:]])
