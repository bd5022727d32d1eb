"""The state of the sync outside the repository: times, pending messages, and the intended change of the library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.record import iso, moment_from
from papertui.store.atomic import AtomicStorage
from papertui.store.bookmark_rows import row_of

_FILE = "papertui-sync.json"
#: The greatest number of unread messages that are kept.
_MOST_NEWS = 50


class Intent(NamedTuple):
    """A change of the library that is about to be made."""

    #: The commit that the library is to equal.
    commit: str
    #: The fingerprints (`mark_of`) of the changing bookmarks before the change.
    before: Mapping[str, str]
    #: The same after the change.
    after: Mapping[str, str]


class Memory(NamedTuple):
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
    intent: Intent | None = None


def mark_of(bookmark: Bookmark | None) -> str:
    """The fingerprint of a bookmark without its abstract; empty if there is none."""
    if bookmark is None:
        return ""
    row = {name: value for name, value in row_of(bookmark).items() if name != "abstract"}
    return sha256(json.dumps(row, sort_keys=True).encode("ascii")).hexdigest()[:20]


def recall(folder: Path) -> Memory:
    """The state stored in a folder; empty if it cannot be read."""
    try:
        tables = AtomicStorage(folder / _FILE).read() or {}
        record: Any = tables.get("sync", {})
        intent = record.get("intent")
        return Memory(
            remote=str(record.get("remote", "")),
            pushed=record.get("pushed"),
            exported=str(record.get("exported", "")),
            synced=moment_from(record.get("synced")),
            tried=moment_from(record.get("tried")),
            failure=str(record.get("failure", "")),
            news=tuple(map(str, record.get("news", ()))),
            intent=None if intent is None else Intent(intent["commit"], intent["before"], intent["after"]),
        )
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        # Nothing in it is essential: without it the times are unknown, and some work is repeated.
        return Memory()


def remember(folder: Path, memory: Memory) -> None:
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
