"""Keeping and releasing papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from papertui.core.bookmark import Bookmark
from papertui.core.identity import is_arxiv
from papertui.core.paper import Paper
from papertui.desk.doors import Clock, OpenLibrary
from papertui.desk.hooking import Hooks

#: The ids that papers bear now, by those they had before.
BetterIds = Callable[[Iterable[str]], Mapping[str, str]]


def _none(ids: Iterable[str]) -> Mapping[str, str]:
    del ids
    return {}


class Keeper:
    """The library as a reader uses it. Every method blocks and raises `StoreError`; a change is durable on return."""

    def __init__(self, library: OpenLibrary, now: Clock, better: BetterIds = _none, hooks: Hooks | None = None) -> None:
        """Makes a keeper.

        Args:
            library: the bookmarks.
            now: tells the time.
            better: tells the ids papers bear now that were kept under one made of their DOI or title.
            hooks: are told what was kept and released.
        """
        self._library = library
        self._now = now
        self._better = better
        self._hooks = hooks

    def bookmarks(self) -> tuple[Bookmark, ...]:
        """Every bookmark, the newest first."""
        return self._library().all()

    def by_id(self) -> dict[str, Bookmark]:
        """Every bookmark by the id of its paper, and by the better one it has now."""
        marks = {mark.paper.id: mark for mark in self._library().all()}
        return {**{better: marks[id_] for id_, better in self._renamed(marks).items()}, **marks}

    def ids(self) -> frozenset[str]:
        """The ids of the papers that are kept, those they were kept under and those they have now."""
        ids = self._library().ids()
        return ids.union(self._renamed(ids).values())

    def _renamed(self, ids: Iterable[str]) -> Mapping[str, str]:
        made = [id_ for id_ in ids if not is_arxiv(id_)]
        return self._better(made) if made else {}

    def keep(self, papers: Sequence[Paper]) -> tuple[str, ...]:
        """Keeps `papers`; returns the ids that were not kept before."""
        new = self._library().add(papers, self._now())
        if self._hooks is not None and new:
            self._hooks.tell("bookmark", "kept", [paper for paper in papers if paper.id in set(new)])
        return new

    def release(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Releases papers; returns the ids that were kept."""
        ids = list(ids)
        hooks = self._hooks if self._hooks is not None and self._hooks.wants("bookmark") else None
        whole = self._library().whole(ids) if hooks is not None else {}  # as they are while they are still kept
        gone = self._library().remove(ids)
        if hooks is not None:
            hooks.tell("bookmark", "released", [whole.get(id_, id_) for id_ in gone])
        return gone

    def toggle(self, paper: Paper) -> bool:
        """Keeps `paper`, or releases it if it was kept; returns whether it is kept now."""
        older = [id_ for id_, better in self._renamed(self._library().ids()).items() if better == paper.id]
        if not older and self.keep([paper]):
            return True
        self.release([paper.id, *older])
        return False

    def take_notices(self) -> tuple[str, ...]:
        """What the reader must be told of the library, each sentence once."""
        return self._library().take_notices()
