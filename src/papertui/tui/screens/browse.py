"""The main screen: the switchboard between what the reader does and the desk."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping
from typing import NamedTuple

from textual.timer import Timer

from papertui.core.feed import Feed, FeedName, is_weekend, parse_day, period, step
from papertui.core.shelf import Shelf
from papertui.core.wording import age, full_day
from papertui.desk import Desk
from papertui.errors import PapertuiError, StoreError
from papertui.tui.screens.help import Help
from papertui.tui.screens.searching import Searching
from papertui.tui.signs import Signs
from papertui.tui.themes import THEMES
from papertui.tui.views import VIEWS, tabs, title, view_of
from papertui.tui.widgets.tabstrip import TabStrip

#: Seconds between two turns of the sign that shows that something is fetched.
_TURN = 0.1
#: Seconds between two looks at how old the view is.
_AGE_EVERY = 20.0


_EMPTY = {
    "library": ("Your library is empty.", "b keeps the paper under the cursor."),
    "archive": ("Nothing has been fetched yet.", "1 opens the trending papers."),
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

    def __init__(self, desk: Desk, visit: Visit, signs: Signs, keys: Mapping[str, str], *, compact: bool) -> None:
        self.desk = desk
        self._visit = visit
        self._keys_in_force = keys
        self._failure = ""
        self._busy = False
        self._turn = 0
        self._spinner: Timer | None = None
        self.name_open = visit.feed
        empty = Shelf(Feed(visit.feed, ()), read=desk.marks.read_ids())
        super().__init__(
            desk, signs, desk.feeds.today(), empty.with_feed(self._first_feed(visit.feed)), compact=compact
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
        self._arrived()

    def _arrived(self) -> None:
        """Another view is open: fetch it where it is not fresh, and make its index when the reader is at rest."""
        feed = self.shelf.feed
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
        try:
            marks = await asyncio.to_thread(self.desk.library.by_id)
            kept = frozenset(marks)
            self.tags = tuple(sorted({tag for mark in marks.values() for tag in mark.tags}))
            if self.name_open.kind == "library":
                await self._show_library()
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        self.shelf = self.shelf.with_marks(kept=kept)
        self.show_state()
        for sentence in (*self.desk.library.take_notices(), *self.desk.marks.take_notices()):
            self.notice.tell(sentence, warning=True)

    # --- the state line --------------------------------------------------------------------------

    def show_state(self) -> None:
        """Shows the views, and how old the open one is."""
        made, opened = tabs(self.name_open, len(self.shelf.kept), self.signs, self.today)
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
            self.run_worker(self._remember(name), group="remember", exclusive=True)

    def _take(self, feed: Feed) -> None:
        """Puts a feed on the screen."""
        self.shelf = self.shelf.with_feed(feed)
        self.forget_index()
        if view_of(feed.name) is not None and feed.name.kind == self.name_open.kind:
            self.name_open = feed.name
        self.show_state()

    async def _show_library(self) -> None:
        feed = await asyncio.to_thread(self.desk.feeds.stored, FeedName("library"))
        if feed is not None and self.name_open.kind == "library":
            self._take(feed)

    async def _remember(self, name: FeedName) -> None:
        try:
            await asyncio.to_thread(self.desk.marks.remember_feed, FeedName(name.kind))
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)

    def action_view(self, number: int) -> None:
        """Opens the view with this number."""
        if 1 <= number <= len(VIEWS):
            self.open_view(VIEWS[number - 1])

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
                self.notice.tell("Days go back and forth in Daily, Weekly and Monthly: press 2, 3 or 4.")
            return
        if span[0] > self.today:
            self.notice.tell(f"{title(self.name_open, self.today)} is the newest there is.")
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
        query = self.shelf.query
        self._take(feed)
        if query:
            self.search(query)
        for sentence in feed.notices if feed.papers else ():
            self.notice.tell(sentence)

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

    def action_quit(self) -> None:
        """Leaves."""
        self.app.exit()
