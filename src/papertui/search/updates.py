"""The papers of the archive, as the search index reads them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from papertui.archive.database import Database
from papertui.archive.rows import COLUMNS, paper_of
from papertui.model.paper import Paper

_COLUMNS = ", ".join(COLUMNS)
#: Papers in one statement; other writers can proceed between two statements.
_PAGE = 1_000
_BATCH = 500


#: Called with the number of indexed papers and their total.
Progress = Callable[[int, int], None]
_Row = tuple[Any, ...]
#: A moment and an id, which order papers by date.
Position = tuple[int, str]
#: Before all papers.
FIRST: Position = (-(2**63), "")


class IndexedUpTo(NamedTuple):
    """The state of an archive, for comparison with that of the index."""

    #: The random id of this archive file.
    archive: str
    #: The greatest row number ever used.
    row: int
    #: The number of the last change.
    change: int
    #: The number of papers.
    papers: int


class IndexUpdates:
    """Reads papers from the archive for the index.

    Every method raises `StoreError` when the archive cannot be read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def is_missing(self) -> bool:
        """Whether the stored papers cannot be read at all, so that there seem to be none."""
        return self._database.is_missing

    def up_to(self) -> IndexedUpTo:
        """The current state of the archive."""

        def read(connection: sqlite3.Connection) -> IndexedUpTo:
            return IndexedUpTo(
                *connection.execute(
                    "SELECT (SELECT value FROM state WHERE key = 'archive'), (SELECT last FROM totals), "
                    "(SELECT ifnull(max(change), 0) FROM changes), (SELECT papers FROM totals)"
                ).fetchone()
            )

        return self._database.read(read)

    def oldest_first(self, last: int, after: Position = FIRST, most: int | None = None) -> Iterator[Paper]:
        """The papers of rows up to `last`, ordered by date.

        Args:
            last: the greatest row number.
            after: where to begin.
            most: the number of papers; ``None`` for all.
        """
        left = most
        while left is None or left > 0:
            count = _PAGE if left is None else min(left, _PAGE)

            def read(connection: sqlite3.Connection, after: Position = after, count: int = count) -> list[_Row]:
                return connection.execute(
                    f"SELECT moment, {_COLUMNS} FROM papers INDEXED BY papers_newest "  # noqa: S608
                    "WHERE (moment, id) > (?, ?) AND +row <= ? ORDER BY moment, id LIMIT ?",
                    (*after, last, count),
                ).fetchall()

            rows = self._database.read(read)
            for row in rows:
                yield paper_of(row[1:])
            if len(rows) < count:
                return
            after = rows[-1][:2]
            left = None if left is None else left - len(rows)

    def positions(self, last: int, every: int) -> list[Position]:
        """Where each part of `every` papers of rows up to `last` begins, ordered by date: after which paper."""

        def read(connection: sqlite3.Connection) -> list[Position]:
            found = [FIRST]
            while row := connection.execute(
                "SELECT moment, id FROM papers INDEXED BY papers_newest "
                "WHERE (moment, id) > (?, ?) AND +row <= ? ORDER BY moment, id LIMIT 1 OFFSET ?",
                (*found[-1], last, every - 1),
            ).fetchone():
                found.append(row)
            return found

        return self._database.read(read)

    @property
    def path(self) -> Path:
        """The archive's file, for other processes."""
        return self._database.path

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
