"""Mathematical commands with arguments: fractions, roots, accents and the like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Protocol

from papertui.core.tex.commands import AROUND, ARROWS, BINOMIALS, BLANKS, DRESSING, FRACTIONS, STACKED
from papertui.core.tex.line import Kind, Line, fraction, hatted, root, script
from papertui.core.tex.signs import HATS, JOINTS, LARGE, RELATIONS, SIGNS

_OPEN, _CLOSE = "([{⟨⌈⌊⟦", ")]}⟩⌉⌋⟧"
_NO_LETTERS = ",.;:()[]{}|+-=<>/"
_OPTION = re.compile(r"\s*\[([^\[\]{}]*)\]")
_CODE = re.compile(r"\{x([0-9A-Fa-f]{2,5})\}")
_FOLLOWING = re.compile(r"\s*(?:\\([A-Za-z]+)|([\s\S]))")


class Span(NamedTuple):
    """Where arguments are read: start, end and nesting depth."""

    at: int
    end: int
    depth: int


class Reader(Protocol):
    """A converter that reads arguments."""

    text: str

    def one(self, at: int, end: int, depth: int = 0) -> tuple[str, int]:
        """Convert the character, group or command at `at`; also return the position after it."""
        ...


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


def _hat(reader: Reader, line: Line, name: str, span: Span) -> int:
    text, rest = reader.one(*span)
    if text and text[0] not in _NO_LETTERS:
        line.add(hatted(text, HATS[name]))
    else:
        line.add(f"\\{name}")
        line.add(text, kind_of(text) if text else "plain")
    return rest


def _two(reader: Reader, span: Span) -> tuple[str, str, int]:
    first, rest = reader.one(*span)
    second, rest = reader.one(rest, span.end, span.depth)
    return first, second, rest


def _fraction(reader: Reader, line: Line, name: str, span: Span) -> int:
    above, below, rest = _two(reader, span)
    if not above or not below:
        line.add(f"\\{name}" + (f"{{{above}}}" if above or below else "") + (f"{{{below}}}" if below else ""))
        return rest
    touching = line.end.isalnum() or line.end == ")"
    following = _FOLLOWING.match(reader.text, rest, span.end)
    if following and following[2]:
        touching = touching or following[2].isalnum() or following[2] in "({^_"
    elif following:
        sign = SIGNS.get(following[1], "")
        parted = kind_of(sign) in ("relation", "joint", "close") if sign else following[1] in _PARTING
        touching = touching or not parted
    line.add(fraction(above, below, alone=not touching))
    return rest


def _binomial(reader: Reader, line: Line, _: str, span: Span) -> int:
    above, below, rest = _two(reader, span)
    line.add(f"({above} choose {below})")
    return rest


def _root(reader: Reader, line: Line, _: str, span: Span) -> int:
    option = _OPTION.match(reader.text, span.at, span.end)
    text, rest = reader.one(option.end() if option else span.at, span.end, span.depth)
    degree = option[1].strip() if option else ""
    line.add(root(text, degree) if text else "√" + degree)
    return rest


def _negation(reader: Reader, line: Line, _: str, span: Span) -> int:
    text, rest = reader.one(*span)
    negated = unicodedata.normalize("NFC", text[:1] + "\u0338" + text[1:]) if text else "\\not"
    line.add(negated, kind_of(negated))
    return rest


def _brackets(reader: Reader, line: Line, name: str, span: Span) -> int:
    text, rest = reader.one(*span)
    if name == "braket" and reader.text.startswith("{", rest) and rest < span.end:
        other, rest = reader.one(rest, span.end, span.depth)
        text += "|" + other
    line.add(AROUND[name][0] + text + AROUND[name][1])
    return rest


def _stack(reader: Reader, line: Line, name: str, span: Span) -> int:
    above, text, rest = _two(reader, span)
    line.add(text + script(above, STACKED[name]), kind_of(text))
    return rest


def _arrow(reader: Reader, line: Line, name: str, span: Span) -> int:
    option = _OPTION.match(reader.text, span.at, span.end)
    above, rest = reader.one(option.end() if option else span.at, span.end, span.depth)
    below = script(option[1], "_") if option else ""
    line.add(ARROWS[name] + below + script(above, "^"), "relation")
    return rest


def _modulo(reader: Reader, line: Line, name: str, span: Span) -> int:
    text, rest = reader.one(*span) if name == "pmod" else ("", span.at)
    line.blank()
    line.add(f"(mod {text})" if name == "pmod" else "mod", "word")
    return rest


def _left_out(reader: Reader, span: Span) -> int:
    """Skip a group that is not shown. Without a group nothing is skipped: it may be running text."""
    return reader.one(*span)[1] if reader.text.startswith("{", span.at) else span.at


def _dressing(reader: Reader, line: Line, name: str, span: Span) -> int:
    rest = _left_out(reader, span)
    if DRESSING[name] and rest > span.at:
        text, rest = reader.one(rest, span.end, span.depth)
        line.add(text)
    return rest


def _either(reader: Reader, line: Line, _: str, span: Span) -> int:
    """Keep the text for print, and skip the one for the bookmarks of a PDF."""
    text, rest = reader.one(*span)
    line.add(text)
    return _left_out(reader, Span(rest, span.end, span.depth))


def _code(reader: Reader, line: Line, name: str, span: Span) -> int:
    code = _CODE.match(reader.text, span.at, span.end)
    if code is None:
        line.add(f"\\{name}", "unknown")
        return span.at
    line.add(chr(int(code[1], 16)))
    return code.end()


def _environment(reader: Reader, line: Line, _: str, span: Span) -> int:
    line.gap()
    return _left_out(reader, span)


#: Commands that separate a fraction from the text after it.
_PARTING: Final = BLANKS | {"right", "text", "mbox", "end"}
#: Command -> the function that converts it with its arguments and returns the position after them.
STRUCTURES: Final[Mapping[str, Callable[[Reader, Line, str, Span], int]]] = (
    dict.fromkeys(HATS, _hat)
    | dict.fromkeys(FRACTIONS, _fraction)
    | dict.fromkeys(BINOMIALS, _binomial)
    | dict.fromkeys(AROUND, _brackets)
    | dict.fromkeys(STACKED, _stack)
    | dict.fromkeys(ARROWS, _arrow)
    | dict.fromkeys(DRESSING, _dressing)
    | dict.fromkeys(("mod", "pmod"), _modulo)
    | dict.fromkeys(("begin", "end"), _environment)
    | {"sqrt": _root, "not": _negation, "texorpdfstring": _either, "unicode": _code}
)
