"""Search as one types, order and filter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from papertui.core.feed import Feed
from papertui.core.paper import Paper
from papertui.core.search import Searcher, Span
from papertui.core.shelf import ORDERS, SHOWS, is_lazy
from papertui.tui.screens.handling import Handling

#: Up to so many papers a search is done before the next frame; beyond, it runs beside the screen.
_SEARCHED_AT_ONCE = 5_000
#: Seconds of quiet after which an index is made before anybody asks for it.
_IDLE = 0.4
#: Most rows a search over more papers than that shows.
_MOST_ROWS = 1_000


class Searching(Handling):
    """The stage, with the search line at work."""

    _index: Searcher | None = None
    _indexed: Sequence[Paper] = ()
    _making: asyncio.Task[Searcher] | None = None
    _making_of: Sequence[Paper] = ()

    def forget_index(self) -> None:
        """Another feed is open: its index is made when it is needed, or when the reader is at rest."""
        self._index, self._indexed = None, ()
        feed = self.shelf.feed
        if feed.papers and (not is_lazy(feed.papers) or len(feed.papers) <= _SEARCHED_AT_ONCE):
            self.set_timer(_IDLE, lambda: self._make_at_rest(feed))

    def _make_at_rest(self, feed: Feed) -> None:
        if self.shelf.feed is feed and self._index is None:
            self.run_worker(self._made_index(feed.papers), group="index", exclusive=True)

    async def _made_index(self, papers: Sequence[Paper]) -> Searcher | None:
        """The index over `papers`, made beside the screen; ``None`` when another feed was opened meanwhile.

        It is made once, however many keys are pressed until it is there: nobody's going away ends the making.
        """
        if self._making is None or self._making_of is not papers:
            self._making_of = papers
            self._making = asyncio.create_task(asyncio.to_thread(self.desk.finder.index, papers))
        making = self._making
        index = await asyncio.shield(making)
        if self.shelf.feed.papers is not papers:
            return None
        self._index, self._indexed = index, papers
        return index

    def highlighter(self) -> Callable[[str], tuple[Span, ...]] | None:
        """What finds the searched letters in a text."""
        index, query = self._index, self.shelf.query
        if index is None or not query:
            return None
        return lambda text: index.spans(query, text)

    def typed(self, query: str) -> None:
        """Searches at every key."""
        if query != self.shelf.query:
            self.search(query)

    def search(self, query: str) -> None:
        """Shows what fits `query`, best first; all papers for an empty one."""
        if not query.strip():
            self.workers.cancel_group(self, "search")
            self.shelf = self.shelf.with_results(query, None)
            return
        papers = self.shelf.feed.papers
        if self._index is not None and self._indexed is papers and len(papers) <= _SEARCHED_AT_ONCE:
            self.shelf = self.shelf.with_results(query, self._index.search(query))
            return
        self.run_worker(self._search_beside(query), group="search", exclusive=True)

    async def _search_beside(self, query: str) -> None:
        papers = self.shelf.feed.papers
        index = self._index if self._indexed is papers else None
        if index is None:
            self.search_box.tell("reading the papers …" if self.signs.ellipsis == "…" else "reading the papers ...")
            index = await self._made_index(papers)
        if index is None:
            return
        found = await asyncio.to_thread(index.search, query, _MOST_ROWS)
        if self.shelf.feed.papers is papers:
            self.shelf = self.shelf.with_results(query, found)

    # --- order and filter ------------------------------------------------------------------------

    def action_sort(self) -> None:
        """The next order."""
        if self.shelf.query:
            self.notice.tell("A search is ordered by how well the papers fit.")
        elif is_lazy(self.shelf.feed.papers):
            self.notice.tell("The archive is shown newest first.")
        else:
            self.shelf = self.shelf.with_order(ORDERS[(ORDERS.index(self.shelf.order) + 1) % len(ORDERS)])

    def action_filter(self) -> None:
        """The next filter."""
        if is_lazy(self.shelf.feed.papers):
            self.notice.tell("The archive is shown whole; search it with /.")
        else:
            self.shelf = self.shelf.with_show(SHOWS[(SHOWS.index(self.shelf.show) + 1) % len(SHOWS)])

    def action_next(self) -> None:
        """The next hit, or the next unread paper."""
        self._leap(1)

    def action_previous(self) -> None:
        """The previous hit, or the previous unread paper."""
        self._leap(-1)

    def _leap(self, by: int) -> None:
        shelf, row = self.shelf, self.papers.cursor + by
        if not shelf.query and not self.is_reading:
            while 0 <= row < shelf.size and shelf.paper(row).id in shelf.read:
                row += by
        if not 0 <= row < shelf.size:
            self.notice.tell(
                "No more hits." if shelf.query else "No more papers." if self.is_reading else "No more unread papers."
            )
            return
        self.papers.move_to(row)
        if self.is_reading:
            self.mark(read=True)
