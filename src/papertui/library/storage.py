"""A TinyDB storage that replaces its file atomically.

TinyDB's JSON storage overwrites the file in place: a kill during a write leaves a file that cannot be opened.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tinydb import Storage

from papertui.files import SYSTEM, FileOperations, FileStamp, make_private, sweep, write_atomic
from papertui.library.backups import Backups

Tables = dict[str, dict[str, Any]]


class AtomicStorage(Storage):
    """A JSON file for TinyDB that is always replaced as a whole.

    Each write creates a file next to the data (0600), writes and flushes it, keeps the old file as a backup by a hard
    link, renames the new file over the old one and flushes the folder. Readers always see one complete state. Writers
    must hold a lock, see `papertui.library.bookmark_file`.

    Args:
        path: the file; if it is a symbolic link, its target is replaced.
        backups: the backups of the file.
        files: the operating system calls.
        now: the clock, for the names of backups.
    """

    def __init__(
        self,
        path: Path,
        backups: Backups,
        files: FileOperations = SYSTEM,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.path = Path(os.path.realpath(path))
        self.backups = backups
        self._files = files
        self._now = now

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
        make_private(self.path.parent, self._files)
        # Non-ASCII characters are escaped, so that TinyDB reads the file under every locale.
        self.replace(json.dumps(data).encode("ascii"))

    def replace(self, text: bytes, *, keep_backup: bool = True) -> FileStamp:
        """Replace the file by `text`, durably. Its folder must exist.

        With `keep_backup` false the previous backup stays, for a file that is worse than its backup.

        Returns:
            The stamp of the new file before it was renamed.

        Raises:
            OSError: it cannot be written. The file is then the complete old one or the complete new one.
        """

        def back_up() -> None:
            if keep_backup:
                self.backups.keep(self.path, self._now().date())

        sweep(self.path, self._files)
        return write_atomic(self.path, text, files=self._files, before_replace=back_up)
