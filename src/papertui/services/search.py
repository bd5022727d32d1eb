"""Search over one feed or over all stored papers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

from papertui.archive.archive import Archive
from papertui.archive.papers import GONE
from papertui.errors import SourceError, UnwritableError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.identity import is_made
from papertui.model.paper import Paper
from papertui.model.paper_ids import is_label, papers_in
from papertui.search.results import Match, ReaderMarks, Results, SearchMode, Span
from papertui.services.types import Clock, OpenSource, Progress
from papertui.services.versions import VersionService
from papertui.services.visits import Visits
from papertui.sources.source import TypedName

if TYPE_CHECKING:
    from papertui.search.disk import SearchIndex
    from papertui.search.index import Index, Numbers
    from papertui.search.segment import Segment

Scope = Literal["everything", "library", "archive"]
#: The number of matching papers read from the archive at a time.
_PAGE = 32
_LIKE = re.compile(r"\s*like:(?=\S)(.+?)\s*", re.DOTALL)
_LIKE_MOST = 100
#: Fewer bookmarks with tags or notes are indexed as fast as they are read from the disk.
_MANY_ANNOTATIONS = 300


def _liked(query: str) -> str:
    """Return the id in a search for similar papers, ``like:ID``; empty for any other query."""
    alike = _LIKE.fullmatch(query)
    if alike is None:
        return ""
    found = papers_in(alike[1])
    others = [word for word in alike[1].split() if not any(papers_in(word)) and not is_label(word)]
    named = [*dict.fromkeys(paper.id for paper in found), *others]
    return named[0] if len(named) == 1 else ""


class SearchHit(NamedTuple):
    """A paper with its match."""

    paper: Paper
    match: Match


class SearchResponse(NamedTuple):
    """The answer to a search."""

    papers: Sequence[Paper]  # The best first; each is read when it is accessed
    results: Results  # The matches of these papers and the total number
    of: int  # How many papers were searched
    nearest: Callable[[str], Span | None] = lambda _: None  # The sentence of an abstract nearest to the query

    def hits(self) -> list[SearchHit]:
        """The papers with their matches, without papers removed from the archive in the meantime."""
        pairs = zip(self.papers, self.results.matches, strict=True)
        return [SearchHit(paper, match) for paper, match in pairs if paper.id]

    def record(self, hit: SearchHit) -> dict[str, Any]:
        """What the JSON of a match adds to that of its paper."""
        match = hit.match
        return {
            "score": round(match.score, 6),
            "matched": list(match.fields),
            "similar": match.similar,
            "found_by": "meaning" if self.results.by_meaning else "words",
            "passage": self.passage(hit.paper),
        }

    def passage(self, paper: Paper) -> str | None:
        """The sentence of the abstract nearest to a query, for papers found by meaning."""
        span = self.nearest(paper.abstract) if self.results.by_meaning else None
        return None if span is None else paper.abstract[slice(*span)]


class SearchService:
    """Search over all stored papers, and over the sources on request.

    Args:
        archive: the stored papers.
        library: the bookmarks.
        source: searched on request.
        folder: where the index over all stored papers is.
        now: the clock.
        visits: knows which papers are new.
        versions: notes the versions of kept papers.
    """

    def __init__(
        self,
        archive: Archive,
        library: Library,
        source: OpenSource,
        folder: Path,
        now: Clock,
        visits: Visits | None = None,
        versions: VersionService | None = None,
    ) -> None:
        self._archive = archive
        self._library = library
        self._source = source
        self._folder = folder
        self._now = now
        self._visits = visits
        self._versions = versions

    @cached_property
    def stored_index(self) -> SearchIndex:
        """The index of everything stored."""
        from papertui.search.disk import SearchIndex  # noqa: PLC0415 - brings numpy and rapidfuzz with it
        from papertui.search.updates import IndexUpdates  # noqa: PLC0415 - imports the archive's rows

        return SearchIndex(self._folder, IndexUpdates(self._archive.database), self._archive.papers)

    def update_index(self, progress: Progress | None = None) -> None:
        """Add new papers to the index on disk; it is built if there is none.

        Raises:
            StoreError: the archive cannot be read, or the index cannot be written.
        """
        self.stored_index.update(progress)

    def index(self, papers: Sequence[Paper]) -> Index:
        """An index over `papers`. Slow for many papers: do not call it in the event loop."""
        from papertui.search.index import index_over  # noqa: PLC0415 - brings numpy and rapidfuzz with it

        return index_over(papers, self._marks())

    def marked(self, index: Index, papers: Sequence[Paper]) -> Index:
        """`index` over `papers` with the current bookmarks and read marks. Much cheaper than a new index."""
        marks = self._marks()
        kept = {paper.id: marks.kept[paper.id] for paper in papers if paper.id in marks.kept}
        return index.with_reader(ReaderMarks(kept, marks.read, new=marks.new))

    def open(
        self, scope: Scope = "everything", progress: Progress | None = None, *, also: Sequence[Paper] = ()
    ) -> SearchSession:
        """Open a search over `scope` for any number of queries.

        Blocks until the index is up to date: usually at once, a few seconds after a large import.

        Args:
            scope: the papers to search.
            progress: called while the index is updated, if that takes long.
            also: additional papers that are not stored.

        Raises:
            StoreError: the disk cannot be read.
        """
        marks = self._marks()
        also = (*also, *self._archive.unsaved.all())
        stored = self.stored_index.fresh(progress)
        known = {paper.id: paper for paper in also}
        index = stored
        if scope != "archive":
            # Papers that are only in the library are indexed with their abstracts.
            notes = self._annotations(marks)
            index = stored.with_reader(marks, known.values(), whole=self._library.whole, annotations=notes)
        within = index.docs(marks.kept) if scope == "library" else None
        return SearchSession(index, within, self._archive, _KnownPapers(known, marks.kept), self._now().date())

    def check(self, query: str) -> None:
        """Check that every part of `query` is understood; an app would ignore the others.

        Raises:
            UsageError: one is not.
        """
        from papertui.search.query import parse  # noqa: PLC0415 - compiles large patterns

        problems = () if _liked(query) else parse(query, self._now().date()).problems
        if problems:
            raise UsageError(" ".join(problem.sentence for problem in problems))

    def has_words(self, query: str) -> bool:
        """Whether `query` contains words besides filters."""
        return bool(_plain_words(query).strip())

    def take_notices(self) -> tuple[str, ...]:
        """Messages from the index, each returned once."""
        return self.stored_index.take_notices()

    def _marks(self) -> ReaderMarks:
        kept, own = self._library.by_id(), self._library.annotations()
        read = self._archive.read_ids()
        new = frozenset[str]() if self._visits is None else self._visits.ids()
        made = [id_ for id_ in kept if is_made(id_)]
        better = self._archive.better_ids(made) if made else {}
        if not better:
            return ReaderMarks(kept, read, own, self._library.ids_having, new)
        # Papers that got a better id since they were bookmarked; the words of their notes are indexed each time.
        return ReaderMarks(
            {better.get(id_, id_): mark for id_, mark in kept.items()},
            read,
            {better.get(id_, id_): mark for id_, mark in own.items()},
            new=new,
        )

    def _annotations(self, marks: ReaderMarks) -> Segment | None:
        """The index of many tags and notes, from the disk if the library is unchanged."""
        from papertui.search.index import annotation_arrays  # noqa: PLC0415 - brings numpy and rapidfuzz with it

        ids = marks.annotated()
        if len(ids) < _MANY_ANNOTATIONS or marks.having is None:
            return None
        stamp = self._library.stamp(), len(ids)
        return self.stored_index.annotations(stamp, lambda: annotation_arrays(marks, ids))

    async def fetch(self, query: str, limit: int) -> tuple[str, ...]:
        """Search the sources for `query` and store the papers; returns notices for the reader.

        On a full or read-only disk the papers are kept until papertui ends.

        Some sources understand words only, others fields, categories and dates as well. A failure is a notice, not an
        error: the stored papers can still be searched.

        Raises:
            StoreError: the archive cannot be used.
        """
        try:
            async with self._source() as source:
                fetched = await source.search(_plain_words(query), limit, TypedName(query, self._now().date()))
        except SourceError as problem:
            return (f"{problem} Showing stored papers.",)
        try:
            await asyncio.to_thread(self._archive.remember, fetched.papers, self._now())
        except UnwritableError:
            self._archive.unsaved.add(fetched.papers)
        if self._versions is not None:
            await asyncio.to_thread(self._versions.note, fetched.versions)
        return fetched.notices


def _plain_words(query: str) -> str:
    """The words of a query without its fields and filters."""
    from papertui.search.query import parse  # noqa: PLC0415 - compiles large patterns

    return parse(query).plain


class SearchSession:
    """An index over stored papers, ready for queries.

    Args:
        index: the index.
        within: the only papers that count; ``None`` for all.
        archive: the papers of the matches.
        known: papers that may be missing in the archive.
        today: the day that ``since:7d`` counts from.
    """

    def __init__(
        self, index: Index, within: Numbers | None, archive: Archive, known: _KnownPapers, today: date
    ) -> None:
        self._index = index
        self._within = within
        self._archive = archive
        self._known = known
        self._today = today

    @property
    def size(self) -> int:
        return self._index.alive if self._within is None else len(self._within)

    def answer(
        self,
        query: str,
        limit: int | None,
        *,
        fields: bool = True,
        similar: bool = False,
        typing: bool = False,
        mode: SearchMode = "words",
    ) -> SearchResponse:
        """The best `limit` papers for `query`; ``like:ID`` finds papers that are similar to one.

        Args:
            query: as typed.
            limit: the maximum number of papers; ``None`` for all.
            fields: whether the matching fields are needed.
            similar: whether papers that match only by another spelling are wanted beside others; they come last.
            typing: whether a name at the end of the query may be incomplete.
            mode: what finds papers.
        """
        id_ = _liked(query)
        paper = (self._archive.paper(id_) or self._known.get(id_)) if id_ else None
        if paper is not None:
            return self.like(paper, limit or _LIKE_MOST)
        results = self._index.search(
            query, limit, today=self._today, within=self._within, fields=fields, typing=typing, mode=mode
        )
        answered = self._answered(results if similar else results.as_typed())
        return answered._replace(nearest=lambda abstract: self._index.nearest_sentence(query, abstract))

    def like(self, paper: Paper, limit: int) -> SearchResponse:
        """The papers most similar to `paper`, without `paper` itself."""
        return self._answered(self._index.like(paper, limit, within=self._within))

    def spans(self, query: str, text: str, field: str = "", *, by_meaning: bool = False) -> tuple[Span, ...]:
        """The ranges of `text` that match words of `query`; by meaning, the nearest sentence of an abstract."""
        return self._index.spans(query, text, field, by_meaning=by_meaning)

    def prepare_meaning(self) -> None:
        """Make what the first search by meaning needs."""
        self._index.prepare_meaning()

    def author_names(self, begun: str, most: int) -> dict[str, int]:
        """The most frequent names of authors that start with `begun`, with their numbers of papers."""
        return self._index.words_in("authors", begun, most)

    def best(self, query: str, limit: int | None = None) -> list[SearchHit]:
        """The matches of `query`, the best first."""
        return self.answer(query, limit).hits()

    def _answered(self, results: Results) -> SearchResponse:
        return SearchResponse(_Papers(results, self._index, self._archive, self._known), results, self.size)


class _KnownPapers:
    """Papers that may be missing in the archive: given ones, and those of bookmarks."""

    def __init__(self, papers: Mapping[str, Paper], marks: Mapping[str, Bookmark]) -> None:
        self._papers = papers
        self._marks = marks

    def get(self, id_: str) -> Paper | None:
        if (paper := self._papers.get(id_)) is not None:
            return paper
        mark = self._marks.get(id_)
        return None if mark is None else mark.paper


class _Papers(Sequence[Paper]):
    """Matching papers, read when they are accessed; a paper that was removed in the meantime has an empty id."""

    def __init__(self, results: Results, index: Index, archive: Archive, known: _KnownPapers) -> None:
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
            self._read[place] = papers.get(id_) or self._known.get(id_) or GONE
