"""What papertui keeps on the disk: the archive, which may be rebuilt, and the library, which is precious.

Plain blocking code; the desk calls it off the event loop. This file is light to import.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper
from papertui.core.step import Step, Work


class Bookmarks(Protocol):
    """The library as the desk sees it. Every method raises `StoreError` with a sentence for the reader."""

    def all(self) -> tuple[Bookmark, ...]:
        """Every bookmark, the newest first, as the file holds them at this moment."""
        ...

    def ids(self) -> frozenset[str]:
        """The ids of all bookmarks, as the file holds them at this moment."""
        ...

    def add(self, papers: Sequence[Paper], at: datetime) -> tuple[str, ...]:
        """Keeps `papers`; returns the ids that were not kept before. On return the change is durable."""
        ...

    def remove(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Releases the papers with `ids`; returns those that were kept. On return the change is durable."""
        ...

    def whole(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The kept papers with `ids`, by id, as they were when kept, with their abstracts."""
        ...

    def change(self, work: Work, what: str, at: datetime) -> Step | None:
        """Changes any number of bookmarks as one step; on return the change is durable.

        `work` is called with all bookmarks by id, while nobody else can change them. Returns the step, ``None`` when
        nothing was changed; `what` says in a few words what was done.
        """
        ...

    def steps(self, limit: int | None = None) -> tuple[Step, ...]:
        """The last steps, the newest first."""
        ...

    def take_notices(self) -> tuple[str, ...]:
        """Sentences the reader must be told (a salvaged file, say), each given once."""
        ...
