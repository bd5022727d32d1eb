"""The key line at the bottom of the screen."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from papertui.tui.text_layout import filled
from papertui.tui.theme import make_styles


class KeyHint(NamedTuple):
    """A key, a word that describes it, and its action."""

    key: str
    word: str
    action: str


class KeyLine(Widget):
    """As many keys as fit, each with a word; each can be clicked."""

    DEFAULT_CSS = "KeyLine { height: 1; }"

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[KeyHint, ...] = ()
        self._hits: list[tuple[int, int, str]] = []

    def show(self, keys: tuple[KeyHint, ...]) -> None:
        """Show `keys`. The last one is always shown; others are dropped when space is short."""
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        for start, end, action in self._hits:
            if start <= event.x < end:
                self.post_message(self.Pressed(action))

    def render_line(self, y: int) -> Strip:
        del y
        width, base = self.size.width, self.rich_style
        made = make_styles(self.app.theme_variables)
        segments = [Segment(" ")]
        self._hits = []
        at = 1
        for key in self._fitting(width - 2):
            length = cell_len(key.key) + 1 + cell_len(key.word)
            segments += [Segment(key.key, made.name), Segment(f" {key.word}  ", made.faint)]
            self._hits.append((at, at + length, key.action))
            at += length + 2
        return filled(segments, base, width)

    def _fitting(self, room: int) -> list[KeyHint]:
        shown = list(self._keys)
        while len(shown) > 1 and sum(cell_len(k.key) + cell_len(k.word) + 3 for k in shown) - 2 > room:
            del shown[-2]
        return shown
