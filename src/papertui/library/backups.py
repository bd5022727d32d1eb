"""Backups of the library: before the last change, of each of the last days, and of each of the last weeks.

A backup is a hard link to the file that a change replaced. It is free to make, and takes space only when it differs
from the current file. The backup of a day is the library before the first change of that day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from papertui.files import SYSTEM, FileOperations, link_over, make_private

_DAYS = 7
_WEEKS = 5


class Backup(NamedTuple):
    """An earlier state of the library."""

    name: str  # on the command line: ``previous``, ``2026-04-30``, ``2026-W18``
    at: datetime  # when that state was written, UTC
    path: Path


class Backups:
    """The backups of one file.

    Args:
        folder: their folder.
        stem: the name of the original file.
        files: the operating system calls.
    """

    def __init__(self, folder: Path, stem: str, files: FileOperations = SYSTEM) -> None:
        self.folder = folder
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
        make_private(self.folder, self._files)
        link_over(path, self.previous, self._files)
        day = self.folder / f"{self._stem}.{today:%Y-%m-%d}"
        week = self.folder / f"{self._stem}.{today:%G-W%V}"
        if not day.exists():
            link_over(path, day, self._files)
            if not week.exists():
                link_over(path, week, self._files)
            self._prune()

    def all(self) -> tuple[Backup, ...]:
        """Every backup, newest first; days before weeks, whose files may be the same."""
        dated = sorted(self._dated(), key=lambda backup: (backup.at, "W" not in backup.name, backup.name), reverse=True)
        return (*([_backup("previous", self.previous)] if self.previous.is_file() else ()), *dated)

    def _dated(self) -> Iterator[Backup]:
        name = re.compile(re.escape(self._stem) + r"\.(\d{4}-(?:\d\d-\d\d|W\d\d))")
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if match := name.fullmatch(path.name):
                    yield _backup(match[1], path)

    def _prune(self) -> None:
        backups = sorted(self._dated(), key=lambda backup: backup.name, reverse=True)
        weeks = [backup for backup in backups if "W" in backup.name]
        days = [backup for backup in backups if "W" not in backup.name]
        for backup in (*days[_DAYS:], *weeks[_WEEKS:]):
            self._files.unlink(backup.path)


def _backup(name: str, path: Path) -> Backup:
    return Backup(name, datetime.fromtimestamp(path.stat().st_mtime, UTC), path)
