"""What was fetched while nothing could be stored: kept in memory until papertui ends, so that it can be shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date

from papertui.model.feed import Feed, FeedName, Kind
from papertui.model.paper import Paper

#: The number of papers kept, the ones that were fetched last.
_MOST = 5_000


class UnsavedPapers:
    """Papers and feeds that could not be stored."""

    def __init__(self) -> None:
        self._papers: dict[str, Paper] = {}
        self._feeds: dict[FeedName, Feed] = {}

    def add(self, papers: Iterable[Paper]) -> None:
        for paper in papers:
            self._papers.pop(paper.id, None)
            self._papers[paper.id] = paper
        for id_ in list(self._papers)[:-_MOST]:
            del self._papers[id_]

    def add_feed(self, feed: Feed) -> None:
        self._feeds[feed.name] = feed
        self.add(feed.papers)

    def drop_feed(self, name: FeedName) -> None:
        """Forget a feed, because a later response could be stored."""
        self._feeds.pop(name, None)

    def all(self) -> tuple[Paper, ...]:
        return tuple(self._papers.values())

    def papers(self, ids: Iterable[str]) -> dict[str, Paper]:
        return {id_: self._papers[id_] for id_ in ids if id_ in self._papers}

    def feed(self, name: FeedName) -> Feed | None:
        return self._feeds.get(name)

    def between(self, name: FeedName, first: date, last: date) -> tuple[Feed, ...]:
        """The feed, if it was fetched on one of these days (UTC)."""
        feed = self._feeds.get(name)
        if feed is None or feed.fetched_at is None or not first <= feed.fetched_at.astimezone(UTC).date() <= last:
            return ()
        return (feed,)

    def latest(self, kind: Kind) -> FeedName | None:
        """The newest day, week or month with papers."""
        names = [name for name, feed in self._feeds.items() if name.kind == kind and name.detail and feed.papers]
        return max(names, key=lambda name: name.detail, default=None)
