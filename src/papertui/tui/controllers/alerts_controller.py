"""Alerts on the screen: what the reader looked at, what arrived, and following a search or papers like one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from papertui.app import Services
from papertui.model.alerts import alerting, cut_title, followed_sentence
from papertui.model.feed import Feed, FeedName
from papertui.model.paper import Paper
from papertui.model.paper_ids import papers_in
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.tab_controller import TabController

_ALERTS = FeedName("alerts")
_LIKE = "like:"


class AlertsController:
    """Announces alerts, and follows what is on the screen.

    Args:
        context: the screen.
        lists: the list.
        tabs: shown again after something was followed; they count what is new.
        services: the alerts and what is followed.
        renew: shows a feed again, with another list of papers.
    """

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        tabs: TabController,
        services: Services,
        renew: Callable[[Feed], None],
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._tabs = tabs
        self._services = services
        self._renew = renew
        self._known: frozenset[str] | None = None  # what was new at the last count
        self._looked_at: Feed | None = None
        self._follows = alerting(services.follows.all)
        tabs.counted = self.counted

    def list_changed(self) -> None:
        """After the list changed: the reader looks at Alerts, if they are open."""
        feed = self._lists.state.feed
        is_shown = feed.name.kind == "alerts" and feed.origin != "opening"
        if is_shown and feed is not self._looked_at and not self._context.start.demo:
            self._looked_at = feed
            in_background(self._screen, self._look, feed, group="alerts")

    async def _look(self, feed: Feed) -> None:
        with self._notice.errors():
            await asyncio.to_thread(lambda: self._services.alerts.look(paper.id for paper in feed.papers))
        self._tabs.count_new()

    def counted(self) -> None:
        """After the tabs counted what is new: say what arrived since the last time."""
        new = self._tabs.new.get(_ALERTS, frozenset())
        arrived = frozenset[str]() if self._known is None else new - self._known
        self._known = new | (self._known or frozenset())
        follows = alerting(self._services.follows.all)
        if follows != self._follows:
            self._follows = follows
            in_background(self._screen, self._show_again, group="alerts again", exclusive=True)
        if arrived:
            in_background(self._screen, self._announce, arrived, group="alerts announced")

    async def _announce(self, arrived: frozenset[str]) -> None:
        alerts = self._services.alerts
        with self._notice.errors():
            new = [alert for alert in await asyncio.to_thread(alerts.new) if alert.id in arrived]
            if sentence := await asyncio.to_thread(alerts.sentence, new):
                self._notice.show_message(sentence)
            await self._show_again()

    async def _show_again(self) -> None:
        """Show what is in Alerts now, if they are open."""
        if self._tabs.open_name != _ALERTS:
            return
        with self._notice.errors():
            feed = await asyncio.to_thread(self._services.feeds.stored, _ALERTS)
            if feed is not None and self._tabs.open_name == _ALERTS:
                self._renew(feed)

    # --- following -----------------------------------------------------------------------------------

    def toggle(self, query: str, paper: Paper | None) -> None:
        """Follow a search, or papers like one; or follow it no more."""
        if self._context.start.demo:
            self._notice.show_message("papertui runs with --demo. Restart it without --demo to follow something.")
            return
        wanted = query.strip()
        if wanted.startswith(_LIKE):
            in_background(self._screen, self._toggle_like, wanted, group="follow")
        elif wanted:
            in_background(self._screen, self._toggle, FeedName("search", " ".join(wanted.split())), "", group="follow")
        elif paper is not None:
            name, title = FeedName("like", paper.id), cut_title(paper.title)
            in_background(self._screen, self._toggle, name, title, group="follow")
        else:
            self._notice.show_message("There is no paper here, and no search to follow.")

    async def _toggle_like(self, query: str) -> None:
        found = papers_in(query)
        if not found:
            self._notice.show_message("This search names no paper.")
            return
        with self._notice.errors():
            paper = await self._services.papers.find(found[0].id)
            await self._toggle(FeedName("like", paper.id), cut_title(paper.title))

    async def _toggle(self, name: FeedName, title: str) -> None:
        follows = self._services.follows
        what = f"papers like “{title}”" if name.kind == "like" else f"the search “{name.detail}”"
        key = self._context.keys.name("alert")
        with self._notice.errors():
            known = next((follow for follow in follows.all if follow.name == name), None)
            if known is not None:
                await asyncio.to_thread(follows.unfollow, known.key)
                words = f"No longer following {what}."
            else:
                await follows.follow(str(name), title, offline=True)
                counts = await asyncio.to_thread(self._services.alerts.counts)
                found = [followed_sentence(count) for count in counts if count.follow.name == name]
                words = " ".join((f"Following {what}:", *found, f"{key} again ends it."))
            self._tabs.reload()
            self._notice.show_message(words)
            self._tabs.count_new()
