"""Moving in the focused pane: by rows in the list, by lines in the preview."""

from __future__ import annotations

from time import monotonic

from papertui.tui.controllers.context import ScreenContext
from papertui.tui.widgets.paper_list import PaperList
from papertui.tui.widgets.preview import Preview

#: Seconds within which a second press goes to the first paper, as ``g g`` in vi.
_TWICE = 1.0


class NavigationController:
    """Moves the cursor of the list, or scrolls the preview while it has the focus."""

    def __init__(self, context: ScreenContext, papers: PaperList, preview: Preview) -> None:
        self._screen = context.screen
        self._papers = papers
        self._preview = preview
        self._first_pressed = 0.0

    def _move(self, rows: int, lines: int) -> None:
        if self._preview.has_focus:
            self._preview.scroll_relative(y=lines, animate=False, force=True)
        else:
            self._papers.move(rows)

    def step(self, way: int) -> None:
        self._move(way, way)

    def half_page(self, way: int) -> None:
        self._move(way * max(1, self._papers.page // 2), way * (self._preview.size.height // 2))

    def page(self, way: int) -> None:
        self._move(way * self._papers.page, way * max(1, self._preview.size.height - 2))

    def top(self) -> None:
        if self._preview.has_focus:
            self._preview.scroll_to(y=0, animate=False, force=True)
        else:
            self._papers.move_to(0)

    def bottom(self) -> None:
        if self._preview.has_focus:
            self._preview.scroll_end(animate=False, force=True)
        else:
            self._papers.move_to(self._papers.state.size - 1)

    def top_if_twice(self) -> None:
        """Go to the top when called twice within a second."""
        now = monotonic()
        if now - self._first_pressed <= _TWICE:
            self._first_pressed = 0.0
            self.top()
        else:
            self._first_pressed = now

    def other_pane(self) -> None:
        if self._preview.display:
            self._screen.set_focus(self._papers if self._preview.has_focus else self._preview)
