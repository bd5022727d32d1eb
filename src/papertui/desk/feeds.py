"""The views a reader opens: drawn from what is stored, refreshed from the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from papertui.core.context import Context
from papertui.core.feed import MADE_HERE, Feed, FeedName, Kind, is_weekend, month_name, parse_day, period, week_name
from papertui.core.follow import Follow
from papertui.core.reasons import Reasons
from papertui.core.wording import age, day, full_day
from papertui.desk.doors import Clock, OpenLibrary, OpenSource, OpenStarter
from papertui.desk.rising import growths, rising, speeds
from papertui.errors import PapertuiError, SourceError, UsageError
from papertui.sources import Fetched, Source
from papertui.store.archive import Archive

#: A stored view younger than this is not asked for again by itself, unless the reader set another time for it.
FRESH: Mapping[Kind, timedelta] = {
    "trending": timedelta(minutes=15),
    "daily": timedelta(minutes=15),
    "arxiv": timedelta(hours=2),
}
FRESH_OTHERS = timedelta(hours=1)
#: After so long the votes of a past day hardly move: its stored copy serves without asking.
SETTLED = timedelta(days=7)
#: How many papers a view without an end of its own (trending) is fetched with.
DEPTH = 100
#: An answer with less than this share of what was to be expected is not believed.
_PLAUSIBLE_SHARE = 0.2
#: Views whose answers are about as long each time.
_STEADY: frozenset[Kind] = frozenset({"trending", "daily", "weekly", "monthly", "submitter"})
#: Feeds that give what is new since their last batch, or the last entries there are: nothing, at times.
_BATCHES: frozenset[Kind] = frozenset({"arxiv", "url"})
#: Feeds that are read whole.
_WHOLE: frozenset[Kind] = frozenset({"arxiv", "url"})
#: Views whose votes tell what rises.
_OF_VOTES = (FeedName("trending"), FeedName("daily"))
#: How many feeds are asked for at once; arXiv is asked one by one in any case.
_AT_ONCE = 4


class Update(NamedTuple):
    """What came of asking for a feed.

    Attributes:
        feed: the feed as it is stored now.
        new: how many of its papers were not in the answer before; what only has a new version does not count.
    """

    feed: Feed
    new: int


class Feeds:
    """The views, from the network or from the archive."""

    def __init__(
        self,
        archive: Archive,
        library: OpenLibrary,
        source: OpenSource,
        starter: OpenStarter,
        now: Clock,
        follows: Callable[[], tuple[Follow, ...]] = tuple,
    ) -> None:
        """Makes the views.

        Args:
            archive: what is stored.
            library: the bookmarks.
            source: asks the services.
            starter: gives the bundled papers.
            now: tells the time.
            follows: tells what the reader follows.
        """
        self._archive = archive
        self._library = library
        self._source = source
        self._starter = starter
        self._now = now
        self._follows = follows

    def starter(self, name: FeedName) -> Feed:
        """The bundled feed in the form of a view, for a first visit without network and for a demonstration.

        A calendar view shows the papers featured in its period, the latest one there is when it names none; a view
        that cannot be made of the bundled papers is empty.
        """
        feed = self._starter()
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
        """The view as it was fetched last, at once and without network; ``None`` when it never was.

        A calendar view without a period is the latest one stored. The library and the archive are always there.

        Raises:
            StoreError: the disk cannot be read.
        """
        if name.kind == "archive":
            return Feed(name, self._archive.everything(), origin="archive")
        if name.kind == "library":
            return self._kept(name)
        if name.kind == "rising":
            return rising(self._archive, name)
        known = self._archive.latest(name.kind) if _is_latest(name) else name
        return None if known is None else self._archive.feed(known)

    def _kept(self, name: FeedName) -> Feed:
        bookmarks = self._library().all()
        known = self._archive.papers([bookmark.paper.id for bookmark in bookmarks])
        # Those that the archive has lost are as they were when kept.
        kept = self._library().whole(mark.paper.id for mark in bookmarks if mark.paper.id not in known)
        papers = tuple(known.get(mark.paper.id) or kept.get(mark.paper.id, mark.paper) for mark in bookmarks)
        return Feed(name, papers, origin="library")

    async def serve(self, name: FeedName, *, offline: bool = False, limit: int | None = None) -> Feed:
        """The view for a command: asked for anew, or as stored when the service fails or must not be asked.

        A past day, week or month that is stored and settled is served without asking. What the reader should know
        (the age of a stored view, a weekend) is in the feed's notices.

        Raises:
            SourceError: the service failed and nothing is stored.
            UsageError: the view's period lies in the future.
            StoreError: the disk cannot be read or written.
        """
        self.check_period(name)
        stored = await asyncio.to_thread(self.stored, name)
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

    async def _served_rising(self, stored: Feed, *, offline: bool) -> Feed:
        """The papers that rise, the votes being looked at anew where that was long ago."""
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
            return stored._replace(notices=(*stored.notices, self._age(stored)))
        if weekend := _weekend(name):
            return weekend
        raise SourceError(
            f"Nothing is stored for the feed “{name}” yet, and papertui was told to stay offline. "
            "Run the command once without --offline."
        )

    async def refresh(self, name: FeedName, *, limit: int | None = None) -> Feed:
        """Asks the service for the view, whatever the age of the stored one, and stores the answer: see `update`."""
        return (await self.update(name, limit=limit)).feed

    async def update(self, name: FeedName, *, limit: int | None = None) -> Update:
        """Asks the service for the view, whatever the age of the stored one, and stores the answer.

        An answer that is suspiciously empty never replaces a good one, nor does a listing that is yesterday's.

        Raises:
            SourceError: the service failed, or its answer is not to be believed; the stored view is as it was.
            UsageError: the view is not one that is fetched, or its period lies in the future.
            StoreError: the answer could not be stored.
        """
        if name.kind in {"archive", "library"}:
            raise UsageError(f"The feed “{name}” is made of what is stored; there is nothing to refresh.")
        if name.kind == "rising":
            return await self._update_rising(name)
        self.check_period(name)
        endless = period(name) is None and not _is_latest(name)
        wanted = max(limit or 0, DEPTH) if endless and name.kind not in _WHOLE else None
        async with self._source() as source:
            name = await self._latest(source, name)
            fetched = await source.fetch(name, wanted)
        return await asyncio.to_thread(self._keep, name, fetched, wanted)

    async def update_each(self, names: Iterable[FeedName]) -> AsyncIterator[tuple[FeedName, Update | PapertuiError]]:
        """Asks for several views side by side, each whatever happens to the others; gives each as it is done.

        Raises:
            StoreError: an answer could not be stored; those after it could not, either.
        """
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(name: FeedName) -> tuple[FeedName, Update | PapertuiError]:
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

    async def _update_rising(self, name: FeedName) -> Update:
        """Looks at the votes anew, and then at what rises."""
        before = await asyncio.to_thread(self.stored, name)
        problems: list[str] = []
        for view in _OF_VOTES:
            try:
                await self.update(view)
            except SourceError as problem:
                problems.append(str(problem))
        feed = await asyncio.to_thread(rising, self._archive, name)
        if len(problems) == len(_OF_VOTES):
            raise SourceError(problems[0])
        known = {paper.id for paper in before.papers} if before else set()
        new = sum(paper.id not in known for paper in feed.papers)
        return Update(feed._replace(notices=(*feed.notices, *problems)), new)

    def _keep(self, name: FeedName, fetched: Fetched, wanted: int | None) -> Update:
        old = self._archive.feed(name)
        if old is not None and (unchanged := self._unchanged(old, fetched)):
            self._archive.check_feed(name, self._now(), unchanged)
            feed = self._archive.feed(name) or old
            return Update(feed, 0)
        self._check_plausible(name, fetched, len(old.papers) if old else 0, wanted)
        now = self._now()
        new = self._archive.keep_feed(Feed(name, fetched.papers, now, fetched.origin, (), fetched.why))
        # Should the archive have been deleted just now, what was fetched is still in hand.
        feed = self._archive.feed(name) or Feed(name, fetched.papers, now, fetched.origin, (), fetched.why)
        empty = _empty_notice(name) if not feed.papers and not fetched.notices else ()
        return Update(feed._replace(notices=(*fetched.notices, *empty)), new)

    def _unchanged(self, old: Feed, fetched: Fetched) -> tuple[str, ...]:
        """Why a listing says nothing new, where it does; what is stored stays then.

        arXiv's listing is empty on days without announcements, and now and then it is yesterday's under today's date:
        its papers tell, not its date.
        """
        if old.name.kind not in _BATCHES or not old.papers or old.fetched_at is None:
            return ()
        since = day(old.fetched_at.date(), self.today())
        if not fetched.papers:
            return (*fetched.notices, f"Showing what was announced last, fetched on {since}.")
        same = {paper.id for paper in fetched.papers} == {paper.id for paper in old.papers}
        if same and old.name.kind == "arxiv" and self._now().date() > old.fetched_at.date():
            return (f"{fetched.origin.replace('arxiv', 'arXiv')} still gives the announcements of {since}.",)
        return ()

    def _check_plausible(self, name: FeedName, fetched: Fetched, stored: int, wanted: int | None) -> None:
        """Refuses an answer that is suspiciously short.

        Raises:
            SourceError: it is.
        """
        expected = stored if wanted is None else min(stored, wanted)
        ids = {paper.id for paper in fetched.papers}
        # How much is announced differs from day to day, and nobody can know how much a search finds.
        share = _PLAUSIBLE_SHARE if name.kind in _STEADY else 0.0
        if len(ids) < expected * share or (expected and not ids):
            raise SourceError(
                f"The service answered with {len(ids)} papers where {expected} were to be expected, "
                "so the stored list is kept; try again in a few minutes."
            )
        if not fetched.papers and name.kind == "trending":
            raise SourceError("The service answered with an empty list of trending papers; try again in a few minutes.")

    async def _latest(self, source: Source, name: FeedName) -> FeedName:
        if not _is_latest(name):
            return name
        newest = await source.latest_day()
        if newest is None:
            raise SourceError("The service names no day with daily papers; try again in a few minutes.")
        return _containing(name, newest)

    def is_fresh(self, feed: Feed) -> bool:
        """Whether a stored view is young or settled enough to be left as it is."""
        if feed.fetched_at is None:
            return feed.origin in {"library", "archive"}
        every = next((follow.every for follow in self._follows() if follow.name == feed.name), None)
        limit = every or FRESH.get("trending" if feed.name.kind == "rising" else feed.name.kind, FRESH_OTHERS)
        return self._now() - feed.fetched_at < limit or self._settled(feed)

    def context(self, feed: Feed) -> Context:
        """What there is to say of the papers of a view: how they grow, and why they are there.

        Raises:
            StoreError: the disk cannot be read.
        """
        standings = self._archive.standings([paper.id for paper in feed.papers])
        words = Reasons(self._follows(), self.today())
        reasons = {
            paper.id: told for paper in feed.papers if (told := words.of(paper, standings.get(paper.id, ()), feed.name))
        }
        return Context(growths(self._archive, feed.papers), speeds(self._archive, feed.papers), reasons)

    def stale(self, names: Iterable[FeedName]) -> tuple[FeedName, ...]:
        """Those of the feeds that have grown old enough to be asked for again.

        Raises:
            StoreError: the disk cannot be read.
        """
        found = []
        for name in names:
            if name.kind in MADE_HERE:
                continue
            known = self._archive.latest(name.kind) if _is_latest(name) else name
            at = self._archive.fetched_at(known) if known else None
            if known is None or at is None or not self.is_fresh(Feed(known, (), at)):
                found.append(name)
        return tuple(found)

    def unread(self, names: Iterable[FeedName]) -> Mapping[FeedName, int]:
        """How many papers of each feed the reader has not marked read.

        Raises:
            StoreError: the disk cannot be read.
        """
        return self._archive.unread(list(names))

    def _settled(self, feed: Feed) -> bool:
        span = period(feed.name)
        if span is None or feed.fetched_at is None:
            return False
        end = datetime.combine(span[1], datetime.min.time(), self._now().tzinfo)
        return feed.fetched_at - end > SETTLED

    def check_period(self, name: FeedName) -> None:
        """Refuses a calendar view that lies in the future.

        Raises:
            UsageError: it does.
        """
        span = period(name)
        today = self._now().date()
        if span is not None and span[0] > today:
            raise UsageError(f"{name.detail} lies in the future; today is {today.isoformat()} (UTC).")

    def _age(self, feed: Feed) -> str:
        if feed.fetched_at is None:
            return ""
        return f"Showing the list stored {age(self._now() - feed.fetched_at)}."

    def today(self) -> date:
        """The day it is now, UTC."""
        return self._now().date()

    def now(self) -> datetime:
        """The moment it is now, UTC."""
        return self._now()


def _is_latest(name: FeedName) -> bool:
    return name.kind in {"daily", "weekly", "monthly"} and not name.detail


def _containing(name: FeedName, day: date) -> FeedName:
    if name.kind == "daily":
        return FeedName("daily", day.isoformat())
    return FeedName(name.kind, week_name(day) if name.kind == "weekly" else month_name(day))


def _weekend(name: FeedName) -> Feed | None:
    if name.kind == "daily" and name.detail and is_weekend(parse_day(name.detail)):
        return Feed(name, (), notices=_empty_notice(name))
    return None


def _empty_notice(name: FeedName) -> tuple[str, ...]:
    if name.kind == "daily" and is_weekend(parse_day(name.detail)):
        return (f"{full_day(parse_day(name.detail))} has no daily papers: nothing is published at the weekend.",)
    return (f"The service has no papers for {name.detail or name.kind}.",)
