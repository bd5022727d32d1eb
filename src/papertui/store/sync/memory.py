"""What is remembered of syncs beside the repository: when the last one was, and what one is about to do."""

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
#: So many sentences are kept for a reader who looks at none.
_MOST_NEWS = 50


class Intent(NamedTuple):
    """What is about to be put into the library.

    Attributes:
        commit: the commit that it is to hold.
        before: what tells each bookmark that will change, as it is before.
        after: the same as it will be.
    """

    commit: str
    before: Mapping[str, str]
    after: Mapping[str, str]


class Memory(NamedTuple):
    """What is remembered.

    Attributes:
        remote: where that was, without secrets.
        pushed: the last commit that both the remote and the library held.
        exported: the file of the bookmarks, and the commit that holds the same; empty when that is not known.
        synced: when the last sync succeeded, UTC.
        tried: when the last one was tried, UTC.
        failure: why it failed; empty when it did not.
        news: what the reader must still be told.
        intent: what it was about to do to the library.
    """

    remote: str = ""
    pushed: str | None = None
    exported: str = ""
    synced: datetime | None = None
    tried: datetime | None = None
    failure: str = ""
    news: tuple[str, ...] = ()
    intent: Intent | None = None


def mark_of(bookmark: Bookmark | None) -> str:
    """What tells a bookmark from any other, its abstract aside."""
    if bookmark is None:
        return ""
    row = {name: value for name, value in row_of(bookmark).items() if name != "abstract"}
    return sha256(json.dumps(row, sort_keys=True).encode("ascii")).hexdigest()[:20]


def recall(folder: Path) -> Memory:
    """What was remembered in this folder; nothing where that cannot be read."""
    try:
        tables = AtomicStorage(folder / _FILE).read() or {}
        told: Any = tables.get("sync", {})
        intent = told.get("intent")
        return Memory(
            remote=str(told.get("remote", "")),
            pushed=told.get("pushed"),
            exported=str(told.get("exported", "")),
            synced=moment_from(told.get("synced")),
            tried=moment_from(told.get("tried")),
            failure=str(told.get("failure", "")),
            news=tuple(map(str, told.get("news", ()))),
            intent=None if intent is None else Intent(intent["commit"], intent["before"], intent["after"]),
        )
    except (OSError, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        # Nothing in it is needed: only the moment is not known then, and the work is done once more.
        return Memory()


def remember(folder: Path, memory: Memory) -> None:
    """Remembers; on return it survives a power cut.

    Raises:
        OSError: it cannot be written.
    """
    told: dict[str, Any] = {
        "remote": memory.remote,
        "pushed": memory.pushed,
        "exported": memory.exported,
        "synced": None if memory.synced is None else iso(memory.synced),
        "tried": None if memory.tried is None else iso(memory.tried),
        "failure": memory.failure,
        "news": list(memory.news[-_MOST_NEWS:]),
        "intent": None if memory.intent is None else memory.intent._asdict(),
    }
    AtomicStorage(folder / _FILE).write({"sync": told})
