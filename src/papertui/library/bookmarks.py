"""The bookmarks, in a TinyDB file that survives kills, concurrent programs, damage and a full disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from papertui.errors import StoreError, UnwritableError
from papertui.files import SYSTEM, FileOperations
from papertui.library.backups import Backup
from papertui.library.bookmark_file import (
    AnnotationsById,
    BookmarkFile,
    BookmarksById,
    DamagedLibraryError,
    IndexedLines,
    RowLine,
    Snapshot,
)
from papertui.library.journal import JournalEntry, JournalHead, RowChange, steps_of
from papertui.library.row_index import FACTS, LEAST, facts_in
from papertui.library.rows import Row, abstract_in, bare_row, changed_row, row_of
from papertui.model.bookmark import Bookmark
from papertui.model.changes import (
    Change,
    ChangeSet,
    ImportNote,
    Mutation,
    Origin,
    QueryChange,
    StepDescription,
    UndoResult,
    ids_in_words,
    reversal,
    to_redo,
    to_undo,
)
from papertui.model.paper import Paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from papertui.library.recovery import PaperLookup

_LOCK_SECONDS = 10.0


def _newest(lines: Mapping[str, RowLine]) -> tuple[str, ...]:
    """The ids of rows in the order of display."""
    pairs = list(lines.items())
    pairs.reverse()
    pairs.sort(key=lambda pair: pair[1].added, reverse=True)
    return tuple([id_ for id_, _ in pairs])


class _Draft(NamedTuple):
    """A change to be made, as one entry of the journal."""

    what: StepDescription
    at: datetime
    rows: Mapping[str, Row | None] = MappingProxyType({})  # by id; ``None`` removes one
    abstracts: Mapping[str, str] = MappingProxyType({})  # that came with the rows
    queries: Mapping[str, str | None] = MappingProxyType({})  # by name; ``None`` deletes one
    undoes: int | None = None
    redoes: int | None = None
    origin: Origin = "here"
    imported: ImportNote = ImportNote()


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
        files: FileOperations = SYSTEM,
        patience: float = _LOCK_SECONDS,
    ) -> None:
        self._now = now
        self._file = BookmarkFile(path, backups, now, files, patience)
        #: What was recovered of a damaged file that cannot be replaced, and the stamp of the file.
        self._recovered: tuple[object, Snapshot] | None = None
        #: The bookmarks in display order, and the snapshot they are from.
        self._sorted: tuple[Snapshot, tuple[Bookmark, ...]] | None = None

    # --- reading ---------------------------------------------------------------------------------

    def all(self) -> tuple[Bookmark, ...]:
        """All bookmarks in the file now, newest first; their papers have no abstracts."""
        snapshot = self._read()
        if self._sorted is None or self._sorted[0] is not snapshot:
            marks = [line.mark for line in snapshot.lines.values()]
            marks.reverse()
            marks.sort(key=lambda bookmark: bookmark.added, reverse=True)
            self._sorted = snapshot, tuple(marks)
        return self._sorted[1]

    def newest(self) -> tuple[str, ...]:
        """The ids of all bookmarks in the file now, in the order of `all`, without parsing the bookmarks."""
        lines = self._lines()
        return lines.index.newest() if isinstance(lines, IndexedLines) else _newest(lines)

    def by_id(self) -> Mapping[str, Bookmark]:
        """All bookmarks in the file now, each parsed when it is used; their papers have no abstracts."""
        return BookmarksById(self._lines())

    def annotations(self) -> Mapping[str, Bookmark]:
        """All bookmarks in the file now, each parsed when it is used, perhaps without the facts of their papers."""
        return AnnotationsById(self._lines())

    def ids_having(self, fact: str) -> Iterator[str]:
        """The ids of the bookmarks that may have a value for one of `row_index.FACTS`, without parsing them."""
        lines = self._lines()
        if isinstance(lines, IndexedLines):
            return lines.index.having(fact)
        bit = 1 << FACTS.index(fact)
        return (id_ for id_, line in lines.items() if facts_in(line.text) & bit)

    def ids(self) -> frozenset[str]:
        """The ids of all bookmarks in the file now."""
        return frozenset(self._lines())

    def whole(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The bookmarked papers among `ids`, by id, as they were when bookmarked, with their abstracts."""
        wanted = list(ids)
        if not wanted:
            return {}
        lines = self._lines()
        inline = frozenset[str]() if isinstance(lines, IndexedLines) else self._read().inline
        marks = {id_: lines[id_].mark for id_ in wanted if id_ in lines}
        with self._file.reading():
            abstracts = self._file.abstracts.get(marks.keys() - inline)
        abstracts |= {id_: abstract_in(lines[id_].row) for id_ in inline.intersection(marks)}
        return {id_: mark.paper._replace(abstract=abstracts.get(id_, "")) for id_, mark in marks.items()}

    def _lines(self) -> Mapping[str, RowLine]:
        """The rows in the file now; of a large file, only those that are used are read."""
        lines: Mapping[str, RowLine] | None = self._file.lines()
        if lines is None:
            known = self._file.is_known()
            snapshot = self._read()
            lines = snapshot.lines
            if not known and len(lines) >= LEAST:
                self._file.keep_index(snapshot, _newest(lines))
        return lines

    def collections(self) -> Mapping[str, str]:
        """The saved queries by name."""
        return self._read().queries

    def steps(self, limit: int | None = None) -> tuple[ChangeSet, ...]:
        """The last steps, newest first."""
        snapshot = self._read()
        with self._file.reading():
            return tuple(islice(self._steps(snapshot), limit))

    def stamp(self) -> object:
        """A value that stays equal as long as the file does not change. Costs one `stat` call."""
        return self._file.stamp()

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the user, such as that a damaged file was recovered; each is returned once."""
        return self._file.take_notices()

    def _read(self) -> Snapshot:
        """The current contents of the file; a damaged one is recovered."""
        try:
            return self._file.read()
        except DamagedLibraryError:
            stamp = self._file.stamp()
            if self._recovered is not None and self._recovered[0] == stamp:
                return self._recovered[1]
            try:
                # Another program may be recovering it right now, so read it again under the lock.
                with self._file.locked():
                    return self._read_locked()
            except UnwritableError:
                from papertui.library.recovery import recovered_in_memory  # noqa: PLC0415 - almost never needed

                with self._file.reading():
                    snapshot = recovered_in_memory(self._file)
            self._recovered = stamp, snapshot
            return snapshot

    def _read_locked(self) -> Snapshot:
        """The current contents of the file; a damaged one is recovered. The lock must be held."""
        try:
            return self._file.read()
        except DamagedLibraryError:
            from papertui.library.recovery import rebuild  # noqa: PLC0415 - almost never needed

            return rebuild(self._file)

    # --- changing --------------------------------------------------------------------------------

    def add(self, papers: Sequence[Paper], at: datetime) -> tuple[str, ...]:
        """Bookmark `papers`; returns the ids that were not bookmarked before. Durable on return."""
        wanted: dict[str, Paper] = {}
        for paper in papers:
            wanted.setdefault(paper.id, paper)

        def mutate(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark]:
            return {id_: Bookmark(paper, at) for id_, paper in wanted.items() if id_ not in kept}

        step = self.change(mutate, lambda ids: f"bookmark {ids_in_words(ids)}", at)
        return () if step is None else step.ids

    def remove(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Remove the bookmarks of `ids`; returns the ids that were bookmarked. Durable on return."""
        wanted = tuple(dict.fromkeys(ids))

        def mutate(kept: Mapping[str, Bookmark]) -> Mapping[str, None]:
            return {id_: None for id_ in wanted if id_ in kept}

        step = self.change(mutate, lambda ids: f"remove {ids_in_words(ids)}", self._now())
        return () if step is None else step.ids

    def change(
        self,
        mutate: Mutation,
        what: StepDescription,
        at: datetime,
        *,
        joins: ChangeSet | None = None,
        origin: Origin = "here",
        imported: Callable[[], ImportNote] = ImportNote,
    ) -> ChangeSet | None:
        """Change any number of bookmarks in one step. Durable on return.

        Args:
            mutate: called with all bookmarks by id, under the lock.
            what: a short description of the step.
            at: the time of the change, UTC.
            joins: the last step, if this one continues it and both are to be undone together.
            origin: who makes the change.
            imported: called after `mutate`, for what an import did besides.

        Returns:
            The step, including the changes of the step it continues; ``None`` if nothing changed.
        """
        with self._file.locked():
            now = self._read_locked()
            rows, abstracts = _changed_rows(now, mutate(BookmarksById(now.lines)))
            if rows:
                return self._commit(now, _Draft(what, at, rows, abstracts, origin=origin, imported=imported()), joins)
            self._file.abstracts.keep(abstracts)
            return None

    def save_queries(self, queries: Mapping[str, str | None], what: str, at: datetime) -> ChangeSet | None:
        """Save or delete (``None``) queries by name in one step; returns ``None`` if nothing changed."""
        with self._file.locked():
            now = self._read_locked()
            changed = {name: query for name, query in queries.items() if now.queries.get(name) != query}
            return self._commit(now, _Draft(what, at, queries=changed)) if changed else None

    # --- upkeep ----------------------------------------------------------------------------------

    def backups(self) -> tuple[Backup, ...]:
        """The backups, newest first."""
        with self._file.reading():
            return self._file.all_backups()

    def restore(self, name: str, at: datetime) -> ChangeSet | None:
        """Bring the library back to the backup `name` in one step; ``None`` if that changes nothing."""
        from papertui.library.recovery import restore  # noqa: PLC0415 - rarely needed

        backups = {backup.name: backup for backup in self.backups()}
        if name not in backups:
            names = f"Backups: {', '.join(backups)}." if backups else "There are none yet."
            raise StoreError(f"There is no backup “{name}”. {names}")
        with self._file.locked():
            held = self._read_locked()
            then = restore(backups[name])
            # If the file is gone, the history continues from the backup.
            now = held if self._file.stamp() is not None else held._replace(meta=then.meta)
            # In the order of the file, which undo restores.
            rows: dict[str, Row | None] = dict.fromkeys(id_ for id_ in now.lines if id_ not in then.lines)
            rows |= {id_: row for id_ in then.lines if (row := then.row(id_)) != now.row(id_)}
            saved = {**now.queries, **then.queries}
            queries = {name: to for name in saved if (to := then.queries.get(name)) != now.queries.get(name)}
            if not rows and not queries:
                return None
            what = f"restore the backup {name}"
            return self._commit(now, _Draft(what, at, rows, then.inline_abstracts(), queries))

    def problems(self) -> tuple[str, ...]:
        """Problems of the files beside the bookmarks, one sentence each."""
        from papertui.library.recovery import problems  # noqa: PLC0415 - rarely needed

        return problems(self._file, self._read())

    def repair(self, known: PaperLookup) -> tuple[str, ...]:
        """Repair what can be repaired, with abstracts from `known`; returns what was done, one sentence each."""
        from papertui.library.recovery import repair  # noqa: PLC0415 - rarely needed

        with self._file.locked():
            now = self._read_locked()
            return repair(self._file, now, known)

    # --- undo and redo ---------------------------------------------------------------------------

    def undo(self, at: datetime) -> UndoResult | None:
        """Undo the last step that is not undone yet; ``None`` if there is none."""
        with self._file.locked():
            now = self._read_locked()
            step = to_undo(self._steps(now))
            if step is None:
                return None
            left = self._reverse(now, step, _Draft(step.what, at, undoes=step.number))
            self._file.abstracts.clear(dict(step.imported.abstracts))
            return UndoResult(step, left)

    def redo(self, at: datetime) -> UndoResult | None:
        """Redo the step that was undone last; ``None`` if there is none, or if something was changed since."""
        with self._file.locked():
            now = self._read_locked()
            undo = to_redo(self._steps(now))
            if undo is None:
                return None
            again = next((step for step in self._steps(now) if step.number == undo.undoes), undo)
            draft = _Draft(undo.what, at, redoes=undo.undoes, imported=again.imported)
            return UndoResult(again, self._reverse(now, undo, draft))

    def _steps(self, now: Snapshot) -> Iterator[ChangeSet]:
        return steps_of(self._file.history(now.head))

    def _reverse(self, now: Snapshot, step: ChangeSet, draft: _Draft) -> tuple[str, ...]:
        """Reverse `step` in a new step, even if nothing is left of it; returns what could not be reversed."""
        back = reversal(step, BookmarksById(now.lines), now.queries)
        rows, abstracts = _changed_rows(now, back.put)
        abstracts = {**dict(draft.imported.abstracts), **abstracts}
        removed = self._rows_removed_by(step, now)
        for id_, row in rows.items():
            if row is not None and id_ not in now.lines:
                # The row may have had fields that papertui does not know.
                rows[id_] = {**removed.get(id_, {}), **row}
        self._commit(now, draft._replace(rows=rows, abstracts=abstracts, queries=back.queries))
        return back.left

    def _rows_removed_by(self, step: ChangeSet, now: Snapshot) -> dict[str, Row]:
        """The rows that a step removed, as they were."""
        rows: dict[str, Row] = {}
        for entry in self._file.history(now.head):
            if entry.head.number == step.number:
                rows.update({row.id: row.before for row in entry.rows if row.before is not None and row.after is None})
            elif entry.head.number < step.number:
                break
        return rows

    def _commit(self, now: Snapshot, draft: _Draft, joins: ChangeSet | None = None) -> ChangeSet:
        """Make a change durable: first its abstracts, then its journal entry, then the file that names the entry."""
        last = now.head
        begun = joins if joins is not None and last is not None and joins.number == last.number else None
        what = draft.what
        if not isinstance(what, str):
            older = [] if begun is None else begun.ids
            what = what(list(dict.fromkeys((*older, *draft.rows))))
        entry = JournalEntry(
            head=JournalHead((0 if last is None else last.number) + (begun is None), os.urandom(6).hex()),
            after=last,
            at=draft.at,
            what=what,
            rows=tuple([RowChange(id_, now.row(id_), row) for id_, row in draft.rows.items()]),
            undoes=draft.undoes,
            redoes=draft.redoes,
            queries=tuple([QueryChange(name, now.queries.get(name), to) for name, to in draft.queries.items()]),
            origin=draft.origin,
            imported=draft.imported,
        )
        bare = self._file.without_abstracts(now) if now.inline else now
        fresh = bare.with_rows(draft.rows, entry.head)
        if draft.queries:
            queries = {**now.queries, **draft.queries}
            fresh = fresh.with_queries({name: query for name, query in queries.items() if query is not None})
        self._file.abstracts.keep(draft.abstracts)
        self._file.journal.add(entry)
        self._file.replace(fresh)
        step = _step_of(entry, now, fresh)
        return step if begun is None else step.following(begun)


def _step_of(entry: JournalEntry, before: Snapshot, after: Snapshot) -> ChangeSet:
    """The step that consists of `entry`, with the bookmarks of both snapshots, which need not be parsed again."""
    changes = []
    for row in entry.rows:
        old, new = before.lines.get(row.id), after.lines.get(row.id)
        change = Change(row.id, None if old is None else old.mark, None if new is None else new.mark)
        if change.before != change.after:
            changes.append(change)
    return ChangeSet(
        number=entry.head.number,
        at=entry.at,
        what=entry.what,
        changes=tuple(changes),
        undoes=entry.undoes,
        redoes=entry.redoes,
        queries=entry.queries,
        origin=entry.origin,
        imported=entry.imported,
    )


def _changed_rows(now: Snapshot, put: Mapping[str, Bookmark | None]) -> tuple[dict[str, Row | None], dict[str, str]]:
    """The rows that differ from those in `now`, and the abstracts that came with them."""
    rows: dict[str, Row | None] = {}
    abstracts: dict[str, str] = {}
    for id_, mark in put.items():
        line = now.lines.get(id_)
        if mark is None:
            if line is not None:
                rows[id_] = None
            continue
        if not id_ or mark.paper.id != id_:
            raise StoreError("A paper without an id cannot be bookmarked. Fetch it first.")
        if mark.paper.abstract:
            abstracts[id_] = mark.paper.abstract
        bare = mark._replace(paper=mark.paper._replace(abstract=""))
        if line is None:
            rows[id_] = row_of(bare)
        elif bare != line.mark:
            rows[id_] = changed_row(bare_row(line.row), line.mark, bare)
    return rows, abstracts
