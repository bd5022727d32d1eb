"""What is fetched before anybody asks for it, so that it is there on a train: texts of bookmarks, small pictures."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol

from papertui.core.feed import Feed
from papertui.core.paper import Paper
from papertui.desk.doors import OpenLibrary, OpenSource
from papertui.desk.papers import Papers
from papertui.errors import PaperNotFoundError, SourceError
from papertui.store.archive import Archive

#: So many at one visit: the rest comes with the next.
_MOST = 30
#: After so many failures no further picture is asked for.
_PATIENCE = 3
#: That a paper has no full text is believed for as many visits as the archive keeps the note.
_NONE = "no text of"


class Pictures(Protocol):
    """Small pictures in a folder."""

    def has(self, id_: str) -> bool: ...  # noqa: D102 - as in `papertui.store.pictures`
    def keep(self, id_: str, content: bytes) -> None: ...  # noqa: D102 - as above


class Brought(NamedTuple):
    """What was fetched ahead.

    Attributes:
        what: ``full text`` or ``picture``.
        number: how many.
        failure: why there are not more, where something failed.
    """

    what: str
    number: int
    failure: str = ""


class Prefetcher:
    """Fetches what the reader will want."""

    def __init__(
        self, archive: Archive, library: OpenLibrary, papers: Papers, source: OpenSource, pictures: Pictures
    ) -> None:
        self._archive = archive
        self._library = library
        self._papers = papers
        self._source = source
        self._pictures = pictures

    async def bring(self, wanted: tuple[str, ...], feeds: tuple[Feed, ...]) -> AsyncIterator[Brought]:
        """Fetches what is `wanted` (``texts``, ``thumbnails``), as far as it is not there yet.

        A failure ends that part, and is told; what came before it is kept.

        Args:
            wanted: as in the settings.
            feeds: whose papers' pictures are fetched.

        Raises:
            StoreError: the disk cannot be read or written.
        """
        if "texts" in wanted:
            yield await self._texts()
        if "thumbnails" in wanted:
            yield await self._thumbnails([paper for feed in feeds for paper in feed.papers])

    async def _texts(self) -> Brought:
        number = 0
        for id_ in await asyncio.to_thread(self._without_text):
            try:
                await self._papers.text(id_)
            except PaperNotFoundError:
                await asyncio.to_thread(self._archive.note, f"{_NONE} {id_}", "yes")
                continue
            except SourceError as problem:
                return Brought("full text", number, str(problem))
            number += 1
        return Brought("full text", number)

    def _without_text(self) -> list[str]:
        """Some bookmarks whose full text is not kept, and may be had."""
        there = self._archive.texts()
        ids = [mark.paper.id for mark in self._library().all() if mark.paper.id not in there]
        return [id_ for id_ in ids if self._archive.recall(f"{_NONE} {id_}") is None][:_MOST]

    async def _thumbnails(self, papers: list[Paper]) -> Brought:
        missing = {
            paper.id: paper.thumbnail for paper in papers if paper.thumbnail and not self._pictures.has(paper.id)
        }
        number = failures = 0
        failure = ""
        async with self._source() as source:
            for id_, address in list(missing.items())[: 4 * _MOST]:
                try:
                    content = await source.picture(address)
                except SourceError as problem:
                    failure, failures = str(problem), failures + 1
                    if failures == _PATIENCE:
                        break
                    continue
                await asyncio.to_thread(self._pictures.keep, id_, content)
                number += 1
        return Brought("picture", number, failure)
