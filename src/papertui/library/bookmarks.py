"""The bookmarks, in a TinyDB file that survives kills, several processes and damage."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from papertui.errors import StoreError
from papertui.files import FileOperations, make_private
from papertui.library.backups import AtomicStorage, Backup, Backups
from papertui.library.bookmark_file import (
    EMPTY,
    SCHEMA,
    DamagedLibraryError,
    NewerSchemaError,
    Snapshot,
    holding_of,
    text_of,
)
from papertui.library.journal import Abstracts, Journal, JournalEntry, JournalHead, RowChange, steps_of
from papertui.library.recovery import recover, restore
from papertui.library.rows import Row, abstract_in, bare_row, changed_row, row_of
from papertui.model.bookmark import Bookmark
from papertui.model.changes import ChangeSet, QueryChange, UndoResult, What, Work, reversal, to_redo, to_undo
from papertui.model.format import plural
from papertui.model.paper import Paper

# The bookmark file and the files beside it: locking, reading, writing and recovery.

_POLL_SECONDS = 0.002
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
#: Every file that papertui writes contains this.
_TABLE = b'"bookmarks"'
_BACK = "Restore it with “papertui doctor --restore previous”."

#: Device, inode, times of change and size: two files with equal values are the same.
Signature = tuple[int, ...]


class LibraryView(NamedTuple):
    """The contents of the file when it had `signature`."""

    #: ``None`` if there was no file.
    signature: Signature | None
    holding: Snapshot
    #: A cache for the bookmarks in display order.
    sorted: list[tuple[Bookmark, ...]]


class BookmarkFile:
    """The bookmark file, its lock, its backups, the journal of its changes and the abstracts.

    Args:
        path: the bookmark file. If it is a symbolic link, the other files are next to its target.
        backups: the folder of the backups.
        now: the clock.
        files: the operating system calls for writing.
        patience: how long to wait for the lock, in seconds.
    """

    def __init__(
        self, path: Path, backups: Path, now: Callable[[], datetime], files: FileOperations | None, patience: float
    ) -> None:
        self._path = path
        self._backups = backups
        self._now = now
        self._files = FileOperations() if files is None else files
        self._patience = patience
        self._seen: LibraryView | None = None
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

    def view(self) -> LibraryView:
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
            view = LibraryView(signature, self._sound(storage), [])
        except DamagedLibraryError:
            # Another program may be recovering it right now, so read it again under the lock.
            with self.locked() as held:
                view = LibraryView(_signature(storage.path), held, [])
        # The rows may be newer than the signature, if the file was replaced in between, but not older.
        self._seen = view
        return view

    def history(self, head: JournalHead | None) -> Iterator[JournalEntry]:
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

    def _sound(self, storage: AtomicStorage) -> Snapshot:
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
                    raise DamagedLibraryError
                return EMPTY
        try:
            held = holding_of(data, EMPTY if self._seen is None else self._seen.holding)
        except NewerSchemaError as error:
            raise _newer(storage.path, error.schema) from None
        # An emptied library still has its table; without one, another program overwrote the file.
        if not held.slots and _TABLE not in data and self.backups().all():
            raise DamagedLibraryError
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
    def locked(self) -> Iterator[Snapshot]:
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

    def put(self, fresh: Snapshot, *, keep_backup: bool = True) -> None:
        """Replace the file, durably. The lock must be held, and the journal entry must be written.

        Raises:
            OSError: it cannot be written.
        """
        storage = self.storage()
        wrote = storage.replace(text_of(fresh), keep_backup=keep_backup)
        signature = _signature(storage.path)
        # A program that takes no lock may have written the file meanwhile.
        same = signature is not None and signature[1:3] == (wrote.st_ino, wrote.st_mtime_ns)
        self._seen = LibraryView(signature, fresh, []) if same else None
        self._notices = [notice for notice in self._notices if not notice.endswith(_BACK)]

    def bared(self, held: Snapshot) -> Snapshot:
        """`held` without abstracts in its rows, which are stored durably first. The lock must be held.

        Raises:
            OSError: they cannot be written.
        """
        self.abstracts().keep({id_: abstract_in(held.slots[id_].row) for id_ in held.loose})
        return held.without_abstracts()

    def _held(self) -> Snapshot:
        """The contents of the file, recovered if necessary. The lock must be held."""
        storage = self.storage()
        signature = _signature(storage.path)
        seen = self._seen
        if seen is not None and signature is not None and seen.signature == signature:
            return seen.holding
        try:
            return self._sound(storage)
        except DamagedLibraryError:
            return self._mended(storage)

    def _mended(self, storage: AtomicStorage) -> Snapshot:
        found = recover(storage.path.read_bytes(), self.backups().all(), self.journal())
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


# The checks and repairs of the library for `papertui doctor`.

#: Looks up papers by their ids in the archive.
Known = Callable[[Collection[str]], Mapping[str, Paper]]

_FILE, _FOLDER = 0o600, 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def problems(vault: BookmarkFile) -> tuple[str, ...]:
    """Problems of the files beside the bookmarks, one sentence each.

    Raises:
        StoreError: the files cannot be read.
    """
    held = vault.view().holding
    found = []
    if vault.is_missing():
        found.append("The bookmark file is missing, but there are backups of it. Restore one with --restore.")
    with vault.reading():
        if torn := vault.abstracts().damaged():
            found.append(f"{plural(torn, 'line')} in the file of abstracts cannot be read.")
        if held.head is not None and _gap(vault):
            found.append("The journal of changes has a gap. Changes before it cannot be undone.")
        if open_ := _open_to_others(vault):
            found.append(f"Others on this machine can read {', '.join(path.name for path in open_)}.")
    return tuple(found)


def repair(vault: BookmarkFile, known: Known) -> tuple[str, ...]:
    """Repair what can be repaired; returns what was done, one sentence each.

    Args:
        vault: the bookmarks.
        known: looks up lost abstracts.

    Raises:
        StoreError: the files cannot be read or written.
    """
    done = []
    with vault.locked() as held:
        if held.loose:
            vault.put(vault.bared(held))
            done.append(f"Moved {plural(len(held.loose), 'abstract')} out of the bookmark file.")
        missing = vault.abstracts().missing(held.slots)
        papers = known(missing) if missing else {}
        found = {id_: paper.abstract for id_, paper in papers.items() if paper.abstract}
        if torn := vault.abstracts().damaged():
            vault.abstracts().rewrite(found)
            done.append(f"Removed {plural(torn, 'unreadable line')} from the file of abstracts.")
        else:
            vault.abstracts().keep(found)
        if found:
            done.append(f"Restored {plural(len(found), 'abstract')} from the archive.")
        if held.head is not None and _gap(vault):
            steps = vault.journal().close_gap(held.head)
            done.append(f"Removed the gap in the journal, which now begins with the last {plural(steps, 'change')}.")
        for path in _open_to_others(vault):
            path.chmod(_FOLDER if path.is_dir() else _FILE)
            done.append(f"Made {path.name} private.")
    return tuple(done)


def _gap(vault: BookmarkFile) -> bool:
    """Whether the history does not lead back to the first entry."""
    first = None
    for first in vault.journal().history(vault.view().holding.head):  # noqa: B007 - the last one is used
        pass
    return first is None or first.after is not None


def _open_to_others(vault: BookmarkFile) -> list[Path]:
    return [path for path in vault.paths() if path.exists() and stat.S_IMODE(path.stat().st_mode) & _OTHERS]


# The bookmarks, in a TinyDB file that survives kills, concurrent programs and a full disk.

_LOCK_SECONDS = 10.0


class _Draft(NamedTuple):
    """A change to be made, as one entry of the journal."""

    rows: dict[str, Row | None]
    abstracts: Mapping[str, str]
    queries: Mapping[str, str | None]
    what: What
    at: datetime
    undoes: int | None = None
    redoes: int | None = None


class Library:
    """The bookmarks in a file that stock TinyDB reads, the journal of their changes, and their abstracts.

    Each change takes a lock, reads the file again, writes abstracts and journal, and replaces the file; it is on disk
    when the method returns. Reading takes no lock and sees what other programs wrote. A damaged file is set aside, and
    replaced by everything that can be recovered from it, from the backups and from the journal. Every method raises
    `StoreError`.

    Args:
        path: the file, usually ``bookmarks.json``; next to it are ``bookmarks.json.lock``, ``bookmarks.journal.jsonl``
            and ``bookmarks.abstracts.jsonl``.
        backups: the folder of the backups.
        now: the clock, for the names of files that are set aside and for changes without a time.
        files: the operating system calls for writing.
        patience: how long to wait for the lock, in seconds.
    """

    def __init__(
        self,
        path: Path,
        backups: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        files: FileOperations | None = None,
        patience: float = _LOCK_SECONDS,
    ) -> None:
        self._now = now
        self._vault = BookmarkFile(path, backups, now, files, patience)

    # --- reading ---------------------------------------------------------------------------------

    def all(self) -> tuple[Bookmark, ...]:
        """All bookmarks in the file now, newest first; their papers have no abstracts."""
        view = self._vault.view()
        if not view.sorted:
            marks = [slot.mark for slot in view.holding.slots.values()]
            marks.reverse()
            marks.sort(key=lambda bookmark: bookmark.added, reverse=True)
            view.sorted.append(tuple(marks))
        return view.sorted[0]

    def ids(self) -> frozenset[str]:
        """The ids of all bookmarks in the file now."""
        return frozenset(self._vault.view().holding.slots)

    def whole(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The bookmarked papers among `ids`, by id, as they were when bookmarked, with their abstracts."""
        held = self._vault.view().holding
        slots = {id_: held.slots[id_] for id_ in ids if id_ in held.slots}
        with self._vault.reading():
            abstracts = self._vault.abstracts().get(slots.keys() - held.loose)
        abstracts |= {id_: abstract_in(slots[id_].row) for id_ in held.loose.intersection(slots)}
        return {id_: slot.mark.paper._replace(abstract=abstracts.get(id_, "")) for id_, slot in slots.items()}

    def collections(self) -> Mapping[str, str]:
        """The saved queries by name."""
        return self._vault.view().holding.queries

    def steps(self, limit: int | None = None) -> tuple[ChangeSet, ...]:
        """The last steps, newest first."""
        steps: list[ChangeSet] = []
        with self._vault.reading():
            for step in self._steps(self._vault.view().holding):
                if limit is not None and len(steps) >= limit:
                    break
                steps.append(step)
        return tuple(steps)

    def stamp(self) -> object:
        """A value that stays equal as long as the file does not change."""
        return self._vault.signature()

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the user, such as that a damaged file was recovered; each is returned once."""
        return self._vault.take_notices()

    # --- changing --------------------------------------------------------------------------------

    def add(self, papers: Sequence[Paper], at: datetime) -> tuple[str, ...]:
        """Bookmark `papers`; returns the ids that were not bookmarked before. Durable on return."""
        asked: dict[str, Paper] = {}
        for paper in papers:
            asked.setdefault(paper.id, paper)

        def keep(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
            return {id_: Bookmark(paper, at) for id_, paper in asked.items() if id_ not in kept}

        return _ids(self.change(keep, lambda ids: f"bookmark {_named(ids)}", at))

    def remove(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Remove the bookmarks of `ids`; returns the ids that were bookmarked. Durable on return."""
        asked = tuple(dict.fromkeys(ids))

        def release(kept: Mapping[str, Bookmark]) -> Mapping[str, None]:
            return {id_: None for id_ in asked if id_ in kept}

        return _ids(self.change(release, lambda ids: f"release {_named(ids)}", self._now()))

    def change(self, work: Work, what: What, at: datetime, *, joins: ChangeSet | None = None) -> ChangeSet | None:
        """Change any number of bookmarks in one step. Durable on return.

        Args:
            work: called with all bookmarks by id, under the lock.
            what: a short description of the step.
            at: the time of the change, UTC.
            joins: the last step, if this one continues it and both are to be undone together.

        Returns:
            The step, including the changes of the step it continues; ``None`` if nothing changed.
        """
        with self._vault.locked() as held:
            rows, abstracts = _drafted(held, work(held.marks()))
            if rows:
                return self._made(held, _Draft(rows, abstracts, {}, what, at), joins)
            self._vault.abstracts().keep(abstracts)
            return None

    def save_queries(self, queries: Mapping[str, str | None], what: str, at: datetime) -> ChangeSet | None:
        """Save or delete (``None``) queries by name in one step; returns ``None`` if nothing changed."""
        with self._vault.locked() as held:
            changed = {name: query for name, query in queries.items() if held.queries.get(name) != query}
            return self._made(held, _Draft({}, {}, changed, what, at)) if changed else None

    # --- upkeep ----------------------------------------------------------------------------------

    def backups(self) -> tuple[Backup, ...]:
        """The backups, newest first."""
        with self._vault.reading():
            return self._vault.backups().all()

    def restore(self, name: str, at: datetime) -> ChangeSet | None:
        """Bring the library back to the backup `name` in one step; ``None`` if that changes nothing."""
        backup = next((backup for backup in self.backups() if backup.name == name), None)
        if backup is None:
            names = ", ".join(backup.name for backup in self.backups())
            raise StoreError(f"There is no backup “{name}”. {f'Backups: {names}.' if names else 'There are none yet.'}")
        with self._vault.locked() as now:
            then = restore(backup)
            # If the file is gone, the history continues from the backup.
            held = now if self._vault.signature() is not None else now._replace(meta=then.meta)
            rows: dict[str, Row | None] = dict.fromkeys(held.slots.keys() - then.slots.keys())
            rows |= {id_: row for id_ in then.slots if (row := _row(then, id_)) != _row(held, id_)}
            abstracts = {id_: abstract_in(then.slots[id_].row) for id_ in then.loose}
            saved = {**held.queries, **then.queries}
            queries = {name: to for name in saved if (to := then.queries.get(name)) != held.queries.get(name)}
            if not rows and not queries:
                return None
            return self._made(held, _Draft(rows, abstracts, queries, f"restore the backup {name}", at))

    def problems(self) -> tuple[str, ...]:
        """Problems of the files beside the bookmarks, one sentence each."""
        return problems(self._vault)

    def repair(self, known: Known) -> tuple[str, ...]:
        """Repair what can be repaired, with abstracts from `known`; returns what was done, one sentence each."""
        return repair(self._vault, known)

    # --- undo and redo ---------------------------------------------------------------------------

    def undo(self, at: datetime) -> UndoResult | None:
        """Undo the last step that is not undone yet; ``None`` if there is none."""
        with self._vault.locked() as held:
            step = to_undo(self._steps(held))
            if step is None:
                return None
            return UndoResult(step, self._taken_back(held, step, at, undoes=step.number))

    def redo(self, at: datetime) -> UndoResult | None:
        """Redo the step that was undone last; ``None`` if there is none, or if something was changed since."""
        with self._vault.locked() as held:
            undo = to_redo(self._steps(held))
            if undo is None:
                return None
            again = next((step for step in self._steps(held) if step.number == undo.undoes), undo)
            return UndoResult(again, self._taken_back(held, undo, at, redoes=undo.undoes))

    def _steps(self, held: Snapshot) -> Iterator[ChangeSet]:
        return steps_of(self._vault.history(held.head))

    def _taken_back(
        self, held: Snapshot, step: ChangeSet, at: datetime, *, undoes: int | None = None, redoes: int | None = None
    ) -> tuple[str, ...]:
        """Reverse `step` in a new step, even if nothing is left of it; returns what could not be reversed."""
        back = reversal(step, held.marks(), held.queries)
        rows, abstracts = _drafted(held, back.put)
        released = self._released(held, step.number)
        for id_, row in rows.items():
            if row is not None and id_ not in held.slots:
                # The row may have had fields that papertui does not know.
                rows[id_] = {**released.get(id_, {}), **row}
        self._made(held, _Draft(rows, abstracts, back.queries, step.what, at, undoes, redoes))
        return back.left

    def _released(self, held: Snapshot, number: int) -> dict[str, Row]:
        """The rows that a step removed, as they were."""
        rows: dict[str, Row] = {}
        for entry in self._vault.history(held.head):
            if entry.head.number == number:
                rows.update({row.id: row.before for row in entry.rows if row.before is not None and row.after is None})
            elif entry.head.number < number:
                break
        return rows

    def _made(self, held: Snapshot, draft: _Draft, joins: ChangeSet | None = None) -> ChangeSet:
        """Make a change durable: first its abstracts, then its journal entry, then the file that names the entry."""
        last = held.head
        goes_on = joins is not None and last is not None and joins.number == last.number
        older = [change.id for change in joins.changes] if goes_on and joins is not None else []
        queries = {**held.queries, **draft.queries}
        entry = JournalEntry(
            head=JournalHead((0 if last is None else last.number) + (not goes_on), os.urandom(6).hex()),
            after=last,
            at=draft.at,
            what=draft.what if isinstance(draft.what, str) else draft.what(list(dict.fromkeys([*older, *draft.rows]))),
            rows=tuple(RowChange(id_, _row(held, id_), row) for id_, row in draft.rows.items()),
            undoes=draft.undoes,
            redoes=draft.redoes,
            queries=tuple(QueryChange(name, held.queries.get(name), to) for name, to in draft.queries.items()),
        )
        fresh = self._vault.bared(held).with_rows(draft.rows, entry.head)
        if draft.queries:
            fresh = fresh.with_queries({name: query for name, query in queries.items() if query is not None})
        self._vault.abstracts().keep(draft.abstracts)
        self._vault.journal().write(entry)
        self._vault.put(fresh)
        step = next(steps_of([entry]))
        return step.following(joins) if goes_on and joins is not None else step


def _drafted(held: Snapshot, put: Mapping[str, Bookmark | None]) -> tuple[dict[str, Row | None], dict[str, str]]:
    """The rows that differ from those in `held`, and the abstracts that came with them."""
    rows: dict[str, Row | None] = {}
    abstracts: dict[str, str] = {}
    for id_, mark in put.items():
        slot = held.slots.get(id_)
        if mark is None:
            if slot is not None:
                rows[id_] = None
            continue
        if not id_ or mark.paper.id != id_:
            raise StoreError("A paper without an id cannot be bookmarked. Fetch it first.")
        if mark.paper.abstract:
            abstracts[id_] = mark.paper.abstract
        bare = mark._replace(paper=mark.paper._replace(abstract=""))
        if slot is None:
            rows[id_] = row_of(bare)
        elif bare != slot.mark:
            rows[id_] = changed_row(bare_row(slot.row), slot.mark, bare)
    return rows, abstracts


def _row(held: Snapshot, id_: str) -> Row | None:
    return bare_row(held.slots[id_].row) if id_ in held.slots else None


def _named(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else plural(len(ids), "paper")


def _ids(step: ChangeSet | None) -> tuple[str, ...]:
    return () if step is None else tuple(change.id for change in step.changes)
