"""Single papers and their full texts, and downloads for reading offline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from papertui.archive.archive import Archive
from papertui.errors import PaperNotFoundError, SourceError, UnwritableError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.document import FORMAT, Author, Document, DocumentPart, TextKind
from papertui.model.feed import Feed
from papertui.model.paper import Paper
from papertui.model.versions import SeenVersion
from papertui.services.types import Clock, OpenPage, OpenSource
from papertui.services.versions import VersionService, packed, unpacked
from papertui.sources.registry import title_of
from papertui.sources.source import FullText

if TYPE_CHECKING:
    from papertui.archive.picture_folder import PictureFolder


class PaperService:
    """Single papers from the archive, the library or the source, in this order."""

    def __init__(
        self,
        archive: Archive,
        library: Library,
        source: OpenSource,
        open_page: OpenPage,
        now: Clock,
        pdf_of: Callable[[str], Awaitable[Path]],
        versions: VersionService,
    ) -> None:
        self._pdf_of = pdf_of
        self._versions = versions
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
        return self._library.whole([id_]).get(id_)

    def stored_text(self, id_: str) -> FullText | None:
        """The stored full text, or ``None``.

        Raises:
            StoreError: the disk cannot be read.
        """
        found = self._archive.text(id_)
        return None if found is None else unpacked(found[0], found[2])

    def _current_text(self, id_: str) -> FullText | None:
        """The stored full text, unless it lacks what papertui reads today or a newer version is known."""
        text = self.stored_text(id_)
        if text is None or text.document.format < FORMAT or self._archive.is_text_replaced(id_):
            return None
        return None if self._versions.is_outdated(id_, text.document.version) else text

    async def text(
        self, id_: str, *, offline: bool = False, kind: TextKind | None = None, with_pdf: bool = True
    ) -> FullText:
        """The full text, fetched and stored if it is not stored yet; on a full or read-only disk it is only fetched.

        A stored text of an older version of the paper, or from an older version of papertui, is fetched again; it is
        returned if that fails.

        Args:
            id_: the id of the paper.
            offline: do not use the network.
            kind: what the text must be made from; by default the best there is.
            with_pdf: whether to download the PDF if no source has the text, and the extra for it is installed.

        Raises:
            UsageError: `kind` is ``pdf`` and the extra is not installed.
            PaperNotFoundError: no source has it as text.
            SourceError: a source failed, or the text is not stored and `offline` is set.
            StoreError: the archive cannot be used.
        """
        stored = await asyncio.to_thread(self.stored_text if offline else self._current_text, id_)
        if stored is not None and _is_of(stored, kind):
            return stored
        if offline:
            what = "The full text" if kind is None else f"The text of kind {kind}"
            raise SourceError(f"{what} of {id_} is not stored, and papertui is offline.")
        try:
            text = await self._fetched_text(id_, kind, with_pdf=with_pdf)
        except SourceError:
            older = await asyncio.to_thread(self.stored_text, id_)
            if older is None or not _is_of(older, kind):
                raise
            return older
        if kind is None or stored is None:
            with suppress(UnwritableError):
                await asyncio.to_thread(self._keep_text, id_, text)
        return text

    def _keep_text(self, id_: str, text: FullText) -> None:
        """Store a text; of a kept paper, the text of an earlier version stays stored."""
        number = text.document.version
        earlier = self._versions.replaced(id_, number)
        if number:  # before the earlier text is replaced, which says what the reader had
            self._versions.note((SeenVersion(id_, number),))
        self._archive.keep_text(id_, text.origin, self._now(), packed(text), earlier=earlier)

    def note_read(self, id_: str, text: FullText) -> None:
        """Note that the reader sees a text, and so the version that it is of.

        Raises:
            StoreError: the disk cannot be read.
        """
        if text.document.version >= max(self._versions.known(id_), default=0):
            self._versions.see(id_)

    async def _fetched_text(self, id_: str, kind: TextKind | None, *, with_pdf: bool) -> FullText:
        if kind == "pdf":
            if not can_read_pdf():
                raise UsageError("Reading a PDF's text needs an extra package; install papertui[pdf].")
            return await self._pdf_text(id_)
        try:
            async with self._source() as source:
                return await source.text(id_, kind)
        except PaperNotFoundError:
            if kind is not None or not with_pdf or not can_read_pdf():
                raise
        try:
            return await self._pdf_text(id_)
        except SourceError as error:  # the abstract is shown instead
            raise PaperNotFoundError(str(error)) from error

    async def _pdf_text(self, id_: str) -> FullText:
        """The text of the PDF, which is downloaded if it is not stored."""
        from papertui.sources.fulltext.pdf import read_pdf  # noqa: PLC0415 - needs the extra

        path = await self._pdf_of(id_)
        return FullText(await asyncio.to_thread(read_pdf, path), "pdf")

    def open_page(self, url: str) -> bool:
        """Open a web address in the browser; returns whether the browser could be started.

        Everything but http and https addresses is rejected: a browser would act on options and other schemes.
        """
        return url.startswith(("https://", "http://")) and self._open_page(url)

    async def find(self, id_: str, *, offline: bool = False) -> Paper:
        """The paper, fetched and stored if it or its abstract is not stored yet.

        On a full or read-only disk it is kept until papertui ends.

        Raises:
            PaperNotFoundError: no source has it, or it is not stored and `offline` is set.
            SourceError: the source failed.
            StoreError: the archive cannot be used.
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
        try:
            await asyncio.to_thread(self._archive.remember, [paper], self._now())
        except UnwritableError:
            self._archive.unsaved.add([paper])
            return paper
        return await asyncio.to_thread(self._archive.paper, id_) or paper


def can_read_pdf() -> bool:
    """Whether the extra that reads PDFs is installed."""
    return find_spec("pypdf") is not None


def abstract_text(paper: Paper) -> FullText:
    """The abstract as a full text, for a paper without one."""
    parts = (DocumentPart("text", paper.abstract, role="abstract"),)
    return FullText(Document(paper.title, parts, tuple(Author(name) for name in paper.authors), "abstract"), "")


def made_from(text: FullText) -> str:
    """Say what a text was made from."""
    version = f", version {text.document.version}" if text.document.version else ""
    match text.document.source:
        case "pdf":
            return "This is the text of the PDF: formulas and tables in it may be wrong."
        case "markdown":
            return f"This is Hugging Face's Markdown of arXiv's HTML{version}: formulas and tables in it may be wrong."
        case _:
            return f"This is the HTML of {title_of(text.origin)}{version}."


def _is_of(text: FullText, kind: TextKind | None) -> bool:
    return kind is None or text.document.source == kind


# --- prefetching -------------------------------------------------------------------------------------

#: The largest number of texts fetched at one visit; the rest follows at the next one.
_MOST = 30
#: After this number of failures no further thumbnail is requested.
_PATIENCE = 3
#: A note in the archive: the paper has no full text. It is valid as long as the archive stores it.
_NONE = "no text of"


class PrefetchResult(NamedTuple):
    """The result of one kind of prefetch."""

    what: str  # ``full text`` or ``picture``
    number: int
    failure: str = ""  # Why some could not be fetched, or empty


class Prefetcher:
    """Fetches full texts and thumbnails that are not stored yet."""

    def __init__(
        self, archive: Archive, library: Library, papers: PaperService, source: OpenSource, thumbnails: PictureFolder
    ) -> None:
        self._archive = archive
        self._library = library
        self._papers = papers
        self._source = source
        self._folder = thumbnails

    async def bring(self, wanted: tuple[str, ...], feeds: tuple[Feed, ...]) -> AsyncIterator[PrefetchResult]:
        """Fetch what is `wanted` and not stored yet.

        A failure ends that kind and is reported; everything fetched before it is kept.

        Args:
            wanted: ``texts``, ``thumbnails`` or both, as in the settings.
            feeds: the feeds whose thumbnails are fetched.

        Raises:
            UnwritableError: nothing can be stored.
            StoreError: the disk cannot be read.
        """
        if "texts" in wanted:
            yield await self._texts()
        if "thumbnails" in wanted:
            yield await self._thumbnails([paper for feed in feeds for paper in feed.papers])

    async def _texts(self) -> PrefetchResult:
        number = 0
        for id_ in await asyncio.to_thread(self._without_text):
            try:
                await self._papers.text(id_, with_pdf=False)
            except PaperNotFoundError:
                await asyncio.to_thread(self._archive.note, f"{_NONE} {id_}", "yes")
                continue
            except SourceError as problem:
                return PrefetchResult("full text", number, str(problem))
            number += 1
        return PrefetchResult("full text", number)

    def _without_text(self) -> list[str]:
        """Some bookmarks whose full text is not stored and may exist."""
        stored = self._archive.texts()
        ids = [mark.paper.id for mark in self._library.all() if mark.paper.id not in stored]
        return [id_ for id_ in ids if self._archive.recall(f"{_NONE} {id_}") is None][:_MOST]

    async def _thumbnails(self, papers: list[Paper]) -> PrefetchResult:
        missing = {paper.id: paper.thumbnail for paper in papers if paper.thumbnail and not self._folder.has(paper.id)}
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
                await asyncio.to_thread(self._folder.keep, id_, content)
                number += 1
        return PrefetchResult("picture", number, failure)
