"""All papers of the archive as one lazy sequence."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from typing import Literal, overload

from papertui.core.paper import Paper
from papertui.store.database import Database
from papertui.store.rows import COLUMNS, paper_of

Order = Literal["newest", "votes", "stars", "title"]

_PAGE = 64
#: Pages kept in memory: about 4,000 papers, some 10 MB.
_PAGES_KEPT = 64
#: Row numbers in one statement.
_BATCH = 500
_COLUMNS = ", ".join(COLUMNS)
#: The ORDER BY clause of each order, forward and backward. All but titles have an index.
_ORDERS: dict[Order, tuple[str, str]] = {
    "newest": ("moment DESC, id DESC", "moment, id"),
    "votes": ("upvotes DESC, moment DESC, id DESC", "upvotes, moment, id"),
    "stars": ("stars DESC, moment DESC, id DESC", "stars, moment, id"),
    "title": ("title COLLATE NOCASE, id", "title COLLATE NOCASE DESC, id DESC"),
}
_GONE = Paper(id="", title="This paper is no longer in the archive.")


class Everything(Sequence[Paper]):
    """The papers in the archive when this was created, in one order; papers added later are left out.

    Reading raises `StoreError` when the archive cannot be read. If the archive is deleted meanwhile, a paper without
    an id takes the place of each missing one.

    Args:
        database: the archive's file.
        order: ``newest``; ``votes`` or ``stars``, newest first among equals, papers without any at the end; ``title``,
            alphabetical.
        length: the number of papers.
        last: the greatest row number among them.
    """

    def __init__(self, database: Database, order: Order, length: int, last: int) -> None:
        self._database = database
        self._forward, self._backward = _ORDERS[order]
        #: Titles have no index, which would slow down large imports, so that order is always loaded in full.
        self._whole = order == "title"
        self._length = length
        self._last = last
        self._rows: array[int] | None = None
        self._pages: dict[int, tuple[Paper, ...]] = {}

    def load_order(self) -> None:
        """Read the order of all rows, 8 bytes each, so that every page is equally fast to reach afterwards.

        Takes about a second for millions of papers; call it outside the event loop.
        """
        if self._rows is None:
            self._rows = self._database.read(self._read_order)
            self._pages.clear()

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, key: int) -> Paper: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Paper]: ...
    def __getitem__(self, key: int | slice) -> Paper | Sequence[Paper]:
        if isinstance(key, int):
            index = key + self._length if key < 0 else key
            if not 0 <= index < self._length:
                raise IndexError(key)
            return self._page(index // _PAGE)[index % _PAGE]
        places = range(*key.indices(self._length))
        if places.step == 1 and len(places) > 4 * _PAGE:
            return self._span(places.start, places.stop)
        return tuple(self._page(place // _PAGE)[place % _PAGE] for place in places)

    def __iter__(self) -> Iterator[Paper]:
        if self._length > 4 * _PAGE:
            self.load_order()
        for start in range(0, self._length, _BATCH):
            yield from self._span(start, min(start + _BATCH, self._length))

    def _page(self, number: int) -> tuple[Paper, ...]:
        page = self._pages.pop(number, None)
        if page is None:
            start = number * _PAGE
            page = self._span(start, min(start + _PAGE, self._length))
        self._pages[number] = page
        while len(self._pages) > _PAGES_KEPT:
            # The least recently used page comes first.
            self._pages.pop(next(iter(self._pages)), None)
        return page

    def _span(self, start: int, stop: int) -> tuple[Paper, ...]:
        if self._whole:
            self.load_order()

        def read(connection: sqlite3.Connection) -> tuple[Paper, ...]:
            rows = self._rows[start:stop] if self._rows is not None else self._read_rows(connection, start, stop)
            found: dict[int, Paper] = {}
            for first in range(0, len(rows), _BATCH):
                batch = rows[first : first + _BATCH]
                marks = ",".join("?" * len(batch))
                select = f"SELECT row, {_COLUMNS} FROM papers WHERE row IN ({marks})"  # noqa: S608
                for row, *values in connection.execute(select, tuple(batch)):
                    found[row] = paper_of(values)
            papers = tuple(found.get(row, _GONE) for row in rows)
            return papers + (_GONE,) * (stop - start - len(papers))

        return self._database.read(read)

    def _read_rows(self, connection: sqlite3.Connection, start: int, stop: int) -> array[int]:
        # SQLite steps over every skipped row, so start from the nearer end. The plus sign keeps SQLite from
        # choosing the table instead of the index.
        backward = start > self._length // 2
        order = self._backward if backward else self._forward
        skip = self._length - stop if backward else start
        select = f"SELECT row FROM papers WHERE +row <= ? ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608
        rows = [row for (row,) in connection.execute(select, (self._last, stop - start, skip))]
        return array("q", reversed(rows) if backward else rows)

    def _read_order(self, connection: sqlite3.Connection) -> array[int]:
        rows = array("q")
        select = f"SELECT row FROM papers WHERE +row <= ? ORDER BY {self._forward} LIMIT ?"  # noqa: S608
        cursor = connection.execute(select, (self._last, self._length))
        while batch := cursor.fetchmany(10_000):
            rows.extend(row for (row,) in batch)
        return rows
