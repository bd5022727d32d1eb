"""Read marks: on the disk first, then on the screen."""

from __future__ import annotations

import asyncio

from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.services.read_state import ReadState
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import NONE_AS_TYPED, ListController
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.controllers.tab_controller import TabController


class ReadController:
    """Marks papers as read or unread."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        search: SearchController,
        tabs: TabController,
        read_state: ReadState,
    ) -> None:
        self._context = context
        self._lists = lists
        self._search = search
        self._tabs = tabs
        self._read_state = read_state
        #: The papers marked by the last `mark_all`, which a second one reverts.
        self._last_all: frozenset[str] = frozenset()

    def mark_opened(self, paper: Paper) -> None:
        """Mark a paper as read, in the background."""
        if paper.id not in self._lists.state.read:
            self._context.screen.run_worker(self._mark_opened(frozenset([paper.id])), group="marks")

    def toggle(self, papers: tuple[Paper, ...], *, selected: bool) -> None:
        """Mark papers as read, or as unread if all of them are read."""
        ids = frozenset(paper.id for paper in papers)
        read = not ids <= self._lists.state.read
        self._start(ids, read=read)
        if selected:
            words = plural(len(ids), "paper")
            self._context.notice.show_message(f"{words} marked as {'read' if read else 'unread'}.")

    def _start(self, ids: frozenset[str], *, read: bool) -> None:
        in_background(self._context.screen, self.mark, ids, read=read, group="marks")

    async def mark(self, ids: frozenset[str], *, read: bool) -> bool:
        """Mark papers; return whether that succeeded."""
        with self._context.notice.errors():
            await asyncio.to_thread(lambda: self._read_state.mark(ids, read=read))
            self.show_marks(ids, read=read)
            return True
        return False

    async def _mark_opened(self, ids: frozenset[str]) -> None:
        with self._context.notice.errors():
            # On a full or read-only disk they stay unread; the reader asked to read, not to mark.
            if await asyncio.to_thread(self._read_state.mark_opened, ids):
                self.show_marks(ids, read=True)

    def show_marks(self, ids: frozenset[str], *, read: bool) -> None:
        """Show read marks that are on the disk."""
        state = self._lists.state
        self._lists.update(state.with_marks(read=state.read | ids if read else state.read - ids))
        self._search.forget_stored()
        in_background(self._context.screen, self._tabs.count_queue, group="queue", exclusive=True)  # read ones leave it

    async def mark_all(self) -> None:
        """Mark all papers shown as read, or revert that."""
        notice, state = self._context.notice, self._lists.state
        shown = self._lists.shown
        if shown is None:
            notice.show_message("This is the whole archive. Mark papers one by one, or search first.")
            return
        if not shown and state.size:
            notice.show_message(f"{NONE_AS_TYPED} Mark papers one by one.")
            return
        unread = frozenset(paper.id for paper in shown) - state.read
        reverts = bool(self._last_all) and self._last_all <= state.read and not unread
        changed = self._last_all if reverts else unread
        if not changed:
            notice.show_message("All papers shown are already read.")
        elif await self.mark(changed, read=not reverts):
            self._last_all = frozenset() if reverts else changed
            words = plural(len(changed), "paper")
            key = self._context.keys.name("read_all")
            notice.show_message(
                f"{words} marked as unread." if reverts else f"{words} marked as read. {key} reverts this."
            )
