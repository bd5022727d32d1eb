"""The key line at the bottom of a screen or dialog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from papertui.tui.text_layout import filled
from papertui.tui.theme import make_styles

#: Cells between two keys.
_GAP = 2


class KeyHint(NamedTuple):
    """A key, a word that describes it, and the action a click runs, if any."""

    key: str
    word: str
    action: str = ""
    is_strong: bool = False  # the word stands out

    @property
    def width(self) -> int:
        return cell_len(self.key) + 1 + cell_len(self.word)


class KeyLine(Widget):
    """Keys with their descriptions, which can be clicked: as many as fit on one line, or all of them on several."""

    DEFAULT_CSS = "KeyLine { height: auto; }"

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, hints: Sequence[KeyHint] = (), *, wraps: bool = False) -> None:
        super().__init__()
        self._hints = tuple(hints)
        self._wraps = wraps
        self._indent = 0 if wraps else 1

    def show(self, hints: Sequence[KeyHint]) -> None:
        """Show `hints`. The last one is always shown; on a single line, others are dropped when space is short."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.refresh(layout=self._wraps)

    def fitting(self, hints: Sequence[KeyHint]) -> int:
        """Return how many of `hints` fit on a single line."""
        return len(_fitting(hints, self.size.width - 2 * self._indent))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return len(self._rows(width)) if self._wraps else 1

    def on_click(self, event: events.Click) -> None:
        rows = self._rows(self.size.width)
        start = self._indent
        for hint in rows[event.y] if event.y < len(rows) else ():
            if hint.action and start <= event.x < start + hint.width:
                event.stop()
                self.post_message(self.Pressed(hint.action))
            start += hint.width + _GAP

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        styles = make_styles(self.app.theme_variables)
        rows = self._rows(width)
        segments = [Segment(" " * self._indent)]
        for hint in rows[y] if y < len(rows) else ():
            word = styles.accent if hint.is_strong else styles.faint
            segments += [Segment(hint.key, styles.name), Segment(f" {hint.word}{' ' * _GAP}", word)]
        return filled(segments, self.rich_style, width)

    def _rows(self, width: int) -> list[list[KeyHint]]:
        room = width - 2 * self._indent
        rows: list[list[KeyHint]] = [[]]
        if not self._wraps:
            return [_fitting(self._hints, room)]
        for hint in self._hints:
            if rows[-1] and _width([*rows[-1], hint]) > room:
                rows.append([])
            rows[-1].append(hint)
        return rows


def _fitting(hints: Sequence[KeyHint], room: int) -> list[KeyHint]:
    row = list(hints)
    while len(row) > 1 and _width(row) > room:
        del row[-2]
    return row


def _width(row: Sequence[KeyHint]) -> int:
    return sum(hint.width + _GAP for hint in row) - _GAP
