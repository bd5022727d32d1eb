"""Finding papers from half-remembered words: what a search gives, and what can be asked.

This file is light to import; the index itself brings rapidfuzz and numpy with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper

#: Start and end (exclusive) of a run of characters.
Span = tuple[int, int]


class Match(NamedTuple):
    """A paper that fits a query.

    Attributes:
        place: where the paper stands in the searched sequence.
        score: how well it fits, 0 to 1.
        fields: the fields that fit, the weightiest first: ``title``, ``authors``, ``keywords``, ``abstract`` ...
    """

    place: int
    score: float
    fields: tuple[str, ...] = ()


class Results(NamedTuple):
    """What a query found.

    Attributes:
        matches: best first, at most as many as asked for.
        total: how many papers fit in all.
        corrected: typed words that no paper has, each with the word found in its place.
        problems: what of the query was not understood and is left out, a sentence each.
        filters: the filters in force, in a few words.
    """

    matches: tuple[Match, ...]
    total: int
    corrected: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    filters: str = ""


class Marks(NamedTuple):
    """The reader's dealings with papers, as far as a search asks for them.

    Attributes:
        kept: the bookmarks by the id of their paper.
        read: ids of the papers marked as read.
    """

    kept: Mapping[str, Bookmark] = MappingProxyType({})
    read: AbstractSet[str] = frozenset()


#: Nothing kept and nothing read.
NO_MARKS = Marks()


class Highlight(Protocol):
    """Finds the letters that answer to what was searched for."""

    def __call__(self, text: str, field: str = "") -> tuple[Span, ...]:
        """The runs of letters in `text`, which is a field by its name for readers, or any text."""
        ...


class Searcher(Protocol):
    """An index over a sequence of papers."""

    def search(self, query: str, limit: int | None = None, *, today: date | None = None) -> Results:
        """The papers that fit `query`, best first. An empty query fits nothing.

        `today` is the day that ``since:7d`` counts from.
        """
        ...

    def spans(self, query: str, text: str, field: str = "") -> tuple[Span, ...]:
        """The runs of letters in `text` that answer to words of `query`, in order, never overlapping.

        `field` is the field the text is, by its name for readers; empty for any.
        """
        ...

    def with_reader(self, marks: Marks) -> Searcher:
        """The same index for what the reader keeps and has read."""
        ...


#: Numbers of papers in an index, ascending; what they are made of is the index's own affair.
Docs = Any


class StoredSearcher(Searcher, Protocol):
    """An index over everything stored; a match names a paper by its number in the index."""

    @property
    def alive(self) -> int:
        """How many papers can be found."""
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
        """As `Searcher.search`; `within` are the only papers that count, `fields` tells whether to tell those."""
        ...

    def like(self, paper: Paper, limit: int, *, within: Docs | None = None) -> Results:
        """The papers that are most like `paper`, itself left out."""
        ...

    def ids(self, docs: Iterable[int]) -> Sequence[str]:
        """The ids of papers by their numbers."""
        ...

    def docs(self, ids: Iterable[str]) -> Docs:
        """The numbers of those of `ids` that are there."""
        ...

    def with_reader(self, marks: Marks, also: Iterable[Paper] = ()) -> StoredSearcher:
        """The same index for what the reader keeps and has read.

        Papers kept, and those of `also`, are found even where they are not in the index.
        """
        ...
