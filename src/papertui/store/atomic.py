"""A TinyDB storage that leaves the old file or the new one, never half of one.

TinyDB's own storage writes over the file in place: killed meanwhile, it leaves a file that cannot be opened.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tinydb import Storage

Tables = dict[str, dict[str, Any]]

_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL
#: The answers of file systems that have no hard links, or none across to the folder of backups.
_NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP})


class Files:
    """The calls to the operating system that a write is made of, one for one; tests let each of them fail."""

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        """See `os.open`."""
        return os.open(path, flags, mode)

    def write(self, handle: int, data: memoryview) -> int:
        """See `os.write`; may write less than asked for."""
        return os.write(handle, data)

    def fsync(self, handle: int) -> None:
        """See `os.fsync`."""
        os.fsync(handle)

    def close(self, handle: int) -> None:
        """See `os.close`."""
        os.close(handle)

    def link(self, path: Path, other: Path) -> None:
        """See `os.link`."""
        os.link(path, other)

    def replace(self, path: Path, target: Path) -> None:
        """See `os.replace`."""
        os.replace(path, target)  # noqa: PTH105 - this class mirrors os

    def unlink(self, path: Path) -> None:
        """Removes the file if there is one, see `os.unlink`."""
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108 - this class mirrors os


class AtomicStorage(Storage):
    """A JSON file for TinyDB that is replaced as a whole.

    Each write makes a file beside the data (0600), writes and flushes it to the disk, keeps the file it replaces as a
    backup by a hard link, renames the new file over the old one and flushes the folder. Whoever reads, reads all of
    one state. Two who change it must still take turns, see `papertui.store.library`.

    Args:
        path: the file; if it is a symbolic link, the file it leads to is replaced.
        backups: folder for the file as it was before the last write; ``None`` keeps none.
        files: the operating system.
    """

    def __init__(self, path: Path, backups: Path | None = None, files: Files | None = None) -> None:
        self.path = Path(os.path.realpath(path))
        self.backup = None if backups is None else backups / f"{self.path.name}.1"
        self._files = Files() if files is None else files

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
        self.replace(data, keep_backup=True)

    def replace(self, data: Mapping[str, Mapping[str, Any]], *, keep_backup: bool) -> None:
        """Like `write`, but may leave the backup as it is, because it is better than the file to be replaced."""
        # Letters outside ASCII are escaped, so that TinyDB reads the file under every locale.
        text = json.dumps(data).encode("ascii")
        self._make_folder(self.path.parent)
        self._sweep(self.path)
        fresh = self._beside(self.path)
        try:
            self._put(fresh, text)
            if keep_backup and self.backup is not None:
                self._back_up(self.backup)
            self._files.replace(fresh, self.path)
        except OSError:
            with suppress(OSError):
                self._files.unlink(fresh)
            raise
        self._flush(self.path.parent)

    def keep_aside(self, kept: Path) -> None:
        """Gives the file as it is now a second name, which no write touches.

        Raises:
            OSError: it cannot be done.
        """
        self._link(self.path, kept)

    def _put(self, path: Path, data: bytes) -> None:
        handle = self._files.open(path, _FRESH)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._files.write(handle, rest) :]
            self._files.fsync(handle)
        except OSError:
            with suppress(OSError):
                self._files.close(handle)
            raise
        # Some file systems tell only now that the disk is full.
        self._files.close(handle)

    def _back_up(self, backup: Path) -> None:
        if not self.path.exists():
            return
        self._make_folder(backup.parent)
        self._sweep(backup)
        fresh = self._beside(backup)
        try:
            self._link(self.path, fresh)
            self._files.replace(fresh, backup)
        finally:
            # To rename one of two links to a file over the other does nothing and leaves both.
            with suppress(OSError):
                self._files.unlink(fresh)

    def _link(self, path: Path, other: Path) -> None:
        try:
            self._files.link(path, other)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._put(other, path.read_bytes())

    def _make_folder(self, folder: Path) -> None:
        if not folder.exists():
            self._make_folder(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            self._flush(folder.parent)

    def _flush(self, folder: Path) -> None:
        """Makes the names in `folder` survive a power cut."""
        handle = self._files.open(folder, os.O_RDONLY)
        try:
            self._files.fsync(handle)
        finally:
            self._files.close(handle)

    def _beside(self, path: Path) -> Path:
        """A name nobody else uses, so that even two writers without a lock never mix their texts."""
        return path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")

    def _sweep(self, path: Path) -> None:
        """Takes away what writers that were killed left behind."""
        for left in path.parent.glob(f"{path.name}.*.tmp"):
            self._files.unlink(left)
