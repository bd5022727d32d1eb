"""What a search returns, and what it needs to know of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import NamedTuple, Protocol

from papertui.model.bookmark import Bookmark

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
