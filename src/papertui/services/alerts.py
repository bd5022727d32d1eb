"""Alerts: the stored papers that match what the reader follows, and news of kept papers.

Papers are matched when they arrive, each once. What was matched, how far, and what the reader looked at is in the
archive. Every method blocks; call them off the event loop.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING

from papertui.archive.alerts import AlertLog, Cursor
from papertui.archive.archive import Archive
from papertui.errors import UnwritableError
from papertui.model.alerts import (
    ALERT_WINDOW,
    Alert,
    AlertNews,
    FollowCount,
    alerting,
    arrived_sentence,
    cut_title,
    followed_words,
    rank,
)
from papertui.model.feed import Feed, FeedName, Follow
from papertui.model.paper import Paper
from papertui.services.follows import FollowService
from papertui.services.types import Clock

if TYPE_CHECKING:
    from papertui.search.disk import SearchIndex

#: Returns the news since a moment, for example of the versions of kept papers.
NewsSource = Callable[[datetime], Iterable[AlertNews]]
#: Papers read and matched at a time.
_PAGE = 1_000
#: The most papers of the view.
_MOST = 300
_NEWS = "news:"


class AlertService:
    """Matches papers, and knows which alerts are new.

    Args:
        archive: the stored papers.
        follows: what the reader follows.
        stored_index: returns the index, which searches and papers like another one need.
        now: the clock.
        news: sources of news, such as of new versions of kept papers.
    """

    def __init__(
        self,
        archive: Archive,
        follows: FollowService,
        stored_index: Callable[[], SearchIndex],
        now: Clock,
        news: Sequence[NewsSource] = (),
    ) -> None:
        self._archive = archive
        self._follows = follows
        self._stored_index = stored_index
        self._now = now
        self._news = tuple(news)
        self._log = AlertLog(archive.database)
        self._lock = threading.Lock()
        self._matched: object = None  # the papers and the follows at the last match
        self._looked: frozenset[str] = frozenset()  # what was new when the reader looked at it in this process
        self._sources: Mapping[str, tuple[Follow, ...]] = {}

    # --- matching --------------------------------------------------------------------------------------

    def match(self) -> frozenset[Alert]:
        """Match the papers that arrived since the last time; return the alerts that are new.

        At once if nothing arrived. What is followed since then is matched against the papers of the last weeks, which
        are not new. On a full or read-only disk nothing is matched.

        Raises:
            StoreError: the disk cannot be read.
        """
        follows = alerting(self._follows.all)
        if not follows and not self._news:
            return frozenset()
        with self._lock, suppress(UnwritableError):
            return self._match([follow.name for follow in follows])
        return frozenset()

    def _match(self, names: Sequence[FeedName]) -> frozenset[Alert]:
        now = self._now()
        stamp = self._log.stamp(), tuple(names)
        alerts = [
            Alert(one.id, f"{_NEWS}{one.kind}", one.words, one.found, is_new=True)
            for source in self._news
            for one in source(now - ALERT_WINDOW)
        ]
        cursors: dict[str, Cursor] = {}
        if names and stamp != self._matched:
            known = self._log.cursors()
            groups: defaultdict[Cursor | None, list[FeedName]] = defaultdict(list)
            for name in names:
                groups[known.get(str(name))].append(name)
            for cursor, group in groups.items():
                arrived = self._log.arrived(cursor, now)
                for name, paper, first in self._matches(group, arrived.rows):
                    found = first if cursor is None else now
                    alerts.append(Alert(paper.id, str(name), "", found, is_new=cursor is not None))
                cursors |= dict.fromkeys(map(str, group), arrived.cursor)
        added = self._log.add(alerts, cursors, now) if alerts or cursors else frozenset[Alert]()
        self._matched = stamp
        return frozenset(alert for alert in added if alert.is_new)

    def _matches(self, names: Sequence[FeedName], rows: Sequence[int]) -> Iterator[tuple[FeedName, Paper, datetime]]:
        """Each match of papers by row, with the time at which the paper was stored first."""
        from papertui.services.alert_matching import AlertMatcher  # noqa: PLC0415 - needed when papers arrived

        matcher = AlertMatcher(names, self._stored_index, self._archive.papers, self._now().date())
        for start in range(0, len(rows), _PAGE):
            first = {paper.id: (paper, stored) for paper, stored in self._log.papers(rows[start : start + _PAGE])}
            found = matcher.matches([paper for paper, _ in first.values()])
            for name, papers in found.items():
                for paper in papers:
                    yield name, *first[paper.id]

    # --- showing ---------------------------------------------------------------------------------------

    def feed(self, name: FeedName) -> Feed:
        """The papers of Alerts, the latest first, or those that match one thing that may be followed.

        Raises:
            StoreError: the disk cannot be read.
        """
        self.match()
        is_followed = any(follow.name == name for follow in self._follows.all)
        if name.kind != "alerts" and not is_followed:
            rows = self._log.arrived(None, self._now()).rows
            matching = {paper.id: paper for _, paper, _ in self._matches([name], rows)}
            papers = sorted(matching.values(), key=lambda paper: paper.day or date.min, reverse=True)
            return Feed(name, tuple(papers), None, "archive")
        wanted = [alert for alert in self._current() if name.kind == "alerts" or alert.source == str(name)]
        found = {alert.id: alert.found for alert in reversed(wanted)}
        stored = self._archive.papers(list(found)[-_MOST:])
        shown = {paper.id: (found[id_].date(), paper.day or date.min, paper) for id_, paper in stored.items()}
        ordered = sorted(shown.values(), key=lambda one: one[:2], reverse=True)
        return Feed(name, tuple(paper for *_, paper in ordered), None, "archive")

    def _current(self) -> list[Alert]:
        """The alerts of what is followed now, and news; the latest first."""
        known = {str(follow.name): follow for follow in self._follows.all}
        current = [alert for alert in self._log.all() if alert.source in known or alert.source.startswith(_NEWS)]
        sources: defaultdict[str, list[Follow]] = defaultdict(list)
        for alert in current:
            if alert.source in known:
                sources[alert.id].append(known[alert.source])
        self._sources = {id_: tuple(follows) for id_, follows in sources.items()}
        return current

    def reasons(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Why papers are in Alerts, by id, in a few words each.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._words(self._current(), frozenset(ids))

    def _words(self, alerts: Iterable[Alert], ids: frozenset[str] | None = None) -> dict[str, tuple[str, ...]]:
        titled = {str(follow.name): followed_words(self._titled(follow)) for follow in self._follows.all}
        made: defaultdict[str, list[str]] = defaultdict(list)
        for alert in sorted(alerts, key=rank):
            if ids is None or alert.id in ids:
                made[alert.id].append(titled.get(alert.source) or alert.words)
        return {id_: tuple(dict.fromkeys(words)) for id_, words in made.items()}

    def _titled(self, follow: Follow) -> Follow:
        """A followed paper with its title, if the reader gave no other one."""
        if follow.name.kind != "like" or follow.title != follow.name.detail:
            return follow
        paper = self._archive.paper(follow.name.detail)
        return follow if paper is None else follow._replace(title=cut_title(paper.title))

    def followed(self, id_: str) -> tuple[Follow, ...]:
        """What is followed that brought a paper into Alerts, as it was when alerts were read last. Does not block."""
        return self._sources.get(id_, ())

    def within(self, first: date, last: date) -> dict[str, tuple[str, ...]]:
        """The ids of the papers that arrived on these days (UTC), each with its reasons; the most specific first.

        Raises:
            StoreError: the disk cannot be read.
        """
        self.match()
        return self._words(alert for alert in self._current() if first <= alert.found.date() <= last)

    def sentence(self, alerts: Iterable[Alert]) -> str:
        """Say what arrived, in one sentence; empty if nothing did."""
        return arrived_sentence(alerts, map(self._titled, self._follows.all))

    # --- what is new -----------------------------------------------------------------------------------

    @property
    def is_used(self) -> bool:
        """Whether anything is followed that can make an alert. Does not block."""
        return bool(alerting(self._follows.all))

    def has_any(self) -> bool:
        """Whether anything is followed that can make an alert, or there is news.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self.is_used or bool(self._current())

    def new_ids(self, *, looked: bool = False) -> frozenset[str]:
        """The papers that the reader has not looked at in Alerts.

        Args:
            looked: whether those are included that were new when the reader looked at them, since papertui started.

        Raises:
            StoreError: the disk cannot be read.
        """
        self.match()
        new = frozenset(alert.id for alert in self._current() if alert.is_new)
        return new | self._looked if looked else new

    def new(self) -> tuple[Alert, ...]:
        """The alerts that the reader has not looked at.

        Raises:
            StoreError: the disk cannot be read.
        """
        self.match()
        return tuple(alert for alert in self._current() if alert.is_new)

    def look(self, ids: Iterable[str]) -> None:
        """Record that the reader looked at papers in Alerts.

        Raises:
            StoreError: the disk cannot be read.
        """
        wanted = frozenset(ids)
        new = {alert.id for alert in self._current() if alert.is_new} & wanted
        if not new:
            return
        self._looked |= new
        with suppress(UnwritableError):  # they are new again next time
            self._log.look(new)

    def counts(self) -> tuple[FollowCount, ...]:
        """The numbers of papers of what is followed, in the order of the settings.

        Raises:
            StoreError: the disk cannot be read.
        """
        self.match()
        papers: defaultdict[str, set[str]] = defaultdict(set)
        new: defaultdict[str, set[str]] = defaultdict(set)
        for alert in self._current():
            papers[alert.source].add(alert.id)
            if alert.is_new:
                new[alert.source].add(alert.id)
        return tuple(
            FollowCount(follow, len(papers[str(follow.name)]), len(new[str(follow.name)]))
            for follow in alerting(self._follows.all)
        )
