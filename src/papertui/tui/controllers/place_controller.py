"""Keeps the place of the reader: in each list, in each text, and what is open, also between starts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from papertui.errors import StoreError
from papertui.model.feed import without_period
from papertui.services.places import Places
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.paper_controller import PaperController
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.controllers.tab_controller import TabController
from papertui.tui.reading_place import ReadingPlaces, place_from
from papertui.tui.view_states import ViewState, view_state_from

#: Seconds between two writes while the app is used, so that little is lost when it is killed.
_KEEP_INTERVAL = 5.0
#: Before the name of a view and the id of a paper, in the keys of places.
_VIEW, _PAGE = "view ", "page "
_OPEN = "open"


class PlaceController:
    """Remembers each view when it is left, and shows it again as it was."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        search: SearchController,
        tabs: TabController,
        paper: PaperController,
        pages: ReadingPlaces,
        places: Places,
    ) -> None:
        """Read the stored places, because the first frame shows the list where it was left.

        Raises:
            StoreError: the archive cannot be read.
        """
        self._context = context
        self._lists = lists
        self._search = search
        self._tabs = tabs
        self._paper = paper
        self._pages = pages
        self._places = places
        self._is_kept = not context.start.demo
        self._stored: dict[str, Mapping[str, Any]] = dict(places.load()) if self._is_kept else {}
        self._views = {
            key.removeprefix(_VIEW): view_state_from(facts)
            for key, facts in self._stored.items()
            if key.startswith(_VIEW)
        }
        for key, facts in self._stored.items():
            if key.startswith(_PAGE):
                pages.keep(key.removeprefix(_PAGE), place_from(facts))
        self._is_used = False
        self._writing = asyncio.Lock()

    @property
    def _view(self) -> str:
        return str(without_period(self._tabs.open_name))

    # --- views ---------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Remember the open view."""
        state = self._lists.state
        # A list that could not be loaded does not move the reader to its top.
        place = self._lists.place if state.size else self._views.get(self._view, ViewState()).place
        self._views[self._view] = ViewState(
            state.order, state.is_reversed, place, state.show, self._search.text, self._search.scope
        )

    def enter(self, *, only_order: bool = False) -> None:
        """Show the open view as it was left; with `only_order` without its place, filter and search."""
        view = self._views.get(self._view, ViewState())
        if only_order:
            view = ViewState(view.order, view.is_reversed)
        self._search.use_scope(view.scope)
        self._lists.restore(view)
        if view.query:
            screen, again = self._context.screen, self._search_again
            in_background(screen, again, self._view, view.query, group="search again", exclusive=True)

    async def _search_again(self, name: str, query: str) -> None:
        if self._view == name:
            await self._search.put(query)

    # --- between starts ------------------------------------------------------------------------------

    def start(self) -> None:
        """Write changes from time to time."""
        if self._is_kept:
            self._context.screen.set_interval(_KEEP_INTERVAL, self._keep_if_used)

    def reopen(self) -> None:
        """Open the paper that was open when the app ended, unless the reader was faster."""
        facts, paper = self._stored.get(_OPEN, {}), self._lists.paper
        is_same = paper is not None and facts == {"view": self._view, "id": paper.id}
        if is_same and not (self._lists.is_touched or self._lists.state.query):
            self._paper.open()

    def touched(self) -> None:
        """After any key or mouse event."""
        self._is_used = True

    def _keep_if_used(self) -> None:
        if self._is_used:
            self._is_used = False
            in_background(self._context.screen, self._keep, group="places")

    async def _keep(self) -> None:
        with self._context.notice.errors():
            await self._write()

    async def finish(self) -> None:
        """Write what changed, at the end of the app."""
        if self._is_kept:
            with suppress(StoreError):  # nobody is left to read the message
                await self._write()

    def _facts_of(self, name: str, view: ViewState) -> Mapping[str, Any]:
        """Return what is stored of a view: during a search its place before the search, as far as that was stored."""
        if view.place is None or not view.place.query:
            return view.stored()
        stored = self._stored.get(f"{_VIEW}{name}", {})
        before = {key: fact for key, fact in stored.items() if key not in {"order", "reversed"}}
        return {**before, **view.stored()}

    async def _write(self) -> None:
        """Write what changed.

        Raises:
            StoreError: the archive cannot be written.
        """
        self.leave()
        self._paper.remember_place()
        facts = {f"{_VIEW}{key}": self._facts_of(key, view) for key, view in self._views.items()}
        facts |= {f"{_PAGE}{id_}": place for id_, place in self._pages.stored().items()}
        paper = self._lists.paper if self._paper.is_open else None
        facts[_OPEN] = {} if paper is None else {"view": self._view, "id": paper.id}
        async with self._writing:
            changed = {key: value for key, value in facts.items() if value != self._stored.get(key, {})}
            if changed:
                await asyncio.to_thread(self._places.keep, changed)
                self._stored |= changed
