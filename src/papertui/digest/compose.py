"""Compose the digest of a day or a week."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.digest.for_reader import FOR_READER, ReaderCandidates
from papertui.digest.model import Digest, DigestEntry, DigestSection, MailedPaper
from papertui.digest.select import Candidates, SectionCandidates, choose, comes_back, reasons_for
from papertui.errors import SourceError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.feed import FeedName
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper
from papertui.model.period import Period, weekend_notice
from papertui.model.reasons import Reasons
from papertui.model.trend import Growth
from papertui.services.feeds import FeedService, growths
from papertui.services.follows import FollowService
from papertui.services.library import LibraryService
from papertui.settings import DigestSettings

#: Bookmarks with this tag are at the top of every digest until the tag is removed.
PIN = "pin"
#: The largest number of unopened bookmarks in one digest.
_RECALLED = 3
#: The title of their section.
UNOPENED = "Bookmarked, never opened"
#: How informative it is to be pinned, and to be an unopened bookmark; the lowest number wins.
_MOST_INFORMATIVE, _LEAST_INFORMATIVE = -1, 9
#: The number of feeds fetched concurrently.
_AT_ONCE = 4


class ReaderHistory(NamedTuple):
    """The reader's state for one digest."""

    bookmarks: Mapping[str, Bookmark]  # The bookmarks by id
    opened: frozenset[str]  # The ids of papers that are marked read


class DigestComposer:
    """Composes digests.

    Args:
        feeds: fetches feeds.
        archive: the stored papers.
        library: the bookmarks with their abstracts.
        library_service: the bookmarks by the current ids of their papers.
        follows: the followed feeds.
        settings: the digest settings; others may be set at any time.
        reader: the papers for the reader; ``None`` for a digest without them.
    """

    def __init__(
        self,
        feeds: FeedService,
        archive: Archive,
        library: Library,
        library_service: LibraryService,
        follows: FollowService,
        settings: DigestSettings,
        reader: ReaderCandidates | None = None,
    ) -> None:
        self._feeds = feeds
        self._archive = archive
        self._library = library
        self._library_service = library_service
        self._follows = follows
        self.settings = settings
        self._reader = reader

    async def compose(
        self,
        period: Period,
        *,
        feeds: Sequence[FeedName] | None = None,
        top: int | None = None,
        mailed: Mapping[str, MailedPaper] = MappingProxyType({}),
        offline: bool = False,
    ) -> Digest:
        """Compose the digest of a period.

        If a feed cannot be fetched and is not stored, its section contains the error message.

        Args:
            period: the days to cover.
            feeds: the feeds in order; ``None`` for those in the settings.
            top: the largest number of papers in a section; ``None`` for the number in the settings.
            mailed: papers that were mailed before, by id; they are repeated only if they gained many votes.
            offline: use stored papers only.

        Raises:
            SourceError: no feed could be fetched, and nothing suitable is stored.
            UsageError: the period is in the future, or a feed cannot be a section.
            StoreError: the disk cannot be read or written.
        """
        today = self._feeds.today()
        if period.first > today:
            raise UsageError(f"{period.words} is in the future; today is {today.isoformat()} (UTC).")
        follows = self._follows.all
        pins = [self._follows.named(text) for text in self.settings.pin]
        names = self._names(feeds, pins)
        top = self.settings.top if top is None else top
        mailed = await asyncio.to_thread(self._renamed, mailed)
        history = await asyncio.to_thread(self._history)
        candidates = SectionCandidates(
            self._feeds,
            self._archive,
            follows,
            period,
            top=top,
            mailed=mailed,
            bookmarked=history.bookmarks.keys(),
            offline=offline,
        )
        apart = {"library", *FOR_READER}
        by_feed = await self._candidates([name for name in names if name.kind not in apart], candidates)
        sections: list[Candidates] = []
        if feeds is None:
            sections.append(await asyncio.to_thread(self._pinned, history))
        for name in names:
            if name.kind == "library":
                limit = min(top, _RECALLED)
                sections.append(await asyncio.to_thread(self._unopened, history, mailed, limit))
            elif name.kind in FOR_READER:
                sections += await asyncio.to_thread(self._for_reader, name, period, by_feed, mailed, history, top)
            elif name in pins:
                sections += [section._replace(rank=_MOST_INFORMATIVE) for section in by_feed[name]]
            else:
                sections += by_feed[name]
        filled = await asyncio.to_thread(self._sections, sections, period, mailed, history)
        notice = weekend_notice(period)
        return Digest(period, self._feeds.now(), filled, (notice,) if notice else ())

    def _names(self, feeds: Sequence[FeedName] | None, pins: Sequence[FeedName]) -> list[FeedName]:
        """The feeds of a digest in the order of its sections, without duplicates.

        Raises:
            UsageError: one of them cannot be a section.
        """
        if feeds is not None:
            names = list(feeds)
        elif self.settings.feeds:
            names = [*pins, *map(self._follows.named, self.settings.feeds)]
        else:
            followed = map(self._follows.named, self._follows.sections)
            first = FeedName("foryou"), FeedName("trending")
            names = [*pins, *first, *followed, FeedName("rising"), FeedName("library")]
        for name in names:
            if name.kind in {"archive", "queue"}:
                raise UsageError(f"The {name.kind} cannot be a section of a digest. Choose a feed.")
        pinned = [name for name in dict.fromkeys(names) if name in pins]
        return [*pinned, *(name for name in dict.fromkeys(names) if name not in pins)]

    async def _candidates(
        self, names: Sequence[FeedName], sections: SectionCandidates
    ) -> dict[FeedName, tuple[Candidates, ...]]:
        """The candidates of each feed, fetched concurrently; a failed feed gets a notice instead.

        Raises:
            SourceError: all fetched feeds failed, and the others are empty.
        """
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(name: FeedName) -> tuple[Candidates, ...] | SourceError:
            async with free:
                try:
                    return await sections.of(name)
                except SourceError as problem:
                    return problem

        tasks = [asyncio.create_task(one(name)) for name in names]
        try:
            answers = dict(zip(names, await asyncio.gather(*tasks), strict=True))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        failures = {name: answer for name, answer in answers.items() if isinstance(answer, SourceError)}
        fetched = {name: answer for name, answer in answers.items() if not isinstance(answer, SourceError)}
        has_papers = any(candidates.papers for answer in fetched.values() for candidates in answer)
        if failures and all(name in failures for name in names if sections.asks(name)) and not has_papers:
            raise next(iter(failures.values()))
        return fetched | {name: (sections.failed(name, str(error)),) for name, error in failures.items()}

    def _renamed(self, mailed: Mapping[str, MailedPaper]) -> Mapping[str, MailedPaper]:
        """The mailed papers, by the ids they had then and by their current ids."""
        better = self._archive.better_ids([id_ for id_ in mailed if not is_arxiv(id_)])
        return {**{now: mailed[then] for then, now in better.items()}, **mailed}

    def _history(self) -> ReaderHistory:
        return ReaderHistory(self._library_service.by_id(), self._archive.read_ids())

    def _pinned(self, history: ReaderHistory) -> Candidates:
        """The papers with the tag `PIN`, the oldest first."""
        pinned = [mark for mark in _oldest_first(history) if PIN in mark.tags]
        return Candidates("pinned", "Pinned", None, self._whole(pinned), len(pinned), _MOST_INFORMATIVE, again=True)

    def _for_reader(
        self,
        name: FeedName,
        period: Period,
        by_feed: Mapping[FeedName, Sequence[Candidates]],
        mailed: Mapping[str, MailedPaper],
        history: ReaderHistory,
        top: int,
    ) -> tuple[Candidates, ...]:
        if self._reader is None:
            return ()
        others = [section for sections in by_feed.values() for section in sections]
        known = history.opened | history.bookmarks.keys()
        return (self._reader.section(name, period, others, mailed, known, top),)

    def _unopened(self, history: ReaderHistory, mailed: Mapping[str, MailedPaper], limit: int) -> Candidates:
        """The bookmarks that were never opened, the oldest first; each is recalled once after it was bookmarked."""
        waiting = [
            mark
            for mark in _oldest_first(history)
            if mark.state == "to read"
            and mark.paper.id not in history.opened
            and (mark.paper.id not in mailed or mailed[mark.paper.id].at <= mark.added)
        ]
        return Candidates("unopened", UNOPENED, None, self._whole(waiting), limit, _LEAST_INFORMATIVE, again=True)

    def _whole(self, marks: Sequence[Bookmark]) -> tuple[Paper, ...]:
        """The papers of bookmarks with all their fields."""
        ids = list(dict.fromkeys(mark.paper.id for mark in marks))
        if not ids:
            return ()
        stored = self._archive.papers(ids)
        kept = self._library.whole([id_ for id_ in ids if id_ not in stored])
        papers = {mark.paper.id: mark.paper for mark in marks}
        return tuple(stored.get(id_) or kept.get(id_) or papers[id_] for id_ in ids)

    def _sections(
        self,
        candidates: Sequence[Candidates],
        period: Period,
        mailed: Mapping[str, MailedPaper],
        history: ReaderHistory,
    ) -> tuple[DigestSection, ...]:
        """The sections that have papers or a notice."""
        chosen = choose(candidates, mailed)
        papers = [paper for section in chosen for paper in section.papers]
        standings = self._archive.standings([paper.id for paper in papers])
        describe = Reasons(self._follows.all, self._feeds.today())
        reasons = reasons_for(chosen, standings, describe, history.bookmarks.keys())
        is_current = period.last >= self._feeds.today()
        grown: Mapping[str, Growth] = growths(self._archive, papers) if is_current else {}

        def entry(paper: Paper) -> DigestEntry:
            before = mailed.get(paper.id)
            again = before if before is not None and comes_back(paper, before) else None
            return DigestEntry(paper, grown.get(paper.id), reasons[paper.id], again, history.bookmarks.get(paper.id))

        return tuple(
            DigestSection(section.name, section.title, tuple(map(entry, shown)), section.notice, more, section.feed)
            for section, shown, more in chosen
            if shown or section.notice
        )


def _oldest_first(history: ReaderHistory) -> list[Bookmark]:
    return sorted(history.bookmarks.values(), key=lambda mark: (mark.added, mark.paper.id))
