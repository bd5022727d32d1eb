"""A TinyDB storage that replaces its file atomically.

TinyDB's JSON storage overwrites the file in place: a kill during a write leaves a file that cannot be opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tinydb import Storage

from papertui.store.backups import Backups
from papertui.store.files import Files, beside, flush, link, make_folder, put, sweep

Tables = dict[str, dict[str, Any]]


class AtomicStorage(Storage):
    """A JSON file for TinyDB that is always replaced as a whole.

    Each write creates a file next to the data (0600), writes and flushes it, keeps the old file as a backup by a hard
    link, renames the new file over the old one and flushes the folder. Readers always see one complete state. Writers
    must hold a lock, see `papertui.store.library`.

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
        files: Files | None = None,
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    ) -> None:
        self.path = Path(os.path.realpath(path))
        self._files = Files() if files is None else files
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
