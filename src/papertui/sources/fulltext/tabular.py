"""The state of a table while its page is parsed, cell by cell."""

from __future__ import annotations

from typing import Final

from papertui.sources.fulltext.columns import MOST_COLUMNS, Align, Cell
from papertui.sources.fulltext.tags import Tag

_MOST_CELLS: Final = 20_000
_ALIGNED: Final[dict[str, Align]] = {"ltx_align_right": "right", "ltx_align_center": "center"}


class Table:
    """A table being parsed."""

    def __init__(self) -> None:
        self.rows: list[list[Cell]] = []
        self.head = 0
        self.cell: list[str] | None = None
        self.within = 0  # open tables within a cell
        self._columns = self._rows_down = 1
        self._align: Align = "left"
        self._is_head = False
        self._row: list[Cell] = []
        self._row_is_head = True
        self._cells = 0

    def begin(self, cell: list[str], tag: Tag, classes: frozenset[str], *, is_head: bool) -> None:
        """Begin a cell whose text will be collected in `cell`."""
        self.cell = cell
        self._columns, self._rows_down = _span(tag, "colspan"), _span(tag, "rowspan")
        self._align = next((align for name, align in _ALIGNED.items() if name in classes), "left")
        self._is_head = is_head or "ltx_th_column" in classes

    def add(self, text: str) -> None:
        """Add a cell to the row; cells beyond the limits are dropped."""
        if self._cells < _MOST_CELLS and len(self._row) < MOST_COLUMNS:
            self._cells += 1
            self._row.append(Cell(text, self._align, self._columns, self._rows_down))
            self._row_is_head = self._row_is_head and (self._is_head or not text)

    def end_row(self) -> None:
        """End the row, if it has cells."""
        if self._row:
            if self._row_is_head and self.head == len(self.rows):
                self.head += 1
            self.rows.append(self._row)
        self._row, self._row_is_head = [], True


def _span(tag: Tag, name: str) -> int:
    value = tag.attributes.get(name, "").strip()
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) <= len("9999") else 1
