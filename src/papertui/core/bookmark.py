"""Bookmarks, and which of them a filter selects."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple, get_args

from papertui.core.paper import Paper

State = Literal["to read", "reading", "read"]
STATES: tuple[State, ...] = get_args(State)
RATINGS = range(1, 6)


class Bookmark(NamedTuple):
    """A bookmarked paper with the user's annotations."""

    #: A copy from the time of bookmarking, complete enough to be read without archive and network.
    paper: Paper
    added: datetime  # UTC
    tags: tuple[str, ...] = ()  # in the order given
    note: str = ""  # Markdown
    state: State = "to read"
    rating: int | None = None  # 1 to 5


class Choice(NamedTuple):
    """A filter on the annotations of bookmarks."""

    tags: tuple[str, ...] = ()  # all of them are required; case does not matter
    state: State | None = None
    rating: int | None = None  # the minimum; 0 selects unrated bookmarks

    def fits(self, mark: Bookmark) -> bool:
        tags = {tag.casefold() for tag in mark.tags}
        if not all(tag.casefold() in tags for tag in self.tags):
            return False
        if self.state is not None and mark.state != self.state:
            return False
        rating = mark.rating or 0
        return self.rating is None or (rating >= self.rating if self.rating else rating == 0)
