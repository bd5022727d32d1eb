"""The papers of the archive that are to be indexed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from papertui.core.paper import Paper
from papertui.store.database import Database
from papertui.store.rows import COLUMNS, paper_of

_COLUMNS = ", ".join(COLUMNS)
#: Papers in one statement; other writers can proceed between two statements.
_PAGE = 4_000
_BATCH = 500


class Standing(NamedTuple):
    """The state of an archive, for comparison with that of the index."""

    #: The random id of this archive file.
    archive: str
    #: The greatest row number ever used.
    row: int
    #: The number of the last change.
    change: int
    #: The number of papers.
    papers: int


class Intake:
    """Reads papers from the archive for the index.

    Every method raises `StoreError` when the archive cannot be read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self) -> Standing:
        """The current state of the archive."""

        def read(connection: sqlite3.Connection) -> Standing:
            return Standing(
                *connection.execute(
                    "SELECT (SELECT value FROM state WHERE key = 'archive'), (SELECT last FROM totals), "
                    "(SELECT ifnull(max(change), 0) FROM changes), (SELECT papers FROM totals)"
                ).fetchone()
            )

        return self._database.read(read)

    def oldest_first(self) -> Iterator[Paper]:
        """All papers, ordered by date."""
        moment, id_ = -(2**63), ""
        while True:

            def read(connection: sqlite3.Connection, after: tuple[int, str] = (moment, id_)) -> list[tuple[Any, ...]]:
                return connection.execute(
                    f"SELECT moment, {_COLUMNS} FROM papers INDEXED BY papers_newest "  # noqa: S608
                    "WHERE (moment, id) > (?, ?) ORDER BY moment, id LIMIT ?",
                    (*after, _PAGE),
                ).fetchall()

            rows = self._database.read(read)
            if not rows:
                return
            for row in rows:
                yield paper_of(row[1:])
            moment, id_ = rows[-1][:2]

    def added(self, row: int, last: int) -> Iterator[Paper]:
        """The papers of the rows after `row`, up to `last`."""
        for start in range(row, last, _PAGE):

            def read(connection: sqlite3.Connection, first: int = start) -> list[tuple[Any, ...]]:
                return connection.execute(
                    f"SELECT {_COLUMNS} FROM papers WHERE row > ? AND row <= ?",  # noqa: S608
                    (first, min(first + _PAGE, last)),
                ).fetchall()

            yield from map(paper_of, self._database.read(read))

    def changed(self, change: int, last: int, row: int) -> list[Paper]:
        """The papers of rows up to `row` that changed after `change`, up to `last`."""

        def read(connection: sqlite3.Connection) -> list[Paper]:
            rows = connection.execute(
                "SELECT DISTINCT paper FROM changes WHERE change > ? AND change <= ? AND paper <= ?",
                (change, last, row),
            )
            return list(_papers(connection, [number for (number,) in rows]))

        return self._database.read(read)

    def gone(self, change: int, last: int) -> list[str]:
        """The ids that were replaced by better ones after `change`, up to `last`."""
        return self._database.read(
            lambda connection: [
                id_
                for (id_,) in connection.execute(
                    "SELECT gone FROM changes WHERE change > ? AND change <= ? AND gone IS NOT NULL", (change, last)
                )
            ]
        )

    def forget_changes(self, change: int) -> None:
        """Delete the records of indexed changes; the last one stays, because numbering continues from it."""
        self._database.write(
            lambda connection: connection.execute(
                "DELETE FROM changes WHERE change <= ? AND change < (SELECT max(change) FROM changes)", (change,)
            )
        )


def _papers(connection: sqlite3.Connection, rows: Sequence[int]) -> Iterator[Paper]:
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        marks = ",".join("?" * len(batch))
        select = f"SELECT {_COLUMNS} FROM papers WHERE row IN ({marks})"  # noqa: S608
        yield from map(paper_of, connection.execute(select, tuple(batch)))
