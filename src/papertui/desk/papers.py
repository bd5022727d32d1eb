"""Single papers, wherever they are."""

from __future__ import annotations

import asyncio
import zlib

from papertui.core.document import as_json, from_json
from papertui.core.paper import Paper
from papertui.desk.doors import Clock, OpenLibrary, OpenPage, OpenSource
from papertui.errors import PaperNotFoundError, SourceError
from papertui.sources import FullText
from papertui.store.archive import Archive


class Papers:
    """Single papers: from the archive, else the library, else the service."""

    def __init__(
        self, archive: Archive, library: OpenLibrary, source: OpenSource, open_page: OpenPage, now: Clock
    ) -> None:
        self._archive = archive
        self._library = library
        self._source = source
        self._open_page = open_page
        self._now = now

    def stored(self, id_: str) -> Paper | None:
        """The paper as it is stored, ``None`` when it is not.

        Raises:
            StoreError: the disk cannot be read.
        """
        if paper := self._archive.paper(id_):
            return paper
        return self._library().whole([id_]).get(id_)

    def stored_text(self, id_: str) -> FullText | None:
        """The full text as it is stored, ``None`` when it is not.

        Raises:
            StoreError: the disk cannot be read.
        """
        found = self._archive.text(id_)
        if found is None:
            return None
        try:
            return FullText(from_json(zlib.decompress(found[2]).decode()), found[0])
        except (zlib.error, ValueError):  # written by another version, or damaged: it can be fetched again
            return None

    async def text(self, id_: str, *, offline: bool = False) -> FullText:
        """The full text, fetched (and stored) when it is not stored yet.

        Raises:
            PaperNotFoundError: nobody has it as a text, or it is not stored and papertui must stay offline.
            SourceError: who might have it failed.
            StoreError: the disk cannot be read or written.
        """
        if text := await asyncio.to_thread(self.stored_text, id_):
            return text
        if offline:
            raise SourceError(f"The full text of {id_} is not stored, and papertui was told to stay offline.")
        async with self._source() as source:
            text = await source.text(id_)
        body = await asyncio.to_thread(lambda: zlib.compress(as_json(text.document).encode()))
        await asyncio.to_thread(self._archive.keep_text, id_, text.origin, self._now(), body)
        return text

    def open_page(self, url: str) -> bool:
        """Opens a web address in the browser; whether one could be started. Nothing but a web address gets there.

        A browser takes options and other schemes for more than addresses.
        """
        return url.startswith(("https://", "http://")) and self._open_page(url)

    async def find(self, id_: str, *, offline: bool = False) -> Paper:
        """The paper, fetched (and stored) when it is not stored yet, or its abstract is not.

        Raises:
            PaperNotFoundError: nobody knows it, or it is not stored and papertui must stay offline.
            SourceError: the service failed.
            StoreError: the disk cannot be read or written.
        """
        kept = await asyncio.to_thread(self.stored, id_)
        if kept is not None and (kept.abstract or offline):
            return kept
        if offline:
            raise PaperNotFoundError(f"{id_} is not stored, and papertui was told to stay offline.")
        try:
            async with self._source() as source:
                paper = await source.paper(id_)
        except SourceError:
            if kept is None:
                raise
            return kept  # all but its abstract is here
        await asyncio.to_thread(self._archive.remember, [paper], self._now())
        return await asyncio.to_thread(self._archive.paper, id_) or paper
