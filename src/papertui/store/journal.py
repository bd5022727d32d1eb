"""Every change of the library, with what was before it: what undo takes back, and what mends a damaged file.

Each entry has a key of its own and names the one it came after. The bookmark file names its last entry. So the history
is what is reached from there: an entry that was written when the program was killed, before the file that names it, is
no part of it, and after a backup was put back the history is that of the backup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.record import iso, moment_from
from papertui.core.step import Change, QueryChange, Step
from papertui.store.bookmark_rows import Row, bare_mark
from papertui.store.files import Files
from papertui.store.ledger import Ledger, record_of

_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


class Head(NamedTuple):
    """The name of an entry: the number of its step, and a key that no other entry has."""

    number: int
    key: str

    def __str__(self) -> str:
        return f"{self.number}.{self.key}"


class RowChange(NamedTuple):
    """What happened to one row: as it was and as it is, ``None`` where there was or is none."""

    id: str
    before: Row | None
    after: Row | None


class Entry(NamedTuple):
    """One durable change. A step is one entry, or several in a row that bear the same number.

    Attributes:
        head: its name.
        after: the name of the one it came after; ``None`` for the first.
        at: when it was made, UTC.
        what: what was done, in a few words.
        rows: of each row that was changed.
        undoes: the number of the step that was taken back.
        redoes: the number of the step that was made again.
        queries: of each collection that was changed.
    """

    head: Head
    after: Head | None
    at: datetime
    what: str
    rows: tuple[RowChange, ...]
    undoes: int | None = None
    redoes: int | None = None
    queries: tuple[QueryChange, ...] = ()


class Journal:
    """The entries, in a file that only grows. Writers must take turns.

    Args:
        path: the file.
        files: the operating system.
    """

    def __init__(self, path: Path, files: Files) -> None:
        self._ledger = Ledger(path, files)

    def write(self, entry: Entry) -> None:
        """Adds an entry, durably. It is history when the bookmark file names it.

        Raises:
            OSError: it cannot be written.
        """
        self._ledger.write([_record(entry)])

    def history(self, head: Head | None) -> Iterator[Entry]:
        """The entries from the one named `head` back to the first; ends early where one is damaged or missing.

        Raises:
            OSError: the file cannot be read.
        """
        if head is None:
            return
        wanted: Head | None = head
        for entry in self.written():
            if entry.head == wanted:
                yield entry
                wanted = entry.after
                if wanted is None:
                    return

    def written(self) -> Iterator[Entry]:
        """Every sound entry, the one written last first, whether it became history or not.

        Raises:
            OSError: the file cannot be read.
        """
        for line in self._ledger.newest_first():
            if (record := record_of(line.text)) is not None and (entry := _entry(record)) is not None:
                yield entry

    def damaged(self) -> int:
        """How many lines are not as they were written.

        Raises:
            OSError: the file cannot be read.
        """
        return self._ledger.damaged()

    def close_gap(self, head: Head | None) -> int:
        """Leaves nothing but the history that leads to `head`, from behind the last gap in it; returns its length.

        Raises:
            OSError: the file cannot be read or written.
        """
        entries = list(self.history(head))[::-1]
        if entries:
            entries[0] = entries[0]._replace(after=None)
        self._ledger.rewrite(map(_record, entries))
        return len(entries)


def steps_of(entries: Iterable[Entry]) -> Iterator[Step]:
    """The steps that entries make, the newest first as these are."""
    for number, group in groupby(entries, key=lambda entry: entry.head.number):
        newest, *older = group
        rows: dict[str, RowChange] = {}
        queries: dict[str, QueryChange] = {}
        for entry in reversed([newest, *older]):
            for row in entry.rows:
                rows[row.id] = RowChange(row.id, rows[row.id].before if row.id in rows else row.before, row.after)
            for query in entry.queries:
                first = queries.get(query.name, query)
                queries[query.name] = QueryChange(query.name, first.before, query.after)
        changes = (Change(row.id, _mark(row.before), _mark(row.after)) for row in rows.values())
        yield Step(
            number=number,
            at=newest.at,
            what=newest.what,
            changes=tuple(change for change in changes if change.before != change.after),
            undoes=newest.undoes,
            redoes=newest.redoes,
            queries=tuple(query for query in queries.values() if query.before != query.after),
        )


def replayed(rows: dict[str, Row], queries: dict[str, str], oldest_first: Iterable[Entry]) -> None:
    """Makes the changes of `oldest_first` in rows and collections, whatever is there."""
    for entry in oldest_first:
        for change in entry.rows:
            if change.after is None:
                rows.pop(change.id, None)
            else:
                rows[change.id] = change.after
        for query in entry.queries:
            if query.after is None:
                queries.pop(query.name, None)
            else:
                queries[query.name] = query.after


def head_of(text: object) -> Head | None:
    """The head that `text` names, ``None`` when it names none."""
    number, _, key = text.partition(".") if isinstance(text, str) else ("", "", "")
    return Head(int(number), key) if number.isascii() and number.isdigit() and key else None


def _mark(row: Row | None) -> Bookmark | None:
    return None if row is None else bare_mark(row)


def _record(entry: Entry) -> dict[str, Any]:
    return {
        "head": str(entry.head),
        "after": None if entry.after is None else str(entry.after),
        "at": iso(entry.at),
        "what": entry.what,
        "undoes": entry.undoes,
        "redoes": entry.redoes,
        "rows": [_row_record(change) for change in entry.rows],
        "queries": [list(query) for query in entry.queries],
    }


def _row_record(change: RowChange) -> dict[str, Any]:
    before, after = change.before, change.after
    if before is None or after is None:
        return {"id": change.id, "before": before, "after": after}
    # What is the same on both sides is written once.
    was = {name: before.get(name) for name in {**before, **after} if before.get(name) != after.get(name)}
    return {"id": change.id, "after": after, "was": was}


def _row_change(record: dict[str, Any]) -> RowChange:
    after = record["after"]
    before = {**after, **record["was"]} if "was" in record else record["before"]
    return RowChange(record["id"], before, after)


def _entry(record: dict[str, Any]) -> Entry | None:
    """The entry in a record; ``None`` when a newer papertui wrote something else."""
    head = head_of(record.get("head"))
    if head is None:
        return None
    return Entry(
        head=head,
        after=head_of(record["after"]),
        at=moment_from(record["at"]) or _UNKNOWN,
        what=record["what"],
        rows=tuple(map(_row_change, record["rows"])),
        undoes=record["undoes"],
        redoes=record["redoes"],
        queries=tuple(QueryChange(*query) for query in record["queries"]),
    )
