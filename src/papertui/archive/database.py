"""The archive's SQLite file, which may vanish, break or be shared at any time, and its tables."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from papertui.archive.read_only import ReadOnlyArchive, StaleArchiveError
from papertui.errors import StoreError, UnwritableError
from papertui.files import free_name_for_damaged, make_private, unwritable_notice, why_unwritable
from papertui.model.identity import title_number
from papertui.sqlite import BUSY_SECONDS, Begin, NewerFileError, SqliteFile, Step, is_damage, transaction

#: The tables and their migrations. Moments are microseconds since 1970 UTC, days are ISO dates, and lists are JSON
#: text, or ``NULL`` when empty.
STEPS: tuple[Step, ...] = (
    (
        # The columns follow the fields of `Paper`. `moment` is the date of the order "newest": published, else
        # featured, else first seen. `seen` decides which of two records of a paper is the later one.
        """
        CREATE TABLE papers (
            row INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            moment INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            published INTEGER,
            featured TEXT,
            upvotes INTEGER,
            comments INTEGER,
            stars INTEGER,
            models INTEGER,
            datasets INTEGER,
            spaces INTEGER,
            authors TEXT,
            keywords TEXT,
            categories TEXT,
            sources TEXT,
            media TEXT,
            github TEXT,
            project TEXT,
            organization TEXT,
            url TEXT,
            pdf TEXT,
            thumbnail TEXT,
            doi TEXT,
            journal_ref TEXT,
            submitter TEXT,
            tldr TEXT,
            abstract TEXT NOT NULL
        )
        """,
        "CREATE INDEX papers_newest ON papers (moment, id)",
        "CREATE INDEX papers_votes ON papers (upvotes, moment, id)",
        "CREATE INDEX papers_stars ON papers (stars, moment, id)",
        # The number of rows in `papers`: counting 2.8 million of them takes too long.
        "CREATE TABLE totals (papers INTEGER NOT NULL)",
        "INSERT INTO totals VALUES (0)",
        # One row for each period without a change.
        """
        CREATE TABLE votes (
            paper INTEGER NOT NULL REFERENCES papers,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            upvotes INTEGER,
            comments INTEGER,
            stars INTEGER,
            PRIMARY KEY (paper, first)
        ) WITHOUT ROWID
        """,
        # A feed as fetched: the last response of each UTC day.
        """
        CREATE TABLE feeds (
            feed INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            detail TEXT NOT NULL,
            day TEXT NOT NULL,
            fetched INTEGER NOT NULL,
            origin TEXT NOT NULL,
            size INTEGER NOT NULL,
            UNIQUE (kind, detail, day)
        )
        """,
        """
        CREATE TABLE feed_rows (
            feed INTEGER NOT NULL REFERENCES feeds,
            rank INTEGER NOT NULL,
            paper INTEGER NOT NULL REFERENCES papers,
            upvotes INTEGER,
            comments INTEGER,
            stars INTEGER,
            featured TEXT,
            PRIMARY KEY (feed, rank)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE read_marks (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    ),
    (
        # The rows that changed after they were added, for the search index, which reads everything after its last
        # change. AUTOINCREMENT prevents the reuse of a number.
        "CREATE TABLE changes (change INTEGER PRIMARY KEY AUTOINCREMENT, paper INTEGER NOT NULL REFERENCES papers)",
        # Lets an index distinguish this archive from one that was created later.
        "INSERT INTO state VALUES ('archive', lower(hex(randomblob(8))))",
    ),
    (
        # The sources and times of the facts of a paper, if they differ: see `papertui.archive.rows`.
        "ALTER TABLE papers ADD COLUMN told TEXT",
        # Equal for papers with the same title; `Database` defines the function `title_key`.
        "ALTER TABLE papers ADD COLUMN title_key INTEGER",
        "UPDATE papers SET title_key = title_key(title)",
        "CREATE INDEX papers_title ON papers (title_key) WHERE title_key IS NOT NULL",
        "CREATE INDEX papers_doi ON papers (lower(doi)) WHERE doi IS NOT NULL",
        # The greatest row number ever used: numbers of deleted rows are not reused.
        "ALTER TABLE totals ADD COLUMN last INTEGER NOT NULL DEFAULT 0",
        "UPDATE totals SET last = (SELECT ifnull(max(row), 0) FROM papers)",
        # Earlier ids of papers that have a better one now.
        "CREATE TABLE other_ids (id TEXT PRIMARY KEY, paper INTEGER NOT NULL REFERENCES papers) WITHOUT ROWID",
        # The id that a change replaced.
        "ALTER TABLE changes ADD COLUMN gone TEXT",
        # Why a paper is in a feed, such as how it was announced.
        "ALTER TABLE feed_rows ADD COLUMN why TEXT",
        "CREATE INDEX feed_rows_paper ON feed_rows (paper)",
        # When the source last had nothing newer, and its notices, as a JSON list of sentences.
        "ALTER TABLE feeds ADD COLUMN notices TEXT",
        "ALTER TABLE feeds ADD COLUMN checked INTEGER",
        # The full text of a paper, as packed JSON.
        """
        CREATE TABLE texts (
            id TEXT PRIMARY KEY,
            origin TEXT NOT NULL,
            fetched INTEGER NOT NULL,
            body BLOB NOT NULL
        )
        """,
    ),
    (
        # How much of the date of publication is known: ``year`` or ``month``; all of it if NULL.
        "ALTER TABLE papers ADD COLUMN precision TEXT",
    ),
    (
        # Ids of the old style lose their subject class: math.GT/0309136 becomes math/0309136, which arXiv calls the
        # same paper. The former id leads to the paper, like that of a paper that got a better one.
        """
        CREATE TEMP TABLE respelt AS
        SELECT row AS old, id, substr(id, 1, instr(id, '.') - 1) || substr(id, instr(id, '/')) AS spelt FROM papers
        WHERE id > ':' AND id GLOB '[a-z]*.[A-Za-z][A-Za-z]/[0-9][0-9][0-9][0-9][0-9][0-9][0-9]' AND instr(id, ':') = 0
        """,
        "ALTER TABLE respelt ADD COLUMN target",
        """
        UPDATE respelt SET target = coalesce(
            (SELECT papers.row FROM papers WHERE papers.id = respelt.spelt),
            (SELECT min(other.old) FROM respelt AS other WHERE other.spelt = respelt.spelt)
        )
        """,
        "INSERT OR REPLACE INTO other_ids SELECT id, target FROM respelt",
        "INSERT INTO changes (paper, gone) SELECT old, id FROM respelt",
        *(
            f"UPDATE OR IGNORE {table} SET paper = (SELECT target FROM respelt WHERE old = paper) "  # noqa: S608 - constants
            "WHERE paper IN (SELECT old FROM respelt)"
            for table in ("feed_rows", "votes", "other_ids")
        ),
        "DELETE FROM votes WHERE paper IN (SELECT old FROM respelt WHERE old != target)",
        "DELETE FROM papers WHERE row IN (SELECT old FROM respelt WHERE old != target)",
        "UPDATE totals SET papers = (SELECT count(*) FROM papers) WHERE EXISTS (SELECT 1 FROM respelt)",
        "UPDATE papers SET id = (SELECT spelt FROM respelt WHERE old = row) WHERE row IN (SELECT old FROM respelt)",
        *(
            statement
            for table in ("read_marks", "texts")
            for statement in (
                f"""
                UPDATE OR IGNORE {table} SET id = (SELECT spelt FROM respelt WHERE respelt.id = {table}.id)
                WHERE id IN (SELECT id FROM respelt)
                """,  # noqa: S608 - constants
                f"DELETE FROM {table} WHERE id IN (SELECT id FROM respelt)",  # noqa: S608 - constants
            )
        ),
        "DROP TABLE respelt",
    ),
    (
        # The records that a paper is made of, unless it is a single record of the same id: see
        # `papertui.archive.accounts`. They make it possible to part what was joined.
        """
        CREATE TABLE accounts (
            id TEXT NOT NULL,
            origin TEXT NOT NULL,
            paper INTEGER NOT NULL REFERENCES papers,
            active INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            stamps TEXT,
            title_key INTEGER,
            doi TEXT,
            facts TEXT NOT NULL,
            PRIMARY KEY (id, origin)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX accounts_paper ON accounts (paper)",
        "CREATE INDEX accounts_origin ON accounts (origin) WHERE origin <> ''",
        "CREATE INDEX accounts_title ON accounts (title_key) WHERE title_key IS NOT NULL",
        "CREATE INDEX accounts_doi ON accounts (doi) WHERE doi IS NOT NULL",
        # Titles are folded more thoroughly than before: with these letters, their keys differ.
        """
        UPDATE papers SET title_key = title_key(title)
        WHERE title GLOB '*[&ŁłØøıȷÆæŒœĐđÐðÞþͰ-Ͽ𝚨-𝟋]*' AND title_key IS NOT NULL
        """,
    ),
    (
        # When the reader used papertui, and at which visit a paper was on the screen first: see
        # `papertui.archive.visits`.
        "CREATE TABLE visits (visit INTEGER PRIMARY KEY, started INTEGER NOT NULL, last INTEGER NOT NULL)",
        "CREATE TABLE seen (id TEXT PRIMARY KEY, visit INTEGER NOT NULL) WITHOUT ROWID",
        # The feeds that the reader has had; of calendar feeds the kind alone.
        "CREATE TABLE known_feeds (kind TEXT, detail TEXT, PRIMARY KEY (kind, detail)) WITHOUT ROWID",
        # Where the reader is in lists and pages, as JSON.
        "CREATE TABLE places (key TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
        "DELETE FROM state WHERE key GLOB 'looked at *'",
    ),
    (
        # The discussion of a paper and what cites it, as packed JSON: see `papertui.model.community`.
        "CREATE TABLE communities (id TEXT PRIMARY KEY, fetched INTEGER NOT NULL, body BLOB NOT NULL)",
        "CREATE INDEX papers_submitter ON papers (submitter) WHERE submitter IS NOT NULL",
    ),
    (
        # What the reader said about papers, see `papertui.archive.opinions`: `up` is 1 or 0.
        "CREATE TABLE thumbs (id TEXT PRIMARY KEY, up INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID",
    ),
    (
        # Versions of kept papers, what is new about them, and their earlier texts: see `papertui.archive.versions`.
        # `first` is when a version was seen first; `done` whether a publication is in the library.
        """
        CREATE TABLE versions (
            id TEXT NOT NULL,
            number INTEGER NOT NULL,
            first INTEGER NOT NULL,
            updated INTEGER,
            abstract TEXT NOT NULL,
            withdrawn TEXT NOT NULL,
            PRIMARY KEY (id, number)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE news (
            id TEXT NOT NULL,
            kind TEXT NOT NULL,
            version INTEGER NOT NULL,
            before INTEGER NOT NULL,
            words TEXT NOT NULL,
            doi TEXT NOT NULL,
            journal_ref TEXT NOT NULL,
            found INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            done INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (id, kind, version, doi, journal_ref)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE version_texts (
            id TEXT NOT NULL,
            number INTEGER NOT NULL,
            origin TEXT NOT NULL,
            fetched INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (id, number)
        )
        """,
    ),
    (
        # Which papers match what the reader follows, and news of kept papers: see `papertui.archive.alerts`. `new` is 1
        # until the reader looked at it.
        """
        CREATE TABLE alerts (
            source TEXT NOT NULL,
            id TEXT NOT NULL,
            words TEXT NOT NULL,
            found INTEGER NOT NULL,
            new INTEGER NOT NULL,
            PRIMARY KEY (source, id, words)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX alerts_id ON alerts (id)",
        # How far papers were matched against what the reader follows.
        """
        CREATE TABLE alert_cursors (
            follow TEXT PRIMARY KEY,
            row INTEGER NOT NULL,
            seen INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
    ),
)


T = TypeVar("T")
#: Device and inode, which identify a file.
_File = tuple[int, int]

_PRAGMAS = (
    # A crash of the machine may lose what can be fetched again; a crash of the program loses nothing.
    "synchronous = NORMAL",
    "cache_size = -16384",
    "journal_size_limit = 16777216",
)
_NEWER = "Update papertui, or delete archive.db: papertui fills a new one, and it contains no bookmarks."
_SIDECARS = ("-wal", "-shm")
#: Attempts to open the file when another process replaces it at that moment.
_ATTEMPTS = 3
#: Attempts to read a file that others change, on a disk that this process cannot write.
_PATIENCE = 20


def _prepare(connection: sqlite3.Connection) -> None:
    connection.create_function("title_key", 1, title_number, deterministic=True)


class _Connection:
    """The connection of one thread, and the file it leads to."""

    def __init__(self, connection: sqlite3.Connection, file: _File) -> None:
        self.connection = connection
        self.file = file
        self.thread = threading.current_thread()
        #: Held while the connection is in use, so that no other thread closes it.
        self.lock = threading.Lock()
        self.closed = False

    def close(self) -> None:
        with self.lock:
            self.closed = True
            # The changes of a deleted file cannot be written back; nothing more is lost.
            with suppress(sqlite3.Error):
                self.connection.close()


class Database:
    """The archive's file in WAL mode, opened on first use, with one connection per thread.

    It can always be rebuilt, so a file that is not a valid database is set aside and a new one is created. On a full or
    read-only disk it can still be read, see `ReadOnlyArchive`.

    Args:
        path: the file. It is created (0600), as is its folder (0700), if it does not exist.
        now: the clock, for the name of a damaged file that is set aside.
        steps: the migrations.
        busy: how long to wait for other writers, in seconds.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        steps: tuple[Step, ...] = STEPS,
        busy: float = BUSY_SECONDS,
    ) -> None:
        self._path = path
        self._now = now
        self._sqlite = SqliteFile(path, "archive", steps, pragmas=_PRAGMAS, newer=_NEWER, busy=busy)
        self._own = threading.local()
        self._lines: list[_Connection] = []
        self._lines_lock = threading.Lock()
        self._notices: list[str] = []
        self._read_only: ReadOnlyArchive | None = None
        self._read_only_lock = threading.Lock()
        #: Why nothing can be stored, as a message; empty as long as that works.
        self.unwritable = ""

    @property
    def path(self) -> Path:
        return self._path

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work`, which reads one consistent state. `work` may be called several times.

        Raises:
            StoreError: the file cannot be read.
        """
        try:
            return self._run("BEGIN", work) if self._read_only is None else self._read_stored(work)
        except (UnwritableError, NewerFileError) as error:
            self._note_unwritable(error)
            return self._read_stored(work)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction: all of it or nothing. `work` may be called twice.

        Raises:
            UnwritableError: the disk is full or read-only.
            StoreError: the file cannot be written.
        """
        try:
            result = self._run("BEGIN IMMEDIATE", work)
        except NewerFileError as error:
            self._note_unwritable(error)
            raise
        except UnwritableError as error:
            self._note_unwritable(error)
            if why := why_unwritable(self._folder_path, probe=True):  # SQLite knows only that something failed
                raise UnwritableError(f"The archive {self._path} cannot be written, because {why}.") from error
            raise
        self.unwritable = ""
        self._leave_read_only(self._read_only)
        return result

    @property
    def is_missing(self) -> bool:
        """Whether the stored papers cannot be read at all, so that there seem to be none."""
        return self._read_only is not None and bool(self._read_only.problem)

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the user; each is returned once."""
        taken, self._notices = tuple(self._notices), []
        return taken

    def close(self) -> None:
        """Close the connections of all threads, waiting for those in use. The next use opens the file again."""
        self._leave_read_only(self._read_only)
        with self._lines_lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.close()

    def _read_stored(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work` on a disk that cannot be written."""
        for _ in range(_PATIENCE):
            with self._read_only_lock:
                if self._read_only is None:
                    self._read_only = ReadOnlyArchive(self._sqlite, _prepare)
                stored = self._read_only
            if stored.is_current():
                with suppress(StaleArchiveError):
                    result = stored.read(work)
                    self.unwritable = stored.problem or self.unwritable
                    return result
                if stored.is_current():  # it cannot be read, and now stands for an empty archive
                    continue
            # Another process could write it: perhaps the disk has room again.
            self._leave_read_only(stored)
            with suppress(UnwritableError, NewerFileError):
                return self._run("BEGIN", work)
        raise StoreError(f"The archive {self._path} keeps changing. Try again in a moment.")

    def _leave_read_only(self, left: ReadOnlyArchive | None) -> None:
        """Open the file as usual next time, unless another thread has already left what was open."""
        with self._read_only_lock:
            if left is None or self._read_only is not left:
                return
            self._read_only = None
        left.close()

    def _note_unwritable(self, error: StoreError) -> None:
        if not self.unwritable:
            self.unwritable = unwritable_notice(self._folder_path, probe=True) or str(error)

    @property
    def _folder_path(self) -> Path:
        return Path(os.path.realpath(self._path)).parent

    def _run(self, begin: Begin, work: Callable[[sqlite3.Connection], T]) -> T:
        for left in reversed(range(_ATTEMPTS)):
            file = self._file()
            try:
                return self._transaction(begin, work)
            except sqlite3.Error as error:
                if left and is_damage(error):
                    self._set_aside(file)
                elif not left or self._file() == file:
                    raise self._sqlite.explained(error) from error
            except OSError as error:
                raise self._sqlite.explained(error) from error
        raise AssertionError

    def _transaction(self, begin: Begin, work: Callable[[sqlite3.Connection], T]) -> T:
        while True:
            line = self._line()
            with line.lock:
                if not line.closed:
                    return transaction(line.connection, begin, work)
            # Another thread closed all connections after this one was found and before its lock was acquired.

    def _line(self) -> _Connection:
        """This thread's connection to the file that has the name now."""
        line: _Connection | None = getattr(self._own, "line", None)
        if line is not None and not line.closed:
            if line.file == self._file():
                return line
            line.close()
        line = self._open()
        self._own.line = line
        with self._lines_lock:
            closed = [other for other in self._lines if other.closed or not other.thread.is_alive()]
            self._lines = [other for other in self._lines if other not in closed] + [line]
        for other in closed:
            other.close()
        return line

    def _open(self) -> _Connection:
        make_private(self._path.parent)
        # SQLite opens the write-ahead log by name on the first read. If the file were replaced just before that, SQLite
        # would read one file with the log of the other.
        with self._folder():
            file = self._file() or self._create()
            connection = self._sqlite.connect()
            try:
                _prepare(connection)
                if not self._sqlite.is_current(connection):
                    transaction(connection, "BEGIN IMMEDIATE", self._sqlite.migrate)
                # Not before: the file of another program must not be changed.
                connection.execute("PRAGMA journal_mode = WAL")
            except BaseException:
                connection.close()
                raise
        return _Connection(connection, file)

    def _create(self) -> _File:
        """Create an empty file and delete the leftover log files of a deleted one."""
        for sidecar in self._sidecars():
            sidecar.unlink(missing_ok=True)
        made = self._sqlite.create()
        return made.st_dev, made.st_ino

    def _set_aside(self, damaged: _File | None) -> None:
        """Rename the damaged file, unless another process has done so."""
        self.close()
        try:
            with self._folder():
                if damaged is None or self._file() != damaged:
                    return
                target = Path(os.path.realpath(self._path))
                kept = free_name_for_damaged(target, self._now())
                for sidecar in self._sidecars():
                    with suppress(FileNotFoundError):
                        sidecar.rename(f"{kept}{sidecar.name.removeprefix(target.name)}")
                target.rename(kept)
        except OSError as error:
            raise UnwritableError(
                f"The archive {self._path} is damaged and cannot be renamed: {error.strerror or error}. "
                "Delete it: papertui fills a new one, and it contains no bookmarks."
            ) from error
        self._notices.append(
            f"The archive was damaged. The damaged file is now {kept.name}, and papertui fills a new one. "
            "Your bookmarks are not affected."
        )

    def _sidecars(self) -> tuple[Path, ...]:
        target = os.path.realpath(self._path)
        return tuple(Path(target + ending) for ending in _SIDECARS)

    @contextmanager
    def _folder(self) -> Iterator[None]:
        """An exclusive lock on the folder, for opening the file and for setting it aside."""
        handle = os.open(self._folder_path, os.O_RDONLY)
        try:
            # Some network file systems cannot lock folders; they do not support SQLite's WAL mode either.
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _file(self) -> _File | None:
        """Which file has the name now, whatever its contents."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - called on every read, and twice as fast as Path.stat
        except OSError:
            return None
        return found.st_dev, found.st_ino
