"""The map, and the way to a cluster and back."""

from __future__ import annotations

from collections.abc import Callable

from papertui.model.feed import FeedName, parse_feed_name
from papertui.tui.controllers.context import ScreenContext
from papertui.tui.controllers.tab_controller import TabController


class MapController:
    """Opens the map at the row where it was left.

    Args:
        context: the screen.
        tabs: know which feed is open.
        show: shows the map with the cursor at a cluster.
        open_feed: opens a feed.
    """

    def __init__(
        self,
        context: ScreenContext,
        tabs: TabController,
        show: Callable[[str], None],
        open_feed: Callable[[FeedName], None],
    ) -> None:
        self._context = context
        self._tabs = tabs
        self._show = show
        self._open_feed = open_feed
        self._row = ""
        self._before: FeedName | None = None

    def open(self) -> None:
        """Show the map."""
        if self._context.start.demo:
            self._context.notice.show_message("papertui runs with --demo. Restart it without --demo to see the map.")
            return
        if self._is_in_cluster:
            self._row = str(self._tabs.open_name)
        self._show(self._row)

    @property
    def _is_in_cluster(self) -> bool:
        return self._tabs.open_name.kind == "cluster"

    def closed(self, cluster: str | None) -> None:
        """Open the chosen cluster; without one, go back to the feed before the first cluster."""
        if cluster:
            if not self._is_in_cluster:
                self._before = self._tabs.open_name
            self._row = cluster
            self._open_feed(parse_feed_name(cluster))
        elif self._is_in_cluster:
            self._open_feed(self._before or self._tabs.names[0])

    def go_back(self) -> bool:
        """From a cluster, go back to the map; return whether one is open."""
        if self._is_in_cluster:
            self.open()
            return True
        return False
