"""The insertion of papers into the archive: one row per paper, whatever its sources and ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from papertui.core.identity import doi_of, is_arxiv, title_number
from papertui.core.merge import account, merge
from papertui.core.paper import Paper
from papertui.store.accounts import INSERT, READ, UPDATE, Known, known_of, told_of, written
from papertui.store.history import observe
from papertui.store.rows import number

#: Papers looked up in one statement.
BATCH = 500
_STARTER = ("starter",)
_ANY_MADE = "SELECT 1 FROM papers WHERE (id >= 'doi:' AND id < 'doi;') OR (id >= 'title/' AND id < 'title0') LIMIT 1"


class Remembered(NamedTuple):
    """The numbers of papers that were added, changed and unchanged."""

    added: int
    changed: int
    same: int


class Remembering:
    """Merges papers into the table, within one transaction.

    A paper is identified by its id. If one of two records has no arXiv id, they are the same paper if they share a DOI
    or a title (`papertui.core.identity`). The paper then has the better of the two ids, and the other one still leads
    to it.

    Args:
        connection: in a write transaction.
        at: when the papers were fetched, microseconds since 1970 UTC.
    """

    def __init__(self, connection: sqlite3.Connection, at: int) -> None:
        self._connection = connection
        self._at = at
        self._last = self._next = connection.execute("SELECT last FROM totals").fetchone()[0]
        self._changed = self._same = self._gone = 0
        #: The row of each given id, whatever the paper's id is now.
        self.rows: dict[str, int] = {}

    def take(self, papers: Sequence[Paper]) -> Remembered:
        """Merge `papers`; returns the numbers of added and changed ones."""
        for start in range(0, len(papers), BATCH):
            self._take(papers[start : start + BATCH])
        added = self._next - self._last
        self._connection.execute("UPDATE totals SET papers = papers + ?, last = ?", (added - self._gone, self._next))
        return Remembered(max(0, added - self._gone), self._changed, self._same)

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
                standing = number(paper.upvotes), number(paper.comments), number(paper.stars)
                observe(self._connection, row, self._at, standing)

    def _met(
        self, paper: Paper, row: int | None, alike: Sequence[int], now: Mapping[int, Known]
    ) -> tuple[Known, list[int]]:
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
            return Known(self._next, self._at, self._at, new), others
        return _one(now[target], Known(target, self._at, self._at, new)), others

    def _write(self, before: Mapping[int, Known], now: Mapping[int, Known]) -> None:
        """Write what is new. Most responses bring nothing new, and then only the times are updated."""
        connection = self._connection
        touched = [(was, now[row]) for row, was in before.items() if now[row] != was]
        changed = [known for was, known in touched if known.paper != was.paper or known.first_seen != was.first_seen]
        self._changed += len(changed)
        self._same += len(before) - len(changed)
        gone = {known.row: was.paper.id for was, known in touched if known.paper.id != was.paper.id}
        for row, old in gone.items():
            self._rename(old, now[row])
        connection.executemany(INSERT, [written(known) for row, known in now.items() if row not in before])
        connection.executemany(UPDATE, [written(known) for known in changed])
        seen_again = [(known.seen, told_of(known), known.row) for _, known in touched if known not in changed]
        connection.executemany("UPDATE papers SET seen = ?, told = ? WHERE row = ?", seen_again)
        notes = [(known.row, gone.get(known.row)) for known in changed]
        connection.executemany("INSERT INTO changes (paper, gone) VALUES (?, ?)", notes)

    def _rename(self, old: str, known: Known) -> None:
        """Give a paper a better id; the old one leads to it, and its marks and text follow."""
        self._connection.execute("INSERT OR REPLACE INTO other_ids VALUES (?, ?)", (old, known.row))
        self._connection.execute("DELETE FROM other_ids WHERE id = ?", (known.paper.id,))
        for table in ("read_marks", "texts"):
            self._connection.execute(
                f"UPDATE OR IGNORE {table} SET id = ? WHERE id = ?",  # noqa: S608 - fixed names
                (known.paper.id, old),
            )
            self._connection.execute(f"DELETE FROM {table} WHERE id = ?", (old,))  # noqa: S608 - as above

    def _absorb(self, row: int, into: Known, was: Known | None) -> None:
        """Delete a row whose paper is the same as that of another row."""
        self._gone += 1
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

    def _known(self, column: str, values: Sequence[Any]) -> Iterator[Known]:
        return map(known_of, select(self._connection, READ, column, values))

    def _led_to(self, ids: Sequence[str]) -> dict[str, int]:
        """The rows that old ids lead to."""
        if not any(map(_is_made, ids)):  # only generated ids are ever replaced by better ones
            return {}
        return dict(select(self._connection, "id, paper", "id", ids, table="other_ids"))

    def _may_be_alike(self, batch: Sequence[Paper]) -> bool:
        return any(_is_made(paper.id) for paper in batch) or self._connection.execute(_ANY_MADE).fetchone() is not None

    def _sharing(self, links: Links) -> Iterator[Known]:
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

    def alike(self, paper: Paper, now: Mapping[int, Known]) -> list[int]:
        """The sorted rows of the same paper; two arXiv ids are always two papers."""
        if not self._looks:
            return []
        found = {row for key in _keys(paper) for row in self._rows.get(key, ())}
        return sorted(row for row in found if row in now and not (is_arxiv(paper.id) and is_arxiv(now[row].paper.id)))


def _keys(paper: Paper) -> Iterator[int | str]:
    key = title_number(paper.title)
    if key is not None:
        yield key
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is not None:
        yield doi


def _one(known: Known, other: Known) -> Known:
    """Two rows merged, in the row of the first, with the better id."""
    both = merge(known.account, other.account)
    id_ = min(known.paper.id, other.paper.id, key=lambda id_: (_is_made(id_), id_))
    both = both._replace(paper=both.paper._replace(id=id_))
    return Known(known.row, min(known.first_seen, other.first_seen), max(known.seen, other.seen), both)


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
