"""What is remembered between syncs, and the state of the sync."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from papertui.files import make_private, sweep, write_atomic
from papertui.library.bookmarks import Library
from papertui.library.rows import row_of
from papertui.model.bookmark import Bookmark
from papertui.model.changes import differing
from papertui.model.record import iso, moment_from
from papertui.sync.repository import INCOMING, LIBRARY, DamagedRepositoryError, Repository, entries_of

_FILE = "papertui-sync.json"
#: The greatest number of unread messages that are kept.
_MOST_NEWS = 50


class SyncIntent(NamedTuple):
    """A change of the library that is about to be made."""

    commit: str  # that the library is to equal
    before: Mapping[str, str]  # the fingerprints (`mark_of`) of the changing bookmarks before the change
    after: Mapping[str, str]  # the same after the change


class SyncState(NamedTuple):
    """What is stored beside the repository: times, pending messages, and the intended change of the library."""

    remote: str = ""  # without its password
    pushed: str | None = None  # the last commit that both the remote and the library had
    exported: str = ""  # the commit that equals the library, and the stamp of the bookmark file; empty if unknown
    synced: datetime | None = None  # the time of the last successful sync, UTC
    tried: datetime | None = None  # the time of the last attempt, UTC
    failure: str = ""  # why the last attempt failed; empty if it did not
    news: tuple[str, ...] = ()  # messages that were not shown yet
    intent: SyncIntent | None = None  # the change that the last sync was about to make


class RepositoryStatus(NamedTuple):
    """The state of the sync, as far as it is known without contacting the remote."""

    at: datetime  # the time of this state, UTC
    synced: datetime | None  # the time of the last successful sync, UTC
    tried: datetime | None  # the time of the last attempt, UTC
    failure: str  # why the last attempt failed; empty if it did not
    waiting: int  # bookmarks that differ from the last commit
    ahead: int  # commits that the remote does not have
    behind: int  # commits that only the remote has
    news: tuple[str, ...] = ()  # messages of background syncs that were not shown yet


def mark_of(bookmark: Bookmark | None) -> str:
    """The fingerprint of a bookmark without its abstract; empty if there is none."""
    if bookmark is None:
        return ""
    return sha256(json.dumps(row_of(bookmark), sort_keys=True).encode("ascii")).hexdigest()[:20]


def recall(folder: Path) -> SyncState:
    """The state stored in a folder; empty if it cannot be read."""
    try:
        tables: Any = json.loads((folder / _FILE).read_bytes().decode("utf-8"))
        record = tables.get("sync", {})
        intent = record.get("intent")
        return SyncState(
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
        return SyncState()


def remember(folder: Path, state: SyncState) -> None:
    """Store the state; on return it survives a power failure.

    Raises:
        OSError: it cannot be written.
    """
    record: dict[str, Any] = {
        "remote": state.remote,
        "pushed": state.pushed,
        "exported": state.exported,
        "synced": None if state.synced is None else iso(state.synced),
        "tried": None if state.tried is None else iso(state.tried),
        "failure": state.failure,
        "news": list(state.news[-_MOST_NEWS:]),
        "intent": None if state.intent is None else state.intent._asdict(),
    }
    path = folder / _FILE
    make_private(folder)
    sweep(path)
    write_atomic(path, json.dumps({"sync": record}).encode("ascii"))


def status_of(library: Library, repository: Repository, state: SyncState, at: datetime) -> RepositoryStatus:
    """The state, without contacting the remote or changing anything.

    Raises:
        StoreError: the library cannot be read, or git is missing.
    """
    try:
        tips = repository.tips(again=True) if repository.exists() else {}
        ours = tips.get(LIBRARY)
        known = entries_of(repository.state(ours))
        ahead, behind = apart(repository, ours, tips.get(INCOMING))
    except DamagedRepositoryError:
        damaged = "The repository on this machine is damaged. The next sync rebuilds it."
        return RepositoryStatus(at, state.synced, state.tried, damaged, 0, 0, 0)
    waiting = differing(known, {mark.paper.id: mark for mark in library.all()})
    return RepositoryStatus(at, state.synced, state.tried, state.failure, len(waiting), ahead, behind, state.news)


def apart(repository: Repository, ours: str | None, theirs: str | None) -> tuple[int, int]:
    """The number of commits that only `ours` has, and that only `theirs` has."""
    if ours and theirs:
        return repository.apart(ours, theirs)
    return repository.length(ours), repository.length(theirs)
