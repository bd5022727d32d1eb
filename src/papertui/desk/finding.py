"""Search, over one view or over everything stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Literal, NamedTuple

from papertui.core.paper import Paper
from papertui.core.search import Match, Searcher
from papertui.desk.doors import BuildSearcher, Clock, OpenLibrary, OpenSource
from papertui.errors import SourceError
from papertui.store.archive import Archive

Scope = Literal["everything", "library", "archive"]


class Found(NamedTuple):
    """A paper that was found, and how well it fits."""

    paper: Paper
    match: Match


class Finder:
    """Search over everything stored; with the services' own search added on request."""

    def __init__(
        self, archive: Archive, library: OpenLibrary, source: OpenSource, searcher: BuildSearcher, now: Clock
    ) -> None:
        self._archive = archive
        self._library = library
        self._source = source
        self._searcher = searcher
        self._now = now

    def index(self, papers: Sequence[Paper]) -> Searcher:
        """An index over `papers`. Takes a while for many papers: call it off the event loop."""
        return self._searcher(papers)

    def corpus(self, scope: Scope) -> Sequence[Paper]:
        """The papers a search in `scope` looks at.

        Raises:
            StoreError: the disk cannot be read.
        """
        if scope == "archive":
            return self._archive.everything()
        kept = [mark.paper for mark in self._library().all()]
        if scope == "library":
            known = self._archive.papers([paper.id for paper in kept])
            return [known.get(paper.id, paper) for paper in kept]
        known = self._archive.papers([paper.id for paper in kept])
        return [*self._archive.everything(), *(paper for paper in kept if paper.id not in known)]

    def open(self, scope: Scope = "everything") -> Search:
        """A search over `scope`, for many queries one after the other. Blocks while it is built."""
        papers = self.corpus(scope)
        return Search(papers, self._searcher(papers))

    async def fetch(self, words: str, limit: int) -> tuple[str, ...]:
        """Asks the service for papers that fit `words` and stores them; returns notices for the reader.

        A failure is a notice, not an error: what is stored can still be searched.

        Raises:
            StoreError: the answer could not be stored.
        """
        try:
            async with self._source() as source:
                fetched = await source.search(words, limit)
        except SourceError as problem:
            return (f"{problem} Showing what is stored.",)
        await asyncio.to_thread(self._archive.remember, fetched.papers, self._now())
        return fetched.notices


class Search:
    """An index over papers, ready for queries."""

    def __init__(self, papers: Sequence[Paper], searcher: Searcher) -> None:
        self._papers = papers
        self._searcher = searcher

    def best(self, query: str, limit: int | None = None) -> list[Found]:
        """The papers that fit `query`, best first."""
        return [Found(self._papers[match.place], match) for match in self._searcher.search(query, limit).matches]
