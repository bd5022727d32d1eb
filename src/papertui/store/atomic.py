"""A TinyDB storage that leaves the old file or the new one, never half of one.

TinyDB's own storage writes over the file in place: killed meanwhile, it leaves a file that cannot be opened.
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
    """A JSON file for TinyDB that is replaced as a whole.

    Each write makes a file beside the data (0600), writes and flushes it to the disk, keeps the file it replaces as a
    backup by a hard link, renames the new file over the old one and flushes the folder. Whoever reads, reads all of
    one state. Two who change it must still take turns, see `papertui.store.library`.

    Args:
        path: the file; if it is a symbolic link, the file it leads to is replaced.
        backups: folder for the file as it was before; ``None`` keeps none.
        files: the operating system.
        today: tells the day, for the names of backups.
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
        """The tables, ``None`` when there is no file or an empty one.

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
        # json.loads would take bytes too, and guess at encodings that TinyDB does not read.
        tables: Tables = json.loads(data.decode("utf-8"))
        return tables

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Replaces the file; when this returns, the new state survives a power cut.

        Raises:
            OSError: it cannot be written. The old file is still there, or the new one whole.
        """
        # Letters outside ASCII are escaped, so that TinyDB reads the file under every locale.
        self.replace(json.dumps(data).encode("ascii"))

    def replace(self, text: bytes, *, keep_backup: bool = True) -> os.stat_result:
        """Puts `text` in place of the file, durably; a backup may be left as it is, if it is better than the file.

        Returns:
            What the system knew of the new file before it got its name.

        Raises:
            OSError: it cannot be written. The old file is still there, or the new one whole.
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
        """Gives the file as it is now a second name, which no write touches.

        Raises:
            OSError: it cannot be done.
        """
        link(self._files, self.path, kept)
