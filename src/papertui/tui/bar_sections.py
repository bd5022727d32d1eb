"""What the widget of bars shows: sections of rows with columns."""

from __future__ import annotations

from typing import Literal, NamedTuple

Role = Literal["text", "faint", "bars"]
#: What the bars of a section show, which gives them a colour; the numbers say it as well.
BarRole = Literal["rising", "falling"]


class BarColumn(NamedTuple):
    """A column of a section."""

    title: str = ""
    role: Role = "text"
    #: Columns with a lower number go first when the width is short.
    rank: int = 0
    #: Whether its cells are bars as long as the width allows.
    is_bar: bool = False


class BarRow(NamedTuple):
    """A row: a label and the cells of its columns."""

    label: str
    #: A text, or for a bar its length as a share of the longest one.
    cells: tuple[str | float, ...]
    #: The search for its papers; empty if there are none to open.
    query: str = ""


class BarSection(NamedTuple):
    """A heading with its columns, a sentence, and rows."""

    title: str
    note: str = ""
    columns: tuple[BarColumn, ...] = ()
    rows: tuple[BarRow, ...] = ()
    bars: BarRole = "rising"
    #: Cells between two columns.
    gap: int = 2
    #: Cells of a label, at least, before columns are dropped for it.
    least_label: int = 14
