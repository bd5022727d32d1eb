"""The menus of orders and filters, and taking them off one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from papertui.model.filters import ListFilter, Offered
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.services.feeds import FeedService
from papertui.tui.controllers.context import ScreenContext, in_background
from papertui.tui.controllers.list_controller import ListController, arrow
from papertui.tui.controllers.search_controller import SearchController
from papertui.tui.list_state import ListState, is_lazy
from papertui.tui.widgets.paper_list import PaperList

if TYPE_CHECKING:
    from papertui.tui.dialogs.menu import Menu, MenuItem

One = TypeVar("One", Order, ListFilter)

#: The orders of the whole archive, which SQL sorts.
_OF_ARCHIVE = (Order.FEED, Order.NEWEST, Order.VOTES, Order.STARS, Order.TITLE)
_NONE = "none here"
#: What is searched for instead of a filter where the papers are too many to go through.
_QUERIES = {
    ListFilter.UNREAD: "is:unread",
    ListFilter.KEPT: "is:bookmarked",
    ListFilter.CODE: "has:code",
    ListFilter.TO_READ: "state:to-read",
    ListFilter.READING: "state:reading",
    ListFilter.READ: "state:read",
    ListFilter.RATED: "has:rating",
    ListFilter.NOTE: "has:note",
    ListFilter.TAGGED: "has:tag",
    ListFilter.UNTAGGED: "-has:tag",
}


class ArrangeController:
    """Opens the two menus and applies what is chosen."""

    def __init__(
        self,
        context: ScreenContext,
        lists: ListController,
        search: SearchController,
        papers: PaperList,
        feeds: FeedService,
    ) -> None:
        self._context = context
        self._screen = context.screen
        self._notice = context.notice
        self._lists = lists
        self._search = search
        self._papers = papers
        self._feeds = feeds

    # --- menus ---------------------------------------------------------------------------------------

    def open_orders(self) -> None:
        state = self._lists.state
        if state.found is not None and not state.fit_alike:
            self._notice.show_message("Search results are sorted by relevance.")
            return
        self._open("Sort", "sort", self._orders(state, {}), self._choose_order, self._count_orders, "again: reverse")

    def open_filters(self) -> None:
        state = self._lists.state
        self._open("Show", "filter", self._filters(state, {}), self._choose_filter, self._count_filters, "again: all")

    def _open(
        self,
        title: str,
        action: str,
        items: Sequence[MenuItem],
        choose: Callable[[str | None], None],
        count: Callable[[Menu, ListState], Coroutine[None, None, None]],
        about: str,
    ) -> None:
        from papertui.tui.dialogs.menu import Menu  # noqa: PLC0415 - the first frame needs no dialog

        opener = self._context.keys.keys[action]
        menu = Menu(title, items, beside=self._papers, glyphs=self._context.glyphs, opener=opener, about=about)
        self._screen.app.push_screen(menu, choose)
        in_background(self._screen, count, menu, self._lists.state, group="counts", exclusive=True)

    async def _count_orders(self, menu: Menu, state: ListState) -> None:
        if not is_lazy(state.feed.papers):
            menu.show(self._orders(state, await asyncio.to_thread(state.knowing, tuple(Order))))

    async def _count_filters(self, menu: Menu, state: ListState) -> None:
        if not is_lazy(state.feed.papers):
            menu.show(self._filters(state, await asyncio.to_thread(state.sizes, state.shows)))

    def _orders(self, state: ListState, numbers: Mapping[Order, int]) -> list[MenuItem]:
        from papertui.tui.dialogs.menu import MenuItem  # noqa: PLC0415 - as above

        letters = self._letters("sort", Order)
        return [
            MenuItem(
                order.value.label,
                order.value.words or order.value.about,
                letters[order],
                number=numbers.get(order),
                is_current=order is state.order,
                direction=self._direction(order, state) if order is state.order else "",
                reason=_why_no_order(order, state, numbers),
            )
            for order in Order
        ]

    def _filters(self, state: ListState, numbers: Mapping[ListFilter, int]) -> list[MenuItem]:
        from papertui.tui.dialogs.menu import MenuItem  # noqa: PLC0415 - as above

        letters = self._letters("filter", ListFilter)
        queries = _QUERIES if _is_searched(state) else {}
        return [
            MenuItem(
                show.value.label,
                show.value.words or show.value.about,
                letters[show],
                number=numbers.get(show),
                is_current=show is state.show,
                direction=queries.get(show, ""),
                reason=_why_no_filter(show, state, numbers),
            )
            for show in ListFilter
        ]

    def _letters(self, action: str, table: type[One]) -> dict[One, str]:
        """Return the letter of every member of a table: the same in every view, and never a key that opens the menu."""
        from papertui.tui.dialogs.menu import free_letters  # noqa: PLC0415 - as above

        members = list(table)
        opener = {key.strip() for key in self._context.keys.keys[action].split(",")}
        return dict(zip(members, free_letters([one.value.letter for one in members], opener), strict=True))

    def _direction(self, order: Order, state: ListState) -> str:
        return arrow(self._context.glyphs, down=order.value.descending != state.is_reversed)

    # --- choosing ------------------------------------------------------------------------------------

    def _choose_order(self, label: str | None) -> None:
        """Sort by an order; reverse the one in force."""
        if label is None:
            return
        order, state = next(one for one in Order if one.value.label == label), self._lists.state
        self.set_order(order, is_reversed=order is state.order and not state.is_reversed)

    def _choose_filter(self, label: str | None) -> None:
        """Set a filter; remove the one in force."""
        if label is None:
            return
        show = next(one for one in ListFilter if one.value.label == label)
        if _is_searched(self._lists.state) and show in _QUERIES:
            query = f"{self._search.text} {_QUERIES[show]}".strip()
            in_background(self._screen, self._search.put, query, group="put")
            return
        self.set_filter(ListFilter.ALL if show is self._lists.state.show else show)

    def set_order(self, order: Order, *, is_reversed: bool = False) -> None:
        """Sort the open view."""
        if is_lazy(self._lists.state.feed.papers):
            in_background(self._screen, self._sort_archive, order, is_reversed, group="sort", exclusive=True)
        else:
            self._lists.update(self._lists.state.with_order(order, is_reversed=is_reversed))

    def set_filter(self, show: ListFilter) -> None:
        """Filter the open view."""
        self._lists.update(self._lists.state.with_show(show))

    async def _sort_archive(self, order: Order, is_reversed: bool) -> None:  # noqa: FBT001 - passed on by a worker
        feed = self._lists.state.feed
        with self._notice.errors():
            papers = await asyncio.to_thread(self._sorted_archive, order, is_reversed)
            if papers is not None and self._lists.state.feed is feed:
                self._lists.show_sorted(feed._replace(papers=papers), order, is_reversed=is_reversed)

    def _sorted_archive(self, order: Order, is_reversed: bool) -> Sequence[Paper] | None:  # noqa: FBT001 - as above
        papers = self._feeds.archive(Order.NEWEST if order is Order.FEED else order, reverse=is_reversed)
        if papers is not None:
            papers[-1 if is_reversed else 0 :][:1]  # read the first page here, not while drawing
        return papers

    # --- taking off ----------------------------------------------------------------------------------

    def drop_filter(self) -> bool:
        """Remove the filter; return whether there was one."""
        if self._lists.state.show is ListFilter.ALL:
            return False
        self.set_filter(ListFilter.ALL)
        return True

    def drop_order(self) -> bool:
        """Go back to the order in which the papers come; return whether there was another."""
        state = self._lists.state
        if state.order is Order.FEED and not state.is_reversed:
            return False
        self.set_order(Order.FEED)
        return True


def _is_searched(state: ListState) -> bool:
    """Whether the papers are too many to be filtered one by one."""
    return state.beyond is not None or is_lazy(state.feed.papers)


def _why_no_order(order: Order, state: ListState, numbers: Mapping[Order, int]) -> str:
    if is_lazy(state.feed.papers):
        return "" if order in _OF_ARCHIVE else "not for the whole archive"
    if order not in state.orders:
        return _elsewhere(order.value.offered)
    return "" if numbers.get(order, 1) or order is state.order else _NONE


def _why_no_filter(show: ListFilter, state: ListState, numbers: Mapping[ListFilter, int]) -> str:
    if show in (state.show, ListFilter.ALL):
        return ""
    if _is_searched(state):
        return "" if show in _QUERIES else "not for the whole archive"
    if show in (ListFilter.REPLACED, ListFilter.MUTED) and show.value.offered != "in the library":
        return "" if show in state.shows else _NONE
    if show not in state.shows:
        return _elsewhere(show.value.offered)
    return "" if numbers.get(show, 1) else _NONE


def _elsewhere(offered: Offered) -> str:
    return "only in the library" if offered == "in the library" else "not in the library"
