"""The queue of papers to read later, from the library and the read marks."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from papertui.library.bookmarks import Library
from papertui.model.queue import is_queued


def queued_ids(library: Library, read: AbstractSet[str]) -> tuple[str, ...]:
    """The ids of the bookmarks in the queue, the oldest first: what has waited longest is next.

    Raises:
        StoreError: the library cannot be read.
    """
    tagged = frozenset(library.ids_having("tags"))
    marks = library.annotations()
    waiting = (id_ for id_ in library.newest() if id_ in tagged and is_queued(id_, marks[id_], read))
    return tuple(waiting)[::-1]
