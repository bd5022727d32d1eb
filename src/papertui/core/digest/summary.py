"""A summary of a paper in two lines."""

from __future__ import annotations

import re

from papertui.core.cells import cell, cells
from papertui.core.paper import Paper

#: Two lines of a mail, in cells.
TWO_LINES = 150
ELLIPSIS = "…"
#: The end of a sentence and the white space after it; ideographic full stops need none.
_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[\"'“‘(\[]?[^\W_a-z])|(?<=[。！？])")
#: Abbreviations that look like ends of sentences.
_ABBREVIATED = re.compile(
    r"(?:\b(?:al|cf|ca|eq|eqs|fig|figs|sec|vs|resp|approx|dr|prof|no|st)|\b[a-z])\.$", re.IGNORECASE
)


def summary(paper: Paper, room: int = TWO_LINES) -> str:
    """The paper's one-sentence summary, or as many first sentences of its abstract as fit.

    If these leave most of the room empty, the next sentence follows, cut.

    Args:
        paper: the paper.
        room: the largest width in cells; a longer first sentence is cut at a word.
    """
    text = paper.tldr or paper.abstract
    if cells(text) <= room:
        return text
    taken = ""
    for sentence in _sentences(text):
        longer = f"{taken} {sentence}".strip()
        if cells(longer) > room:
            return taken if cells(taken) * 2 > room else cut(longer, room)
        taken = longer
    return taken


def cut(text: str, room: int) -> str:
    """`text` in at most `room` cells, cut with an ellipsis, at a word boundary if that keeps most of the text."""
    if cells(text) <= room:
        return text
    kept, left = 0, room - 1
    for char in text:
        left -= cell(char)
        if left < 0:
            break
        kept += 1
    head = text[:kept]
    if not text[kept].isspace() and (at := head.rfind(" ")) > kept // 2:
        head = head[:at]
    return head.rstrip(" ,;:-–—") + ELLIPSIS


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        sentence = text[start : end.end()].strip()
        if sentence and not _ABBREVIATED.search(sentence):
            found.append(sentence)
            start = end.end()
    return [*found, text[start:].strip()]
