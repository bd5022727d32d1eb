"""The main screen: the switchboard between what the reader does and the desk."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping

from papertui.core.bookmark import Bookmark
from papertui.core.feed import Feed, FeedName, period, step
from papertui.core.shelf import is_lazy, with_departed
from papertui.core.wording import plural
from papertui.desk import Desk
from papertui.errors import SettingsError, StoreError
from papertui.settings import Settings
from papertui.tui import wiring
from papertui.tui.keymap import shown_key
from papertui.tui.screens.feeds import Feeds
from papertui.tui.screens.fetching import Fetching, Visit
from papertui.tui.screens.help import Help
from papertui.tui.signs import Signs
from papertui.tui.themes import THEMES
from papertui.tui.views import title, view_of
from papertui.tui.widgets.tabstrip import TabStrip

#: Seconds between two looks at how old the view is.
_AGE_EVERY = 20.0
#: Seconds between two looks at what has grown old.
_SCHEDULE_EVERY = 60.0
#: Seconds before the first one.
_SCHEDULE_FIRST = 8.0


class Browse(Fetching):
    """Feed, search and paper; every wish of the reader goes through here to the desk."""

    def __init__(self, desk: Desk, visit: Visit, signs: Signs, keys: Mapping[str, str], settings: Settings) -> None:
        super().__init__(desk, visit, signs, settings)
        self._keys_in_force = keys
        self._unsent = ""
        self._remember_lock = asyncio.Lock()
        self._remembered: FeedName | None = None
        self._wanted_query = ""
        self._library_behind = False
        self._all_read: frozenset[str] = frozenset()

    # --- from the first paint on -------------------------------------------------------------------

    def on_mount(self) -> None:
        """Shows the list that is stored; everything else waits until that is on the screen."""
        self.show_list(0)
        self.show_state()
        self.call_after_refresh(self._settle)

    async def _settle(self) -> None:
        await self.furnish()
        gc.enable()  # off since before the screen was loaded
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
        for sentence in (*self.desk.library.take_notices(), *self.desk.marks.take_notices()):
            self.notice.tell(sentence, warning=True)

    def key_of(self, name: str) -> str:
        """The key of an action that is in force."""
        return shown_key(self._keys_in_force[name].split(",")[0])

    def library_changed(self, before: Mapping[str, Bookmark]) -> None:
        """In the open library papers that somebody kept elsewhere, or brought back, are shown, too."""
        shelf = self.shelf
        new = shelf.marks.keys() - before.keys()
        if self.name_open.kind == "library" and new and shelf.feed.origin != "opening":
            there = {paper.id for paper in shelf.feed.papers}
            self._library_behind = self._library_behind or bool(new - there)
            self._catch_up()

    def _catch_up(self) -> None:
        """Shows what came into the open library; not while it is searched, when the cursor could not stay."""
        if self._library_behind and not self.shelf.query and self.name_open.kind == "library":
            self._library_behind = False
            self.run_worker(self._show_library(), group="view", exclusive=True)

    def search(self, query: str) -> None:
        """Shows what fits `query`; after the search, also what came into the library meanwhile."""
        super().search(query)
        if not query.strip():
            self._catch_up()

    # --- views -------------------------------------------------------------------------------------

    def open_view(self, name: FeedName) -> None:
        """Opens a view: what is stored at once, what is new behind it."""
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
        feed = await asyncio.to_thread(self.desk.feeds.stored, FeedName("library"))
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
        """Asks for a saved search of the library, or saves the one in force."""
        self.app.push_screen(wiring.collections(self.desk.library, self.shelf.query), self._open_collection)

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
        """Notes the open view for the next visit, one note after the other: a thread cannot be called back."""
        async with self._remember_lock:
            view = self.name_open
            if view.kind in {"daily", "weekly", "monthly"}:
                view = FeedName(view.kind)  # tomorrow's, not today's
            if view == self._remembered or self._visit.demo:
                return
            try:
                await asyncio.to_thread(self.desk.marks.remember_feed, view)
            except StoreError as problem:
                self.notice.tell(str(problem), warning=True)
            else:
                self._remembered = view

    def action_view(self, number: int) -> None:
        """Opens the view with this number."""
        if 1 <= number <= len(self._views):
            self.open_view(self._views[number - 1])
        else:
            self.notice.tell(f"There are {len(self._views)} views; F follows more.")

    def action_next_view(self) -> None:
        """The view to the right."""
        self._to_view(1)

    def action_previous_view(self) -> None:
        """The view to the left."""
        self._to_view(-1)

    def _to_view(self, by: int) -> None:
        place = view_of(self.name_open, self._views)
        if place is None:
            place = len(self._views) if by < 0 else -1
        self.open_view(self._views[(place + by) % len(self._views)])

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        """Opens the view that was clicked."""
        message.stop()
        self.action_view(message.place + 1)

    def action_earlier(self) -> None:
        """The day, week or month before."""
        self._step(-1)

    def action_later(self) -> None:
        """The day, week or month after."""
        self._step(1)

    def _step(self, by: int) -> None:
        name = step(self.name_open, by)
        span = period(name)
        if span is None:
            if self.name_open.kind in {"daily", "weekly", "monthly"}:
                self.notice.tell("The latest one is still on its way.")
            else:
                self.notice.tell("Days go back and forth in Daily, Weekly and Monthly.")
            return
        if span[0] > self.today:
            self.notice.tell(f"{title(self.name_open, self.today, self.desk.following.title)} is the newest there is.")
            return
        self.open_view(name)

    def action_refresh(self) -> None:
        """Fetches the open view anew."""
        if self.name_open.kind in {"library", "archive"}:
            self.open_view(self.name_open)
        elif self._visit.demo:
            self.notice.tell("This is the demonstration: start papertui without --demo to fetch papers.")
        elif self._visit.offline:
            self.notice.tell("papertui was started with --offline and does not ask the network.")
        else:
            self.fetch()

    # --- reading -----------------------------------------------------------------------------------

    async def action_read_all(self) -> None:
        """Marks all that is shown read; again, takes that back."""
        shelf = self.shelf
        if is_lazy(shelf.feed.papers) and shelf.beyond is None:
            self.notice.tell("These are all papers there are; mark them one by one, or search first.")
            return
        ids = frozenset(shelf.paper(row).id for row in range(shelf.size))
        undo = bool(self._all_read) and self._all_read <= shelf.read and not ids - shelf.read
        changed = self._all_read if undo else ids - shelf.read
        if not changed:
            self.notice.tell("All of these are read.")
            return
        try:
            await asyncio.to_thread(lambda: self.desk.marks.mark(changed, read=not undo))
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        self._all_read = frozenset() if undo else changed
        self.shelf = self.shelf.with_marks(read=self.shelf.read - changed if undo else self.shelf.read | changed)
        self.forget_stored()
        self.marked()
        words = plural(len(changed), "paper")
        self.notice.tell(f"{words} unread again." if undo else f"{words} marked read. A takes it back.")

    # --- what is followed --------------------------------------------------------------------------

    def action_follow(self) -> None:
        """Shows what is followed, to change it."""
        if self._visit.demo:
            self.notice.tell("This is the demonstration: start papertui without --demo to follow feeds.")
            return
        self.app.push_screen(Feeds(self.desk, self.signs, offline=self.stays_home), self._followed)

    def _followed(self, chosen: FeedName | None) -> None:
        """The feeds were looked at, and changed perhaps; one of them may have been chosen."""
        self._views = self.desk.following.tabs()
        self.show_state()
        if chosen is not None:
            self.open_view(chosen)
        else:
            self.marked()

    # --- the digest --------------------------------------------------------------------------------

    def action_digest(self) -> None:
        """Shows the digest, to look at it, to change it, and to mail it."""
        if self._visit.demo:
            self.notice.tell("This is the demonstration: start papertui without --demo to see your digest.")
            return
        self.app.push_screen(wiring.digest_screen(self.desk, self.signs, self._tell, offline=self.stays_home))

    def _tell(self, sentence: str, warning: bool) -> None:  # noqa: FBT001 - as the digest's screen calls it
        self.notice.tell(sentence, warning=warning)

    async def _tell_failed_digest(self) -> None:
        """Says that the last run did not mail the digest."""
        try:
            failure = await asyncio.to_thread(wiring.unsent, self.desk)
        except StoreError as problem:
            failure = str(problem)
        if failure is not None:
            key = shown_key(self._keys_in_force["digest"].split(",")[0])
            self._unsent = f"{failure} {key} shows what was mailed."
            if not self._busy:
                self._tell_unsent()

    def _tell_unsent(self) -> None:
        """Says it once, after whatever a fetch had to say: both fail where there is no network."""
        if self._unsent and not self._busy:
            self.notice.tell(self._unsent, warning=True)
            self._unsent = ""

    async def action_tab_left(self) -> None:
        """Moves the tab of this view to the left."""
        await self._move_tab(-1)

    async def action_tab_right(self) -> None:
        """Moves the tab of this view to the right."""
        await self._move_tab(1)

    async def _move_tab(self, by: int) -> None:
        try:
            moved = await asyncio.to_thread(self.desk.following.move, self.name_open, by)
        except SettingsError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        if moved:
            self._views = self.desk.following.tabs()
            self.show_state()

    # --- the rest ----------------------------------------------------------------------------------

    def action_back(self) -> None:
        """One step back; what is being fetched is given up when there is nothing else to go back from."""
        at_rest = (
            not (self.search_box.is_typing or self.is_reading or self.notice.is_told or self.search_box.text)
            and self.papers.has_focus
        )
        if at_rest and self._busy:
            self.workers.cancel_group(self, "fetch")
            self.notice.tell("Given up; what is stored is shown. R fetches it anew.")
            return
        super().action_back()

    def action_help(self) -> None:
        """Shows all keys."""
        self.app.push_screen(Help(self._keys_in_force))

    def action_palette(self) -> None:
        """Opens the command palette."""
        self.app.action_command_palette()

    def action_theme(self) -> None:
        """The next theme."""
        names = [theme.name for theme in THEMES]
        self.app.theme = names[(names.index(self.app.theme) + 1) % len(names)] if self.app.theme in names else names[0]

    async def action_quit(self) -> None:
        """Leaves, when the view to come back to is noted."""
        await self._remember()
        self.app.exit()

    def fetched(self) -> None:
        """What waited for the end of a fetch is told now."""
        if self._unsent:
            self.call_after_refresh(self._tell_unsent)
