"""Changes of the library, as the journal records them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from papertui.core.bookmark import Bookmark

#: Takes all bookmarks by id and returns those to replace; ``None`` removes a bookmark, and bookmarks that are left out
#: stay. An empty abstract in a returned bookmark leaves the stored one unchanged.
Work = Callable[[Mapping[str, Bookmark]], Mapping[str, Bookmark | None]]
#: A short description, or a function that derives it from the ids of the changed papers.
What = str | Callable[[Sequence[str]], str]


#: The description of steps that brought changes from another machine starts with this; they are undone there.
SYNC = "sync "


class Change(NamedTuple):
    """The change of one bookmark."""

    id: str  # of the paper
    before: Bookmark | None  # ``None`` if the bookmark was added
    after: Bookmark | None  # ``None`` if the bookmark was removed


class QueryChange(NamedTuple):
    """The change of one collection, which is a saved query."""

    name: str
    before: str | None  # the query; ``None`` if the collection was added
    after: str | None  # the query; ``None`` if the collection was removed


class Step(NamedTuple):
    """The changes of one command or key press; they are undone together."""

    number: int  # counts from 1
    at: datetime  # UTC
    what: str  # a short description: ``bookmark 2604.26951``
    changes: tuple[Change, ...]  # one for each changed bookmark, with papers without abstracts
    undoes: int | None = None  # the number of the step that this step undid
    redoes: int | None = None  # the number of the step that this step redid
    queries: tuple[QueryChange, ...] = ()  # one for each changed collection

    def following(self, begun: Step) -> Step:
        """Combine this part of a step with its earlier parts in `begun`."""
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
        """Whether the changes come from another machine; they are undone there."""
        return self.what.startswith(SYNC) and self.undoes is None and self.redoes is None

    @property
    def in_words(self) -> str:
        """`what`, with the title in place of the id if the step changes a single paper."""
        if len(self.changes) != 1:
            return self.what
        change = self.changes[0]
        mark = change.after or change.before
        return self.what if mark is None else self.what.replace(change.id, f"“{mark.paper.title}”")


class Undone(NamedTuple):
    """The result of undo or redo."""

    step: Step  # the step that was undone or redone
    left: tuple[str, ...] = ()  # sentences about what was not restored, because it changed later
