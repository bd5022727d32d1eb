"""The status of the sync: local changes, and what is known of the remote."""

from __future__ import annotations

from datetime import datetime

from papertui.core.chronicle import differing
from papertui.store import Bookmarks
from papertui.store.sync import Standing
from papertui.store.sync.memory import Memory
from papertui.store.sync.repository import INCOMING, LIBRARY, DamagedError, Repository, entries_of


def standing(library: Bookmarks, repository: Repository, memory: Memory, at: datetime) -> Standing:
    """The status, without contacting the remote or changing anything.

    Raises:
        StoreError: the library cannot be read, or git is missing.
    """
    try:
        tips = repository.tips(anew=True) if repository.exists() else {}
        ours = tips.get(LIBRARY)
        known = entries_of(repository.state(ours))
        ahead, behind = apart(repository, ours, tips.get(INCOMING))
    except DamagedError:
        damaged = "The repository on this machine is damaged. The next sync rebuilds it."
        return Standing(at, memory.synced, memory.tried, damaged, 0, 0, 0)
    waiting = differing(known, {mark.paper.id: mark for mark in library.all()})
    return Standing(at, memory.synced, memory.tried, memory.failure, len(waiting), ahead, behind, memory.news)


def apart(repository: Repository, ours: str | None, theirs: str | None) -> tuple[int, int]:
    """The number of commits that only `ours` has, and that only `theirs` has."""
    if ours and theirs:
        return repository.apart(ours, theirs)
    return repository.length(ours), repository.length(theirs)
