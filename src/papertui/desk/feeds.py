"""The views a reader opens: drawn from what is stored, refreshed from the service."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

from papertui.core.feed import Feed, FeedName, is_weekend, month_name, parse_day, period, week_name
from papertui.core.wording import age, full_day
from papertui.desk.doors import Clock, OpenLibrary, OpenSource, OpenStarter
from papertui.errors import SourceError, UsageError
from papertui.sources import Fetched, Source
from papertui.store.archive import Archive

#: A stored view younger than this is not asked for again by itself.
FRESH = timedelta(minutes=5)
#: After so long the votes of a past day hardly move: its stored copy serves without asking.
SETTLED = timedelta(days=7)
#: How many papers a view without an end of its own (trending) is fetched with.
DEPTH = 100
#: An answer with less than this share of what was to be expected is not believed.
_PLAUSIBLE_SHARE = 0.2


class Feeds:
    """The views, from the network or from the archive."""

    def __init__(
        self, archive: Archive, library: OpenLibrary, source: OpenSource, starter: OpenStarter, now: Clock
    ) -> None:
        self._archive = archive
        self._library = library
        self._source = source
        self._starter = starter
        self._now = now

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
        known = self._archive.latest(name.kind) if _is_latest(name) else name
        return None if known is None else self._archive.feed(known)

    def _kept(self, name: FeedName) -> Feed:
        bookmarks = self._library().all()
        known = self._archive.papers([bookmark.paper.id for bookmark in bookmarks])
        papers = tuple(known.get(bookmark.paper.id, bookmark.paper) for bookmark in bookmarks)
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
        if stored is not None and name.kind in {"archive", "library"}:
            return stored
        if offline:
            return self._without_network(name, stored)
        if stored is not None and self._settled(stored) and not _is_latest(name):
            return stored
        try:
            return await self.refresh(name, limit=limit)
        except SourceError as problem:
            if stored is None:
                if weekend := _weekend(name):
                    return weekend
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
        """Asks the service for the view, whatever the age of the stored one, and stores the answer.

        An answer that is suspiciously empty never replaces a good one.

        Raises:
            SourceError: the service failed, or its answer is not to be believed; the stored view is as it was.
            UsageError: the view is not one that is fetched, or its period lies in the future.
            StoreError: the answer could not be stored.
        """
        if name.kind in {"archive", "library"}:
            raise UsageError(f"The feed “{name}” is made of what is stored; there is nothing to refresh.")
        self.check_period(name)
        wanted = max(limit or 0, DEPTH) if period(name) is None and not _is_latest(name) else None
        async with self._source() as source:
            name = await self._latest(source, name)
            fetched = await source.fetch(name, wanted)
        return await asyncio.to_thread(self._keep, name, fetched, wanted)

    def _keep(self, name: FeedName, fetched: Fetched, wanted: int | None) -> Feed:
        old = self._archive.feed(name)
        expected = len(old.papers) if old else 0
        if wanted is not None:
            expected = min(expected, wanted)
        if len(fetched.papers) < expected * _PLAUSIBLE_SHARE:
            raise SourceError(
                f"The service answered with {len(fetched.papers)} papers where {expected} were to be expected, "
                "so the stored list is kept; try again in a few minutes."
            )
        if not fetched.papers and name.kind == "trending":
            raise SourceError("The service answered with an empty list of trending papers; try again in a few minutes.")
        self._archive.keep_feed(Feed(name, fetched.papers, self._now(), fetched.origin))
        feed = self._archive.feed(name)
        if feed is None:
            # The archive was deleted between the two lines: what was fetched is still in hand.
            feed = Feed(name, fetched.papers, self._now(), fetched.origin)
        empty = _empty_notice(name) if not feed.papers else ()
        return feed._replace(notices=(*fetched.notices, *empty))

    async def _latest(self, source: Source, name: FeedName) -> FeedName:
        if not _is_latest(name):
            return name
        day = await source.latest_day()
        if day is None:
            raise SourceError("The service names no day with daily papers; try again in a few minutes.")
        return _containing(name, day)

    def is_fresh(self, feed: Feed) -> bool:
        """Whether a stored view is young or settled enough to be left as it is."""
        if feed.fetched_at is None:
            return feed.origin in {"library", "archive"}
        return self._now() - feed.fetched_at < FRESH or self._settled(feed)

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
