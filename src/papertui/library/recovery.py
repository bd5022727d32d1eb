"""The recovery of a bookmark file from what can be read of it, the newest backup, and the journal.

A backup holds an earlier state, and the journal the changes since. Together they give the state of the damaged file, so
that no removed bookmark returns and no new one is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from papertui.library.backups import Backup
from papertui.library.bookmark_file import (
    EMPTY,
    DamagedLibraryError,
    NewerSchemaError,
    Snapshot,
    built,
    holding_of,
    salvage,
)
from papertui.library.journal import Journal, JournalEntry, JournalHead, replayed
from papertui.library.rows import Row


class RecoveryResult(NamedTuple):
    """The replacement of a damaged file."""

    #: Everything that could be recovered.
    holding: Snapshot
    #: The number of bookmarks that could be read in the damaged file.
    found: int
    #: The schema number in the damaged file.
    schema: int


def recover(data: bytes, backups: Iterable[Backup], journal: Journal) -> RecoveryResult:
    """What can be recovered of the file with the contents `data`.

    Raises:
        OSError: backups or journal cannot be read.
    """
    damaged = salvage(data)
    rows, others, head = _before(backups)
    queries = EMPTY._replace(others=others).queries
    since = _since(journal, head, damaged.head)
    replayed(rows, queries, since)
    head = since[-1].head if since else head
    found = {row["id"]: row for row in damaged.rows}
    # An incomplete row has its gaps filled; a complete one stays as it is.
    found = {id_: {**rows.get(id_, {}), **row} for id_, row in found.items()}
    # In a complete table a missing bookmark may have been removed by a program that writes no journal.
    rows = found if damaged.complete else {**rows, **found}
    tables = {**others, **{name: table for name, table in damaged.others.items() if name != "meta"}}
    holding = built(rows.values(), tables, damaged.head or head)
    if "collections" not in damaged.others:
        holding = holding.with_queries(queries)
    return RecoveryResult(holding, len(found), damaged.schema)


def restore(backup: Backup) -> Snapshot:
    """The contents of a backup, or what can be salvaged of a damaged one.

    Raises:
        OSError: it cannot be read.
    """
    data = backup.path.read_bytes()
    try:
        return holding_of(data)
    except (DamagedLibraryError, NewerSchemaError):
        found = salvage(data)
        others = {name: table for name, table in found.others.items() if name != "meta"}
        return built(found.rows, others, found.head)


def _before(backups: Iterable[Backup]) -> tuple[dict[str, Row], Mapping[str, Any], JournalHead | None]:
    """The contents of the newest intact backup, or what can be salvaged of the newest if none is intact."""
    texts = []
    for backup in backups:
        texts.append(backup.path.read_bytes())
        try:
            held = holding_of(texts[-1])
        except (DamagedLibraryError, NewerSchemaError):
            continue
        if held.slots or held.head is not None:
            return {id_: slot.row for id_, slot in held.slots.items()}, held.others, held.head
    spare = salvage(texts[0] if texts else b"")
    others = {name: table for name, table in spare.others.items() if name != "meta"}
    return {row["id"]: row for row in spare.rows}, others, spare.head


def _since(journal: Journal, head: JournalHead | None, last: JournalHead | None) -> list[JournalEntry]:
    """The entries after the one named `head`, oldest first, up to the one named `last` or the last written.

    Empty if the journal does not lead from there back to `head`, because then it does not describe that state.
    """
    if last is None:
        newest = next(journal.written(), None)
        last = None if newest is None else newest.head
    entries: list[JournalEntry] = []
    if last == head:
        return entries
    for entry in journal.history(last):
        entries.append(entry)
        if entry.after == head:
            return entries[::-1]
    return []
