"""Search as one types, order and filter."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic

from textual.timer import Timer

from papertui.core.feed import Feed
from papertui.core.paper import Paper
from papertui.core.search import Highlight, Results, Searcher
from papertui.core.search.completion import Known, last_names
from papertui.core.shelf import is_lazy
from papertui.core.wording import grouped
from papertui.desk.finding import Answer, Scope, Search
from papertui.errors import StoreError
from papertui.tui.screens.viewing import Viewing

#: Up to so many papers a search is done before the next frame; beyond, it runs beside the screen.
_SEARCHED_AT_ONCE = 5_000
#: Seconds of quiet after which an index is made before anybody asks for it.
_IDLE = 0.4
#: Most rows a search over more papers than that shows.
_MOST_ROWS = 1_000
#: So many of the papers found are read before they are shown.
_FIRST_ROWS = 32
#: Searches of fewer seconds are done before the next frame; the last one tells what the next will take.
_QUICK = 0.02
#: So many papers the services are asked for.
_ASKED = 100
#: Seconds without a key after which a search is explained.
_PAUSE = 0.6
#: What can be searched, in turn; the open view is ``None``.
_SCOPES: tuple[Scope | None, ...] = (None, "library", "everything")
#: A word that many papers have.
_ANY_WORD = "model"
#: Asks for papers like one.
_LIKE = "like:"


class Searching(Viewing):
    """The stage, with the search line at work."""

    _index: Searcher | None = None
    _indexed: Sequence[Paper] = ()
    _making: asyncio.Task[Searcher] | None = None
    _making_of: Sequence[Paper] = ()
    _scope: Scope | None = None
    _stored: Search | None = None
    _stored_reach: Scope = "everything"
    _opening: asyncio.Task[Search] | None = None
    _opening_reach: Scope = "everything"
    _pause: Timer | None = None
    _took = 1.0
    _named: Sequence[Paper] | None = None
    _names: tuple[str, ...] = ()
    _explained = False

    def forget_index(self) -> None:
        """Another feed is open: its index is made when it is needed, or when the reader is at rest."""
        self._index, self._indexed = None, ()
        self.forget_stored()
        feed = self.shelf.feed
        if feed.papers and (not is_lazy(feed.papers) or len(feed.papers) <= _SEARCHED_AT_ONCE):
            self.set_timer(_IDLE, lambda: self._make_at_rest(feed))
        elif feed.papers:
            self.set_timer(_IDLE, lambda: self._warm_at_rest(feed))

    def _make_at_rest(self, feed: Feed) -> None:
        if self.shelf.feed is feed and self._index is None:
            self.run_worker(self._made_index(feed.papers), group="index", exclusive=True)

    def _warm_at_rest(self, feed: Feed) -> None:
        if self.shelf.feed is feed and self._stored is None:
            self.run_worker(self._warm(), group="index", exclusive=True)

    async def _warm(self) -> None:
        """Opens the index over everything stored, and has it read what the first key needs."""
        try:
            search = await self._opened_search()
            await asyncio.to_thread(self._answer, search, _ANY_WORD)
        except StoreError:
            return  # told when somebody searches
        if not self.shelf.query:
            self.search_box.tell(self.tally())

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

    def highlighter(self) -> Highlight | None:
        """What finds the searched letters in a text."""
        index, query = self._index if self.shelf.beyond is None else self._stored, self.shelf.query
        if index is None or not query:
            return None
        return lambda text, field="": index.spans(query, text, field)

    # --- what is searched ------------------------------------------------------------------------

    @property
    def _reach(self) -> Scope | None:
        """What of the stored papers is searched; ``None`` for the papers of the open view."""
        if self._scope is None and is_lazy(self.shelf.feed.papers):
            return "archive"
        return self._scope

    @property
    def searched_words(self) -> str:
        """What is searched, where that is not the open view."""
        if self._scope is None:
            return "in everything" if self.shelf.query.lstrip().startswith(_LIKE) else ""
        return "in your library" if self._scope == "library" else "in everything"

    def action_scope(self) -> None:
        """Searches somewhere else: in the open view, the library, everything."""
        self._scope = _SCOPES[(_SCOPES.index(self._scope) + 1) % len(_SCOPES)]
        self._search_again()

    def _search_again(self) -> None:
        query = self.search_box.text
        self.shelf = self.shelf.with_results("", None)
        self.search_box.tell(self.tally())
        if query.strip():
            self.search(query)

    def forget_stored(self) -> None:
        """More may be stored now, or other papers kept: the next search over everything looks anew."""
        self._stored = None
        if self._index is not None:
            self.run_worker(self._mark_index(self._index, self._indexed), group="marked", exclusive=True)

    async def _mark_index(self, index: Searcher, papers: Sequence[Paper]) -> None:
        """Has the index of the open view know what is kept, tagged and read now."""
        try:
            marked = await asyncio.to_thread(self.desk.finder.marked, index, papers)
        except StoreError:
            return  # told when somebody searches everything; this view is searched with what was known before
        if self._index is index:
            self._index = marked

    async def action_like(self) -> None:
        """Papers like the one under the cursor."""
        if (paper := self.paper) is not None:
            if self.is_reading:
                self.set_reading(reading=False)
            await self.search_box.prepare()
            self.search_box.put(f"like:{paper.id}")

    def action_online(self) -> None:
        """Asks the services for what is searched, and searches everything then."""
        query = self.search_box.text
        if not query.strip():
            self.notice.tell("Type what to search for first; Ctrl+o asks the services for it.")
        elif self.stays_home:
            self.notice.tell("papertui was started without the network; what is stored can be searched.")
        else:
            self.run_worker(self._ask_services(query), group="online", exclusive=True)

    async def _ask_services(self, query: str) -> None:
        self.search_box.tell(f"asking the services {self.signs.ellipsis}")
        try:
            notices = await self.desk.finder.fetch(query, _ASKED)
        except StoreError as problem:
            notices = (str(problem),)
        for sentence in notices:
            self.notice.tell(sentence, warning=True)
        self._scope = "everything"
        self.forget_stored()
        if self.search_box.text == query:
            self._search_again()

    # --- searching -------------------------------------------------------------------------------

    def known(self) -> Known:
        """What a filter that is being typed can be completed to: the reader's tags, the authors of the open view."""
        papers = self.shelf.feed.papers
        if self._named is not papers:
            self._named = papers
            self._names = () if is_lazy(papers) else last_names(papers)
        return Known(self.tags, authors=self._names)

    def typed(self, query: str) -> None:
        """Searches at every key."""
        if query != self.shelf.query:
            self.search(query)

    def search(self, query: str) -> None:
        """Shows what fits `query`, best first; all papers for an empty one."""
        if not query.strip():
            self.workers.cancel_group(self, "search")
            self._explain_later(None)
            self.shelf = self.shelf.with_results(query, None)
            return
        papers = self.shelf.feed.papers
        if self._reach is not None or query.lstrip().startswith(_LIKE):
            if self._stored is not None and self._stored_reach == self._wanted and self._took < _QUICK:
                self.workers.cancel_group(self, "search")
                self._show_stored(query, self._stored)
                return
            self.run_worker(self._search_stored(query), group="search", exclusive=True)
        elif self._index is not None and self._indexed is papers and len(papers) <= _SEARCHED_AT_ONCE:
            self._show(query, self._index.search(query, today=self.today))
        else:
            self.run_worker(self._search_beside(query), group="search", exclusive=True)

    def _show(
        self, query: str, found: Results, *, beyond: Sequence[Paper] | None = None, of: int | None = None
    ) -> None:
        self.shelf = self.shelf.with_results(query, found, beyond=beyond, of=of)
        self._explain_later(found)

    async def _search_beside(self, query: str) -> None:
        papers = self.shelf.feed.papers
        index = self._index if self._indexed is papers else None
        if index is None:
            self.search_box.tell(f"reading the papers {self.signs.ellipsis}")
            index = await self._made_index(papers)
        if index is None:
            return
        found = await asyncio.to_thread(lambda: index.search(query, _MOST_ROWS, today=self.today))
        if self.shelf.feed.papers is papers:
            self._show(query, found)

    async def _search_stored(self, query: str) -> None:
        try:
            search = await self._opened_search()
            answer = await asyncio.to_thread(self._answer, search, query)
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        if self.search_box.text == query:
            self._show(query, answer.results, beyond=answer.papers, of=answer.of)

    def _show_stored(self, query: str, search: Search) -> None:
        """Searches before the next frame, so that letter and list are painted at once."""
        try:
            answer = self._answer(search, query)
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        self._show(query, answer.results, beyond=answer.papers, of=answer.of)

    def _answer(self, search: Search, query: str) -> Answer:
        began = monotonic()
        answer = search.answer(query, _MOST_ROWS, fields=False)
        answer.papers[:_FIRST_ROWS]  # read here, not while they are drawn
        self._took = monotonic() - began
        return answer

    @property
    def _wanted(self) -> Scope:
        """What of the stored papers is searched."""
        return "everything" if self._reach is None else self._reach

    async def _opened_search(self) -> Search:
        """The search over what is stored; brought up to date beside the screen, once, however many keys wait for it."""
        reach = self._wanted
        if self._stored is not None and self._stored_reach == reach:
            return self._stored
        if self._opening is None or self._opening.done() or self._opening_reach != reach:
            self.search_box.tell(f"opening the index {self.signs.ellipsis}")
            self._opening_reach = reach
            # The papers that came with papertui are stored nowhere.
            also = self.shelf.feed.papers if self.shelf.feed.origin == "starter" else ()
            self._opening = asyncio.create_task(
                asyncio.to_thread(lambda: self.desk.finder.open(reach, self._tell_progress, also=also))
            )
        self._stored, self._stored_reach = await asyncio.shield(self._opening), reach
        for sentence in self.desk.finder.take_notices():
            self.notice.tell(sentence, warning=True)
        return self._stored

    def _tell_progress(self, done: int, of: int) -> None:
        """Called from the thread that makes the index."""
        text = f"indexing {done * 100 // max(of, 1)} % of {grouped(of)} papers"
        self.app.call_from_thread(self.search_box.tell, text)

    # --- what was searched for in place of what was typed ------------------------------------------

    def _explain_later(self, found: Results | None) -> None:
        """Explains a search once the typing pauses; the words of the one before are taken back at once."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        if self._explained:
            self._explained = False
            self.notice.dismiss()
        if found is not None and (found.problems or found.corrected):
            self._pause = self.set_timer(_PAUSE, lambda: self._explain(found))

    def _explain(self, found: Results) -> None:
        words = list(found.problems)
        if found.corrected and found.matches:
            meant = ", ".join(f"“{meant}” for “{typed}”" for typed, meant in found.corrected)
            words.append(f"Showing results for {meant}.")
        if words:
            self.notice.tell(" ".join(words), warning=True)
            self._explained = True

    # --- order and filter ------------------------------------------------------------------------

    def action_sort(self) -> None:
        """The next order."""
        if self.shelf.query and not self.shelf.fit_alike:
            self.notice.tell("A search is ordered by how well the papers fit.")
        elif is_lazy(self.shelf.feed.papers):
            self.notice.tell("The archive is shown newest first.")
        else:
            orders = self.shelf.orders
            self.shelf = self.shelf.with_order(orders[(orders.index(self.shelf.order) + 1) % len(orders)])

    def action_filter(self) -> None:
        """The next filter."""
        if is_lazy(self.shelf.feed.papers):
            self.notice.tell("The archive is shown whole; search it with /.")
        else:
            shows = self.shelf.shows
            self.shelf = self.shelf.with_show(shows[(shows.index(self.shelf.show) + 1) % len(shows)])

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
            self.load_text()
