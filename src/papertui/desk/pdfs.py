"""PDFs of papers: there once, there for good; brought when they are not, shown in the reader's viewer."""

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

#: Tells how many bytes of how many are there; of 0 where nobody knows.
Told = Callable[[int, int], None]


class Pdf(NamedTuple):
    """A PDF on the disk.

    Attributes:
        id: the paper's.
        file: where it is.
        bytes: how large it is.
        fetched: whether it was brought just now, and was not there before.
    """

    id: str
    file: Path
    bytes: int
    fetched: bool


def _silent(done: int, of: int) -> None:
    del done, of


class Pdfs:
    """PDFs as a reader wants them."""

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
        """Makes it.

        Args:
            archive: remembers which paper was put into a file the reader named.
            papers: knows the papers.
            source: where PDFs come from.
            show: shows a file in the reader's viewer; whether one could be started.
            folder: where they are kept.
            readable: whether their names tell author and title, too.
        """
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
        """The PDF of a paper, brought when it is not there yet. What was begun goes on, and nothing is overwritten.

        Args:
            id_: the paper's.
            offline: whether the network may not be asked.
            folder: where it is to be, if not in the usual folder.
            file: its very file, if the name is not to be made of the id.
            told: is called again and again, in the event loop, while it comes.

        Raises:
            PaperNotFoundError: nobody has it.
            SourceError: it cannot be had, or what was sent is no PDF.
            StoreError: it cannot be written, or something else is in its place.
        """
        paper = await asyncio.to_thread(self._papers.stored, id_)
        id_ = paper.id if paper else id_
        if there := await asyncio.to_thread(self._there, id_, folder or self._folder, file):
            return Pdf(id_, there, there.stat().st_size, fetched=False)
        if offline:
            raise SourceError(f"The PDF of {id_} is not here yet, and papertui was told to stay offline.")
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
        """Shows a PDF in the reader's viewer; whether one could be started. Blocks for a moment."""
        return self._show(file)

    def _there(self, id_: str, folder: Path, file: Path | None) -> Path | None:
        """The PDF if it is there; a file that the reader named must be known to hold this paper.

        Raises:
            StoreError: something else is in its place.
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
        except SourceError:  # whatever it is called, it is the PDF that is wanted
            return pdf_name(id_)

    async def _bring(self, id_: str, paper: Paper | None, file: Path, told: Told) -> int:
        async with _opened(PdfFolder(file.parent).part(file.name)) as part:
            async with self._source() as source:
                await source.pdf(id_, paper.pdf if paper else None, part, told)
            size = part.size
            if not await asyncio.to_thread(part.finish):
                raise SourceError(
                    f"What was sent as the PDF of {id_} does not end as a PDF does, and was not kept; try again later, "
                    f"or look at it in the browser with “papertui open --pdf {id_}”."
                )
        return size


@asynccontextmanager
async def _opened(part: PdfPart) -> AsyncIterator[PdfPart]:
    """Enters `part` and leaves it beside the event loop, also when the reader gives up meanwhile."""
    opening = asyncio.create_task(asyncio.to_thread(part.__enter__))
    try:
        yield await asyncio.shield(opening)
    finally:
        await asyncio.wait([opening])
        opening.exception()  # raised above, or nobody waits for it any more
        await asyncio.to_thread(part.__exit__)


def _note(file: Path) -> str:
    """Under what name the archive remembers which paper a file holds."""
    return f"pdf in {file.absolute()}"
