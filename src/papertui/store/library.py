"""The bookmarks, in a TinyDB file that survives being killed, several programs at once and a full disk."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from tinydb import TinyDB
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper
from papertui.core.step import Change, Step, Work
from papertui.errors import StoreError
from papertui.store.atomic import AtomicStorage, Files, Tables
from papertui.store.bookmark_rows import Row, bookmark_of, is_row, row_of, unite
from papertui.store.salvage import salvage, schema_of

#: What the rows mean. A file that tells a greater number is left alone.
SCHEMA = 1
_BOOKMARKS = "bookmarks"
_META = "meta"
_LOCK_SECONDS = 10.0
_POLL_SECONDS = 0.01
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

#: Device, inode, times of change and size: two files that agree in these are the same.
_Signature = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _View:
    """What the file held when it bore `signature`."""

    signature: _Signature | None
    bookmarks: tuple[Bookmark, ...]
    ids: frozenset[str]


class _DamagedError(Exception):
    """The file cannot be read as bookmarks."""


class Library:
    """The bookmarks in a file that stock TinyDB reads.

    Each change takes a lock, reads the file anew, and replaces it by a new one that is on the disk when the method
    returns. Reading takes no lock, and sees what other programs wrote. A damaged file is kept aside, and all that can
    be recognised in it or in the backup is put in its place. Every method raises `StoreError`.

    Args:
        path: the file, usually ``bookmarks.json``; the lock lies beside it as ``bookmarks.json.lock``.
        backups: folder for the file as it was before the last change.
        now: tells the time for the name a damaged file is kept under.
        files: the operating system, as far as writing goes.
        patience: how long to wait for the lock, in seconds.
    """

    def __init__(
        self,
        path: Path,
        backups: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        files: Files | None = None,
        patience: float = _LOCK_SECONDS,
    ) -> None:
        self._path = path
        self._backups = backups
        self._now = now
        self._files = files
        self._patience = patience
        self._seen: _View | None = None
        self._notices: list[str] = []

    def all(self) -> tuple[Bookmark, ...]:
        """Every bookmark, the newest first, as the file holds them at this moment."""
        return self._view().bookmarks

    def ids(self) -> frozenset[str]:
        """The ids of all bookmarks, as the file holds them at this moment."""
        return self._view().ids

    def add(self, papers: Sequence[Paper], at: datetime) -> tuple[str, ...]:
        """Keeps `papers`; returns the ids that were not kept before. On return the change is durable."""
        asked: dict[str, Paper] = {}
        for paper in papers:
            if not paper.id:
                raise StoreError("A paper without an id cannot be bookmarked. Fetch it first.")
            asked.setdefault(paper.id, paper)

        def keep(table: Table) -> tuple[str, ...]:
            kept = {row["id"] for row in table}
            fresh = [paper for paper in asked.values() if paper.id not in kept]
            table.insert_multiple(row_of(Bookmark(paper, at)) for paper in fresh)
            return tuple(paper.id for paper in fresh)

        return self._change(keep)

    def remove(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Releases the papers with `ids`; returns those that were kept. On return the change is durable."""
        asked = tuple(dict.fromkeys(ids))

        def release(table: Table) -> tuple[str, ...]:
            numbers = {row["id"]: row.doc_id for row in table}
            released = tuple(id_ for id_ in asked if id_ in numbers)
            table.remove(doc_ids=[numbers[id_] for id_ in released])
            return released

        return self._change(release)

    def whole(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The kept papers with `ids`, by id, as they were when kept, with their abstracts."""
        asked = frozenset(ids)
        return {mark.paper.id: mark.paper for mark in self._view().bookmarks if mark.paper.id in asked}

    def change(self, work: Work, what: str, at: datetime) -> Step | None:
        """Changes any number of bookmarks as one step; on return the change is durable.

        `work` is called with all bookmarks by id, while nobody else can change them. Returns the step, ``None`` when
        nothing was changed; `what` says in a few words what was done.
        """
        changes: list[Change] = []

        def put(table: Table) -> tuple[str, ...]:
            rows = {row["id"]: row for row in table}
            kept = {id_: bookmark_of(row) for id_, row in rows.items()}
            for id_, after in work(kept).items():
                before = kept.get(id_)
                if before is not None and after is not None and not after.paper.abstract:
                    after = after._replace(paper=after.paper._replace(abstract=before.paper.abstract))  # noqa: PLW2901
                if after == before:
                    continue
                changes.append(Change(id_, before, after))
                if after is None:
                    table.remove(doc_ids=[rows[id_].doc_id])
                elif before is None:
                    table.insert(row_of(after))
                else:
                    table.update(row_of(after), doc_ids=[rows[id_].doc_id])
            return tuple(change.id for change in changes)

        return Step(0, at, what, tuple(changes)) if self._change(put) else None

    def steps(self, limit: int | None = None) -> tuple[Step, ...]:
        """The last steps, the newest first; none, as long as there is no journal."""
        del limit
        return ()

    def take_notices(self) -> tuple[str, ...]:
        """Sentences the reader must be told (a salvaged file, say), each given once."""
        taken, self._notices = tuple(self._notices), []
        return taken

    def _view(self) -> _View:
        storage = self._storage()
        signature = _signature(storage.path)
        seen = self._seen
        if seen is not None and seen.signature == signature:
            return seen
        try:
            tables = _sound(storage)
        except _DamagedError:
            # Another program may be mending it at this moment, so look again when it is ours.
            with self._locked(storage):
                tables = self._mended(storage)
        # The rows may be newer than the signature, if the file was replaced in between, but never older.
        rows = list(unite(tables.get(_BOOKMARKS, {}).values()).values())
        bookmarks = sorted(map(bookmark_of, reversed(rows)), key=lambda bookmark: bookmark.added, reverse=True)
        view = _View(signature, tuple(bookmarks), frozenset(bookmark.paper.id for bookmark in bookmarks))
        self._seen = view
        return view

    def _change(self, work: Callable[[Table], tuple[str, ...]]) -> tuple[str, ...]:
        """Lets `work` change the table and makes that durable; nothing is written when it returns nothing."""
        storage = self._storage()
        # TinyDB works on a copy in memory, made anew each time: it would not see what others write, and would write
        # twice where this writes once.
        with self._locked(storage), TinyDB(storage=MemoryStorage) as database:
            database.storage.write(_united(self._mended(storage)))
            changed = work(database.table(_BOOKMARKS))
            if changed:
                database.table(_META).upsert(Document({"schema": SCHEMA}, doc_id=1))
                storage.write(database.storage.read() or {})
        return changed

    def _mended(self, storage: AtomicStorage) -> Tables:
        """The tables of the file, mended if need be. The lock must be held."""
        try:
            return _sound(storage)
        except _DamagedError:
            pass
        found = salvage(storage.path.read_bytes())
        if found.schema > SCHEMA:
            raise _newer(storage.path, found.schema)
        backup = storage.backup
        spare = salvage(backup.read_bytes() if backup is not None and backup.is_file() else b"")
        # A row that was cut has its gaps filled, one that is whole stays as it is.
        rows = {row["id"]: row for row in spare.rows}
        rows |= {row["id"]: {**rows.get(row["id"], {}), **row} for row in found.rows}
        tables: Tables = {
            **spare.others,
            **found.others,
            _META: {"1": {"schema": SCHEMA}},
            _BOOKMARKS: {str(number): row for number, row in enumerate(rows.values(), start=1)},
        }
        kept = self._name_aside(storage.path)
        storage.keep_aside(kept)
        # What is damaged must not take the place of the backup.
        storage.replace(tables, keep_backup=False)
        added = len(rows) - len(found.rows)
        saved = f"{len(rows)} bookmark{'' if len(rows) == 1 else 's'} could be recovered"
        saved += f", {added} of them from the backup" if added else ""
        self._notices.append(f"The bookmark file was damaged; {saved}. The damaged file is kept as {kept.name}.")
        return tables

    def _name_aside(self, path: Path) -> Path:
        stem = f"{path.name}.damaged-{self._now():%Y%m%d-%H%M%S}"
        kept = path.with_name(stem)
        number = 2
        while kept.exists():
            kept = path.with_name(f"{stem}-{number}")
            number += 1
        return kept

    def _storage(self) -> AtomicStorage:
        # Made anew each time: the path may be a link that leads elsewhere by now.
        return AtomicStorage(self._path, self._backups, self._files)

    @contextmanager
    def _locked(self, storage: AtomicStorage) -> Iterator[None]:
        """The bookmarks to ourselves; whatever goes wrong meanwhile becomes a sentence."""
        path = storage.path
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(path.with_name(f"{path.name}.lock"), mode=0o600)
            with lock.acquire(timeout=self._patience, poll_interval=_POLL_SECONDS):
                yield
        except Timeout as error:
            raise StoreError(
                f"The bookmarks in {path} have been locked by another program for {self._patience:g} seconds. "
                "Wait for it or end it, then try again."
            ) from error
        except NotImplementedError as error:
            raise StoreError(
                f"The bookmarks in {path} lie on a file system that knows no locks. Move them elsewhere."
            ) from error
        except OSError as error:
            why = "the disk is full" if error.errno in _FULL else error.strerror or str(error)
            raise StoreError(
                f"The bookmarks in {path} cannot be written: {why}. Those kept so far are safe; "
                "make room or check the folder, then try again."
            ) from error


def _sound(storage: AtomicStorage) -> Tables:
    """The tables of the file.

    Raises:
        _DamagedError: they cannot be read.
        StoreError: a newer papertui wrote them, or the disk fails.
    """
    try:
        tables: Any = storage.read()
    except (ValueError, RecursionError) as error:
        raise _DamagedError from error
    except OSError as error:
        raise StoreError(
            f"The bookmarks in {storage.path} cannot be read: {error.strerror or error}. Check the file and its folder."
        ) from error
    if tables is None:
        # An empty file is what TinyDB itself begins with, but where a backup lies, something was lost.
        if storage.path.exists() and storage.backup is not None and storage.backup.is_file():
            raise _DamagedError
        return {}
    if not isinstance(tables, dict):
        raise _DamagedError
    if (schema := schema_of(tables)) > SCHEMA:
        raise _newer(storage.path, schema)
    rows, meta = tables.get(_BOOKMARKS, {}), tables.get(_META, {})
    if not isinstance(rows, dict) or not isinstance(meta, dict):
        raise _DamagedError
    if not all(number.isdecimal() and number.isascii() and is_row(row) for number, row in rows.items()):
        raise _DamagedError
    if not all(number.isdecimal() and number.isascii() and isinstance(row, dict) for number, row in meta.items()):
        raise _DamagedError
    return tables


def _united(tables: Tables) -> Tables:
    """The tables, each paper in one row only."""
    numbered: dict[str, Row] = tables.get(_BOOKMARKS, {})
    united = unite(numbered.values())
    if len(united) == len(numbered):
        return tables
    numbers: dict[str, str] = {}
    for number, row in numbered.items():
        numbers.setdefault(row["id"], number)
    return {**tables, _BOOKMARKS: {numbers[id_]: row for id_, row in united.items()}}


def _newer(path: Path, schema: int) -> StoreError:
    return StoreError(
        f"The bookmarks in {path} were written by a newer papertui (schema {schema}, this papertui knows {SCHEMA}). "
        "Update papertui; the file was left as it is."
    )


def _signature(path: Path) -> _Signature | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size
