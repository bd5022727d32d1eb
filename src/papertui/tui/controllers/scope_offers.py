"""What is offered when a search matches nothing: the wider scopes, with their matches already counted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from papertui.model.filters import ListFilter
from papertui.model.format import grouped
from papertui.model.paper import Paper
from papertui.services.search import SearchService, SearchSession
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.search_indexes import StoredIndex
from papertui.tui.widgets.paper_list import Offer


class ScopeOffers:
    """Shows the offers in the empty list."""

    def __init__(self, context: ScreenContext, lists: ListController, service: SearchService) -> None:
        self._context = context
        self._screen = context.screen
        self._keys = context.keys
        self._notice = context.notice
        self._lists = lists
        self._everything = StoredIndex(service)
        #: The last query that the services were asked for.
        self.asked_online = ""
        #: Set unless matches are being counted.
        self.is_counted = asyncio.Event()
        self.is_counted.set()

    @property
    def session(self) -> SearchSession | None:
        """The search over everything stored, if it is open."""
        return self._everything.of("everything")

    async def open(self, papers: Sequence[Paper]) -> SearchSession:
        """Open the search over everything stored.

        Raises:
            StoreError: the archive or the library cannot be read.
        """
        # The bundled papers are not stored.
        also = papers if self._lists.state.feed.origin == "starter" else ()
        return await self._everything.open("everything", also, lambda _done, _of: None)

    def forget(self) -> None:
        """After papers or bookmarks changed: count again."""
        self._everything.forget()

    def withdraw(self) -> None:
        """Offer nothing."""
        self._screen.workers.cancel_group(self._screen, "offers")
        self.is_counted.set()
        self._lists.offer(())

    def show(self, query: str, where: str, papers: Sequence[Paper], *, is_widest: bool) -> None:
        """Offer what helps if `query` matches nothing.

        Args:
            query: as typed.
            where: where it was searched, in words.
            papers: those of the open view.
            is_widest: whether everything stored was searched.
        """
        self.withdraw()
        if self._lists.state.size:
            return
        self._lists.say_no_matches(where)
        self._lists.offer(self._offers(query, None, is_widest=is_widest))
        if not is_widest:
            self.is_counted.clear()
            in_background(self._screen, self._count, query, papers, group="offers", exclusive=True)

    async def _count(self, query: str, papers: Sequence[Paper]) -> None:
        with self._notice.errors():
            total = await self.count_words(query, papers)
            if self._lists.state.query == query and not self._lists.state.size:
                self._lists.offer(self._offers(query, total, is_widest=False))
        self.is_counted.set()

    async def count_words(self, query: str, papers: Sequence[Paper]) -> int:
        """Return the number of papers in everything stored that have the words of a query.

        Raises:
            StoreError: the archive or the library cannot be read.
        """
        session = await self.open(papers)
        return (await asyncio.to_thread(session.answer, query, 1, fields=False, typing=True)).results.total

    def _offers(self, query: str, total: int | None, *, is_widest: bool) -> tuple[Offer, ...]:
        """Return the offers; `total` is the number of matches in everything stored, if it is known."""
        offers = []
        state = self._lists.state
        hidden = state.found.total if state.found is not None and state.show is not ListFilter.ALL else 0
        if hidden:
            offers.append(Offer(f"{grouped(hidden)} without “{state.show.value.words}”", action="drop_filter"))
        if not is_widest:
            offers.append(self._everything_offer(total))
        if self.asked_online == query:
            offers.append(Offer("nothing online either"))
        elif self._context.start.uses_network:
            offers.append(Offer("search online", self._keys.name("online"), "online"))
        first = next((place for place, offer in enumerate(offers) if offer.action), None)
        if first is not None:
            offers[first] = offers[first]._replace(key=self._keys.name("read_paper"))
        return (*offers, Offer("clear the search", self._keys.name("back"), "back"))

    def _everything_offer(self, total: int | None) -> Offer:
        if total is None:
            return Offer(f"looking in everything stored {self._context.glyphs.ellipsis}")
        if not total:
            return Offer("nothing in everything stored either")
        return Offer(f"{grouped(total)} in everything stored", action="widen")
