"""What a source of papers offers: feeds, and those of the other protocols that it implements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from papertui.model.community import Community
from papertui.model.document import Document, TextKind
from papertui.model.feed import FeedName
from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.model.versions import SeenVersion

if TYPE_CHECKING:
    from papertui.archive.pdf_files import PdfPart


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
    #: Whether papers may be missing because the response is malformed; a notice says so.
    is_malformed: bool = False
    #: The versions of the papers, as far as the source states them.
    versions: tuple[SeenVersion, ...] = ()


def malformed_notice(origin: str, number: int) -> str:
    """Return the notice about a malformed response of which `number` papers were read."""
    return (
        f"The response of {origin} is malformed: only {plural(number, 'paper')} could be read; others may be missing. "
        "Refresh later, and report it to the publisher if it persists."
    )


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
    #: ``arxiv``, ``huggingface`` or ``ar5iv``; empty for an abstract.
    origin: str


class FeedSource(Protocol):
    """What every source offers. All methods of a source raise `SourceError` with a sentence for the user."""

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        """Return the papers of a view, all of them or the first `limit`. A calendar view must name its period."""
        ...


@runtime_checkable
class SearchSource(Protocol):
    """A source that can search its papers."""

    async def search(self, words: str, limit: int, typed: TypedName | None = None) -> FetchedFeed:
        """Return the first `limit` papers the service finds for `words`, or for `typed` if it supports more."""
        ...


@runtime_checkable
class PaperSource(Protocol):
    """A source that can look up one paper."""

    async def paper(self, id_: str) -> Paper:
        """Return one paper with everything the source knows about it.

        Raises:
            PaperNotFoundError: the source does not know `id_`.
        """
        ...


@runtime_checkable
class TextSource(Protocol):
    """A source of full texts."""

    @property
    def text_kind(self) -> TextKind:
        """What its texts are made from."""
        ...

    @property
    def text_rank(self) -> int:
        """How good its texts are; the source with the lowest rank is asked first."""
        ...

    async def text(self, id_: str) -> FullText:
        """Return the full text of one paper.

        Raises:
            PaperNotFoundError: the source has no full text of it.
        """
        ...


@runtime_checkable
class VersionSource(Protocol):
    """A source that numbers the versions of papers."""

    async def versions(self, ids: Sequence[str]) -> tuple[SeenVersion, ...]:
        """Return the newest versions of papers, or those that ids such as ``2604.26951v1`` name.

        Papers that the source does not know are left out.
        """
        ...

    async def version_text(self, id_: str, number: int) -> FullText:
        """Return the full text of one version of a paper.

        Raises:
            PaperNotFoundError: the source has no full text of it.
        """
        ...


@runtime_checkable
class FigureSource(Protocol):
    """A source of full texts with figures."""

    async def figure(self, id_: str, src: str) -> bytes:
        """Return the file of a figure, at an address that the paper's page gives."""
        ...


@runtime_checkable
class DailySource(Protocol):
    """A source with daily papers, their thumbnails and discussions."""

    async def latest_day(self) -> date | None:
        """Return the newest day that has daily papers, or ``None`` if there is none."""
        ...

    async def picture(self, url: str) -> bytes:
        """Return the thumbnail at `url`, an address the service gave with a paper."""
        ...

    async def community(self, id_: str) -> Community:
        """Return the discussion of one paper, and the models, datasets and Spaces that cite it.

        Raises:
            PaperNotFoundError: the source does not know `id_`.
        """
        ...


@runtime_checkable
class PageSource(Protocol):
    """A source that can find feeds on web pages."""

    async def look(self, url: str) -> LookupResult:
        """Return the feed at `url`, or the feed that the page at `url` links to."""
        ...


class Source(FeedSource, SearchSource, PaperSource, DailySource, PageSource, VersionSource, Protocol):
    """A source that offers everything: all services combined."""

    async def text(self, id_: str, kind: TextKind | None = None) -> FullText:
        """Return the best full text of one paper, or the one made from `kind`.

        Raises:
            PaperNotFoundError: no source has it.
        """
        ...

    async def figure(self, id_: str, src: str, origin: str) -> bytes:
        """Return the file of a figure of a paper.

        Args:
            id_: the id of the paper.
            src: the address that the paper's text gives.
            origin: where the text is from.
        """
        ...


class PdfSource(Protocol):
    """A source of PDFs."""

    async def pdf(self, id_: str, address: str | None, part: PdfPart, progress: Callable[[int, int], None]) -> None:
        """Download the PDF of a paper into `part`, resuming after the bytes it already has.

        Args:
            id_: the id of the paper.
            address: the PDF address the paper gives; used only if it does not follow from the id.
            part: the bytes downloaded so far; receives the rest.
            progress: called repeatedly with the bytes downloaded and the bytes in all (0 if unknown).

        Raises:
            PaperNotFoundError: no source has it.
            SourceError: it cannot be downloaded, or is not a PDF.
            StoreError: it cannot be written.
        """
        ...
