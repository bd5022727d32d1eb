"""Drafts of notes that are being typed, so that a crash does not lose them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from papertui.errors import StoreError
from papertui.files import make_private, sweep, write_atomic
from papertui.locks import NO_LOCKS, ProcessLock
from papertui.model.record import iso, moment_from
from papertui.model.safe_text import safe
from papertui.services.types import Clock

_SUFFIX = ".json"
#: A longer text is not a note; it would be read for nothing.
_LARGEST = 16 << 20


class DraftText(NamedTuple):
    """What was typed, and what it was typed into."""

    id: str  # of the paper
    text: str
    note: str  # the stored note at that time
    at: datetime


class NoteDraft:
    """The draft of one note dialog. Every method blocks.

    It has a file that no other window writes: a lock marks it as in use until this process ends, however it ends.

    Args:
        path: the file.
        id_: the paper.
        now: the clock.
        lock: the lock, if it is held already.
        found: what an earlier process left in the file.
    """

    def __init__(
        self, path: Path, id_: str, now: Clock, lock: ProcessLock | None = None, found: DraftText | None = None
    ) -> None:
        self._path = path
        self._id = id_
        self._now = now
        self._lock = lock
        #: The text of a process that ended without saving it; ``None`` if there is none.
        self.found = found

    def save(self, text: str, note: str) -> None:
        """Write what was typed so far, durably; `note` is the stored note.

        Raises:
            StoreError: it cannot be written. An earlier draft stays as it was.
        """
        record = {"id": self._id, "text": text, "note": note, "at": iso(self._now())}
        try:
            make_private(self._path.parent)
            if self._lock is None:
                lock = _lock_of(self._path)
                try:
                    lock.acquire()
                except OSError as error:
                    if error.errno not in NO_LOCKS:  # without locks, another window may offer this draft, too
                        raise
                self._lock = lock
                sweep(self._path)
            write_atomic(self._path, json.dumps(record).encode("ascii"))
        except OSError as error:
            raise StoreError(
                f"The draft of this note cannot be saved: {error.strerror or error}. Save the note before you close "
                "papertui."
            ) from error

    def remove(self) -> None:
        """Remove the draft: the text is saved, or discarded. A draft that cannot be removed is offered again."""
        lock, self._lock, self.found = self._lock, None, None
        if lock is None:
            return
        try:
            self._path.unlink(missing_ok=True)
            _lock_path(self._path).unlink(missing_ok=True)
        except OSError:
            return
        finally:
            lock.release()


class NoteDrafts:
    """The drafts in a folder, one file for each window and paper. They are neither synced nor exported.

    Args:
        folder: created (0700) when the first draft is saved.
        now: the clock.
    """

    def __init__(self, folder: Path, now: Clock) -> None:
        self._folder = folder
        self._now = now

    def open(self, id_: str) -> NoteDraft:
        """Return the draft for a new dialog: the newest one that was left of this paper, or an empty one."""
        stem = sha256(id_.encode("utf-8", "replace")).hexdigest()[:20]
        for path, lock, found in self._left(stem):
            if found.id == id_:
                return NoteDraft(path, id_, self._now, lock, found)
            lock.release()
        return NoteDraft(self._folder / f"{stem}-{os.urandom(4).hex()}{_SUFFIX}", id_, self._now)

    def left(self) -> tuple[str, ...]:
        """The ids of papers with a draft that no window has open, the newest draft first."""
        ids = []
        for _, lock, found in self._left(""):
            ids.append(found.id)
            lock.release()
        return tuple(dict.fromkeys(ids))

    def _left(self, stem: str) -> Iterator[tuple[Path, ProcessLock, DraftText]]:
        """Yield the drafts that no process uses, newest first, with their locks, which are acquired."""
        found = [(draft.at, path) for path in self._files(stem) if (draft := _read(path)) is not None]
        for _, path in sorted(found, reverse=True):
            lock = _lock_of(path)
            try:
                is_free = lock.acquire()
            except OSError:  # a file system without locks, or a read-only one: better offered twice than lost
                is_free = True
            if not is_free:
                continue
            if (draft := _read(path)) is not None:  # read again: another window may have saved the note meanwhile
                yield path, lock, draft
            else:
                lock.release()

    def _files(self, stem: str) -> list[Path]:
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 - only names are needed
        except OSError:
            return []
        return [
            self._folder / name
            for name in names
            if name.endswith(_SUFFIX) and name.startswith(stem) and not name.startswith(".")
        ]


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


def _lock_of(path: Path) -> ProcessLock:
    return ProcessLock(_lock_path(path))


def _read(path: Path) -> DraftText | None:
    try:
        with path.open("rb") as file:
            record = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    id_, text, note, at = (record.get(name) for name in ("id", "text", "note", "at"))
    moment = moment_from(at)
    if not (isinstance(id_, str) and isinstance(text, str) and isinstance(note, str)) or moment is None:
        return None
    return DraftText(id_, safe(text), safe(note), moment)
