"""PDFs of papers: downloaded once, then stored."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from papertui.core.filename import pdf_name, readable_pdf_name, stem_of
from papertui.core.paper import Paper
from papertui.desk.doors import OpenPdfs, ShowFile
from papertui.desk.papers import Papers
from papertui.errors import SourceError
from papertui.store.archive import Archive
from papertui.store.pdfs import PdfFolder, PdfPart, is_pdf, taken

#: Called with the number of bytes received and the total, which is 0 if unknown.
Told = Callable[[int, int], None]


class Pdf(NamedTuple):
    """A stored PDF."""

    id: str  # The paper's id
    file: Path
    bytes: int  # Its size
    fetched: bool  # Whether it was downloaded by this call


def _silent(done: int, of: int) -> None:
    del done, of


class Pdfs:
    """Downloads and shows PDFs.

    Args:
        archive: records which paper is in a file with a name chosen by the reader.
        papers: looks up papers.
        source: downloads PDFs.
        show: shows a file in the viewer; returns whether it could be started.
        folder: where PDFs are stored.
        readable: whether file names include author and title.
    """

    def __init__(
        self,
        archive: Archive,
        papers: Papers,
        source: OpenPdfs,
        show: ShowFile,
        folder: Path,
        *,
        readable: bool = False,
    ) -> None:

        self._archive = archive
        self._papers = papers
        self._source = source
        self._show = show
        self._folder = folder
        self._readable = readable

    async def get(
        self,
        id_: str,
        *,
        offline: bool = False,
        folder: Path | None = None,
        file: Path | None = None,
        told: Told = _silent,
    ) -> Pdf:
        """The PDF of a paper, downloaded if it is not stored yet.

        An interrupted download is resumed, and no other file is overwritten.

        Args:
            id_: the paper's id.
            offline: do not use the network.
            folder: a folder other than the default one.
            file: the file to write, instead of a name made of the id.
            told: called in the event loop with the progress of the download.

        Raises:
            PaperNotFoundError: no source has it.
            SourceError: it cannot be downloaded, or the response is not a PDF.
            StoreError: it cannot be written, or another file has its name.
        """
        paper = await asyncio.to_thread(self._papers.stored, id_)
        id_ = paper.id if paper else id_
        if stored := await asyncio.to_thread(self._there, id_, folder or self._folder, file):
            return Pdf(id_, stored, stored.stat().st_size, fetched=False)
        if offline:
            raise SourceError(f"The PDF of {id_} is not stored, and papertui is offline.")
        if file is None:
            file = (folder or self._folder) / await self._name(id_, paper)
            if await asyncio.to_thread(os.path.lexists, file):
                raise taken(file)
            size = await self._bring(id_, paper, file, told)
        else:
            size = await self._bring(id_, paper, file, told)
            await asyncio.to_thread(self._archive.note, _note(file), id_)
        return Pdf(id_, file, size, fetched=True)

    def show(self, file: Path) -> bool:
        """Show a PDF in the viewer; returns whether it could be started. Blocks briefly."""
        return self._show(file)

    def _there(self, id_: str, folder: Path, file: Path | None) -> Path | None:
        """The stored PDF, if any. A file named by the reader must be recorded as the PDF of this paper.

        Raises:
            StoreError: another file has its name.
        """
        if file is None:
            return PdfFolder(folder).find(stem_of(id_))
        if not os.path.lexists(file):
            return None
        try:
            ours = file.is_file() and is_pdf(file) and self._archive.recall(_note(file)) == id_
        except OSError:
            ours = False
        if not ours:
            raise taken(file)
        return file

    async def _name(self, id_: str, paper: Paper | None) -> str:
        if not self._readable:
            return pdf_name(id_)
        try:
            return readable_pdf_name(paper or await self._papers.find(id_))
        except SourceError:  # the PDF matters more than its name
            return pdf_name(id_)

    async def _bring(self, id_: str, paper: Paper | None, file: Path, told: Told) -> int:
        async with _opened(PdfFolder(file.parent).part(file.name)) as part:
            async with self._source() as source:
                await source.pdf(id_, paper.pdf if paper else None, part, told)
            size = part.size
            if not await asyncio.to_thread(part.finish):
                raise SourceError(
                    f"The downloaded PDF of {id_} is incomplete and was discarded. Try again later, or open it in the "
                    f"browser with “papertui open --pdf {id_}”."
                )
        return size


@asynccontextmanager
async def _opened(part: PdfPart) -> AsyncIterator[PdfPart]:
    """Enter and exit `part` in a thread, also after a cancellation."""
    opening = asyncio.create_task(asyncio.to_thread(part.__enter__))
    try:
        yield await asyncio.shield(opening)
    finally:
        await asyncio.wait([opening])
        opening.exception()  # raised above, or nothing awaits it any more
        await asyncio.to_thread(part.__exit__)


def _note(file: Path) -> str:
    """The archive's key for the paper in a file."""
    return f"pdf in {file.absolute()}"
