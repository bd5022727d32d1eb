"""What papertui keeps on the disk: the archive, which may be rebuilt, and the library, which is precious.

Plain blocking code; the desk calls it off the event loop. This file is light to import.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper
from papertui.core.step import Step, Undone, What, Work


class Backup(Protocol):
    """The library as it was once."""

    @property
    def name(self) -> str:
        """What the reader calls it."""
        ...

    @property
    def at(self) -> datetime:
        """When that state was written, UTC."""
        ...


class Bookmarks(Protocol):
    """The library as the desk sees it. Every method raises `StoreError` with a sentence for the reader."""

    def all(self) -> tuple[Bookmark, ...]:
        """Every bookmark, the newest first, as the file holds them at this moment; their papers bear no abstracts."""
        ...

    def ids(self) -> frozenset[str]:
        """The ids of all bookmarks, as the file holds them at this moment."""
        ...

    def whole(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The kept papers with `ids`, by id, as they were when kept, with their abstracts."""
        ...

    def add(self, papers: Sequence[Paper], at: datetime) -> tuple[str, ...]:
        """Keeps `papers`; returns the ids that were not kept before. On return the change is durable."""
        ...

    def remove(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Releases the papers with `ids`; returns those that were kept. On return the change is durable."""
        ...

    def change(self, work: Work, what: What, at: datetime, *, joins: Step | None = None) -> Step | None:
        """Changes any number of bookmarks as one step; on return the change is durable.

        Args:
            work: is called with all bookmarks by id, while nobody else can change them.
            what: says in a few words what was done.
            at: when it is done, UTC.
            joins: the last step, if this one goes on with it, so that both are undone as one.

        Returns:
            The step, with all that it changed before if it went on; ``None`` when nothing was changed.
        """
        ...

    def collections(self) -> Mapping[str, str]:
        """The saved queries by their names."""
        ...

    def save_queries(self, queries: Mapping[str, str | None], what: str, at: datetime) -> Step | None:
        """Saves queries under their names, or drops them (``None``), as one step; ``None`` when nothing changed."""
        ...

    def undo(self, at: datetime) -> Undone | None:
        """Takes the last step back that was not taken back yet; ``None`` when there is none."""
        ...

    def redo(self, at: datetime) -> Undone | None:
        """Makes the step again that was taken back last; ``None`` when there is none, or something was done since."""
        ...

    def steps(self, limit: int | None = None) -> tuple[Step, ...]:
        """The last steps, the newest first."""
        ...

    def backups(self) -> Sequence[Backup]:
        """The library as it was, the newest state first."""
        ...

    def restore(self, name: str, at: datetime) -> Step | None:
        """Makes the library what it was in the backup `name`, as one step; ``None`` when that changes nothing."""
        ...

    def problems(self) -> tuple[str, ...]:
        """What is not well beside the bookmarks themselves, a sentence each."""
        ...

    def repair(self, known: Callable[[Collection[str]], Mapping[str, Paper]]) -> tuple[str, ...]:
        """Mends what can be mended, with abstracts that `known` gives; returns what was done, a sentence each."""
        ...

    def stamp(self) -> object:
        """Equal as long as nobody changed the file."""
        ...

    def take_notices(self) -> tuple[str, ...]:
        """Sentences the reader must be told (a salvaged file, say), each given once."""
        ...
