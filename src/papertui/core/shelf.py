"""What the reader looks at now: one value, never changed, made anew by every event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, get_args

from papertui.core.context import Context
from papertui.core.feed import Feed
from papertui.core.paper import Paper
from papertui.core.search import Results

Order = Literal["feed", "votes", "rising", "newest", "stars", "comments", "title"]
ORDERS: tuple[Order, ...] = get_args(Order)
Show = Literal["all", "unread", "kept", "code", "replaced"]
SHOWS: tuple[Show, ...] = get_args(Show)

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
            show = "all" if self.show == "replaced" else self.show
            fresh = fresh._replace(context=Context(), show=show)
        return _arranged(fresh)

    def with_context(self, context: Context) -> Shelf:
        """The same rows, with more to say of them; in another order only where that is how fast papers rise."""
        told = self._replace(context=context)
        return _arranged(told) if self.order == "rising" and self.found is None else told

    @property
    def shows(self) -> tuple[Show, ...]:
        """What can be shown of this feed."""
        return SHOWS if self.feed.replaced else tuple(show for show in SHOWS if show != "replaced")

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

    def with_marks(self, *, kept: frozenset[str] | None = None, read: frozenset[str] | None = None) -> Shelf:
        """The same rows with other marks."""
        return self._replace(kept=self.kept if kept is None else kept, read=self.read if read is None else read)


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
    elif is_lazy(papers) or shelf.order == "feed":
        rows = range(len(papers))
    elif shelf.order == "rising":
        speeds = shelf.context.speeds
        rows = sorted(range(len(papers)), key=lambda place: -speeds.get(papers[place].id, _STILL))
    elif shelf.order == "newest":
        rows = sorted(range(len(papers)), key=lambda place: papers[place].published or _LONG_AGO, reverse=True)
    else:
        key = _KEYS[shelf.order]
        rows = sorted(range(len(papers)), key=lambda place: key(papers[place]))
    replaced = shelf.feed.replaced
    if (shelf.show != "all" or replaced) and not is_lazy(papers):
        wanted = shelf.show == "replaced"
        rows = [
            place
            for place in rows
            if (papers[place].id in replaced) == wanted and (wanted or _is_shown(papers[place], shelf))
        ]
    return shelf._replace(rows=rows)


def _is_shown(paper: Paper, shelf: Shelf) -> bool:
    if shelf.show == "all":
        return True
    if shelf.show == "unread":
        return paper.id not in shelf.read
    if shelf.show == "kept":
        return paper.id in shelf.kept
    return paper.github is not None
