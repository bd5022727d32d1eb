"""The top line: the tabs with their unread papers, and the state of the open feed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from papertui.errors import StoreError
from papertui.model.feed import FeedName
from papertui.model.format import age
from papertui.services.feeds import FeedService
from papertui.services.follows import FollowService
from papertui.tui.controllers.activity import Activity
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.tab_titles import TabTitles, feed_title, tab_of
from papertui.tui.widgets.tab_strip import TabStrip


class TabController:
    """Knows which feed is open, and shows it."""

    def __init__(
        self, context: ScreenContext, lists: ListController, strip: TabStrip, feeds: FeedService, follows: FollowService
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._lists = lists
        self._strip = strip
        self._feeds = feeds
        self._follows = follows
        self._titles = TabTitles(context.glyphs, context.today, follows.title)
        self._unread: Mapping[FeedName, int] = {}
        self.activity = Activity(context.screen, context.glyphs, self.show)
        #: The feeds with a tab.
        self.names = follows.tabs()
        #: The open feed.
        self.open_name = context.start.feed
        #: Why the last fetch of the open feed failed; empty if it did not.
        self.failure = ""

    @property
    def open_title(self) -> str:
        return feed_title(self.open_name, self._context.today, self._follows.title)

    def show(self) -> None:
        """Show the tabs and the age of the open feed."""
        tabs, place = self._titles.tabs(self.names, self.open_name, len(self._lists.state.kept), self._unread)
        self._strip.show(tabs, place, self._status(), busy=self.activity.is_running)

    def _status(self) -> str:
        if self.activity.is_running:
            return self.activity.words
        feed = self._lists.state.feed
        words = []
        if feed.origin == "starter":
            words.append("starter feed")
        elif feed.fetched_at is not None:
            words.append(f"updated {age(self._feeds.now() - feed.fetched_at)}")
        if self._context.start.offline:
            words.append("offline")
        elif self.failure:
            words.append("no connection")
        return f" {self._context.glyphs.dot} ".join(words)

    def reload(self) -> None:
        """Show the tabs after the followed feeds changed."""
        self.names = self._follows.tabs()
        self.show()

    async def move(self, by: int) -> None:
        """Move the tab of the open feed by `by` places."""
        with self._context.notice.errors():
            if await asyncio.to_thread(self._follows.move, self.open_name, by):
                self.reload()

    def at(self, number: int) -> FeedName | None:
        """Return the feed of tab `number`, counted from 1; show a notice if there is no such tab."""
        if 1 <= number <= len(self.names):
            return self.names[number - 1]
        key = self._context.keys.name("follow")
        self._context.notice.show_message(f"There are only {len(self.names)} tabs. {key} adds more.")
        return None

    def beside(self, by: int) -> FeedName:
        """Return the feed of the tab `by` places beside the open one, around the ends."""
        place = tab_of(self.open_name, self.names)
        if place is None:
            place = len(self.names) if by < 0 else -1
        return self.names[(place + by) % len(self.names)]

    def count_unread(self) -> None:
        """Count the unread papers of followed feeds in the background."""
        self._screen.run_worker(self.update_unread(), group="unread", exclusive=True)

    async def update_unread(self) -> None:
        names = [follow.name for follow in self._follows.all]
        if names and not self._context.start.demo:
            with suppress(StoreError):  # reported when a feed is opened
                self._unread = await asyncio.to_thread(self._feeds.unread, names)
            self.show()
