"""Insert and update papers, and read the whole archive as one sequence."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, overload

from papertui.archive.database import Database
from papertui.archive.history import observe
from papertui.archive.rows import (
    COLUMNS,
    INSERT,
    READ,
    UPDATE,
    StoredPaper,
    known_of,
    number,
    paper_of,
    stamps_of,
    written,
)
from papertui.model.identity import doi_of, is_arxiv, title_number
from papertui.model.merge import account, merge
from papertui.model.ordering import Order
from papertui.model.paper import Paper

# --- inserting ---------------------------------------------------------------------------------------

#: Papers looked up in one statement.
BATCH = 500
_STARTER = ("starter",)
_ANY_MADE = "SELECT 1 FROM papers WHERE (id >= 'doi:' AND id < 'doi;') OR (id >= 'title/' AND id < 'title0') LIMIT 1"


class UpsertResult(NamedTuple):
    """The numbers of papers that were added, changed and unchanged."""

    added: int
    changed: int
    same: int


class PaperUpsert:
    """Merges papers into the table, within one transaction.

    A paper is identified by its id. If one of two records has no arXiv id, they are the same paper if they share a DOI
    or a title (`papertui.model.identity`). The paper then has the better of the two ids, and the other one still leads
    to it.

    Args:
        connection: in a write transaction.
        at: when the papers were fetched, microseconds since 1970 UTC.
    """

    def __init__(self, connection: sqlite3.Connection, at: int) -> None:
        self._connection = connection
        self._at = at
        self._last = self._next = connection.execute("SELECT last FROM totals").fetchone()[0]
        self._changed = self._same = self._merged = 0
        #: The row of each given id, whatever the paper's id is now.
        self.rows: dict[str, int] = {}

    def take(self, papers: Sequence[Paper]) -> UpsertResult:
        """Merge `papers`; returns the numbers of added and changed ones."""
        for start in range(0, len(papers), BATCH):
            self._take(papers[start : start + BATCH])
        added = self._next - self._last
        self._connection.execute("UPDATE totals SET papers = papers + ?, last = ?", (added - self._merged, self._next))
        return UpsertResult(max(0, added - self._merged), self._changed, self._same)

    def _take(self, batch: Sequence[Paper]) -> None:
        before = {known.row: known for known in self._known("id", [paper.id for paper in batch])}
        rows = {known.paper.id: row for row, known in before.items()}
        led = self._led_to([paper.id for paper in batch if paper.id not in rows])
        before |= {known.row: known for known in self._known("row", [row for row in led.values() if row not in before])}
        rows |= led
        links = Links(())
        if self._may_be_alike(batch):
            links = Links(batch)
            before |= {known.row: known for known in self._sharing(links) if known.row not in before}
            for row, known in before.items():
                links.add(row, known.paper)
                rows.setdefault(known.paper.id, row)
        now = dict(before)
        for paper in batch:
            known, others = self._met(paper, rows.get(paper.id), links.alike(paper, now), now)
            now[known.row] = known
            for row in others:
                known = now[known.row] = _one(known, now.pop(row))
                self._absorb(row, known, before.pop(row, None))
                rows = {id_: known.row if place == row else place for id_, place in rows.items()}
            rows[paper.id] = rows[known.paper.id] = known.row
            links.add(known.row, known.paper)
        self._write(before, now)
        for paper in batch:
            row = self.rows[paper.id] = rows[paper.id]
            if paper.sources != _STARTER:
                votes = number(paper.upvotes), number(paper.comments), number(paper.stars)
                observe(self._connection, row, self._at, votes)

    def _met(
        self, paper: Paper, row: int | None, alike: Sequence[int], now: Mapping[int, StoredPaper]
    ) -> tuple[StoredPaper, list[int]]:
        """The stored paper merged with `paper`, and other rows that turn out to be the same paper."""
        arxivs = [other for other in alike if is_arxiv(now[other].paper.id)]
        if row is not None and is_arxiv(now[row].paper.id):
            target: int | None = row
        elif arxivs and not is_arxiv(paper.id):
            # Two arXiv papers with one title: it is unknown which is meant, but the choice is deterministic.
            target = min(arxivs, key=lambda other: now[other].paper.id)
        else:
            target = row if row is not None else next((other for other in alike if other not in arxivs), None)
        others = [other for other in alike if other not in (target, *arxivs)]
        if row is not None and row != target:
            others.append(row)
        new = account(paper, self._at)
        if target is None:
            self._next += 1
            return StoredPaper(self._next, self._at, self._at, new), others
        return _one(now[target], StoredPaper(target, self._at, self._at, new)), others

    def _write(self, before: Mapping[int, StoredPaper], now: Mapping[int, StoredPaper]) -> None:
        """Write what is new. Most responses bring nothing new, and then only the times are updated."""
        connection = self._connection
        touched = [(was, now[row]) for row, was in before.items() if now[row] != was]
        changed = [known for was, known in touched if known.paper != was.paper or known.first_seen != was.first_seen]
        self._changed += len(changed)
        self._same += len(before) - len(changed)
        merged_ids = {known.row: was.paper.id for was, known in touched if known.paper.id != was.paper.id}
        for row, old in merged_ids.items():
            self._rename(old, now[row])
        connection.executemany(INSERT, [written(known) for row, known in now.items() if row not in before])
        connection.executemany(UPDATE, [written(known) for known in changed])
        seen_again = [(known.seen, stamps_of(known), known.row) for _, known in touched if known not in changed]
        connection.executemany("UPDATE papers SET seen = ?, told = ? WHERE row = ?", seen_again)
        notes = [(known.row, merged_ids.get(known.row)) for known in changed]
        connection.executemany("INSERT INTO changes (paper, gone) VALUES (?, ?)", notes)

    def _rename(self, old: str, known: StoredPaper) -> None:
        """Give a paper a better id; the old one leads to it, and its marks and text follow."""
        self._connection.execute("INSERT OR REPLACE INTO other_ids VALUES (?, ?)", (old, known.row))
        self._connection.execute("DELETE FROM other_ids WHERE id = ?", (known.paper.id,))
        for table in ("read_marks", "texts"):
            self._connection.execute(
                f"UPDATE OR IGNORE {table} SET id = ? WHERE id = ?",  # noqa: S608 - fixed names
                (known.paper.id, old),
            )
            self._connection.execute(f"DELETE FROM {table} WHERE id = ?", (old,))  # noqa: S608 - as above

    def _absorb(self, row: int, into: StoredPaper, was: StoredPaper | None) -> None:
        """Delete a row whose paper is the same as that of another row."""
        self._merged += 1
        self.rows = {id_: into.row if place == row else place for id_, place in self.rows.items()}
        if was is None:  # from this batch, not written yet
            return
        connection = self._connection
        twice = "DELETE FROM feed_rows WHERE paper = ? AND feed IN (SELECT feed FROM feed_rows WHERE paper = ?)"
        connection.execute(twice, (row, into.row))
        for table in ("feed_rows", "votes", "other_ids"):
            connection.execute(f"UPDATE OR IGNORE {table} SET paper = ? WHERE paper = ?", (into.row, row))  # noqa: S608
        connection.execute("DELETE FROM votes WHERE paper = ?", (row,))
        connection.execute("DELETE FROM papers WHERE row = ?", (row,))
        connection.execute("INSERT INTO changes (paper, gone) VALUES (?, ?)", (row, was.paper.id))
        if was.paper.id != into.paper.id:
            self._rename(was.paper.id, into)

    # --- lookups -----------------------------------------------------------------------------------

    def _known(self, column: str, values: Sequence[Any]) -> Iterator[StoredPaper]:
        return map(known_of, select(self._connection, READ, column, values))

    def _led_to(self, ids: Sequence[str]) -> dict[str, int]:
        """The rows that old ids lead to."""
        if not any(map(_is_made, ids)):  # only generated ids are ever replaced by better ones
            return {}
        return dict(select(self._connection, "id, paper", "id", ids, table="other_ids"))

    def _may_be_alike(self, batch: Sequence[Paper]) -> bool:
        return any(_is_made(paper.id) for paper in batch) or self._connection.execute(_ANY_MADE).fetchone() is not None

    def _sharing(self, links: Links) -> Iterator[StoredPaper]:
        """The rows that share a title or a DOI."""
        yield from self._known("title_key", links.titles)
        yield from self._known("lower(doi)", links.dois)


class Links:
    """The rows that share a title or a DOI."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        keys = [key for paper in papers for key in _keys(paper)]
        #: Titles and DOIs to look up.
        self.titles = [key for key in dict.fromkeys(keys) if isinstance(key, int)]
        self.dois = [key for key in dict.fromkeys(keys) if isinstance(key, str)]
        self._looks = bool(keys)
        self._rows: dict[int | str, set[int]] = {}

    def add(self, row: int, paper: Paper) -> None:
        """Record the title and the DOI of the paper in `row`."""
        if self._looks:
            for key in _keys(paper):
                self._rows.setdefault(key, set()).add(row)

    def alike(self, paper: Paper, now: Mapping[int, StoredPaper]) -> list[int]:
        """The sorted rows of the same paper; two arXiv ids are always two papers."""
        if not self._looks:
            return []
        rows = {row for key in _keys(paper) for row in self._rows.get(key, ())}
        return sorted(row for row in rows if row in now and not (is_arxiv(paper.id) and is_arxiv(now[row].paper.id)))


def _keys(paper: Paper) -> Iterator[int | str]:
    key = title_number(paper.title)
    if key is not None:
        yield key
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is not None:
        yield doi


def _one(known: StoredPaper, other: StoredPaper) -> StoredPaper:
    """Two rows merged, in the row of the first, with the better id."""
    both = merge(known.account, other.account)
    id_ = min(known.paper.id, other.paper.id, key=lambda id_: (_is_made(id_), id_))
    both = both._replace(paper=both.paper._replace(id=id_))
    return StoredPaper(known.row, min(known.first_seen, other.first_seen), max(known.seen, other.seen), both)


def _is_made(id_: str) -> bool:
    """Whether an id was generated from a DOI or a title. One from a DOI is better, and sorts first."""
    return id_.startswith(("doi:", "title/"))


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


# --- reading the whole archive -----------------------------------------------------------------------

_PAGE = 64
#: Pages kept in memory: about 4,000 papers, some 10 MB.
_PAGES_KEPT = 64
#: Row numbers in one statement.
_BATCH = 500
_COLUMNS = ", ".join(COLUMNS)
#: The ORDER BY clause of each order, forward and backward. All but titles have an index.
SQL_ORDERS: Mapping[Order, tuple[str, str]] = {
    Order.NEWEST: ("moment DESC, id DESC", "moment, id"),
    Order.VOTES: ("upvotes DESC, moment DESC, id DESC", "upvotes, moment, id"),
    Order.STARS: ("stars DESC, moment DESC, id DESC", "stars, moment, id"),
    Order.TITLE: ("title COLLATE NOCASE, id", "title COLLATE NOCASE DESC, id DESC"),
}
#: Stands for a paper that was removed meanwhile.
GONE = Paper(id="", title="This paper is no longer in the archive.")


class ArchiveView(Sequence[Paper]):
    """The papers in the archive when this was created, in one order; papers added later are left out.

    Reading raises `StoreError` when the archive cannot be read. If the archive is deleted meanwhile, a paper without
    an id takes the place of each missing one.

    Args:
        database: the archive's file.
        order: one of `SQL_ORDERS`. By votes or stars, the newest of equals comes first, papers without any at the end.
        length: the number of papers.
        last: the greatest row number among them.
    """

    def __init__(self, database: Database, order: Order, length: int, last: int) -> None:
        self._database = database
        self._forward, self._backward = SQL_ORDERS[order]
        #: Titles have no index, which would slow down large imports, so that order is always loaded in full.
        self._whole = order is Order.TITLE
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
            by_row: dict[int, Paper] = {}
            for first in range(0, len(rows), _BATCH):
                batch = rows[first : first + _BATCH]
                marks = ",".join("?" * len(batch))
                select = f"SELECT row, {_COLUMNS} FROM papers WHERE row IN ({marks})"  # noqa: S608
                for row, *values in connection.execute(select, tuple(batch)):
                    by_row[row] = paper_of(values)
            papers = tuple(by_row.get(row, GONE) for row in rows)
            return papers + (GONE,) * (stop - start - len(papers))

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
