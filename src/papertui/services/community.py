"""The discussions of papers and what cites them: from the archive, or fetched and stored."""

from __future__ import annotations

import asyncio
import zlib
from contextlib import suppress
from datetime import timedelta

from papertui.archive.archive import Archive
from papertui.errors import PaperNotFoundError, SourceError, UnwritableError
from papertui.model.community import StoredCommunity, community_from_json, community_json
from papertui.model.identity import is_arxiv
from papertui.services.types import Clock, OpenSource

#: Younger ones are not fetched again, unless the reader asks for it.
FRESH = timedelta(hours=1)


class CommunityService:
    """What the readers of Hugging Face add to papers.

    Args:
        archive: stores what was fetched.
        source: asked for one paper at a time.
        now: the clock.
    """

    def __init__(self, archive: Archive, source: OpenSource, now: Clock) -> None:
        self._archive = archive
        self._source = source
        self._now = now

    def stored(self, id_: str) -> StoredCommunity | None:
        """What is stored about a paper, or ``None``.

        Raises:
            StoreError: the disk cannot be read.
        """
        found = self._archive.community(id_)
        if found is None:
            return None
        try:
            return StoredCommunity(community_from_json(zlib.decompress(found[1]).decode()), found[0])
        except (zlib.error, ValueError):  # written by another version or damaged: fetch it again
            return None

    def is_fresh(self, stored: StoredCommunity) -> bool:
        return self._now() - stored.fetched_at < FRESH

    async def fetch(self, id_: str) -> StoredCommunity:
        """Fetch and store it, whatever the age of what is stored; on a full or read-only disk it is only fetched.

        Raises:
            PaperNotFoundError: Hugging Face does not know the paper.
            SourceError: the service failed.
            StoreError: the archive cannot be used.
        """
        if not is_arxiv(id_):
            raise PaperNotFoundError(f"Hugging Face has discussions of arXiv papers only, and {id_} is not one.")
        async with self._source() as source:
            community = await source.community(id_)
        now = self._now()
        body = await asyncio.to_thread(lambda: zlib.compress(community_json(community).encode()))
        with suppress(UnwritableError):
            await asyncio.to_thread(self._archive.keep_community, id_, now, body)
        return StoredCommunity(community, now)

    async def serve(self, id_: str, *, offline: bool = False) -> tuple[StoredCommunity, str]:
        """For a command: what is stored if it is fresh, if `offline` is set or if the source fails, else fetched.

        Returns:
            It, and why it is not new; empty if it is.

        Raises:
            PaperNotFoundError: Hugging Face does not know the paper.
            SourceError: nothing is stored, and the source failed or `offline` is set.
            StoreError: the archive cannot be used.
        """
        stored = await asyncio.to_thread(self.stored, id_)
        if stored is not None and self.is_fresh(stored):
            return stored, ""
        if offline:
            if stored is None:
                raise SourceError(f"The discussion of {id_} is not stored, and papertui is offline.")
            return stored, "papertui is offline."
        try:
            return await self.fetch(id_), ""
        except SourceError as error:
            if stored is None:
                raise
            return stored, str(error)
