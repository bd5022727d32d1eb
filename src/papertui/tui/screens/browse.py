"""The main screen: the switchboard between what the reader does and the desk."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from textual.timer import Timer

from papertui.core.bookmark import Bookmark
from papertui.core.feed import MADE_HERE, Feed, FeedName, is_weekend, parse_day, period, step
from papertui.core.shelf import Shelf, is_lazy, with_departed
from papertui.core.wording import age, full_day, plural
from papertui.desk import Desk
from papertui.errors import PapertuiError, SettingsError, StoreError
from papertui.settings import Settings
from papertui.tui import wiring
from papertui.tui.keymap import shown_key
from papertui.tui.screens.feeds import Feeds
from papertui.tui.screens.help import Help
from papertui.tui.screens.searching import Searching
from papertui.tui.signs import Signs
from papertui.tui.themes import THEMES
from papertui.tui.views import Tabs, is_of, title, view_of
from papertui.tui.widgets.tabstrip import TabStrip

#: Seconds between two turns of the sign that shows that something is fetched.
_TURN = 0.1
#: Seconds between two looks at how old the view is.
_AGE_EVERY = 20.0
#: Seconds between two looks at what has grown old.
_SCHEDULE_EVERY = 60.0
#: Seconds before the first one.
_SCHEDULE_FIRST = 8.0
_DAILY = FeedName("daily")


_EMPTY = {
    "library": ("Your library is empty.", "b keeps the paper under the cursor."),
    "archive": ("Nothing has been fetched yet.", "1 opens the trending papers."),
    "rising": ("Nothing is known to rise yet.", "It takes votes seen on two days: R looks at them now."),
}


class Visit(NamedTuple):
    """How the app was opened.

    Attributes:
        feed: the view to begin with.
        offline: whether the network is never asked.
        demo: whether only the bundled feed is shown.
    """

    feed: FeedName
    offline: bool = False
    demo: bool = False


class Browse(Searching):
    """Feed, search and paper; every wish of the reader goes through here to the desk."""

    def __init__(self, desk: Desk, visit: Visit, signs: Signs, keys: Mapping[str, str], settings: Settings) -> None:
        self.desk = desk
        self._refreshes = settings.refresh
        self._prefetch = settings.prefetch
        self._visit = visit
        self._keys_in_force = keys
        self._failure = ""
        self._unsent = ""
        self._busy = False
        self._turn = 0
        self._spinner: Timer | None = None
        self._remember_lock = asyncio.Lock()
        self._remembered: FeedName | None = None
        self._wanted_query = ""
        self._library_behind = False
        self._views = desk.following.tabs()
        self._tabs = Tabs(signs, desk.feeds.today(), desk.following.title)
        self._unread: Mapping[FeedName, int] = {}
        self._seen_before: frozenset[str] | None = None
        self._all_read: frozenset[str] = frozenset()
        self.name_open = visit.feed
        empty = Shelf(Feed(visit.feed, ()), read=desk.marks.read_ids())
        super().__init__(
            desk, signs, desk.feeds.today(), empty.with_feed(self._first_feed(visit.feed)), compact=settings.compact
        )

    def _first_feed(self, name: FeedName) -> Feed:
        """What is on the disk, so that the first thing on the screen is a feed."""
        if self._visit.demo:
            return self.desk.feeds.starter(name)
        if name.kind == "library":
            # The library is opened right after the first paint: it brings TinyDB with it.
            return Feed(name, (), origin="opening")
        return self.desk.feeds.stored(name) or self._nothing_yet(name)

    def _nothing_yet(self, name: FeedName) -> Feed:
        starter = self.desk.feeds.starter(name)
        return starter if starter.papers else Feed(name, ())

    # --- from the first paint on -----------------------------------------------------------------

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

    def _arrived(self) -> None:
        """Another view is open: fetch it where it is not fresh, and make its index when the reader is at rest."""
        feed = self.shelf.feed
        self.run_worker(self._learn(feed, looked=True), group="learn", exclusive=True)
        if self.name_open.kind in {"library", "archive"}:
            return
        if not self.stays_home and not (feed.origin != "starter" and self.desk.feeds.is_fresh(feed)):
            self.fetch()
        elif feed.origin == "starter":
            self._say_starter()

    @property
    def stays_home(self) -> bool:
        """Whether the network is never asked."""
        return self._visit.offline or self._visit.demo

    def _say_starter(self) -> None:
        if not self._visit.demo:
            self.notice.tell(
                "These papers came with papertui. Press R to fetch today's when there is a network.", warning=True
            )

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

    # --- the state line --------------------------------------------------------------------------

    def show_state(self) -> None:
        """Shows the views, and how old the open one is."""
        made, opened = self._tabs.made(self._views, self.name_open, len(self.shelf.kept), self._unread)
        self.strip.show(made, opened, self._state(), busy=self._busy)

    def _state(self) -> str:
        feed = self.shelf.feed
        if self._busy:
            return f"{self.signs.spin[self._turn % len(self.signs.spin)]} fetching"
        words = []
        if feed.origin == "starter":
            words.append("starter feed")
        elif feed.fetched_at is not None:
            words.append(f"updated {age(self.desk.feeds.now() - feed.fetched_at)}")
        if self._visit.offline:
            words.append("offline")
        elif self._failure:
            words.append("no connection")
        return f" {self.signs.dot} ".join(words)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        if not busy and self._unsent:
            self.call_after_refresh(self._tell_unsent)
        if busy and self._spinner is None:
            self._spinner = self.set_interval(_TURN, self._spin)
        elif not busy and self._spinner is not None:
            self._spinner.stop()
            self._spinner = None
        self.show_state()

    def _spin(self) -> None:
        self._turn += 1
        self.show_state()

    def empty_words(self) -> tuple[str, ...]:
        """What to say, and to do, where there is no paper to show."""
        shelf, name = self.shelf, self.name_open
        if shelf.query:
            words = ("Nothing fits.", "Esc clears the search.")
        elif shelf.show != "all" and shelf.feed.papers:
            words = ("Nothing to show with this filter.", "f changes it.")
        elif shelf.feed.origin == "opening" or self._busy:
            words = (f"One moment {self.signs.ellipsis}", "")
        elif name.kind in _EMPTY:
            words = _EMPTY[name.kind]
        elif name.kind == "daily" and name.detail and is_weekend(day := parse_day(name.detail)):
            words = (f"{full_day(day)}: nothing is published at the weekend.", "[ goes to the day before.")
        elif self._visit.offline:
            words = ("Nothing is stored here yet, and papertui is offline.", "Start it without --offline to fetch it.")
        else:
            words = ("Nothing is stored here yet." if self._failure else "No papers here.", "R fetches this view anew.")
        return words

    # --- views -----------------------------------------------------------------------------------

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

    def _take(self, feed: Feed) -> None:
        """Puts a feed on the screen."""
        self.shelf = self.shelf.with_feed(feed)
        self.forget_index()
        if is_of(self.name_open, feed.name):
            self.name_open = feed.name
        self.show_state()

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

    def fetch(self) -> None:
        """Asks the service for the open view, behind what is shown."""
        self.run_worker(self._fetch(self.name_open), group="fetch", exclusive=True)

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

    async def _fetch(self, name: FeedName) -> None:
        self._set_busy(busy=True)
        self.draw(self.papers.cursor)
        try:
            feed = await self.desk.feeds.refresh(name)
        except PapertuiError as problem:
            self._failure = str(problem)
            self._failed(str(problem))
            return
        finally:
            self._set_busy(busy=False)
        self._failure = ""
        self._renew(feed)
        for sentence in feed.notices if feed.papers else ():
            self.notice.tell(sentence)

    def _renew(self, feed: Feed) -> None:
        """The open view was fetched anew: the reader goes on where they are."""
        query = self.shelf.query
        self._take(feed)
        if query:
            self.search(query)
        self.run_worker(self._learn(feed), group="learn", exclusive=True)

    # --- what there is to say of the papers ---------------------------------------------------------

    async def _learn(self, feed: Feed, *, looked: bool = False) -> None:
        """Finds out how votes grew, why papers are here and which are new; `looked` begins a new visit of the view."""
        await self._count_unread()
        if is_lazy(feed.papers) or feed.origin in {"starter", "opening"}:
            return
        try:
            context = await asyncio.to_thread(self.desk.feeds.context, feed)
            if looked:
                self._seen_before = await asyncio.to_thread(self.desk.marks.looked, feed.name)
            ids = [paper.id for paper in feed.papers]
            if self._seen_before is not None:
                context = context._replace(new=frozenset(ids) - self._seen_before)
            if feed.name.kind not in MADE_HERE:
                await asyncio.to_thread(self.desk.marks.look, feed.name, ids)
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        if self.shelf.feed is feed:
            self.shelf = self.shelf.with_context(context)

    async def _count_unread(self) -> None:
        own = [follow.name for follow in self.desk.following.all]
        if own and not self._visit.demo:
            with suppress(StoreError):  # told where it matters: when a view is opened
                self._unread = await asyncio.to_thread(self.desk.feeds.unread, own)
            self.show_state()

    def marked(self) -> None:
        """Other papers are read now."""
        self.run_worker(self._count_unread(), group="unread", exclusive=True)

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

    # --- on a schedule ---------------------------------------------------------------------------

    def _refresh_stale(self) -> None:
        """Fetches what has grown old, behind what the reader does."""
        wanted = self._refreshes or self._prefetch
        busy = self._busy or any(worker.group == "schedule" and worker.is_running for worker in self.workers)
        if wanted and not self.stays_home and not busy:
            self.run_worker(self._fetch_stale(), group="schedule", exclusive=True)

    async def _fetch_stale(self) -> None:
        try:
            views = self._views if self._refreshes else (_DAILY,) if "daily" in self._prefetch else ()
            stale = await asyncio.to_thread(self.desk.feeds.stale, views)
            fetched = []
            async for name, done in self.desk.feeds.update_each(stale):
                if isinstance(done, PapertuiError):
                    if is_of(name, self.name_open):
                        self._failure = str(done)  # the state line says so; nobody asked for more
                    continue
                fetched.append(done.feed)
                if done.feed.name == self.name_open:
                    self._failure = ""
                    self._renew(done.feed)
            async for _ in self.desk.prefetcher.bring(self._prefetch, tuple(fetched)):
                pass  # what failed is tried again with the next one
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        await self._count_unread()

    # --- what is followed ------------------------------------------------------------------------

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

    # --- the digest ------------------------------------------------------------------------------

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

    def _failed(self, sentence: str) -> None:
        feed = self.shelf.feed
        if feed.origin == "starter":
            sentence += " Until then, here are papers that came with papertui."
        elif feed.papers and feed.fetched_at is not None:
            sentence += f" This list is from {age(self.desk.feeds.now() - feed.fetched_at)}."
        self.notice.tell(sentence, warning=True)
        self.draw(self.papers.cursor)

    # --- the rest --------------------------------------------------------------------------------

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
