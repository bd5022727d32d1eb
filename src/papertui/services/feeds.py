"""Feeds for both front ends: from the archive at once, refreshed from the source."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, overload

from papertui.archive.archive import Archive
from papertui.archive.papers import SQL_ORDERS
from papertui.errors import PapertuiError, SourceError, UnwritableError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.feed import (
    MADE_HERE,
    MATCHED,
    WITHDRAWN,
    Feed,
    FeedName,
    Kind,
    is_weekend,
    month_name,
    parse_day,
    period,
    week_name,
)
from papertui.model.format import age, day, full_day, plural
from papertui.model.format import day as day_of
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.model.reasons import Reason, Reasons
from papertui.model.trend import FEWEST_POINTS, Growth, Observation, PaperContext, Rise, growth, rises
from papertui.model.versions import PaperNews
from papertui.services.alerts import AlertService
from papertui.services.follows import FollowService
from papertui.services.foryou import EXPLORE, ForYouService
from papertui.services.groups import merged_feed
from papertui.services.hooks import Hooks
from papertui.services.queue import queued_ids
from papertui.services.types import Clock, OpenSource
from papertui.services.versions import VersionMarks, VersionService
from papertui.sources.registry import title_of
from papertui.sources.source import FetchedFeed, Source

if TYPE_CHECKING:
    from papertui.services.paper_map import MapService

# --- the library -------------------------------------------------------------------------------------

#: Bookmarked papers read at a time.
_KEPT_AT_ONCE = 250


class KeptPapers(Sequence[Paper]):
    """The bookmarked papers, the newest bookmark first, read when they are accessed: a command may print only a few.

    Args:
        archive: knows most of them.
        library: has the others as they were saved.
    """

    def __init__(self, archive: Archive, library: Library) -> None:
        self.ids = library.newest()
        self._archive = archive
        self._library = library
        self._pages: dict[int, tuple[Paper, ...]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, key: int) -> Paper: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Paper]: ...
    def __getitem__(self, key: int | slice) -> Paper | Sequence[Paper]:
        if isinstance(key, slice):
            return [self[place] for place in range(*key.indices(len(self)))]
        place = range(len(self))[key]
        number, at = divmod(place, _KEPT_AT_ONCE)
        if number not in self._pages:
            ids = self.ids[number * _KEPT_AT_ONCE : (number + 1) * _KEPT_AT_ONCE]
            self._pages[number] = kept_papers(self._archive, self._library, ids)
        return self._pages[number][at]


def kept_papers(archive: Archive, library: Library, ids: Sequence[str]) -> tuple[Paper, ...]:
    """The bookmarked papers with `ids`; those that are missing in the archive as they were saved."""
    known = archive.papers(ids)
    kept = library.whole(id_ for id_ in ids if id_ not in known)
    marks = library.by_id()
    return tuple(known.get(id_) or kept.get(id_) or marks[id_].paper for id_ in ids)


# --- rising papers -----------------------------------------------------------------------------------

#: Only papers whose votes were recorded within this time before the latest record can be rising.
_LATELY = timedelta(days=2)
_MOST = 100


def rising(archive: Archive, name: FeedName) -> Feed:
    """The rising papers, the fastest first.

    Raises:
        StoreError: the archive cannot be read.
    """
    histories = archive.histories_lately(_LATELY)
    papers = archive.papers(histories)
    found = rises(histories, {id_: born for id_, paper in papers.items() if (born := paper.day) is not None})
    shown = tuple(papers[id_] for id_ in list(found)[:_MOST] if id_ in papers)
    last = max((points[-1].at for points in histories.values()), default=None)
    why = {paper.id: _words(found[paper.id]) for paper in shown}
    return Feed(name, shown, last, "archive", _notices(histories), why)


#: A paper rises fast with this many times the votes a day that are usual for papers of its age.
_FAST = 2.0


def rising_fast(archive: Archive) -> frozenset[str]:
    """The ids of the papers that gain votes at least twice as fast as papers of their age do.

    Raises:
        StoreError: the archive cannot be read.
    """
    histories = archive.histories_lately(_LATELY)
    born = {id_: day for id_, paper in archive.papers(histories).items() if (day := paper.day) is not None}
    return frozenset(id_ for id_, rise in rises(histories, born).items() if rise.rate >= _FAST * rise.usual > 0)


def growths(archive: Archive, papers: Sequence[Paper]) -> Mapping[str, Growth]:
    """The growth of votes by id, without papers whose votes were never recorded.

    Raises:
        StoreError: the archive cannot be read.
    """
    histories = archive.histories([paper.id for paper in papers])
    return {id_: grown for id_, points in histories.items() if (grown := growth(points)) is not None}


def speeds(archive: Archive, papers: Sequence[Paper]) -> Mapping[str, float]:
    """The speed of rising papers by id, relative to the others; papers that are not rising are left out.

    Raises:
        StoreError: the archive cannot be read.
    """
    histories = archive.histories([paper.id for paper in papers])
    born = {paper.id: day for paper in papers if (day := paper.day) is not None}
    return {id_: rise.score for id_, rise in rises(histories, born).items()}


def _words(rise: Rise) -> str:
    return f"+{rise.rate:.0f} a day" if rise.rate >= 1 else f"+{rise.rate:.1f} a day"


def _notices(histories: Mapping[str, Sequence[Observation]]) -> tuple[str, ...]:
    """Notices while there are too few records of votes."""
    moments = {points[place].at for points in histories.values() for place in (0, -1)}
    if not moments:
        return ("No votes are recorded yet. Rising papers appear after fetching trending or daily papers twice.",)
    first, last = min(moments), max(moments)
    most = max(len({point.at for point in points}) for points in histories.values())
    if most < 2:  # noqa: PLR2004 - a comparison needs two
        return ("Votes were recorded only once so far. Fetch again later, best tomorrow, to see rising papers.",)
    if most < FEWEST_POINTS:
        when = (
            f"{first:%H:%M} and {last:%H:%M} UTC"
            if first.date() == last.date()
            else (f"{day_of(first.date(), last.date())} and {day_of(last.date(), last.date())}")
        )
        return (f"Votes were recorded only twice so far ({when}): the gains are exact, the rates are estimates.",)
    return ()


# --- feeds -------------------------------------------------------------------------------------------

#: A stored feed younger than this is not refreshed automatically, unless the settings say otherwise.
FRESH: Mapping[Kind, timedelta] = {
    "trending": timedelta(minutes=15),
    "daily": timedelta(minutes=15),
    "arxiv": timedelta(hours=2),
}
FRESH_OTHERS = timedelta(hours=1)
#: After this time the votes of a past day hardly change: the stored copy is served without a request.
SETTLED = timedelta(days=7)
#: The number of papers fetched for an endless feed such as trending.
DEPTH = 100
#: Reject responses with fewer than this fraction of the expected papers.
_PLAUSIBLE_SHARE = 0.2
#: Feeds whose responses have about the same length each time.
_STEADY: frozenset[Kind] = frozenset({"trending", "daily", "weekly", "monthly", "submitter"})
#: Feeds with the latest batch or the latest entries only, which may be empty.
_BATCHES: frozenset[Kind] = frozenset({"arxiv", "url"})
#: Feeds that are fetched completely.
_WHOLE: frozenset[Kind] = frozenset({"arxiv", "url"})
#: Feeds that have everything, also what is muted elsewhere.
_UNMUTED: frozenset[Kind] = frozenset({"library", "archive", "queue"})
#: The feeds whose votes determine rising papers.
_OF_VOTES = (FeedName("trending"), FeedName("daily"))
#: The number of feeds fetched concurrently; requests to arXiv are sequential in any case.
_AT_ONCE = 4


class FeedUpdate(NamedTuple):
    """The result of refreshing a feed."""

    feed: Feed  # The feed as it is stored now, or as it was fetched
    new: int  # How many of its papers are new; new versions and muted papers do not count
    joined: int = 0  # How many records turned out to be the same work as another one
    is_malformed: bool = False  # Whether papers may be missing because the response was malformed; a notice says so
    failures: tuple[str, ...] = ()  # Of a group, why feeds could not be fetched; they are notices of the feed as well
    not_stored: UnwritableError | None = None  # Why it could not be stored; it is kept until papertui ends


class FeedExtras(NamedTuple):
    """Services that feeds work with; without one, what it does is left out."""

    hooks: Hooks | None = None  # is notified of new papers
    foryou: ForYouService | None = None  # ranks papers for the reader
    versions: VersionService | None = None  # notes the versions of kept papers
    alerts: AlertService | None = None  # matches the papers that arrive with what the reader follows
    paper_map: Callable[[], MapService] | None = None  # returns what finds clusters


class FeedService:
    """Feeds from the network or from the archive.

    Args:
        archive: the stored papers and feeds.
        library: the bookmarks.
        source: fetches feeds.
        now: the clock.
        follows: the followed feeds.
        extras: other services that it works with.
    """

    def __init__(
        self,
        archive: Archive,
        library: Library,
        source: OpenSource,
        now: Clock,
        follows: FollowService,
        extras: FeedExtras = FeedExtras(),  # noqa: B008 - immutable
    ) -> None:
        self._archive = archive
        self._library = library
        self._source = source
        self._now = now
        self._follows = follows
        self._hooks, self._foryou, self._versions, self._alerts, self._paper_map = extras

    def starter(self, name: FeedName) -> Feed:
        """A feed made of the bundled papers, for the first start without a network and for ``--demo``.

        A calendar feed contains the papers featured in its period, or in the latest one if it names none. A feed that
        cannot be made of the bundled papers is empty.
        """
        from papertui.sources.starter import starter_feed  # noqa: PLC0415 - needed once in the life of a library

        feed = self.with_muted(starter_feed()._replace(name=name))
        if name.kind in {"trending", "archive"}:
            return feed._replace(name=name)
        days = [paper.featured for paper in feed.papers if paper.featured is not None]
        if name.kind not in {"daily", "weekly", "monthly"} or not days:
            return feed._replace(name=name, papers=())
        view = _containing(name, max(days)) if _is_latest(name) else name
        first, last = period(view) or (date.max, date.min)
        chosen = [paper for paper in feed.papers if paper.featured is not None and first <= paper.featured <= last]
        return feed._replace(name=view, papers=tuple(sorted(chosen, key=lambda paper: -(paper.upvotes or 0))))

    def stored(self, name: FeedName) -> Feed | None:
        """The feed as it was fetched last, without a request; ``None`` if it never was.

        Bookmarks are not read, so that some of the muted papers may be among them; see `with_muted`. A calendar feed
        without a period is the latest one stored. The library, the queue and the archive always exist.

        Raises:
            StoreError: the disk cannot be read.
        """
        if name.kind == "archive":
            return Feed(name, self._archive.all_papers(), origin="archive")
        if name.kind == "library":
            return self._kept(name)
        if name.kind == "queue":
            return Feed(name, kept_papers(self._archive, self._library, self.queued()), origin="library")
        if name.kind in {"rising", "foryou", "alerts", "cluster"} or name.kind in MATCHED:
            return self.with_muted(self._chosen(name))
        if name.kind == "group":
            return self._stored_group(name)
        known = self._archive.latest(name.kind) if _is_latest(name) else name
        feed = None if known is None else self._archive.feed(known)
        if feed is None and name.kind == "submitter" and (papers := self._archive.submitted_by(name.detail)):
            feed = Feed(name, papers, origin="huggingface")  # never fetched, but other feeds had some of its papers
        return None if feed is None else self.with_muted(feed)

    def _chosen(self, name: FeedName) -> Feed:
        """A feed of papers that are chosen from all the stored ones."""
        if name.kind == "rising":
            return rising(self._archive, name)
        if name.kind == "cluster":
            return Feed(name, ()) if self._paper_map is None else self._paper_map().feed(name)
        service = self._foryou if name.kind == "foryou" else self._alerts
        return Feed(name, ()) if service is None else service.feed(name)

    def _stored_group(self, name: FeedName) -> Feed | None:
        feeds = [feed for follow in self._follows.members(name) if (feed := self.stored(follow.name)) is not None]
        if not feeds:
            return None
        merged = merged_feed(name, feeds)
        own = self.with_muted(merged._replace(muted={})).muted
        return merged._replace(muted={**own, **merged.muted})

    def with_muted(self, feed: Feed, *, spare_bookmarks: bool = False, everywhere: bool = False) -> Feed:
        """`feed` with the rules that mute its papers.

        Args:
            feed: any feed; nothing is muted in the library and in the archive, which have everything.
            everywhere: whether the rules for all feeds are applied to the library and the archive as well.
            spare_bookmarks: whether bookmarks are read, which are never muted; otherwise the caller leaves them out.

        Raises:
            StoreError: the library cannot be read.
        """
        mute = self._follows.mute
        is_muted = mute is not None and (everywhere or feed.name.kind not in _UNMUTED)
        muted = mute.rules(feed.name, feed.papers) if mute is not None and is_muted and not feed.muted else feed.muted
        if muted and spare_bookmarks:
            kept = self._bookmarked_ids()
            muted = {id_: rule for id_, rule in muted.items() if id_ not in kept}
        return feed if muted is feed.muted else feed._replace(muted=muted)

    def _bookmarked_ids(self) -> frozenset[str]:
        return frozenset(mark.paper.id for mark in self._library.all())

    def archive(self, order: Order, *, reverse: bool = False) -> Sequence[Paper] | None:
        """All stored papers in `order`; ``None`` if the archive has no such order.

        `reverse` says that they are read from the end.

        Raises:
            StoreError: the disk cannot be read.
        """
        if order not in SQL_ORDERS:
            return None
        papers = self._archive.all_papers(order)
        if reverse:
            papers.load_order()
        return papers

    def queued(self) -> tuple[str, ...]:
        """The ids of the papers in the queue, the oldest first.

        Raises:
            StoreError: the disk cannot be read.
        """
        return queued_ids(self._library, self._archive.read_ids())

    def _kept(self, name: FeedName) -> Feed:
        papers = kept_papers(self._archive, self._library, self._library.newest())
        return Feed(name, papers, origin="library")

    async def serve(self, name: FeedName, *, offline: bool = False, limit: int | None = None) -> Feed:
        """The feed for a command: fetched, or as stored if the source fails or `offline` is set.

        A past day, week or month that is stored and settled is served without a request. The feed's notices say how
        old a stored feed is, or that nothing is published at the weekend.

        Raises:
            SourceError: the source failed and nothing is stored.
            UsageError: the period is in the future.
            StoreError: the disk cannot be read or written.
        """
        self.check_period(name)
        if name.kind == "library":
            return Feed(name, KeptPapers(self._archive, self._library), origin="library")
        stored = await asyncio.to_thread(self._stored_without_bookmarks, name)
        if stored is not None and (name.kind in MADE_HERE or (self._settled(stored) and not _is_latest(name))):
            return await self._served_rising(stored, offline=offline) if name.kind == "rising" else stored
        if offline:
            return self._without_network(name, stored)
        try:
            return await self.refresh(name, limit=limit)
        except SourceError as problem:
            if stored is None:
                if weekend := _weekend(name):
                    return weekend
                raise
            return stored._replace(notices=(*stored.notices, f"{problem} {self._age(stored)}"))

    def _stored_without_bookmarks(self, name: FeedName) -> Feed | None:
        """The stored feed, in which no bookmark counts as muted."""
        feed = self.stored(name)
        return None if feed is None else self.with_muted(feed, spare_bookmarks=True)

    async def _served_rising(self, stored: Feed, *, offline: bool) -> Feed:
        """The rising papers, after fetching the votes again if they are old."""
        if offline or self.is_fresh(stored):
            return stored
        try:
            return await self.refresh(stored.name)
        except SourceError as problem:
            if stored.fetched_at is None:
                raise
            return stored._replace(notices=(*stored.notices, f"{problem} {self._age(stored)}"))

    def _without_network(self, name: FeedName, stored: Feed | None) -> Feed:
        if stored is not None:
            return stored._replace(notices=(*stored.notices, *self._missing(name), self._age(stored)))
        if weekend := _weekend(name):
            return weekend
        raise SourceError(
            f"Nothing is stored for the feed “{name}” yet, and papertui is offline. "
            "Run the command once without --offline."
        )

    def _missing(self, name: FeedName) -> tuple[str, ...]:
        """A notice about the feeds of a group that were never fetched."""
        if name.kind != "group":
            return ()
        names = [follow for follow in self._follows.members(name) if self._archive.fetched_at(follow.name) is None]
        titles = ", ".join(f"“{follow.title}”" for follow in names)
        return (f"Not fetched yet: {titles}.",) if titles else ()

    async def refresh(self, name: FeedName, *, limit: int | None = None) -> Feed:
        """Fetch and store the feed, whatever the age of the stored one; see `update`."""
        update = await self.update(name, limit=limit)
        if not update.joined:
            return update.feed
        sentence = f"{plural(update.joined, 'record')} joined: the same work as another one."
        return update.feed._replace(notices=(*update.feed.notices, sentence))

    async def update(self, name: FeedName, *, limit: int | None = None) -> FeedUpdate:
        """Fetch and store the feed, whatever the age of the stored one.

        A suspiciously short response or yesterday's listing never replaces a good one.

        Raises:
            SourceError: the source failed, or its response is not plausible; the stored feed does not change.
            UsageError: the feed cannot be fetched, or its period is in the future.
            StoreError: the archive cannot be used. A full or read-only disk is no error: see `FeedUpdate.not_stored`.
        """
        if name.kind in {"archive", "library", "queue", "foryou", "cluster"}:
            raise UsageError(f"The feed “{name.kind}” contains stored papers only; there is nothing to refresh.")
        if name.kind == "rising":
            return await self._update_rising(name)
        if name.kind == "group":
            return await self._update_group(name)
        if name.kind in MATCHED:
            stored = await asyncio.to_thread(self._stored_without_bookmarks, name)
            return FeedUpdate(stored or Feed(name, ()), 0)
        if name.kind == "alerts":
            return await self._update_alerts(name)
        self.check_period(name)
        endless = period(name) is None and not _is_latest(name)
        wanted = max(limit or 0, DEPTH) if endless and name.kind not in _WHOLE else None
        async with self._source() as source:
            name = await self._latest(source, name)
            fetched = await source.fetch(name, wanted)
        return await asyncio.to_thread(self._keep, name, fetched, wanted)

    async def update_each(
        self, names: Iterable[FeedName]
    ) -> AsyncIterator[tuple[FeedName, FeedUpdate | PapertuiError]]:
        """Refresh several feeds concurrently and independently; yields each result when it is ready.

        Raises:
            StoreError: the archive cannot be used; the remaining feeds are cancelled.
        """
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(name: FeedName) -> tuple[FeedName, FeedUpdate | PapertuiError]:
            async with free:
                try:
                    return name, await self.update(name)
                except (SourceError, UsageError) as problem:
                    return name, problem

        tasks = [asyncio.create_task(one(name)) for name in names]
        try:
            for task in asyncio.as_completed(tasks):
                yield await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _update_group(self, name: FeedName) -> FeedUpdate:
        """Fetch the feeds of a group; one that fails is a notice."""
        before = await asyncio.to_thread(self.stored, name)
        follows = self._follows.members(name)
        failures: list[str] = []
        is_malformed, joined = False, 0
        failure: UnwritableError | None = None
        async for member, result in self.update_each(follow.name for follow in follows):
            if isinstance(result, PapertuiError):
                failures.append(f"{self._follows.title(member)}: {result}")
            else:
                is_malformed |= result.is_malformed
                joined += result.joined
                failure = result.not_stored or failure
        if len(failures) == len(follows):
            raise SourceError(failures[0] if failures else f"There is no feed in “{name}” any more.")
        feed = await asyncio.to_thread(self._stored_without_bookmarks, name) or Feed(name, ())
        known = {paper.id for paper in before.papers} if before else set()
        new = sum(paper.id not in known for paper in feed.papers if paper.id not in feed.muted.keys() | feed.replaced)
        notices = tuple(dict.fromkeys((*feed.notices, *failures)))
        return FeedUpdate(feed._replace(notices=notices), new, joined, is_malformed, tuple(failures), failure)

    async def _update_rising(self, name: FeedName) -> FeedUpdate:
        """Fetch the votes again, then compute the rising papers."""
        before = await asyncio.to_thread(self.stored, name)
        problems: list[str] = []
        failure: UnwritableError | None = None
        for view in _OF_VOTES:
            try:
                failure = (await self.update(view)).not_stored or failure
            except SourceError as problem:
                problems.append(str(problem))
        feed = await asyncio.to_thread(self._stored_without_bookmarks, name) or Feed(name, ())
        if len(problems) == len(_OF_VOTES):
            raise SourceError(problems[0])
        known = {paper.id for paper in before.papers} if before else set()
        new = sum(paper.id not in known and paper.id not in feed.muted for paper in feed.papers)
        return FeedUpdate(feed._replace(notices=(*feed.notices, *problems)), new, not_stored=failure)

    async def _update_alerts(self, name: FeedName) -> FeedUpdate:
        """Ask the services for the authors and keywords that are followed; one that fails is a notice."""
        before = frozenset(await asyncio.to_thread(self.new_alerts))
        asked = [follow.name for follow in self._follows.all if follow.name.kind in {"author", "keyword"}]
        problems: list[str] = []
        failure: UnwritableError | None = None
        async for member, result in self.update_each(asked):
            if isinstance(result, PapertuiError):
                problems.append(f"{self._follows.title(member)}: {result}")
            else:
                failure = result.not_stored or failure
        feed = await asyncio.to_thread(self._stored_without_bookmarks, name) or Feed(name, ())
        new = await asyncio.to_thread(self.new_alerts)
        notices = tuple(dict.fromkeys((*feed.notices, *problems)))
        return FeedUpdate(feed._replace(notices=notices), len(new - before), not_stored=failure)

    def has_alerts(self) -> bool:
        """Whether anything is followed that can make an alert, or there are alerts.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._alerts is not None and self._alerts.has_any()

    def new_alerts(self, *, looked: bool = False) -> frozenset[str]:
        """The papers of Alerts that the reader has not looked at, without muted ones.

        Args:
            looked: whether those are included that were new when the reader looked at them, since papertui started.

        Raises:
            StoreError: the disk cannot be read.
        """
        if self._alerts is None:
            return frozenset()
        name = FeedName("alerts")
        found = self._archive.papers(self._alerts.new_ids(looked=looked))
        return self.unmuted([name], {name: tuple(found.values())})[name]

    def _keep(self, name: FeedName, fetched: FetchedFeed, wanted: int | None) -> FeedUpdate:
        if self._versions is not None:
            self._versions.note(fetched.versions)
        old = self._archive.feed(name)
        failure: UnwritableError | None = None
        if old is not None and (unchanged := self._unchanged(old, fetched)):
            try:
                self._archive.check_feed(name, self._now(), unchanged)
            except UnwritableError as error:
                failure = error
                self._archive.unsaved.add_feed(old._replace(fetched_at=self._now(), notices=unchanged))
            feed = self._archive.feed(name) or old
            return FeedUpdate(self.with_muted(feed, spare_bookmarks=True), 0, not_stored=failure)
        self._check_plausible(name, fetched, len(old.papers) if old else 0, wanted)
        now = self._now()
        sent = Feed(name, fetched.papers, now, fetched.origin, (), fetched.why)
        known = {paper.id for paper in old.papers} if old else set()
        fresh = [paper for paper in fetched.papers if paper.id not in known]
        joined = 0
        try:
            kept = self._archive.keep_feed(sent)
            new, joined = kept.new, len(kept.joined)
            if fetched.notices:  # until the next response
                self._archive.check_feed(name, now, fetched.notices)
            if self._alerts is not None:
                self._alerts.match()
        except UnwritableError as error:
            failure = error
            self._archive.unsaved.add_feed(sent._replace(notices=fetched.notices))
            new = sum(paper.id not in sent.replaced for paper in fresh)
        if new:
            muted = self.with_muted(sent._replace(papers=fresh), spare_bookmarks=True).muted
            new = max(0, new - len(muted.keys() - sent.replaced))
            # What is not stored would be new again each time.
            if self._hooks is not None and failure is None:
                self._hooks.emit("refresh", "new", [paper for paper in fresh if paper.id not in muted], str(name))
        # If the archive has just been deleted, return what was fetched.
        feed = self.with_muted(self._archive.feed(name) or sent, spare_bookmarks=True)
        shown = (
            feed._replace(notices=fetched.notices) if feed.papers or fetched.notices else _empty(feed, fetched.origin)
        )
        return FeedUpdate(shown, new, joined, fetched.is_malformed, not_stored=failure)

    def _unchanged(self, old: Feed, fetched: FetchedFeed) -> tuple[str, ...]:
        """Notices if a listing contains nothing new, so that the stored one is kept; else empty.

        arXiv's listing is empty on days without announcements. Sometimes it is yesterday's under today's date, so the
        papers are compared, not the dates.
        """
        if old.name.kind not in _BATCHES or not old.papers or old.fetched_at is None:
            return ()
        since = day(old.fetched_at.date(), self.today())
        if not fetched.papers:
            return (*fetched.notices, f"Showing the latest announcements, fetched on {since}.")
        same = {paper.id for paper in fetched.papers} == {paper.id for paper in old.papers}
        if same and old.name.kind == "arxiv" and self._now().date() > old.fetched_at.date():
            return (*fetched.notices, f"{title_of(fetched.origin)} still lists the announcements of {since}.")
        return ()

    def _check_plausible(self, name: FeedName, fetched: FetchedFeed, stored: int, wanted: int | None) -> None:
        """Reject a response that is suspiciously short.

        Raises:
            SourceError: it is too short.
        """
        expected = stored if wanted is None else min(stored, wanted)
        ids = {paper.id for paper in fetched.papers}
        # The number of announcements differs from day to day, and that of search results cannot be predicted.
        share = _PLAUSIBLE_SHARE if name.kind in _STEADY else 0.0
        if len(ids) < expected * share or (expected and not ids):
            raise SourceError(
                f"{title_of(fetched.origin)} returned {len(ids)} papers instead of about {expected}, so the stored "
                "list is kept. Try again in a few minutes."
            )
        if not fetched.papers and name.kind == "trending":
            raise SourceError(f"{title_of(fetched.origin)} returned no trending papers. Try again in a few minutes.")

    async def _latest(self, source: Source, name: FeedName) -> FeedName:
        if not _is_latest(name):
            return name
        newest = await source.latest_day()
        if newest is None:
            raise SourceError("Hugging Face returned no day with daily papers. Try again in a few minutes.")
        return _containing(name, newest)

    def is_fresh(self, feed: Feed, *, as_latest: bool = False) -> bool:
        """Whether a stored feed is young or settled enough not to be refreshed.

        Args:
            feed: as it is stored.
            as_latest: whether it stands for the latest day, week or month: then a newer one may be out.
        """
        if feed.fetched_at is None:
            return feed.origin in {"library", "archive"}
        every = next((follow.every for follow in self._follows.all if follow.name == feed.name), None)
        limit = every or FRESH.get("trending" if feed.name.kind == "rising" else feed.name.kind, FRESH_OTHERS)
        return self._now() - feed.fetched_at < limit or (self._settled(feed) and not as_latest)

    def context(self, feed: Feed) -> PaperContext:
        """The growth of the papers of a feed, and why they are in it.

        Raises:
            StoreError: the disk cannot be read.
        """
        standings = self._archive.standings([paper.id for paper in feed.papers])
        reasons = Reasons(self._follows.all, self.today())
        by_id = {
            paper.id: why for paper in feed.papers if (why := reasons.of(paper, standings.get(paper.id, ()), feed.name))
        }
        if self._alerts is not None and feed.name.kind == "alerts":
            for id_, words in self._alerts.reasons(paper.id for paper in feed.papers).items():
                others = (reason for reason in by_id.get(id_, ()) if reason.kind not in {"author", "match"})
                by_id[id_] = (*(Reason("alert", text) for text in words), *others)
        if self._foryou is not None:
            by_id = self._with_opinions(feed, by_id)
        marks = VersionMarks() if self._versions is None else self._versions.marks([paper.id for paper in feed.papers])
        news = {paper.id: found for paper in feed.papers if (found := marks.of(paper))}
        by_id = self._without_withdrawals(by_id, news)
        return PaperContext(
            growths(self._archive, feed.papers),
            speeds(self._archive, feed.papers),
            by_id,
            news=news,
        )

    @staticmethod
    def _without_withdrawals(
        reasons: Mapping[str, tuple[Reason, ...]], news: Mapping[str, tuple[PaperNews, ...]]
    ) -> dict[str, tuple[Reason, ...]]:
        """The reasons without the word that news already say."""
        made = dict(reasons)
        for id_ in news.keys() & reasons.keys():
            if any(one.kind == "withdrawn" for one in news[id_]):
                short = (one._replace(words=one.words.removesuffix(WITHDRAWN).rstrip(", ")) for one in reasons[id_])
                made[id_] = tuple(one for one in short if one.words)
        return made

    def _with_opinions(self, feed: Feed, reasons: Mapping[str, tuple[Reason, ...]]) -> dict[str, tuple[Reason, ...]]:
        """The reasons with what was learned from the library, in the view For you, and with the reader's thumbs."""
        made = dict(reasons)
        if self._foryou is None:
            return made
        if feed.name.kind == "foryou":
            for id_, why in self._foryou.whys(feed.papers).items():
                explored = (Reason("explore", "to explore"),) if feed.why.get(id_) == EXPLORE else ()
                learned = tuple(Reason("foryou", words) for words in why.short)
                made[id_] = (*explored, *learned, *made.get(id_, ()))
        thumbs = self._foryou.thumbs()
        for paper in feed.papers:
            if (up := thumbs.get(paper.id)) is not None:
                made[paper.id] = (Reason("foryou", "thumb up" if up else "thumb down"), *made.get(paper.id, ()))
        return made

    def liking(self, feed: Feed) -> Mapping[str, float]:
        """How much speaks for each paper of a feed, learned from the library, by id.

        Raises:
            StoreError: the disk cannot be read.
        """
        if self._foryou is None:
            return {}
        return self._foryou.scores(feed.papers, people=feed.name.kind != "archive")

    def stale(self, names: Iterable[FeedName]) -> tuple[FeedName, ...]:
        """The feeds that are old enough to be refreshed.

        Raises:
            StoreError: the disk cannot be read.
        """
        stale = []
        for name in self.single(names):
            if name.kind in MADE_HERE:
                continue
            known = self._archive.latest(name.kind) if _is_latest(name) else name
            at = self._archive.fetched_at(known) if known else None
            if known is None or at is None or not self.is_fresh(Feed(known, (), at), as_latest=_is_latest(name)):
                stale.append(name)
        return tuple(stale)

    def unread(self, names: Iterable[FeedName]) -> Mapping[FeedName, int]:
        """The number of unread papers in each feed, without muted ones; a group counts each paper once.

        Raises:
            StoreError: the disk cannot be read.
        """
        wanted = list(names)
        if self._follows.mute is None and all(name.kind != "group" for name in wanted):
            return self._archive.unread(wanted)
        papers = self.unmuted(wanted, self._archive.unread_papers(self.single(wanted)))
        return {name: len(ids) for name, ids in papers.items()}

    def unmuted(
        self, names: Iterable[FeedName], papers: Mapping[FeedName, Sequence[Paper]]
    ) -> dict[FeedName, frozenset[str]]:
        """The ids of the papers in each of `names` that no rule mutes; a group has those of all its feeds.

        Args:
            names: feeds and groups.
            papers: the papers of each single feed, with the facts that can mute one.

        Raises:
            StoreError: the library cannot be read.
        """
        mute = self._follows.mute
        kept = frozenset[str]() if mute is None else self._bookmarked_ids()

        def shown(name: FeedName, found: Sequence[Paper]) -> dict[str, Paper]:
            muted = {} if mute is None else mute.rules(name, found)
            return {paper.id: paper for paper in found if paper.id in kept or paper.id not in muted}

        single = {name: shown(name, found) for name, found in papers.items()}
        ids = {}
        for name in names:
            if name.kind == "group":
                members = {id_: paper for one in self.single([name]) for id_, paper in single[one].items()}
                ids[name] = frozenset(shown(name, tuple(members.values())))
            else:
                ids[name] = frozenset(single[name])
        return ids

    def single(self, names: Iterable[FeedName]) -> tuple[FeedName, ...]:
        """`names` with the feeds of each group in place of the group, each once."""
        single: dict[FeedName, None] = {}
        for name in names:
            members = [follow.name for follow in self._follows.members(name)] if name.kind == "group" else [name]
            single.update(dict.fromkeys(members))
        return tuple(single)

    def _settled(self, feed: Feed) -> bool:
        span = period(feed.name)
        if span is None or feed.fetched_at is None:
            return False
        end = datetime.combine(span[1], datetime.min.time(), self._now().tzinfo)
        return feed.fetched_at - end > SETTLED

    def check_period(self, name: FeedName) -> None:
        """Reject a calendar feed in the future.

        Raises:
            UsageError: its period is in the future.
        """
        span = period(name)
        today = self._now().date()
        if span is not None and span[0] > today:
            raise UsageError(f"{name.detail} is in the future; today is {today.isoformat()} (UTC).")

    def _age(self, feed: Feed) -> str:
        if feed.fetched_at is None:
            return "Showing the stored papers that are known to belong to it." if feed.name.kind == "submitter" else ""
        return f"Showing the list stored {age(self._now() - feed.fetched_at)}."

    def today(self) -> date:
        """The current day, UTC."""
        return self._now().date()

    def now(self) -> datetime:
        """The current time, UTC."""
        return self._now()


def _is_latest(name: FeedName) -> bool:
    return name.kind in {"daily", "weekly", "monthly"} and not name.detail


def _containing(name: FeedName, day: date) -> FeedName:
    if name.kind == "daily":
        return FeedName("daily", day.isoformat())
    return FeedName(name.kind, week_name(day) if name.kind == "weekly" else month_name(day))


def _weekend(name: FeedName) -> Feed | None:
    if name.kind == "daily" and name.detail and is_weekend(parse_day(name.detail)):
        return _empty(Feed(name, ()), "huggingface")
    return None


def _empty(feed: Feed, origin: str) -> Feed:
    """A feed without papers, fetched from `origin`, with the notice that says so."""
    name = feed.name
    if name.kind == "daily" and is_weekend(parse_day(name.detail)):
        notice = f"No daily papers on {full_day(parse_day(name.detail))}: nothing is published at the weekend."
    else:
        what = "now" if name.kind == "url" else f"for {name.detail or name.kind}"
        notice = f"{title_of(origin)} has no papers {what}."
    return feed._replace(notices=(notice,), empty=notice)
