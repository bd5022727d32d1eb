"""Versions of papers: what is new about kept papers, and what changed between two versions."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from papertui.archive.archive import Archive
from papertui.archive.versions import KeptVersion, VersionLog
from papertui.errors import PaperNotFoundError, SourceError, UnwritableError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.alerts import AlertNews
from papertui.model.alerts import NewsKind as AlertKind
from papertui.model.bookmark import Bookmark
from papertui.model.document import Document, as_json, from_json
from papertui.model.identity import arxiv_id_of_doi, is_arxiv
from papertui.model.merge import with_publication
from papertui.model.paper import Paper
from papertui.model.versions import NewsKind, PaperNews, SeenVersion, withdrawal
from papertui.services.types import Clock, OpenSource
from papertui.sources.source import FullText

if TYPE_CHECKING:
    from papertui.model.text_diff import VersionComparison

#: How often arXiv is asked about all kept papers, and how many are asked about at one visit.
EVERY = timedelta(days=1)
_MOST = 2_000
#: Adds DOIs and places of publication to bookmarks as one step; returns the ids of the changed bookmarks.
Publish = Callable[[Mapping[str, tuple[str, str]]], tuple[str, ...]]
#: The kinds of news as alerts name them.
_ALERTS: Mapping[NewsKind, AlertKind] = MappingProxyType(
    {"new-version": "version", "withdrawn": "withdrawal", "published": "publication"}
)
#: When it was found is of no interest to a row.
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
#: How `as_json` begins; a title cannot contain unescaped quotes.
_VERSION = re.compile(rb'"version":(\d{1,4}),')
_HEAD = 8_192


class VersionMarks(NamedTuple):
    """What rows, details and JSON say about versions, for any number of papers."""

    news: Mapping[str, tuple[PaperNews, ...]] = MappingProxyType({})  # of kept papers, not seen yet
    withdrawn: Mapping[str, str] = MappingProxyType({})  # what is said about the newest version, by id

    def withdrawal(self, paper: Paper) -> str:
        """What is said about the withdrawal of a paper; empty if it is not withdrawn."""
        return self.withdrawn.get(paper.id, "") or withdrawal(paper.abstract)

    def newer(self, id_: str) -> int:
        """The new version of a kept paper; 0 if there is none that the reader has not seen."""
        return max((one.version for one in self.news.get(id_, ()) if one.kind == "new-version"), default=0)

    def of(self, paper: Paper) -> tuple[PaperNews, ...]:
        """What a row says about a paper: that it is withdrawn, or that a new version is out."""
        if words := self.withdrawal(paper):
            return (PaperNews(paper.id, "withdrawn", _LONG_AGO, words=words),)
        return self.news.get(paper.id, ())

    def record(self, paper: Paper) -> dict[str, object]:
        """The facts for the JSON of a paper, if there are any."""
        words, newer = self.withdrawal(paper), self.newer(paper.id)
        return ({"withdrawn": words} if words else {}) | ({"newer_version": newer} if newer else {})


class VersionService:
    """Notes the versions of kept papers, and compares them.

    Args:
        archive: where they are stored.
        library: the bookmarks.
        source: asks arXiv.
        publish: adds publications to bookmarks.
        now: the clock.
    """

    def __init__(self, archive: Archive, library: Library, source: OpenSource, publish: Publish, now: Clock) -> None:
        self._archive = archive
        self._log = VersionLog(archive.database)
        self._library = library
        self._source = source
        self._publish = publish
        self._now = now
        self._notices: list[str] = []
        self._found: list[PaperNews] = []
        self._titles: dict[str, str] = {}  # of the papers in `_found`, by id

    # --- what is new ---------------------------------------------------------------------------------

    def news(self, since: datetime | None = None) -> tuple[PaperNews, ...]:
        """What is new about kept papers, the latest first.

        Args:
            since: leave out what was found before.

        Raises:
            StoreError: the disk cannot be read.
        """
        kept = self._library.ids()
        found = self._log.news()
        return tuple(one for one in found if one.paper in kept and (since is None or one.found >= since))

    def alerts(self, since: datetime) -> Iterator[AlertNews]:
        """What the reader has not seen of it as alerts, which name the kind and say it in a few words."""
        if self._log.news():  # else the library need not be read
            for one in self.news(since):
                if one.is_seen:
                    continue
                yield AlertNews(one.paper, _ALERTS[one.kind], one.sign, one.found)

    def marks(self, ids: Iterable[str] | None = None) -> VersionMarks:
        """What rows say about the papers with `ids`, or about all papers.

        Raises:
            StoreError: the disk cannot be read.
        """
        several = () if ids is None else tuple(ids)
        wanted = several if 0 < len(several) <= _FEW else None  # of more, all are read at once
        kept = self._library.ids()
        news: dict[str, tuple[PaperNews, ...]] = {}
        for one in self._log.news(wanted):
            is_outdated = any(other.kind == one.kind for other in news.get(one.paper, ()))
            if one.kind == "new-version" and not one.is_seen and one.paper in kept and not is_outdated:
                news[one.paper] = (*news.get(one.paper, ()), one)
        return VersionMarks(news, self._log.withdrawn(wanted))

    def see(self, id_: str) -> None:
        """Note that the reader has seen what is new about a paper.

        Raises:
            StoreError: the disk cannot be read.
        """
        if any(not one.is_seen for one in self._log.news([id_])):
            with suppress(UnwritableError):
                self._log.see([id_])

    def take_news(self) -> tuple[PaperNews, ...]:
        """What was found since the last call."""
        taken, self._found = tuple(self._found), []
        return taken

    def title(self, id_: str) -> str:
        """The title of a paper about which something was found."""
        return self._titles.get(id_, id_)

    def withdrawals(self, ids: Sequence[str]) -> tuple[PaperNews, ...]:
        """That papers are withdrawn, as far as arXiv said so.

        Raises:
            StoreError: the disk cannot be read.
        """
        found = self._log.withdrawn(ids)
        return tuple(PaperNews(id_, "withdrawn", _LONG_AGO, words=words) for id_, words in found.items())

    def take_notices(self) -> tuple[str, ...]:
        """Sentences about bookmarks that were updated; each is returned once."""
        taken, self._notices = tuple(self._notices), []
        return taken

    def note(self, seen: Sequence[SeenVersion]) -> tuple[PaperNews, ...]:
        """Remember what a source says about the versions of kept papers; returns what is new.

        Of papers that are not kept, only that they are withdrawn is remembered. On a full or read-only disk nothing
        happens.

        Raises:
            StoreError: the disk cannot be read.
        """
        if not seen:
            return ()
        kept = self._library.ids()
        noted = [one for one in seen if one.id in kept or one.withdrawn]
        if not noted:
            return ()
        marks = self._library.by_id()
        known = self._log.versions(one.id for one in noted)
        found: list[PaperNews] = []
        for one in sorted(noted, key=lambda one: (one.id, one.number)):
            versions = known.setdefault(one.id, {})
            if (mark := marks.get(one.id)) is not None:
                found += self._new(one, versions, mark)
            versions[one.number] = KeptVersion(one.number, one.updated, one.abstract, one.withdrawn, self._now())
        try:
            self._log.keep(noted, found, self._now())
            self._publish_pending()
        except UnwritableError:
            return ()
        self._found += found
        self._titles |= {one.paper: marks[one.paper].paper.title for one in found}
        return tuple(found)

    def _new(self, one: SeenVersion, known: Mapping[int, KeptVersion], mark: Bookmark) -> Iterator[PaperNews]:
        now = self._now()
        newest = max(known, default=0)
        before = newest or self.stored_version(one.id)
        if before:
            is_new = one.number > before
        else:  # the reader had what there was when the paper was kept
            is_new = one.number > 1 and one.updated is not None and one.updated > mark.added
        if one.withdrawn and one.number >= newest:
            if not (old := known.get(one.number)) or not old.withdrawn:
                yield PaperNews(one.id, "withdrawn", now, one.number, before, one.withdrawn)
        elif is_new:
            yield PaperNews(one.id, "new-version", now, one.number, before)
        if _is_published(one, mark):
            doi, journal_ref = _publication(one)
            yield PaperNews(one.id, "published", now, doi=doi, journal_ref=journal_ref)

    def _publish_pending(self) -> None:
        """Add publications to bookmarks: those found now, and those found before papertui was killed."""
        pending = self._log.pending()
        if not pending:
            return
        changed = self._publish({one.paper: (one.doi, one.journal_ref) for one in pending})
        self._log.done(pending)
        marks = self._library.by_id()
        for one in pending:
            if one.paper in changed and (mark := marks.get(one.paper)) is not None:
                self._notices.append(f"{mark.paper.title}: {one.sentence} Its bookmark says so now.")

    # --- asking arXiv --------------------------------------------------------------------------------

    async def check(self) -> tuple[PaperNews, ...]:
        """Ask arXiv about all kept papers, at most once a day; returns what is new.

        A check that fails or is interrupted is made again after an hour.

        Raises:
            SourceError: arXiv failed.
            StoreError: the disk cannot be read or written.
        """
        now = self._now()
        if not await asyncio.to_thread(self._log.begin_check, now, done=now - EVERY, begun=now - _AGAIN):
            return ()
        ids = await asyncio.to_thread(self._due)
        found: list[PaperNews] = []
        async with self._source() as source:
            for start in range(0, len(ids), _AT_ONCE):
                seen = await source.versions(ids[start : start + _AT_ONCE])
                found += await asyncio.to_thread(self.note, seen)
        await asyncio.to_thread(self._log.end_check, now)
        return tuple(found)

    def _due(self) -> list[str]:
        """The ids of kept papers that arXiv can know, the newest bookmarks first."""
        return [id_ for id_ in self._library.newest() if is_arxiv(id_)][:_MOST]

    # --- comparing -----------------------------------------------------------------------------------

    async def compare(self, id_: str, before: int = 0, after: int = 0, *, offline: bool = False) -> VersionComparison:
        """Compare two versions of a paper, by default the one that the reader had with the newest.

        What is not stored is fetched; for kept papers it is stored then.

        Args:
            id_: the id of the paper.
            before: the earlier version; 0 for the one that the reader had, else the one before `after`.
            after: the later version; 0 for the newest.
            offline: do not use the network.

        Raises:
            UsageError: the paper is not on arXiv, or `before` is not earlier than `after`.
            PaperNotFoundError: there is only one version, or arXiv does not know one of them.
            SourceError: nothing of the two versions can be compared.
            StoreError: the disk cannot be read.
        """
        if not is_arxiv(id_):
            raise UsageError(f"{id_} is not on arXiv, which numbers the versions of its papers.")
        if before and after and before >= after:
            raise UsageError(f"Version {before} is not earlier than version {after}.")
        fetch = _Fetch(self, id_, offline=offline)
        had = before or await asyncio.to_thread(self._had, id_)
        after = after or await self._newest(fetch, had)
        before = before or (had if 0 < had < after else after - 1)
        if before < 1:
            raise PaperNotFoundError(f"There is only one version of {id_}.")
        if before >= after:
            raise PaperNotFoundError(f"The newest version of {id_} is {after}.")
        abstracts = await fetch.abstracts((before, after))
        texts = [await fetch.text(number) for number in (before, after)]
        paper = await asyncio.to_thread(self._archive.paper, id_)
        title = paper.title if paper is not None else ""
        one, other = (abstracts.get(number, "") for number in (before, after))
        old, new = texts
        if not (one and other) and (old is None or new is None):
            raise SourceError(" ".join(fetch.notices) or f"No texts of the versions {before} and {after} were found.")

        def compared() -> VersionComparison:
            from papertui.model.text_diff import (  # noqa: PLC0415 - needed here only
                VersionComparison,
                changed_paragraphs,
                changed_words,
            )

            return VersionComparison(
                id_,
                title or (new.title if new is not None else ""),
                before,
                after,
                changed_words(one, other) if one and other else (),
                changed_paragraphs(old, new) if old is not None and new is not None else (),
                tuple(fetch.notices),
                has_abstracts=bool(one and other),
                has_texts=old is not None and new is not None,
            )

        return await asyncio.to_thread(compared)

    async def _newest(self, fetch: _Fetch, had: int) -> int:
        """The number of the newest version, as arXiv said within a day, or says now."""
        known, is_recent = await asyncio.to_thread(self._known_newest, fetch.id)
        if fetch.offline:
            if not known:
                raise SourceError(f"No version of {fetch.id} is known, and papertui is offline.")
            return known
        if is_recent:
            return known
        try:
            seen = await fetch.versions([fetch.id, *([f"{fetch.id}v{had}"] if had else [])])
        except SourceError:
            if known > 1:
                return known
            raise
        await asyncio.to_thread(self.note, seen)
        newest = max((one.number for one in seen), default=known)
        if not newest:
            raise PaperNotFoundError(f"arXiv does not know the paper {fetch.id}; check the id.")
        return newest

    def _known_newest(self, id_: str) -> tuple[int, bool]:
        """The newest version that is known, and whether arXiv said so within a day."""
        known = max(max(self.known(id_), default=0), self.stored_version(id_))
        checked = self._log.checked()
        is_checked = checked is not None and timedelta() <= self._now() - checked < EVERY
        return known, bool(known) and is_checked and self.is_kept(id_) and bool(self.known(id_))

    def _had(self, id_: str) -> int:
        """The version that the reader had before the news that is not seen yet, else before the last news."""
        news = [one for one in self._log.news([id_]) if one.kind == "new-version" and one.before]
        unseen = [one for one in news if not one.is_seen]
        return min((one.before for one in unseen or news[:1]), default=0)

    # --- texts ---------------------------------------------------------------------------------------

    def stored_version(self, id_: str) -> int:
        """The version of the stored text of a paper; 0 if it is unknown."""
        found = self._archive.text(id_)
        if found is None:
            return 0
        try:
            head = zlib.decompressobj().decompress(found[2], _HEAD)
        except zlib.error:
            return 0
        number = _VERSION.search(head)
        return int(number[1]) if number else 0

    def replaced(self, id_: str, number: int) -> int:
        """The version of the stored text, if a text of version `number` replaces it and the paper is kept; else 0."""
        earlier = self.stored_version(id_)
        return earlier if earlier and number and earlier != number and id_ in self._library.ids() else 0

    def is_outdated(self, id_: str, number: int) -> bool:
        """Whether the stored text, of version `number`, was fetched before a newer version was known."""
        known = self.known(id_)
        newest = max(known, default=0)
        if not 0 < number < newest or (stored := self._archive.text(id_)) is None:
            return False
        # Otherwise this is what arXiv still sent after the newer version was out.
        return (first := known[newest].first) is not None and stored[1] <= first

    def is_kept(self, id_: str) -> bool:
        return id_ in self._library.ids()

    def known(self, id_: str) -> Mapping[int, KeptVersion]:
        """What is remembered of the versions of a paper, by number."""
        return self._log.versions([id_]).get(id_, {})

    def stored_text(self, id_: str, number: int) -> Document | None:
        """The stored text of one version, if it is made from HTML: others differ where the paper does not."""
        for found in (self._archive.text(id_), self._log.text(id_, number)):
            text = None if found is None else unpacked(found[0], found[-1])
            if text is not None and text.document.version == number and text.document.source == "html":
                return text.document
        return None

    def keep_text(self, id_: str, number: int, text: FullText) -> None:
        with suppress(UnwritableError):
            self._log.keep_text(id_, number, text.origin, self._now(), packed(text))

    @property
    def source(self) -> OpenSource:
        """Opens the sources of papers."""
        return self._source

    def remember(self, seen: Sequence[SeenVersion]) -> None:
        """Remember abstracts of versions, which is no news."""
        with suppress(UnwritableError):
            self._log.keep(seen, (), self._now())


class _Fetch:
    """The abstracts and texts of versions, stored or fetched, and sentences about those that are missing."""

    def __init__(self, service: VersionService, id_: str, *, offline: bool) -> None:
        self._service = service
        self.id = id_
        self.offline = offline
        self.notices: list[str] = []
        self._errors: set[str] = set()
        self._seen: dict[int, SeenVersion] = {}

    async def versions(self, ids: Sequence[str]) -> tuple[SeenVersion, ...]:
        """What arXiv says about versions of the paper."""
        async with self._service.source() as source:
            seen = tuple(one for one in await source.versions(ids) if one.id == self.id)
        self._seen |= {one.number: one for one in seen}
        return seen

    async def abstracts(self, numbers: Sequence[int]) -> dict[int, str]:
        known = await asyncio.to_thread(self._service.known, self.id)
        found = {number: known[number].abstract for number in numbers if number in known and known[number].abstract}
        found |= {number: self._seen[number].abstract for number in numbers if number in self._seen}
        missing = [number for number in numbers if number not in found]
        if not missing:
            return found
        if self.offline:
            self._miss(f"The {_abstracts(missing)} not stored, and papertui is offline.")
            return found
        try:
            seen = await self.versions([f"{self.id}v{number}" for number in missing])
        except SourceError as error:
            self._miss(f"The {_abstracts(missing)} missing", error)
            return found
        own = [one for one in seen if one.number in missing]
        found |= {one.number: one.abstract for one in own if one.abstract}
        if await asyncio.to_thread(self._service.is_kept, self.id):
            await asyncio.to_thread(self._service.remember, own)
        if left := [number for number in missing if number not in found]:
            self._miss(f"arXiv has no version {left[0]} of {self.id}.")
        return found

    async def text(self, number: int) -> Document | None:
        stored = await asyncio.to_thread(self._service.stored_text, self.id, number)
        if stored is not None:
            return stored
        if self.offline:
            self._miss(f"The text of version {number} is not stored, and papertui is offline.")
            return None
        try:
            async with self._service.source() as source:
                text = await source.version_text(self.id, number)
        except PaperNotFoundError:
            self._miss(f"arXiv has no HTML of version {number}, so the full texts are not compared.")
            return None
        except SourceError as error:
            self._miss(f"The text of version {number} is missing", error)
            return None
        if await asyncio.to_thread(self._service.is_kept, self.id):
            await asyncio.to_thread(self._service.keep_text, self.id, number, text)
        return text.document

    def _miss(self, sentence: str, error: SourceError | None = None) -> None:
        """Note that something is missing; why is said once."""
        if error is None:
            self.notices.append(sentence)
        elif str(error) in self._errors:
            self.notices.append(f"{sentence} as well.")
        else:
            self._errors.add(str(error))
            self.notices.append(f"{sentence}: {error}")


#: Papers in one request, and the time after which a check that failed is made again.
_AT_ONCE = 100
_FEW = 500
_AGAIN = timedelta(hours=1)


def _abstracts(numbers: Sequence[int]) -> str:
    """Name abstracts with the verb: ``abstract of version 1 is``."""
    if len(numbers) == 1:
        return f"abstract of version {numbers[0]} is"
    return f"abstracts of versions {' and '.join(map(str, numbers))} are"


def _is_published(one: SeenVersion, mark: Bookmark) -> bool:
    """Whether a publication is stated that the bookmark does not have."""
    return with_publication(mark, *_publication(one)) != mark


def _publication(one: SeenVersion) -> tuple[str, str]:
    """The DOI, unless it is arXiv's own, and the place of publication."""
    return "" if arxiv_id_of_doi(one.doi) else one.doi, one.journal_ref


def packed(text: FullText) -> bytes:
    """Return a text as it is stored."""
    return zlib.compress(as_json(text.document).encode())


def unpacked(origin: str, body: bytes) -> FullText | None:
    """Return a stored text; ``None`` if it is damaged."""
    try:
        return FullText(from_json(zlib.decompress(body).decode()), origin)
    except (zlib.error, ValueError):
        return None
