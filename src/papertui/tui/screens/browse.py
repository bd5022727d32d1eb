"""The main screen: connects the actions of the reader with the services of the desk."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping

from papertui.app import Services
from papertui.errors import SettingsError, StoreError
from papertui.model.bookmark import Bookmark
from papertui.model.feed import Feed, FeedName, period, step
from papertui.model.format import plural
from papertui.settings import Settings
from papertui.tui import wiring
from papertui.tui.glyphs import Glyphs
from papertui.tui.keymap import shown_key
from papertui.tui.list_state import is_lazy, with_departed
from papertui.tui.screens.feeds import FeedsScreen
from papertui.tui.screens.fetching import Fetching, Visit
from papertui.tui.screens.help import HelpScreen
from papertui.tui.theme import THEMES
from papertui.tui.views import title, view_of
from papertui.tui.widgets.tabstrip import TabStrip

#: Seconds between two updates of the age of the feed.
_AGE_EVERY = 20.0
#: Seconds between two checks for stale feeds.
_SCHEDULE_EVERY = 60.0
#: Seconds before the first check.
_SCHEDULE_FIRST = 8.0


class Browse(Fetching):
    """The complete main screen: feed, search and paper."""

    def __init__(
        self, services: Services, visit: Visit, signs: Glyphs, keys: Mapping[str, str], settings: Settings
    ) -> None:
        super().__init__(services, visit, signs, settings)
        self._keys_in_force = keys
        self._unsent = ""
        self._remember_lock = asyncio.Lock()
        self._remembered: FeedName | None = None
        self._wanted_query = ""
        self._library_behind = False
        self._all_read: frozenset[str] = frozenset()

    # --- start -------------------------------------------------------------------

    def on_mount(self) -> None:
        # Show the stored list first; everything else waits until it is painted.
        self.show_list(0)
        self.show_state()
        self.call_after_refresh(self._settle)

    async def _settle(self) -> None:
        await self.furnish()
        gc.enable()  # disabled while the app was loading
        self.draw(self.papers.cursor)
        self.set_interval(_AGE_EVERY, self.show_state)
        self.run_worker(self._open_library(), group="library")
        self.set_timer(_SCHEDULE_FIRST, self._refresh_stale)
        self.set_interval(_SCHEDULE_EVERY, self._refresh_stale)
        self._arrived()
        if not self._visit.demo:
            self.run_worker(self._tell_failed_digest(), group="mail")

    async def _open_library(self) -> None:
        async with self._library_lock:
            try:
                if self.name_open.kind == "library":
                    await self._show_library()
                await self.read_library()
            except StoreError as problem:
                self.notice.tell(str(problem), warning=True)
                return
            finally:
                self.watch_library()
        for sentence in (*self.services.library.take_notices(), *self.services.read_state.take_notices()):
            self.notice.tell(sentence, warning=True)

    def key_of(self, name: str) -> str:
        """Return the current key of an action."""
        return shown_key(self._keys_in_force[name].split(",")[0])

    def library_changed(self, before: Mapping[str, Bookmark]) -> None:
        """Show papers that another window or undo added to the open library."""
        shelf = self.shelf
        new = shelf.marks.keys() - before.keys()
        if self.name_open.kind == "library" and new and shelf.feed.origin != "opening":
            shown = {paper.id for paper in shelf.feed.papers}
            self._library_behind = self._library_behind or bool(new - shown)
            self._catch_up()

    def _catch_up(self) -> None:
        """Show papers added to the open library; not during a search, where the cursor would jump."""
        if self._library_behind and not self.shelf.query and self.name_open.kind == "library":
            self._library_behind = False
            self.run_worker(self._show_library(), group="view", exclusive=True)

    def search(self, query: str) -> None:
        """Show the matches of `query`; after a search, also papers added to the library meanwhile."""
        super().search(query)
        if not query.strip():
            self._catch_up()

    # --- feeds -------------------------------------------------------------------------------------

    def open_view(self, name: FeedName) -> None:
        """Open a feed: show the stored list at once and refresh it in the background."""
        self.workers.cancel_group(self, "fetch")
        self.search_box.clear()
        self.notice.dismiss()
        self._failure = ""
        if self.is_reading:
            self.set_reading(reading=False)
        self.name_open = name
        if name.kind == "library":
            self.run_worker(self._show_library(), group="view", exclusive=True)
            self._take(Feed(name, (), origin="opening"))
        else:
            try:
                feed = self._first_feed(name)
            except StoreError as problem:
                self.notice.tell(str(problem), warning=True)
                return
            self._take(feed)
            self._arrived()
        if not self._visit.demo:
            self.run_worker(self._remember(), group="remember")

    async def _show_library(self) -> None:
        feed = await asyncio.to_thread(self.services.feeds.stored, FeedName("library"))
        if feed is not None and self.name_open.kind == "library":
            if self.shelf.feed.name.kind == "library":
                feed = with_departed(self.shelf.feed, feed)
            self._take(feed)
            if wanted := self._wanted_query or self.search_box.text:
                self._wanted_query = ""
                await self.search_box.prepare()
                if self.search_box.text == wanted:
                    self.search(wanted)
                else:
                    self.search_box.put(wanted)
            await self._learn(feed)

    def action_collections(self) -> None:
        self.app.push_screen(wiring.collections(self.services.library, self.shelf.query), self._open_collection)

    def _open_collection(self, query: str | None) -> None:
        if query is None:
            return
        if self.name_open.kind == "library":
            self.search_box.put(query)
            self.set_focus(self.papers)
        else:
            self.open_view(FeedName("library"))
            self._wanted_query = query

    async def _remember(self) -> None:
        """Record the open feed for the next start, one at a time: a running thread cannot be cancelled."""
        async with self._remember_lock:
            view = self.name_open
            if view.kind in {"daily", "weekly", "monthly"}:
                view = FeedName(view.kind)  # tomorrow's, not today's
            if view == self._remembered or self._visit.demo:
                return
            try:
                await asyncio.to_thread(self.services.read_state.remember_feed, view)
            except StoreError as problem:
                self.notice.tell(str(problem), warning=True)
            else:
                self._remembered = view

    def action_view(self, number: int) -> None:
        if 1 <= number <= len(self._views):
            self.open_view(self._views[number - 1])
        else:
            self.notice.tell(f"There are only {len(self._views)} tabs. F adds more.")

    def action_next_view(self) -> None:
        self._to_view(1)

    def action_previous_view(self) -> None:
        self._to_view(-1)

    def _to_view(self, by: int) -> None:
        place = view_of(self.name_open, self._views)
        if place is None:
            place = len(self._views) if by < 0 else -1
        self.open_view(self._views[(place + by) % len(self._views)])

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        message.stop()
        self.action_view(message.place + 1)

    def action_earlier(self) -> None:
        self._step(-1)

    def action_later(self) -> None:
        self._step(1)

    def _step(self, by: int) -> None:
        name = step(self.name_open, by)
        span = period(name)
        if span is None:
            if self.name_open.kind in {"daily", "weekly", "monthly"}:
                self.notice.tell("The latest list is still loading.")
            else:
                self.notice.tell("Only Daily, Weekly and Monthly have earlier and later lists.")
            return
        if span[0] > self.today:
            self.notice.tell(f"{title(self.name_open, self.today, self.services.follows.title)} is the latest list.")
            return
        self.open_view(name)

    def action_refresh(self) -> None:
        if self.name_open.kind in {"library", "archive"}:
            self.open_view(self.name_open)
        elif self._visit.demo:
            self.notice.tell("papertui runs with --demo. Restart it without --demo to fetch papers.")
        elif self._visit.offline:
            self.notice.tell("papertui runs with --offline. Restart it without --offline to fetch papers.")
        else:
            self.fetch()

    # --- reading -----------------------------------------------------------------------------------

    async def action_read_all(self) -> None:
        shelf = self.shelf
        if is_lazy(shelf.feed.papers) and shelf.beyond is None:
            self.notice.tell("This is the whole archive. Mark papers one by one, or search first.")
            return
        ids = frozenset(shelf.paper(row).id for row in range(shelf.size))
        undo = bool(self._all_read) and self._all_read <= shelf.read and not ids - shelf.read
        changed = self._all_read if undo else ids - shelf.read
        if not changed:
            self.notice.tell("All papers shown are already read.")
            return
        try:
            await asyncio.to_thread(lambda: self.services.read_state.mark(changed, read=not undo))
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        self._all_read = frozenset() if undo else changed
        self.shelf = self.shelf.with_marks(read=self.shelf.read - changed if undo else self.shelf.read | changed)
        self.forget_stored()
        self.marked()
        words = plural(len(changed), "paper")
        self.notice.tell(f"{words} marked as unread." if undo else f"{words} marked as read. A reverts this.")

    # --- followed feeds --------------------------------------------------------------------------

    def action_follow(self) -> None:
        if self._visit.demo:
            self.notice.tell("papertui runs with --demo. Restart it without --demo to follow feeds.")
            return
        self.app.push_screen(FeedsScreen(self.services, self.signs, offline=self.stays_home), self._followed)

    def _followed(self, chosen: FeedName | None) -> None:
        """Update the tabs after the feeds screen closed; open the chosen feed, if any."""
        self._views = self.services.follows.tabs()
        self.show_state()
        if chosen is not None:
            self.open_view(chosen)
        else:
            self.marked()

    # --- the digest --------------------------------------------------------------------------------

    def action_digest(self) -> None:
        if self._visit.demo:
            self.notice.tell("papertui runs with --demo. Restart it without --demo to see your digest.")
            return
        self.app.push_screen(wiring.digest_screen(self.services, self.signs, self._tell, offline=self.stays_home))

    def _tell(self, sentence: str, warning: bool) -> None:  # noqa: FBT001 - the signature the digest screen expects
        self.notice.tell(sentence, warning=warning)

    async def _tell_failed_digest(self) -> None:
        """Show that the last scheduled digest failed."""
        try:
            failure = await asyncio.to_thread(wiring.unsent, self.services)
        except StoreError as problem:
            failure = str(problem)
        if failure is not None:
            key = shown_key(self._keys_in_force["digest"].split(",")[0])
            self._unsent = f"{failure} {key} shows the log of mails."
            if not self._busy:
                self._tell_unsent()

    def _tell_unsent(self) -> None:
        """Show it once, after the messages of a fetch: without a network both fail."""
        if self._unsent and not self._busy:
            self.notice.tell(self._unsent, warning=True)
            self._unsent = ""

    async def action_tab_left(self) -> None:
        await self._move_tab(-1)

    async def action_tab_right(self) -> None:
        await self._move_tab(1)

    async def _move_tab(self, by: int) -> None:
        try:
            moved = await asyncio.to_thread(self.services.follows.move, self.name_open, by)
        except SettingsError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        if moved:
            self._views = self.services.follows.tabs()
            self.show_state()

    # --- other actions ----------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Go one step back; cancel a running fetch when there is nothing else to go back from."""
        at_rest = (
            not (self.search_box.is_typing or self.is_reading or self.notice.is_told or self.search_box.text)
            and self.papers.has_focus
        )
        if at_rest and self._busy:
            self.workers.cancel_group(self, "fetch")
            self.notice.tell("Refresh cancelled; showing the stored list. R refreshes it.")
            return
        super().action_back()

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen(self._keys_in_force))

    def action_palette(self) -> None:
        self.app.action_command_palette()

    def action_theme(self) -> None:
        names = [theme.name for theme in THEMES]
        self.app.theme = names[(names.index(self.app.theme) + 1) % len(names)] if self.app.theme in names else names[0]

    async def action_quit(self) -> None:
        """Record the open feed, then quit."""
        await self._remember()
        self.app.exit()

    def fetched(self) -> None:
        """Show the messages that waited for the end of a fetch."""
        if self._unsent:
            self.call_after_refresh(self._tell_unsent)
