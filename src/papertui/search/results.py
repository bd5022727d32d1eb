"""What a search returns, and what it needs to know of the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Literal, NamedTuple, Protocol

from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper

#: Start and end (exclusive) of a range of characters.
Span = tuple[int, int]
#: What finds papers: the typed words, what they mean, or the words unless they hardly fit any paper.
SearchMode = Literal["auto", "words", "meaning"]


class Match(NamedTuple):
    """A paper that matches a query."""

    #: The position of the paper in the searched sequence.
    place: int
    #: How well it matches, 0 to 1.
    score: float
    #: The fields that match, the most important first: ``title``, ``authors``, ``keywords``, ``abstract`` ...
    fields: tuple[str, ...] = ()
    #: Whether it matches only because another spelling of the typed words counts.
    similar: bool = False


class Results(NamedTuple):
    """The results of a query."""

    #: The best first, limited to the number requested; those that match only by another spelling come last.
    matches: tuple[Match, ...]
    #: The number of papers that match as typed.
    total: int
    #: The number of papers that match only by another spelling.
    similar: int = 0
    #: Typed words that occur in no paper, each with the word found instead.
    corrected: tuple[tuple[str, str], ...] = ()
    #: The parts of the query that were not understood and are ignored, one sentence each.
    problems: tuple[str, ...] = ()
    #: The active filters, in a few words.
    filters: str = ""
    #: Whether the query asks for something: it has words, filters or exclusions that are understood.
    asked: bool = True
    #: Whether the papers are found by what the query means, not by its words; `total` is the number of `matches`.
    by_meaning: bool = False

    def as_typed(self) -> Results:
        """Return the results that answer the query: without similar matches, unless there are no others."""
        return self._replace(matches=self.matches[: self.typed]) if self.total else self

    @property
    def typed(self) -> int:
        """The number of `matches` that match as typed."""
        return sum(not match.similar for match in self.matches)


class ReaderMarks(NamedTuple):
    """The user's own facts about papers, for searches."""

    #: The bookmarks by paper id.
    kept: Mapping[str, Bookmark] = MappingProxyType({})
    #: The ids of the papers marked as read.
    read: AbstractSet[str] = frozenset()
    #: The same bookmarks, faster to go through because the facts of their papers may be left out; ``None`` for `kept`.
    annotations: Mapping[str, Bookmark] | None = None
    #: Returns the ids of those that may have a fact of that name; ``None`` for all.
    having: Callable[[str], Iterable[str]] | None = None
    #: The ids of the papers that were not on the screen at an earlier visit.
    new: AbstractSet[str] = frozenset()

    @property
    def own(self) -> Mapping[str, Bookmark]:
        """The bookmarks, perhaps without the facts of their papers."""
        return self.kept if self.annotations is None else self.annotations

    def annotated(self) -> list[str]:
        """Return the ids of the bookmarks that may have tags or a note."""
        if self.having is None:
            return list(self.kept)
        # `having` sees the file as it is now, perhaps with bookmarks that were added since.
        ids = dict.fromkeys((*self.having("tags"), *self.having("note")))
        return [id_ for id_ in ids if id_ in self.own]

    def papers_with(self, fact: str) -> Iterator[Paper]:
        """Yield the bookmarked papers that have a fact, as they were when they were bookmarked."""
        for id_ in self.kept if self.having is None else self.having(fact):
            if id_ not in self.kept:  # added since, as above
                continue
            paper = self.kept[id_].paper
            if getattr(paper, fact) is not None:
                yield paper if paper.id == id_ else paper._replace(id=id_)


#: No bookmarks and nothing read.
NO_MARKS = ReaderMarks()


class Highlight(Protocol):
    """Finds the characters that match a search."""

    def __call__(self, text: str, field: str = "") -> tuple[Span, ...]:
        """Return the matching ranges in `text`, which is the field of that public name, or any text."""
        ...
