"""A stand-in for a service: returns given papers, fails on demand, and records the requests."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

from kit.pdf_server import a_pdf
from papertui.archive.pdf_files import PdfPart
from papertui.errors import PaperNotFoundError, SourceError, UnreachableError
from papertui.model.community import Community
from papertui.model.document import Document, DocumentPart, TextKind
from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.model.versions import SeenVersion
from papertui.sources.source import FetchedFeed, FullText, LookupResult, PdfSource, Source, TypedName


@dataclass
class StandInSource:
    """A `Source` over given papers."""

    papers: tuple[Paper, ...] = ()
    day: date | None = date(2026, 4, 30)  # the latest day with papers
    failing: bool = False  # whether it is unreachable
    refusing: bool = False  # whether it answers that it has no such list
    notices: tuple[str, ...] = ()  # about every feed
    asked: list[str] = field(default_factory=list)  # the requests in order
    communities: dict[str, Community] = field(default_factory=dict)  # discussions by paper id
    sent: bytes = a_pdf(2000)  # the PDF of every paper
    texts: dict[str, FullText] = field(default_factory=dict)  # by paper id; others have a short one
    known_versions: tuple[SeenVersion, ...] = ()  # also those of the feeds
    version_texts: dict[tuple[str, int], FullText] = field(default_factory=dict)
    thumbnail: bytes = b"\x89PNG small"  # of every paper
    figures: dict[str, bytes] = field(default_factory=dict)  # the files of figures by their addresses
    goes_on: asyncio.Event | None = None  # if given, feeds and the second half of a PDF wait for it

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.failing:
            raise UnreachableError("The stand-in cannot be reached; check the network connection.")
        if self.refusing:
            raise SourceError("The stand-in does not have this list; choose another list.")

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        self._ask(f"{name} {limit}")
        if self.goes_on is not None:
            await self.goes_on.wait()
        return FetchedFeed(
            self.papers if limit is None else self.papers[:limit],
            "huggingface",
            notices=self.notices,
            versions=self.known_versions,
        )

    async def latest_day(self) -> date | None:
        self._ask("latest day")
        return self.day

    async def search(self, words: str, limit: int, typed: TypedName | None = None) -> FetchedFeed:  # noqa: ARG002
        self._ask(f"search {words} {limit}")
        return FetchedFeed(self.papers[:limit], "huggingface", versions=self.known_versions)

    async def paper(self, id_: str) -> Paper:
        self._ask(f"paper {id_}")
        for paper in self.papers:
            if paper.id == id_:
                return paper
        raise PaperNotFoundError(f"The stand-in does not know the paper {id_}; check the id.")

    async def look(self, url: str) -> LookupResult:
        self._ask(f"look {url}")
        return LookupResult(f"{url}/feed", "What it calls itself", FetchedFeed(self.papers, "a.example"))

    @property
    def text_kind(self) -> TextKind:
        return "html"

    @property
    def text_rank(self) -> int:
        return 0

    async def text(self, id_: str, kind: TextKind | None = None) -> FullText:
        del kind
        self._ask(f"text {id_}")
        if (text := self.texts.get(id_)) is not None:
            return text
        paper = await self.paper(id_)
        return FullText(
            Document(paper.title, (DocumentPart("heading", "Introduction", 1, "1"), DocumentPart("text", "We begin."))),
            "arxiv",
        )

    async def versions(self, ids: Sequence[str]) -> tuple[SeenVersion, ...]:
        self._ask(f"versions {','.join(ids)}")
        newest = {one.id: one for one in sorted(self.known_versions, key=lambda one: one.number)}
        named = {f"{one.id}v{one.number}": one for one in self.known_versions}
        return tuple(one for id_ in ids if (one := named.get(id_) or newest.get(id_)) is not None)

    async def version_text(self, id_: str, number: int) -> FullText:
        self._ask(f"text {id_}v{number}")
        if (text := self.version_texts.get((id_, number))) is None:
            raise PaperNotFoundError(f"The stand-in has no text of {id_}v{number}.")
        return text

    async def picture(self, url: str) -> bytes:
        self._ask(f"picture {url}")
        return self.thumbnail

    async def figure(self, id_: str, src: str, origin: str) -> bytes:
        self._ask(f"figure {id_} {src} {origin}")
        if (picture := self.figures.get(src)) is None:
            raise SourceError("The stand-in does not have this picture (status 404).")
        return picture

    async def community(self, id_: str) -> Community:
        self._ask(f"community {id_}")
        return self.communities.get(id_, Community())

    async def pdf(self, id_: str, address: str | None, part: PdfPart, progress: Callable[[int, int], None]) -> None:
        self._ask(f"pdf {id_} {address}")
        half = len(self.sent) // 2
        part.begin(f"https://a.example/{id_}", '"one"', len(self.sent))
        part.add(self.sent[:half])
        progress(half, len(self.sent))
        if self.goes_on is not None:
            await self.goes_on.wait()
        part.add(self.sent[half:])
        progress(len(self.sent), len(self.sent))

    @asynccontextmanager
    async def open_pdfs(self) -> AsyncIterator[PdfSource]:
        yield self

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Source]:
        yield self
