"""The open feed: shown from the store at once, fetched in the background."""

from __future__ import annotations

import asyncio

from papertui.errors import PapertuiError
from papertui.model.feed import CALENDAR, MATCHED, Feed, FeedName, Kind, is_weekend, parse_day, period, step
from papertui.model.format import age, full_day
from papertui.model.trend import PaperContext
from papertui.services.feeds import FeedService
from papertui.services.read_state import ReadState
from papertui.services.visits import Visits
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.controllers.tab_controller import TabController, is_shown_by
from papertui.tui.list_state import is_lazy, with_departed

_LIBRARY = FeedName("library")
#: The views of bookmarks, opened after the first paint because they import TinyDB.
_OF_BOOKMARKS = frozenset({"library", "queue"})
#: The views that are computed from what is stored, off the event loop.
_COMPUTED = frozenset({"foryou", "alerts", "cluster"}) | MATCHED


def first_feed(feeds: FeedService, name: FeedName, *, demo: bool) -> Feed:
    """Return what is shown of a feed at once, without the network.

    Raises:
        StoreError: the archive cannot be read.
    """
    if demo:
        return feeds.starter(name)
    if name.kind in _OF_BOOKMARKS | _COMPUTED:  # read, or computed, off the event loop
        return Feed(name, (), origin="opening")
    if (stored := feeds.stored(name)) is not None:
        return stored
    starter = feeds.starter(name)
    return starter if starter.papers else Feed(name, ())


class FeedController:
    """Opens and refreshes feeds."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        search: SearchController,
        tabs: TabController,
        feeds: FeedService,
        read_state: ReadState,
        visits: Visits,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._start = context.start
        self._lists = lists
        self._search = search
        self._tabs = tabs
        self._feeds = feeds
        self._read_state = read_state
        self._visits = visits
        #: The feed that was asked for: without a period it is the latest one, whichever is shown meanwhile.
        self._wanted = context.start.feed
        self._remembering = asyncio.Lock()
        self._remembered: FeedName | None = None
        self._library_query = ""
        self._library_is_behind = False
        if is_shown_by(tabs.open_name, lists.state.feed.name):
            tabs.open_name = lists.state.feed.name
        self._show_placeholder(lists.state.feed)

    @property
    def _wants_latest(self) -> bool:
        return self._wanted.kind in CALENDAR and not self._wanted.detail

    @property
    def _is_library(self) -> bool:
        return self._tabs.open_name.kind in _OF_BOOKMARKS

    # --- opening -------------------------------------------------------------------------------------

    def open(self, name: FeedName) -> None:
        """Open a feed: show the stored list at once and refresh it in the background."""
        self.cancel_fetch()
        self._tabs.failure = None
        self._tabs.open_name = self._wanted = name
        if name.kind in _OF_BOOKMARKS:
            self._load_library()
            self._show(Feed(name, (), origin="opening"))
        else:
            try:
                feed = first_feed(self._feeds, name, demo=self._start.demo)
            except PapertuiError as error:
                self._notice.warn(str(error))
                return
            self._show(feed)
            # What is known already; the rest follows.
            if (new := self._tabs.new.get(name)) is not None:
                self._lists.update(self._lists.state.with_new(new, self._tabs.last_visit))
            self.arrived()
        if not self._start.demo:
            in_background(self._screen, self.remember, group="remember")

    def arrived(self) -> None:
        """After a feed was opened: load what is known about its papers, and fetch it if it is stale."""
        feed = self._lists.state.feed
        in_background(self._screen, self._load_context, feed, group="learn", exclusive=True)
        if self._tabs.open_name.kind in _COMPUTED:
            self._load_computed()
        if self._tabs.open_name.kind in {*_OF_BOOKMARKS, *_COMPUTED, "archive"}:
            return
        is_fresh = feed.origin != "starter" and self._feeds.is_fresh(feed, as_latest=self._wants_latest)
        if self._start.uses_network and not is_fresh:
            self._fetch()
        elif feed.origin == "starter" and not self._start.demo:
            key = self._context.keys.name("refresh")
            self._notice.warn(f"These papers are bundled with papertui. Press {key} to fetch today's papers.")
        else:
            self._show_notices(feed)

    def _show(self, feed: Feed) -> None:
        if is_shown_by(self._tabs.open_name, feed.name):
            self._tabs.open_name = feed.name
        self._show_placeholder(feed)
        self._lists.show_feed(feed)
        self._search.open_feed(feed)
        self._tabs.show()

    def _show_placeholder(self, feed: Feed) -> None:
        """Set what the list shows when `feed` has no papers."""
        keys, name = self._context.keys, self._tabs.open_name
        empty: dict[Kind, tuple[str, str]] = {
            "library": ("Your library is empty.", f"{keys.name('bookmark')} bookmarks the paper under the cursor."),
            "queue": ("Your queue is empty.", f"{keys.name('queue')} puts a paper here, to read it later."),
            "foryou": ("Nothing to choose from yet.", f"{keys.name('view_1')} opens the trending papers."),
            "alerts": (
                "No alerts yet.",
                f"{keys.name('topics')} follows what a paper has, {keys.name('alert')} a search or papers like one.",
            ),
            "cluster": ("No papers in this cluster.", f"{keys.name('map')} opens the map."),
            **dict.fromkeys(MATCHED, ("No paper of the last weeks matches.", "New ones appear here and in Alerts.")),
            "archive": ("The archive is empty.", f"{keys.name('view_1')} opens the trending papers."),
            "rising": (
                "No rising papers yet.",
                f"This needs votes of two days. {keys.name('refresh')} fetches today's.",
            ),
        }
        if feed.origin == "opening" or self._tabs.activity.is_running:
            lines = (f"Loading {self._context.glyphs.ellipsis}", "")
        elif name.kind in empty:
            lines = empty[name.kind]
        elif name.kind == "daily" and name.detail and is_weekend(day := parse_day(name.detail)):
            lines = (
                f"{full_day(day)}: nothing is published at the weekend.",
                f"{keys.name('earlier')} opens the previous day.",
            )
        elif self._start.offline:
            lines = (
                "This feed is not stored, and papertui is offline.",
                "Restart papertui without --offline to fetch it.",
            )
        else:
            lines = (
                "This list could not be fetched." if self._tabs.failure else "No papers.",
                f"{keys.name('refresh')} refreshes this feed.",
            )
        self._lists.placeholder = lines

    async def remember(self) -> None:
        """Record the open feed for the next start, one at a time: a running thread cannot be cancelled."""
        async with self._remembering:
            name = self._tabs.open_name
            if name.kind in CALENDAR:
                name = FeedName(name.kind)  # tomorrow's, not today's
            if name == self._remembered or self._start.demo:
                return
            with self._notice.errors():
                await asyncio.to_thread(self._read_state.remember_feed, name)
                self._remembered = name

    def step(self, by: int) -> FeedName | None:
        """Return the previous or next period of the open feed; show a notice if there is none."""
        name = step(self._tabs.open_name, by)
        span = period(name)
        if span is not None and span[0] <= self._context.today:
            return name
        if span is not None:
            self._notice.show_message(f"{self._tabs.open_title} is the latest list.")
        elif self._tabs.open_name.kind in CALENDAR:
            self._notice.show_message("The latest list is still loading.")
        else:
            self._notice.show_message("Only Daily, Weekly and Monthly have earlier and later lists.")
        return None

    # --- the library ---------------------------------------------------------------------------------

    def open_collection(self, query: str) -> None:
        """Open the library and search it for `query`."""
        self.open(_LIBRARY)
        self._library_query = query

    async def show_library(self) -> None:
        """Show the bookmarked papers, if the library is open.

        Raises:
            StoreError: the library cannot be read.
        """
        if not self._is_library:
            return
        name = self._tabs.open_name
        feed = await asyncio.to_thread(self._feeds.stored, name)
        if feed is None or self._tabs.open_name != name:
            return
        if self._lists.state.feed.name == name:
            feed = with_departed(self._lists.state.feed, feed)
        self._show(feed)
        if query := self._library_query or self._search.text:
            self._library_query = ""
            await self._search.put(query)
        await self._load_context(feed)

    def bookmarks_changed(self, added: frozenset[str]) -> None:
        """Show papers that another window or undo added to the open library or queue."""
        feed = self._lists.state.feed
        if self._tabs.open_name.kind == "queue":
            added = frozenset(self._tabs.queued)
        if self._is_library and added and feed.origin != "opening":
            missing = added.difference(paper.id for paper in feed.papers)
            self._library_is_behind = self._library_is_behind or bool(missing)
            self.catch_up()

    def catch_up(self) -> None:
        """Show papers added to the open library; not during a search, where the cursor would jump."""
        if self._library_is_behind and not self._lists.state.query and self._is_library:
            self._library_is_behind = False
            self._load_library()

    def _load_library(self) -> None:
        async def load() -> None:
            with self._notice.errors():
                await self.show_library()

        in_background(self._screen, load, group="view", exclusive=True)

    def _load_computed(self) -> None:
        async def load() -> None:
            name = self._tabs.open_name
            feed: Feed | None = None
            with self._notice.errors():
                feed = await asyncio.to_thread(self._feeds.stored, name)
            if self._tabs.open_name != name:
                return
            feed = feed or Feed(name, ())  # “Loading” would stay
            self._show(feed)
            self._show_notices(feed)
            with self._notice.errors():
                await self._load_context(feed)

        in_background(self._screen, load, group="view", exclusive=True)

    # --- fetching ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Fetch the open feed, or say why that is not possible."""
        for option, is_set in (("--demo", self._start.demo), ("--offline", self._start.offline)):
            if is_set:
                self._notice.show_message(f"papertui runs with {option}. Restart it without {option} to fetch papers.")
                return
        self._fetch()

    def _fetch(self) -> None:
        in_background(self._screen, self._fetch_feed, self._wanted, group="fetch", exclusive=True)

    def cancel_fetch(self) -> None:
        self._screen.workers.cancel_group(self._screen, "fetch")

    async def _fetch_feed(self, name: FeedName) -> None:
        failure: PapertuiError | None = None
        feed: Feed | None = None
        with self._tabs.activity.running("fetching"):
            self._redraw()
            try:
                feed = await self._feeds.refresh(name)
            except PapertuiError as error:
                failure = error
        self._tabs.failure = failure
        if feed is None:
            self._report_failure(str(failure))
            return
        self._notice.resolve("fetch")
        self.renew(feed)
        self._show_notices(feed)

    def _show_notices(self, feed: Feed) -> None:
        for notice in feed.notices if feed.papers else ():
            self._notice.show_message(notice)

    def _redraw(self) -> None:
        self._show_placeholder(self._lists.state.feed)
        self._lists.redraw()

    def arrived_in_background(self, feed: Feed) -> None:
        """After `feed` was refreshed unasked: show it if it is open, or say that a newer list than the open one is out.

        The open list does not change its day under the reader.
        """
        name, stored = self._tabs.open_name, self._lists.state.feed
        if feed.name == name or (feed.name.kind == name.kind and stored.origin == "starter" and self._wants_latest):
            self._tabs.failure = None
            self._notice.resolve("fetch")
            self.renew(feed)
        elif self._wants_latest and feed.name.kind == name.kind and feed.name.detail > name.detail:
            day = f"{parse_day(feed.name.detail):%a}" if feed.name.kind == "daily" else ""
            title = f"{day} {self._tabs.title_of(feed.name).removeprefix('Daily ')}" if day else ""
            self._notice.show_message(
                f"{title or self._tabs.title_of(feed.name)} is out. {self._tabs.key_of(name)} shows it."
            )

    def renew(self, feed: Feed) -> None:
        """Show the refreshed feed; keep cursor and search."""
        query = self._lists.state.query
        if query:
            self._lists.keep_place()
        self._show(feed)
        if query:
            self._search.search(query)
        in_background(self._screen, self._load_context, feed, group="learn", exclusive=True)

    def _report_failure(self, words: str) -> None:
        feed = self._lists.state.feed
        if feed.origin == "starter":
            words += " Showing papers bundled with papertui."
        elif feed.papers and feed.fetched_at is not None:
            words += f" This list was updated {age(self._feeds.now() - feed.fetched_at)}."
        self._notice.warn(words, cause="fetch")
        self._tabs.show()
        self._redraw()

    def reload_context(self) -> None:
        """Load what is known about the papers of the open feed again: another visit began."""
        in_background(self._screen, self._load_context, self._lists.state.feed, group="learn", exclusive=True)

    async def _load_context(self, feed: Feed) -> None:
        """Load vote growth, reasons and new papers of a feed."""
        await self._tabs.update_new()
        if is_lazy(feed.papers) or feed.origin in {"starter", "opening"}:
            return
        with self._notice.errors():
            context = await asyncio.to_thread(self._context_of, feed)
            if self._lists.state.order.value.uses_liking:
                context = context._replace(liking=await asyncio.to_thread(self._feeds.liking, feed))
            if self._lists.state.feed is feed:
                self._lists.update(self._lists.state.with_context(context))
                self._tabs.show()

    def _context_of(self, feed: Feed) -> PaperContext:
        context = self._feeds.context(feed)
        if self._start.demo:
            return context
        return context._replace(new=self._visits.in_feed(feed), last_visit=self._visits.last_day)
