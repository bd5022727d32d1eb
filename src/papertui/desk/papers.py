"""Lookup of single papers."""

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
    """Single papers from the archive, the library or the source, in this order."""

    def __init__(
        self, archive: Archive, library: OpenLibrary, source: OpenSource, open_page: OpenPage, now: Clock
    ) -> None:
        self._archive = archive
        self._library = library
        self._source = source
        self._open_page = open_page
        self._now = now

    def stored(self, id_: str) -> Paper | None:
        """The stored paper, or ``None``.

        Raises:
            StoreError: the disk cannot be read.
        """
        if paper := self._archive.paper(id_):
            return paper
        return self._library().whole([id_]).get(id_)

    def stored_text(self, id_: str) -> FullText | None:
        """The stored full text, or ``None``.

        Raises:
            StoreError: the disk cannot be read.
        """
        found = self._archive.text(id_)
        if found is None:
            return None
        try:
            return FullText(from_json(zlib.decompress(found[2]).decode()), found[0])
        except (zlib.error, ValueError):  # written by another version or damaged: fetch it again
            return None

    async def text(self, id_: str, *, offline: bool = False) -> FullText:
        """The full text, fetched and stored if it is not stored yet.

        Raises:
            PaperNotFoundError: no source has it as text.
            SourceError: a source failed, or the text is not stored and `offline` is set.
            StoreError: the disk cannot be read or written.
        """
        if text := await asyncio.to_thread(self.stored_text, id_):
            return text
        if offline:
            raise SourceError(f"The full text of {id_} is not stored, and papertui is offline.")
        async with self._source() as source:
            text = await source.text(id_)
        body = await asyncio.to_thread(lambda: zlib.compress(as_json(text.document).encode()))
        await asyncio.to_thread(self._archive.keep_text, id_, text.origin, self._now(), body)
        return text

    def open_page(self, url: str) -> bool:
        """Open a web address in the browser; returns whether the browser could be started.

        Everything but http and https addresses is rejected: a browser would act on options and other schemes.
        """
        return url.startswith(("https://", "http://")) and self._open_page(url)

    async def find(self, id_: str, *, offline: bool = False) -> Paper:
        """The paper, fetched and stored if it or its abstract is not stored yet.

        Raises:
            PaperNotFoundError: no source has it, or it is not stored and `offline` is set.
            SourceError: the source failed.
            StoreError: the disk cannot be read or written.
        """
        kept = await asyncio.to_thread(self.stored, id_)
        if kept is not None and (kept.abstract or offline):
            return kept
        if offline:
            raise PaperNotFoundError(f"{id_} is not stored, and papertui is offline.")
        try:
            async with self._source() as source:
                paper = await source.paper(id_)
        except SourceError:
            if kept is None:
                raise
            return kept  # only its abstract is missing
        await asyncio.to_thread(self._archive.remember, [paper], self._now())
        return await asyncio.to_thread(self._archive.paper, id_) or paper
