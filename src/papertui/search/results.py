"""What a search returns, and what it needs to know of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper

#: Start and end (exclusive) of a range of characters.
Span = tuple[int, int]


class Match(NamedTuple):
    """A paper that matches a query."""

    #: The position of the paper in the searched sequence.
    place: int
    #: How well it matches, 0 to 1.
    score: float
    #: The fields that match, the most important first: ``title``, ``authors``, ``keywords``, ``abstract`` ...
    fields: tuple[str, ...] = ()


class Results(NamedTuple):
    """The results of a query."""

    #: The best first, limited to the number requested.
    matches: tuple[Match, ...]
    #: The number of papers that match in all.
    total: int
    #: Typed words that occur in no paper, each with the word found instead.
    corrected: tuple[tuple[str, str], ...] = ()
    #: The parts of the query that were not understood and are ignored, one sentence each.
    problems: tuple[str, ...] = ()
    #: The active filters, in a few words.
    filters: str = ""


class ReaderMarks(NamedTuple):
    """The user's own facts about papers, for searches."""

    #: The bookmarks by paper id.
    kept: Mapping[str, Bookmark] = MappingProxyType({})
    #: The ids of the papers marked as read.
    read: AbstractSet[str] = frozenset()


#: No bookmarks and nothing read.
NO_MARKS = ReaderMarks()


class Highlight(Protocol):
    """Finds the characters that match a search."""

    def __call__(self, text: str, field: str = "") -> tuple[Span, ...]:
        """Return the matching ranges in `text`, which is the field of that public name, or any text."""
        ...


class Searcher(Protocol):
    """An index over a sequence of papers."""

    def search(self, query: str, limit: int | None = None, *, today: date | None = None) -> Results:
        """Return the papers that match `query`, the best first. An empty query matches nothing.

        `today` is the day that ``since:7d`` counts from.
        """
        ...

    def spans(self, query: str, text: str, field: str = "") -> tuple[Span, ...]:
        """Return the ranges in `text` that match words of `query`, in order, without overlaps.

        `field` is the public name of the field that `text` is; empty for any.
        """
        ...

    def with_reader(self, marks: ReaderMarks) -> Searcher:
        """Return the same index with the user's bookmarks and read marks."""
        ...


#: Numbers of papers in an index, ascending; only the index knows their type.
Docs = Any


class StoredSearcher(Searcher, Protocol):
    """An index over everything stored; a match names a paper by its number in the index."""

    @property
    def alive(self) -> int:
        """The number of papers that can be found."""
        ...

    def search(
        self,
        query: str,
        limit: int | None = None,
        *,
        today: date | None = None,
        within: Docs | None = None,
        fields: bool = True,
    ) -> Results:
        """Search as `Searcher.search`, limited to the papers `within`, with the matching fields if `fields`."""
        ...

    def like(self, paper: Paper, limit: int, *, within: Docs | None = None) -> Results:
        """Return the papers most similar to `paper`, without the paper itself."""
        ...

    def ids(self, docs: Iterable[int]) -> Sequence[str]:
        """Return the ids of papers by their numbers."""
        ...

    def docs(self, ids: Iterable[str]) -> Docs:
        """Return the numbers of those of `ids` that are in the index."""
        ...

    def with_reader(self, marks: ReaderMarks, also: Iterable[Paper] = ()) -> StoredSearcher:
        """Return the same index with the user's bookmarks and read marks.

        Bookmarked papers, and those of `also`, are found even if they are not in the index.
        """
        ...
