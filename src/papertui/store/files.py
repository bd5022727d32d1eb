"""The operating system calls for writing files, and the durable operations made of them."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
#: The errors of file systems without hard links, or of links across file systems.
_NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


class Files:
    """The operating system calls of a write, one method for each; tests make each of them fail."""

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        return os.open(path, flags, mode)

    def write(self, handle: int, data: memoryview) -> int:
        """See `os.write`; may write less than requested."""
        return os.write(handle, data)

    def fsync(self, handle: int) -> None:
        os.fsync(handle)

    def close(self, handle: int) -> None:
        os.close(handle)

    def link(self, path: Path, other: Path) -> None:
        os.link(path, other)

    def replace(self, path: Path, target: Path) -> None:
        os.replace(path, target)  # noqa: PTH105 - this class mirrors os

    def unlink(self, path: Path) -> None:
        """Remove the file if it exists, see `os.unlink`."""
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108 - this class mirrors os


def put(files: Files, path: Path, data: bytes) -> os.stat_result:
    """Create a file (0600) with `data` and flush it to disk; its name is not flushed yet.

    Returns:
        The status of the file.

    Raises:
        OSError: it exists already or cannot be written.
    """
    return _written(files, files.open(path, _FRESH), data)


def append(files: Files, path: Path, data: bytes) -> None:
    """Append `data` to a file, creating it (0600) if necessary, and flush it to disk.

    Raises:
        OSError: it cannot be written; a part of `data` may have been written.
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
    # Some file systems report a full disk only on close.
    files.close(handle)
    return found


def flush(files: Files, folder: Path) -> None:
    """Make the names in `folder` survive a power failure."""
    handle = files.open(folder, os.O_RDONLY)
    try:
        files.fsync(handle)
    finally:
        files.close(handle)


def make_folder(files: Files, folder: Path) -> None:
    """Create `folder` and its missing parents (0700), durably."""
    if not folder.exists():
        make_folder(files, folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        flush(files, folder.parent)


def link(files: Files, path: Path, other: Path) -> None:
    """Give a file a second name, `other`; where hard links are impossible, make a copy.

    Raises:
        OSError: neither is possible.
    """
    try:
        files.link(path, other)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        put(files, other, path.read_bytes())


def beside(path: Path) -> Path:
    """A unique name for a temporary file next to `path`."""
    return path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")


def sweep(files: Files, path: Path) -> None:
    """Delete temporary files left by killed writers of `path`."""
    for left in path.parent.glob(f"{path.name}.*.tmp"):
        files.unlink(left)
