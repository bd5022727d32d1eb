"""The pane at the side: sections of entries with a cursor."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from papertui.tui.glyphs import Glyphs
from papertui.tui.side_sections import SideEntry, SideSection
from papertui.tui.text_layout import cut, filled, wrap
from papertui.tui.theme import make_styles
from papertui.tui.widgets.entry_rows import EntryRows
from papertui.tui.widgets.pane_title import pane_title

#: Lines of an entry of the pane of papers.
_MOST_LINES = 3


class _Line:
    """A drawn line: a heading, a note, or a part of an entry."""

    __slots__ = ("about", "entry", "is_head", "text")

    def __init__(self, text: str, *, entry: int = -1, about: str = "", is_head: bool = False) -> None:
        self.text = text
        self.entry = entry
        self.about = about
        self.is_head = is_head


class SidePane(EntryRows):
    """Sections of entries. The screen moves its cursor and opens entries."""

    DEFAULT_CSS = """
    SidePane { padding-top: 1; }
    """

    class EntryOpened(Message):
        """An entry should be opened."""

        def __init__(self, entry: SideEntry) -> None:
            super().__init__()
            self.entry = entry

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self.set_class(not glyphs.is_unicode, "-ascii")
        self._title = ""
        self._sections: tuple[SideSection, ...] = ()
        self._entries: list[SideEntry] = []
        self._lines: list[_Line] = []

    def show(self, title: str, sections: Sequence[SideSection], *, follows: bool) -> None:
        """Show `sections`.

        Args:
            title: of the whole pane.
            sections: what it shows.
            follows: whether the cursor goes to the entry that is shown in the list, unless the reader is in the pane.
        """
        if (title, tuple(sections)) == (self._title, self._sections):
            return
        is_other = title != self._title
        self._title, self._sections = title, tuple(sections)
        self._entries = [entry for section in sections for entry in section.entries]
        place = 0 if is_other else min(self.cursor, max(0, len(self._entries) - 1))
        if follows and (is_other or not self.has_focus):
            current = (place for place, entry in enumerate(self._entries) if entry.is_current)
            place = next(current, place)
        self.set_reactive(SidePane.cursor, place)
        if is_other:
            self.scroll_to(y=0, animate=False, force=True)
        self.set_lines()

    @property
    def entries(self) -> Sequence[SideEntry]:
        return self._entries

    def move(self, by: int) -> None:
        self.cursor = max(0, min(self.cursor + by, len(self._entries) - 1))

    def open(self) -> None:
        if 0 <= self.cursor < len(self._entries):
            self.post_message(self.EntryOpened(self._entries[self.cursor]))

    # --- lines -----------------------------------------------------------------------------------

    @property
    def line_entries(self) -> Sequence[int]:
        return [line.entry for line in self._lines]

    def make_lines(self) -> None:
        width = self.scrollable_content_region.width
        self._lines = []
        number = 0
        for section in self._sections:
            if self._lines:
                self._lines.append(_Line(""))
            if section.title != self._title or not self.gutter.top:  # else the title of the pane says the same
                self._lines.append(_Line(section.title, is_head=True))
            if not section.entries and section.note:
                parts = wrap(section.note, max(2, width - 3))
                self._lines += [_Line(section.note[start:end]) for start, end in parts]
            for entry in section.entries:
                if "\n" in entry.text and self._lines and self._lines[-1].entry >= 0:
                    self._lines.append(_Line(""))
                self._lines += self._of_entry(entry, number, width)
                number += 1

    @staticmethod
    def _of_entry(entry: SideEntry, number: int, width: int) -> list[_Line]:
        if "\n" not in entry.text:
            return [_Line(entry.text, entry=number, about=entry.about)]
        title, rest = entry.text.split("\n", 1)
        parts = wrap(title, max(2, width - 4))
        lines = [_Line(title[start:end], entry=number) for start, end in parts[: _MOST_LINES - 1]]
        if len(parts) > _MOST_LINES - 1:
            lines[-1].text = title[parts[_MOST_LINES - 2][0] :]
        return [*lines, _Line(rest, entry=number, about=entry.about, is_head=False)]

    # --- drawing ---------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        if self.gutter.top and crop.y == 0 and strips:
            styles = make_styles(self.app.theme_variables)
            width = self.size.width
            line = pane_title(self._title, width, self.rich_style, styles, self._glyphs, has_focus=self.has_focus)
            line = line.crop(crop.x, crop.right)
            strips[0] = Strip.join([line, strips[0].crop(line.cell_length)])  # with the edge
        return strips

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        styles = make_styles(self.app.theme_variables)
        row = y + self.scroll_offset.y
        if row >= len(self._lines):
            return Strip.blank(width, base)
        line = self._lines[row]
        if line.is_head:
            return filled([Segment(f" {line.text}", styles.faint)], base, width)
        if line.entry < 0:
            return filled([Segment(f"  {line.text}", styles.faint)], base, width)
        is_cursor = line.entry == self.cursor and self.has_focus
        entry = self._entries[line.entry]
        ground = base
        if is_cursor or line.entry == self.hover:
            ground = styles.cursor if is_cursor else styles.selected
        is_last = row + 1 == len(self._lines) or self._lines[row + 1].entry != line.entry
        about = line.about if is_last else ""
        room = width - 4 - (cell_len(about) + 1 if about else 0)
        text = cut(line.text, max(0, room), self._glyphs.ellipsis)
        style = styles.name if entry.is_current else styles.text
        if is_last and "\n" in entry.text:
            style = styles.faint
        sign = self._glyphs.bar if is_cursor else self._glyphs.arrow_right if entry.is_current else " "
        gap = width - 2 - cell_len(text) - cell_len(about) - 1
        parts = [Segment(f"{sign} ", styles.primary), Segment(text, style)]
        return filled([*parts, Segment(" " * max(1, gap)), Segment(about, styles.faint)], ground, width)
