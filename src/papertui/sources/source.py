"""What a source of papers offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, Protocol

from papertui.model.document import Document
from papertui.model.feed import FeedName
from papertui.model.paper import Paper


class FetchedFeed(NamedTuple):
    """The response of a source."""

    #: In the order of the source, without duplicates, every text safe.
    papers: tuple[Paper, ...]
    #: ``huggingface``, ``arxiv``, the host of a feed, or ``several`` for a combination of sources.
    origin: str
    #: Entries that could not be read and were left out.
    skipped: int = 0
    #: Full sentences for the user.
    notices: tuple[str, ...] = ()
    #: By paper id, how the source announced it: ``new``, ``cross``, ``replace``, ``withdrawn``.
    why: Mapping[str, str] = MappingProxyType({})
    #: The title a feed gives itself, if any.
    title: str = ""


class TypedName(NamedTuple):
    """A search as the user typed it, for services that support more than words."""

    #: As typed; parsed by `papertui.search.query`.
    query: str
    #: The day that ``since:7d`` counts from.
    today: date


class LookupResult(NamedTuple):
    """The feed found at an address."""

    #: The address of the feed, which may differ from the page address that was given.
    url: str
    title: str
    fetched: FetchedFeed
    #: Addresses of the other feeds that the page links to.
    others: tuple[str, ...] = ()


class FullText(NamedTuple):
    """The full text of a paper."""

    document: Document
    #: ``huggingface`` or ``arxiv``.
    origin: str


class Source(Protocol):
    """A source of papers. Every method raises `SourceError` with a sentence for the user."""

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        """Return the papers of a view, all of them or the first `limit`. A calendar view must name its period."""
        ...

    async def latest_day(self) -> date | None:
        """Return the newest day that has daily papers, or ``None`` if there is none."""
        ...

    async def search(self, words: str, limit: int, typed: TypedName | None = None) -> FetchedFeed:
        """Return the first `limit` papers the service finds for `words`, or for `typed` if it supports more."""
        ...

    async def paper(self, id_: str) -> Paper:
        """Return one paper with everything the source knows about it.

        Raises:
            PaperNotFoundError: the source does not know `id_`.
        """
        ...

    async def look(self, url: str) -> LookupResult:
        """Return the feed at `url`, or the feed that the page at `url` links to."""
        ...

    async def text(self, id_: str) -> FullText:
        """Return the full text of one paper.

        Raises:
            PaperNotFoundError: the source has no full text of it.
        """
        ...

    async def picture(self, url: str) -> bytes:
        """Return the thumbnail at `url`, an address the service gave with a paper."""
        ...


class PartialFile(Protocol):
    """The part of a file that is downloaded so far, see `papertui.archive.pdf_files`.

    Methods block and raise `StoreError`. Added bytes survive the end of the process.

    Attributes:
        size: bytes downloaded so far.
        url: the address they came from, empty if there are none.
        validator: the value for ``If-Range`` when requesting the rest, empty if the service sent none.
        total: bytes of the whole file, ``None`` if the service did not say.
    """

    @property
    def size(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def validator(self) -> str: ...
    @property
    def total(self) -> int | None: ...

    def begin(self, url: str, validator: str, total: int | None) -> None:
        """Discard what is there and start a file from its first byte."""
        ...

    def add(self, data: bytes) -> None:
        """Append bytes."""
        ...

    def settle(self) -> None:
        """Flush the added bytes to disk, so that the next try can resume after a power cut."""
        ...


class PdfSource(Protocol):
    """A source of PDFs."""

    async def pdf(self, id_: str, address: str | None, part: PartialFile, told: Callable[[int, int], None]) -> None:
        """Download the PDF of a paper into `part`, resuming after the bytes it already has.

        Args:
            id_: the id of the paper.
            address: the PDF address the paper gives; used only if it does not follow from the id.
            part: the bytes downloaded so far; receives the rest.
            told: called repeatedly with the bytes downloaded and the bytes in all (0 if unknown).

        Raises:
            PaperNotFoundError: no source has it.
            SourceError: it cannot be downloaded, or is not a PDF.
            StoreError: it cannot be written.
        """
        ...
