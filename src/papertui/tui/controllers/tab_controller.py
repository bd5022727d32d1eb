"""The top line: the tabs with their new papers, and the state of the open feed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date

from papertui.errors import PapertuiError, StoreError, UnreachableError
from papertui.model.alerts import alerting
from papertui.model.feed import BUILT_IN, FeedName, parse_day, parse_month, without_period
from papertui.model.format import age, count, day, grouped
from papertui.services.feeds import FeedService
from papertui.services.follows import FollowService
from papertui.services.visits import Visits
from papertui.tui.controllers.context import Activity, ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.glyphs import Glyphs
from papertui.tui.widgets.tab_strip import Tab, TabStrip

_SHORT = {"trending": "Trend", "daily": "Day", "weekly": "Week", "monthly": "Month", "rising": "Rise", "archive": "All"}
#: The number of tabs that a key opens.
_KEYED = 9
#: Maximum length of a title on a tab, in full and short form.
_LONGEST, _SHORTEST = 24, 10
#: The built-in feeds; the tab of one shows all its periods.
_BUILT_IN = frozenset(view.kind for view in BUILT_IN)


def tab_of(name: FeedName, views: Sequence[FeedName]) -> int | None:
    """Return the index of the tab that shows `name`; ``None`` for a feed without a tab."""
    return next((place for place, view in enumerate(views) if is_shown_by(view, name)), None)


def is_shown_by(view: FeedName, name: FeedName) -> bool:
    """Whether the tab of `view` shows `name`: the same feed, or another period of the same built-in feed."""
    return view == name or (view.kind == name.kind and view.kind in _BUILT_IN)


def feed_title(name: FeedName, today: date, title_of: Callable[[FeedName], str] = str) -> str:
    """Return the title of a feed with its period: ``Daily 30 Apr``; `title_of` returns the title of a followed feed."""
    base = "For you" if name.kind == "foryou" else name.kind.capitalize()
    if name.kind not in _BUILT_IN:
        return title_of(name)
    if not name.detail:
        return base
    if name.kind == "daily":
        return f"{base} {day(parse_day(name.detail), today)}"
    if name.kind == "weekly":
        return f"{base} {name.detail.replace('-W', ' week ')}"
    return f"{base} {parse_month(name.detail):%b %Y}"


class TabTitles:
    """Makes the tabs.

    Args:
        glyphs: the symbols to draw with.
        title_of: returns the title of a followed feed.
    """

    def __init__(self, glyphs: Glyphs, title_of: Callable[[FeedName], str]) -> None:
        self._glyphs = glyphs
        self._title_of = title_of

    def tabs(
        self,
        views: Sequence[FeedName],
        open_name: FeedName,
        bookmarked: int,
        new: Mapping[FeedName, int],
        today: date,
        queued: int = 0,
    ) -> tuple[tuple[Tab, ...], int]:
        """Return the tabs and the index of the open one. An open feed without a tab is added at the end.

        Args:
            views: the feeds with a tab.
            open_name: the open feed.
            bookmarked: number of papers in the library.
            new: number of new papers by feed.
            today: the current day.
            queued: number of papers in the queue.
        """
        place = tab_of(open_name, views)
        shown = [open_name if place == number else view for number, view in enumerate(views)]
        if place is None:
            place = len(shown)
            shown.append(open_name)
        return tuple(self._tab(name, bookmarked, new.get(name, 0), today, queued) for name in shown), place

    def _tab(self, name: FeedName, bookmarked: int, new: int, today: date, queued: int) -> Tab:
        star = self._glyphs.star
        if name.kind == "library":
            number = grouped(bookmarked) if bookmarked else ""
            return Tab(f"{star} Library {number}".strip(), f"{star} {number}".strip())
        if name.kind == "queue":
            return Tab(f"Queue {grouped(queued)}" if queued else "Queue", f"Queue {queued}" if queued else "Queue")
        full = feed_title(name, today, self._title_of)
        counts = (f"{count(new)} new", f"{self._glyphs.new}{count(new)}") if new else ("", "")
        if name.kind in _BUILT_IN:
            return Tab(full, _SHORT.get(name.kind, full), *counts)
        return Tab(self._cut(full, _LONGEST), self._cut(full, _SHORTEST), *counts)

    def _cut(self, text: str, width: int) -> str:
        return text if len(text) <= width else text[: width - 1].rstrip() + self._glyphs.ellipsis


class TabController:
    """Knows which feed is open, and shows it."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        strip: TabStrip,
        feeds: FeedService,
        follows: FollowService,
        visits: Visits,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._lists = lists
        self._strip = strip
        self._feeds = feeds
        self._follows = follows
        self._visits = visits
        self._titles = TabTitles(context.glyphs, follows.title)
        #: The ids of the papers in the queue.
        self.queued: tuple[str, ...] = ()
        #: The ids of the new papers of each feed with a tab, and of the papers that were on the screen at this visit.
        self.new: Mapping[FeedName, frozenset[str]] = {}
        self.on_screen: set[str] = set()
        #: The day (UTC) of the visit before this one.
        self.last_visit: date | None = None
        self.activity = Activity(context.screen, context.glyphs, self.show)
        self._names = follows.tabs()
        #: The open feed.
        self.open_name = context.start.feed
        #: Why the last fetch of the open feed failed, if it did.
        self.failure: PapertuiError | None = None
        #: What the reader should know besides the feed, in two or three words, such as that a sync failed.
        self.attention = ""
        #: Whether Alerts have a tab.
        self._has_alerts = bool(alerting(follows.all))
        #: Called after the new papers were counted.
        self.counted: Callable[[], None] = lambda: None

    @property
    def new_counts(self) -> Mapping[FeedName, int]:
        """The numbers of new papers by feed, as the tabs show them.

        A paper that is new stays new for the visit; a tab that is not open counts those that are still to be seen.
        """
        waiting = {name: len(self.waiting(name)) for name in self.new}
        return waiting | {self.open_name: len(self._lists.state.new)}

    @property
    def names(self) -> tuple[FeedName, ...]:
        """The feeds with a tab. An empty queue has none, nor have Alerts if nothing is followed.

        By default they are the last ones, so no number changes.
        """
        is_empty = {"queue": not self.queued, "alerts": not self._has_alerts or self._context.start.demo}
        open_kind = self.open_name.kind
        return tuple(name for name in self._names if name.kind == open_kind or not is_empty.get(name.kind))

    @property
    def open_title(self) -> str:
        return self.title_of(self.open_name)

    def title_of(self, name: FeedName) -> str:
        """Return the title of a feed with its period."""
        return feed_title(name, self._context.today, self._follows.title)

    def key_of(self, name: FeedName) -> str:
        """Return the key that opens the tab of a feed, for a sentence."""
        place = tab_of(name, self.names)
        action = f"view_{place + 1}" if place is not None and place < _KEYED else "next_view"
        return self._context.keys.name(action)

    def show(self, status: str | None = None) -> None:
        """Show the tabs and the age of the open feed, or another status."""
        tabs, place = self._titles.tabs(
            self.names,
            self.open_name,
            len(self._lists.state.kept),
            self.new_counts,
            self._context.today,
            len(self.queued),
        )
        if status is not None:
            self._strip.show(tabs, place, status, busy=False)
            return
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
        elif isinstance(self.failure, UnreachableError):
            words.append("no connection")
        elif self.failure is not None:
            words.append("refresh failed")
        if self.attention:
            words.append(self.attention)
        return f" {self._context.glyphs.dot} ".join(words)

    def reload(self) -> None:
        """Show the tabs after the followed feeds changed."""
        self._names = self._follows.tabs()
        self._has_alerts = self._has_alerts or bool(alerting(self._follows.all))
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

    def titles_by_action(self) -> Mapping[str, str]:
        """Return the titles of the tabs by the setting name of the action that opens each."""
        return {f"view_{place}": self.title_of(name) for place, name in enumerate(self.names[:_KEYED], 1)}

    def beside(self, by: int) -> FeedName:
        """Return the feed of the tab `by` places beside the open one, around the ends."""
        place = tab_of(self.open_name, self.names)
        if place is None:
            place = len(self.names) if by < 0 else -1
        return self.names[(place + by) % len(self.names)]

    async def count_queue(self) -> None:
        with suppress(StoreError):  # reported by the library
            self.queued = await asyncio.to_thread(self._feeds.queued)
        self.show()

    # --- new papers ----------------------------------------------------------------------------------

    def waiting(self, name: FeedName) -> frozenset[str]:
        """Return the ids of the new papers of a feed that were not on the screen yet; of Alerts, in Alerts."""
        new = self.new.get(name, frozenset())
        return new if name.kind == "alerts" else new - self.on_screen

    def next_with_new(self, by: int) -> FeedName | None:
        """Return the next feed with papers still to be seen; backwards, the previous one with new papers, if any."""
        place = tab_of(self.open_name, self.names) or 0
        for step in range(1, len(self.names)):
            name = self.names[(place + by * step) % len(self.names)]
            if self.waiting(name) - self.on_screen if by > 0 else self.new.get(name):
                return name
        return None

    def count_new(self) -> None:
        """Count the new papers of the feeds and groups with a tab, and the queue, in the background."""
        in_background(self._screen, self.update_new, group="new", exclusive=True)

    async def update_new(self) -> None:
        names = tuple(dict.fromkeys((*self.names, without_period(self.open_name))))
        if not self._context.start.demo:
            with suppress(StoreError):  # reported when a feed is opened
                self.new, self.last_visit, self._has_alerts = await asyncio.to_thread(self._find_new, names)
                self.counted()
            self.show()
        await self.count_queue()

    def _find_new(self, names: Sequence[FeedName]) -> tuple[Mapping[FeedName, frozenset[str]], date | None, bool]:
        self._visits.meet(names)
        has_alerts = self._feeds.has_alerts()
        wanted = dict.fromkeys((*names, FeedName("alerts")) if has_alerts else names)
        return self._visits.in_feeds(wanted), self._visits.last_day, has_alerts
