"""The orders of paper lists in one table, for the menu of the ``s`` key and for ``--sort``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import NamedTuple, TypeVar

from papertui.model.bookmark import Bookmark
from papertui.model.filters import ListContext, Offered, bookmarked, has_tag, is_rated
from papertui.model.paper import Paper

T = TypeVar("T")
Key = Callable[[Paper, ListContext], int | float | str | datetime | tuple[int, str]]
Knows = Callable[[Paper, ListContext], bool]

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
#: Papers being read come first, to be continued; papers without a bookmark come last.
_BY_STATE = ("reading", "to read", "read")


class OrderSpec(NamedTuple):
    """An order."""

    label: str  # on the command line
    words: str  # beside the number of papers shown
    about: str  # in help pages
    offered: Offered
    key: Key | None  # ``None`` leaves the papers as they come
    letter: str = ""  # in the menu; empty: any that is free
    descending: bool = False
    uses_speeds: bool = False  # the key reads `ListContext.speeds`, which are computed only when they are needed
    reversed_words: str = ""  # instead of an arrow after `words`
    knows: Knows | None = None  # whether a paper has the fact that counts; ``None``: all have it
    uses_liking: bool = False  # the same for `ListContext.liking`


def _rating(bookmark: Bookmark | None) -> int:
    return -1 if bookmark is None else bookmark.rating or 0


def _state(bookmark: Bookmark | None) -> int:
    return len(_BY_STATE) if bookmark is None else _BY_STATE.index(bookmark.state)


def _first_tag(bookmark: Bookmark | None) -> tuple[int, str]:
    tag = min((tag.casefold() for tag in bookmark.tags), default="") if bookmark else ""
    return (0 if tag else 1), tag


class Order(Enum):
    """Every order, in the sequence of the menu.

    Equal papers stay as they come. Papers without the fact that counts come last.
    """

    FEED = OrderSpec("feed", "", "as they come", "everywhere", None, letter="f", reversed_words="in reverse")
    RATING = OrderSpec(
        "rating", "by rating", "your ratings, best first", "in the library",
        lambda paper, context: _rating(context.bookmarks.get(paper.id)), letter="r", descending=True,
        knows=bookmarked(is_rated),
    )  # fmt: skip
    STATE = OrderSpec(
        "state", "by reading state", "reading, to read, read", "in the library",
        lambda paper, context: _state(context.bookmarks.get(paper.id)), letter="e",
        knows=bookmarked(lambda _: True),
    )  # fmt: skip
    TAGS = OrderSpec(
        "tags", "by tag", "your tags, alphabetical", "in the library",
        lambda paper, context: _first_tag(context.bookmarks.get(paper.id)), letter="g", knows=bookmarked(has_tag),
    )  # fmt: skip
    VOTES = OrderSpec(
        "votes", "by votes", "most votes first", "everywhere", lambda paper, _: paper.upvotes or 0, letter="v",
        descending=True, knows=lambda paper, _: paper.upvotes is not None,
    )  # fmt: skip
    RISING = OrderSpec(
        "rising", "rising first", "votes growing fastest first", "in feeds",
        lambda paper, context: context.speeds.get(paper.id, float("-inf")), letter="i", descending=True,
        uses_speeds=True, reversed_words="rising last", knows=lambda paper, context: paper.id in context.speeds,
    )  # fmt: skip
    FOR_YOU = OrderSpec(
        "foryou", "for you", "what you are likely to keep, learned from your library", "in feeds",
        lambda paper, context: context.liking.get(paper.id, float("-inf")), descending=True, uses_liking=True,
    )  # fmt: skip
    NEWEST = OrderSpec(
        "newest", "newest first", "newest first", "everywhere",
        lambda paper, _: paper.published or _LONG_AGO, letter="n", descending=True, reversed_words="oldest first",
        knows=lambda paper, _: paper.published is not None,
    )  # fmt: skip
    STARS = OrderSpec(
        "stars", "by stars", "most stars of the code first", "in feeds",
        lambda paper, _: paper.stars or 0, letter="h", descending=True, knows=lambda paper, _: bool(paper.stars),
    )  # fmt: skip
    COMMENTS = OrderSpec(
        "comments", "by comments", "most comments first", "in feeds",
        lambda paper, _: paper.comments or 0, letter="c", descending=True, knows=lambda paper, _: bool(paper.comments),
    )  # fmt: skip
    TITLE = OrderSpec(
        "title", "by title", "titles, alphabetical", "everywhere", lambda paper, _: paper.title.casefold(), letter="t"
    )

    def apply(
        self, items: Sequence[T], paper: Callable[[T], Paper], context: ListContext, *, reverse: bool = False
    ) -> Sequence[T]:
        """Sort `items`, each of which stands for a paper; `reverse` turns the whole list around."""
        key = self.value.key
        if key is not None:
            items = sorted(items, key=lambda item: key(paper(item), context), reverse=self.value.descending)
        return items[::-1] if reverse else items

    def knows(self, paper: Paper, context: ListContext) -> bool:
        """Whether `paper` has the fact that counts in this order."""
        knows = self.value.knows
        return knows is None or knows(paper, context)
