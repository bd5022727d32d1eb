r"""Commands that LaTeXML does not know, which its pages show as errors: ``\State``, ``{tikzpicture}``, ``\farcs``.

What follows such a command is its argument or the words of the paper, and nothing in the page says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from papertui.tex.tables import SIGNS

#: Commands of a drawing, where LaTeXML has no package for it: the page has its source as text.
_OF_DRAWING: Final = re.compile(
    r"\\(?:draw|node|path|fill|filldraw|coordinate|shade|shadedraw|clip|graph|matrix|pic|foreach|addplot|addlegendentry|begin"
    r"|usetikzlibrary|usepgfplotslibrary|usepgflibrary|tikz|tikzset|tikzstyle|pgfplotsset|pgfmath\w*|pgf\w+|psset|psline)\b"
    r"|\{(?:tikz|pgf|pspicture|axis|scope|semilog|loglogaxis|circuitikz|forest|groupplot)"
)
#: Those whose arguments end with the line.
_SETTING: Final = re.compile(r"\\(?:use(?:tikz|pgfplots|pgf)library|tikzset|tikzstyle|pgfplotsset|psset)\b")
#: The end of a statement of a drawing at the end of a line.
_STATEMENT_END: Final = re.compile(r";[ \t]*(?:\n|$)")
_WORDS: Final = re.compile(r"[^\W\d_]{2,}[,.]?\s+(?:\S+\s+)?[^\W\d_]{2,}")
_ROMAN: Final = re.compile(r"\\?@?slowromancap([ivxlcdm]{1,15})@", re.IGNORECASE)

_STEP: Final = re.compile(
    r"\\(State|Statex|STATE|Require|REQUIRE|Ensure|ENSURE|Input|INPUT|Output|OUTPUT|If|IF|eIf|uIf|ElsIf|ELSIF|ElseIf|Else|ELSE|uElse"
    r"|lIf|lElse|EndIf|ENDIF|For|FOR|ForAll|FORALL|ForEach|lFor|EndFor|ENDFOR|While|WHILE|EndWhile|ENDWHILE|Repeat|REPEAT"
    r"|Until|UNTIL|Loop|LOOP|EndLoop|ENDLOOP|Function|EndFunction|Procedure|EndProcedure|Return|RETURN|KwIn|KwOut"
    r"|KwData|KwResult|KwRet|KwInput|KwOutput|Print|PRINT)(?![A-Za-z])"
)
_SAID: Final = {
    "state": "", "statex": "", "eif": "if", "uif": "if", "lif": "if", "elsif": "else if", "elseif": "else if",
    "uelse": "else", "lelse": "else", "forall": "for all", "foreach": "for each", "lfor": "for", "endif": "end if",
    "endfor": "end for", "endwhile": "end while", "endloop": "end loop", "endfunction": "end function",
    "endprocedure": "end procedure", "require": "Require:", "ensure": "Ensure:", "input": "Input:",
    "output": "Output:", "kwin": "Input:", "kwout": "Output:", "kwinput": "Input:", "kwoutput": "Output:",
    "kwdata": "Data:", "kwresult": "Result:", "kwret": "return",
}  # fmt: skip
_OPENING: Final = frozenset(("if", "eif", "uif", "for", "forall", "foreach", "while", "repeat", "loop", "function"))
_ALGORITHM: Final = re.compile(r"\{(?:algorithmicx?|algpseudocode|algorithm2e|pseudocode)\*?\}")


class Step(NamedTuple):
    """What a command of an algorithm begins: a line with a first word."""

    word: str
    before: int = 0  # added to the indentation of this line and all that follow
    after: int = 0  # added to that of the lines below


def is_of_drawing(command: str) -> bool:
    """Whether a command or an environment draws."""
    return _OF_DRAWING.search(command) is not None


def is_setting(command: str) -> bool:
    """Whether a command of a drawing only sets something."""
    return _SETTING.search(command) is not None


def is_algorithm(command: str) -> bool:
    """Whether an environment is an algorithm."""
    return _ALGORITHM.search(command) is not None


def step(command: str) -> Step | None:
    """Return what a command of an algorithm begins, if it is one."""
    found = _STEP.fullmatch(command.strip())
    if found is None:
        return None
    name = found[1].lower()
    word = _SAID.get(name, name)
    if name in ("elsif", "elseif", "else", "uelse"):
        return Step(word, -1, 1)
    if name.startswith("end") or name == "until":
        return Step(word, -1)
    return Step(word, after=int(name in _OPENING or name == "procedure"))


def sign(command: str) -> str:
    r"""Return the characters that a command stands for, such as ``\farcs``; empty if none is known."""
    name = command.strip()
    if roman := _ROMAN.fullmatch(name):
        return roman[1].upper()
    return SIGNS.get(name.removeprefix("\\"), "")


def with_romans(text: str) -> str:
    r"""Return text with numerals for what is left of ``\romannumeral`` (``slowromancapii@``)."""
    return _ROMAN.sub(lambda found: found[1].upper(), text) if "romancap" in text else text


def around_drawing(flow: Sequence[str], commands: Sequence[tuple[int, str]]) -> tuple[str, str]:
    """Return the words of a paragraph before the source of a drawing and those after it.

    Args:
        flow: the paragraph.
        commands: the commands of the drawing, each with the number of pieces of `flow` before it.
    """
    before = words = ["".join(flow[: commands[0][0]])]
    after: list[str] = []
    for command, piece in _segments(flow, commands):
        words = words if is_setting(command) else after
        words.append(_rest(command, piece))
    return "\n".join(filter(None, before)), "\n".join(filter(None, after))


def _segments(flow: Sequence[str], commands: Sequence[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    ends = [at for at, _ in commands[1:]] + [len(flow)]
    for (start, command), end in zip(commands, ends, strict=True):
        yield command, "".join(flow[start:end])


def _rest(command: str, text: str) -> str:
    """Return the words behind the arguments of a command of a drawing."""
    if _SETTING.search(command):
        first, line_end, rest = text.lstrip().partition("\n")
        if not line_end and _WORDS.search(first):
            rest = first
    else:
        ends = list(_STATEMENT_END.finditer(text))
        rest = text[ends[-1].end() :] if ends else ""
    return rest if _WORDS.search(rest) else ""
