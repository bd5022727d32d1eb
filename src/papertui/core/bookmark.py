"""A paper that is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple, get_args

from papertui.core.paper import Paper

State = Literal["to read", "reading", "read"]
STATES: tuple[State, ...] = get_args(State)
RATINGS = range(1, 6)


class Bookmark(NamedTuple):
    """A kept paper, with what its reader says of it.

    Attributes:
        paper: the paper as it was when kept, complete enough to be read without archive and network.
        added: when it was kept, UTC.
        tags: the reader's words for it, in the order given.
        note: the reader's own text (Markdown).
        state: how far the reading is.
        rating: the reader's judgement, from 1 to 5; ``None`` where there is none.
    """

    paper: Paper
    added: datetime
    tags: tuple[str, ...] = ()
    note: str = ""
    state: State = "to read"
    rating: int | None = None


class Choice(NamedTuple):
    """Which bookmarks are meant, by what their reader says of them.

    Attributes:
        tags: those that a bookmark must bear, all of them; case does not matter.
        state: how far the reading must be; ``None`` for any.
        rating: the least rating; 0 for those that are not rated; ``None`` for any.
    """

    tags: tuple[str, ...] = ()
    state: State | None = None
    rating: int | None = None

    def fits(self, mark: Bookmark) -> bool:
        """Whether `mark` is meant."""
        borne = {tag.casefold() for tag in mark.tags}
        if not all(tag.casefold() in borne for tag in self.tags):
            return False
        if self.state is not None and mark.state != self.state:
            return False
        rating = mark.rating or 0
        return self.rating is None or (rating >= self.rating if self.rating else rating == 0)
