"""The visit of the reader: what was on the screen, what is new since the last visit, and going from one to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from papertui.app import Services
from papertui.errors import StoreError
from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.feed_controller import FeedController
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.list_state import ListState
from papertui.tui.widgets.paper_list import PaperList

#: Seconds between two looks at the screen, and between two writes of what was on it.
_LOOK_INTERVAL, _STORE_INTERVAL = 0.5, 3.0
#: Seconds without a key after which nobody seems to look at the screen.
_ASLEEP = 600.0


class VisitController:
    """Records the visit. Without it (with ``--demo``) nothing is new."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        papers: PaperList,
        tabs: TabController,
        feeds: FeedController,
        services: Services,
        open_feed: Callable[[FeedName], None],
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._lists = lists
        self._papers = papers
        self._tabs = tabs
        self._feeds = feeds
        self._visits = services.visits
        self._services = services
        self._open_feed = open_feed
        self._is_kept = not context.start.demo
        self._last_key = monotonic()
        self._is_touched = False
        self._is_beginning = False
        self._summary = ""
        #: What was new when that was said.
        self._announced: object = None
        #: The list and its rows that were noted last.
        self._state: ListState | None = None
        self._rows = range(0)
        self._unstored: set[str] = set()
        #: The ids of the new papers that were under the cursor.
        self._passed: set[str] = set()
        self._was_used = False

    # --- the visit -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin or continue a visit; say what is new in it."""
        if not self._is_kept:
            return
        await self._begin()
        self._screen.set_interval(_LOOK_INTERVAL, self._look)
        self._screen.set_interval(_STORE_INTERVAL, self._store_in_background)
        await self._tabs.activity.is_idle.wait()
        await self.announce()

    async def _begin(self) -> None:
        with self._context.notice.errors():
            await asyncio.to_thread(self._visits.begin)
            self._tabs.on_screen = set(await asyncio.to_thread(self._visits.on_screen))

    def touched(self) -> None:
        """After any key or mouse event. The first one after a long time begins another visit."""
        self._last_key = monotonic()
        if not self._is_touched:
            self._is_touched = True
            self._context.notice.expire()
        self._was_used = True
        if self._is_kept and not self._is_beginning and self._visits.is_over():
            self._is_beginning = True
            in_background(self._screen, self._begin_next, group="visit")

    async def _begin_next(self) -> None:
        try:
            await self._store()
            await self._begin()
        finally:
            self._is_beginning = False
        self._state = None
        self._feeds.reload_context()

    async def announce(self) -> None:
        """Say what is new since the last visit: until the reader presses a key, or for a moment if there was one."""
        self._announced = self._tabs.new
        with self._context.notice.errors():
            morning = await asyncio.to_thread(self._services.morning.since_last_visit, self._tabs.names)
            words = "" if morning is None else morning.words(self._context.glyphs.dot)
            if words and words != self._summary:
                self._summary = words
                self._show_summary()

    def _show_summary(self) -> None:
        notice = self._context.notice
        if notice.is_warning or (self._is_touched and notice.is_shown):
            return  # what the reader did is more important
        if self._is_touched:
            notice.show_message(self._summary)
        else:
            notice.show_summary(self._summary)

    # --- what is on the screen -----------------------------------------------------------------------

    def _look(self) -> None:
        """Note the papers that are on the screen while somebody is there."""
        if not self._is_touched and self._announced not in (None, self._tabs.new):
            in_background(self._screen, self.announce, group="announce", exclusive=True)  # more was fetched
        if not self._screen.is_current or monotonic() - self._last_key > _ASLEEP:
            return
        state, rows, paper = self._lists.state, self._papers.visible_rows, self._lists.paper
        if self._lists.is_reading and paper is not None:
            self._add({paper.id})
        elif state.feed.origin not in {"starter", "opening"} and (state is not self._state or rows != self._rows):
            self._state, self._rows = state, rows
            self._add({state.paper(row).id for row in rows})

    def cursor_moved(self) -> None:
        """After the cursor moved, or another list is shown."""
        if (paper := self._lists.paper) is not None:
            self.saw(paper)

    def saw(self, paper: Paper) -> None:
        """Note that the reader looks at a paper."""
        if paper.id in self._lists.state.new:
            self._passed.add(paper.id)
            self._add({paper.id})

    def _add(self, ids: set[str]) -> None:
        added = ids - self._tabs.on_screen
        if added:
            self._tabs.on_screen |= added
            self._unstored |= added
            self._tabs.show()

    def _store_in_background(self) -> None:
        if self._unstored or self._was_used:
            in_background(self._screen, self._store, group="visit")

    async def _store(self) -> None:
        ids, self._unstored, self._was_used = self._unstored, set(), False
        with self._context.notice.errors():
            await asyncio.to_thread(self._visits.use, ids)

    async def finish(self) -> None:
        """Store what is left, at the end of the app."""
        if self._is_kept:
            with suppress(StoreError):  # nobody is left to read the message
                await asyncio.to_thread(self._visits.use, self._unstored)

    # --- from one to the next ------------------------------------------------------------------------

    def leap(self, by: int) -> None:
        """Go to the next new paper, in the next tab if this one has no more; else to the next unread one.

        Backwards if `by` is -1.
        """
        state = self._lists.state
        if self._lists.leap_to(by, state.new.__contains__):
            return
        # Those above the cursor, where the reader has not been: the list may have been shown where it was left.
        if by > 0 and self._lists.leap_to(by, (state.new - self._passed).__contains__, from_start=True):
            return
        if (name := self._tabs.next_with_new(by)) is not None:
            self._open(name, by)
            return
        is_any_new = bool(state.new) or any(self._tabs.new.values())
        is_moved = self._lists.leap_to(by, lambda id_: id_ not in state.read)
        if is_any_new or not is_moved:
            words = "No more new papers; this one is unread." if is_moved else "No more new or unread papers."
            self._context.notice.show_message(words)

    def _open(self, name: FeedName, by: int) -> None:
        ids = self._tabs.waiting(name) if by > 0 else self._tabs.new[name]
        self._open_feed(name)
        self._lists.leap_to(by, ids.__contains__, from_start=True)
