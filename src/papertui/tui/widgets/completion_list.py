"""The list of completions below the search line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from papertui.model.format import grouped
from papertui.search.completion import Completion
from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import cut, filled
from papertui.tui.theme import make_styles

#: Cells of the label column at most.
_LABEL = 28
_MOST_WIDTH = 78
#: Cells of a line besides label and description: the bar, gaps and the number.
_AROUND = 13


class CompletionList(Widget):
    """Lines over the list of papers, one of which may be chosen."""

    DEFAULT_CSS = """
    CompletionList { position: absolute; layer: above; display: none; width: 40; height: 1; background: $panel; }
    """

    class Clicked(Message):
        """A line was clicked, perhaps to remove it."""

        def __init__(self, place: int, *, removes: bool) -> None:
            super().__init__()
            self.place = place
            self.removes = removes

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._ellipsis = glyphs.ellipsis
        self._bar = glyphs.bar
        self._cross = "×" if glyphs.is_unicode else "x"
        self._items: tuple[Completion, ...] = ()
        self._chosen: int | None = None

    @property
    def is_open(self) -> bool:
        return bool(self.display)

    def show(self, items: Sequence[Completion], chosen: int | None, *, top: int) -> None:
        """Show `items` from a line of the screen on; hide the list if there are none."""
        if (tuple(items), chosen) != (self._items, self._chosen):
            self._items, self._chosen = tuple(items), chosen
            self.refresh()
        self.display = bool(items)
        if items:
            needed = max(cell_len(one.label) + cell_len(one.about) for one in items) + _AROUND
            width = max(2, min(needed, _MOST_WIDTH, self.app.size.width - 1))
            self.styles.width, self.styles.height = width, len(items)
            self.styles.offset = 0, top

    def render_line(self, y: int) -> Strip:
        styles = make_styles(self.app.theme_variables)
        width = self.size.width
        if y >= len(self._items):
            return Strip.blank(width, styles.panel)
        item, is_chosen = self._items[y], y == self._chosen
        widest = max(cell_len(one.label) for one in self._items)
        column = max(1, min(widest, _LABEL if any(one.about for one in self._items) else width, width - 5))
        end = "" if item.number is None else grouped(item.number)
        if item.kind == "past":
            end = self._cross
        label = cut(item.label, min(column, max(1, width - cell_len(end) - 5)), self._ellipsis)
        about = cut(item.about, max(0, width - column - cell_len(end) - 8), self._ellipsis)
        gap = max(1, width - 3 - max(column, cell_len(label)) - 2 - cell_len(about) - cell_len(end) - 1)
        style = styles.primary if item.kind == "key" else styles.text
        segments = [
            Segment(f"{self._bar if is_chosen else ' '}  ", styles.primary),
            Segment(label + " " * max(0, column - cell_len(label)), style),
            Segment(f"  {about}", styles.faint),
            Segment(" " * gap),
            Segment(end, styles.faint),
        ]
        return filled(segments, styles.cursor if is_chosen else styles.panel, width)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if event.y < len(self._items):
            removes = self._items[event.y].kind == "past" and event.x >= self.size.width - 3
            self.post_message(self.Clicked(event.y, removes=removes))
