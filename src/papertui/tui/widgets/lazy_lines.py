"""The lines of a text of which only the visible part is laid out; the height of other blocks is estimated."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment

from papertui.tui.display_formulas import formula_rows
from papertui.tui.text_layout import wrap
from papertui.tui.widgets.citations_hidden import shown_text
from papertui.tui.widgets.paper_text import Block

#: Minimum width of a line of text, in cells.
_LEAST = 10
#: How much of a line words fill on average.
_FILLED = 0.94
#: Blocks whose lines are kept.
_KEPT = 300
#: Texts with fewer letters are laid out at once.
_SHORT = 8_000
#: The letters that are laid out in the time of a formula.
_LETTERS_OF_A_FORMULA = 200


class Line(NamedTuple):
    """One line as drawn, and what a click on it does."""

    segments: Sequence[Segment] = ()
    url: str | None = None
    action: str = ""
    #: The letters of the block that are shown, and the cells before them.
    start: int = 0
    end: int = 0
    lead: int = 0
    #: Whether a sign is in the margin.
    is_signed: bool = False


#: An empty line, outside the text.
NO_LINE = Line()
#: What makes the height of a block, at one width.
_Form = tuple[str, str, str, int, tuple[tuple[int, int], ...]]


class LazyLines:
    """Blocks and their lines.

    Args:
        blocks: the text.
        lay_out: makes the lines of a block, by its number.
        measure: the width of a line.
        before: empty lines above the text; one is below it.
        known: heights that were measured at this width before.
    """

    def __init__(
        self,
        blocks: Sequence[Block] = (),
        lay_out: Callable[[int], list[Line]] = lambda _: [],
        measure: int = 0,
        before: int = 0,
        known: Mapping[_Form, int] | None = None,
    ) -> None:
        self.blocks = blocks
        self.measure = measure
        self._before = before
        self._lay_out = lay_out
        self._cache: OrderedDict[int, list[Line]] = OrderedDict()
        self._counts: list[int] = []
        self._unknown: set[int] = set()
        known = known or {}
        for number, block in enumerate(blocks):
            count = _sure_height(block, measure) or known.get(_form(block), 0)
            if not count:
                self._unknown.add(number)
                count = max(1, round(len(shown_text(block)) / (_FILLED * _room(block, measure))))
            self._counts.append(count)
        self._starts: list[int] | None = None
        if sum(map(_work, (blocks[number] for number in self._unknown))) < _SHORT:
            self.finish()

    # --- places --------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self._all_starts()[-1] + 1 if self.blocks else 0

    def _all_starts(self) -> list[int]:
        """The first line of each block, and the one after the last block."""
        if self._starts is None:
            self._starts = list(accumulate(self._counts, initial=self._before))
        return self._starts

    @property
    def starts(self) -> Sequence[int]:
        return self._all_starts()[:-1]

    def start(self, number: int) -> int:
        return self._all_starts()[number]

    def block_at(self, row: int) -> int:
        """Return the number of the block of a line; the first one for the lines above it."""
        return max(0, min(bisect_right(self._all_starts(), row) - 1, len(self.blocks) - 1))

    # --- heights -------------------------------------------------------------------------------------

    @property
    def is_exact(self) -> bool:
        """Whether the height of each block is known."""
        return not self._unknown

    @property
    def known(self) -> Mapping[_Form, int]:
        """The measured heights."""
        return {
            _form(block): self._counts[number]
            for number, block in enumerate(self.blocks)
            if number not in self._unknown
        }

    def height(self, number: int) -> int:
        """Return the exact height of a block."""
        if number in self._unknown:
            self.use({number: block_height(self.blocks[number], self.measure)})
        return self._counts[number]

    def unknown(self) -> Iterator[int]:
        """Yield the blocks with an estimated height, in order."""
        return (number for number in sorted(self._unknown) if number in self._unknown)

    def use(self, heights: Mapping[int, int]) -> None:
        """Take measured heights."""
        for number, height in heights.items():
            self._unknown.discard(number)
            if self._counts[number] != height:
                self._counts[number] = height
                self._starts = None

    def finish(self) -> None:
        """Measure all blocks."""
        self.use({number: block_height(self.blocks[number], self.measure) for number in self._unknown})

    def measure_rows(self, first: int, last: int) -> bool:
        """Measure the blocks of some lines; return whether any line moved."""
        moved = False
        if not self._unknown:
            return moved
        number = self.block_at(first)
        row = self.start(number)
        while number < len(self.blocks) and row < last:
            before = self._counts[number]
            row += self.height(number)
            moved = moved or before != self._counts[number]
            number += 1
        return moved

    def add_above(self, rows: int) -> None:
        """Put more empty lines above the text."""
        self._before += rows
        self._starts = None

    # --- lines ---------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Lay the lines out again when they are drawn: their looks changed, but not their heights."""
        self._cache.clear()

    def line(self, row: int) -> Line:
        """Return a line; an empty one outside the text."""
        if not self.blocks or row < self._before or row >= self._all_starts()[-1]:
            return NO_LINE
        number = self.block_at(row)
        lines = self.lines(number)
        place = row - self.start(number)
        return lines[place] if place < len(lines) else NO_LINE

    def lines(self, number: int) -> list[Line]:
        """Return the lines of a block."""
        if (lines := self._cache.get(number)) is None:
            lines = self._cache[number] = self._lay_out(number)
            if len(self._cache) > _KEPT:
                self._cache.popitem(last=False)
        return lines


def _form(block: Block) -> _Form:
    return (block.text, block.role, block.mark, block.indent, block.hidden)


def _work(block: Block) -> int:
    """Return how long a block takes, in letters of ordinary text."""
    return len(block.text) if block.formula is None else _LETTERS_OF_A_FORMULA


def _room(block: Block, measure: int) -> int:
    lead = block.indent + (cell_len(block.mark) + 1 if block.mark else 0)
    return max(_LEAST, measure - lead)


def _sure_height(block: Block, measure: int) -> int:
    """Return the height of a block that is plain without laying it out, else 0."""
    if block.rows:
        return block.rows
    if block.role in {"rule", "code"} or not block.text:
        return 1
    if block.formula is not None:
        return 0
    text = shown_text(block)
    return 1 if len(text) <= _room(block, measure) and text.isascii() else 0


def broken(block: Block, measure: int) -> list[tuple[int, int]]:
    """Return start and end of each line of a block, in the text that is shown of it."""
    return wrap(shown_text(block), _room(block, measure))


def rows_of(block: Block, measure: int) -> Sequence[str]:
    """Return the lines of a displayed formula that takes several; nothing for any other block."""
    return () if block.formula is None else formula_rows(block.formula, measure - block.indent)


def block_height(block: Block, measure: int) -> int:
    # Of a block that consists of hidden letters, an empty line is left.
    rows = _sure_height(block, measure) or len(rows_of(block, measure)) or len(broken(block, measure))
    return max(1, rows)
