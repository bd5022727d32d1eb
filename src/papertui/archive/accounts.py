"""The records that a paper of the archive is made of.

Most papers are one record, which comes again and again under one id, and their row is all there is. Where records with
different ids turned out to be one work, or where a record came with an import that may be undone, the table
``accounts`` keeps each of them, and the row of the paper is their merger. So the records can be parted again, and
whether they are one work is decided by all of them (`papertui.model.works`), not by what the merger happens to say.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any, NamedTuple

from papertui.archive.rows import COLUMNS, StoredPaper, known_of, row_of, stamps_of
from papertui.model.identity import doi_of, is_made, title_number
from papertui.model.merge import merge
from papertui.model.works import Facts

#: Values in one statement.
BATCH = 500
_READ = "paper, first_seen, seen, stamps, facts, id, origin"
_WRITE = (
    "REPLACE INTO accounts (id, origin, paper, active, first_seen, seen, stamps, title_key, doi, facts) "
    "VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?)"
)


class Account(NamedTuple):
    """A record: the paper as it was given under one id, by the sources or by one import."""

    id: str
    origin: str  # the import that it came with; empty for the sources
    known: StoredPaper  # in the row that it is part of, or 0

    @property
    def facts(self) -> Facts:
        paper = self.known.paper
        return Facts(paper if paper.id == self.id else paper._replace(id=self.id))


def select(
    connection: sqlite3.Connection, columns: str, key: str, values: Sequence[Any], table: str = "papers"
) -> Iterator[tuple[Any, ...]]:
    """The rows of `table` whose `key` is one of `values`."""
    for start in range(0, len(values), BATCH):
        batch = values[start : start + BATCH]
        marks = ",".join("?" * len(batch))
        yield from connection.execute(
            f"SELECT {columns} FROM {table} WHERE {key} IN ({marks})",  # noqa: S608 - fixed names
            tuple(batch),
        ).fetchall()


def are_any(connection: sqlite3.Connection) -> bool:
    """Whether any paper is made of several records."""
    return connection.execute("SELECT 1 FROM accounts LIMIT 1").fetchone() is not None


def accounts_of(connection: sqlite3.Connection, rows: Sequence[int]) -> dict[int, list[Account]]:
    """The records of the papers in `rows`; papers that are a single record of the same id are left out."""
    found: dict[int, list[Account]] = {}
    for values in select(connection, _READ, "active = 1 AND paper", rows, table="accounts"):
        row, first_seen, seen, stamps, facts, id_, origin = values
        known = known_of((row, first_seen, seen, stamps, *_columns(facts)))
        found.setdefault(row, []).append(Account(id_, origin, known))
    return found


def _columns(facts: str) -> list[Any]:
    """The values of `COLUMNS`; a column that was added after the record was stored is empty."""
    values: list[Any] = json.loads(facts)
    return values + [None] * (len(COLUMNS) - len(values))


def keep(connection: sqlite3.Connection, accounts: Iterable[Account]) -> None:
    """Store records, each with the row that it is part of."""
    connection.executemany(
        _WRITE,
        [
            (
                one.id,
                one.origin,
                one.known.row,
                one.known.first_seen,
                one.known.seen,
                stamps_of(one.known),
                title_number(one.known.paper.title),
                doi_of(one.known.paper.doi) if one.known.paper.doi else None,
                json.dumps(row_of(one.known.paper), ensure_ascii=False, separators=(",", ":")),
            )
            for one in accounts
        ],
    )


def drop(connection: sqlite3.Connection, accounts: Iterable[Account]) -> None:
    """Delete records: what is left of a paper is a single record of the same id."""
    connection.executemany(
        "DELETE FROM accounts WHERE id = ? AND origin = ? AND active = 1", [(one.id, one.origin) for one in accounts]
    )


def united(accounts: Sequence[Account], row: int) -> StoredPaper:
    """The paper that `accounts` are records of, with the best of their ids."""
    both = reduce(merge, [one.known.account for one in sorted(accounts, key=lambda one: (one.id, one.origin))])
    id_ = min((one.id for one in accounts), key=quality)
    return StoredPaper(
        row,
        min(one.known.first_seen for one in accounts),
        max(one.known.seen for one in accounts),
        both._replace(paper=both.paper._replace(id=id_)),
    )


def quality(id_: str) -> tuple[bool, str]:
    """What the best id is the least of: one from a source, then one from a DOI, then one from a title."""
    return is_made(id_), id_
