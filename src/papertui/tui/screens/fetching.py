"""Loads feeds: shows the stored list at once, refreshes it in the background and reports errors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from textual.timer import Timer

from papertui.app import Services
from papertui.errors import PapertuiError, StoreError
from papertui.model.feed import MADE_HERE, Feed, FeedName, is_weekend, parse_day
from papertui.model.filters import ListFilter
from papertui.model.format import age, full_day
from papertui.settings import Settings
from papertui.tui.glyphs import Glyphs
from papertui.tui.list_state import ListState, is_lazy
from papertui.tui.screens.searching import Searching
from papertui.tui.views import Tabs, is_of

#: Seconds between two frames of the spinner.
_TURN = 0.1
_DAILY = FeedName("daily")


_EMPTY = {
    "library": ("Your library is empty.", "b bookmarks the paper under the cursor."),
    "archive": ("The archive is empty.", "1 opens the trending papers."),
    "rising": ("No rising papers yet.", "This needs votes of two days. R fetches today's."),
}


class Visit(NamedTuple):
    """How the app was started."""

    feed: FeedName  # the first feed to show
    offline: bool = False  # never use the network
    demo: bool = False  # show only the bundled feed


class Fetching(Searching):
    """The main screen with feeds, which are shown from the store and refreshed in the background."""

    def __init__(self, services: Services, visit: Visit, signs: Glyphs, settings: Settings) -> None:
        self.services = services
        self._refreshes = settings.refresh
        self._prefetch = settings.prefetch
        self._visit = visit
        self._failure = ""
        self._busy = False
        self._turn = 0
        self._spinner: Timer | None = None
        self._views = services.follows.tabs()
        self._tabs = Tabs(signs, services.feeds.today(), services.follows.title)
        self._unread: Mapping[FeedName, int] = {}
        self._seen_before: frozenset[str] | None = None
        self.name_open = visit.feed
        empty = ListState(Feed(visit.feed, ()), read=services.read_state.read_ids())
        super().__init__(
            services,
            signs,
            services.feeds.today(),
            empty.with_feed(self._first_feed(visit.feed)),
            compact=settings.compact,
        )

    def _first_feed(self, name: FeedName) -> Feed:
        """Return the stored feed, so that the first frame shows papers."""
        if self._visit.demo:
            return self.services.feeds.starter(name)
        if name.kind == "library":
            # The library is opened right after the first paint, because it imports TinyDB.
            return Feed(name, (), origin="opening")
        return self.services.feeds.stored(name) or self._nothing_yet(name)

    def _nothing_yet(self, name: FeedName) -> Feed:
        starter = self.services.feeds.starter(name)
        return starter if starter.papers else Feed(name, ())

    def _arrived(self) -> None:
        """After a feed was opened: refresh it if it is stale, and build its index when idle."""
        feed = self.shelf.feed
        self.run_worker(self._learn(feed, looked=True), group="learn", exclusive=True)
        if self.name_open.kind in {"library", "archive"}:
            return
        if not self.stays_home and not (feed.origin != "starter" and self.services.feeds.is_fresh(feed)):
            self.fetch()
        elif feed.origin == "starter":
            self._say_starter()

    @property
    def stays_home(self) -> bool:
        """Whether network access is disabled."""
        return self._visit.offline or self._visit.demo

    def _say_starter(self) -> None:
        if not self._visit.demo:
            self.notice.tell("These papers are bundled with papertui. Press R to fetch today's papers.", warning=True)

    def show_state(self) -> None:
        """Show the tabs and the age of the open feed."""
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
            words.append(f"updated {age(self.services.feeds.now() - feed.fetched_at)}")
        if self._visit.offline:
            words.append("offline")
        elif self._failure:
            words.append("no connection")
        return f" {self.signs.dot} ".join(words)

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        if not busy:
            self.fetched()
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
        """Return what to show, and a hint, when there are no papers."""
        shelf, name = self.shelf, self.name_open
        if shelf.query:
            words = ("No matches.", "Esc clears the search.")
        elif shelf.show is not ListFilter.ALL and shelf.feed.papers:
            words = ("No papers match this filter.", "f changes the filter.")
        elif shelf.feed.origin == "opening" or self._busy:
            words = (f"Loading {self.signs.ellipsis}", "")
        elif name.kind in _EMPTY:
            words = _EMPTY[name.kind]
        elif name.kind == "daily" and name.detail and is_weekend(day := parse_day(name.detail)):
            words = (f"{full_day(day)}: nothing is published at the weekend.", "[ opens the previous day.")
        elif self._visit.offline:
            words = (
                "This feed is not stored, and papertui is offline.",
                "Restart papertui without --offline to fetch it.",
            )
        else:
            words = ("This feed is not stored yet." if self._failure else "No papers.", "R refreshes this feed.")
        return words

    def _take(self, feed: Feed) -> None:
        """Show a feed."""
        self.shelf = self.shelf.with_feed(feed)
        self.forget_index()
        if is_of(self.name_open, feed.name):
            self.name_open = feed.name
        self.show_state()

    def fetch(self) -> None:
        """Refresh the open feed in the background."""
        self.run_worker(self._fetch(self.name_open), group="fetch", exclusive=True)

    async def _fetch(self, name: FeedName) -> None:
        self._set_busy(busy=True)
        self.draw(self.papers.cursor)
        try:
            feed = await self.services.feeds.refresh(name)
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
        """Show the refreshed feed; keep cursor and search."""
        query = self.shelf.query
        self._take(feed)
        if query:
            self.search(query)
        self.run_worker(self._learn(feed), group="learn", exclusive=True)

    def _failed(self, sentence: str) -> None:
        feed = self.shelf.feed
        if feed.origin == "starter":
            sentence += " Showing papers bundled with papertui."
        elif feed.papers and feed.fetched_at is not None:
            sentence += f" This list was updated {age(self.services.feeds.now() - feed.fetched_at)}."
        self.notice.tell(sentence, warning=True)
        self.draw(self.papers.cursor)

    async def _learn(self, feed: Feed, *, looked: bool = False) -> None:
        """Load vote growth, reasons and new papers of a feed; `looked` starts a new visit of the feed."""
        await self._count_unread()
        if is_lazy(feed.papers) or feed.origin in {"starter", "opening"}:
            return
        try:
            context = await asyncio.to_thread(self.services.feeds.context, feed)
            if looked:
                self._seen_before = await asyncio.to_thread(self.services.read_state.looked, feed.name)
            ids = [paper.id for paper in feed.papers]
            if self._seen_before is not None:
                context = context._replace(new=frozenset(ids) - self._seen_before)
            if feed.name.kind not in MADE_HERE:
                await asyncio.to_thread(self.services.read_state.look, feed.name, ids)
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        if self.shelf.feed is feed:
            self.shelf = self.shelf.with_context(context)

    async def _count_unread(self) -> None:
        own = [follow.name for follow in self.services.follows.all]
        if own and not self._visit.demo:
            with suppress(StoreError):  # reported when a feed is opened
                self._unread = await asyncio.to_thread(self.services.feeds.unread, own)
            self.show_state()

    def marked(self) -> None:
        """Called after papers were marked as read or unread."""
        self.run_worker(self._count_unread(), group="unread", exclusive=True)

    def _refresh_stale(self) -> None:
        """Refresh stale feeds in the background."""
        wanted = self._refreshes or self._prefetch
        busy = self._busy or any(worker.group == "schedule" and worker.is_running for worker in self.workers)
        if wanted and not self.stays_home and not busy:
            self.run_worker(self._fetch_stale(), group="schedule", exclusive=True)

    async def _fetch_stale(self) -> None:
        try:
            views = self._views if self._refreshes else (_DAILY,) if "daily" in self._prefetch else ()
            stale = await asyncio.to_thread(self.services.feeds.stale, views)
            fetched = []
            async for name, done in self.services.feeds.update_each(stale):
                if isinstance(done, PapertuiError):
                    if is_of(name, self.name_open):
                        self._failure = str(done)  # shown in the status; the reader did not request this
                    continue
                fetched.append(done.feed)
                if done.feed.name == self.name_open:
                    self._failure = ""
                    self._renew(done.feed)
            async for _ in self.services.prefetcher.bring(self._prefetch, tuple(fetched)):
                pass  # a failure is tried again next time
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        await self._count_unread()

    def fetched(self) -> None:
        """Called at the end of a fetch, successful or not."""
