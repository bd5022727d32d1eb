"""What is new for the reader: the papers of the lists that were not on the screen at an earlier visit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta

from papertui.archive.archive import Archive
from papertui.archive.visits import Visit, VisitLog
from papertui.errors import UnwritableError
from papertui.model.feed import CALENDAR, MADE_HERE, Feed, FeedName, period, without_period
from papertui.model.paper import Paper
from papertui.services.feeds import FeedService
from papertui.services.types import Clock

#: A visit ends when papertui was not used for this long.
VISIT_GAP = timedelta(hours=1)


class Visits:
    """Knows which papers are new. Every method blocks and raises `StoreError`.

    A visit ends after an hour without use; starting papertui again before that continues it, as does a second window.
    A paper is new if it was not on the screen at an earlier visit, so what is new stays new for the whole visit. The
    first list of a feed has nothing new, nor have lists of days before the last visit, the library and the archive.

    On a full or read-only disk, all this works in memory.

    Args:
        archive: where visits and seen papers are stored.
        feeds: the stored feeds.
        now: the clock.
    """

    def __init__(self, archive: Archive, feeds: FeedService, now: Clock) -> None:
        self._archive = archive
        self._log = VisitLog(archive.database)
        self._feeds = feeds
        self._now = now
        self._visit: Visit | None = None
        #: The new papers of the lists that were opened at this visit, which may have no tab.
        self._opened: frozenset[str] = frozenset()
        # What `meet` could not store.
        self._unstored_feeds: frozenset[FeedName] = frozenset()
        self._unstored_seen: frozenset[str] = frozenset()

    def begin(self) -> Visit:
        """Begin a visit, or continue the last one."""
        before = self._visit
        try:
            self._visit = self._log.begin(self._now(), VISIT_GAP)
        except UnwritableError:
            self._visit = self._unstored()
        if before is not None and before.number != self._visit.number:
            self._opened = frozenset()
        return self._visit

    def is_over(self) -> bool:
        """Whether the visit ended: papertui was not used for an hour."""
        return self._visit is not None and abs(self._now() - self._visit.last) >= VISIT_GAP

    def use(self, ids: Iterable[str] = ()) -> None:
        """Record that the reader uses papertui, and that the papers with `ids` were on the screen."""
        visit = self._visit
        if visit is None:
            return
        if not self.is_over():  # else the key that reports it begins another visit
            self._visit = visit = visit._replace(last=max(visit.last, self._now()))
        with suppress(UnwritableError):  # they are new again next time
            self._log.use(visit.number, visit.last, ids)

    def _unstored(self) -> Visit:
        """Return the visit at this moment without storing it: for commands, and on a read-only disk."""
        now, last = self._now(), self._visit or self._log.last()
        if last is None:
            return Visit(1, now, now)
        if abs(now - last.last) < VISIT_GAP:
            return last
        return Visit(last.number + 1, now, now, last.last)

    @property
    def _current(self) -> Visit:
        return self._visit or self._unstored()

    def on_screen(self) -> frozenset[str]:
        """The papers that were on the screen at this visit for the first time, also in another window."""
        return self._log.seen_at(self._current.number)

    @property
    def last_day(self) -> date | None:
        """The day (UTC) on which the visit before this one ended."""
        before = self._current.before
        return None if before is None else before.date()

    # --- new papers ----------------------------------------------------------------------------------

    def meet(self, names: Iterable[FeedName]) -> None:
        """Record the first stored list of each feed that the reader has not had: nothing in it is new."""
        known = self._known()
        for name in self._feeds.single(names):
            key = without_period(name)
            stored = None if key in known or name.kind in MADE_HERE else self._latest(name)
            feed = None if stored is None else self._archive.feed(stored)
            if feed is None:
                continue
            ids = [paper.id for paper in feed.papers]
            known |= {key}
            try:
                self._log.add_feed(key, self._current.number, ids)
            except UnwritableError:
                self._unstored_feeds |= {key}
                self._unstored_seen |= set(ids)

    def in_feed(self, feed: Feed) -> frozenset[str]:
        """The new papers of a feed that is shown, also those that a rule mutes."""
        visit, name = self._current, feed.name
        if name.kind in {"library", "archive"} or feed.origin in {"starter", "opening"} or _is_past(name, visit):
            return frozenset()
        ids = frozenset(paper.id for paper in feed.papers if paper.id not in feed.replaced)
        if name.kind == "rising":
            return ids & self.ids()
        if name.kind == "alerts":
            return ids & self._feeds.new_alerts(looked=True)
        known = self._known()
        if not any(without_period(one) in known for one in self._feeds.single([name])):
            return frozenset()
        new = ids - self._log.seen_before(visit.number, ids) - self._unstored_seen
        self._opened |= new
        return new

    def in_feeds(self, names: Iterable[FeedName]) -> Mapping[FeedName, frozenset[str]]:
        """The new papers of each feed as stored, without muted ones; a group has those of all its feeds.

        The latest stored day, week or month stands for a calendar feed.
        """
        listed = tuple(names)
        wanted = [name for name in listed if name.kind not in MADE_HERE]
        single = self._feeds.single(wanted)
        alerts = {name: self._feeds.new_alerts() for name in listed if name.kind == "alerts"}
        return self._feeds.unmuted(wanted, dict.fromkeys(single, ()) | self._unseen(single)) | alerts

    def ids(self) -> frozenset[str]:
        """All new papers: of the feeds that the reader has had, and of the lists opened at this visit."""
        found = self._unseen(self._known()).values()
        return self._opened.union(paper.id for papers in found for paper in papers)

    def _unseen(self, names: Iterable[FeedName]) -> dict[FeedName, Sequence[Paper]]:
        """Return the papers of each single feed as stored that were not seen before this visit."""
        visit, known = self._current, self._known()
        latest = {name: self._latest(name) for name in names if without_period(name) in known}
        stored = {name: one for name, one in latest.items() if one is not None and not _is_past(one, visit)}
        papers = self._log.unseen(stored.values(), visit.number)
        return {
            name: [paper for paper in papers[one] if paper.id not in self._unstored_seen]
            for name, one in stored.items()
        }

    def _known(self) -> frozenset[FeedName]:
        return self._log.known_feeds() | self._unstored_feeds

    def _latest(self, name: FeedName) -> FeedName | None:
        return self._archive.latest(name.kind) if name.kind in CALENDAR and not name.detail else name


def _is_past(name: FeedName, visit: Visit) -> bool:
    """Whether a list is of a period that ended before the last visit, so that it is not news."""
    span = period(name)
    return span is not None and span[1] < (visit.before or visit.started).date()
