"""The top line: the tabs and the status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import cut, filled
from papertui.tui.theme import Styles, make_styles

#: Minimum width for the name of the program.
_ROOM_FOR_NAME = 76


class Tab(NamedTuple):
    """The title of a tab and the number of new papers, each in full and short form."""

    title: str
    short: str
    new: str = ""
    short_new: str = ""


class _Text(NamedTuple):
    """What is drawn of a tab, with blanks around it."""

    title: str
    new: str

    @property
    def cells(self) -> int:
        return cell_len(self.title) + cell_len(self.new)


class TabStrip(Widget):
    """The titles of the tabs, the open one marked, and the status at the right."""

    DEFAULT_CSS = "TabStrip { height: 1; }"

    class TabClicked(Message):
        """A tab was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._ellipsis = glyphs.ellipsis
        self._dot = f" {glyphs.dot} "
        self._signs = glyphs.arrow_left, glyphs.arrow_right
        self._tabs: tuple[Tab, ...] = ()
        self._open = -1
        self._status = ""
        self._busy = False
        self._place = ""
        self._hits: list[tuple[int, int, int]] = []

    def show(self, tabs: tuple[Tab, ...], open_tab: int, status: str, *, busy: bool) -> None:
        """Show the tabs, which of them is open, and the status."""
        new = (tabs, open_tab, status, busy)
        if new != (self._tabs, self._open, self._status, self._busy):
            self._tabs, self._open, self._status, self._busy = new
            self.refresh()

    def show_place(self, place: str) -> None:
        """Show where the reader is in a text instead of the status; empty for the status again."""
        if place != self._place:
            self._place = place
            self.refresh()

    @property
    def _at_right(self) -> str:
        return self._place or self._status

    def on_click(self, event: events.Click) -> None:
        for start, end, place in self._hits:
            if start <= event.x < end:
                self.post_message(self.TabClicked(place))

    def render_line(self, y: int) -> Strip:
        del y
        width, base = self.size.width, self.rich_style
        styles = make_styles(self.app.theme_variables)
        segments: list[Segment] = [Segment(" ")]
        used = 1
        if width >= _ROOM_FOR_NAME:
            segments.append(Segment("papertui  ", styles.name))
            used += 10
        used += self._set_tabs(segments, used, width, styles)
        status = self._fitting_status(width - used - 2)
        gap = width - used - cell_len(status) - 1
        if gap >= 1:
            segments += [
                Segment(" " * gap),
                Segment(status, styles.accent if self._busy and not self._place else styles.faint),
            ]
        return filled(segments, base, width)

    def _fitting_status(self, room: int) -> str:
        """Return as many parts of the status as fit, the last ones first: that there is no connection comes last."""
        parts = self._at_right.split(self._dot)
        while parts and cell_len(self._dot.join(parts)) > room:
            del parts[0]
        return self._dot.join(parts)

    def _set_tabs(self, segments: list[Segment], start: int, width: int, styles: Styles) -> int:
        room = width - start - cell_len(self._at_right) - 3
        texts = [_Text(f" {tab.title} ", f"{tab.new} " if tab.new else "") for tab in self._tabs]
        for is_open_short in (False, True):
            if sum(text.cells for text in texts) <= room:
                break
            texts = [
                text
                if place == self._open and not is_open_short
                else _Text(f" {tab.title if place == self._open else tab.short} ", f"{tab.short_new} ".lstrip())
                for place, (text, tab) in enumerate(zip(texts, self._tabs, strict=True))
            ]
        first, last = self._visible([text.cells for text in texts], width - start)
        self._hits = []
        at = start
        for place in range(first, last):
            title, new = texts[place]
            # A sign in place of the blank says that there are more.
            if place == first > 0:
                title = f"{self._signs[0]}{title[1:]}"
            if place == last - 1 < len(texts) - 1:
                title, new = (title, f"{new[:-1]}{self._signs[1]}") if new else (f"{title[:-1]}{self._signs[1]}", "")
            title = cut(title, width - at, self._ellipsis)
            new = cut(new, width - at - cell_len(title), self._ellipsis)
            is_open = place == self._open
            segments.append(Segment(title, styles.chosen if is_open else styles.faint))
            segments.append(Segment(new, styles.chosen if is_open else styles.growth))
            self._hits.append((at, at + cell_len(title) + cell_len(new), place))
            at += cell_len(title) + cell_len(new)
        return at - start

    def _visible(self, widths: Sequence[int], room: int) -> tuple[int, int]:
        """Return the range of tabs to show: the open one, and as many before and after it as fit into `room` cells."""
        first = last = max(0, self._open)
        used = 0
        while last < len(widths) and (used + widths[last] <= room or last == first):
            used += widths[last]
            last += 1
        while first > 0 and used + widths[first - 1] <= room:
            first -= 1
            used += widths[first]
        return first, last
