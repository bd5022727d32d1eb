"""The panes of the screen: where the split is, which side pane is open, and which pane has the focus."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from textual.containers import Horizontal
from textual.geometry import Size
from textual.widget import Widget

from papertui.model.format import grouped
from papertui.model.ordering import Order
from papertui.services.pane_layout import SIDES, PaneLayout, PaneLayoutStore
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.list_state import is_lazy
from papertui.tui.widgets.pane_divider import PaneDivider
from papertui.tui.widgets.paper_list import PaperList
from papertui.tui.widgets.preview import Preview
from papertui.tui.widgets.side_pane import SidePane

#: From this width on list and preview are beside each other, and from the next one on with a pane at the side.
WIDE, ROOM_FOR_SIDE = 100, 160
#: From this height on the preview is below the list on narrower screens.
HIGH = 22
#: The width of the side pane, as in the style sheet.
_SIDE_CELLS = {"left": 32, "right": 42, "none": 0}
#: How far a key moves the split, in percent.
_STEP = 4.0
#: Fewest cells of a pane beside another one, and fewest lines above another one.
_FEWEST_CELLS, _FEWEST_LINES = 24, 3


class PaneController:
    """Arranges the panes.

    Args:
        context: the screen.
        lists: the list.
        papers: the pane of the list.
        preview: the pane of the paper.
        store: remembers the layout.
        side_shown: called when the side pane is shown with other content.
    """

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        papers: PaperList,
        preview: Preview,
        store: PaneLayoutStore,
        side_shown: Callable[[], None],
    ) -> None:
        self._screen = context.screen
        self._notice = context.notice
        self._keys = context.keys
        self._is_demo = context.start.demo
        self._lists = lists
        self._papers = papers
        self._preview = preview
        self._store = store
        self._side_shown = side_shown
        self.divider = PaneDivider(context.glyphs)
        self.side = SidePane(context.glyphs)
        self._layout = store.load()
        self._stored = self._layout
        self._storing = asyncio.Lock()
        self._is_overlay = False

    # --- layout --------------------------------------------------------------------------------------

    @property
    def _is_wide(self) -> bool:
        return self._screen.app.size.width >= WIDE

    @property
    def shown_side(self) -> str:
        """Which side pane is shown: ``left``, ``right`` or ``none``."""
        return "none" if self._lists.is_reading else self._placed_side

    @property
    def _placed_side(self) -> str:
        """Which side pane has a place, also while a paper covers it."""
        if self._screen.app.size.width < ROOM_FOR_SIDE:
            return "left" if self._is_overlay else "none"
        return self._layout.side

    def apply(self) -> None:
        """Set the sizes of the panes, before each layout at another size."""
        size = self._screen.app.size
        if self._is_overlay and size.width >= ROOM_FOR_SIDE:
            self._is_overlay = False
        side = self._placed_side
        self._screen.set_class(side == "left" and not self._is_overlay, "-side-left")
        self._screen.set_class(side == "right", "-side-right")
        self._screen.set_class(self._is_overlay, "-side-over")
        styles = self._papers.styles
        if self._is_wide:
            cells = size.width - (_SIDE_CELLS[side] if not self._is_overlay else 0)
            styles.width, styles.height = f"{_within(self._layout.wide, cells, _FEWEST_CELLS)}%", "1fr"
        elif size.height < HIGH:  # the preview is hidden
            styles.width, styles.height = "1fr", "1fr"
        else:
            styles.width, styles.height = "1fr", f"{self._layout.narrow}%"

    async def mount(self, body: Horizontal) -> None:
        """Mount what the first frame does not need. The app may end meanwhile."""
        if self._papers.is_attached:
            await body.mount(self.divider, self._preview)
        if self._papers.is_attached:
            await body.mount(self.side)
        if self._papers.is_attached:
            self._screen.add_class("-settled")
            self._side_shown()

    def resized(self, size: Size) -> None:
        del size
        before = self.shown_side
        self.apply()
        if self.side.is_attached:
            if self.side.has_focus and self.shown_side == "none":
                self._lists.focus()
            if self.shown_side != before:
                self._side_shown()

    # --- the split -----------------------------------------------------------------------------------

    def move_split(self, by: int) -> None:
        """Move the split by one step to the right or down."""
        value = self._layout.wide if self._is_wide else self._layout.narrow
        self._set_split(value + by * _STEP)

    def drag_split(self, x: int, y: int) -> None:
        """Move the split to a place on the screen."""
        area = self._papers.region.union(self._preview.region)
        if self._is_wide:
            self._set_split(100 * (x - area.x) / max(1, area.width), store=False)
        else:
            self._set_split(100 * (y - area.y) / max(1, area.height), store=False)

    def reset_split(self) -> None:
        usual = PaneLayout()
        self._set_split(usual.wide if self._is_wide else usual.narrow)

    def _set_split(self, percent: float, *, store: bool = True) -> None:
        if not self._preview.is_attached or not self._preview.display:
            if store:
                self._notice.show_message("There is only one pane on this screen.")
            return
        area = self._papers.region.union(self._preview.region)
        cells, fewest = (area.width, _FEWEST_CELLS) if self._is_wide else (area.height, _FEWEST_LINES)
        kind = {"wide" if self._is_wide else "narrow": _within(percent, cells, fewest)}
        self._layout = self._layout._replace(**kind)  # type: ignore[arg-type]
        self.apply()
        if store:
            self.store()

    def store(self) -> None:
        """Store the layout in the background."""
        in_background(self._screen, self.remember, group="layout")

    async def remember(self) -> None:
        """Store the layout, one at a time: a running thread cannot be cancelled."""
        async with self._storing:
            layout = self._layout
            if layout != self._stored and not self._is_demo:
                with self._notice.errors():
                    await asyncio.to_thread(self._store.save, layout)
                    self._stored = layout

    # --- the side pane -------------------------------------------------------------------------------

    def next_side(self) -> None:
        """Show the next side pane; on a screen without room for it, the left one over the list, or none."""
        if not self.side.is_attached:
            return
        if self._screen.app.size.width < ROOM_FOR_SIDE:
            if self._is_overlay:
                self.leave_side()
            else:
                self._is_overlay = True
                self.apply()
                self._side_shown()
                self._screen.set_focus(self.side)
            return
        side = SIDES[(SIDES.index(self._layout.side) + 1) % len(SIDES)]
        self._layout = self._layout._replace(side=side)
        if side == "none" and self.side.has_focus:
            self._lists.focus()
        self.apply()
        self._side_shown()
        self.store()

    def leave_side(self) -> bool:
        """Go from the side pane to the list, and close it if it covers the list; return whether it had the focus."""
        was_there = self.side.has_focus or self._is_overlay
        if was_there:
            self._lists.focus()
            self._close_overlay()
        return was_there

    def _close_overlay(self) -> None:
        if self._is_overlay:
            self._is_overlay = False
            self.apply()

    # --- focus ---------------------------------------------------------------------------------------

    def next_focus(self, by: int) -> None:
        """Give the focus to the next pane, from left to right."""
        panes: list[Widget] = [pane for pane in (self._papers, self._preview) if pane.is_attached and pane.display]
        if (side := self.shown_side) != "none" and self.side.is_attached:
            panes.insert(0 if side == "left" else len(panes), self.side)
        focused = self._screen.focused
        place = panes.index(focused) + by if focused in panes else panes.index(self._papers)
        self._screen.set_focus(panes[place % len(panes)])

    def focus_changed(self) -> None:
        """Show which pane has the focus; a pane over the list closes when the focus leaves it."""
        self.divider.marks_focus = self._preview.has_focus
        if self._is_overlay and self._screen.focused not in (None, self.side):
            self._close_overlay()

    def show_place(self) -> None:
        """Show over the preview which paper of the list it has."""
        size = self._lists.state.size
        words = f"Paper {grouped(self._papers.cursor + 1)} of {grouped(size)}" if size else "Paper"
        self._preview.heading = self.divider.heading = words

    # --- the heading of the list ---------------------------------------------------------------------

    def sort_by(self, order: Order) -> None:
        """Sort by a column; the same one again brings back the order of the feed."""
        state = self._lists.state
        if state.found is not None and not state.fit_alike:
            self._notice.show_message("Search results are sorted by relevance.")
        elif not is_lazy(state.feed.papers) and order in state.orders:
            self._lists.update(state.with_order(Order.FEED if state.order is order else order))


def _within(percent: float, cells: int, fewest: int) -> float:
    """Return `percent`, limited so that each part of `cells` has at least `fewest`."""
    least = min(50.0, 100 * fewest / max(1, cells))
    return round(max(least, min(percent, 100 - least)), 2)
