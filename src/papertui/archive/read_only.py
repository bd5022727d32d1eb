"""The archive on a disk that is full or read-only, where SQLite can create neither its log nor its shared memory."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from papertui.files import FileStamp, file_stamp
from papertui.sqlite import MalformedError, NewerFileError, SqliteFile, is_damage, transaction

T = TypeVar("T")
#: Prepares a new connection, such as by defining functions.
Prepare = Callable[[sqlite3.Connection], None]
#: A larger archive is not copied into memory.
_LARGEST_COPY = 512 << 20
#: Without the shared memory of other processes. It must be set before the first access.
_ALONE = ("locking_mode = EXCLUSIVE",)


class StaleArchiveError(Exception):
    """Another process changed the archive, so what was read may be wrong."""


class ReadOnlyArchive:
    """The archive as it is stored, for reading. All threads share one connection, one after the other.

    A file without a log is opened as immutable: SQLite then needs no other file. A file with a log, or with the tables
    of an older papertui, is copied into memory. If neither is possible, there are no papers.

    Args:
        file: the archive.
        prepare: prepares the connection.
    """

    def __init__(self, file: SqliteFile, prepare: Prepare) -> None:
        self._file = file
        self._prepare = prepare
        self._stamps = self._current_stamps()
        self._lock = threading.Lock()
        self._is_closed = False
        #: Why no stored paper can be read; empty if they can, or if nothing was ever stored.
        self.problem = ""
        self._connection = self._open() or self._new()

    def is_current(self) -> bool:
        """Whether the archive is as it was when it was opened."""
        return self._stamps == self._current_stamps()

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work`.

        Raises:
            StaleArchiveError: the archive has changed, or only a part of it can be read; open it again.
        """
        with self._lock:
            if self._is_closed:
                raise StaleArchiveError
            try:
                result = transaction(self._connection, "BEGIN", work)
            except sqlite3.Error as error:
                if self.problem or (self.is_current() and not self._is_unreadable(error)):
                    raise
                self._give_up(error)
                raise StaleArchiveError from error
            if not self.is_current():
                raise StaleArchiveError
            return result

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            self._connection.close()

    def _is_unreadable(self, error: sqlite3.Error) -> bool:
        return is_damage(error) or self._file.explained(error) is not error

    def _give_up(self, error: sqlite3.Error | NewerFileError) -> None:
        """Go on without papers until the file changes."""
        self._connection.close()
        self._connection = self._new()
        self.problem = self._words(error)

    def _words(self, error: sqlite3.Error | NewerFileError) -> str:
        if isinstance(error, NewerFileError):
            return str(error)
        explained = self._file.explained(error)
        if explained is not error:
            return str(explained)
        return f"The archive {self._file.path} cannot be read: {error}. Stored papers are missing; bookmarks are not."

    def _current_stamps(self) -> tuple[FileStamp | None, FileStamp | None]:
        log = file_stamp(Path(f"{os.path.realpath(self._file.path)}-wal"))
        # Each attempt to open the archive as usual may leave an empty log.
        return file_stamp(self._file.path), log if log is not None and log.size else None

    def _open(self) -> sqlite3.Connection | None:
        """A connection to everything stored; ``None`` if it cannot be read."""
        if not self._file.path.is_file():
            return None
        try:
            if self._stamps[1] is None:
                return self._checked(self._file.connect("mode=ro&immutable=1", pragmas=()))
            return self._checked(self._with_log())
        except (sqlite3.Error, NewerFileError) as error:
            self.problem = self._words(error)
            return None

    def _with_log(self) -> sqlite3.Connection:
        """A connection that reads the log without shared memory."""
        if os.access(self._file.path.parent, os.W_OK):
            return self._file.connect(pragmas=_ALONE)
        # A lock for writing needs a file that can be written. Nothing can change here, so no lock is needed.
        return self._file.connect("mode=ro&vfs=unix-none", pragmas=_ALONE)

    def _checked(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        """`connection`, or a copy in memory if its tables are older, or if it blocks other processes."""
        try:
            self._prepare(connection)
            if self._file.is_current(connection) and self._stamps[1] is None:
                return connection
            return self._copy(connection)
        except BaseException:
            connection.close()
            raise

    def _copy(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        stamp = self._stamps[0]
        if stamp is None or stamp.size > _LARGEST_COPY:
            raise MalformedError("it is too large for the memory")
        copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        try:
            connection.backup(copy)
            connection.close()
            self._migrate(copy)
        except BaseException:
            copy.close()
            raise
        return copy

    def _new(self) -> sqlite3.Connection:
        """An archive without papers, in memory."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._migrate(connection)
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        self._prepare(connection)
        transaction(connection, "BEGIN IMMEDIATE", self._file.migrate)
