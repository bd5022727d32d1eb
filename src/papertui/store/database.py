"""One SQLite file that may be deleted, damaged or shared at any time.

The archive can always be rebuilt, so a file that is not a valid database is set aside and a new one is created.
"""

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

from papertui.core.identity import title_number
from papertui.errors import StoreError
from papertui.folders import make_private
from papertui.store.schema import STEPS, Step, check, migrate, version

T = TypeVar("T")
#: Device and inode, which identify a file.
_File = tuple[int, int]

_BUSY_SECONDS = 10.0
_SIDECARS = ("-wal", "-shm")
#: Attempts to open the file when another process replaces it at that moment.
_ATTEMPTS = 3
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
_ADVICE = {
    sqlite3.SQLITE_BUSY: "Try again in a moment.",
    sqlite3.SQLITE_LOCKED: "Try again in a moment.",
    sqlite3.SQLITE_FULL: "Free some space and try again.",
}


class MalformedError(sqlite3.DatabaseError):
    """The file is an SQLite database, but not a papertui archive."""


class _Line:
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
    """An SQLite file in WAL mode, opened on first use, with one connection per thread.

    Args:
        path: the file. It is created (0600), as is its folder (0700), if it does not exist.
        now: the clock, for the name of a damaged file that is set aside.
        steps: the migrations, see `papertui.store.schema`.
        busy: how long to wait for other writers, in seconds.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        steps: tuple[Step, ...] = STEPS,
        busy: float = _BUSY_SECONDS,
    ) -> None:
        self._path = path
        self._now = now
        self._steps = steps
        self._busy = busy
        self._own = threading.local()
        self._lines: list[_Line] = []
        self._lines_lock = threading.Lock()
        self._notices: list[str] = []

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work`, which reads one consistent state.

        Raises:
            StoreError: the file cannot be read.
        """
        return self._run("BEGIN", work)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction: all of it or nothing. `work` may be called twice.

        Raises:
            StoreError: the file cannot be written.
        """
        return self._run("BEGIN IMMEDIATE", work)

    def take_notices(self) -> tuple[str, ...]:
        """Messages for the user; each is returned once."""
        taken, self._notices = tuple(self._notices), []
        return taken

    def close(self) -> None:
        """Close the connections of all threads, waiting for those in use. The next use opens the file again."""
        with self._lines_lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.close()

    def _run(self, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
        for left in reversed(range(_ATTEMPTS)):
            file = self._file()
            try:
                return self._transaction(begin, work)
            except sqlite3.Error as error:
                if left and _is_damage(error):
                    self._set_aside(file)
                elif not left or self._file() == file:
                    raise self._explained(error) from error
            except OSError as error:
                raise StoreError(f"The archive {self._path} cannot be opened: {error.strerror or error}.") from error
        raise AssertionError

    def _transaction(self, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
        while True:
            line = self._line()
            with line.lock:
                if not line.closed:
                    return _within(line.connection, begin, work)
            # Another thread closed all connections after this one was found and before its lock was acquired.

    def _line(self) -> _Line:
        """This thread's connection to the file that has the name now."""
        line: _Line | None = getattr(self._own, "line", None)
        if line is not None and not line.closed:
            if line.file == self._file():
                return line
            line.close()
        line = self._open()
        self._own.line = line
        with self._lines_lock:
            gone = [other for other in self._lines if other.closed or not other.thread.is_alive()]
            self._lines = [other for other in self._lines if other not in gone] + [line]
        for other in gone:
            other.close()
        return line

    def _open(self) -> _Line:
        make_private(self._path.parent)
        # SQLite opens the write-ahead log by name on the first read. If the file were replaced just before that, SQLite
        # would read one file with the log of the other.
        with self._folder():
            file = self._file() or self._begin()
            connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=self._busy,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                connection.create_function("title_key", 1, title_number, deterministic=True)
                # A crash of the machine may lose what can be fetched again; a crash of the program loses nothing.
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA cache_size = -16384")
                connection.execute("PRAGMA journal_size_limit = 16777216")
                if not check(connection, self._steps):
                    self._grow(connection)
            except BaseException:
                connection.close()
                raise
        return _Line(connection, file)

    def _grow(self, connection: sqlite3.Connection) -> None:
        if version(connection) == 0 and connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
            raise MalformedError("its tables are not those of papertui")
        connection.execute("PRAGMA journal_mode = WAL")
        try:
            migrate(connection, self._steps)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                raise MalformedError("its tables do not match its version") from error
            raise

    def _begin(self) -> _File:
        """Create an empty file and delete the leftover log files of a deleted one."""
        for sidecar in self._sidecars():
            sidecar.unlink(missing_ok=True)
        handle = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            made = os.fstat(handle)
        finally:
            os.close(handle)
        return made.st_dev, made.st_ino

    def _set_aside(self, damaged: _File | None) -> None:
        """Rename the damaged file, unless another process has done so."""
        self.close()
        try:
            with self._folder():
                if damaged is None or self._file() != damaged:
                    return
                target = Path(os.path.realpath(self._path))
                stem = f"{target.name}.damaged-{self._now():%Y%m%d-%H%M%S}"
                kept = target.with_name(stem)
                number = 2
                while kept.exists():
                    kept = target.with_name(f"{stem}-{number}")
                    number += 1
                for sidecar in self._sidecars():
                    with suppress(FileNotFoundError):
                        sidecar.rename(f"{kept}{sidecar.name.removeprefix(target.name)}")
                target.rename(kept)
        except OSError as error:
            raise StoreError(
                f"The archive {self._path} is damaged and cannot be renamed: {error.strerror or error}. "
                "Delete it: papertui fills a new one, and it contains no bookmarks."
            ) from error
        self._notices.append(
            f"The archive was damaged. The old file is kept as {kept.name}, and papertui fills a new one. "
            "Your bookmarks are not affected."
        )

    def _sidecars(self) -> tuple[Path, ...]:
        target = os.path.realpath(self._path)
        return tuple(Path(target + ending) for ending in _SIDECARS)

    @contextmanager
    def _folder(self) -> Iterator[None]:
        """An exclusive lock on the folder, for opening the file and for setting it aside."""
        handle = os.open(os.path.dirname(os.path.realpath(self._path)), os.O_RDONLY)  # noqa: PTH120
        try:
            # Some network file systems cannot lock folders; they do not support SQLite's WAL mode either.
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _file(self) -> _File | None:
        try:
            found = os.stat(self._path)  # noqa: PTH116 - called on every read, and twice as fast as Path.stat
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _explained(self, error: sqlite3.Error) -> Exception:
        code = _code(error)
        if code not in _SENTENCES:
            return error
        return StoreError(
            f"The archive {self._path} {_SENTENCES[code]}. {_ADVICE.get(code, 'Check its folder and try again.')}"
        )


def _within(connection: sqlite3.Connection, begin: str, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run `work` in one transaction."""
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


def _code(error: sqlite3.Error) -> int | None:
    extended: int | None = getattr(error, "sqlite_errorcode", None)
    return None if extended is None else extended & 0xFF


def _is_damage(error: sqlite3.Error) -> bool:
    if isinstance(error, MalformedError) or _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return True
    # Python raises this for text that is not UTF-8; the error has no SQLite code.
    return _code(error) is None and str(error).startswith("Could not decode")
