"""Sections of rows with bars and numbers, and a cursor on the rows that can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from papertui.model.format import fill_bar
from papertui.tui.bar_sections import BarColumn, BarRow, BarSection
from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import cut, filled, wrap
from papertui.tui.theme import Styles, make_styles
from papertui.tui.widgets.entry_rows import EntryRows

#: Cells of a label, at most.
_MOST_LABEL = 44
#: Cells of a bar.
_LEAST_BAR, _MOST_BAR = 6, 40
#: Cells before a label: the cursor and a blank.
_INDENT = 2


class _BarLayout(NamedTuple):
    """The widths of the label and of the columns that fit; ``None`` for one that does not."""

    label: int
    columns: tuple[int | None, ...]


class _BarLine(NamedTuple):
    section: BarSection
    layout: _BarLayout
    #: A sentence, or a part of one.
    note: str = ""
    is_head: bool = False
    row: BarRow | None = None
    #: The number of the row among those that can be opened; -1 for none.
    entry: int = -1


class BarRows(EntryRows):
    """The rows. The screen moves the cursor and opens what is under it."""

    class RowOpened(Message):
        """The papers of a row should be shown."""

        def __init__(self, row: BarRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, glyphs: Glyphs, *, id: str) -> None:  # noqa: A002 - Textual's
        super().__init__(id=id)
        self._glyphs = glyphs
        self._sections: tuple[BarSection, ...] = ()
        self._rows: list[BarRow] = []
        self._lines: list[_BarLine] = []

    def show(self, sections: Sequence[BarSection], cursor: str = "") -> None:
        """Show `sections`; the cursor goes to the row with the query `cursor`, else it stays on its row."""
        if tuple(sections) == self._sections and not cursor:
            return
        wanted = cursor or (self._rows[self.cursor].query if self.cursor < len(self._rows) else "")
        self._sections = tuple(sections)
        self._rows = [row for section in sections for row in section.rows if row.query]
        place = next((place for place, row in enumerate(self._rows) if row.query == wanted), 0)
        self.set_reactive(BarRows.cursor, place)
        self.set_lines()

    @property
    def rows(self) -> Sequence[BarRow]:
        """The rows that can be opened."""
        return self._rows

    def move(self, by: int) -> None:
        """Move the cursor; at its ends, scroll to what cannot be opened."""
        place = max(0, min(self.cursor + by, len(self._rows) - 1))
        if place == self.cursor:
            self.scroll_relative(y=by, animate=False, force=True)
        self.cursor = max(0, place)

    def open(self) -> None:
        if 0 <= self.cursor < len(self._rows):
            self.post_message(self.RowOpened(self._rows[self.cursor]))

    # --- layout ----------------------------------------------------------------------------------

    @property
    def line_entries(self) -> Sequence[int]:
        return [line.entry for line in self._lines]

    def make_lines(self) -> None:
        width = self.scrollable_content_region.width
        self._lines = []
        entry = 0
        layouts = {
            columns: _layout([section for section in self._sections if section.columns == columns], width - _INDENT - 1)
            for columns in dict.fromkeys(section.columns for section in self._sections)
        }
        for section in self._sections if width > 0 else ():
            layout = layouts[section.columns]
            if self._lines:
                self._lines.append(_BarLine(section, layout))
            self._lines.append(_BarLine(section, layout, is_head=True))
            for start, end in wrap(section.note, max(2, width - _INDENT - 1)):
                self._lines.append(_BarLine(section, layout, note=section.note[start:end]))
            for row in section.rows:
                self._lines.append(_BarLine(section, layout, row=row, entry=entry if row.query else -1))
                entry += bool(row.query)

    # --- drawing ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        place = y + self.scroll_offset.y
        if place >= len(self._lines):
            return Strip.blank(width, base)
        styles, line = make_styles(self.app.theme_variables), self._lines[place]
        if line.row is not None:
            return self._draw_row(line, line.row, styles, width)
        if line.is_head:
            titles: tuple[str | float, ...] = tuple(column.title for column in line.section.columns)
            cells = self._cells(line, titles, styles, is_head=True)
            room = line.layout.label if cells else width - _INDENT
            title = cut(line.section.title, max(0, room), self._glyphs.ellipsis)
            gap = " " * max(0, room - cell_len(title)) if cells else ""
            return filled([Segment(" " * _INDENT), Segment(title, styles.name), Segment(gap), *cells], base, width)
        return filled([Segment(" " * _INDENT), Segment(line.note, styles.faint)], base, width)

    def _draw_row(self, line: _BarLine, row: BarRow, styles: Styles, width: int) -> Strip:
        is_cursor = line.entry >= 0 and line.entry == self.cursor and self.has_focus
        ground = self.rich_style
        if is_cursor or (line.entry >= 0 and line.entry == self.hover):
            ground = styles.cursor if is_cursor else styles.selected
        label = cut(row.label, max(0, line.layout.label), self._glyphs.ellipsis)
        gap = " " * max(0, line.layout.label - cell_len(label))
        sign = self._glyphs.bar if is_cursor else " "
        parts = [Segment(f"{sign} ", styles.primary), Segment(label, styles.text if row.query else styles.faint)]
        return filled([*parts, Segment(gap), *self._cells(line, row.cells, styles)], ground, width)

    def _cells(
        self, line: _BarLine, cells: Sequence[str | float], styles: Styles, *, is_head: bool = False
    ) -> list[Segment]:
        segments: list[Segment] = []
        for column, width, cell in zip(line.section.columns, line.layout.columns, cells, strict=True):
            if width is None:
                continue
            if isinstance(cell, str):
                text = cut(cell, width, self._glyphs.ellipsis)
                padding = " " * (width - cell_len(text))
                text = f"{text}{padding}" if column.is_bar else f"{padding}{text}"
            else:
                text = f"{fill_bar(cell, width, self._glyphs.fills):<{width}}"
            segments += [
                Segment(" " * line.section.gap),
                Segment(text, styles.faint if is_head else _style(line.section, column, styles)),
            ]
        return segments


def _style(section: BarSection, column: BarColumn, styles: Styles) -> Style:
    if column.role == "bars":
        return styles.accent if section.bars == "falling" else styles.growth
    return styles.faint if column.role == "faint" else styles.text


def _layout(sections: Sequence[BarSection], room: int) -> _BarLayout:
    """Return the widths in `room` cells for sections with the same columns, which are aligned.

    Whole columns are dropped when the width is short, those of the lowest rank first.
    """
    columns, gap = sections[0].columns, sections[0].gap
    rows = [row for section in sections for row in section.rows]
    widths: list[int | None] = [
        _LEAST_BAR
        if column.is_bar
        else max(cell_len(text) for text in (column.title, *(str(row.cells[place]) for row in rows)))
        for place, column in enumerate(columns)
    ]
    label = max(map(cell_len, (*(section.title for section in sections), *(row.label for row in rows))))

    def rest() -> int:
        return room - sum(width + gap for width in widths if width is not None)

    for place in sorted(range(len(columns)), key=lambda place: columns[place].rank):
        # A bar repeats a number, so it goes before a label is cut.
        if rest() < min(label, _MOST_LABEL if columns[place].is_bar else sections[0].least_label):
            widths[place] = None
    label = max(min(label, _MOST_LABEL, rest()), 0)
    for place, column in enumerate(columns):
        if column.is_bar and (width := widths[place]) is not None:
            widths[place] = min(_MOST_BAR, width + max(0, rest() - label))
    return _BarLayout(label, tuple(widths))
