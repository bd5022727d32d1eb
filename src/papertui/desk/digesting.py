"""The day's or the week's papers chosen for the reader."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.digest import Digest, Entry, Mailed, Period, Section
from papertui.core.digest.calendar import weekend_notice
from papertui.core.digest.choosing import Offer, choose, comes_back
from papertui.core.digest.telling import told_of
from papertui.core.feed import FeedName
from papertui.core.follow import Follow, named
from papertui.core.identity import is_arxiv
from papertui.core.paper import Paper
from papertui.core.reasons import Reasons
from papertui.core.trend import Growth
from papertui.desk.doors import OpenLibrary
from papertui.desk.feeds import Feeds
from papertui.desk.keeping import Keeper
from papertui.desk.offering import Offers
from papertui.desk.rising import growths
from papertui.errors import SourceError, UsageError
from papertui.settings import DigestSettings
from papertui.store.archive import Archive

#: Bookmarks with this tag stand at the top of every digest until the tag is taken away.
PIN = "pin"
#: So many bookmarks that were never opened are recalled at once.
_RECALLED = 3
#: What a pinned feed says counts more than anything else.
_PINNED, _TELLING_PIN = "pinned", -1
_UNOPENED, _TELLS_LEAST = "unopened", 9
#: How many feeds are asked for at once.
_AT_ONCE = 4


class Known(NamedTuple):
    """What is known of the papers of the library and the archive for one digest.

    Attributes:
        kept: the bookmarks, by id.
        opened: the ids of the papers that are marked read.
    """

    kept: Mapping[str, Bookmark]
    opened: frozenset[str]


class Digests:
    """Composes digests.

    Args:
        feeds: the views.
        archive: what is stored.
        library: the bookmarks, with their abstracts.
        keeper: the bookmarks, by the ids papers have now.
        follows: tells what the reader follows.
        chosen: the reader's choices; they stay to be read there.
    """

    def __init__(
        self,
        feeds: Feeds,
        archive: Archive,
        library: OpenLibrary,
        keeper: Keeper,
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
        """Composes by other choices from now on; nothing is written down."""
        self.chosen = chosen

    async def compose(
        self,
        period: Period,
        *,
        feeds: Sequence[FeedName] | None = None,
        top: int | None = None,
        mailed: Mapping[str, Mailed] = MappingProxyType({}),
        offline: bool = False,
    ) -> Digest:
        """The digest of a period.

        A feed that cannot be asked, and of which nothing is stored, leaves a sentence in the digest.

        Args:
            period: the days it is about.
            feeds: what it is made of, in this order; ``None`` for what the settings say.
            top: how many papers a section has at most; ``None`` for what the settings say.
            mailed: by id, the papers that were mailed before; they come again only with many more votes.
            offline: whether it is made of what is stored, without asking anybody.

        Raises:
            SourceError: no feed could be asked for, and nothing stored could serve.
            UsageError: the period lies in the future, or one of the feeds makes no section.
            StoreError: the disk cannot be read or written.
        """
        today = self._feeds.today()
        if period.first > today:
            raise UsageError(f"{period.words} lies in the future; today is {today.isoformat()} (UTC).")
        follows = self._follows()
        pins = [named(text, follows) for text in self.chosen.pin]
        names = self._names(feeds, pins, follows)
        most = self.chosen.top if top is None else top
        mailed = await asyncio.to_thread(self._renamed, mailed)
        offers = Offers(self._feeds, self._archive, follows, period, top=most, mailed=mailed, offline=offline)
        found = await self._offered([name for name in names if name.kind != "library"], offers)
        known = await asyncio.to_thread(self._known)
        recalled = min(most, _RECALLED) if any(name.kind == "library" for name in names) else 0
        own = await asyncio.to_thread(self._own, known, mailed, recalled)
        everything = _in_order(names, pins, found, own if feeds is None else own[1:])
        sections = await asyncio.to_thread(self._sections, everything, period, mailed, known)
        told = weekend_notice(period)
        return Digest(period, self._feeds.now(), sections, (told,) if told else ())

    def _names(
        self, asked: Sequence[FeedName] | None, pins: Sequence[FeedName], follows: Sequence[Follow]
    ) -> list[FeedName]:
        """The feeds a digest is made of, in the order of its sections, none twice.

        Raises:
            UsageError: one of them makes no section.
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
                raise UsageError("The archive is everything there is, and makes no section of a digest; name a feed.")
        first = [name for name in dict.fromkeys(names) if name in pins]
        return [*first, *(name for name in dict.fromkeys(names) if name not in pins)]

    async def _offered(self, names: Sequence[FeedName], offers: Offers) -> dict[FeedName, tuple[Offer, ...]]:
        """What each feed has, several being asked side by side; a failure is a sentence in its place.

        Raises:
            SourceError: each of them failed, and the others have nothing.
        """
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(name: FeedName) -> tuple[Offer, ...] | SourceError:
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

    def _renamed(self, mailed: Mapping[str, Mailed]) -> Mapping[str, Mailed]:
        """What was mailed, by the ids papers had then and by those they have now."""
        better = self._archive.better_ids([id_ for id_ in mailed if not is_arxiv(id_)])
        return {**{now: mailed[then] for then, now in better.items()}, **mailed}

    def _known(self) -> Known:
        return Known(self._keeper.by_id(), self._archive.read_ids())

    def _own(self, known: Known, mailed: Mapping[str, Mailed], recalled: int) -> tuple[Offer, Offer]:
        """What the library has: the papers with the tag `PIN`, and some that were never opened, the oldest first.

        Each of the latter is recalled once after it was kept.
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
            Offer(_PINNED, "Pinned", None, self._whole(pinned), len(pinned), _TELLING_PIN, again=True),
            Offer(
                _UNOPENED, "Bookmarked, never opened", None, self._whole(waiting), recalled, _TELLS_LEAST, again=True
            ),
        )

    def _whole(self, marks: Sequence[Bookmark]) -> tuple[Paper, ...]:
        """The papers of bookmarks with all that is known of them."""
        ids = list(dict.fromkeys(mark.paper.id for mark in marks))
        if not ids:
            return ()
        stored = self._archive.papers(ids)
        kept = self._library().whole([id_ for id_ in ids if id_ not in stored])
        papers = {mark.paper.id: mark.paper for mark in marks}
        return tuple(stored.get(id_) or kept.get(id_) or papers[id_] for id_ in ids)

    def _sections(
        self, offers: Sequence[Offer], period: Period, mailed: Mapping[str, Mailed], known: Known
    ) -> tuple[Section, ...]:
        """The sections that have papers, or something to say."""
        chosen = choose(offers, mailed)
        papers = [paper for section in chosen for paper in section.papers]
        standings = self._archive.standings([paper.id for paper in papers])
        words = Reasons(self._follows(), self._feeds.today())
        reasons = told_of(chosen, standings, words, known.kept.keys())
        now = period.last >= self._feeds.today()
        grown: Mapping[str, Growth] = growths(self._archive, papers) if now else {}

        def entry(paper: Paper) -> Entry:
            before = mailed.get(paper.id)
            again = before if before is not None and comes_back(paper, before) else None
            mark = known.kept.get(paper.id)
            return Entry(paper, grown.get(paper.id), reasons[paper.id], again, mark)

        return tuple(
            Section(offer.name, offer.title, tuple(map(entry, here)), offer.notice, more)
            for offer, here, more in chosen
            if here or offer.notice
        )


def _in_order(
    names: Sequence[FeedName],
    pins: Sequence[FeedName],
    found: Mapping[FeedName, Iterable[Offer]],
    own: Sequence[Offer],
) -> list[Offer]:
    """The offers in the order of their sections: pinned papers, pinned feeds, the others."""
    library = {offer.name: offer for offer in own}
    offers = [library[_PINNED]] if _PINNED in library else []
    for name in names:
        if name.kind == "library":
            offers.append(library[_UNOPENED])
            continue
        pinned = name in pins
        offers += [offer._replace(telling=_TELLING_PIN) if pinned else offer for offer in found[name]]
    return offers
