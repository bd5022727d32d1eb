"""SQLite files: opening, transactions, versions of the tables, and errors in sentences."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, TypeVar

from papertui.errors import StoreError, UnwritableError
from papertui.files import UNWRITABLE, reason

T = TypeVar("T")
#: Statements that migrate the tables by one version. A released step never changes.
Step = tuple[str, ...]
#: How a transaction begins: to read, or to write.
Begin = Literal["BEGIN", "BEGIN IMMEDIATE"]

#: How long to wait for other processes.
BUSY_SECONDS = 10.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
#: Errors that the user can act on; other SQLite errors are bugs. https://www.sqlite.org/rescode.html
_SENTENCES = {
    sqlite3.SQLITE_PERM: "cannot be opened, because access is denied",
    sqlite3.SQLITE_BUSY: "is locked, because another program keeps writing to it",
    sqlite3.SQLITE_LOCKED: "is locked, because another program keeps writing to it",
    sqlite3.SQLITE_READONLY: "cannot be written, because it or its folder is read-only",
    sqlite3.SQLITE_IOERR: "cannot be read or written, because the disk reports an error",
    sqlite3.SQLITE_FULL: "cannot grow, because the disk is full",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened",
    sqlite3.SQLITE_PROTOCOL: "cannot be locked",
}
#: Those of a disk that cannot be written, whose files may still be read in another way.
_UNWRITABLE = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
_ADVICE = {
    sqlite3.SQLITE_BUSY: "Try again in a moment.",
    sqlite3.SQLITE_LOCKED: "Try again in a moment.",
    sqlite3.SQLITE_FULL: "Free some space and try again.",
}


class NewerFileError(StoreError):
    """A newer papertui wrote the file."""


class MalformedError(sqlite3.DatabaseError):
    """The file is an SQLite database, but its tables are not the expected ones."""


class SqliteFile:
    """An SQLite file whose tables have a version (``PRAGMA user_version``).

    Args:
        path: the file.
        name: what messages call it, such as ``archive``.
        steps: step n migrates the tables from version n to version n + 1.
        pragmas: set on each connection.
        newer: what to do about a file that a newer papertui wrote, in sentences.
        busy: how long to wait for other processes, in seconds.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        steps: tuple[Step, ...],
        *,
        pragmas: tuple[str, ...],
        newer: str,
        busy: float = BUSY_SECONDS,
    ) -> None:
        self.path = path
        self.name = name
        self._steps = steps
        self._pragmas = pragmas
        self._newer = newer
        self._busy = busy

    def create(self) -> os.stat_result:
        """Create an empty file (0600) if there is none; returns its status.

        Raises:
            OSError: it cannot be created.
        """
        handle = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            return os.fstat(handle)
        finally:
            os.close(handle)

    def connect(self, how: str = "mode=rw", *, pragmas: tuple[str, ...] | None = None) -> sqlite3.Connection:
        """Open the file, which must exist. The connection may be used by one thread at a time.

        Args:
            how: the query of the URI, see https://www.sqlite.org/uri.html.
            pragmas: set on the connection instead of the usual ones.

        Raises:
            sqlite3.Error: it cannot be opened.
        """
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?{how}",
            uri=True,
            timeout=self._busy,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in self._pragmas if pragmas is None else pragmas:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    def is_current(self, connection: sqlite3.Connection) -> bool:
        """Whether the tables have the version of this program; ``False`` if they must be migrated.

        Raises:
            NewerFileError: a newer papertui wrote the file.
        """
        current = version(connection)
        if current > len(self._steps):
            raise NewerFileError(
                f"The {self.name} {self.path} was written by a newer papertui (its tables are version {current}, this "
                f"papertui knows {len(self._steps)}). {self._newer}"
            )
        return current == len(self._steps)

    def migrate(self, connection: sqlite3.Connection) -> None:
        """Migrate the tables if they are older, within the caller's write transaction.

        Raises:
            NewerFileError: a newer papertui wrote the file.
            MalformedError: its tables are those of another program, or do not match its version.
            sqlite3.Error: the file cannot be written.
        """
        if self.is_current(connection):
            return
        current = version(connection)
        if current == 0 and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
            raise MalformedError("its tables are not those of papertui")
        try:
            for step in self._steps[current:]:
                for statement in step:
                    connection.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                raise MalformedError("its tables do not match its version") from error
            raise
        connection.execute(f"PRAGMA user_version = {len(self._steps)}")

    def explained(self, error: sqlite3.Error | OSError) -> Exception:
        """A `StoreError` in words for an error that the user can act on; else the error itself."""
        if isinstance(error, OSError):
            kind = UnwritableError if error.errno in UNWRITABLE else StoreError
            return kind(f"The {self.name} {self.path} cannot be opened: {reason(error)}.")
        code = _code(error)
        if code not in _SENTENCES:
            return error
        advice = _ADVICE.get(code, "Check the file and its folder, then try again.")
        # A folder with the name of the file is not a matter of the disk.
        is_unwritable = code in _UNWRITABLE and not self.path.is_dir()
        return (UnwritableError if is_unwritable else StoreError)(
            f"The {self.name} {self.path} {_SENTENCES[code]}. {advice}"
        )


def version(connection: sqlite3.Connection) -> int:
    """The version of the tables in the file; 0 for a file without any."""
    number: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return number


def transaction(connection: sqlite3.Connection, begin: Begin, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run `work` in one transaction: all of it or nothing."""
    connection.execute(begin)
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise
    return result


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error means that the file is not a valid database of papertui."""
    if isinstance(error, MalformedError) or _code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return True
    # Python raises this for text that is not UTF-8; the error has no SQLite code.
    return _code(error) is None and str(error).startswith("Could not decode")


def _code(error: sqlite3.Error) -> int | None:
    extended: int | None = getattr(error, "sqlite_errorcode", None)
    return None if extended is None else extended & 0xFF


def micros(moment: datetime) -> int:
    """`moment` as microseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(value: int) -> datetime:
    """The moment `value` microseconds after 1970 UTC."""
    return _EPOCH + timedelta(microseconds=value)
