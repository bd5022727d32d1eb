"""The lines of the triage: where the reader is, and the last decision."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from papertui.tui.glyphs import Glyphs
from papertui.tui.text_layout import cut, filled
from papertui.tui.theme import make_styles

#: Cells of the bar, and the fewest cells of the title beside it.
_BAR, _ROOM_FOR_TITLE = 24, 12


class Progress(NamedTuple):
    """How far the reader is in a list."""

    title: str = ""  # of the list
    decided: int = 0
    total: int = 0
    position: str = ""  # ``7 of 40``
    left: str = ""  # the time left, in words


class TriageHead(Widget):
    """The title of the list, a bar, the number of the paper and the time left."""

    DEFAULT_CSS = "TriageHead { height: 1; }"

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._progress = Progress()

    def show(self, progress: Progress) -> None:
        if progress != self._progress:
            self._progress = progress
            self.refresh()

    def render_line(self, y: int) -> Strip:
        del y
        width, progress = self.size.width, self._progress
        styles = make_styles(self.app.theme_variables)
        right: list[Segment] = []
        room = width - _ROOM_FOR_TITLE - len(" Triage  ") - 1
        # Whole parts are left out when space is short: first the bar, then the time.
        full = _BAR * progress.decided // max(1, progress.total)
        done, rest = ("━", "─") if self._glyphs.is_unicode else ("=", "-")
        bar = [Segment(done * full, styles.primary), Segment(f"{rest * (_BAR - full)}  ", styles.faint)]
        number = [Segment(progress.position, styles.strong)]
        left = [Segment(f"  {progress.left}", styles.faint)] if progress.left else []
        for parts in ([*bar, *number, *left], [*number, *left], number):
            if sum(cell_len(part.text) for part in parts) <= room:
                right = parts
                break
        used = sum(cell_len(part.text) for part in right)
        title = cut(progress.title, max(0, width - used - len(" Triage  ") - 2), self._glyphs.ellipsis)
        start = [Segment(" "), Segment("Triage", styles.name), Segment("  "), Segment(title, styles.text)]
        gap = width - used - 1 - sum(cell_len(part.text) for part in start)
        return filled([*start, Segment(" " * max(0, gap)), *right], self.rich_style, width)


class TriageStatus(Widget):
    """The last decision; the star appears when it is on the disk."""

    DEFAULT_CSS = "TriageStatus { height: 1; }"

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._ellipsis = glyphs.ellipsis
        self._sign = self._words = ""

    def show(self, sign: str, words: str) -> None:
        if (sign, words) != (self._sign, self._words):
            self._sign, self._words = sign, words
            self.refresh()

    def render_line(self, y: int) -> Strip:
        del y
        width = self.size.width
        styles = make_styles(self.app.theme_variables)
        words = cut(self._words, max(0, width - cell_len(self._sign) - 3), self._ellipsis)
        line = [Segment(" "), Segment(self._sign, styles.accent), Segment(" " if self._sign else "")]
        return filled([*line, Segment(words, styles.faint)], self.rich_style, width)
