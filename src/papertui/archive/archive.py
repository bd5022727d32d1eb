"""The archive: every paper seen, every feed as it was fetched, and the vote history. It can be deleted at any time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from papertui.archive import feeds, topics
from papertui.archive.accounts import accounts_of, select
from papertui.archive.database import Database
from papertui.archive.feeds import KeptFeed
from papertui.archive.file_rows import PackedRow
from papertui.archive.history import observations, seen_lately
from papertui.archive.papers import ArchiveView, PaperUpsert, UpsertResult
from papertui.archive.rows import COLUMNS, paper_of
from papertui.archive.unsaved import UnsavedPapers
from papertui.archive.versions import keep_replaced_text
from papertui.model.feed import Feed, FeedName, Kind
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.model.reasons import FeedRank
from papertui.model.topic_trends import TopicCounter
from papertui.model.trend import Observation
from papertui.sqlite import micros, moment_of

_COLUMNS = ", ".join(COLUMNS)
#: The title keys of millions of papers are in no order, so that each batch changes pages all over their index.
_LARGE_CACHE = "PRAGMA cache_size = -32768"
_NOTE = "REPLACE INTO state VALUES (?, ?)"


class Archive:
    """The archive in one SQLite file, opened on first use.

    Any number of threads and processes may read and write at once. Every method raises `StoreError` when the file
    cannot be read or written. A damaged file is set aside and a new one is created. On a full or read-only disk reading
    works, as far as the file can be read, and writing raises `UnwritableError`.

    Args:
        path: the file, usually ``archive.db``.
        now: the clock, for the name of a damaged file that is set aside.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = Database(path, now=now)
        #: What was fetched while the file could not be written; the methods below return it like what is stored.
        self.unsaved = UnsavedPapers()

    @property
    def database(self) -> Database:
        """The database, for the search index, which reads it directly."""
        return self._database

    def remember(
        self, papers: Iterable[Paper], at: datetime, *, noting: tuple[str, str] | None = None, origin: str = ""
    ) -> UpsertResult:
        """Merge `papers`, seen at the moment `at`, into the stored ones, and record their votes.

        One transaction, which blocks other writers: pass a large import in batches of about 10,000. Papers that come
        only from the starter feed leave no trace in the vote history, because their votes are old.

        `noting` is a key and a value that are stored in the same transaction, see `note`. `origin` names an import that
        may be taken back, see `withdraw`.
        """
        batch = tuple(papers)
        if not batch and noting is None:
            return UpsertResult(0, 0, 0)

        def work(connection: sqlite3.Connection) -> UpsertResult:
            if noting is not None:
                connection.execute(_NOTE, noting)
            return PaperUpsert(connection, micros(at), origin).take(batch)

        return self._database.write(work)

    def remember_rows(
        self, rows: Sequence[PackedRow], at: datetime, *, noting: tuple[str, str] | None = None
    ) -> UpsertResult:
        """Merge the papers of a large file, as `remember` does, in half the time."""

        def work(connection: sqlite3.Connection) -> UpsertResult:
            connection.execute(_LARGE_CACHE)
            if noting is not None:
                connection.execute(_NOTE, noting)
            return PaperUpsert(connection, micros(at)).take_rows(rows)

        return self._database.write(work)

    def withdraw(self, origins: Sequence[str], back: bool) -> None:  # noqa: FBT001 - in or out
        """Take what imports said out of the papers, so that nothing of it is left, or (`back`) put it in again.

        A paper that only these imports know, and that is in no feed, goes with them.
        """
        wanted = tuple(origins)
        if wanted and os.path.lexists(self._database.path):
            self._database.write(lambda connection: PaperUpsert(connection, 0).withdraw(wanted, back=back))

    def keep_feed(self, feed: Feed) -> KeptFeed:
        """Store `feed` and its papers: the rank, votes, comments, stars and day of each row.

        The last response of each UTC day is kept; it replaces earlier ones of that day.

        Returns:
            The papers that were not in the previous response, without those that only have a new version, and the
            records that were joined.

        Raises:
            ValueError: the feed was never fetched.
        """
        if feed.fetched_at is None:
            raise ValueError("only a fetched feed can be stored")
        fetched_at = feed.fetched_at
        new = self._database.write(lambda connection: feeds.keep(connection, feed, fetched_at))
        self.unsaved.drop_feed(feed.name)
        return new

    def check_feed(self, name: FeedName, at: datetime, notices: tuple[str, ...] = ()) -> None:
        """Record that a feed was requested at `at` and had nothing new."""
        self._database.write(lambda connection: feeds.check(connection, name, at, notices))

    def feed(self, name: FeedName) -> Feed | None:
        """The feed `name` as it was last fetched, ``None`` if it never was.

        The order is that of the source, and where it ranks by votes, so are votes, comments, stars and day; all other
        facts are the best known.
        """
        stored = self._database.read(lambda connection: feeds.read(connection, name))
        return self.unsaved.feed(name) or stored

    def feeds_between(self, name: FeedName, first: date, last: date) -> tuple[Feed, ...]:
        """The feed `name` on each day (UTC) from `first` to `last` on which it was fetched, oldest first."""
        stored = self._database.read(lambda connection: feeds.between(connection, name, first, last))
        return (*stored, *self.unsaved.between(name, first, last))

    def seen_before(self, name: FeedName, day: date) -> frozenset[str]:
        """The ids of the papers that were in the feed `name` on any day (UTC) before `day`."""
        return self._database.read(lambda connection: feeds.seen_before(connection, name, day))

    def latest(self, kind: Kind) -> FeedName | None:
        """The newest day, week or month with stored papers."""
        stored = self._database.read(lambda connection: feeds.latest(connection, kind))
        names = [name for name in (stored, self.unsaved.latest(kind)) if name is not None]
        return max(names, key=lambda name: name.detail, default=None)

    def fetched_at(self, name: FeedName) -> datetime | None:
        """When a feed was last requested; ``None`` if it never was."""
        if (unsaved := self.unsaved.feed(name)) is not None:
            return unsaved.fetched_at
        return self._database.read(lambda connection: feeds.fetched_at(connection, name))

    def standings(self, ids: Iterable[str]) -> dict[str, tuple[FeedRank, ...]]:
        """The feeds that contain each paper, as last fetched."""
        return self._database.read(lambda connection: feeds.standings(connection, ids))

    def unread(self, names: Iterable[FeedName]) -> dict[FeedName, int]:
        """The number of papers in each feed that are not marked read."""
        return self._database.read(lambda connection: feeds.unread(connection, names))

    def unread_papers(self, names: Iterable[FeedName]) -> dict[FeedName, list[Paper]]:
        """The papers that `unread` counts: their ids, titles, authors, keywords and categories."""
        return self._database.read(lambda connection: feeds.unread_papers(connection, names))

    def all_papers(self, order: Order = Order.NEWEST) -> ArchiveView:
        """All papers stored now, as a lazy sequence."""
        length, last = self._database.read(
            lambda connection: connection.execute("SELECT papers, (SELECT max(row) FROM papers) FROM totals").fetchone()
        )
        return ArchiveView(self._database, order, length, last or 0)

    def problem(self) -> str:
        """What SQLite finds wrong with the file; empty if nothing. Reads the whole file."""
        answer: str = self._database.read(lambda connection: connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        return "" if answer == "ok" else f"the file is damaged ({answer}); delete it, and papertui fills a new one"

    def count(self) -> int:
        """The number of stored papers."""
        total: int = self._database.read(
            lambda connection: connection.execute("SELECT papers FROM totals").fetchone()[0]
        )
        return total

    def paper(self, id_: str) -> Paper | None:
        """The stored paper with the id `id_`."""
        return self.papers((id_,)).get(id_)

    def better_ids(self, ids: Iterable[str]) -> dict[str, str]:
        """The current ids of papers that had one of `ids` before, by the old id."""

        def read(connection: sqlite3.Connection) -> dict[str, str]:
            rows = dict(select(connection, "id, paper", "id", list(ids), table="other_ids"))
            now = dict(select(connection, "row, id", "row", list(set(rows.values()))))
            return {id_: now[row] for id_, row in rows.items() if row in now}

        return self._database.read(read)

    def known_ids(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of `ids` that lead to a stored paper."""
        wanted = list(ids)

        def read(connection: sqlite3.Connection) -> frozenset[str]:
            tables = ("papers", "other_ids")
            return frozenset(id_ for table in tables for (id_,) in select(connection, "id", "id", wanted, table=table))

        return self._database.read(read)

    def papers(self, ids: Iterable[str]) -> dict[str, Paper]:
        """The stored papers with `ids`, by the requested id; missing ones are omitted.

        A paper that has a better id by now is also found by its old one.
        """
        wanted = tuple(dict.fromkeys(ids))

        def read(connection: sqlite3.Connection) -> dict[str, Paper]:
            papers = {values[0]: paper_of(values) for values in select(connection, _COLUMNS, "id", wanted)}
            papers |= _by_other_ids(connection, [id_ for id_ in wanted if id_ not in papers])
            return {id_: papers[id_] for id_ in wanted if id_ in papers}

        return {**self.unsaved.papers(wanted), **self._database.read(read)}

    def records(self, ids: Iterable[str]) -> dict[str, tuple[Paper, ...]]:
        """The records that papers are made of, by the requested id; those that are one record alone are left out."""
        wanted = list(ids)

        def read(connection: sqlite3.Connection) -> dict[str, tuple[Paper, ...]]:
            rows = dict(select(connection, "id, row", "id", wanted))
            rows |= dict(select(connection, "id, paper", "id", wanted, table="other_ids"))
            held = accounts_of(connection, sorted(set(rows.values())))
            return {
                id_: tuple(one.known.paper._replace(id=one.id) for one in held[row])
                for id_, row in rows.items()
                if row in held
            }

        return self._database.read(read)

    def made_of_several(self) -> dict[str, Paper]:
        """The papers to which several ids lead, by their ids."""
        rows = self._database.read(
            lambda connection: [row for (row,) in connection.execute("SELECT DISTINCT paper FROM other_ids")]
        )

        def read(connection: sqlite3.Connection) -> dict[str, Paper]:
            return {paper.id: paper for paper in map(paper_of, select(connection, _COLUMNS, "row", rows))}

        return self._database.read(read)

    def separate(self, pairs: Sequence[tuple[Paper, Paper]], at: datetime) -> None:
        """Replace papers that mix facts of two works by each of the two, see `papertui.services.mixed`."""
        self._database.write(lambda connection: PaperUpsert(connection, micros(at)).separate(pairs))

    def votes(self, id_: str) -> tuple[Observation, ...]:
        """The vote history of one paper, oldest first, without observations that equal both neighbours."""
        return self._database.read(lambda connection: observations(connection, [id_])).get(id_, ())

    def histories(self, ids: Iterable[str]) -> dict[str, tuple[Observation, ...]]:
        """The vote histories of papers; those without any are omitted."""
        return self._database.read(lambda connection: observations(connection, list(ids)))

    def histories_lately(self, span: timedelta) -> dict[str, tuple[Observation, ...]]:
        """The vote histories of all papers observed within `span` before the last observation of any."""
        return self._database.read(lambda connection: observations(connection, seen_lately(connection, span)))

    def keep_text(self, id_: str, origin: str, at: datetime, body: bytes, *, earlier: int = 0) -> None:
        """Store the packed full text of a paper, replacing an older one.

        If `earlier` is a version, the older text is kept as that of this version.
        """

        def keep(connection: sqlite3.Connection) -> None:
            if earlier:
                keep_replaced_text(connection, id_, earlier)
            connection.execute("REPLACE INTO texts VALUES (?, ?, ?, ?)", (id_, origin, micros(at), body))

        self._database.write(keep)

    def text(self, id_: str) -> tuple[str, datetime, bytes] | None:
        """The origin of the full text of a paper, when it was fetched, and the packed text."""
        row = self._database.read(
            lambda connection: connection.execute(
                "SELECT origin, fetched, body FROM texts WHERE id = ?", (id_,)
            ).fetchone()
        )
        return None if row is None else (row[0], moment_of(row[1]), row[2])

    def is_text_replaced(self, id_: str) -> bool:
        """Whether a listing fetched after the full text of a paper announced a new version of it."""
        return (
            self._database.read(
                lambda connection: connection.execute(
                    "SELECT 1 FROM texts t JOIN papers p ON p.id = t.id JOIN feed_rows r ON r.paper = p.row "
                    "JOIN feeds f ON f.feed = r.feed "
                    "WHERE t.id = ? AND r.why LIKE 'replace%' AND f.fetched > t.fetched",
                    (id_,),
                ).fetchone()
            )
            is not None
        )

    def texts(self) -> frozenset[str]:
        """The ids of the papers with a stored full text."""
        return self._database.read(
            lambda connection: frozenset(id_ for (id_,) in connection.execute("SELECT id FROM texts"))
        )

    def keep_community(self, id_: str, at: datetime, body: bytes) -> None:
        """Store the packed discussion of a paper and what cites it, replacing an older one."""
        self._database.write(
            lambda connection: connection.execute("REPLACE INTO communities VALUES (?, ?, ?)", (id_, micros(at), body))
        )

    def community(self, id_: str) -> tuple[datetime, bytes] | None:
        """When the discussion of a paper was fetched, and the packed discussion."""
        row = self._database.read(
            lambda connection: connection.execute(
                "SELECT fetched, body FROM communities WHERE id = ?", (id_,)
            ).fetchone()
        )
        return None if row is None else (moment_of(row[0]), row[1])

    def submitted_by(self, user: str) -> tuple[Paper, ...]:
        """The stored papers that a user submitted to the daily papers, newest first."""

        def read(connection: sqlite3.Connection) -> tuple[Paper, ...]:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM papers WHERE submitter = ? ORDER BY moment DESC, id DESC",  # noqa: S608
                (user,),
            )
            return tuple(map(paper_of, rows))

        return self._database.read(read)

    def count_submitted_by(self, user: str) -> int:
        """The number of stored papers that a user submitted to the daily papers."""
        number: int = self._database.read(
            lambda connection: connection.execute(
                "SELECT count(*) FROM papers WHERE submitter = ?", (user,)
            ).fetchone()[0]
        )
        return number

    def read_ids(self) -> frozenset[str]:
        return self._database.read(
            lambda connection: frozenset(id_ for (id_,) in connection.execute("SELECT id FROM read_marks"))
        )

    def mark_read(self, ids: Iterable[str], read: bool, at: datetime) -> None:  # noqa: FBT001 - the mark's value
        marks = [(id_, micros(at)) for id_ in ids]

        def mark(connection: sqlite3.Connection) -> None:
            if read:
                connection.executemany("INSERT OR IGNORE INTO read_marks VALUES (?, ?)", marks)
            else:
                connection.executemany("DELETE FROM read_marks WHERE id = ?", [mark[:1] for mark in marks])

        self._database.write(mark)

    def topics_stamp(self) -> topics.TopicsStamp:
        """Differs when papers were added or changed, so that `topics` may differ."""
        return self._database.read(topics.stamp)

    def topics(self, first: date) -> TopicCounter:
        """The keywords and categories of the papers from the day `first` on."""
        return self._database.read(lambda connection: topics.count_topics(connection, first))

    def read_moments(self, since: datetime) -> list[datetime]:
        """When papers were marked read, from `since` on."""
        return self._database.read(lambda connection: topics.read_moments(connection, since))

    def recall(self, key: str) -> str | None:
        """The value stored under `key` by `note`."""
        row = self._database.read(
            lambda connection: connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        )
        return None if row is None else row[0]

    def note(self, key: str, value: str) -> None:
        """Store a small value, such as the feed that was open last."""
        self._database.write(lambda connection: connection.execute(_NOTE, (key, value)))

    @property
    def unwritable(self) -> str:
        """A message that nothing can be stored, and why; empty as long as that works."""
        return self._database.unwritable

    @property
    def is_missing(self) -> bool:
        """Whether the stored papers cannot be read at all, so that there seem to be none."""
        return self._database.is_missing

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the user, such as that a damaged archive was replaced; each is returned once."""
        return self._database.take_notices()

    def close(self) -> None:
        """Close the connections of all threads; the next use opens the file again."""
        self._database.close()


def _by_other_ids(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, Paper]:
    """The papers that had `ids` before they got better ones."""
    rows = dict(select(connection, "id, paper", "id", ids, table="other_ids"))
    found = select(connection, f"row, {_COLUMNS}", "row", list(set(rows.values())))
    papers = {row: paper_of(facts) for row, *facts in found}
    return {id_: papers[row] for id_, row in rows.items() if row in papers}
