"""All services as one source: each view goes to its service, and the responses of several are combined."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from itertools import chain, zip_longest
from typing import NamedTuple, Protocol

from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.feed import FeedName, Kind
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, paper_id
from papertui.sources.source import FetchedFeed, FullText, LookupResult, TypedName

#: The origin of a combined response.
SEVERAL = "several"
#: The kinds of feed that only arXiv has.
_OF_ARXIV: frozenset[Kind] = frozenset({"arxiv", "arxiv-search", "author"})


class SearchableSource(Protocol):
    """A service that can search its papers."""

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed: ...
    async def search(self, words: str, limit: int, typed: TypedName | None = None) -> FetchedFeed: ...
    async def paper(self, id_: str) -> Paper: ...
    async def text(self, id_: str) -> FullText: ...


class DailySource(SearchableSource, Protocol):
    """A service with daily papers and their thumbnails."""

    async def picture(self, url: str) -> bytes: ...

    async def latest_day(self) -> date | None: ...


class FullTextSource(Protocol):
    """A service that reads feeds by address."""

    async def fetch(self, url: str) -> FetchedFeed: ...
    async def look(self, url: str) -> LookupResult: ...


class CombinedSource(NamedTuple):
    """All services combined into one `Source`."""

    hub: DailySource
    arxiv: SearchableSource
    syndication: FullTextSource

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        """Return the papers of one view. Every service is searched for a keyword; other feeds have one service.

        Raises:
            SourceError: the service failed; with several services, all of them.
        """
        if name.kind == "url":
            fetched = await self.syndication.fetch(name.detail)
            return fetched if limit is None else fetched._replace(papers=fetched.papers[:limit])
        if name.kind in _OF_ARXIV:
            return await self.arxiv.fetch(name, limit)
        if name.kind == "keyword":
            words = FeedName("hf-search", name.detail)
            return _together(
                *await asyncio.gather(
                    self.hub.fetch(words, limit), self.arxiv.fetch(name, limit), return_exceptions=True
                )
            )
        return await self.hub.fetch(name, limit)

    async def latest_day(self) -> date | None:
        """Return the newest day that has daily papers."""
        return await self.hub.latest_day()

    async def search(self, words: str, limit: int, typed: TypedName | None = None) -> FetchedFeed:
        """Return the first `limit` papers that each service finds for `words`, or for `typed`.

        Raises:
            SourceError: every service failed.
        """
        return _together(
            *await asyncio.gather(
                self.hub.search(words, limit, typed), self.arxiv.search(words, limit, typed), return_exceptions=True
            )
        )

    async def picture(self, url: str) -> bytes:
        """Return the thumbnail at `url`, an address the service gave with a paper.

        Raises:
            SourceError: it cannot be downloaded.
        """
        return await self.hub.picture(url)

    async def look(self, url: str) -> LookupResult:
        """Return the feed at `url`, or the feed that the page at `url` links to.

        Raises:
            SourceError: there is no feed.
        """
        return await self.syndication.look(url)

    async def text(self, id_: str) -> FullText:
        """Return the full text of one paper, from Hugging Face or else from arXiv.

        Raises:
            UsageError: `id_` is not the id of a paper.
            PaperNotFoundError: neither has it.
            SourceError: a service that may have it failed.
        """
        id_ = paper_id(id_)
        failure: SourceError = PaperNotFoundError(f"{id_} has no full text that papertui can read.")
        if is_arxiv(id_):
            for service in (self.hub, self.arxiv):
                try:
                    return await service.text(id_)
                except PaperNotFoundError:
                    continue
                except SourceError as problem:
                    failure = problem
        raise failure

    async def paper(self, id_: str) -> Paper:
        """Return one paper, from Hugging Face or else from arXiv.

        Raises:
            UsageError: `id_` is not the id of a paper.
            PaperNotFoundError: neither knows it.
            SourceError: a service that may know it failed.
        """
        id_ = paper_id(id_)
        if not is_arxiv(id_):
            raise PaperNotFoundError(f"No service knows the paper {id_}; fetch the feed that has it first.")
        try:
            return await self.hub.paper(id_)
        except SourceError as failure:
            try:
                return await self.arxiv.paper(id_)
            except PaperNotFoundError:
                if isinstance(failure, PaperNotFoundError):
                    raise PaperNotFoundError(
                        f"Neither Hugging Face nor arXiv knows the paper {id_}; check the id."
                    ) from failure
                raise failure from None
            except SourceError:
                raise failure from None


def _together(*answers: FetchedFeed | BaseException) -> FetchedFeed:
    """Interleave the papers of several responses; a failed service becomes a notice, unless all failed."""
    given = [answer for answer in answers if isinstance(answer, FetchedFeed)]
    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failed:
        if not given or not isinstance(failure, SourceError):
            raise failure
    turns = zip_longest(*(answer.papers for answer in given))
    why: Mapping[str, str] = dict(chain.from_iterable(answer.why.items() for answer in given))
    return FetchedFeed(
        tuple(paper for turn in turns for paper in turn if paper is not None),
        # One service's votes must not rank a feed that several services provide.
        given[0].origin if len(given) == 1 else SEVERAL,
        sum(answer.skipped for answer in given),
        (*chain.from_iterable(answer.notices for answer in given), *map(str, failed)),
        why,
    )
