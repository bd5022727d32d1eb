"""Search, over one view or over everything stored."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, overload

from papertui.core.paper import Paper
from papertui.core.search import Docs, Marks, Match, Results, Searcher, Span, StoredSearcher
from papertui.desk.doors import BuildSearcher, Clock, OpenIndex, OpenLibrary, OpenSource, Progress
from papertui.errors import SourceError
from papertui.sources import Typed
from papertui.store.archive import Archive

Scope = Literal["everything", "library", "archive"]
#: Papers found are read so many at a time.
_PAGE = 32
_LIKE = re.compile(r"\s*like:(\S+)\s*")
_LIKE_MOST = 100
_GONE = Paper(id="", title="This paper is no longer in the archive.")


class Found(NamedTuple):
    """A paper that was found, and how well it fits."""

    paper: Paper
    match: Match


class Answer(NamedTuple):
    """What a search over what is stored gave.

    Attributes:
        papers: best first, read as they are looked at.
        results: how well each fits, and how many there are in all.
        of: how many papers were searched.
    """

    papers: Sequence[Paper]
    results: Results
    of: int


class Finder:
    """Search over everything stored; with the services' own search added on request."""

    def __init__(
        self,
        archive: Archive,
        library: OpenLibrary,
        source: OpenSource,
        searcher: BuildSearcher,
        index: OpenIndex,
        plain: Callable[[str], str],
        now: Clock,
    ) -> None:
        """Finds.

        Args:
            archive: what is searched.
            library: what is searched, too.
            source: is asked on request.
            searcher: builds an index over a view.
            index: the one over everything stored.
            plain: the words of a query, without what only papertui understands.
            now: tells the time.
        """
        self._archive = archive
        self._library = library
        self._source = source
        self._searcher = searcher
        self._index = index
        self._plain = plain
        self._now = now

    def index(self, papers: Sequence[Paper]) -> Searcher:
        """An index over `papers`. Takes a while for many papers: call it off the event loop."""
        return self._searcher(papers, self._marks())

    def marked(self, index: Searcher, papers: Sequence[Paper]) -> Searcher:
        """`index`, which is one over `papers`, for what is kept, tagged and read now: far cheaper than a new one."""
        marks = self._marks()
        kept = {paper.id: marks.kept[paper.id] for paper in papers if paper.id in marks.kept}
        return index.with_reader(Marks(kept, marks.read))

    def open(
        self, scope: Scope = "everything", progress: Progress | None = None, *, also: Sequence[Paper] = ()
    ) -> Search:
        """A search over `scope`, for many queries one after the other.

        Blocks until the index holds everything that is stored: no time mostly, a few seconds after a large import.

        Args:
            scope: what is searched.
            progress: is told how far the making of the index is, where it takes long.
            also: papers that are searched with everything, although they are stored nowhere.

        Raises:
            StoreError: the disk cannot be read.
        """
        marks = self._marks()
        stored = self._index().fresh(progress)
        if scope != "archive":
            marks = self._with_abstracts(marks, stored)
        index = stored if scope == "archive" else stored.with_reader(marks, also)
        known = {**{paper.id: paper for paper in also}, **{id_: mark.paper for id_, mark in marks.kept.items()}}
        within = index.docs(marks.kept) if scope == "library" else None
        return Search(index, within, self._archive, known, self._now().date())

    def has_words(self, query: str) -> bool:
        """Whether `query` asks for words, and not only for what filters tell apart."""
        return bool(self._plain(query).strip())

    def take_notices(self) -> tuple[str, ...]:
        """What the reader must be told of the index, each sentence once."""
        return self._index().take_notices()

    def _marks(self) -> Marks:
        kept = {mark.paper.id: mark for mark in self._library().all()}
        return Marks(kept, self._archive.read_ids())

    def _with_abstracts(self, marks: Marks, stored: StoredSearcher) -> Marks:
        """`marks` with the abstracts of those papers that are in the library alone."""
        there = frozenset(stored.ids(stored.docs(marks.kept)))
        papers = self._library().whole(id_ for id_ in marks.kept if id_ not in there)
        whole = {id_: marks.kept[id_]._replace(paper=paper) for id_, paper in papers.items() if id_ in marks.kept}
        return marks._replace(kept={**marks.kept, **whole})

    async def fetch(self, query: str, limit: int) -> tuple[str, ...]:
        """Asks the services for papers that fit `query` and stores them; returns notices for the reader.

        Some know words only, others fields, categories and days, too.

        A failure is a notice, not an error: what is stored can still be searched.

        Raises:
            StoreError: the answer could not be stored.
        """
        try:
            async with self._source() as source:
                fetched = await source.search(self._plain(query), limit, Typed(query, self._now().date()))
        except SourceError as problem:
            return (f"{problem} Showing what is stored.",)
        await asyncio.to_thread(self._archive.remember, fetched.papers, self._now())
        return fetched.notices


class Search:
    """An index over what is stored, ready for queries."""

    def __init__(
        self, index: StoredSearcher, within: Docs | None, archive: Archive, known: Mapping[str, Paper], today: date
    ) -> None:
        """Searches.

        Args:
            index: what is asked.
            within: the only papers of it that count; ``None`` for all.
            archive: where papers found are read.
            known: papers that may not be there.
            today: the day that ``since:7d`` counts from.
        """
        self._index = index
        self._within = within
        self._archive = archive
        self._known = known
        self._today = today

    @property
    def size(self) -> int:
        """How many papers are searched."""
        return self._index.alive if self._within is None else len(self._within)

    def answer(self, query: str, limit: int | None, *, fields: bool = True) -> Answer:
        """The papers that fit `query`, best first, at most `limit`; ``like:ID`` is those like a paper.

        `fields` tells whether the fields that fit are needed.
        """
        alike = _LIKE.fullmatch(query)
        paper = (self._archive.paper(alike[1]) or self._known.get(alike[1])) if alike else None
        if paper is not None:
            return self.like(paper, limit or _LIKE_MOST)
        within = self._within
        return self._answered(self._index.search(query, limit, today=self._today, within=within, fields=fields))

    def like(self, paper: Paper, limit: int) -> Answer:
        """The papers that are most like `paper`, itself left out."""
        return self._answered(self._index.like(paper, limit, within=self._within))

    def spans(self, query: str, text: str, field: str = "") -> tuple[Span, ...]:
        """The runs of letters in `text` that answer to words of `query`."""
        return self._index.spans(query, text, field)

    def best(self, query: str, limit: int | None = None) -> list[Found]:
        """The papers that fit `query`, best first."""
        return found(self.answer(query, limit))

    def _answered(self, results: Results) -> Answer:
        return Answer(_Papers(results, self._index, self._archive, self._known), results, self.size)


def found(answer: Answer) -> list[Found]:
    """Each paper of an answer beside its match; those gone from the archive meanwhile are left out."""
    papers = zip(answer.papers, answer.results.matches, strict=True)
    return [Found(paper, match) for paper, match in papers if paper.id]


class _Papers(Sequence[Paper]):
    """Papers found, read as they are looked at; one that is gone meanwhile has no id."""

    def __init__(self, results: Results, index: StoredSearcher, archive: Archive, known: Mapping[str, Paper]) -> None:
        self._matches = results.matches
        self._index = index
        self._archive = archive
        self._known = known
        self._read: dict[int, Paper] = {}

    def __len__(self) -> int:
        return len(self._matches)

    @overload
    def __getitem__(self, key: int) -> Paper: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Paper]: ...
    def __getitem__(self, key: int | slice) -> Paper | Sequence[Paper]:
        if isinstance(key, slice):
            return [self[place] for place in range(*key.indices(len(self)))]
        place = key + len(self) if key < 0 else key
        if not 0 <= place < len(self):
            raise IndexError(key)
        if place not in self._read:
            self._read_page(place - place % _PAGE)
        return self._read[place]

    def __iter__(self) -> Iterator[Paper]:
        return (self[place] for place in range(len(self)))

    def _read_page(self, start: int) -> None:
        ids = self._index.ids([match.place for match in self._matches[start : start + _PAGE]])
        papers = self._archive.papers(ids)
        for place, id_ in enumerate(ids, start):
            self._read[place] = papers.get(id_) or self._known.get(id_, _GONE)
