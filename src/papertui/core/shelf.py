"""What the reader looks at now: one value, never changed, made anew by every event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from papertui.core.bookmark import STATES, Bookmark
from papertui.core.context import Context
from papertui.core.feed import Feed
from papertui.core.paper import Paper
from papertui.core.search import Results

Order = Literal["feed", "votes", "rising", "newest", "stars", "comments", "title", "rating", "state", "tags"]
ORDERS: tuple[Order, ...] = get_args(Order)
Show = Literal[
    "all", "unread", "kept", "code", "replaced", "to read", "reading", "read", "rated", "note", "tagged", "untagged"
]
SHOWS: tuple[Show, ...] = get_args(Show)

#: What the library is ordered by and what of it is shown; elsewhere hardly any paper has such things.
_LIBRARY_ORDERS: tuple[Order, ...] = ("feed", "rating", "state", "tags", "votes", "newest", "title")
_LIBRARY_SHOWS: tuple[Show, ...] = (
    "all", "to read", "reading", "read", "rated", "note", "tagged", "untagged", "unread", "code",
)  # fmt: skip
_ONLY_LIBRARY = {*_LIBRARY_ORDERS, *_LIBRARY_SHOWS} - {"feed", "votes", "newest", "title", "all", "unread", "code"}

#: A paper is "well above" its feed from this multiple of the median votes on, and from so many votes at least.
_HOT_TIMES, _HOT_LEAST = 2.5, 10
#: Who does not rise at all stands behind those who rise slower than is usual.
_STILL = float("-inf")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

_KEYS: dict[Order, Callable[[Paper], int | datetime | str]] = {
    "votes": lambda paper: -(paper.upvotes or 0),
    "stars": lambda paper: -(paper.stars or 0),
    "comments": lambda paper: -(paper.comments or 0),
    "title": lambda paper: paper.title.casefold(),
}


class Shelf(NamedTuple):
    """The papers on the screen, in their order, and what is known of the reader's dealings with them.

    Attributes:
        feed: the open view.
        rows: places in ``feed.papers``, in the order shown. Settled when the view, its order, its filter or the
            query changes, and not when a mark does: a row never vanishes under the cursor.
        hot: votes from which a paper stands out in this feed, ``None`` when that is not known.
        kept: ids of the papers in the library.
        turn: counts how often `marks` was read: tells two shelves apart before ten thousand bookmarks are compared.
        marks: what the reader says of them, by those ids; may lag behind `kept` until it is read.
        selected: ids of the papers that the reader selected, to do something with all of them.
        read: ids of the papers marked read.
        order: how the rows are ordered when nothing is searched.
        show: which papers are shown.
        query: what was typed, as typed.
        found: what the search gave, ``None`` while nothing is searched.
        beyond: the papers it found, where more than the open view was searched; `rows` are places in it then.
        of: how many papers were searched, where these are not those of the open view.
        context: what there is to say of the papers of the open view.
    """

    feed: Feed
    rows: Sequence[int] = ()
    hot: int | None = None
    kept: frozenset[str] = frozenset()
    turn: int = 0
    marks: Mapping[str, Bookmark] = MappingProxyType({})
    selected: frozenset[str] = frozenset()
    read: frozenset[str] = frozenset()
    order: Order = "feed"
    show: Show = "all"
    query: str = ""
    found: Results | None = None
    beyond: Sequence[Paper] | None = None
    of: int | None = None
    context: Context = Context()

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def paper(self, row: int) -> Paper:
        """The paper in `row`.

        Raises:
            IndexError: there is no such row.
        """
        return (self.feed.papers if self.beyond is None else self.beyond)[self.rows[row]]

    def row_of(self, id_: str) -> int | None:
        """The row that shows the paper with `id_`; not looked for where papers are read as they are looked at."""
        papers = self.feed.papers
        if self.beyond is not None or is_lazy(papers):
            return None
        return next((row for row, place in enumerate(self.rows) if papers[place].id == id_), None)

    def with_feed(self, feed: Feed) -> Shelf:
        """The same shelf over another feed, or the same feed fetched anew; nothing is searched until told."""
        fresh = self._replace(feed=feed, hot=_hot(feed), found=None, query="", beyond=None, of=None)
        if feed.name != self.feed.name:
            fresh = fresh._replace(context=Context(), selected=frozenset())
            # Where there is no such order or filter, the reader would not find the way out of it.
            fresh = fresh._replace(order=self.order if self.order in fresh.orders else "feed")
            fresh = fresh._replace(show=self.show if self.show in fresh.shows and self.show != "replaced" else "all")
        return _arranged(fresh)

    def with_context(self, context: Context) -> Shelf:
        """The same rows, with more to say of them; in another order only where that is how fast papers rise."""
        told = self._replace(context=context)
        return _arranged(told) if self.order == "rising" and self.found is None else told

    @property
    def shows(self) -> tuple[Show, ...]:
        """What can be shown of this feed."""
        if self.feed.name.kind == "library":
            return _LIBRARY_SHOWS
        shows = tuple(show for show in SHOWS if show not in _ONLY_LIBRARY)
        return shows if self.feed.replaced else tuple(show for show in shows if show != "replaced")

    @property
    def orders(self) -> tuple[Order, ...]:
        """What this feed can be ordered by."""
        if self.feed.name.kind == "library":
            return _LIBRARY_ORDERS
        return tuple(order for order in ORDERS if order not in _ONLY_LIBRARY)

    @property
    def total(self) -> int:
        """How many papers the feed has, those that only have a new version left out."""
        return len(self.feed.papers) if self.show == "replaced" else self.feed.size

    def with_order(self, order: Order) -> Shelf:
        """The same papers in another order."""
        return _arranged(self._replace(order=order))

    def with_show(self, show: Show) -> Shelf:
        """Other papers of the same feed."""
        return _arranged(self._replace(show=show))

    def with_results(
        self, query: str, found: Results | None, *, beyond: Sequence[Paper] | None = None, of: int | None = None
    ) -> Shelf:
        """The papers a search found, best first; all papers again when `found` is ``None``.

        Args:
            query: as typed.
            found: places in the open view, or in `beyond`.
            beyond: the papers found, best first, where more than the open view was searched.
            of: how many papers were searched then.
        """
        return _arranged(self._replace(query=query, found=found, beyond=beyond, of=of))

    @property
    def fit_alike(self) -> bool:
        """Whether all papers found in the open view fit equally well, as they do where nothing but filters was typed.

        They stand in the order that the reader wants then.
        """
        matches = self.found.matches if self.found is not None and self.beyond is None else ()
        return bool(matches) and matches[0].score == matches[-1].score and not is_lazy(self.feed.papers)

    def with_marks(
        self,
        *,
        kept: frozenset[str] | None = None,
        read: frozenset[str] | None = None,
        marks: Mapping[str, Bookmark] | None = None,
    ) -> Shelf:
        """The same rows with other marks; those whom `marks` are about are kept."""
        if marks is not None:
            kept = frozenset(marks)
        return self._replace(
            kept=self.kept if kept is None else kept,
            read=self.read if read is None else read,
            marks=self.marks if marks is None else marks,
            turn=self.turn if marks is None else self.turn + 1,
        )

    def with_selected(self, selected: frozenset[str]) -> Shelf:
        """The same rows, other papers selected."""
        return self._replace(selected=selected)


def is_lazy(papers: Sequence[Paper]) -> bool:
    """Whether `papers` are read from the archive as they are looked at: too many to order or filter here."""
    return not isinstance(papers, tuple | list)


def _hot(feed: Feed) -> int | None:
    if is_lazy(feed.papers):
        return None
    votes = sorted(paper.upvotes for paper in feed.papers if paper.upvotes is not None)
    return max(_HOT_LEAST, round(votes[len(votes) // 2] * _HOT_TIMES)) if votes else None


def _arranged(shelf: Shelf) -> Shelf:
    papers = shelf.feed.papers
    rows: Sequence[int]
    if shelf.beyond is not None:
        return shelf._replace(rows=range(len(shelf.beyond)))
    if shelf.found is not None:
        rows = tuple(match.place for match in shelf.found.matches)
        if shelf.fit_alike:
            rows = _ordered(shelf, rows)
    else:
        rows = range(len(papers))
        rows = rows if is_lazy(papers) else _ordered(shelf, rows)
    replaced = shelf.feed.replaced
    if (shelf.show != "all" or replaced) and not is_lazy(papers):
        wanted = shelf.show == "replaced"
        rows = [
            place
            for place in rows
            if (papers[place].id in replaced) == wanted and (wanted or _is_shown(papers[place], shelf))
        ]
    return shelf._replace(rows=rows)


def _ordered(shelf: Shelf, rows: Sequence[int]) -> Sequence[int]:
    """`rows`, which are places in the feed, in the order of the shelf."""
    papers = shelf.feed.papers
    if shelf.order == "feed":
        return rows
    if shelf.order == "rising":
        speeds = shelf.context.speeds
        return sorted(rows, key=lambda place: -speeds.get(papers[place].id, _STILL))
    if shelf.order == "newest":
        return sorted(rows, key=lambda place: papers[place].published or _LONG_AGO, reverse=True)
    if shelf.order in {"rating", "state", "tags"}:
        return sorted(rows, key=lambda place: _said(papers[place], shelf))
    key = _KEYS[shelf.order]
    return sorted(rows, key=lambda place: key(papers[place]))


def _said(paper: Paper, shelf: Shelf) -> tuple[int, str]:
    """Where a paper stands by what its reader says of it; those of which nothing is said stand at the end."""
    mark = shelf.marks.get(paper.id)
    if shelf.order == "rating":
        return (-(mark.rating or 0) if mark else 1), ""
    if shelf.order == "state":
        # What is being read comes first: it is what a reader goes on with.
        return (_BY_STATE.index(mark.state) if mark else len(STATES)), ""
    tag = min((tag.casefold() for tag in mark.tags), default="") if mark else ""
    return (0 if tag else 1), tag


_BY_STATE = ("reading", "to read", "read")


def _is_shown(paper: Paper, shelf: Shelf) -> bool:
    show = shelf.show
    if show == "all":
        return True
    if show == "unread":
        return paper.id not in shelf.read
    if show == "kept":
        return paper.id in shelf.kept
    if show == "code":
        return paper.github is not None
    mark = shelf.marks.get(paper.id)
    if mark is None:
        return False
    ways = {"rated": mark.rating is not None, "note": bool(mark.note), "tagged": bool(mark.tags),
            "untagged": not mark.tags}  # fmt: skip
    return ways.get(show, mark.state == show)


def with_departed(old: Feed, new: Feed) -> Feed:
    """`new`, and the papers of `old` that are not in it any more, each behind the one it stood behind.

    So no row vanishes under the cursor when somebody else releases a paper.
    """
    there = {paper.id for paper in new.papers}
    behind: dict[str, list[Paper]] = {}
    last = ""
    for paper in old.papers:
        if paper.id in there:
            last = paper.id
        else:
            behind.setdefault(last, []).append(paper)
    papers = list(behind.get("", ()))
    for paper in new.papers:
        papers += [paper, *behind.get(paper.id, ())]
    return new._replace(papers=tuple(papers))
