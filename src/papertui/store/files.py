"""The calls to the operating system that writing is made of, and what is durable only when several are made."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
#: The answers of file systems that have no hard links, or none across to the folder of backups.
_NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


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


def put(files: Files, path: Path, data: bytes) -> os.stat_result:
    """Makes a file (0600) that was not there, with `data` flushed to the disk; its name is not flushed yet.

    Returns:
        What the system knows of the file.

    Raises:
        OSError: it cannot be written, or is there already.
    """
    return _written(files, files.open(path, _FRESH), data)


def append(files: Files, path: Path, data: bytes) -> None:
    """Writes `data` behind all that is in a file, which is made (0600) if need be, and flushes it to the disk.

    Raises:
        OSError: it cannot be written; some of `data` may be there.
    """
    made = not path.exists()
    _written(files, files.open(path, _APPEND), data)
    if made:
        flush(files, path.parent)


def _written(files: Files, handle: int, data: bytes) -> os.stat_result:
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[files.write(handle, rest) :]
        files.fsync(handle)
        found = os.fstat(handle)
    except OSError:
        with suppress(OSError):
            files.close(handle)
        raise
    # Some file systems tell only now that the disk is full.
    files.close(handle)
    return found


def flush(files: Files, folder: Path) -> None:
    """Makes the names in `folder` survive a power cut."""
    handle = files.open(folder, os.O_RDONLY)
    try:
        files.fsync(handle)
    finally:
        files.close(handle)


def make_folder(files: Files, folder: Path) -> None:
    """Makes `folder` (0700) and those above it, as far as they are not there, to survive a power cut."""
    if not folder.exists():
        make_folder(files, folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        flush(files, folder.parent)


def link(files: Files, path: Path, other: Path) -> None:
    """Gives a file a second name, `other`; where that cannot be, makes a copy of that name.

    Raises:
        OSError: neither can be done.
    """
    try:
        files.link(path, other)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        put(files, other, path.read_bytes())


def beside(path: Path) -> Path:
    """A name for a file next to `path` that nobody else uses, so that two writers never mix their texts."""
    return path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")


def sweep(files: Files, path: Path) -> None:
    """Takes away what writers of `path` that were killed left behind."""
    for left in path.parent.glob(f"{path.name}.*.tmp"):
        files.unlink(left)
