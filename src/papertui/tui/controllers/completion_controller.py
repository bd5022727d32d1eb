"""The list of completions that drops down below the search line while one types."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from papertui.errors import StoreError
from papertui.model.paper import Paper
from papertui.search.completion import Completion, CompletionValues, completions, last_names
from papertui.services.library import LibraryService
from papertui.services.past_searches import PastSearches
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.list_state import is_lazy
from papertui.tui.widgets.completion_list import CompletionList
from papertui.tui.widgets.search_box import SearchBox

#: Lines of the list on a screen of the usual height, and on a low one, where it must not cover the first matches.
_MOST, _MOST_LOW = 8, 3
#: Lines while nothing is typed.
_MOST_EMPTY = 6
#: Lines of the screen up to which it is low.
_LOW = 22
#: Names of authors from the index.
_NAMES = 20


class CompletionController:
    """Shows the list, moves in it and applies what is chosen."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        search: SearchController,
        search_box: SearchBox,
        library: LibraryService,
        past: PastSearches,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._lists = lists
        self._search = search
        self._search_box = search_box
        self._library = library
        self._past_searches = past
        self._list: CompletionList | None = None
        self._items: list[Completion] = []
        self._chosen: int | None = None
        self._closed_at: str | None = None
        self._offered_for: str | None = None  # the text
        self._is_awaited = False
        self._past: tuple[str, ...] = ()
        self._collections: Mapping[str, str] = {}
        self._marked: tuple[int, tuple[str, ...], dict[str, Mapping[str, int]]] = (-1, (), {})
        self._counted: tuple[Sequence[Paper] | None, Mapping[str, int], Mapping[str, int]] = (None, {}, {})

    # --- values --------------------------------------------------------------------------------------

    def values(self) -> CompletionValues:
        """Return the values that complete filters, from the open view, the library and what is stored."""
        state = self._lists.state
        if self._marked[0] != state.marks_version:
            tags = Counter(tag for mark in state.marks.values() for tag in mark.tags)
            states = Counter(mark.state.replace(" ", "-") for mark in state.marks.values())
            self._marked = state.marks_version, tuple(sorted(tags)), {"tag": tags, "state": states}
        papers = state.feed.papers
        if self._counted[0] is not papers:
            here = () if is_lazy(papers) else papers
            categories = Counter(category for paper in here for category in paper.categories)
            self._counted = papers, last_names(here), categories
        _, authors, in_categories = self._counted
        session = self._search.stored_session
        return CompletionValues(
            self._marked[1],
            authors=tuple(authors),
            numbers={**self._marked[2], "author": authors, "cat": in_categories},
            more_authors=None if session is None else lambda begun: session.author_names(begun, _NAMES),
            collections=self._collections,
            past=self._past,
        )

    async def prepare(self) -> None:
        """Read past searches and collections, and the names of all authors; called when the search line is entered."""
        self._closed_at = None
        if not self._context.start.demo:
            with self._context.notice.errors():
                self._past = await asyncio.to_thread(self._past_searches.all)
                self._collections = await asyncio.to_thread(self._library.collections)
        self.update_soon()

    # --- showing -------------------------------------------------------------------------------------

    def update_soon(self) -> None:
        """Update the list after the next frame, so that typed letters never wait for it."""
        if not self._is_awaited:
            self._is_awaited = True
            self._screen.call_after_refresh(self._update)

    async def _update(self) -> None:
        self._is_awaited = False
        text = self._search_box.text
        # More values, such as past searches, may arrive while the reader chooses.
        is_same = text == self._offered_for and self._chosen is not None and self._chosen < len(self._items)
        kept = self._items[self._chosen] if is_same and self._chosen is not None else None
        self._offered_for = text
        if not self._search_box.is_typing or text == self._closed_at:
            self._items = []
        else:
            self._closed_at = None
            self._items = self._completions(text)
        self._chosen = self._items.index(kept) if kept in self._items else None
        if self._list is None and self._items:
            self._list = CompletionList(self._context.glyphs)
            await self._screen.mount(self._list)
        self._show()

    def _completions(self, text: str) -> list[Completion]:
        height = self._screen.size.height
        if not text.strip() and height < _LOW:
            return []
        if "author:" in text and self._search.stored_session is None:
            in_background(self._screen, self._open_names, group="names", exclusive=True)
        most = _MOST_EMPTY if not text.strip() else _MOST
        return completions(text, self.values(), most if height >= _LOW else _MOST_LOW)

    async def _open_names(self) -> None:
        try:
            await self._search.open_stored()
        except StoreError:
            return  # reported by the next search over everything; until then only the names of the view are offered
        self.update_soon()

    def _show(self) -> None:
        if self._list is not None:
            self._list.show(self._items, self._chosen, top=self._search_box.region.bottom)

    @property
    def is_open(self) -> bool:
        return bool(self._items) and self._search_box.is_typing

    # --- keys ----------------------------------------------------------------------------------------

    def stay_closed(self) -> None:
        """Offer nothing for the empty line that is left by Escape, so that the next one leaves the line."""
        self._closed_at = ""

    def move(self, by: int) -> bool:
        """Choose the next or previous line; return whether the list is open."""
        if not self.is_open:
            return False
        place = -1 if self._chosen is None else self._chosen
        place = min(place + by, len(self._items) - 1)
        self._chosen = place if place >= 0 else None
        self._show()
        return True

    def close(self) -> bool:
        """Close the list; return whether a line of it was chosen, and the key did nothing else.

        A list in which nothing was chosen takes no key: it opened without being asked for.
        """
        was_open, was_chosen = self.is_open, self._chosen is not None
        self._items, self._chosen = [], None
        if was_open:
            self._closed_at = self._search_box.text
        self._show()
        return was_open and was_chosen

    def complete(self) -> bool:
        """Put the chosen line, or the first one, into the search line; return whether there was one."""
        if not self.is_open or (self._chosen is None and not self._search_box.text.strip()):
            return False
        self._take(self._items[self._chosen or 0])
        return True

    def take_chosen(self) -> Completion | None:
        """Put the chosen line into the search line; return it, ``None`` if none was chosen."""
        if not self.is_open or self._chosen is None:
            return None
        item = self._items[self._chosen]
        self._take(item)
        return item

    def click(self, place: int, *, removes: bool) -> None:
        if place < len(self._items):
            self._chosen = place
            if removes:
                self.remove_chosen()
            else:
                self._take(self._items[place])

    def _take(self, item: Completion) -> None:
        self._items, self._chosen = [], None
        self._search_box.put(item.line)
        self.update_soon()

    # --- past searches -------------------------------------------------------------------------------

    def remember(self, query: str) -> None:
        """Record a search that led somewhere."""
        if query.strip() and not self._context.start.demo and (not self._past or self._past[0] != query.strip()):
            in_background(self._screen, self._change_past, self._past_searches.add, query, group="past")

    def remove_chosen(self) -> bool:
        """Forget the chosen past search; return whether one was chosen."""
        if not self.is_open or self._chosen is None or self._items[self._chosen].kind != "past":
            return False
        line = self._items[self._chosen].line
        in_background(self._screen, self._change_past, self._past_searches.remove, line, group="past")
        return True

    async def _change_past(self, change: Callable[[str], tuple[str, ...]], query: str) -> None:
        with self._context.notice.errors():
            self._past = await asyncio.to_thread(change, query)
        self.update_soon()
