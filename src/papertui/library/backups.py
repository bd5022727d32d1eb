"""Backups of the library, and the TinyDB storage that replaces files atomically."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tinydb import Storage

from papertui.files import FileOperations, beside, flush, link, make_folder, put, sweep

# Backups of the library: before the last change, of each of the last days, and of each of the last weeks.
#
# A backup is a hard link to the file that a change replaced. It is free to make, and takes space only when it differs
# from the current file. The backup of a day is the library before the first change of that day.

_DAYS = 7
_WEEKS = 5


class Backup(NamedTuple):
    """An earlier state of the library."""

    #: Its name on the command line: ``previous``, ``2026-04-30``, ``2026-W18``.
    name: str
    #: When that state was written, UTC.
    at: datetime
    path: Path


class Backups:
    """The backups of one file.

    Args:
        folder: their folder.
        stem: the name of the original file.
        files: the operating system calls.
    """

    def __init__(self, folder: Path, stem: str, files: FileOperations) -> None:
        self._folder = folder
        self._stem = stem
        self._files = files
        self.previous = folder / f"{stem}.1"

    def keep(self, path: Path, today: date) -> None:
        """Back up the file at `path` before it is replaced.

        Raises:
            OSError: that is impossible.
        """
        if not path.exists():
            return
        make_folder(self._files, self._folder)
        self._link(path, self.previous)
        day, week = self._named(f"{today:%Y-%m-%d}"), self._named(f"{today:%G-W%V}")
        if not day.exists():
            self._link(path, day)
            if not week.exists():
                self._link(path, week)
            self._prune()

    def _link(self, path: Path, target: Path) -> None:
        sweep(self._files, target)
        fresh = beside(target)
        try:
            link(self._files, path, fresh)
            self._files.replace(fresh, target)
        finally:
            # Renaming one of two links to the same file over the other does nothing and leaves both.
            with suppress(OSError):
                self._files.unlink(fresh)

    def all(self) -> tuple[Backup, ...]:
        """Every backup, newest first."""
        found = [*self._dated(r"\d{4}-\d\d-\d\d"), *self._dated(r"\d{4}-W\d\d")]
        found.sort(key=lambda backup: backup.at, reverse=True)
        if self.previous.is_file():
            found.insert(0, _backup("previous", self.previous))
        return tuple(found)

    def _named(self, name: str) -> Path:
        return self._folder / f"{self._stem}.{name}"

    def _dated(self, form: str) -> Iterator[Backup]:
        name = re.compile(re.escape(self._stem) + rf"\.({form})")
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if found := name.fullmatch(path.name):
                    yield _backup(found[1], path)

    def _prune(self) -> None:
        for form, most in ((r"\d{4}-\d\d-\d\d", _DAYS), (r"\d{4}-W\d\d", _WEEKS)):
            names = sorted(self._dated(form), key=lambda backup: backup.name, reverse=True)
            for old in names[most:]:
                self._files.unlink(old.path)


def _backup(name: str, path: Path) -> Backup:
    return Backup(name, datetime.fromtimestamp(path.stat().st_mtime, UTC), path)


# A TinyDB storage that replaces its file atomically.
#
# TinyDB's JSON storage overwrites the file in place: a kill during a write leaves a file that cannot be opened.

Tables = dict[str, dict[str, Any]]


class AtomicStorage(Storage):
    """A JSON file for TinyDB that is always replaced as a whole.

    Each write creates a file next to the data (0600), writes and flushes it, keeps the old file as a backup by a hard
    link, renames the new file over the old one and flushes the folder. Readers always see one complete state. Writers
    must hold a lock, see `papertui.library.bookmarks`.

    Args:
        path: the file; if it is a symbolic link, its target is replaced.
        backups: the folder of the backups; ``None`` keeps none.
        files: the operating system calls.
        today: today's date, for the names of backups.
    """

    def __init__(
        self,
        path: Path,
        backups: Path | None = None,
        files: FileOperations | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self.path = Path(os.path.realpath(path))
        self._files = FileOperations() if files is None else files
        self.backups = None if backups is None else Backups(backups, self.path.name, self._files)
        self._today = today

    def read(self) -> Tables | None:
        """The tables; ``None`` if the file is missing or empty.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is not JSON.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return None
        if not data.strip():
            return None
        # json.loads also takes bytes, but it guesses encodings that TinyDB does not read.
        tables: Tables = json.loads(data.decode("utf-8"))
        return tables

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Replace the file; on return the new state survives a power failure.

        Raises:
            OSError: it cannot be written. The file is then the complete old one or the complete new one.
        """
        # Non-ASCII characters are escaped, so that TinyDB reads the file under every locale.
        self.replace(json.dumps(data).encode("ascii"))

    def replace(self, text: bytes, *, keep_backup: bool = True) -> os.stat_result:
        """Replace the file by `text`, durably.

        With `keep_backup` false the previous backup stays, for a file that is worse than its backup.

        Returns:
            The status of the new file before it was renamed.

        Raises:
            OSError: it cannot be written. The file is then the complete old one or the complete new one.
        """
        make_folder(self._files, self.path.parent)
        sweep(self._files, self.path)
        fresh = beside(self.path)
        try:
            found = put(self._files, fresh, text)
            if keep_backup and self.backups is not None:
                self.backups.keep(self.path, self._today())
            self._files.replace(fresh, self.path)
        except OSError:
            with suppress(OSError):
                self._files.unlink(fresh)
            raise
        flush(self._files, self.path.parent)
        return found

    def keep_aside(self, kept: Path) -> None:
        """Give the current file a second name, which later writes do not touch.

        Raises:
            OSError: that is impossible.
        """
        link(self._files, self.path, kept)
