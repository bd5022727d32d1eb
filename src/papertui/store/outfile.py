"""The user's files outside papertui's folders: replaced atomically, or left unchanged."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from papertui.errors import StoreError

_NEW = 0o666


class Seen(NamedTuple):
    """A file at the time it was read."""

    #: Its contents; ``None`` if it did not exist.
    data: bytes | None
    #: Device, inode, time of change and size; if these are equal, so are the contents.
    signature: tuple[int, ...] | None


def read_out(path: Path, largest: int) -> Seen:
    """The contents of the file at `path`.

    Raises:
        StoreError: it cannot be read, or is larger than `largest` bytes.
    """
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            data = file.read(largest + 1)
    except FileNotFoundError:
        return Seen(None, None)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > largest:
        raise StoreError(f"{path} is larger than {largest >> 20} MB. Nothing was added to it.")
    return Seen(data, _signature(found))


def write_out(path: Path, data: bytes, seen: Seen | None = None) -> bool:
    """Replace or create the file at `path`; readers always see the complete old or new contents.

    A symbolic link is kept, and its target is replaced. A new file gets the permissions of the umask, a replaced one
    keeps its own. Anything but a regular file (a pipe, a device) is written to directly.

    Args:
        path: the file.
        data: its new contents.
        seen: the file when it was read; it is not replaced if it has changed since.

    Returns:
        Whether it was replaced.

    Raises:
        StoreError: it cannot be written; the old contents are unchanged.
    """
    try:
        return _write(Path(os.path.realpath(path)), data, seen)
    except OSError as error:
        why = error.strerror or str(error)
        hint = "; create the folder first" if isinstance(error, FileNotFoundError) else ""
        raise StoreError(f"{path} cannot be written: {why}{hint}.") from error


def _write(target: Path, data: bytes, seen: Seen | None) -> bool:
    old = _stat(target)
    if old is not None and not stat.S_ISREG(old.st_mode):
        with target.open("wb") as file:
            file.write(data)
        return True
    fresh = target.with_name(f".{target.name[:100]}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if old is not None:
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
