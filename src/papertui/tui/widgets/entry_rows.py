"""Lines of text of which some belong to entries, with a cursor on the entries."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView


class EntryRows(ScrollView, can_focus=True, inherit_bindings=False):
    """Moves the cursor with the mouse and keeps it visible; subclasses make the lines and draw them."""

    DEFAULT_CSS = """
    EntryRows { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    cursor: reactive[int] = reactive(0, init=False)
    hover: reactive[int] = reactive(-1, init=False)

    @property
    def line_entries(self) -> Sequence[int]:
        """The number of the entry that each line belongs to; -1 for none."""
        raise NotImplementedError

    def make_lines(self) -> None:
        """Make the lines for the width."""
        raise NotImplementedError

    def open(self) -> None:
        """Open the entry under the cursor."""
        raise NotImplementedError

    @property
    def page(self) -> int:
        """The number of lines that a page moves by."""
        return max(1, self.scrollable_content_region.height - 2)

    # --- layout ----------------------------------------------------------------------------------

    def set_lines(self) -> None:
        """Make the lines again, and show the part with the cursor."""
        self.make_lines()
        size = Size(self.scrollable_content_region.width, len(self.line_entries))
        if size != self.virtual_size:
            # Setting the reactive would lay out the whole screen again.
            self.set_reactive(EntryRows.virtual_size, size)
            self._scroll_update(size)
        self.refresh()
        self._follow()

    def on_resize(self) -> None:
        self.set_lines()

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
        lines = [place for place, entry in enumerate(self.line_entries) if entry == self.cursor]
        height = self.scrollable_content_region.height
        if not lines or not height:
            return
        first = lines[0] if self.cursor else 0  # the first entry with what is above it
        last, top = lines[-1] + 1, self.scroll_offset.y
        if first < top:
            self.scroll_to(y=first, animate=False, force=True)
        elif last > top + height:
            self.scroll_to(y=last - height, animate=False, force=True)

    # --- the mouse -------------------------------------------------------------------------------

    def _entry_at(self, y: int) -> int:
        row, entries = y - self.gutter.top + self.scroll_offset.y, self.line_entries
        return entries[row] if y >= self.gutter.top and 0 <= row < len(entries) else -1

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.hover = self._entry_at(event.y)

    def on_leave(self) -> None:
        self.hover = -1

    def on_click(self, event: events.Click) -> None:
        if (entry := self._entry_at(event.y)) >= 0:
            self.cursor = entry
            self.open()
