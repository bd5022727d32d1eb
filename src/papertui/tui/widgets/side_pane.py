"""The pane at the side: sections of entries with a cursor."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from papertui.tui.glyphs import Glyphs
from papertui.tui.side_sections import SideEntry, SideSection
from papertui.tui.text_layout import cut, filled, wrap
from papertui.tui.theme import make_styles
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


class SidePane(ScrollView, can_focus=True, inherit_bindings=False):
    """Sections of entries. The screen moves its cursor and opens entries."""

    DEFAULT_CSS = """
    SidePane {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        padding-top: 1;
    }
    """

    cursor: reactive[int] = reactive(0, init=False)
    hover: reactive[int] = reactive(-1, init=False)

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
        self._set_lines()
        self._follow()

    @property
    def entries(self) -> Sequence[SideEntry]:
        return self._entries

    def move(self, by: int) -> None:
        self.cursor = max(0, min(self.cursor + by, len(self._entries) - 1))

    @property
    def page(self) -> int:
        return max(1, self.scrollable_content_region.height - 2)

    def open(self) -> None:
        """Open the entry under the cursor."""
        if 0 <= self.cursor < len(self._entries):
            self.post_message(self.EntryOpened(self._entries[self.cursor]))

    # --- lines -----------------------------------------------------------------------------------

    def _set_lines(self) -> None:
        width = self.scrollable_content_region.width
        self._lines = []
        number = 0
        for section in self._sections:
            if self._lines:
                self._lines.append(_Line(""))
            self._lines.append(_Line(section.title, is_head=True))
            if not section.entries and section.note:
                parts = wrap(section.note, max(2, width - 3))
                self._lines += [_Line(section.note[start:end]) for start, end in parts]
            for entry in section.entries:
                if "\n" in entry.text and self._lines[-1].entry >= 0:
                    self._lines.append(_Line(""))
                self._lines += self._of_entry(entry, number, width)
                number += 1
        size = Size(width, len(self._lines))
        if size != self.virtual_size:
            self.set_reactive(SidePane.virtual_size, size)
            self._scroll_update(size)
        self.refresh()

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

    def on_resize(self) -> None:
        self._set_lines()
        self._follow()

    def notify_style_update(self) -> None:
        """Redraw with the colours of another theme."""
        super().notify_style_update()
        self.refresh()

    def watch_cursor(self) -> None:
        self._follow()
        self.refresh()

    def watch_hover(self) -> None:
        self.refresh()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def _follow(self) -> None:
        lines = [place for place, line in enumerate(self._lines) if line.entry == self.cursor]
        height = self.scrollable_content_region.height
        if not lines or not height:
            return
        first, last = lines[0], lines[-1] + 1
        if not self.cursor:
            first = 0  # with its heading
        top = self.scroll_offset.y
        if first < top:
            self.scroll_to(y=first, animate=False, force=True)
        elif last > top + height:
            self.scroll_to(y=last - height, animate=False, force=True)

    # --- the mouse -------------------------------------------------------------------------------

    def _entry_at(self, y: int) -> int:
        row = y - self.gutter.top + self.scroll_offset.y
        return self._lines[row].entry if y >= self.gutter.top and 0 <= row < len(self._lines) else -1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self._entry_at(event.y)

    def on_leave(self) -> None:
        self.hover = -1

    def on_click(self, event: events.Click) -> None:
        if (entry := self._entry_at(event.y)) >= 0:
            self.cursor = entry
            self.open()

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
