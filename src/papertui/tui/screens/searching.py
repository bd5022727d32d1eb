"""Search as you type, sorting and filters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic

from textual.timer import Timer

from papertui.errors import StoreError
from papertui.model.feed import Feed
from papertui.model.format import grouped
from papertui.model.paper import Paper
from papertui.search.language import CompletionValues, last_names
from papertui.search.results import Highlight, Results, Searcher
from papertui.services.search import Scope, SearchResponse, SearchSession
from papertui.tui.list_state import is_lazy
from papertui.tui.screens.viewing import Viewing

#: Up to this many papers are searched before the next frame; more are searched in a thread.
_SEARCHED_AT_ONCE = 5_000
#: Seconds without activity after which an index is built ahead of the first search.
_IDLE = 0.4
#: Maximum number of rows of a search over more papers than that.
_MOST_ROWS = 1_000
#: Number of matches loaded before they are shown.
_FIRST_ROWS = 32
#: Seconds: if the last search was faster than this, the next one runs before the next frame.
_QUICK = 0.02
#: Number of papers requested from the services.
_ASKED = 100
#: Seconds without a key after which a search is explained.
_PAUSE = 0.6
#: The scopes in order; ``None`` is the open feed.
_SCOPES: tuple[Scope | None, ...] = (None, "library", "everything")
#: A frequent word, to warm up the index.
_ANY_WORD = "model"
#: The search prefix for similar papers.
_LIKE = "like:"


class Searching(Viewing):
    """The main screen with search."""

    _index: Searcher | None = None
    _indexed: Sequence[Paper] = ()
    _making: asyncio.Task[Searcher] | None = None
    _making_of: Sequence[Paper] = ()
    _scope: Scope | None = None
    _stored: SearchSession | None = None
    _stored_reach: Scope = "everything"
    _opening: asyncio.Task[SearchSession] | None = None
    _opening_reach: Scope = "everything"
    _pause: Timer | None = None
    _took = 1.0
    _named: Sequence[Paper] | None = None
    _names: tuple[str, ...] = ()
    _explained = False

    def forget_index(self) -> None:
        """After another feed was opened: build its index on first use, or when idle."""
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
        """Open the index of everything stored and load what the first key press needs."""
        try:
            search = await self._opened_search()
            await asyncio.to_thread(self._answer, search, _ANY_WORD)
        except StoreError:
            return  # reported on the next search
        if not self.shelf.query:
            self.search_box.tell(self.tally())

    async def _made_index(self, papers: Sequence[Paper]) -> Searcher | None:
        """Build the index of `papers` in a thread; return ``None`` if another feed was opened meanwhile.

        It is built once, however many keys are pressed meanwhile: cancelling a search does not cancel the build.
        """
        if self._making is None or self._making_of is not papers:
            self._making_of = papers
            self._making = asyncio.create_task(asyncio.to_thread(self.services.search.index, papers))
        making = self._making
        index = await asyncio.shield(making)
        if self.shelf.feed.papers is not papers:
            return None
        self._index, self._indexed = index, papers
        return index

    def highlighter(self) -> Highlight | None:
        """Return the function that finds the matched letters in a text."""
        index, query = self._index if self.shelf.beyond is None else self._stored, self.shelf.query
        if index is None or not query:
            return None
        return lambda text, field="": index.spans(query, text, field)

    # --- scope ------------------------------------------------------------------------

    @property
    def _reach(self) -> Scope | None:
        """The scope within the stored papers; ``None`` for the open feed."""
        if self._scope is None and is_lazy(self.shelf.feed.papers):
            return "archive"
        return self._scope

    @property
    def searched_words(self) -> str:
        """The scope in words; empty for the open feed."""
        if self._scope is None:
            return "in everything" if self.shelf.query.lstrip().startswith(_LIKE) else ""
        return "in your library" if self._scope == "library" else "in everything"

    def action_scope(self) -> None:
        self._scope = _SCOPES[(_SCOPES.index(self._scope) + 1) % len(_SCOPES)]
        self._search_again()

    def _search_again(self) -> None:
        query = self.search_box.text
        self.shelf = self.shelf.with_results("", None)
        self.search_box.tell(self.tally())
        if query.strip():
            self.search(query)

    def forget_stored(self) -> None:
        """Reopen the index on the next search over everything: papers or bookmarks changed."""
        self._stored = None
        if self._index is not None:
            self.run_worker(self._mark_index(self._index, self._indexed), group="marked", exclusive=True)

    async def _mark_index(self, index: Searcher, papers: Sequence[Paper]) -> None:
        """Update bookmarks, tags and read marks in the index of the open feed."""
        try:
            marked = await asyncio.to_thread(self.services.search.marked, index, papers)
        except StoreError:
            return  # reported by the next search over everything; until then this feed uses the old marks
        if self._index is index:
            self._index = marked

    async def action_like(self) -> None:
        if (paper := self.paper) is not None:
            if self.is_reading:
                self.set_reading(reading=False)
            await self.search_box.prepare()
            self.search_box.put(f"like:{paper.id}")

    def action_online(self) -> None:
        query = self.search_box.text
        if not query.strip():
            self.notice.tell("Type a query first; Ctrl+o searches the services for it.")
        elif self.stays_home:
            self.notice.tell("papertui runs with --offline; only stored papers can be searched.")
        else:
            self.run_worker(self._ask_services(query), group="online", exclusive=True)

    async def _ask_services(self, query: str) -> None:
        self.search_box.tell(f"searching online {self.signs.ellipsis}")
        try:
            notices = await self.services.search.fetch(query, _ASKED)
        except StoreError as problem:
            notices = (str(problem),)
        for sentence in notices:
            self.notice.tell(sentence, warning=True)
        self._scope = "everything"
        self.forget_stored()
        if self.search_box.text == query:
            self._search_again()

    # --- searching -------------------------------------------------------------------------------

    def known(self) -> CompletionValues:
        """Return the completions of filters: tags, and authors of the open feed."""
        papers = self.shelf.feed.papers
        if self._named is not papers:
            self._named = papers
            self._names = () if is_lazy(papers) else last_names(papers)
        return CompletionValues(self.tags, authors=self._names)

    def typed(self, query: str) -> None:
        if query != self.shelf.query:
            self.search(query)

    def search(self, query: str) -> None:
        """Show the matches of `query`, best first; all papers for an empty query."""
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
            self.search_box.tell(f"indexing {self.signs.ellipsis}")
            index = await self._made_index(papers)
        if index is None:
            return
        results = await asyncio.to_thread(lambda: index.search(query, _MOST_ROWS, today=self.today))
        if self.shelf.feed.papers is papers:
            self._show(query, results)

    async def _search_stored(self, query: str) -> None:
        try:
            search = await self._opened_search()
            answer = await asyncio.to_thread(self._answer, search, query)
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        if self.search_box.text == query:
            self._show(query, answer.results, beyond=answer.papers, of=answer.of)

    def _show_stored(self, query: str, search: SearchSession) -> None:
        """Search before the next frame, so that the typed letter and the list are painted together."""
        try:
            answer = self._answer(search, query)
        except StoreError as problem:
            self.notice.tell(str(problem), warning=True)
            return
        self._show(query, answer.results, beyond=answer.papers, of=answer.of)

    def _answer(self, search: SearchSession, query: str) -> SearchResponse:
        began = monotonic()
        answer = search.answer(query, _MOST_ROWS, fields=False)
        answer.papers[:_FIRST_ROWS]  # load them here, not while drawing
        self._took = monotonic() - began
        return answer

    @property
    def _wanted(self) -> Scope:
        """The scope within the stored papers."""
        return "everything" if self._reach is None else self._reach

    async def _opened_search(self) -> SearchSession:
        """Return the search over stored papers. Its index is updated in a thread, once for all waiting keys."""
        reach = self._wanted
        if self._stored is not None and self._stored_reach == reach:
            return self._stored
        if self._opening is None or self._opening.done() or self._opening_reach != reach:
            self.search_box.tell(f"opening the index {self.signs.ellipsis}")
            self._opening_reach = reach
            # The bundled papers are not stored.
            also = self.shelf.feed.papers if self.shelf.feed.origin == "starter" else ()
            self._opening = asyncio.create_task(
                asyncio.to_thread(lambda: self.services.search.open(reach, self._tell_progress, also=also))
            )
        self._stored, self._stored_reach = await asyncio.shield(self._opening), reach
        for sentence in self.services.search.take_notices():
            self.notice.tell(sentence, warning=True)
        return self._stored

    def _tell_progress(self, done: int, of: int) -> None:
        """Show progress; called from the thread that builds the index."""
        text = f"indexing {done * 100 // max(of, 1)} % of {grouped(of)} papers"
        self.app.call_from_thread(self.search_box.tell, text)

    # --- explanations ------------------------------------------

    def _explain_later(self, found: Results | None) -> None:
        """Explain a search after a pause in typing; remove the previous explanation at once."""
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

    # --- sorting and filters ------------------------------------------------------------------------

    def action_sort(self) -> None:
        if self.shelf.query and not self.shelf.fit_alike:
            self.notice.tell("Search results are sorted by relevance.")
        elif is_lazy(self.shelf.feed.papers):
            self.notice.tell("The archive is always sorted newest first.")
        else:
            orders = self.shelf.orders
            self.shelf = self.shelf.with_order(orders[(orders.index(self.shelf.order) + 1) % len(orders)])

    def action_filter(self) -> None:
        if is_lazy(self.shelf.feed.papers):
            self.notice.tell("The archive has no filters. Press / to search it.")
        else:
            shows = self.shelf.shows
            self.shelf = self.shelf.with_show(shows[(shows.index(self.shelf.show) + 1) % len(shows)])

    def action_next(self) -> None:
        self._leap(1)

    def action_previous(self) -> None:
        self._leap(-1)

    def _leap(self, by: int) -> None:
        shelf, row = self.shelf, self.papers.cursor + by
        if not shelf.query and not self.is_reading:
            while 0 <= row < shelf.size and shelf.paper(row).id in shelf.read:
                row += by
        if not 0 <= row < shelf.size:
            self.notice.tell(
                "No more matches."
                if shelf.query
                else "No more papers."
                if self.is_reading
                else "No more unread papers."
            )
            return
        self.papers.move_to(row)
        if self.is_reading:
            self.mark(read=True)
            self.load_text()
