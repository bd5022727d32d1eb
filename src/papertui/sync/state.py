"""What is remembered between syncs, and how the sync stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from papertui.library.backups import AtomicStorage
from papertui.library.rows import row_of
from papertui.library.types import Bookmarks
from papertui.model.bookmark import Bookmark
from papertui.model.changes import differing
from papertui.model.record import iso, moment_from
from papertui.sync.repository import INCOMING, LIBRARY, DamagedRepositoryError, Repository, entries_of
from papertui.sync.types import SyncState

# The state of the sync outside the repository: times, pending messages, and the intended change of the library.

_FILE = "papertui-sync.json"
#: The greatest number of unread messages that are kept.
_MOST_NEWS = 50


class SyncIntent(NamedTuple):
    """A change of the library that is about to be made."""

    #: The commit that the library is to equal.
    commit: str
    #: The fingerprints (`mark_of`) of the changing bookmarks before the change.
    before: Mapping[str, str]
    #: The same after the change.
    after: Mapping[str, str]


class SyncMemory(NamedTuple):
    """The stored state."""

    #: The remote without its password.
    remote: str = ""
    #: The last commit that both the remote and the library had.
    pushed: str | None = None
    #: The commit that equals the library, and the stamp of the bookmark file; empty if unknown.
    exported: str = ""
    #: The time of the last successful sync, UTC.
    synced: datetime | None = None
    #: The time of the last attempt, UTC.
    tried: datetime | None = None
    #: Why the last attempt failed; empty if it did not.
    failure: str = ""
    #: Messages that were not shown yet.
    news: tuple[str, ...] = ()
    #: The change that the last sync was about to make.
    intent: SyncIntent | None = None


def mark_of(bookmark: Bookmark | None) -> str:
    """The fingerprint of a bookmark without its abstract; empty if there is none."""
    if bookmark is None:
        return ""
    row = {name: value for name, value in row_of(bookmark).items() if name != "abstract"}
    return sha256(json.dumps(row, sort_keys=True).encode("ascii")).hexdigest()[:20]


def recall(folder: Path) -> SyncMemory:
    """The state stored in a folder; empty if it cannot be read."""
    try:
        tables = AtomicStorage(folder / _FILE).read() or {}
        record: Any = tables.get("sync", {})
        intent = record.get("intent")
        return SyncMemory(
            remote=str(record.get("remote", "")),
            pushed=record.get("pushed"),
            exported=str(record.get("exported", "")),
            synced=moment_from(record.get("synced")),
            tried=moment_from(record.get("tried")),
            failure=str(record.get("failure", "")),
            news=tuple(map(str, record.get("news", ()))),
            intent=None if intent is None else SyncIntent(intent["commit"], intent["before"], intent["after"]),
        )
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        # Nothing in it is essential: without it the times are unknown, and some work is repeated.
        return SyncMemory()


def remember(folder: Path, memory: SyncMemory) -> None:
    """Store the state; on return it survives a power failure.

    Raises:
        OSError: it cannot be written.
    """
    record: dict[str, Any] = {
        "remote": memory.remote,
        "pushed": memory.pushed,
        "exported": memory.exported,
        "synced": None if memory.synced is None else iso(memory.synced),
        "tried": None if memory.tried is None else iso(memory.tried),
        "failure": memory.failure,
        "news": list(memory.news[-_MOST_NEWS:]),
        "intent": None if memory.intent is None else memory.intent._asdict(),
    }
    AtomicStorage(folder / _FILE).write({"sync": record})


# The status of the sync: local changes, and what is known of the remote.


def standing(library: Bookmarks, repository: Repository, memory: SyncMemory, at: datetime) -> SyncState:
    """The status, without contacting the remote or changing anything.

    Raises:
        StoreError: the library cannot be read, or git is missing.
    """
    try:
        tips = repository.tips(anew=True) if repository.exists() else {}
        ours = tips.get(LIBRARY)
        known = entries_of(repository.state(ours))
        ahead, behind = apart(repository, ours, tips.get(INCOMING))
    except DamagedRepositoryError:
        damaged = "The repository on this machine is damaged. The next sync rebuilds it."
        return SyncState(at, memory.synced, memory.tried, damaged, 0, 0, 0)
    waiting = differing(known, {mark.paper.id: mark for mark in library.all()})
    return SyncState(at, memory.synced, memory.tried, memory.failure, len(waiting), ahead, behind, memory.news)


def apart(repository: Repository, ours: str | None, theirs: str | None) -> tuple[int, int]:
    """The number of commits that only `ours` has, and that only `theirs` has."""
    if ours and theirs:
        return repository.apart(ours, theirs)
    return repository.length(ours), repository.length(theirs)
