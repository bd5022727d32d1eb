"""Rows of a comparison, which scroll."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from papertui.tui.diff_rows import INDENT, DiffLook, DiffRow
from papertui.tui.text_layout import filled, painted
from papertui.tui.theme import make_styles

_SIGN_LOOKS: Mapping[str, DiffLook] = {"+": "added", "-": "removed"}


class DiffText(ScrollView, can_focus=True):
    """Draws the visible rows. What was added is underlined, what was removed is struck through."""

    DEFAULT_CSS = """
    DiffText { height: 1fr; scrollbar-size-vertical: 1; padding: 0 1; overflow-x: hidden; background: $background; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[DiffRow] = ()
        self._changes: list[int] = []
        self._styles: dict[DiffLook, Style] = {}

    def on_mount(self) -> None:
        self._make_styles()
        self.watch(self.app, "theme", self._make_styles, init=False)

    def _make_styles(self) -> None:
        variables = self.app.theme_variables
        styles = make_styles(variables)
        self._styles = {
            "title": styles.strong,
            "head": styles.name,
            "text": styles.text,
            "faint": styles.faint,
            "added": styles.growth + Style(underline=True),
            "removed": Style(color=variables["error"].removeprefix("ansi_"), strike=True),
        }
        self.refresh()

    @property
    def rows(self) -> Sequence[DiffRow]:
        """The rows that are shown."""
        return self._rows

    def show(self, rows: Sequence[DiffRow]) -> None:
        """Show other rows. The place stays, as far as there are rows."""
        self._rows = rows
        self._changes = [place for place, row in enumerate(rows) if row.is_change]
        self.virtual_size = Size(self.scrollable_content_region.width, len(rows))
        self.refresh()

    def go_to_change(self, way: int) -> bool:
        """Scroll to the next change (the previous one if `way` is negative); return whether there is one."""
        top = round(self.scroll_target_y)
        place = bisect_right(self._changes, top) if way > 0 else bisect_left(self._changes, top) - 1
        if not 0 <= place < len(self._changes):
            return False
        self.scroll_to(y=self._changes[place], animate=False, force=True)
        return True

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        place = round(self.scroll_offset.y) + y
        if place >= len(self._rows):
            return Strip.blank(width, base)
        row, styles = self._rows[place], self._styles
        marks = [(start, end, styles[look]) for start, end, look in row.marks]
        # Neither underlined nor struck through.
        look = styles[_SIGN_LOOKS.get(row.sign, "faint")]
        sign = Segment(f"{row.sign:<{INDENT}}", Style(color=look.color))
        return filled([sign, *painted(row.text, styles[row.look], marks)], base, width)
