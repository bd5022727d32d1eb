"""The bookmark file and the files beside it: locking, reading, writing and recovery."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from papertui.core.bookmark import Bookmark
from papertui.errors import StoreError
from papertui.folders import make_private
from papertui.store.abstracts import Abstracts
from papertui.store.atomic import AtomicStorage
from papertui.store.backups import Backups
from papertui.store.bookmark_rows import abstract_in
from papertui.store.files import Files
from papertui.store.journal import Entry, Head, Journal
from papertui.store.layout import EMPTY, SCHEMA, DamagedError, Holding, NewerError, holding_of, text_of
from papertui.store.mending import mended

_POLL_SECONDS = 0.002
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
#: Every file that papertui writes contains this.
_TABLE = b'"bookmarks"'
_BACK = "Restore it with “papertui doctor --restore previous”."

#: Device, inode, times of change and size: two files with equal values are the same.
Signature = tuple[int, ...]


class View(NamedTuple):
    """The contents of the file when it had `signature`."""

    #: ``None`` if there was no file.
    signature: Signature | None
    holding: Holding
    #: A cache for the bookmarks in display order.
    sorted: list[tuple[Bookmark, ...]]


class Vault:
    """The bookmark file, its lock, its backups, the journal of its changes and the abstracts.

    Args:
        path: the bookmark file. If it is a symbolic link, the other files are next to its target.
        backups: the folder of the backups.
        now: the clock.
        files: the operating system calls for writing.
        patience: how long to wait for the lock, in seconds.
    """

    def __init__(
        self, path: Path, backups: Path, now: Callable[[], datetime], files: Files | None, patience: float
    ) -> None:
        self._path = path
        self._backups = backups
        self._now = now
        self._files = Files() if files is None else files
        self._patience = patience
        self._seen: View | None = None
        self._notices: list[str] = []

    # Storages are created on each use, because the path may be a link whose target has changed.

    def storage(self) -> AtomicStorage:
        """The file as a storage for TinyDB."""
        return AtomicStorage(self._path, self._backups, self._files, lambda: self._now().date())

    def backups(self) -> Backups:
        return Backups(self._backups, self.storage().path.name, self._files)

    def journal(self) -> Journal:
        path = self.storage().path
        return Journal(path.with_name(f"{path.stem}.journal.jsonl"), self._files)

    def abstracts(self) -> Abstracts:
        path = self.storage().path
        return Abstracts(path.with_name(f"{path.stem}.abstracts.jsonl"), self._files)

    def paths(self) -> tuple[Path, ...]:
        """All files and the folder of backups, whether they exist or not."""
        path = self.storage().path
        beside = (f"{path.name}.lock", f"{path.stem}.journal.jsonl", f"{path.stem}.abstracts.jsonl")
        files = (path, *(path.with_name(name) for name in beside))
        return (*files, self._backups, *(backup.path for backup in self.backups().all()))

    def is_missing(self) -> bool:
        """Whether the bookmark file is missing although there are backups of it."""
        return self.signature() is None and bool(self.backups().all())

    def signature(self) -> Signature | None:
        """A value that stays equal as long as the file does not change; ``None`` if there is no file."""
        return _signature(self.storage().path)

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the user; each is returned once."""
        taken, self._notices = tuple(self._notices), []
        return taken

    # --- reading ---------------------------------------------------------------------------------

    def view(self) -> View:
        """The current contents of the file; a damaged one is recovered.

        Raises:
            StoreError: it cannot be read.
        """
        storage = self.storage()
        signature = _signature(storage.path)
        seen = self._seen
        if seen is not None and seen.signature == signature:
            return seen
        try:
            view = View(signature, self._sound(storage), [])
        except DamagedError:
            # Another program may be recovering it right now, so read it again under the lock.
            with self.locked() as held:
                view = View(_signature(storage.path), held, [])
        # The rows may be newer than the signature, if the file was replaced in between, but not older.
        self._seen = view
        return view

    def history(self, head: Head | None) -> Iterator[Entry]:
        """The entries that led to `head`, newest first; a gap in them is reported as a notice.

        Raises:
            OSError: the journal cannot be read.
        """
        after = head
        for entry in self.journal().history(head):
            yield entry
            after = entry.after
        if after is not None:
            self._tell("The journal of changes is damaged or missing. Earlier changes cannot be undone.")

    def _tell(self, sentence: str) -> None:
        if sentence not in self._notices:
            self._notices.append(sentence)

    def _sound(self, storage: AtomicStorage) -> Holding:
        """The contents of the file.

        Raises:
            DamagedError: it cannot be read as bookmarks.
            StoreError: a newer papertui wrote it, or the disk reports an error.
        """
        with self.reading():
            try:
                data = storage.path.read_bytes()
            except FileNotFoundError:
                if self.is_missing():
                    self._tell(f"The bookmark file {storage.path} is missing, but there are backups of it. {_BACK}")
                return EMPTY
            if not data.strip():
                # TinyDB starts with an empty file, but if there is a backup, something was lost.
                if self.backups().all():
                    raise DamagedError
                return EMPTY
        try:
            held = holding_of(data, EMPTY if self._seen is None else self._seen.holding)
        except NewerError as error:
            raise _newer(storage.path, error.schema) from None
        # An emptied library still has its table; without one, another program overwrote the file.
        if not held.slots and _TABLE not in data and self.backups().all():
            raise DamagedError
        return held

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Translate OSError into StoreError."""
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"The bookmarks in {self._path} cannot be read: {error.strerror or error}. "
                "Check the file and its folder."
            ) from error

    # --- writing ---------------------------------------------------------------------------------

    @contextmanager
    def locked(self) -> Iterator[Holding]:
        """Hold the lock, and give the current bookmarks. Errors of the disk become `StoreError`.

        Raises:
            StoreError: another program holds the lock, or the disk reports an error.
        """
        path = self.storage().path
        try:
            make_private(path.parent)
            # A lock that is only a file survives a kill and would block everybody, so refuse to use one.
            lock = FileLock(path.with_name(f"{path.name}.lock"), mode=0o600, fallback_to_soft=False)
            with lock.acquire(timeout=self._patience, poll_interval=_POLL_SECONDS):
                yield self._held()
        except Timeout as error:
            raise StoreError(
                f"The bookmarks in {path} have been locked by another program for {self._patience:g} seconds. "
                "Wait for it or stop it, then try again."
            ) from error
        except (NotImplementedError, OSError) as error:
            raise _unwritable(path, error) from error

    def put(self, fresh: Holding, *, keep_backup: bool = True) -> None:
        """Replace the file, durably. The lock must be held, and the journal entry must be written.

        Raises:
            OSError: it cannot be written.
        """
        storage = self.storage()
        wrote = storage.replace(text_of(fresh), keep_backup=keep_backup)
        signature = _signature(storage.path)
        # A program that takes no lock may have written the file meanwhile.
        same = signature is not None and signature[1:3] == (wrote.st_ino, wrote.st_mtime_ns)
        self._seen = View(signature, fresh, []) if same else None
        self._notices = [notice for notice in self._notices if not notice.endswith(_BACK)]

    def bared(self, held: Holding) -> Holding:
        """`held` without abstracts in its rows, which are stored durably first. The lock must be held.

        Raises:
            OSError: they cannot be written.
        """
        self.abstracts().keep({id_: abstract_in(held.slots[id_].row) for id_ in held.loose})
        return held.without_abstracts()

    def _held(self) -> Holding:
        """The contents of the file, recovered if necessary. The lock must be held."""
        storage = self.storage()
        signature = _signature(storage.path)
        seen = self._seen
        if seen is not None and signature is not None and seen.signature == signature:
            return seen.holding
        try:
            return self._sound(storage)
        except DamagedError:
            return self._mended(storage)

    def _mended(self, storage: AtomicStorage) -> Holding:
        found = mended(storage.path.read_bytes(), self.backups().all(), self.journal())
        if found.schema > SCHEMA:
            raise _newer(storage.path, found.schema)
        kept = self.name_aside(storage.path)
        storage.keep_aside(kept)
        fresh = self.bared(found.holding)
        # A damaged file must not replace the backup.
        self.put(fresh, keep_backup=False)
        total = len(fresh.slots)
        added = total - found.found
        saved = f"{total} bookmark{' was' if total == 1 else 's were'} recovered"
        saved += f", {added} of them from the backup" if added else ""
        self._tell(f"The bookmark file was damaged; {saved}. The damaged file is kept as {kept.name}.")
        return fresh

    def name_aside(self, path: Path) -> Path:
        """A dated name for a damaged file."""
        stem = f"{path.name}.damaged-{self._now():%Y%m%d-%H%M%S}"
        kept = path.with_name(stem)
        number = 2
        while kept.exists():
            kept = path.with_name(f"{stem}-{number}")
            number += 1
        return kept


def _signature(path: Path) -> Signature | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size


def _newer(path: Path, schema: int) -> StoreError:
    return StoreError(
        f"The bookmarks in {path} were written by a newer papertui (schema {schema}, this papertui knows {SCHEMA}). "
        "Update papertui; the file was not changed."
    )


def _unwritable(path: Path, error: NotImplementedError | OSError) -> StoreError:
    number = error.errno if isinstance(error, OSError) else errno.ENOSYS
    if number in _NO_LOCKS:
        return StoreError(
            f"The bookmarks in {path} are on a file system without locks. Move them elsewhere and set "
            "PAPERTUI_HOME to their folder."
        )
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return StoreError(
        f"The bookmarks in {path} cannot be written: {'the disk is full' if number in _FULL else why}. "
        "Existing bookmarks are safe. Free some space or check the folder, then try again."
    )
