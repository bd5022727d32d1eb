"""Write files so that they are complete or unchanged: private folders, durable writes, atomic replacement."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from papertui.errors import StoreError

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
_FROM_UMASK = 0o666
#: The errors of file systems without hard links, or of links across file systems.
_NO_LINKS = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
#: The errors of file systems that cannot flush a folder, and of folders that may be written but not read.
_NO_FLUSH = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EACCES, errno.EPERM})
#: The errors of a full disk; the last one is that of a limit on the size of files.
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: The errors of a disk that cannot be written, as opposed to those of a wrong path.
UNWRITABLE = DISK_FULL | {errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENOLCK, errno.ESTALE}
_FULL, _READ_ONLY = "the disk is full", "the disk is read-only"
#: Bytes that no disk stores without a free block.
_BLOCK = 4096
#: Characters of a file name that a temporary name repeats; file systems allow 255 bytes.
_LONGEST_STEM = 100


class FileOperations:
    """The operating system calls of a write, one method for each; tests make each of them fail."""

    def open(self, path: Path, flags: int, mode: int = PRIVATE_FILE) -> int:
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


SYSTEM = FileOperations()


class FileStamp(NamedTuple):
    """What changes when a file is written or replaced: two files with equal stamps have the same contents."""

    device: int
    inode: int
    modified: int  # nanoseconds
    changed: int  # nanoseconds; programs cannot set it
    size: int  # bytes


def stamp_of(status: os.stat_result) -> FileStamp:
    return FileStamp(status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns, status.st_size)


def file_stamp(path: Path) -> FileStamp | None:
    """The stamp of a file; ``None`` if it does not exist or its folder cannot be searched."""
    try:
        return stamp_of(os.stat(path))  # noqa: PTH116 - called often, and twice as fast as Path.stat
    except OSError:
        return None


# --- folders and names -------------------------------------------------------------------------------


def make_private(folder: Path, files: FileOperations = SYSTEM) -> None:
    """Create a folder and its missing parents, each with mode 0700, durably.

    `Path.mkdir(parents=True)` applies the mode to the last folder only and leaves the parents readable for everybody.

    Raises:
        OSError: a folder cannot be created.
    """
    if folder.is_dir():
        return
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    except FileNotFoundError:
        make_private(folder.parent, files)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    flush(folder.parent, files)


def flush(folder: Path, files: FileOperations = SYSTEM) -> None:
    """Make the names in `folder` survive a power failure, if the file system supports that.

    Raises:
        OSError: the disk reports an error.
    """
    try:
        handle = files.open(folder, os.O_RDONLY)
        try:
            files.fsync(handle)
        finally:
            files.close(handle)
    except OSError as error:
        if error.errno not in _NO_FLUSH:
            raise


def reason(error: OSError) -> str:
    """Why a file cannot be read or written, in words."""
    if error.errno == errno.EROFS:
        return _READ_ONLY
    return _FULL if error.errno in DISK_FULL else error.strerror or str(error)


def why_unwritable(folder: Path, *, probe: bool = False) -> str:
    """Why nothing can be written to a folder, in words; empty if it can be, or if the reason is unknown.

    With `probe` a file is written in any case, which shows more, such as that a quota is used up.
    """
    while not folder.is_dir() and folder.parent != folder:
        folder = folder.parent  # it would be created there
    try:
        disk = os.statvfs(folder)
    except OSError as error:
        return reason(error)
    if disk.f_flag & os.ST_RDONLY:
        return _READ_ONLY
    if not os.access(folder, os.W_OK | os.X_OK):
        return "the folder is read-only"
    is_root = os.geteuid() == 0  # which may use what is reserved
    free_blocks = disk.f_bfree if is_root else disk.f_bavail
    free_names = disk.f_ffree if is_root else disk.f_favail
    # Some network file systems report 0 for everything.
    if probe or (disk.f_blocks and not free_blocks) or (disk.f_files and not free_names):
        return _why_not_written(folder)
    return ""


def unwritable_notice(folder: Path, *, probe: bool = False) -> str:
    """A message that nothing can be written to a folder, and why, see `why_unwritable`."""
    why = why_unwritable(folder, probe=probe)
    if not why:
        return ""
    return f"Nothing new is stored in {folder}, because {why}.{' Free some space.' if why == _FULL else ''}"


def _why_not_written(folder: Path) -> str:
    """Why a file of one block cannot be written to a folder; empty if it can."""
    probe = _temporary(folder / "disk")
    try:
        _create(probe, bytes(_BLOCK), PRIVATE_FILE, SYSTEM, durable=True)
    except OSError as error:
        return reason(error)
    finally:
        with suppress(OSError):
            SYSTEM.unlink(probe)
    return ""


def free_name_for_damaged(path: Path, at: datetime) -> Path:
    """The dated name under which a damaged file or folder is kept: ``bookmarks.json.damaged-20260430-061200``."""
    stem = f"{path.name}.damaged-{at:%Y%m%d-%H%M%S}"
    kept, number = path.with_name(stem), 1
    while os.path.lexists(kept):
        number += 1
        kept = path.with_name(f"{stem}-{number}")
    return kept


def _temporary(path: Path) -> Path:
    """A unique, hidden name next to `path`."""
    return path.with_name(f".{path.name[:_LONGEST_STEM]}.{os.getpid()}-{os.urandom(4).hex()}.tmp")


def sweep(path: Path, files: FileOperations = SYSTEM) -> None:
    """Delete temporary files left by killed writers of `path`. No other process may be writing it.

    Raises:
        OSError: the folder cannot be read, or a file in it cannot be deleted.
    """
    stem = f"{path.name[:_LONGEST_STEM]}."
    for name in os.listdir(path.parent):  # noqa: PTH208 - only names are needed
        # Older versions did not hide them.
        if name.endswith(".tmp") and name.removeprefix(".").startswith(stem):
            files.unlink(path.parent / name)


# --- writing -----------------------------------------------------------------------------------------


def write_atomic(
    path: Path,
    data: bytes,
    *,
    mode: int | None = PRIVATE_FILE,
    durable: bool = True,
    files: FileOperations = SYSTEM,
    before_replace: Callable[[], None] | None = None,
) -> FileStamp:
    """Replace or create a file; readers always see the complete old or new contents.

    A symbolic link at `path` is replaced; to keep it, pass the path of its target.

    Args:
        path: the file; its folder must exist.
        data: its new contents.
        mode: its permissions; ``None`` keeps those of the file that is replaced, or follows the umask.
        durable: whether the new file must survive a power failure when this returns. Caches need not.
        files: the operating system calls.
        before_replace: called when the new contents are on disk. If it raises, `path` is unchanged.

    Returns:
        The stamp of the new file before it was renamed, which changes its `changed` only.

    Raises:
        OSError: it cannot be written. The file is then the complete old one or the complete new one.
    """
    fresh = _temporary(path)
    try:
        _create(fresh, data, _mode_for(path) if mode is None else mode, files, durable=durable)
        stamp = stamp_of(fresh.stat())
        if before_replace is not None:
            before_replace()
        files.replace(fresh, path)
    except BaseException:
        with suppress(OSError):
            files.unlink(fresh)
        raise
    if durable:
        flush(path.parent, files)
    return stamp


def append(path: Path, data: bytes, files: FileOperations = SYSTEM) -> None:
    """Append `data` to a file, creating it (0600) if necessary, durably.

    Raises:
        OSError: it cannot be written; a part of `data` may have been written.
    """
    is_new = not path.exists()
    handle = files.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    _write(handle, data, files, durable=True)
    if is_new:
        flush(path.parent, files)


def link(path: Path, other: Path, files: FileOperations = SYSTEM) -> None:
    """Give a file a second name, `other`; where hard links are impossible, make a copy.

    Raises:
        OSError: neither is possible.
    """
    try:
        files.link(path, other)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _create(other, path.read_bytes(), PRIVATE_FILE, files, durable=True)


def link_over(path: Path, target: Path, files: FileOperations = SYSTEM) -> None:
    """Make `target` a second name of `path`, replacing what has that name. No other process may do so meanwhile.

    Raises:
        OSError: that is impossible; `target` is unchanged.
    """
    sweep(target, files)
    fresh = _temporary(target)
    try:
        link(path, fresh, files)
        files.replace(fresh, target)
    finally:
        # Renaming one of two links to the same file over the other does nothing and leaves both.
        with suppress(OSError):
            files.unlink(fresh)


def _mode_for(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _create(path: Path, data: bytes, mode: int | None, files: FileOperations, *, durable: bool) -> None:
    handle = files.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FROM_UMASK if mode is None else PRIVATE_FILE)
    _write(handle, data, files, durable=durable, mode=mode)


def _write(handle: int, data: bytes, files: FileOperations, *, durable: bool, mode: int | None = PRIVATE_FILE) -> None:
    """Write `data` to an open file and close it."""
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[files.write(handle, rest) :]
        if mode is not None and mode != PRIVATE_FILE:
            os.fchmod(handle, mode)
        if durable:
            files.fsync(handle)
    except BaseException:
        with suppress(OSError):
            files.close(handle)
        raise
    # Some file systems report a full disk only on close.
    files.close(handle)


# --- the user's files outside papertui's folders -----------------------------------------------------


class FileVersion(NamedTuple):
    """A file at the time it was read."""

    data: bytes | None  # ``None`` if it did not exist
    stamp: FileStamp | None


class _ChangedError(Exception):
    """Another program wrote the file meanwhile."""


def read_file(path: Path, largest: int) -> FileVersion:
    """The contents of the file at `path`.

    Raises:
        StoreError: it cannot be read, or is larger than `largest` bytes.
    """
    try:
        with path.open("rb") as file:
            stamp = stamp_of(os.fstat(file.fileno()))
            data = file.read(largest + 1)
    except FileNotFoundError:
        return FileVersion(None, None)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > largest:
        raise StoreError(f"{path} is larger than {largest >> 20} MB. Nothing was added to it.")
    return FileVersion(data, stamp)


def write_file(path: Path, data: bytes, seen: FileVersion | None = None) -> bool:
    """Write a file of the user with `write_atomic`.

    A symbolic link is kept, and its target is replaced. A new file gets the permissions of the umask, a replaced one
    keeps its own. Anything but a regular file (a pipe, a device) is written to directly.

    Args:
        path: the file.
        data: its new contents.
        seen: the file when it was read; it is not replaced if it has changed since.

    Returns:
        Whether it was written.

    Raises:
        StoreError: it cannot be written; the old contents are unchanged.
    """
    target = Path(os.path.realpath(path))

    def check() -> None:
        if seen is not None and file_stamp(target) != seen.stamp:
            raise _ChangedError

    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                file.write(data)
        else:
            write_atomic(target, data, mode=None, before_replace=check)
    except _ChangedError:
        return False
    except OSError as error:
        why = reason(error)
        hint = "; create the folder first" if isinstance(error, FileNotFoundError) else ""
        raise StoreError(f"{path} cannot be written: {why}{hint}.") from error
    return True
