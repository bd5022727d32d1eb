"""Keeping and releasing papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper
from papertui.desk.doors import Clock, OpenLibrary


class Keeper:
    """The library as a reader uses it. Every method blocks and raises `StoreError`; a change is durable on return."""

    def __init__(self, library: OpenLibrary, now: Clock) -> None:
        self._library = library
        self._now = now

    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Every bookmark, the newest first."""
        return self._library().all()

    def by_id(self) -> dict[str, Bookmark]:
        """Every bookmark by the id of its paper."""
        return {mark.paper.id: mark for mark in self._library().all()}

    def ids(self) -> frozenset[str]:
        """The ids of the papers that are kept."""
        return self._library().ids()

    def keep(self, papers: Sequence[Paper]) -> tuple[str, ...]:
        """Keeps `papers`; returns the ids that were not kept before."""
        return self._library().add(papers, self._now())

    def release(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Releases papers; returns the ids that were kept."""
        return self._library().remove(ids)

    def toggle(self, paper: Paper) -> bool:
        """Keeps `paper`, or releases it if it was kept; returns whether it is kept now."""
        if self._library().add([paper], self._now()):
            return True
        self._library().remove([paper.id])
        return False

    def take_notices(self) -> tuple[str, ...]:
        """What the reader must be told of the library, each sentence once."""
        return self._library().take_notices()
