"""Every paper seen, every feed as it was fetched, and how votes grew: the archive, which may be deleted any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from papertui.core.feed import Feed, FeedName, Kind
from papertui.core.merge import merge
from papertui.core.paper import Paper
from papertui.core.trend import Observation
from papertui.store.database import Database
from papertui.store.everything import Everything, Order
from papertui.store.history import observations, observe
from papertui.store.rows import COLUMNS, micros, moment_of, number, paper_of, row_of, sort_moment

#: How many papers are looked up by one statement.
_BATCH = 500
_COLUMNS = ", ".join(COLUMNS)
_WRITTEN = ("row", "first_seen", "seen", "moment", *COLUMNS)
_INSERT = f"INSERT INTO papers ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' * len(_WRITTEN))})"  # noqa: S608
_UPDATE = f"UPDATE papers SET {', '.join(f'{name} = ?' for name in _WRITTEN[1:])} WHERE row = ?"  # noqa: S608
#: The facts a feed keeps as they were when it was fetched.
_AS_FETCHED = frozenset({"upvotes", "comments", "stars", "featured"})
_FEED_COLUMNS = ", ".join(f"{'r' if name in _AS_FETCHED else 'p'}.{name}" for name in COLUMNS)
_STARTER = ("starter",)
_NOTE = "REPLACE INTO state VALUES (?, ?)"


class Remembered(NamedTuple):
    """What came of remembering papers.

    Attributes:
        added: how many were not known before.
        changed: of how many more is known than before.
        same: how many told nothing new.
    """

    added: int
    changed: int
    same: int


class Archive:
    """The archive in one SQLite file, opened at first use.

    Any number of threads and processes may read and write at once. Every method raises `StoreError` with a sentence
    for the reader when the file cannot be read or written. A damaged file is kept aside and a fresh one begun.

    Args:
        path: the file, usually ``archive.db``.
        now: tells the time for the name a damaged file is kept under.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = Database(path, now=now)

    @property
    def database(self) -> Database:
        """The file itself, for the search index, which reads it in its own way."""
        return self._database

    def remember(self, papers: Iterable[Paper], at: datetime, *, noting: tuple[str, str] | None = None) -> Remembered:
        """Merges `papers`, seen at the moment `at`, into what is known of them, and notes their votes.

        One transaction, during which nobody else can write: give a large import in batches of some 10,000.
        Papers that come from the starter feed alone leave no trace in the vote history, since theirs are old.

        `noting` is noted in the same transaction, see `note`.
        """
        batch = tuple(papers)
        if not batch and noting is None:
            return Remembered(0, 0, 0)

        def work(connection: sqlite3.Connection) -> Remembered:
            if noting is not None:
                connection.execute(_NOTE, noting)
            return _remember(connection, batch, micros(at))[1]

        return self._database.write(work)

    def keep_feed(self, feed: Feed) -> None:
        """Remembers the papers of `feed` and the feed itself: rank, votes, comments, stars and day of each row.

        The last answer of each UTC day is kept, an earlier one of that day is replaced.

        Raises:
            ValueError: the feed was never fetched.
        """
        if feed.fetched_at is None:
            raise ValueError("only a feed that was fetched can be kept")
        ranked: dict[str, Paper] = {}
        for paper in feed.papers:
            ranked.setdefault(paper.id, paper)
        papers = tuple(ranked.values())
        fetched, day = micros(feed.fetched_at), feed.fetched_at.astimezone(UTC).date().isoformat()

        def keep(connection: sqlite3.Connection) -> None:
            rows, _ = _remember(connection, papers, fetched)
            key = feed.name.kind, feed.name.detail, day
            stored = connection.execute(
                "SELECT feed, fetched FROM feeds WHERE kind = ? AND detail = ? AND day = ?", key
            ).fetchone()
            if stored is not None:
                if stored[1] > fetched:
                    return
                connection.execute("DELETE FROM feed_rows WHERE feed = ?", stored[:1])
                connection.execute("DELETE FROM feeds WHERE feed = ?", stored[:1])
            number_of_feed = connection.execute(
                "INSERT INTO feeds (kind, detail, day, fetched, origin, size) VALUES (?, ?, ?, ?, ?, ?)",
                (*key, fetched, feed.origin, len(papers)),
            ).lastrowid
            connection.executemany(
                "INSERT INTO feed_rows VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        number_of_feed,
                        rank,
                        rows[paper.id],
                        number(paper.upvotes),
                        number(paper.comments),
                        number(paper.stars),
                        None if paper.featured is None else paper.featured.isoformat(),
                    )
                    for rank, paper in enumerate(papers)
                ),
            )

        self._database.write(keep)

    def feed(self, name: FeedName) -> Feed | None:
        """The feed `name` as it was last fetched, ``None`` if it never was.

        Order, votes, comments, stars and day are those the source told then; all other facts are the best known.
        """

        def read(connection: sqlite3.Connection) -> Feed | None:
            stored = connection.execute(
                "SELECT feed, fetched, origin FROM feeds WHERE kind = ? AND detail = ? ORDER BY fetched DESC LIMIT 1",
                (name.kind, name.detail),
            ).fetchone()
            if stored is None:
                return None
            rows = connection.execute(
                f"SELECT {_FEED_COLUMNS} FROM feed_rows r JOIN papers p ON p.row = r.paper "  # noqa: S608
                "WHERE r.feed = ? ORDER BY r.rank",
                stored[:1],
            )
            return Feed(name, tuple(map(paper_of, rows)), moment_of(stored[1]), stored[2])

        return self._database.read(read)

    def latest(self, kind: Kind) -> FeedName | None:
        """The newest day, week or month of which papers are stored."""

        def read(connection: sqlite3.Connection) -> FeedName | None:
            # Beside max(), SQLite takes the other columns from the row that holds the greatest value.
            stored = connection.execute(
                "SELECT detail, size, max(fetched) FROM feeds WHERE kind = ? AND detail <> '' "
                "GROUP BY detail ORDER BY detail DESC",
                (kind,),
            )
            return next((FeedName(kind, detail) for detail, size, _ in stored if size), None)

        return self._database.read(read)

    def everything(self, order: Order = "newest") -> Everything:
        """All papers stored at this moment, read as they are looked at."""
        length, last = self._database.read(
            lambda connection: connection.execute("SELECT papers, (SELECT max(row) FROM papers) FROM totals").fetchone()
        )
        return Everything(self._database, order, length, last or 0)

    def count(self) -> int:
        """How many papers are stored."""
        total: int = self._database.read(
            lambda connection: connection.execute("SELECT papers FROM totals").fetchone()[0]
        )
        return total

    def paper(self, id_: str) -> Paper | None:
        """What is known of one paper."""
        return self.papers((id_,)).get(id_)

    def papers(self, ids: Iterable[str]) -> dict[str, Paper]:
        """What is known of the papers with `ids`; those that are not stored are left out."""
        asked = tuple(dict.fromkeys(ids))

        def read(connection: sqlite3.Connection) -> dict[str, Paper]:
            found = {values[0]: paper_of(values) for values in _select(connection, _COLUMNS, asked)}
            return {id_: found[id_] for id_ in asked if id_ in found}

        return self._database.read(read)

    def ids_titled(self, titles: Iterable[str]) -> dict[str, str]:
        """The ids of papers by their titles, large and small letters being the same; reads all titles to find them."""
        asked = tuple(dict.fromkeys(titles))

        def read(connection: sqlite3.Connection) -> dict[str, str]:
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS asked (title TEXT PRIMARY KEY COLLATE NOCASE)")
            connection.execute("DELETE FROM asked")
            connection.executemany("INSERT OR IGNORE INTO asked VALUES (?)", [(title,) for title in asked])
            return dict(
                connection.execute(
                    "SELECT asked.title, id FROM papers JOIN asked ON papers.title = asked.title COLLATE NOCASE"
                ).fetchall()
            )

        found = self._database.read(read)
        by_title = {title.casefold(): id_ for title, id_ in found.items()}
        return {title: by_title[title.casefold()] for title in asked if title.casefold() in by_title}

    def votes(self, id_: str) -> tuple[Observation, ...]:
        """How one paper's votes grew, the oldest observation first; unchanged ones between two others are left out."""
        return self._database.read(lambda connection: observations(connection, id_))

    def read_ids(self) -> frozenset[str]:
        """The ids of all papers marked as read."""
        return self._database.read(
            lambda connection: frozenset(id_ for (id_,) in connection.execute("SELECT id FROM read_marks"))
        )

    def mark_read(self, ids: Iterable[str], read: bool, at: datetime) -> None:  # noqa: FBT001 - the mark's value
        """Marks papers as read or as unread."""
        marks = [(id_, micros(at)) for id_ in ids]

        def mark(connection: sqlite3.Connection) -> None:
            if read:
                connection.executemany("INSERT OR IGNORE INTO read_marks VALUES (?, ?)", marks)
            else:
                connection.executemany("DELETE FROM read_marks WHERE id = ?", [mark[:1] for mark in marks])

        self._database.write(mark)

    def recall(self, key: str) -> str | None:
        """What was last noted under `key`."""
        found = self._database.read(
            lambda connection: connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        )
        return None if found is None else found[0]

    def note(self, key: str, value: str) -> None:
        """Keeps a small thing, such as the feed that was open last."""
        self._database.write(lambda connection: connection.execute(_NOTE, (key, value)))

    def take_notices(self) -> tuple[str, ...]:
        """Sentences the reader must be told (a damaged archive, say), each given once."""
        return self._database.take_notices()

    def close(self) -> None:
        """Closes the file for all threads; a later use opens it again."""
        self._database.close()


def _select(connection: sqlite3.Connection, columns: str, ids: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        marks = ",".join("?" * len(batch))
        yield from connection.execute(f"SELECT {columns} FROM papers WHERE id IN ({marks})", tuple(batch))  # noqa: S608


def _remember(connection: sqlite3.Connection, papers: Sequence[Paper], at: int) -> tuple[dict[str, int], Remembered]:
    """Merges `papers` into the table; returns the row of each, and what came of it."""
    rows: dict[str, int] = {}
    last = connection.execute("SELECT max(row) FROM papers").fetchone()[0] or 0
    added, changes, same = last, 0, 0
    for start in range(0, len(papers), _BATCH):
        batch = papers[start : start + _BATCH]
        # For each paper: its row, when it was first and last seen, and what is known of it.
        known = {
            values[0]: (row, first_seen, seen, paper_of(values))
            for row, first_seen, seen, *values in _select(
                connection, f"row, first_seen, seen, {_COLUMNS}", [paper.id for paper in batch]
            )
        }
        before = dict(known)
        for paper in batch:
            if paper.id in known:
                row, first_seen, seen, old = known[paper.id]
                both = merge(old, paper, newer=at >= seen)
                known[paper.id] = row, min(first_seen, at), max(seen, at), both
            else:
                added += 1
                known[paper.id] = added, at, at, paper
        fresh = [_written(*facts) for id_, facts in known.items() if id_ not in before]
        told = [(before[id_], facts) for id_, facts in known.items() if id_ in before]
        # Most answers tell nothing new, and then only the moment is noted.
        changed = [_written(*facts) for was, facts in told if facts[3] != was[3] or facts[1] != was[1]]
        changes += len(changed)
        same += len(told) - len(changed)
        seen_again = [(facts[2], facts[0]) for was, facts in told if facts[2] != was[2]]
        connection.executemany(_INSERT, fresh)
        connection.executemany(_UPDATE, [(*values, row) for row, *values in changed])
        connection.executemany("INSERT INTO changes (paper) VALUES (?)", [values[:1] for values in changed])
        connection.executemany("UPDATE papers SET seen = ? WHERE row = ?", seen_again)
        for paper in batch:
            row = rows[paper.id] = known[paper.id][0]
            if paper.sources != _STARTER:
                observe(connection, row, at, (number(paper.upvotes), number(paper.comments), number(paper.stars)))
    connection.execute("UPDATE totals SET papers = papers + ?", (added - last,))
    return rows, Remembered(added - last, changes, same)


def _written(row: int, first_seen: int, seen: int, paper: Paper) -> tuple[Any, ...]:
    return row, first_seen, seen, sort_moment(paper, first_seen), *row_of(paper)
