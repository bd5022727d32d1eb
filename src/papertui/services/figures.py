"""The figures of papers and their thumbnails: fetched on demand, one after the other, and kept on the disk."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from hashlib import sha256

from papertui.archive.archive import Archive
from papertui.archive.picture_folder import PictureFolder
from papertui.errors import SourceError, UnwritableError
from papertui.model.paper import Paper
from papertui.pictures.image import facts
from papertui.services.types import OpenSource
from papertui.sources.figures import AR5IV, ARXIV, figure_address


class FigureService:
    """Returns the files of pictures.

    Args:
        archive: says where a text is from.
        source: the services.
        figures: where figures are kept.
        thumbnails: where thumbnails are kept.
    """

    def __init__(self, archive: Archive, source: OpenSource, figures: PictureFolder, thumbnails: PictureFolder) -> None:
        self._archive = archive
        self._source = source
        self._figures = figures
        self._thumbnails = thumbnails
        self._turn = asyncio.Lock()

    async def figure(self, id_: str, src: str, *, offline: bool = False) -> bytes:
        """Return the file of a figure, fetched and kept if it is not kept yet.

        Args:
            id_: the id of the paper.
            src: the address that the paper's text gives.
            offline: do not use the network.

        Raises:
            SourceError: it cannot be fetched, or is not kept and `offline` is set.
            PictureError: it is no picture, or too large.
            StoreError: the archive cannot be used.
        """
        name = file_name(id_, src)
        async with self._turn:  # the reader may turn the page meanwhile: then the next picture is not asked for
            if (kept := await asyncio.to_thread(self._figures.read, name)) is not None:
                return kept
            if offline:
                raise SourceError("This picture is not stored, and papertui is offline.")
            origin = await asyncio.to_thread(self._origin, id_)
            async with self._source() as source:
                content = await source.figure(id_, src, origin)
        await asyncio.to_thread(self._keep, self._figures, name, content)
        return content

    async def thumbnail(self, paper: Paper, *, offline: bool = False) -> bytes | None:
        """Return the thumbnail of a paper, fetched and kept if it is not kept yet; ``None`` if there is none.

        Raises:
            SourceError: it cannot be fetched.
            PictureError: it is no picture, or too large.
        """
        if paper.thumbnail is None:
            return None
        if (kept := await asyncio.to_thread(self._thumbnails.read, paper.id)) is not None or offline:
            return kept
        async with self._source() as source:
            content = await source.picture(paper.thumbnail)
        await asyncio.to_thread(self._keep, self._thumbnails, paper.id, content)
        return content

    async def address(self, id_: str, src: str) -> str:
        """Return the public address of a figure, for the browser.

        Raises:
            SourceError: it is elsewhere.
            StoreError: the archive cannot be used.
        """
        site = AR5IV if await asyncio.to_thread(self._origin, id_) == "ar5iv" else ARXIV
        return figure_address(site, id_, src, site)

    def _origin(self, id_: str) -> str:
        found = self._archive.text(id_)
        return "" if found is None else found[0]

    def _keep(self, folder: PictureFolder, name: str, content: bytes) -> None:
        """Keep a picture, unless it is none or the disk is full."""
        facts(content)
        with suppress(UnwritableError):
            folder.keep(name, content)


def file_name(id_: str, src: str) -> str:
    """Return the name of a figure in the folder, without its ending."""
    return f"{id_}-{sha256(src.encode()).hexdigest()[:20]}"
