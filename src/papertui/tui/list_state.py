"""The state of the paper list: one immutable value; every event creates a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from papertui.model.bookmark import Bookmark
from papertui.model.feed import Feed, without_period
from papertui.model.filters import ListContext, ListFilter, Offered, PaperFilter
from papertui.model.mute import MuteRule
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.model.trend import PaperContext, daily_gain
from papertui.search.results import Results

#: A paper stands out from this multiple of the feed's median votes, and from this number of votes.
_HOT_TIMES, _HOT_LEAST = 2.5, 10


class ListState(NamedTuple):
    """The papers on the screen in order, with the user's bookmarks and marks."""

    feed: Feed
    #: Indexes into ``feed.papers`` in display order. Recomputed when the feed, order, filter or query changes; marking
    #: a paper does not recompute them, so rows never vanish under the cursor.
    rows: Sequence[int] = ()
    has_votes: bool = True  # whether any paper of the feed has votes; assumed of the archive
    hot: int | None = None  # the number of votes from which a paper stands out in this feed, if known
    kept: frozenset[str] = frozenset()  # ids of the papers in the library
    #: Counts the reads of `marks`, so that comparing two values need not compare ten thousand bookmarks.
    marks_version: int = 0
    marks: Mapping[str, Bookmark] = MappingProxyType({})  # by paper id; may lag behind `kept`
    selected: frozenset[str] = frozenset()  # ids of the papers selected for a common action
    read: frozenset[str] = frozenset()  # ids of the papers marked as read
    order: Order = Order.FEED  # of the rows while nothing is searched
    is_reversed: bool = False  # whether that order is turned around
    show: ListFilter = ListFilter.ALL
    query: str = ""  # as typed
    found: Results | None = None  # ``None`` while nothing is searched
    #: The papers found when more than the open feed was searched; `rows` are indexes into it then.
    beyond: Sequence[Paper] | None = None
    of: int | None = None  # the number of papers searched, if these are not the open feed
    #: The first of the `rows` that match only by another spelling, below a rule; ``None`` if there are none.
    similar_from: int | None = None
    context: PaperContext = PaperContext()
    has_growth: bool = False  # whether any paper of the feed gained votes, as far as `context` is known
    #: The first of the `rows` from which on all papers were seen before, below a rule; ``None`` for no rule.
    seen_from: int | None = None

    @property
    def size(self) -> int:
        return len(self.rows)

    @property
    def answering(self) -> range:
        """The rows that match as typed, without similar spellings: those that actions on the whole list apply to."""
        return range(self.size if self.similar_from is None else self.similar_from)

    def paper(self, row: int) -> Paper:
        """Return the paper in `row`.

        Raises:
            IndexError: there is no such row.
        """
        return (self.feed.papers if self.beyond is None else self.beyond)[self.rows[row]]

    def row_of(self, id_: str) -> int | None:
        """Return the row of the paper with `id_`; ``None`` if it is not shown, or if the papers are read lazily."""
        papers = self.feed.papers
        if self.beyond is not None or is_lazy(papers):
            return None
        return next((row for row, place in enumerate(self.rows) if papers[place].id == id_), None)

    def with_feed(self, feed: Feed) -> ListState:
        """Switch to another feed, or to a fresh copy of the same one; this ends the search."""
        fresh = self._replace(
            feed=feed, has_votes=_has_votes(feed), hot=_hot(feed), found=None, query="", beyond=None, of=None
        )
        if feed.name != self.feed.name:
            fresh = fresh._replace(context=PaperContext(), has_growth=False, selected=frozenset())
        # Order and filter belong to a view. One that the feed does not offer could not be switched off.
        if without_period(feed.name) != without_period(self.feed.name):
            return fresh.arranged_by(Order.FEED, ListFilter.ALL)
        is_same = feed.name == self.feed.name or self.show not in (ListFilter.REPLACED, ListFilter.MUTED)
        return fresh.arranged_by(self.order, self.show if is_same else ListFilter.ALL, is_reversed=self.is_reversed)

    def arranged_by(self, order: Order, show: ListFilter, *, is_reversed: bool = False) -> ListState:
        """Return the state in an order and with a filter, as far as the feed offers them."""
        if order not in self.orders or is_lazy(self.feed.papers):  # the archive is sorted by SQL, see `with_order`
            order, is_reversed = Order.FEED, False
        show = show if show in self.shows else ListFilter.ALL
        return _arranged(self._replace(order=order, is_reversed=is_reversed, show=show))

    def with_context(self, context: PaperContext) -> ListState:
        """Replace the context; the rows change only when they are sorted by speed, or only new papers are shown."""
        has_growth = any(daily_gain(growth) > 0 for growth in context.growths.values())
        updated = self._replace(context=context, has_growth=has_growth)
        uses_context = self.order.value.uses_speeds or self.order.value.uses_liking
        changes = uses_context or (self.show is ListFilter.NEW and context.new != self.context.new)
        return _arranged(updated) if changes and self.found is None else _with_rule(updated)

    def with_new(self, new: frozenset[str], last_visit: date | None) -> ListState:
        """Replace what is new, without the other facts of the context."""
        return self.with_context(self.context._replace(new=new, last_visit=last_visit))

    @property
    def new(self) -> frozenset[str]:
        """The ids of the new papers of the feed that are not hidden by default."""
        return self.context.new - self.muted - self.feed.replaced

    @property
    def shows(self) -> tuple[ListFilter, ...]:
        """The filters of this feed."""
        shows = tuple(show for show in ListFilter if self._offers(show.value.offered))
        missing = [] if self.feed.replaced else [ListFilter.REPLACED]
        # Not without reason an empty list; but the filter in use stays, so that it can be left.
        missing += [] if self.muted or self.show is ListFilter.MUTED else [ListFilter.MUTED]
        return tuple(show for show in shows if show not in missing)

    @property
    def muted(self) -> AbstractSet[str]:
        """The ids of muted papers; a bookmark is never muted."""
        return self.feed.muted.keys() - self.kept

    def rule(self, id_: str) -> MuteRule | None:
        """Return the rule that mutes a paper; ``None`` if none does."""
        return None if id_ in self.kept else self.feed.muted.get(id_)

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders of this feed."""
        return tuple(order for order in Order if self._offers(order.value.offered))

    def _offers(self, offered: Offered) -> bool:
        place: Offered = "in the library" if self.feed.name.kind in {"library", "queue"} else "in feeds"
        return offered in ("everywhere", place)

    @property
    def total(self) -> int:
        """The number of papers in the feed; those hidden by default count only while they are shown."""
        if self.show in (ListFilter.REPLACED, ListFilter.MUTED):
            return len(self.feed.papers)
        return len(self.feed.papers) - len(self.feed.replaced | self.muted)

    def with_order(self, order: Order, *, is_reversed: bool = False) -> ListState:
        return _arranged(self._replace(order=order, is_reversed=is_reversed))

    def with_show(self, show: ListFilter) -> ListState:
        return _arranged(self._replace(show=show))

    def sizes(self, shows: Iterable[ListFilter]) -> dict[ListFilter, int]:
        """Return how many papers each of the filters would show, in the search in force."""
        unsorted = self._replace(order=Order.FEED, is_reversed=False)
        return {show: unsorted.with_show(show).size for show in shows}

    def knowing(self, orders: Iterable[Order]) -> dict[Order, int]:
        """Return how many of the papers shown have the fact that counts in each of the orders."""
        context, shown = _context(self), [self.paper(row) for row in range(self.size)]
        return {order: sum(order.knows(paper, context) for paper in shown) for order in orders}

    def with_results(
        self, query: str, found: Results | None, *, beyond: Sequence[Paper] | None = None, of: int | None = None
    ) -> ListState:
        """Show the results of a search, best first; all papers if `found` is ``None``.

        Args:
            query: as typed.
            found: matches in the open feed, or in `beyond`.
            beyond: the papers found, best first, when more than the open feed was searched.
            of: the number of papers searched then.
        """
        return _arranged(self._replace(query=query, found=found, beyond=beyond, of=of))

    @property
    def fit_alike(self) -> bool:
        """Whether all results in the open feed have the same score, as for a query of filters only.

        Such results are sorted by the chosen order.
        """
        matches = self.found.matches if self.found is not None and self.beyond is None else ()
        return bool(matches) and matches[0].score == matches[-1].score and not is_lazy(self.feed.papers)

    def with_marks(
        self,
        *,
        kept: frozenset[str] | None = None,
        read: frozenset[str] | None = None,
        marks: Mapping[str, Bookmark] | None = None,
    ) -> ListState:
        """Replace the marks without changing the rows; `marks` also sets the bookmarked ids."""
        if marks is not None:
            kept = frozenset(marks)
        updated = self._replace(
            kept=self.kept if kept is None else kept,
            read=self.read if read is None else read,
            marks=self.marks if marks is None else marks,
            marks_version=self.marks_version if marks is None else self.marks_version + 1,
        )
        # A bookmark that was read after the feed is not muted. It appears, but none disappears under the cursor.
        unmuted = self.show is ListFilter.ALL and not self.muted <= updated.muted
        return _arranged(updated) if unmuted else updated

    def with_selected(self, selected: frozenset[str]) -> ListState:
        return self._replace(selected=selected)


def is_lazy(papers: Sequence[Paper]) -> bool:
    """Whether `papers` are read lazily from the archive: too many to sort or filter here."""
    return not isinstance(papers, tuple | list)


def _has_votes(feed: Feed) -> bool:
    return is_lazy(feed.papers) or any(paper.upvotes is not None for paper in feed.papers)


def _hot(feed: Feed) -> int | None:
    if is_lazy(feed.papers):
        return None
    votes = sorted(paper.upvotes for paper in feed.papers if paper.upvotes is not None)
    return max(_HOT_LEAST, round(votes[len(votes) // 2] * _HOT_TIMES)) if votes else None


def _arranged(state: ListState) -> ListState:
    papers, found = state.feed.papers, state.found
    if state.beyond is not None:
        typed = found.typed if found is not None else len(state.beyond)
        return _with_rows(state, range(typed), range(typed, len(state.beyond)))
    rows: Sequence[int]
    similar: Sequence[int] = ()
    if found is not None:
        rows = tuple(match.place for match in found.matches)
        if found.similar:
            rows, similar = rows[: found.typed], rows[found.typed :]
        elif state.fit_alike:
            rows = _ordered(state, rows)
    else:
        rows = range(len(papers))
        if not is_lazy(papers):
            rows = _ordered(state, rows)
        elif state.is_reversed:  # the archive is read in its order
            rows = rows[::-1]
    if (state.show is not ListFilter.ALL or state.feed.replaced or state.feed.muted) and not is_lazy(papers):
        rows, similar = _filtered(state, rows), _filtered(state, similar)
    return _with_rows(state, rows, similar)


def _with_rows(state: ListState, rows: Sequence[int], similar: Sequence[int]) -> ListState:
    if not similar:
        return _with_rule(state._replace(rows=rows, similar_from=None))
    return state._replace(rows=(*rows, *similar), similar_from=len(rows), seen_from=None)


def _with_rule(state: ListState) -> ListState:
    """Put a rule between new papers and those seen before, if the list is sorted so that it says where to stop."""
    return state._replace(seen_from=_seen_from(state))


def _seen_from(state: ListState) -> int | None:
    new, papers = state.context.new, state.feed.papers
    if not new or state.found is not None or state.order is not Order.FEED or is_lazy(papers):
        return None
    rows = [row for row, place in enumerate(state.rows) if papers[place].id in new]
    end = rows[-1] + 1 if rows else 0
    # Above the rule, most are new.
    return end if 0 < end < len(state.rows) and 2 * len(rows) >= end else None


def _filtered(state: ListState, rows: Sequence[int]) -> Sequence[int]:
    """Leave out what the filter of `state` does not show."""
    papers = state.feed.papers
    if state.show is ListFilter.ALL:  # no test per paper, so that a list of thousands opens at once
        hidden = state.feed.replaced | state.muted
        return [place for place in rows if papers[place].id not in hidden]
    context, wanted = _context(state), PaperFilter((state.show,))
    return [place for place in rows if wanted.matches(papers[place], context)]


def _ordered(state: ListState, rows: Sequence[int]) -> Sequence[int]:
    """Sort `rows`, which are indexes into the feed."""
    papers = state.feed.papers
    return state.order.apply(rows, papers.__getitem__, _context(state), reverse=state.is_reversed)


def _context(state: ListState) -> ListContext:
    return ListContext(
        state.kept,
        state.read,
        state.marks,
        state.feed.replaced,
        state.muted,
        state.context.speeds,
        state.context.new,
        state.context.liking,
    )


def with_departed(old: Feed, new: Feed) -> Feed:
    """Return `new` plus the papers of `old` that it lacks, each after the paper it followed before.

    So no row vanishes under the cursor when another process removes a bookmark.
    """
    present = {paper.id for paper in new.papers}
    behind: dict[str, list[Paper]] = {}
    last = ""
    for paper in old.papers:
        if paper.id in present:
            last = paper.id
        else:
            behind.setdefault(last, []).append(paper)
    papers = list(behind.get("", ()))
    for paper in new.papers:
        papers += [paper, *behind.get(paper.id, ())]
    return new._replace(papers=tuple(papers))
