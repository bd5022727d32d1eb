"""The places that give papers, and what each of them can be asked.

This file is light to import; the sources themselves bring the network with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, Protocol

from papertui.core.document import Document
from papertui.core.feed import FeedName
from papertui.core.paper import Paper


class Fetched(NamedTuple):
    """What a source answered.

    Attributes:
        papers: in the order of the source, no paper twice, every text safe.
        origin: which source: ``huggingface``, ``arxiv``, the host of a feed; ``several`` of them together.
        skipped: how many entries could not be understood and were left out.
        notices: what the reader should know, each a full sentence.
        why: by id, how the source told of a paper, where it says so: ``new``, ``cross``, ``replace``, ``withdrawn``.
        title: what a feed calls itself, where it does.
    """

    papers: tuple[Paper, ...]
    origin: str
    skipped: int = 0
    notices: tuple[str, ...] = ()
    why: Mapping[str, str] = MappingProxyType({})
    title: str = ""


class Typed(NamedTuple):
    """What a reader typed into the search line, for services that know more than words.

    Attributes:
        query: as typed; `papertui.core.search.query` reads it.
        today: what ``since:7d`` counts from.
    """

    query: str
    today: date


class Looked(NamedTuple):
    """What lies at an address that was followed.

    Attributes:
        url: the feed's own address, which a page at the address given may have named.
        title: what it calls itself.
        fetched: its papers.
        others: addresses of feeds that the page names besides.
    """

    url: str
    title: str
    fetched: Fetched
    others: tuple[str, ...] = ()


class FullText(NamedTuple):
    """The full text of a paper.

    Attributes:
        document: what there is to read.
        origin: who gave it: ``huggingface`` or ``arxiv``.
    """

    document: Document
    origin: str


class Source(Protocol):
    """A place that gives papers. Every method raises `SourceError` with a sentence for the reader."""

    async def fetch(self, name: FeedName, limit: int | None = None) -> Fetched:
        """The papers of one view, all of them or the first `limit`. A calendar view must name its period."""
        ...

    async def latest_day(self) -> date | None:
        """The newest day that has daily papers, ``None`` when there is none at all."""
        ...

    async def search(self, words: str, limit: int, typed: Typed | None = None) -> Fetched:
        """The first `limit` papers the service itself finds for `words`, or for what was `typed` where it can."""
        ...

    async def paper(self, id_: str) -> Paper:
        """One paper with everything the source knows of it.

        Raises:
            PaperNotFoundError: the source does not know `id_`.
        """
        ...

    async def look(self, url: str) -> Looked:
        """The feed at `url`, or the one that the page there names."""
        ...

    async def text(self, id_: str) -> FullText:
        """The full text of one paper.

        Raises:
            PaperNotFoundError: nobody has it as a text.
        """
        ...

    async def picture(self, url: str) -> bytes:
        """The small picture at `url`, as the service gave it with a paper."""
        ...
