"""Files of the reader's own, outside papertui's folders: replaced as a whole, or left as they were."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from papertui.errors import StoreError

_NEW = 0o666


class Seen(NamedTuple):
    """A file as it was read.

    Attributes:
        data: what it held; ``None`` where there was none.
        signature: what must be the same for it to hold that still.
    """

    data: bytes | None
    signature: tuple[int, ...] | None


def read_out(path: Path, largest: int) -> Seen:
    """What the file at `path` holds.

    Raises:
        StoreError: it cannot be read, or holds more than `largest` bytes.
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
        raise StoreError(f"{path} is larger than {largest >> 20} MB; nothing was added to it.")
    return Seen(data, _signature(found))


def write_out(path: Path, data: bytes, seen: Seen | None = None) -> bool:
    """Replaces the file at `path`, or makes it; whoever reads it meanwhile reads the old one or the new one, whole.

    A link stays one, and the file it leads to is replaced. A new file bears the rights that the reader's umask gives,
    one that is replaced keeps its own. What is no file (a pipe, a device) is written to as it is.

    Args:
        path: where.
        data: what it shall hold.
        seen: what it held when it was read; it is not replaced where that has changed since.

    Returns:
        Whether it was replaced.

    Raises:
        StoreError: it cannot be written; what was there still is.
    """
    try:
        return _write(Path(os.path.realpath(path)), data, seen)
    except OSError as error:
        why = error.strerror or str(error)
        hint = "; make the folder first" if isinstance(error, FileNotFoundError) else ""
        raise StoreError(f"{path} cannot be written: {why}{hint}.") from error


def _write(target: Path, data: bytes, seen: Seen | None) -> bool:
    there = _stat(target)
    if there is not None and not stat.S_ISREG(there.st_mode):
        with target.open("wb") as file:
            file.write(data)
        return True
    fresh = target.with_name(f".{target.name[:100]}.{os.getpid()}-{os.urandom(4).hex()}.tmp")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if there is not None:
                os.fchmod(file.fileno(), stat.S_IMODE(there.st_mode))
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
    """Makes the new name survive a power cut, where the file system can."""
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
