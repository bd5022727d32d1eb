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

from papertui.tui.text_layout import cut, filled
from papertui.tui.theme import Styles, make_styles

#: Minimum width for the name of the program.
_ROOM_FOR_NAME = 76


class Tab(NamedTuple):
    """The title of a tab, in full and short form."""

    title: str
    short: str


class TabStrip(Widget):
    """The titles of the tabs, the open one marked, and the status at the right."""

    DEFAULT_CSS = "TabStrip { height: 1; }"

    class TabClicked(Message):
        """A tab was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *, ellipsis: str) -> None:
        super().__init__()
        self._ellipsis = ellipsis
        self._tabs: tuple[Tab, ...] = ()
        self._open = -1
        self._status = ""
        self._busy = False
        self._hits: list[tuple[int, int, int]] = []

    def show(self, tabs: tuple[Tab, ...], open_tab: int, status: str, *, busy: bool) -> None:
        """Show the tabs, which of them is open, and the status."""
        new = (tabs, open_tab, status, busy)
        if new != (self._tabs, self._open, self._status, self._busy):
            self._tabs, self._open, self._status, self._busy = new
            self.refresh()

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
        status = cut(self._status, max(0, width - used - 2), self._ellipsis)
        gap = width - used - cell_len(status) - 1
        if gap >= 1:
            segments += [Segment(" " * gap), Segment(status, styles.accent if self._busy else styles.faint)]
        return filled(segments, base, width)

    def _first_shown(self, texts: Sequence[str], room: int) -> int:
        """Return the first tab to show in `room` cells, so that the open one is among them."""
        widths = [cell_len(text) for text in texts[: self._open + 1]]
        first, used = 0, sum(widths)
        while used > room - (cell_len(self._ellipsis) if first else 0) and first < self._open:
            used -= widths[first]
            first += 1
        return first

    def _set_tabs(self, segments: list[Segment], start: int, width: int, styles: Styles) -> int:
        room = width - start - cell_len(self._status) - 3
        full = sum(cell_len(tab.title) + 2 for tab in self._tabs) <= room
        texts = [f" {tab.title if full or place == self._open else tab.short} " for place, tab in enumerate(self._tabs)]
        self._hits = []
        at = start
        first = self._first_shown(texts, width - start)
        if first:
            segments.append(Segment(self._ellipsis, styles.faint))
            at += cell_len(self._ellipsis)
        for place, text in enumerate(texts[first:], first):
            if at + cell_len(text) > width:
                break
            segments.append(Segment(text, styles.chosen if place == self._open else styles.faint))
            self._hits.append((at, at + cell_len(text), place))
            at += cell_len(text)
        return at - start
