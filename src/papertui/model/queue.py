"""The queue: bookmarked papers to read later."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from papertui.model.bookmark import Bookmark

#: The tag of a bookmark in the queue.
LATER = "later"


def is_later(bookmark: Bookmark) -> bool:
    """Whether a bookmark has the tag of the queue."""
    return any(tag.casefold() == LATER for tag in bookmark.tags)


def is_queued(id_: str, bookmark: Bookmark, read: AbstractSet[str]) -> bool:
    """Whether a paper waits to be read: a paper that was begun stays in the queue, one marked as read leaves it.

    Args:
        id_: the current id of the paper.
        bookmark: its bookmark.
        read: the ids of the papers marked as read.
    """
    if bookmark.state == "read" or not is_later(bookmark):
        return False
    return bookmark.state == "reading" or id_ not in read
