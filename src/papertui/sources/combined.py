"""All sources as one: each feed goes to the sources that serve it, and their responses are combined."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain, zip_longest
from typing import NamedTuple

from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.community import Community
from papertui.model.document import TextKind
from papertui.model.feed import FeedName, Kind
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, paper_id
from papertui.model.versions import SeenVersion
from papertui.sources.source import (
    DailySource,
    FeedSource,
    FetchedFeed,
    FigureSource,
    FullText,
    LookupResult,
    PageSource,
    PaperSource,
    SearchSource,
    TextSource,
    TypedName,
    VersionSource,
)

#: The texts that a reader can ask for, in a sentence about their absence.
_CALLED: Mapping[TextKind | None, str] = {"html": "no HTML version", "markdown": "no text in Markdown"}
#: The origin of a combined response.
SEVERAL = "several"


class Member(NamedTuple):
    """One of the combined sources."""

    #: For messages.
    title: str
    #: The kinds of feed it serves.
    kinds: frozenset[Kind]
    source: FeedSource


class CombinedSource:
    """Several sources as one `Source`.

    Args:
        *members: in the order in which they are asked for a paper.
    """

    def __init__(self, *members: Member) -> None:
        self._members = members

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        """Return the papers of one feed, from all sources that serve it.

        Raises:
            SourceError: the source failed; with several sources, all of them.
        """
        sources = [member.source for member in self._members if name.kind in member.kinds]
        if not sources:
            raise SourceError(f"No source has the feed “{name}”.")
        if len(sources) == 1:
            return await sources[0].fetch(name, limit)
        return _together(
            *await asyncio.gather(*(source.fetch(name, limit) for source in sources), return_exceptions=True)
        )

    async def search(self, words: str, limit: int, typed: TypedName | None = None) -> FetchedFeed:
        """Return the first `limit` papers that each source finds for `words`, or for `typed`.

        Raises:
            SourceError: every source failed.
        """
        sources = [member.source for member in self._members if isinstance(member.source, SearchSource)]
        return _together(
            *await asyncio.gather(*(source.search(words, limit, typed) for source in sources), return_exceptions=True)
        )

    async def paper(self, id_: str) -> Paper:
        """Return one paper from the first source that knows it.

        Raises:
            UsageError: `id_` is not the id of a paper.
            PaperNotFoundError: no source knows it.
            SourceError: a source that may know it failed.
        """
        id_ = paper_id(id_)
        if not is_arxiv(id_):
            raise PaperNotFoundError(f"No service knows the paper {id_}; fetch the feed that has it first.")
        failures: list[SourceError] = []
        titles: list[str] = []
        for title, _, source in self._members:
            if isinstance(source, PaperSource):
                titles.append(title)
                try:
                    return await source.paper(id_)
                except SourceError as error:
                    failures.append(error)
        if all(isinstance(failure, PaperNotFoundError) for failure in failures):
            *first, last = titles
            raise PaperNotFoundError(f"Neither {', '.join(first)} nor {last} knows the paper {id_}; check the id.")
        raise failures[0]

    async def text(self, id_: str, kind: TextKind | None = None) -> FullText:
        """Return the full text of one paper from the best source that has it.

        Args:
            id_: the id of the paper.
            kind: what the text must be made from; by default anything.

        Raises:
            UsageError: `id_` is not the id of a paper.
            PaperNotFoundError: no source has it.
            SourceError: a source that may have it failed.
        """
        id_ = paper_id(id_)
        what = _CALLED.get(kind, "no full text that papertui can read")
        failure: SourceError = PaperNotFoundError(f"{id_} has {what}.")
        sources = [source for _, _, source in self._members if isinstance(source, TextSource)]
        for source in sorted(sources, key=lambda source: source.text_rank):
            if is_arxiv(id_) and kind in (None, source.text_kind):
                try:
                    return await source.text(id_)
                except PaperNotFoundError:
                    continue
                except SourceError as error:
                    failure = error
        raise failure

    async def versions(self, ids: Sequence[str]) -> tuple[SeenVersion, ...]:
        """Return the newest versions of papers, or those that ids such as ``2604.26951v1`` name.

        Raises:
            SourceError: the source failed.
        """
        return await self._versioned().versions(ids)

    async def version_text(self, id_: str, number: int) -> FullText:
        """Return the full text of one version of a paper.

        Raises:
            PaperNotFoundError: the source has no full text of it.
            SourceError: the source failed.
        """
        return await self._versioned().version_text(id_, number)

    async def latest_day(self) -> date | None:
        """Return the newest day that has daily papers."""
        return await self._daily().latest_day()

    async def picture(self, url: str) -> bytes:
        """Return the thumbnail at `url`, an address the service gave with a paper.

        Raises:
            SourceError: it cannot be downloaded.
        """
        return await self._daily().picture(url)

    async def figure(self, id_: str, src: str, origin: str) -> bytes:
        """Return the file of a figure of a paper.

        Args:
            id_: the id of the paper.
            src: the address that the paper's text gives.
            origin: where the text is from; other texts than of ar5iv are made from the pages of arXiv.

        Raises:
            SourceError: it is elsewhere, does not exist, or cannot be downloaded.
        """
        id_ = paper_id(id_)
        if not is_arxiv(id_):
            raise SourceError(f"No service has the figures of {id_}.")
        sources = {title: source for title, _, source in self._members if isinstance(source, FigureSource)}
        return await sources.get(origin, sources["arXiv"]).figure(id_, src)

    async def community(self, id_: str) -> Community:
        """Return the discussion of one paper, and the models, datasets and Spaces that cite it.

        Raises:
            PaperNotFoundError: no source knows it.
            SourceError: the source failed.
        """
        return await self._daily().community(id_)

    async def look(self, url: str) -> LookupResult:
        """Return the feed at `url`, or the feed that the page at `url` links to.

        Raises:
            SourceError: there is no feed.
        """
        return await next(member.source for member in self._members if isinstance(member.source, PageSource)).look(url)

    def _versioned(self) -> VersionSource:
        return next(member.source for member in self._members if isinstance(member.source, VersionSource))

    def _daily(self) -> DailySource:
        return next(member.source for member in self._members if isinstance(member.source, DailySource))


def _together(*answers: FetchedFeed | BaseException) -> FetchedFeed:
    """Interleave the papers of several responses; a failed source becomes a notice, unless all failed."""
    feeds = [answer for answer in answers if isinstance(answer, FetchedFeed)]
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failures:
        if not feeds or not isinstance(failure, SourceError):
            raise failure
    rows = zip_longest(*(feed.papers for feed in feeds))
    why: Mapping[str, str] = dict(chain.from_iterable(feed.why.items() for feed in feeds))
    return FetchedFeed(
        tuple(paper for row in rows for paper in row if paper is not None),
        # One service's votes must not rank a feed that several services provide.
        feeds[0].origin if len(feeds) == 1 else SEVERAL,
        sum(feed.skipped for feed in feeds),
        (*chain.from_iterable(feed.notices for feed in feeds), *map(str, failures)),
        why,
        is_malformed=any(feed.is_malformed for feed in feeds),
        versions=tuple(chain.from_iterable(feed.versions for feed in feeds)),
    )
