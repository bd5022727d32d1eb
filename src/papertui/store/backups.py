"""Backups of the library: before the last change, of each of the last days, and of each of the last weeks.

A backup is a hard link to the file that a change replaced. It is free to make, and takes space only when it differs
from the current file. The backup of a day is the library before the first change of that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from papertui.store.files import Files, beside, link, make_folder, sweep

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

    def __init__(self, folder: Path, stem: str, files: Files) -> None:
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
