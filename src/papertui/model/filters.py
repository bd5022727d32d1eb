"""Which papers of a list are shown: the named filters in one table, for the ``f`` key and ``--filter``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from enum import Enum
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertui.model.bookmark import Bookmark, State
from papertui.model.paper import Paper

#: Where the screen offers a filter or an order: papers of feeds hardly ever have a state, rating, note or tag.
Offered = Literal["everywhere", "in the library", "in feeds"]
#: Other names of filters, also in the search language.
SYNONYMS: Mapping[str, str] = {
    "kept": "bookmarked", "starred": "bookmarked", "saved": "bookmarked", "github": "code", "toread": "to-read",
    "todo": "to-read", "tags": "tag",
}  # fmt: skip


class ListContext(NamedTuple):
    """What filters and orders know about papers besides the papers themselves, by id."""

    kept: AbstractSet[str] = frozenset()  # the bookmarked papers
    read: AbstractSet[str] = frozenset()  # the papers marked as read
    bookmarks: Mapping[str, Bookmark] = MappingProxyType({})  # may lag behind `kept`
    replaced: AbstractSet[str] = frozenset()  # the papers that only have a new version
    muted: AbstractSet[str] = frozenset()  # the papers that a rule of the settings mutes; never bookmarked ones
    speeds: Mapping[str, float] = MappingProxyType({})  # of rising papers, see `papertui.model.trend.Rise`
    new: AbstractSet[str] = frozenset()  # the papers not on the screen at an earlier visit
    liking: Mapping[str, float] = MappingProxyType({})  # how much speaks for a paper, see `papertui.services.foryou`


def has_note(bookmark: Bookmark) -> bool:
    return bool(bookmark.note)


def has_tag(bookmark: Bookmark) -> bool:
    return bool(bookmark.tags)


def is_rated(bookmark: Bookmark) -> bool:
    return bookmark.rating is not None


def has_code(paper: Paper, bookmark: Bookmark | None = None) -> bool:
    """Whether the repository of a paper is known, also from the time when it was bookmarked."""
    return paper.github is not None or (bookmark is not None and bookmark.paper.github is not None)


class FilterSpec(NamedTuple):
    """A named filter."""

    label: str  # on the command line
    words: str  # beside the number of papers shown
    about: str  # in help pages
    offered: Offered
    matches: Callable[[Paper, ListContext], bool]
    letter: str = ""  # in the menu; empty: any that is free


def bookmarked(test: Callable[[Bookmark], bool]) -> Callable[[Paper, ListContext], bool]:
    """Make a test of papers of a test of their bookmarks; a paper without one does not pass."""

    def matches(paper: Paper, context: ListContext) -> bool:
        bookmark = context.bookmarks.get(paper.id)
        return bookmark is not None and test(bookmark)

    return matches


class ListFilter(Enum):
    """Every named filter, in the sequence of the menu."""

    ALL = FilterSpec("all", "", "all papers", "everywhere", lambda _, __: True, letter="a")
    TO_READ = FilterSpec(
        "to-read", "to read only", "bookmarked, to be read", "in the library",
        bookmarked(lambda bookmark: bookmark.state == "to read"), letter="t",
    )  # fmt: skip
    READING = FilterSpec(
        "reading", "reading only", "bookmarked, being read", "in the library",
        bookmarked(lambda bookmark: bookmark.state == "reading"), letter="g",
    )  # fmt: skip
    READ = FilterSpec(
        "read", "read only", "bookmarked, in the state “read”", "in the library",
        bookmarked(lambda bookmark: bookmark.state == "read"), letter="r",
    )  # fmt: skip
    RATED = FilterSpec("rated", "rated only", "with a rating", "in the library", bookmarked(is_rated), letter="d")
    NOTE = FilterSpec("note", "with a note only", "with a note", "in the library", bookmarked(has_note), letter="n")
    TAGGED = FilterSpec("tagged", "tagged only", "with a tag", "in the library", bookmarked(has_tag), letter="h")
    UNTAGGED = FilterSpec(
        "untagged", "without tags only", "bookmarked, without tags", "in the library",
        bookmarked(lambda bookmark: not has_tag(bookmark)), letter="w",
    )  # fmt: skip
    UNREAD = FilterSpec(
        "unread",
        "unread only",
        "not marked as read",
        "everywhere",
        lambda paper, context: paper.id not in context.read,
        letter="u",
    )
    KEPT = FilterSpec(
        "bookmarked",
        "bookmarked only",
        "in the library",
        "in feeds",
        lambda paper, context: paper.id in context.kept,
        letter="b",
    )
    CODE = FilterSpec(
        "code", "with code only", "with code", "everywhere",
        lambda paper, context: has_code(paper, context.bookmarks.get(paper.id)), letter="c",
    )  # fmt: skip
    NEW = FilterSpec(
        "new", "new only", "not on the screen at an earlier visit", "in feeds",
        lambda paper, context: paper.id in context.new, letter="e",
    )  # fmt: skip
    REPLACED = FilterSpec(
        "replaced", "new versions only", "new versions of papers (arXiv categories)", "in feeds",
        lambda paper, context: paper.id in context.replaced, letter="v",
    )  # fmt: skip
    MUTED = FilterSpec(
        "muted", "muted only", "muted by your rules ([mute] in the settings)", "in feeds",
        lambda paper, context: paper.id in context.muted, letter="m",
    )  # fmt: skip

    def matches(self, paper: Paper, context: ListContext) -> bool:
        return self.value.matches(paper, context)


class PaperFilter(NamedTuple):
    """Conditions on papers; a paper matches if it meets all of them.

    Papers that only have a new version match only if `ListFilter.REPLACED` is among the conditions, and muted papers
    only if `ListFilter.MUTED` is.
    """

    named: tuple[ListFilter, ...] = ()
    tags: tuple[str, ...] = ()  # case does not matter
    state: State | None = None
    rating: int | None = None  # the minimum; 0 selects bookmarks without a rating

    def matches(self, paper: Paper, context: ListContext) -> bool:
        if (paper.id in context.replaced) != (ListFilter.REPLACED in self.named):
            return False
        if (paper.id in context.muted) != (ListFilter.MUTED in self.named):
            return False
        return all(one.matches(paper, context) for one in self.named) and self._fits(context.bookmarks.get(paper.id))

    def _fits(self, bookmark: Bookmark | None) -> bool:
        if not self.tags and self.state is None and self.rating is None:
            return True
        if bookmark is None or self.state not in (None, bookmark.state):
            return False
        tags = {tag.casefold() for tag in bookmark.tags}
        if not all(tag.casefold() in tags for tag in self.tags):
            return False
        rating = bookmark.rating or 0
        return self.rating is None or (rating >= self.rating if self.rating else rating == 0)
