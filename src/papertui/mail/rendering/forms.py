"""Line filling and escaping for the output formats, so that a value never becomes markup."""

from __future__ import annotations

import re

from markupsafe import Markup

from papertui.core.cells import cell, cells

#: Columns of plain text.
WIDTH = 80
#: Characters with a meaning in CommonMark or GitHub's extensions anywhere in a line.
_MARKS = re.compile(r"([\\`*_\[\]<>&~|$])")
#: Characters with a meaning at the start of a block.
_BEGINS = re.compile(r"^(\s*)(?:([#+\-=:])|(\d{1,9})([.)]))")
_ADDRESS = re.compile(r"https?://\S+\Z|mailto:\S+\Z")


def filled(text: str, indent: int = 0, lines: int = 0, hang: int = 0) -> str:
    """Fill `text` into lines of at most 80 columns; only an address may be longer, on a separate line.

    Args:
        text: one paragraph.
        indent: spaces before each line.
        lines: the largest number of lines, the last one ending with an ellipsis if it was cut; 0 for all.
        hang: additional spaces before all lines but the first.
    """
    made: list[str] = []
    line, room = "", WIDTH - indent
    for word in (piece for part in text.split() for piece in _pieces(part, WIDTH - indent - hang)):
        if not line:
            line = word
        elif cells(line) + 1 + cells(word) <= room:
            line += f" {word}"
        else:
            made.append(line)
            line, room = word, WIDTH - indent - hang
    if line:
        made.append(line)
    if lines and len(made) > lines:
        made[lines - 1 :] = [_ended(made[lines - 1], WIDTH - indent - hang)]
    return "\n".join(" " * (indent + (hang if number else 0)) + line for number, line in enumerate(made))


def _pieces(word: str, room: int) -> list[str]:
    """The word, split if it does not fit into a line, unless it is an address."""
    if cells(word) <= room or _ADDRESS.match(word):
        return [word]
    pieces, piece, used = [], "", 0
    for char in word:
        size = cell(char)
        if used + size > room:
            pieces.append(piece)
            piece, used = "", 0
        piece += char
        used += size
    return [*pieces, piece]


def _ended(line: str, room: int) -> str:
    while cells(line) >= room:
        line = line.rpartition(" ")[0] or line[:-1]
    return line.rstrip(" ,;:.") + "…"


def marked(text: object) -> Markup:
    """Escape a value for Markdown: nothing in it becomes emphasis, a link, a heading, a list or HTML.

    A `Markup` (a link, or a block of another template) is Markdown already and is returned unchanged.
    """
    if isinstance(text, Markup):
        return text
    line = " ".join(str(text).split())
    escaped = _MARKS.sub(r"\\\1", line)
    begun = _BEGINS.sub(lambda found: f"\\{found[2]}" if found[2] else f"{found[3]}\\{found[4]}", escaped)
    return Markup(begun)  # noqa: S704 - escaped, for Markdown


def marked_link(text: str, url: str) -> Markup:
    """A link in Markdown, or escaped text if there is no address."""
    if not url:
        return marked(text)
    # papertui's addresses contain none of these; in an address from a custom template they must not end the link.
    target = re.sub(r"[<>\s\\]", lambda found: f"%{ord(found[0]):02X}", url)
    return Markup(f"[{marked(text)}](<{target}>)")  # noqa: S704 - both are escaped
