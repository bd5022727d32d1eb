"""PDFs of papers: downloaded once, named, opened in the reader's viewer."""

from __future__ import annotations

import asyncio
import os
import re
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.archive.pdf_files import PdfFolder, PdfPart, is_pdf, taken
from papertui.errors import SourceError, UnwritableError
from papertui.model.paper import Paper
from papertui.services.papers import PaperService
from papertui.services.types import OpenPdfs, ShowFile

# --- file names: unique, and valid on every file system ----------------------------------------------

_ENDING = ".pdf"
#: File systems allow 255 bytes. This leaves room for the suffix of a download and keeps listings readable.
_LONGEST = 120
#: Ids of these forms stay distinct when slashes and colons become underscores.
_CLEAR = re.compile(
    r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z]{2})?/\d{7}|title/[0-9a-f]{16}|doi:10\.[\d.]{4,20}/[a-z0-9.-]{1,60}", re.ASCII
)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]", re.ASCII)
#: Characters with a special meaning to Windows, shells or other file systems.
_SIGNS = re.compile(r'[/\\:*?"<>|]')
#: Suffixes that follow a family name.
_BEHIND = re.compile(r"(?:Jr|Sr|II|III|IV)\.?", re.IGNORECASE)
_SUBTITLE = re.compile(r":\s|\s[-–—]\s")


def stem_of(id_: str) -> str:
    """Return the file stem for an id: ``2604.26951``, ``hep-th_9711200``, ``doi_10.1145_3292500``.

    Two ids never share a stem: where replaced characters could collide, a checksum is added.
    """
    stem = _UNSAFE.sub("_", id_)
    if _CLEAR.fullmatch(id_):
        return stem
    return f"{stem[: _LONGEST // 2].strip('.-_')}-{sha256(id_.encode('utf-8', 'replace')).hexdigest()[:10]}"


def pdf_name(id_: str) -> str:
    """Return the file name of a paper's PDF: ``2604.26951.pdf``."""
    return stem_of(id_) + _ENDING


def readable_pdf_name(paper: Paper) -> str:
    """Return a descriptive name of at most 120 bytes of UTF-8: ``2604.26951 Zhang - Turning the TIDE.pdf``."""
    stem = stem_of(paper.id)
    title = _words(_SUBTITLE.split(paper.title, maxsplit=1)[0])
    author = _words(_family_name(paper.authors[0])) if paper.authors else ""
    label = " - ".join(part for part in (author, title) if part)
    room = _LONGEST - len(stem) - len(_ENDING) - 1
    label = _cut(label, room)
    return f"{stem} {label}{_ENDING}" if label else stem + _ENDING


def _family_name(name: str) -> str:
    words = name.replace(",", " ").split()
    while len(words) > 1 and _BEHIND.fullmatch(words[-1]):
        words.pop()
    return words[-1] if words else ""


def _words(text: str) -> str:
    """Drop special and invisible characters from `text` and fold white space to single spaces."""
    text = unicodedata.normalize("NFC", _SIGNS.sub(" ", text))
    # Category C: controls, formats, surrogates, private use, unassigned. Line and paragraph separators are white space.
    visible = "".join(" " if char.isspace() else char for char in text if unicodedata.category(char)[0] != "C")
    return " ".join(visible.split()).strip(". ")


def _cut(text: str, most: int) -> str:
    """Cut `text` to at most `most` bytes, at a word boundary unless that drops more than half of it."""
    data = text.encode("utf-8")
    if len(data) <= most:
        return text
    short = data[: max(most, 0)].decode("utf-8", "ignore")
    words = short.rpartition(" ")[0]
    short = words if len(words) > len(short) // 2 else short
    return short.rstrip(" .-")


# --- downloads ---------------------------------------------------------------------------------------

#: Called with the number of bytes received and the total, which is 0 if unknown.
PdfProgress = Callable[[int, int], None]


class PdfFile(NamedTuple):
    """A stored PDF."""

    id: str  # The paper's id
    file: Path
    bytes: int  # Its size
    fetched: bool  # Whether it was downloaded by this call


def _silent(done: int, of: int) -> None:
    del done, of


class PdfService:
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
        papers: PaperService,
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
        progress: PdfProgress = _silent,
    ) -> PdfFile:
        """The PDF of a paper, downloaded if it is not stored yet.

        An interrupted download is resumed, and no other file is overwritten.

        Args:
            id_: the paper's id.
            offline: do not use the network.
            folder: a folder other than the default one.
            file: the file to write, instead of a name made of the id.
            progress: called in the event loop with the progress of the download.

        Raises:
            PaperNotFoundError: no source has it.
            SourceError: it cannot be downloaded, or the response is not a PDF.
            StoreError: it cannot be written, or another file has its name.
        """
        paper = await asyncio.to_thread(self._papers.stored, id_)
        id_ = paper.id if paper else id_
        if stored := await asyncio.to_thread(self._stored_file, id_, folder or self._folder, file):
            return PdfFile(id_, stored, stored.stat().st_size, fetched=False)
        if offline:
            raise SourceError(f"The PDF of {id_} is not stored, and papertui is offline.")
        if file is None:
            file = (folder or self._folder) / await self._name(id_, paper)
            if await asyncio.to_thread(os.path.lexists, file):
                raise taken(file)
            size = await self._download(id_, paper, file, progress)
        else:
            size = await self._download(id_, paper, file, progress)
            with suppress(UnwritableError):  # the PDF is there, but papertui will not know that it is its own
                await asyncio.to_thread(self._archive.note, _note(file), id_)
        return PdfFile(id_, file, size, fetched=True)

    def show(self, file: Path) -> bool:
        """Show a PDF in the viewer; returns whether it could be started. Blocks briefly."""
        return self._show(file)

    def _stored_file(self, id_: str, folder: Path, file: Path | None) -> Path | None:
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

    async def _download(self, id_: str, paper: Paper | None, file: Path, progress: PdfProgress) -> int:
        async with _opened(PdfFolder(file.parent).part(file.name)) as part:
            async with self._source() as source:
                await source.pdf(id_, paper.pdf if paper else None, part, progress)
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
