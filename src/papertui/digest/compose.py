"""Compose the digest of a day or a week."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol

from papertui.archive.archive import Archive
from papertui.digest.model import Digest, DigestEntry, DigestSection, MailedPaper
from papertui.digest.select import Candidates, SectionCandidates, choose, comes_back, reasons_for
from papertui.errors import SourceError, UsageError
from papertui.model.bookmark import Bookmark
from papertui.model.feed import FeedName, Follow, named
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper
from papertui.model.period import Period, weekend_notice
from papertui.model.reasons import Reasons
from papertui.model.trend import Growth
from papertui.services.feeds import FeedService, growths
from papertui.services.library import LibraryService
from papertui.services.types import OpenLibrary
from papertui.settings import DigestSettings

# The interface of the digest composer. This module is light to import.


class Composer(Protocol):
    """Composes digests. See `papertui.digest.compose.Digests`, which is loaded when the first digest is composed."""

    @property
    def chosen(self) -> DigestSettings:
        """The settings of the digest."""
        ...

    def choose(self, chosen: DigestSettings) -> None:
        """Use other settings from now on, without saving them."""
        ...

    async def compose(
        self,
        period: Period,
        *,
        feeds: Sequence[FeedName] | None = None,
        top: int | None = None,
        mailed: Mapping[str, MailedPaper] = MappingProxyType({}),
        offline: bool = False,
    ) -> Digest:
        """See `papertui.digest.compose.Digests.compose`."""
        ...


# Composes the digest of a day or a week.

#: Bookmarks with this tag are at the top of every digest until the tag is removed.
PIN = "pin"
#: The largest number of unopened bookmarks in one digest.
_RECALLED = 3
#: A pinned feed is more informative than any other.
_PINNED, _TELLING_PIN = "pinned", -1
_UNOPENED, _TELLS_LEAST = "unopened", 9
#: The number of feeds fetched concurrently.
_AT_ONCE = 4


class ReaderHistory(NamedTuple):
    """The reader's state for one digest."""

    kept: Mapping[str, Bookmark]  # The bookmarks by id
    opened: frozenset[str]  # The ids of papers that are marked read


class DigestComposer:
    """Composes digests.

    Args:
        feeds: fetches feeds.
        archive: the stored papers.
        library: the bookmarks with their abstracts.
        keeper: the bookmarks by the current ids of their papers.
        follows: returns the followed feeds.
        chosen: the digest settings.
    """

    def __init__(
        self,
        feeds: FeedService,
        archive: Archive,
        library: OpenLibrary,
        keeper: LibraryService,
        follows: Callable[[], tuple[Follow, ...]],
        chosen: DigestSettings,
    ) -> None:
        self._feeds = feeds
        self._archive = archive
        self._library = library
        self._keeper = keeper
        self._follows = follows
        self.chosen = chosen

    def choose(self, chosen: DigestSettings) -> None:
        """Use other settings from now on, without saving them."""
        self.chosen = chosen

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
        follows = self._follows()
        pins = [named(text, follows) for text in self.chosen.pin]
        names = self._names(feeds, pins, follows)
        most = self.chosen.top if top is None else top
        mailed = await asyncio.to_thread(self._renamed, mailed)
        offers = SectionCandidates(
            self._feeds, self._archive, follows, period, top=most, mailed=mailed, offline=offline
        )
        found = await self._offered([name for name in names if name.kind != "library"], offers)
        known = await asyncio.to_thread(self._known)
        recalled = min(most, _RECALLED) if any(name.kind == "library" for name in names) else 0
        own = await asyncio.to_thread(self._own, known, mailed, recalled)
        everything = _in_order(names, pins, found, own if feeds is None else own[1:])
        sections = await asyncio.to_thread(self._sections, everything, period, mailed, known)
        notice = weekend_notice(period)
        return Digest(period, self._feeds.now(), sections, (notice,) if notice else ())

    def _names(
        self, asked: Sequence[FeedName] | None, pins: Sequence[FeedName], follows: Sequence[Follow]
    ) -> list[FeedName]:
        """The feeds of a digest in the order of its sections, without duplicates.

        Raises:
            UsageError: one of them cannot be a section.
        """
        if asked is not None:
            names = list(asked)
        elif self.chosen.feeds:
            names = [*pins, *(named(text, follows) for text in self.chosen.feeds)]
        else:
            own = [follow.name for follow in follows]
            names = [*pins, FeedName("trending"), *own, FeedName("rising"), FeedName("library")]
        for name in names:
            if name.kind == "archive":
                raise UsageError("The archive cannot be a section of a digest. Choose a feed.")
        first = [name for name in dict.fromkeys(names) if name in pins]
        return [*first, *(name for name in dict.fromkeys(names) if name not in pins)]

    async def _offered(
        self, names: Sequence[FeedName], offers: SectionCandidates
    ) -> dict[FeedName, tuple[Candidates, ...]]:
        """The candidates of each feed, fetched concurrently; a failed feed gets a notice instead.

        Raises:
            SourceError: all fetched feeds failed, and the others are empty.
        """
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(name: FeedName) -> tuple[Candidates, ...] | SourceError:
            async with free:
                try:
                    return await offers.of(name)
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
        others = [offer for answer in answers.values() if not isinstance(answer, SourceError) for offer in answer]
        if (
            failures
            and all(name in failures for name in names if offers.asks(name))
            and not any(o.papers for o in others)
        ):
            raise next(iter(failures.values()))
        return {
            name: (offers.failed(name, str(answer)),) if isinstance(answer, SourceError) else answer
            for name, answer in answers.items()
        }

    def _renamed(self, mailed: Mapping[str, MailedPaper]) -> Mapping[str, MailedPaper]:
        """The mailed papers, by the ids they had then and by their current ids."""
        better = self._archive.better_ids([id_ for id_ in mailed if not is_arxiv(id_)])
        return {**{now: mailed[then] for then, now in better.items()}, **mailed}

    def _known(self) -> ReaderHistory:
        return ReaderHistory(self._keeper.by_id(), self._archive.read_ids())

    def _own(
        self, known: ReaderHistory, mailed: Mapping[str, MailedPaper], recalled: int
    ) -> tuple[Candidates, Candidates]:
        """The candidates from the library: papers with the tag `PIN`, and unopened ones, the oldest first.

        An unopened paper is recalled once after it was bookmarked.
        """
        oldest = sorted(known.kept.values(), key=lambda mark: (mark.added, mark.paper.id))
        pinned = [mark for mark in oldest if PIN in mark.tags]
        waiting = [
            mark
            for mark in oldest
            if recalled
            and mark.state == "to read"
            and mark.paper.id not in known.opened
            and (mark.paper.id not in mailed or mailed[mark.paper.id].at <= mark.added)
        ]
        return (
            Candidates(_PINNED, "Pinned", None, self._whole(pinned), len(pinned), _TELLING_PIN, again=True),
            Candidates(
                _UNOPENED, "Bookmarked, never opened", None, self._whole(waiting), recalled, _TELLS_LEAST, again=True
            ),
        )

    def _whole(self, marks: Sequence[Bookmark]) -> tuple[Paper, ...]:
        """The papers of bookmarks with all their fields."""
        ids = list(dict.fromkeys(mark.paper.id for mark in marks))
        if not ids:
            return ()
        stored = self._archive.papers(ids)
        kept = self._library().whole([id_ for id_ in ids if id_ not in stored])
        papers = {mark.paper.id: mark.paper for mark in marks}
        return tuple(stored.get(id_) or kept.get(id_) or papers[id_] for id_ in ids)

    def _sections(
        self, offers: Sequence[Candidates], period: Period, mailed: Mapping[str, MailedPaper], known: ReaderHistory
    ) -> tuple[DigestSection, ...]:
        """The sections that have papers or a notice."""
        chosen = choose(offers, mailed)
        papers = [paper for section in chosen for paper in section.papers]
        standings = self._archive.standings([paper.id for paper in papers])
        words = Reasons(self._follows(), self._feeds.today())
        reasons = reasons_for(chosen, standings, words, known.kept.keys())
        now = period.last >= self._feeds.today()
        grown: Mapping[str, Growth] = growths(self._archive, papers) if now else {}

        def entry(paper: Paper) -> DigestEntry:
            before = mailed.get(paper.id)
            again = before if before is not None and comes_back(paper, before) else None
            mark = known.kept.get(paper.id)
            return DigestEntry(paper, grown.get(paper.id), reasons[paper.id], again, mark)

        return tuple(
            DigestSection(offer.name, offer.title, tuple(map(entry, here)), offer.notice, more)
            for offer, here, more in chosen
            if here or offer.notice
        )


def _in_order(
    names: Sequence[FeedName],
    pins: Sequence[FeedName],
    found: Mapping[FeedName, Iterable[Candidates]],
    own: Sequence[Candidates],
) -> list[Candidates]:
    """The offers in section order: pinned papers, pinned feeds, the others."""
    library = {offer.name: offer for offer in own}
    offers = [library[_PINNED]] if _PINNED in library else []
    for name in names:
        if name.kind == "library":
            offers.append(library[_UNOPENED])
            continue
        pinned = name in pins
        offers += [offer._replace(telling=_TELLING_PIN) if pinned else offer for offer in found[name]]
    return offers
