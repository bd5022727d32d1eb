"""The journal of all changes to the library. It serves undo and the recovery of a damaged file.

Each entry has a unique key and names its predecessor, and the bookmark file names its last entry. The history is what
can be reached from there. An entry that was written just before the program was killed, and that the file does not
name, is not part of it; after a backup is restored, the history is that of the backup.
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
from papertui.store.lines import LineFile, record_of

_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


class Head(NamedTuple):
    """The name of an entry: the number of its step, and a unique key."""

    number: int
    key: str

    def __str__(self) -> str:
        return f"{self.number}.{self.key}"


class RowChange(NamedTuple):
    """The change of one row, before and after; ``None`` where it does not exist."""

    id: str
    before: Row | None
    after: Row | None


class Entry(NamedTuple):
    """One durable change. A step is one entry, or several consecutive ones with the same number."""

    head: Head
    #: The name of its predecessor; ``None`` for the first entry.
    after: Head | None
    #: The time of the change, UTC.
    at: datetime
    #: A short description of the step.
    what: str
    rows: tuple[RowChange, ...]
    #: The number of the step that was undone.
    undoes: int | None = None
    #: The number of the step that was redone.
    redoes: int | None = None
    queries: tuple[QueryChange, ...] = ()


class Journal:
    """The entries, in an append-only file. Writers need the library's lock.

    Args:
        path: the file.
        files: the operating system calls.
    """

    def __init__(self, path: Path, files: Files) -> None:
        self._lines = LineFile(path, files)

    def write(self, entry: Entry) -> None:
        """Append an entry, durably. It becomes history when the bookmark file names it.

        Raises:
            OSError: it cannot be written.
        """
        self._lines.write([_record(entry)])

    def history(self, head: Head | None) -> Iterator[Entry]:
        """The entries from the one named `head` back to the first; ends early at a damaged or missing one.

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
        """Every intact entry, last written first, whether it became history or not.

        Raises:
            OSError: the file cannot be read.
        """
        for line in self._lines.newest_first():
            if (record := record_of(line.text)) is not None and (entry := _entry(record)) is not None:
                yield entry

    def damaged(self) -> int:
        """The number of damaged lines.

        Raises:
            OSError: the file cannot be read.
        """
        return self._lines.damaged()

    def close_gap(self, head: Head | None) -> int:
        """Reduce the file to the history of `head` after its last gap; returns the number of entries.

        Raises:
            OSError: the file cannot be read or written.
        """
        entries = list(self.history(head))[::-1]
        if entries:
            entries[0] = entries[0]._replace(after=None)
        self._lines.rewrite(map(_record, entries))
        return len(entries)


def steps_of(entries: Iterable[Entry]) -> Iterator[Step]:
    """The steps made of `entries`; both are newest first."""
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
    """Apply the changes of `oldest_first` to rows and saved queries, whatever their state."""
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
    """The head that `text` names; ``None`` if it names none."""
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
    # Equal fields are written once.
    was = {name: before.get(name) for name in {**before, **after} if before.get(name) != after.get(name)}
    return {"id": change.id, "after": after, "was": was}


def _row_change(record: dict[str, Any]) -> RowChange:
    after = record["after"]
    before = {**after, **record["was"]} if "was" in record else record["before"]
    return RowChange(record["id"], before, after)


def _entry(record: dict[str, Any]) -> Entry | None:
    """The entry in a record; ``None`` if a newer papertui wrote something else."""
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
