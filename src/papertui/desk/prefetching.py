"""Fetches the full texts of bookmarks and thumbnails in advance, for reading offline."""

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

#: The largest number of texts fetched at one visit; the rest follows at the next one.
_MOST = 30
#: After this number of failures no further thumbnail is requested.
_PATIENCE = 3
#: A note in the archive: the paper has no full text. It is valid as long as the archive stores it.
_NONE = "no text of"


class Pictures(Protocol):
    """A folder of thumbnails."""

    def has(self, id_: str) -> bool: ...  # noqa: D102 - as in `papertui.store.pictures`
    def keep(self, id_: str, content: bytes) -> None: ...  # noqa: D102 - as above


class Brought(NamedTuple):
    """The result of one kind of prefetch."""

    what: str  # ``full text`` or ``picture``
    number: int
    failure: str = ""  # Why some could not be fetched, or empty


class Prefetcher:
    """Fetches full texts and thumbnails that are not stored yet."""

    def __init__(
        self, archive: Archive, library: OpenLibrary, papers: Papers, source: OpenSource, pictures: Pictures
    ) -> None:
        self._archive = archive
        self._library = library
        self._papers = papers
        self._source = source
        self._pictures = pictures

    async def bring(self, wanted: tuple[str, ...], feeds: tuple[Feed, ...]) -> AsyncIterator[Brought]:
        """Fetch what is `wanted` and not stored yet.

        A failure ends that kind and is reported; everything fetched before it is kept.

        Args:
            wanted: ``texts``, ``thumbnails`` or both, as in the settings.
            feeds: the feeds whose thumbnails are fetched.

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
        """Some bookmarks whose full text is not stored and may exist."""
        stored = self._archive.texts()
        ids = [mark.paper.id for mark in self._library().all() if mark.paper.id not in stored]
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
