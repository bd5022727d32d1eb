"""The places that give papers, and what each of them can be asked.

This file is light to import; the sources themselves bring the network with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, Protocol

from papertui.core.document import Document
from papertui.core.feed import FeedName
from papertui.core.paper import Paper


class Fetched(NamedTuple):
    """What a source answered.

    Attributes:
        papers: in the order of the source, no paper twice, every text safe.
        origin: which source: ``huggingface``, ``arxiv``, the host of a feed; ``several`` of them together.
        skipped: how many entries could not be understood and were left out.
        notices: what the reader should know, each a full sentence.
        why: by id, how the source told of a paper, where it says so: ``new``, ``cross``, ``replace``, ``withdrawn``.
        title: what a feed calls itself, where it does.
    """

    papers: tuple[Paper, ...]
    origin: str
    skipped: int = 0
    notices: tuple[str, ...] = ()
    why: Mapping[str, str] = MappingProxyType({})
    title: str = ""


class Typed(NamedTuple):
    """What a reader typed into the search line, for services that know more than words.

    Attributes:
        query: as typed; `papertui.core.search.query` reads it.
        today: what ``since:7d`` counts from.
    """

    query: str
    today: date


class Looked(NamedTuple):
    """What lies at an address that was followed.

    Attributes:
        url: the feed's own address, which a page at the address given may have named.
        title: what it calls itself.
        fetched: its papers.
        others: addresses of feeds that the page names besides.
    """

    url: str
    title: str
    fetched: Fetched
    others: tuple[str, ...] = ()


class FullText(NamedTuple):
    """The full text of a paper.

    Attributes:
        document: what there is to read.
        origin: who gave it: ``huggingface`` or ``arxiv``.
    """

    document: Document
    origin: str


class Source(Protocol):
    """A place that gives papers. Every method raises `SourceError` with a sentence for the reader."""

    async def fetch(self, name: FeedName, limit: int | None = None) -> Fetched:
        """The papers of one view, all of them or the first `limit`. A calendar view must name its period."""
        ...

    async def latest_day(self) -> date | None:
        """The newest day that has daily papers, ``None`` when there is none at all."""
        ...

    async def search(self, words: str, limit: int, typed: Typed | None = None) -> Fetched:
        """The first `limit` papers the service itself finds for `words`, or for what was `typed` where it can."""
        ...

    async def paper(self, id_: str) -> Paper:
        """One paper with everything the source knows of it.

        Raises:
            PaperNotFoundError: the source does not know `id_`.
        """
        ...

    async def look(self, url: str) -> Looked:
        """The feed at `url`, or the one that the page there names."""
        ...

    async def text(self, id_: str) -> FullText:
        """The full text of one paper.

        Raises:
            PaperNotFoundError: nobody has it as a text.
        """
        ...

    async def picture(self, url: str) -> bytes:
        """The small picture at `url`, as the service gave it with a paper."""
        ...


class Part(Protocol):
    """What is there of a file that is brought piece by piece, see `papertui.store.pdfs`.

    Methods block and raise `StoreError`. What was added is there for the next time, whatever happens to the program.

    Attributes:
        size: how many bytes are there.
        url: the address they came from, empty when there are none.
        validator: what ``If-Range`` may carry to ask for the rest, empty when the service gave nothing for it.
        total: how many bytes the file has, ``None`` when the service did not say.
    """

    @property
    def size(self) -> int: ...  # noqa: D102 - told above
    @property
    def url(self) -> str: ...  # noqa: D102 - told above
    @property
    def validator(self) -> str: ...  # noqa: D102 - told above
    @property
    def total(self) -> int | None: ...  # noqa: D102 - told above

    def begin(self, url: str, validator: str, total: int | None) -> None:
        """Throws away what is there, for a file that is sent from its first byte."""
        ...

    def add(self, data: bytes) -> None:
        """Adds the bytes that follow."""
        ...

    def settle(self) -> None:
        """Makes what was added survive a power cut, so that the next try goes on behind it."""
        ...


class PdfSource(Protocol):
    """Where PDFs come from."""

    async def pdf(self, id_: str, address: str | None, part: Part, told: Callable[[int, int], None]) -> None:
        """Brings the PDF of a paper into `part`, going on behind what is there; all of it on return.

        Args:
            id_: the paper's.
            address: where the paper says its PDF lies; asked only where the id does not tell.
            part: what is there of it already, and where the rest goes.
            told: how many bytes of how many are there (0 when nobody knows), again and again.

        Raises:
            PaperNotFoundError: nobody has it.
            SourceError: it cannot be had, or is no PDF.
            StoreError: it cannot be written.
        """
        ...
