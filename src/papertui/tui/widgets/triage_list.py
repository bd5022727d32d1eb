"""The list beside the paper, on wide screens: what was decided, and what comes."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import cut, filled
from papertui.tui.theme import make_styles


class TriageRow(NamedTuple):
    """A paper of the run."""

    title: str
    sign: str = ""  # what was decided
    is_decided: bool = False


class TriageList(Widget):
    """One line a paper; the one shown is in the upper half, with what comes below it."""

    DEFAULT_CSS = "TriageList { width: 30%; min-width: 46; max-width: 72; height: 1fr; padding: 1 0; }"

    class Clicked(Message):
        """A paper was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._rows: tuple[TriageRow, ...] = ()
        self._place = 0

    def show(self, rows: tuple[TriageRow, ...], place: int) -> None:
        """Show `rows`, with a cursor at `place`."""
        if (rows, place) != (self._rows, self._place):
            self._rows, self._place = rows, place
            self.refresh()

    @property
    def _first(self) -> int:
        height = self.size.height
        return max(0, min(self._place - height // 3, len(self._rows) - height))

    def on_click(self, event: events.Click) -> None:
        place = self._first + event.get_content_offset_capture(self).y
        if 0 <= place < len(self._rows):
            self.post_message(self.Clicked(place))

    def render_line(self, y: int) -> Strip:
        width, place = self.size.width, self._first + y
        styles = make_styles(self.app.theme_variables)
        if place >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[place]
        is_shown = place == self._place
        bar = Segment(self._glyphs.bar if is_shown else " ", styles.primary)
        sign = Segment(f"{row.sign}{' ' * (2 - cell_len(row.sign))}", styles.accent)
        title = cut(row.title, max(0, width - 5), self._glyphs.ellipsis)
        style = styles.strong if is_shown else styles.faint if row.is_decided else styles.text
        base = styles.cursor if is_shown else self.rich_style
        return filled([bar, Segment(" "), sign, Segment(title, style)], base, width)
