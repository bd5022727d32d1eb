"""The bookmarks, in a TinyDB file that survives kills, concurrent programs and a full disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper
from papertui.core.step import QueryChange, Step, Undone, What, Work
from papertui.core.undoing import reversal, to_redo, to_undo
from papertui.core.wording import plural
from papertui.errors import StoreError
from papertui.store.backups import Backup
from papertui.store.bookmark_rows import Row, abstract_in, bare_row, changed_row, row_of
from papertui.store.files import Files
from papertui.store.journal import Entry, Head, RowChange, steps_of
from papertui.store.layout import Holding
from papertui.store.mending import restored
from papertui.store.upkeep import Known, problems, repair
from papertui.store.vault import Vault

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
        files: Files | None = None,
        patience: float = _LOCK_SECONDS,
    ) -> None:
        self._now = now
        self._vault = Vault(path, backups, now, files, patience)

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

    def steps(self, limit: int | None = None) -> tuple[Step, ...]:
        """The last steps, newest first."""
        steps: list[Step] = []
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

    def change(self, work: Work, what: What, at: datetime, *, joins: Step | None = None) -> Step | None:
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

    def save_queries(self, queries: Mapping[str, str | None], what: str, at: datetime) -> Step | None:
        """Save or delete (``None``) queries by name in one step; returns ``None`` if nothing changed."""
        with self._vault.locked() as held:
            changed = {name: query for name, query in queries.items() if held.queries.get(name) != query}
            return self._made(held, _Draft({}, {}, changed, what, at)) if changed else None

    # --- upkeep ----------------------------------------------------------------------------------

    def backups(self) -> tuple[Backup, ...]:
        """The backups, newest first."""
        with self._vault.reading():
            return self._vault.backups().all()

    def restore(self, name: str, at: datetime) -> Step | None:
        """Bring the library back to the backup `name` in one step; ``None`` if that changes nothing."""
        backup = next((backup for backup in self.backups() if backup.name == name), None)
        if backup is None:
            names = ", ".join(backup.name for backup in self.backups())
            raise StoreError(f"There is no backup “{name}”. {f'Backups: {names}.' if names else 'There are none yet.'}")
        with self._vault.locked() as now:
            then = restored(backup)
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

    def undo(self, at: datetime) -> Undone | None:
        """Undo the last step that is not undone yet; ``None`` if there is none."""
        with self._vault.locked() as held:
            step = to_undo(self._steps(held))
            if step is None:
                return None
            return Undone(step, self._taken_back(held, step, at, undoes=step.number))

    def redo(self, at: datetime) -> Undone | None:
        """Redo the step that was undone last; ``None`` if there is none, or if something was changed since."""
        with self._vault.locked() as held:
            undo = to_redo(self._steps(held))
            if undo is None:
                return None
            again = next((step for step in self._steps(held) if step.number == undo.undoes), undo)
            return Undone(again, self._taken_back(held, undo, at, redoes=undo.undoes))

    def _steps(self, held: Holding) -> Iterator[Step]:
        return steps_of(self._vault.history(held.head))

    def _taken_back(
        self, held: Holding, step: Step, at: datetime, *, undoes: int | None = None, redoes: int | None = None
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

    def _released(self, held: Holding, number: int) -> dict[str, Row]:
        """The rows that a step removed, as they were."""
        rows: dict[str, Row] = {}
        for entry in self._vault.history(held.head):
            if entry.head.number == number:
                rows.update({row.id: row.before for row in entry.rows if row.before is not None and row.after is None})
            elif entry.head.number < number:
                break
        return rows

    def _made(self, held: Holding, draft: _Draft, joins: Step | None = None) -> Step:
        """Make a change durable: first its abstracts, then its journal entry, then the file that names the entry."""
        last = held.head
        goes_on = joins is not None and last is not None and joins.number == last.number
        older = [change.id for change in joins.changes] if goes_on and joins is not None else []
        queries = {**held.queries, **draft.queries}
        entry = Entry(
            head=Head((0 if last is None else last.number) + (not goes_on), os.urandom(6).hex()),
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


def _drafted(held: Holding, put: Mapping[str, Bookmark | None]) -> tuple[dict[str, Row | None], dict[str, str]]:
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


def _row(held: Holding, id_: str) -> Row | None:
    return bare_row(held.slots[id_].row) if id_ in held.slots else None


def _named(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else plural(len(ids), "paper")


def _ids(step: Step | None) -> tuple[str, ...]:
    return () if step is None else tuple(change.id for change in step.changes)
