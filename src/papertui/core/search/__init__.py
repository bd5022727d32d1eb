"""Finding papers from half-remembered words: what a search gives, and what can be asked.

This file is light to import; the index itself brings rapidfuzz and numpy with it.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

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
    """

    matches: tuple[Match, ...]
    total: int


class Searcher(Protocol):
    """An index over a sequence of papers."""

    def search(self, query: str, limit: int | None = None) -> Results:
        """The papers that fit `query`, best first. An empty query fits nothing."""
        ...

    def spans(self, query: str, text: str) -> tuple[Span, ...]:
        """The runs of letters in `text` that answer to words of `query`, in order, never overlapping."""
        ...
