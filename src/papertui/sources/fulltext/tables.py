"""Tables of a page, and their layout as text: aligned columns, long cells wrapped, a rule below the header."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final, Literal, NamedTuple

from papertui.model.document import Merged, Span, Table
from papertui.model.format import cells, wrapped
from papertui.sources.fulltext.html import Tag

Align = Literal["left", "right", "center"]
#: Wider cells are wrapped.
WIDEST: Final = 36
#: More columns than any table of a paper.
MOST_COLUMNS: Final = 100
_MOST_ROWS_SPANNED: Final = 500
#: Larger tables are not aligned: the padding would multiply their size.
_LARGEST: Final = 400_000
_GAP: Final = "  "
_RULE: Final = "─"


class Cell(NamedTuple):
    """One cell: its text (safe, on one line), its alignment, and how many columns and rows it spans."""

    text: str
    align: Align = "left"
    columns: int = 1
    rows: int = 1
    spans: tuple[Span, ...] = ()


def set_table(rows: Sequence[Sequence[Cell]], head: int = 0) -> str:
    """Return the table as lines of text; empty if all cells are empty.

    Args:
        rows: the cells; rows may differ in length.
        head: the number of header rows at the top.
    """
    return _laid(_without_empty_columns(_grid(rows)), head)


def set_cells(rows: Sequence[Sequence[Cell]], head: int = 0) -> tuple[Table | None, str, tuple[Span, ...]]:
    """Return the table as its cells, as lines of text, and the spans of its cells; no table if all cells are empty."""
    grid = _without_empty_columns(_grid(rows))
    if not grid:
        return None, "", ()
    merged: list[Merged] = []
    spans: list[Span] = []
    for row, cells_ in enumerate(grid):
        for column, cell in enumerate(cells_):
            down = min(cell.rows, len(grid) - row)
            if cell.columns > 1 or (down > 1 and cell.columns > 0):
                merged.append(Merged(row, column, down, max(cell.columns, 1)))
            spans += (span._replace(row=row, column=column) for span in cell.spans)
    align = "".join(_column_align(grid, column, head) for column in range(len(grid[0])))
    made = Table(tuple(tuple(cell.text for cell in row) for row in grid), min(head, len(grid)), align, tuple(merged))
    return made, _laid(grid, head), tuple(spans)


def _column_align(grid: list[list[Cell]], column: int, head: int) -> str:
    aligns = Counter(row[column].align for row in grid[head:] if row[column].text and row[column].columns == 1)
    return aligns.most_common(1)[0][0][0] if aligns else "l"


def _laid(grid: list[list[Cell]], head: int) -> str:
    if not grid:
        return ""
    lines: list[list[list[str]]] = [[wrapped(cell.text, WIDEST) for cell in row] for row in grid]
    widths = _widths(grid, lines)
    size = sum((sum(widths) + len(_GAP) * len(widths)) * max(map(len, row), default=0) for row in lines)
    if size > _LARGEST:
        return "\n".join(_GAP.join(cell.text for cell in row if cell.text) for row in grid)
    done: list[str] = []
    for number, (row, texts) in enumerate(zip(grid, lines, strict=True)):
        done.extend(_row(row, texts, widths))
        if number + 1 == head < len(grid):
            done.append(_GAP.join(_RULE * width for width in widths))
    return "\n".join(done)


def _grid(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """Return the rows with every cell in its column: a cell that spans rows leaves gaps in the rows below."""
    reaching: dict[int, int] = {}  # column -> rows in which it is still occupied
    grid: list[list[Cell]] = []
    for row in rows:
        placed: list[Cell] = []
        waiting = iter(row)
        following = next(waiting, None)
        while len(placed) < MOST_COLUMNS and (following is not None or reaching.get(len(placed))):
            column = len(placed)
            if reaching.get(column):
                reaching[column] -= 1
                placed.append(Cell(""))
            elif following is not None:
                columns = max(1, min(following.columns, MOST_COLUMNS - column))
                for taken in range(column, column + columns):
                    reaching[taken] = max(0, min(following.rows, _MOST_ROWS_SPANNED) - 1)
                placed += [following._replace(columns=columns), *(Cell("", columns=0) for _ in range(columns - 1))]
                following = next(waiting, None)
        for column in range(len(placed), MOST_COLUMNS):
            reaching[column] = max(0, reaching.get(column, 0) - 1)
        if any(cell.text for cell in placed):
            grid.append(placed)
    return grid


def _without_empty_columns(grid: list[list[Cell]]) -> list[list[Cell]]:
    """Return the grid without empty columns, all rows of the same length."""
    count = max(map(len, grid), default=0)
    full = [False] * count
    for row in grid:
        for column, cell in enumerate(row):
            full[column] = full[column] or bool(cell.text)
    kept: list[list[Cell]] = []
    for row in grid:
        padded = [*row, *(Cell("") for _ in range(count - len(row)))]
        # A cell that spans columns is as wide as the remaining ones.
        wide = [
            cell._replace(columns=sum(full[at : at + cell.columns])) if cell.columns > 1 else cell
            for at, cell in enumerate(padded)
        ]
        kept.append([cell for at, cell in enumerate(wide) if full[at]])
    return kept


def _widths(grid: list[list[Cell]], lines: list[list[list[str]]]) -> list[int]:
    """Return the width of each column: that of its widest cell. A spanning cell widens its last column if necessary."""
    widths = [0] * len(grid[0])
    wide: list[tuple[int, int, int]] = []
    for row, texts in zip(grid, lines, strict=True):
        for column, (cell, text) in enumerate(zip(row, texts, strict=True)):
            size = max(map(cells, text), default=0)
            if cell.columns <= 1:
                widths[column] = max(widths[column], size)
            else:
                wide.append((column, cell.columns, size))
    for column, count, size in wide:
        last = min(column + count, len(widths)) - 1
        widths[last] = max(widths[last], size - _room(widths, column, last))
    return widths


def _room(widths: Sequence[int], first: int, behind: int) -> int:
    """Return the width of the columns from `first` to before `behind`, including the gaps after them."""
    return sum(widths[first:behind]) + len(_GAP) * (behind - first)


def _row(row: Sequence[Cell], texts: Iterable[list[str]], widths: Sequence[int]) -> Iterable[str]:
    for line in zip_longest(*texts, fillvalue=""):
        columns: list[str] = []
        column = 0
        while column < len(row):
            cell = row[column]
            last = min(column + max(cell.columns, 1), len(row)) - 1
            width = _room(widths, column, last) + widths[last]
            columns.append(_aligned(line[column], width, cell.align))
            column = last + 1
        yield _GAP.join(columns).rstrip()


def _aligned(text: str, width: int, align: Align) -> str:
    missing = max(width - cells(text), 0)
    before = {"left": 0, "right": missing, "center": missing // 2}[align]
    return " " * before + text + " " * (missing - before)


_MOST_CELLS: Final = 20_000
_ALIGNED: Final[dict[str, Align]] = {"ltx_align_right": "right", "ltx_align_center": "center"}


class TableBuilder:
    """A table while its page is parsed, cell by cell."""

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

    def add(self, text: str, spans: tuple[Span, ...] = ()) -> None:
        """Add a cell to the row; cells beyond the limits are dropped."""
        if self._cells < _MOST_CELLS and len(self._row) < MOST_COLUMNS:
            self._cells += 1
            self._row.append(Cell(text, self._align, self._columns, self._rows_down, spans))
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
