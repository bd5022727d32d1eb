"""How a sync stands: what waits here, and what is known of the remote."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from papertui.core.chronicle import differing
from papertui.store import Bookmarks
from papertui.store.sync.memory import Memory
from papertui.store.sync.repository import INCOMING, LIBRARY, DamagedError, Repository, entries_of


class Standing(NamedTuple):
    """How things stand, as far as is known without asking anybody.

    Attributes:
        synced: when the last sync succeeded, UTC; ``None`` when none did.
        tried: when one was last tried, UTC.
        failure: why that one failed; empty when it did not.
        waiting: bookmarks that differ from what was last committed.
        ahead: commits that are here and not there.
        behind: commits that are there and not here.
    """

    synced: datetime | None
    tried: datetime | None
    failure: str
    waiting: int
    ahead: int
    behind: int


def standing(library: Bookmarks, repository: Repository, memory: Memory) -> Standing:
    """How things stand; nobody is asked and nothing is changed.

    Raises:
        StoreError: the library cannot be read, or there is no git.
    """
    try:
        tips = repository.tips() if repository.exists() else {}
        ours = tips.get(LIBRARY)
        known = entries_of(repository.state(ours))
        ahead, behind = apart(repository, ours, tips.get(INCOMING))
    except DamagedError:
        damaged = "The repository on this machine is damaged; the next sync makes it anew."
        return Standing(memory.synced, memory.tried, damaged, 0, 0, 0)
    waiting = differing(known, {mark.paper.id: mark for mark in library.all()})
    return Standing(memory.synced, memory.tried, memory.failure, len(waiting), ahead, behind)


def apart(repository: Repository, ours: str | None, theirs: str | None) -> tuple[int, int]:
    """How many commits each of two has that the other has not; without a commit there are none."""
    if ours and theirs:
        return repository.apart(ours, theirs)
    return repository.length(ours), repository.length(theirs)
