"""Search as you type: in the open feed, the library or everything stored; explanations of a search."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from textual.timer import Timer

from papertui.errors import StoreError
from papertui.model.feed import Feed, FeedName
from papertui.model.format import grouped, plural
from papertui.model.paper import Paper
from papertui.search.query import parse
from papertui.search.results import Highlight, Results, SearchMode
from papertui.services.search import Scope, SearchResponse, SearchService, SearchSession
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.scope_offers import ScopeOffers
from papertui.tui.controllers.search_indexes import FeedIndex, StoredIndex
from papertui.tui.controllers.tab_controller import feed_title
from papertui.tui.list_state import is_lazy
from papertui.tui.text_layout import cut
from papertui.tui.widgets.search_box import SearchBox, TallyPart

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
#: The scopes in the order in which the key goes through them, each with its name; ``None`` is the open view.
_SCOPES: dict[Scope | None, str] = {None: "this view", "everything": "everything", "library": "your library"}
#: Cells of the title of a view in the search line.
_TITLE = 18
#: Views with another name in the search line.
_OWN_WORDS = {"library": "in your library", "archive": "in the archive"}
#: The views that are a scope themselves.
_OWN_SCOPES: dict[str, Scope] = {"library": "library", "archive": "everything"}
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
        self,
        context: ScreenContext,
        lists: ListController,
        search_box: SearchBox,
        service: SearchService,
        title_of: Callable[[FeedName], str],
    ) -> None:
        """Create it; `title_of` returns the title of a followed feed."""
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._search_box = search_box
        self._service = service
        self._feed_index = FeedIndex(service)
        self._stored_index = StoredIndex(service)
        self._title_of = title_of
        self._offers = ScopeOffers(context, lists, service)
        #: Papers that are the results of a text, and that text.
        self._given: tuple[str, Sequence[Paper]] | None = None
        self._scope: Scope | None = None
        self._mode: SearchMode = "auto"
        self._prepared: Index | SearchSession | None = None
        self._last_search_took = 1.0
        self._explain_timer: Timer | None = None
        self._is_explained = False
        #: Set unless matches of the typed text are being searched in the background.
        self._is_answered = asyncio.Event()
        self._is_answered.set()

    async def shown(self) -> None:
        """Wait until the matches of the typed text, or what is offered without any, are shown, but not long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_answered.wait(), _LONGEST_WAIT)
            await asyncio.wait_for(self._offers.is_counted.wait(), _LONGEST_WAIT)

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
        self.show_scope()
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
        self._screen.app.call_from_thread(self._search_box.show_tally, [TallyPart(text)])

    def forget_stored(self) -> None:
        """After papers, bookmarks or read marks changed: cached results are outdated."""
        self._stored_index.forget()
        self._offers.forget()
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

    @property
    def scope(self) -> Scope | None:
        """Where is searched beyond the open view; ``None`` for the view itself."""
        return self._scope

    def set_scope(self, scope: Scope | None) -> None:
        """Search elsewhere, for the same text."""
        self._scope = scope
        self._search_again()

    def drop_scope(self) -> bool:
        """Search the open view again; return whether another scope was in force."""
        if self._scope is None:
            return False
        self.set_scope(None)
        return True

    @property
    def _scopes(self) -> list[Scope | None]:
        """The scopes of the open view: without those that are the view itself."""
        own = _OWN_SCOPES.get(self._papers_name.kind, "archive")
        return [scope for scope in _SCOPES if scope != own]

    @property
    def _papers_name(self) -> FeedName:
        return self._lists.state.feed.name

    @property
    def _next_scope(self) -> Scope | None:
        scopes = self._scopes
        return scopes[(scopes.index(self._scope) + 1) % len(scopes)] if self._scope in scopes else None

    def use_scope(self, scope: Scope | None) -> None:
        """Search within `scope` from now on, without searching again."""
        self._scope = scope
        self.show_scope()

    def next_scope(self) -> None:
        self.set_scope(self._next_scope)

    def _where(self, query: str) -> str:
        """Return where `query` is searched, in words."""
        if self._given is not None and query == self._given[0]:
            return "as pasted"
        if self._scope is not None:
            return f"in {_SCOPES[self._scope]}"
        name = self._papers_name
        if query.strip() and not is_lazy(self._papers) and self._reaches_beyond(query):
            return f"in {_SCOPES['everything']}"
        if name.kind in _OWN_WORDS:
            return _OWN_WORDS[name.kind]
        title = feed_title(name, self._context.today, self._title_of)
        return f"in {cut(title, _TITLE, self._context.glyphs.ellipsis)}"

    def show_scope(self) -> None:
        """Show where is searched and where else one can, while a search is typed or shown."""
        parts = []
        query = self.text
        is_searching = self._search_box.is_typing or bool(query.strip())
        if is_searching or self._scope is not None:
            parts.append(TallyPart(self._where(query), "drop_scope", is_removable=self._scope is not None, rank=1))
        if is_searching:
            keys = self._context.keys
            parts.append(TallyPart(f"{keys.name('scope')} {_SCOPES[self._next_scope]}", "scope", rank=5))
            if self._context.start.uses_network:
                parts.append(TallyPart(f"{keys.name('online')} online", "online", rank=6))
        if tuple(parts) != self._lists.scope_parts:
            self._lists.scope_parts = tuple(parts)
            self._lists.show_tally()

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
        self._show_mode(None)
        self._lists.show_results("", None)
        self.show_scope()
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

    async def begin(self, query: str) -> None:
        """Put `query` into the search line and go there, to be continued."""
        field = await self._search_box.prepare()
        self._search_box.put(query)  # a line without text is not shown over a paper
        self._screen.set_focus(field)

    def search(self, query: str) -> None:
        """Show the matches of `query`, best first; all papers for an empty query."""
        self._is_answered.set()
        if self._given is not None and query == self._given[0]:
            self._show_given(*self._given)
        elif not query.strip():
            self._screen.workers.cancel_group(self._screen, "search")
            self._explain_later(None)
            self._show_mode(None)
            self._lists.show_results(query, None)
            self._offers.withdraw()
            self.show_scope()
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

    def show_papers(self, query: str, papers: Sequence[Paper]) -> None:
        """Show given papers as the results of `query`, until another text is searched."""
        self._given = query, papers
        if self.text == query:
            self.search(query)
        else:
            self._search_box.put(query)

    def _show_given(self, query: str, papers: Sequence[Paper]) -> None:
        self._screen.workers.cancel_group(self._screen, "search")
        self._explain_later(None)
        self._offers.withdraw()
        self._show_mode(None)
        self._lists.show_results(query, None, beyond=papers, of=len(papers))
        self.show_scope()

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
        self._show_mode(results)
        if results.asked:
            self._lists.show_results(query, results, _highlight(index, query, results))
        else:  # such as “author:”, to which a name is about to be added
            self._lists.show_results(query, None)
        self._shown(query, results)
        self._prepare_meaning(index)

    def _show_response(self, query: str, session: SearchSession, response: SearchResponse) -> None:
        results = response.results
        self._show_mode(results)
        if results.asked:
            highlight = _highlight(session, query, results)
            self._lists.show_results(query, results, highlight, beyond=response.papers, of=response.of)
        else:
            self._lists.show_results(query, None)
        self._shown(query, results)
        self._prepare_meaning(session)

    def _shown(self, query: str, results: Results) -> None:
        """After results were shown: where they come from, and what is offered if there are none."""
        self.show_scope()
        self._explain_later(results)
        self._offers.show(query, self._where(query), self._papers, is_widest=self._is_widest(query))

    def _is_widest(self, query: str) -> bool:
        """Whether `query` is searched in everything stored."""
        return self._scope == "everything" or (self._scope is None and self._reaches_beyond(query))

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
        self._is_answered.clear()
        with self._notice.errors():
            self._notice.warn_each(await self._service.fetch(query, _ONLINE_LIMIT))
        self._scope = "everything"
        self.forget_stored()
        self._offers.asked_online = query
        self._is_answered.set()
        if self.text == query:
            self._search_again()

    # --- for the completions -------------------------------------------------------------------------

    @property
    def stored_session(self) -> SearchSession | None:
        """The search over everything stored, if it is open."""
        return self._stored_index.of("everything") or self._offers.session

    async def open_stored(self) -> None:
        """Open the search over everything stored.

        Raises:
            StoreError: the archive or the library cannot be read.
        """
        await self._offers.open(self._papers)

    # --- explanations --------------------------------------------------------------------------------

    def _explain_later(self, results: Results | None) -> None:
        """Explain a search after a pause in typing; remove the previous explanation at once."""
        if self._explain_timer is not None:
            self._explain_timer.stop()
            self._explain_timer = None
        self._screen.workers.cancel_group(self._screen, "explain")
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
            in_background(self._screen, self._explain_meaning, self.text, words, group="explain", exclusive=True)
        else:
            self._say(words)

    async def _explain_meaning(self, query: str, words: Sequence[str]) -> None:
        """Say that meaning found the papers, and where else are papers with the words."""
        keys = self._context.keys
        elsewhere = 0
        if not self._is_widest(query):
            with self._notice.errors():
                elsewhere = await self._offers.count_words(query, self._papers)
        if self.text == query:
            here = " here" if elsewhere else ""
            sentences = [*words, f"By meaning: no title{here} has these words."]
            if elsewhere:
                have = "has" if elsewhere == 1 else "have"
                how = f": {keys.name('scope')} searches there" if self._next_scope == "everything" else ""
                sentences.append(f"{plural(elsewhere, 'paper')} in everything stored {have} them{how}.")
            self._say([*sentences, f"{keys.name('meaning')} changes what a search looks for."])

    def _say(self, words: Sequence[str]) -> None:
        if words:
            self._notice.warn(" ".join(words))
            self._is_explained = True


def _highlight(index: Index | SearchSession, query: str, results: Results) -> Highlight:
    by_meaning = results.by_meaning
    return lambda text, field="": index.spans(query, text, field, by_meaning=by_meaning)
