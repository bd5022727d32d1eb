"""Search as you type: in the open feed, the library or everything stored; explanations of a search."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from textual.timer import Timer

from papertui.errors import StoreError
from papertui.model.feed import Feed
from papertui.model.format import grouped
from papertui.model.paper import Paper
from papertui.search.language import CompletionValues, last_names
from papertui.search.query import parse
from papertui.search.results import Highlight, Results, SearchMode
from papertui.services.search import Scope, SearchResponse, SearchService, SearchSession
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.search_indexes import FeedIndex, StoredIndex
from papertui.tui.list_state import is_lazy
from papertui.tui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from papertui.search.index import Index

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
_ONLINE_LIMIT = 100
#: Seconds without a key after which a search is explained.
_PAUSE = 0.6
#: The scopes in order, in words; ``None`` is the open feed.
_SCOPES: dict[Scope | None, str] = {None: "", "library": "in your library", "everything": "in everything"}
#: What finds papers, in order, in words.
_MODES: dict[SearchMode, str] = {"auto": "", "meaning": "by meaning", "words": "words only"}
#: A frequent word, to warm up the index.
_ANY_WORD = "model"
#: Seconds that a key waits for the matches of the text typed before it.
_LONGEST_WAIT = 2.0
#: The search prefix for similar papers.
_LIKE = "like:"


class SearchController:
    """Searches and shows the results in the list."""

    def __init__(
        self, context: ScreenContext, lists: ListController, search_box: SearchBox, service: SearchService
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._search_box = search_box
        self._service = service
        self._feed_index = FeedIndex(service)
        self._stored_index = StoredIndex(service)
        self._scope: Scope | None = None
        self._mode: SearchMode = "auto"
        self._prepared: Index | SearchSession | None = None
        self._last_search_took = 1.0
        self._tags: tuple[int, tuple[str, ...]] = (-1, ())
        self._authors: tuple[Sequence[Paper] | None, tuple[str, ...]] = (None, ())
        self._explain_timer: Timer | None = None
        self._is_explained = False
        #: Set unless matches of the typed text are being searched in the background.
        self._is_answered = asyncio.Event()
        self._is_answered.set()

    async def shown(self) -> None:
        """Wait until the matches of the typed text are shown, but not long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_answered.wait(), _LONGEST_WAIT)

    @property
    def text(self) -> str:
        """The typed text."""
        return self._search_box.text

    @property
    def _papers(self) -> Sequence[Paper]:
        """The papers of the open feed."""
        return self._lists.state.feed.papers

    # --- indexes -------------------------------------------------------------------------------------

    def open_feed(self, feed: Feed) -> None:
        """After `feed` was opened: build its index on first use, or when idle."""
        self._feed_index.forget()
        self.forget_stored()
        if feed.papers:
            self._screen.set_timer(_IDLE, lambda: self._prepare(feed))

    def _prepare(self, feed: Feed) -> None:
        if self._lists.state.feed is not feed:
            return
        if is_lazy(feed.papers) and len(feed.papers) > _SEARCHED_AT_ONCE:
            if not self._stored_index.is_open:
                in_background(self._screen, self._warm_up, group="index", exclusive=True)
        elif self._feed_index.index is None:
            in_background(self._screen, self._build_index, feed.papers, group="index", exclusive=True)

    async def _warm_up(self) -> None:
        """Open the index of everything stored and load what the first key press needs."""
        try:
            session = await self._open_session()
            await asyncio.to_thread(self._answer, session, _ANY_WORD)
        except StoreError:
            return  # reported on the next search
        if not self._lists.state.query:
            self._lists.show_tally()

    async def _build_index(self, papers: Sequence[Paper]) -> Index | None:
        """Return the index of `papers`; ``None`` if another feed was opened meanwhile."""
        index = await self._feed_index.build(papers)
        if self._papers is not papers:
            return None
        self._feed_index.keep(papers, index)
        return index

    async def _open_session(self) -> SearchSession:
        """Return the search over stored papers.

        Raises:
            StoreError: the archive or the library cannot be read.
        """
        scope = self._stored_scope
        if (session := self._stored_index.of(scope)) is not None:
            return session
        self._search_box.show_activity("opening the index")
        # The bundled papers are not stored.
        also = self._papers if self._lists.state.feed.origin == "starter" else ()
        session = await self._stored_index.open(scope, also, self._show_progress)
        self._notice.warn_each(self._service.take_notices())
        return session

    def _show_progress(self, done: int, of: int) -> None:
        """Show progress; called from the thread that builds the index."""
        text = f"indexing {done * 100 // max(of, 1)} % of {grouped(of)} papers"
        self._screen.app.call_from_thread(self._search_box.show_tally, text)

    def forget_stored(self) -> None:
        """After papers, bookmarks or read marks changed: cached results are outdated."""
        self._stored_index.forget()
        if self._feed_index.index is not None:
            in_background(self._screen, self._update_marks, group="marked", exclusive=True)

    async def _update_marks(self) -> None:
        try:
            await self._feed_index.update_marks()
        except StoreError:
            return  # reported by the next search over everything; until then this feed uses the old marks

    # --- scope ---------------------------------------------------------------------------------------

    @property
    def _stored_scope(self) -> Scope:
        """The scope of a search over stored papers."""
        if self._scope is None:
            return "archive" if is_lazy(self._papers) else "everything"
        return self._scope

    def _uses_stored(self, query: str) -> bool:
        """Whether `query` is searched among stored papers, not in the open feed."""
        return self._scope is not None or is_lazy(self._papers) or self._reaches_beyond(query)

    def _reaches_beyond(self, query: str) -> bool:
        """Whether `query` finds papers beyond the open feed: similar ones, or one by its id that is not in the feed."""
        if query.lstrip().startswith(_LIKE):
            return True
        named = parse(query, self._context.today).named
        return bool(named) and all(paper.id != named for paper in self._papers)

    def _show_scope(self, query: str) -> None:
        beyond = self._scope is None and not is_lazy(self._papers) and self._reaches_beyond(query)
        self._lists.scope_words = _SCOPES["everything" if beyond else self._scope]

    def next_scope(self) -> None:
        scopes = list(_SCOPES)
        self._scope = scopes[(scopes.index(self._scope) + 1) % len(scopes)]
        self._search_again()

    def next_mode(self) -> None:
        """Search by meaning, by words only, or by what fits better."""
        modes = list(_MODES)
        self._mode = modes[(modes.index(self._mode) + 1) % len(modes)]
        self._search_again()

    def _show_mode(self, results: Results | None) -> None:
        by_meaning = self._mode == "auto" and results is not None and results.by_meaning
        self._lists.mode_words = _MODES["meaning" if by_meaning else self._mode]

    def _prepare_meaning(self, index: Index | SearchSession) -> None:
        """Make what a search by meaning needs while the reader is typing, once for an index."""
        if self._prepared is not index:
            self._prepared = index
            in_background(self._screen, asyncio.to_thread, index.prepare_meaning, group="meaning", exclusive=True)

    def _search_again(self) -> None:
        query = self.text
        self._show_scope("")
        self._show_mode(None)
        self._lists.show_results("", None)
        self._lists.show_tally()
        if query.strip():
            self.search(query)

    # --- searching -----------------------------------------------------------------------------------

    def typed(self, query: str) -> None:
        """Search for the typed text; called in the frame of the key press."""
        if query != self._lists.state.query:
            self.search(query)

    async def put(self, query: str) -> None:
        """Search for `query` as if it had been typed."""
        await self._search_box.prepare()
        if self.text == query:
            self.search(query)
        else:
            self._search_box.put(query)

    def search(self, query: str) -> None:
        """Show the matches of `query`, best first; all papers for an empty query."""
        self._is_answered.set()
        if not query.strip():
            self._screen.workers.cancel_group(self._screen, "search")
            self._explain_later(None)
            self._show_scope(query)
            self._show_mode(None)
            self._lists.show_results(query, None)
        elif self._uses_stored(query):
            session = self._stored_index.of(self._stored_scope)
            # The first search for a phrase reads texts, which may take longer than the last search.
            if session is not None and self._last_search_took < _QUICK and '"' not in query:
                # Before the next frame, so that the typed letter and the list are painted together.
                self._screen.workers.cancel_group(self._screen, "search")
                with self._notice.errors():
                    self._show_response(query, session, self._answer(session, query))
            else:
                self._start(self._search_stored, query)
        elif (index := self._feed_index.of(self._papers)) is not None and len(self._papers) <= _SEARCHED_AT_ONCE:
            self._show(query, index, index.search(query, today=self._context.today, typing=True, mode=self._mode))
        else:
            self._start(self._search_feed, query)

    def _start(self, search: Callable[[str], Coroutine[None, None, None]], query: str) -> None:
        """Search in the background, instead of an earlier search."""
        self._is_answered.clear()

        async def run() -> None:
            await search(query)
            self._is_answered.set()

        in_background(self._screen, run, group="search", exclusive=True)

    async def _search_feed(self, query: str) -> None:
        papers = self._papers
        index = self._feed_index.of(papers)
        if index is None:
            self._search_box.show_activity("indexing")
            index = await self._build_index(papers)
        if index is None:
            return
        today, mode = self._context.today, self._mode
        results = await asyncio.to_thread(lambda: index.search(query, _MOST_ROWS, today=today, typing=True, mode=mode))
        if self._papers is papers:
            self._show(query, index, results)

    async def _search_stored(self, query: str) -> None:
        with self._notice.errors():
            session = await self._open_session()
            response = await asyncio.to_thread(self._answer, session, query)
            if self.text == query:
                self._show_response(query, session, response)

    def _answer(self, session: SearchSession, query: str) -> SearchResponse:
        began = monotonic()
        response = session.answer(query, _MOST_ROWS, fields=False, similar=True, typing=True, mode=self._mode)
        response.papers[:_FIRST_ROWS]  # load them here, not while drawing
        self._last_search_took = monotonic() - began
        return response

    def _show(self, query: str, index: Index, results: Results) -> None:
        self._show_scope(query)
        self._show_mode(results)
        if results.asked:
            self._lists.show_results(query, results, _highlight(index, query, results))
        else:  # such as “author:”, to which a name is about to be added
            self._lists.show_results(query, None)
        self._explain_later(results)
        self._prepare_meaning(index)

    def _show_response(self, query: str, session: SearchSession, response: SearchResponse) -> None:
        results = response.results
        self._show_scope(query)
        self._show_mode(results)
        if results.asked:
            highlight = _highlight(session, query, results)
            self._lists.show_results(query, results, highlight, beyond=response.papers, of=response.of)
        else:
            self._lists.show_results(query, None)
        self._explain_later(results)
        self._prepare_meaning(session)

    async def search_similar(self, paper: Paper) -> None:
        await self._search_box.prepare()
        self._search_box.put(f"{_LIKE}{paper.id}")

    # --- the services --------------------------------------------------------------------------------

    def search_online(self) -> None:
        """Search the services as well, in the background."""
        query = self.text
        if not query.strip():
            key = self._context.keys.name("online")
            self._notice.show_message(f"Type a query first; {key} searches the services for it.")
        elif not self._context.start.uses_network:
            self._notice.show_message("papertui runs with --offline; only stored papers can be searched.")
        else:
            in_background(self._screen, self._search_online, query, group="online", exclusive=True)

    async def _search_online(self, query: str) -> None:
        self._search_box.show_activity("searching online")
        with self._notice.errors():
            self._notice.warn_each(await self._service.fetch(query, _ONLINE_LIMIT))
        self._scope = "everything"
        self.forget_stored()
        if self.text == query:
            self._search_again()

    # --- completions ---------------------------------------------------------------------------------

    def completions(self) -> CompletionValues:
        """Return the values that complete filters: tags of the library, and authors of the open feed."""
        state = self._lists.state
        if self._tags[0] != state.marks_version:
            self._tags = state.marks_version, tuple(sorted({tag for mark in state.marks.values() for tag in mark.tags}))
        papers = state.feed.papers
        if self._authors[0] is not papers:
            self._authors = papers, () if is_lazy(papers) else last_names(papers)
        return CompletionValues(self._tags[1], authors=self._authors[1])

    # --- explanations --------------------------------------------------------------------------------

    def _explain_later(self, results: Results | None) -> None:
        """Explain a search after a pause in typing; remove the previous explanation at once."""
        if self._explain_timer is not None:
            self._explain_timer.stop()
            self._explain_timer = None
        if self._is_explained:
            self._is_explained = False
            self._notice.dismiss()
        if results is not None and (results.problems or results.corrected or self._is_surprising(results)):
            self._explain_timer = self._screen.set_timer(_PAUSE, lambda: self._explain(results))

    def _is_surprising(self, results: Results) -> bool:
        """Whether meaning found the papers and the reader did not ask for it."""
        return results.by_meaning and self._mode == "auto"

    def _explain(self, results: Results) -> None:
        words = list(results.problems)
        if results.corrected and results.matches:
            corrections = ", ".join(f"“{meant}” for “{typed}”" for typed, meant in results.corrected)
            words.append(f"Showing results for {corrections}.")
        if self._is_surprising(results):
            key = self._context.keys.name("meaning")
            words.append(f"By meaning: nobody wrote these words. {key} changes what a search looks for.")
        if words:
            self._notice.warn(" ".join(words))
            self._is_explained = True


def _highlight(index: Index | SearchSession, query: str, results: Results) -> Highlight:
    by_meaning = results.by_meaning
    return lambda text, field="": index.spans(query, text, field, by_meaning=by_meaning)
