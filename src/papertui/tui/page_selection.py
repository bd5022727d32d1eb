"""What is selected in the text of an open paper: sentences, or the letters that the mouse was drawn over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from papertui.model.passages import PassageRange
from papertui.model.sentences import sentences
from papertui.tui.page_text import PageText
from papertui.tui.widgets.paper_text import Block

_WORD = re.compile(r"\w+")
_LONGEST_WORD = 200
_HEADINGS = frozenset({"title", "head"})


def is_of_the_paper(block: Block) -> bool:
    """Whether a block has words of the paper, and not of the reader or of papertui."""
    is_text = block.part >= 0 or (block.role == "text" and block.searched)  # of its document, or of its abstract
    return is_text and block.role != "rule" and bool(block.text.strip())


def word_at(text: str, letter: int) -> tuple[int, int]:
    """Return start and end of the word that a letter belongs to; of a sign or blank, the letter alone."""
    for word in _WORD.finditer(text, max(0, letter - _LONGEST_WORD)):
        if word.end() > letter:
            return word.span() if word.start() <= letter else (letter, letter + 1)
    return letter, letter + 1


class Unit(NamedTuple):
    """A sentence, or a line of a listing."""

    block: int
    start: int
    end: int


def units(number: int, block: Block) -> Sequence[Unit]:
    """Return what is selected by one key in a block; a heading is only selected with what is around it."""
    if not is_of_the_paper(block) or block.role in _HEADINGS:
        return ()
    if block.role == "code":
        return (Unit(number, 0, len(block.text.rstrip())),)
    return [Unit(number, start, end) for start, end in sentences(block.text)]


class Selection:
    """A selection that begins with the sentence at a letter, and grows and moves by sentences and paragraphs."""

    def __init__(self, text: PageText, anchor: Unit, cursor: Unit | None = None) -> None:
        self._text = text
        self._anchor = anchor
        self.cursor = cursor or anchor

    @classmethod
    def at(cls, text: PageText, block: int, letter: int) -> Selection | None:
        """Select the sentence at a letter, or the next one; ``None`` if there is none below."""
        for number in range(block, len(text.blocks)):
            for unit in units(number, text.blocks[number]):
                if number > block or unit.end > letter:
                    return cls(text, unit)
        return None

    @property
    def range(self) -> PassageRange:
        first, last = min(self._anchor, self.cursor), max(self._anchor, self.cursor)
        return PassageRange(first.block, first.start, last.block, last.end)

    def extend(self, by: int) -> bool:
        """Take in the next sentence, or the one before; return whether there is one."""
        if (unit := self._next(self.cursor, by)) is None:
            return False
        self.cursor = unit
        return True

    def move(self, by: int) -> bool:
        """Select the next sentence, or the one before, instead."""
        moved = self.extend(by)
        self._anchor = self.cursor
        return moved

    def turn(self) -> None:
        """Let the keys move the other end."""
        self._anchor, self.cursor = self.cursor, self._anchor

    def whole_paragraphs(self) -> None:
        """Take in the whole paragraphs at both ends; with whole paragraphs already, the next one too."""
        blocks = self._text.blocks
        where = self.range
        first = units(where.first, blocks[where.first])[0]
        last = units(where.last, blocks[where.last])[-1]
        if self.range == PassageRange(first.block, first.start, last.block, last.end):
            following = self._next(last, 1)
            last = last if following is None else units(following.block, blocks[following.block])[-1]
        self._anchor, self.cursor = first, last

    def _next(self, unit: Unit, by: int) -> Unit | None:
        blocks = self._text.blocks
        number = unit.block
        while 0 <= number < len(blocks):
            here = [one for one in units(number, blocks[number]) if (one > unit if by > 0 else one < unit)]
            if here:
                return here[0] if by > 0 else here[-1]
            number += 1 if by > 0 else -1
        return None
