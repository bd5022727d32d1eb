"""A bookmark file made anew from all that is left: what can be read of it, the newest backup, and the journal.

A backup holds what was there some changes ago, and the journal what those changes were. Both together give the state
that the damaged file had, so that nothing comes back that was released, and nothing is lost that was kept since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from papertui.store.backups import Backup
from papertui.store.bookmark_rows import Row
from papertui.store.journal import Entry, Head, Journal, replayed
from papertui.store.layout import EMPTY, DamagedError, Holding, NewerError, built, holding_of
from papertui.store.salvage import salvage


class Mended(NamedTuple):
    """What a damaged file is replaced by.

    Attributes:
        holding: all that could be recovered.
        found: how many bookmarks could be read in the damaged file itself.
        schema: the schema that the damaged file tells of.
    """

    holding: Holding
    found: int
    schema: int


def mended(data: bytes, backups: Iterable[Backup], journal: Journal) -> Mended:
    """What can be recovered of the file that is `data`.

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
    # A row that was cut has its gaps filled, one that is whole stays as it is.
    found = {id_: {**rows.get(id_, {}), **row} for id_, row in found.items()}
    # Whoever wrote a table that is whole may have released what it lacks, with a program that keeps no journal.
    rows = found if damaged.complete else {**rows, **found}
    tables = {**others, **{name: table for name, table in damaged.others.items() if name != "meta"}}
    holding = built(rows.values(), tables, damaged.head or head)
    if "collections" not in damaged.others:
        holding = holding.with_queries(queries)
    return Mended(holding, len(found), damaged.schema)


def restored(backup: Backup) -> Holding:
    """What a backup holds; what can be salvaged of it, if it is damaged.

    Raises:
        OSError: it cannot be read.
    """
    data = backup.path.read_bytes()
    try:
        return holding_of(data)
    except (DamagedError, NewerError):
        found = salvage(data)
        others = {name: table for name, table in found.others.items() if name != "meta"}
        return built(found.rows, others, found.head)


def _before(backups: Iterable[Backup]) -> tuple[dict[str, Row], Mapping[str, Any], Head | None]:
    """What the newest backup holds that is whole; what can be salvaged from the newest, if none is."""
    texts = []
    for backup in backups:
        texts.append(backup.path.read_bytes())
        try:
            held = holding_of(texts[-1])
        except (DamagedError, NewerError):
            continue
        if held.slots or held.head is not None:
            return {id_: slot.row for id_, slot in held.slots.items()}, held.others, held.head
    spare = salvage(texts[0] if texts else b"")
    others = {name: table for name, table in spare.others.items() if name != "meta"}
    return {row["id"]: row for row in spare.rows}, others, spare.head


def _since(journal: Journal, head: Head | None, last: Head | None) -> list[Entry]:
    """The entries after the one named `head`, the oldest first, up to the one named `last` or the last written.

    None where the journal does not lead from there to `head`: then it tells nothing of that state.
    """
    if last is None:
        newest = next(journal.written(), None)
        last = None if newest is None else newest.head
    entries: list[Entry] = []
    if last == head:
        return entries
    for entry in journal.history(last):
        entries.append(entry)
        if entry.after == head:
            return entries[::-1]
    return []
