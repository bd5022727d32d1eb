"""What the library offers to other packages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from papertui.model.bookmark import Bookmark
from papertui.model.changes import ChangeSet, UndoResult, What, Work
from papertui.model.paper import Paper


class BackupInfo(Protocol):
    """An earlier state of the library."""

    @property
    def name(self) -> str:
        """Its name on the command line."""
        ...

    @property
    def at(self) -> datetime:
        """When that state was written, UTC."""
        ...


class Bookmarks(Protocol):
    """The library, as its users see it. Every method raises `StoreError`."""

    def all(self) -> tuple[Bookmark, ...]:
        """All bookmarks in the file now, newest first; their papers have no abstracts."""
        ...

    def ids(self) -> frozenset[str]:
        """The ids of all bookmarks in the file now."""
        ...

    def whole(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The bookmarked papers among `ids`, by id, as they were when bookmarked, with their abstracts."""
        ...

    def add(self, papers: Sequence[Paper], at: datetime) -> tuple[str, ...]:
        """Bookmark `papers`; returns the ids that were not bookmarked before. Durable on return."""
        ...

    def remove(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Remove the bookmarks of `ids`; returns the ids that were bookmarked. Durable on return."""
        ...

    def change(self, work: Work, what: What, at: datetime, *, joins: ChangeSet | None = None) -> ChangeSet | None:
        """Change any number of bookmarks in one step. Durable on return.

        Args:
            work: called with all bookmarks by id, under the lock.
            what: a short description of the step.
            at: the time of the change, UTC.
            joins: the last step, if this one continues it and both are to be undone together.

        Returns:
            The step, including the changes of the step it continues; ``None`` if nothing changed.
        """
        ...

    def collections(self) -> Mapping[str, str]:
        """The saved queries by name."""
        ...

    def save_queries(self, queries: Mapping[str, str | None], what: str, at: datetime) -> ChangeSet | None:
        """Save or delete (``None``) queries by name in one step; returns ``None`` if nothing changed."""
        ...

    def undo(self, at: datetime) -> UndoResult | None:
        """Undo the last step that is not undone yet; ``None`` if there is none."""
        ...

    def redo(self, at: datetime) -> UndoResult | None:
        """Redo the step that was undone last; ``None`` if there is none, or if something was changed since."""
        ...

    def steps(self, limit: int | None = None) -> tuple[ChangeSet, ...]:
        """The last steps, newest first."""
        ...

    def backups(self) -> Sequence[BackupInfo]:
        """The backups, newest first."""
        ...

    def restore(self, name: str, at: datetime) -> ChangeSet | None:
        """Bring the library back to the backup `name` in one step; ``None`` if that changes nothing."""
        ...

    def problems(self) -> tuple[str, ...]:
        """Problems of the files beside the bookmarks, one sentence each."""
        ...

    def repair(self, known: Callable[[Collection[str]], Mapping[str, Paper]]) -> tuple[str, ...]:
        """Repair what can be repaired, with abstracts from `known`; returns what was done, one sentence each."""
        ...

    def stamp(self) -> object:
        """A value that stays equal as long as the file does not change."""
        ...

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the user, such as that a damaged file was recovered; each is returned once."""
        ...
