"""All services as one source: who is asked for what, and what several of them say together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from itertools import chain, zip_longest
from typing import NamedTuple, Protocol

from papertui.core.feed import FeedName, Kind
from papertui.core.identity import is_arxiv
from papertui.core.paper import Paper, paper_id
from papertui.errors import PaperNotFoundError, SourceError
from papertui.sources import Fetched, FullText, Looked, Typed

#: The origin of what several services say together.
SEVERAL = "several"
#: What arXiv alone is asked for.
_OF_ARXIV: frozenset[Kind] = frozenset({"arxiv", "arxiv-search", "author"})


class Searching(Protocol):
    """A service with papers of its own."""

    async def fetch(self, name: FeedName, limit: int | None = None) -> Fetched: ...  # noqa: D102 - as in `Source`
    async def search(self, words: str, limit: int, typed: Typed | None = None) -> Fetched: ...  # noqa: D102 - as in `Source`
    async def paper(self, id_: str) -> Paper: ...  # noqa: D102 - as in `Source`
    async def text(self, id_: str) -> FullText: ...  # noqa: D102 - as in `Source`


class Daily(Searching, Protocol):
    """A service that features papers day by day, with a picture of each."""

    async def picture(self, url: str) -> bytes: ...  # noqa: D102 - as in `Source`

    async def latest_day(self) -> date | None: ...  # noqa: D102 - as in `Source`


class Reading(Protocol):
    """Feeds of others, by their address."""

    async def fetch(self, url: str) -> Fetched: ...  # noqa: D102 - as in `Source`
    async def look(self, url: str) -> Looked: ...  # noqa: D102 - as in `Source`


class Services(NamedTuple):
    """The services behind one door, as a `Source`.

    Attributes:
        hub: Hugging Face.
        arxiv: arXiv.
        syndication: feeds of others.
    """

    hub: Daily
    arxiv: Searching
    syndication: Reading

    async def fetch(self, name: FeedName, limit: int | None = None) -> Fetched:
        """The papers of one view; a keyword is looked for by all services, each other feed is asked of its own.

        Raises:
            SourceError: the service failed; of several, all did.
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
        """The newest day that has daily papers."""
        return await self.hub.latest_day()

    async def search(self, words: str, limit: int, typed: Typed | None = None) -> Fetched:
        """The first `limit` papers that each service itself finds for `words`, or for what was `typed`.

        Raises:
            SourceError: all of them failed.
        """
        return _together(
            *await asyncio.gather(
                self.hub.search(words, limit, typed), self.arxiv.search(words, limit, typed), return_exceptions=True
            )
        )

    async def picture(self, url: str) -> bytes:
        """The small picture at `url`, as the service gave it with a paper.

        Raises:
            SourceError: it cannot be had.
        """
        return await self.hub.picture(url)

    async def look(self, url: str) -> Looked:
        """The feed at `url`, or the one that the page there names.

        Raises:
            SourceError: there is none.
        """
        return await self.syndication.look(url)

    async def text(self, id_: str) -> FullText:
        """The full text of one paper: as Hugging Face has it, else as arXiv does.

        Raises:
            UsageError: `id_` names no paper.
            PaperNotFoundError: neither has it.
            SourceError: who might have it failed.
        """
        id_ = paper_id(id_)
        failure: SourceError = PaperNotFoundError(f"{id_} has no full text that can be read here.")
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
        """One paper: as Hugging Face knows it, else as arXiv does.

        Raises:
            UsageError: `id_` names no paper.
            PaperNotFoundError: nobody knows it.
            SourceError: who might know it failed.
        """
        id_ = paper_id(id_)
        if not is_arxiv(id_):
            raise PaperNotFoundError(
                f"No service knows the paper {id_}; it is there once the feed that has it is fetched."
            )
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


def _together(*answers: Fetched | BaseException) -> Fetched:
    """What several services answered, in turn; whoever failed is told of, unless all did."""
    given = [answer for answer in answers if isinstance(answer, Fetched)]
    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failed:
        if not given or not isinstance(failure, SourceError):
            raise failure
    turns = zip_longest(*(answer.papers for answer in given))
    why: Mapping[str, str] = dict(chain.from_iterable(answer.why.items() for answer in given))
    return Fetched(
        tuple(paper for turn in turns for paper in turn if paper is not None),
        # A feed that several gave is not ranked by what one of them tells of votes.
        given[0].origin if len(given) == 1 else SEVERAL,
        sum(answer.skipped for answer in given),
        (*chain.from_iterable(answer.notices for answer in given), *map(str, failed)),
        why,
    )
