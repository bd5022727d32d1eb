"""What belongs to one view: its order, filter and search, and the place of the reader in its list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from papertui.model.filters import ListFilter
from papertui.model.ordering import Order
from papertui.services.search import Scope
from papertui.tui.list_state import ListState, is_lazy

#: Papers around the cursor that are remembered: the nearest one that is left takes its place.
_NEIGHBOURS = 8
_ORDERS = {order.value.label: order for order in Order}


class Place(NamedTuple):
    """The place of the cursor in a list."""

    feed: str  # the name of the list, with its period
    row: int
    above: int  # lines between the top of the list and the cursor; negative if the wheel scrolled it away
    ids: tuple[str, ...]  # the paper under the cursor and those around it, the nearest first
    query: str = ""  # the search whose results are listed

    @classmethod
    def at(cls, state: ListState, row: int, above: int) -> Place | None:
        """Return the place in a list; ``None`` at its top, where a reader sees what arrives, and in an empty list."""
        if not 0 <= row < state.size or not (row or above):
            return None
        near = range(max(0, row - _NEIGHBOURS), min(state.size, row + _NEIGHBOURS + 1))
        if state.beyond is not None or is_lazy(state.feed.papers):  # others would be read from the disk here
            near = range(row, row + 1)
        ids = tuple(state.paper(one).id for one in sorted(near, key=lambda one: (abs(one - row), one < row)))
        return cls(str(state.feed.name), row, above, ids, state.query)

    def is_in(self, state: ListState) -> bool:
        """Whether the list shown is the one of this place, and loaded."""
        return bool(state.size) and str(state.feed.name) == self.feed and state.query == self.query

    def row_in(self, state: ListState) -> int:
        """Return the row of the paper, of its nearest neighbour that is left, or the same row."""
        row = min(self.row, state.size - 1)
        if self.ids and state.paper(row).id != self.ids[0] and state.beyond is None and not is_lazy(state.feed.papers):
            rows = {state.paper(number).id: number for number in range(state.size)}
            row = next((rows[id_] for id_ in self.ids if id_ in rows), row)
        return row


class ViewState(NamedTuple):
    """The state of a view that is not open."""

    order: Order = Order.FEED
    is_reversed: bool = False
    place: Place | None = None
    # Until the app ends:
    show: ListFilter = ListFilter.ALL
    query: str = ""
    scope: Scope | None = None

    def stored(self) -> dict[str, Any]:
        """Return what is kept between starts; empty if that is nothing. A place in search results is not kept."""
        facts: dict[str, Any] = {} if self.order is Order.FEED else {"order": self.order.value.label}
        if self.is_reversed:
            facts["reversed"] = True
        if self.place is not None and not self.place.query:
            facts |= {"feed": self.place.feed, "row": self.place.row, "above": self.place.above}
            facts["ids"] = list(self.place.ids)
        return facts


def view_state_from(facts: Mapping[str, Any]) -> ViewState:
    """Return a stored state; what another version wrote in another form is left out."""
    place = None
    match facts:
        case {"feed": str(feed), "row": int(row), "above": int(above), "ids": [*ids]}:
            place = Place(feed, max(0, row), above, tuple(filter(_is_text, ids)))
    return ViewState(_ORDERS.get(str(facts.get("order")), Order.FEED), facts.get("reversed") is True, place)


def _is_text(value: object) -> bool:
    return isinstance(value, str)
