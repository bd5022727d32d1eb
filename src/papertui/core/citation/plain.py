r"""Converting bibliography fields to plain text: protecting braces are removed, TeX commands become characters.

`papertui.core.tex` converts TeX to Unicode; this module handles only what is specific to bibliographies.
"""

from __future__ import annotations

import re

from papertui.core.safe import one_line, paragraphs
from papertui.core.tex import LONGEST, unicode_text

#: Escapes of special characters of TeX. They are replaced before the rest is parsed as TeX.
_LITERALS = {
    r"\textbraceleft": "{",
    r"\textbraceright": "}",
    r"\textbackslash": "\\",
    r"\textasciitilde": "~",
    r"\textasciicircum": "^",
    r"\textless": "<",
    r"\textgreater": ">",
    r"\textbar": "|",
    r"\{": "{",
    r"\}": "}",
    r"\$": "$",
    r"\_": "_",
}
_LITERAL = re.compile(
    r"\{(\\text(?:braceleft|braceright|backslash|asciitilde|asciicircum|less|greater|bar))\s*\}"
    r"|(\\text(?:braceleft|braceright|backslash|asciitilde|asciicircum|less|greater|bar))(?![A-Za-z])(?:\{\}|\s)?"
    r"|(\\[{}$_])"
)
_PIECE = re.compile(r"\\[A-Za-z]+\s*|\\[\s\S]|[{}$^_]|[^\\{}$^_]+|[\s\S]")
_ACCENT = re.compile(r"\\[`'^\"~=.]")


def plain_title(value: str) -> str:
    """Convert a title, an abstract or the name of a journal to one line."""
    return one_line(_plain(one_line(value[:LONGEST]), scripts=True))


def plain_name(value: str) -> str:
    """Convert the name of a person to one line."""
    return one_line(_plain(one_line(value[:LONGEST]), scripts=False))


def plain_note(value: str) -> str:
    """Convert a note; its paragraphs stay separate."""
    return paragraphs("\n\n".join(_plain(part, scripts=True) for part in paragraphs(value[:LONGEST]).split("\n\n")))


def _plain(text: str, *, scripts: bool) -> str:
    pieces: list[str] = []
    at = 0
    for found in _LITERAL.finditer(text):
        pieces += [_set(text[at : found.start()], scripts=scripts), _LITERALS[found[1] or found[2] or found[3]]]
        at = found.end()
    return "".join([*pieces, _set(text[at:], scripts=scripts)])


def _set(text: str, *, scripts: bool) -> str:
    return unicode_text(_unbraced(text), scripts=scripts)


def _unbraced(text: str) -> str:
    """Remove the braces of `text` that only protect capitals; arguments of commands keep theirs."""
    if "{" not in text and "}" not in text:
        return text
    out: list[str] = []
    kept: list[bool] = []
    math = argument = False
    for found in _PIECE.finditer(text):
        piece = found[0]
        if piece == "$":
            math = not math
        if piece == "{":
            # Keep a group that is an argument, is within mathematics, or limits the scope of a command at its start.
            keep = argument or math or re.match(r"\\[A-Za-z]", text[found.end() : found.end() + 2]) is not None
            kept.append(keep)
            out.append("{" if keep else "")
            argument = False
            continue
        if piece == "}":
            was = kept.pop() if kept else False
            out.append("}" if was else "")
            argument = was and text[found.end() : found.end() + 1] == "{"
            continue
        out.append(piece)
        argument = piece in {"^", "_"} or (
            piece.startswith("\\") and (piece[1:2].isalpha() or bool(_ACCENT.match(piece)))
        )
    return "".join(out)
