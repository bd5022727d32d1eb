"""Write files so that they are whole or not there: private folders, durable writes, atomic replacement."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from papertui.errors import StoreError

# Folders that only their owner can access.


def make_private(folder: Path) -> None:
    """Create a folder and its missing parents, each with mode 0700.

    `Path.mkdir(parents=True)` applies the mode to the last folder only and leaves the parents readable for everybody.

    Raises:
        OSError: a folder cannot be created.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError:
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


# The operating system calls for writing files, and the durable operations made of them.

_FRESH = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND
#: The errors of file systems without hard links, or of links across file systems.
_NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})


class FileOperations:
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


def put(files: FileOperations, path: Path, data: bytes) -> os.stat_result:
    """Create a file (0600) with `data` and flush it to disk; its name is not flushed yet.

    Returns:
        The status of the file.

    Raises:
        OSError: it exists already or cannot be written.
    """
    return _written(files, files.open(path, _FRESH), data)


def append(files: FileOperations, path: Path, data: bytes) -> None:
    """Append `data` to a file, creating it (0600) if necessary, and flush it to disk.

    Raises:
        OSError: it cannot be written; a part of `data` may have been written.
    """
    made = not path.exists()
    _written(files, files.open(path, _APPEND), data)
    if made:
        flush(files, path.parent)


def _written(files: FileOperations, handle: int, data: bytes) -> os.stat_result:
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


def flush(files: FileOperations, folder: Path) -> None:
    """Make the names in `folder` survive a power failure."""
    handle = files.open(folder, os.O_RDONLY)
    try:
        files.fsync(handle)
    finally:
        files.close(handle)


def make_folder(files: FileOperations, folder: Path) -> None:
    """Create `folder` and its missing parents (0700), durably."""
    if not folder.exists():
        make_folder(files, folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        flush(files, folder.parent)


def link(files: FileOperations, path: Path, other: Path) -> None:
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


def sweep(files: FileOperations, path: Path) -> None:
    """Delete temporary files left by killed writers of `path`."""
    for left in path.parent.glob(f"{path.name}.*.tmp"):
        files.unlink(left)


# The user's files outside papertui's folders: replaced atomically, or left unchanged.

_NEW, _PRIVATE = 0o666, 0o600


class FileVersion(NamedTuple):
    """A file at the time it was read."""

    #: Its contents; ``None`` if it did not exist.
    data: bytes | None
    #: Device, inode, time of change and size; if these are equal, so are the contents.
    signature: tuple[int, ...] | None


def read_file(path: Path, largest: int) -> FileVersion:
    """The contents of the file at `path`.

    Raises:
        StoreError: it cannot be read, or is larger than `largest` bytes.
    """
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            data = file.read(largest + 1)
    except FileNotFoundError:
        return FileVersion(None, None)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > largest:
        raise StoreError(f"{path} is larger than {largest >> 20} MB. Nothing was added to it.")
    return FileVersion(data, _signature(found))


def write_atomic(path: Path, data: bytes, seen: FileVersion | None = None, *, private: bool = False) -> bool:
    """Replace or create the file at `path`; readers always see the complete old or new contents.

    A symbolic link is kept, and its target is replaced. A new file gets the permissions of the umask, a replaced one
    keeps its own. Anything but a regular file (a pipe, a device) is written to directly.

    Args:
        path: the file.
        data: its new contents.
        seen: the file when it was read; it is not replaced if it has changed since.
        private: only its owner can read and write it (0600), whatever it was before.

    Returns:
        Whether it was replaced.

    Raises:
        StoreError: it cannot be written; the old contents are unchanged.
    """
    try:
        return _write(Path(os.path.realpath(path)), data, seen, private=private)
    except OSError as error:
        why = error.strerror or str(error)
        hint = "; create the folder first" if isinstance(error, FileNotFoundError) else ""
        raise StoreError(f"{path} cannot be written: {why}{hint}.") from error


def _write(target: Path, data: bytes, seen: FileVersion | None, *, private: bool) -> bool:
    old = _stat(target)
    if old is not None and not stat.S_ISREG(old.st_mode):
        with target.open("wb") as file:
            file.write(data)
        return True
    fresh = target.with_name(f".{target.name[:100]}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE if private else _NEW)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if old is not None and not private:
                os.fchmod(file.fileno(), stat.S_IMODE(old.st_mode))
            os.fsync(file.fileno())
        if seen is not None and _now(target) != seen.signature:
            fresh.unlink()
            return False
        fresh.replace(target)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    _flush(target.parent)
    return True


def _flush(folder: Path) -> None:
    """Make the new name survive a power failure, if the file system supports that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _now(path: Path) -> tuple[int, ...] | None:
    found = _stat(path)
    return None if found is None else _signature(found)


def _signature(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
