"""A change of the library, as its journal tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from papertui.core.bookmark import Bookmark

#: Given all bookmarks by id, tells which ones to put in place of theirs; ``None`` releases a paper. What is left out
#: stays. An empty abstract in a bookmark that is put leaves the stored one as it is.
Work = Callable[[Mapping[str, Bookmark]], Mapping[str, Bookmark | None]]
#: What was done in a few words, or what tells it from the ids of the papers that were changed.
What = str | Callable[[Sequence[str]], str]


#: How a step begins in the journal that brought changes of another machine, which know their own history.
SYNC = "sync "


class Change(NamedTuple):
    """What happened to one bookmark.

    Attributes:
        id: the paper's.
        before: as it was, ``None`` where it was not kept.
        after: as it is since, ``None`` where it was released.
    """

    id: str
    before: Bookmark | None
    after: Bookmark | None


class QueryChange(NamedTuple):
    """What happened to one collection, which is a saved query.

    Attributes:
        name: the collection's.
        before: its query as it was, ``None`` where there was none of that name.
        after: its query since, ``None`` where it was dropped.
    """

    name: str
    before: str | None
    after: str | None


class Step(NamedTuple):
    """What one command, or one key, changed; it is undone as a whole.

    Attributes:
        number: counts steps, from 1 on.
        at: when it was made, UTC.
        what: in a few words, for the reader: ``bookmark 2604.26951``.
        changes: of each bookmark that it changed. The papers in them bear no abstracts.
        undoes: the number of the step that this one took back; ``None`` for all others.
        redoes: the number of the step that this one made again; ``None`` for all others.
        queries: of each collection that it changed.
    """

    number: int
    at: datetime
    what: str
    changes: tuple[Change, ...]
    undoes: int | None = None
    redoes: int | None = None
    queries: tuple[QueryChange, ...] = ()

    def following(self, begun: Step) -> Step:
        """This part of a step together with the parts before it, `begun`: what was before all, and what is since."""
        first = {change.id: change for change in begun.changes}
        for change in self.changes:
            first[change.id] = change._replace(before=first.get(change.id, change).before)
        queries = {query.name: query for query in begun.queries}
        for query in self.queries:
            queries[query.name] = query._replace(before=queries.get(query.name, query).before)
        return self._replace(
            changes=tuple(change for change in first.values() if change.before != change.after),
            queries=tuple(query for query in queries.values() if query.before != query.after),
        )

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether it brought changes of another machine, which are undone there."""
        return self.what.startswith(SYNC) and self.undoes is None and self.redoes is None

    @property
    def in_words(self) -> str:
        """`what`, with the title of the paper in the place of its id where it is about one."""
        if len(self.changes) != 1:
            return self.what
        change = self.changes[0]
        mark = change.after or change.before
        return self.what if mark is None else self.what.replace(change.id, f"“{mark.paper.title}”")


class Undone(NamedTuple):
    """A step that was taken back, or made again.

    Attributes:
        step: that step, whose `what` says what it had done.
        left: sentences about what was left alone, because somebody changed it since.
    """

    step: Step
    left: tuple[str, ...] = ()
