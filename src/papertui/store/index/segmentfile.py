"""A segment file: its arrays one after another, followed by a table of them with checksums.

The layout allows a file of any size to be written in one pass and to be opened by reading only its end: the arrays are
memory-mapped, and only the parts that are used are read. A file never changes once it is complete.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from papertui.core.search.merging import Section
from papertui.core.search.segment import Segment

#: At both ends of a file; the number is incremented when the format of the arrays changes.
MAGIC = b"papertui index 4"
_ALIGNED = 64
_LONGEST_TABLE = 1 << 20
_PIECE = 1 << 20


class DamagedError(Exception):
    """An index file is damaged."""


class Written(NamedTuple):
    """The size and checksum of a segment file."""

    #: In bytes.
    size: int
    #: The checksum of its table, which contains the checksums of all arrays.
    seal: int


def write_segment(path: Path, sections: Iterable[Section]) -> Written:
    """Write a segment to a new file, durably.

    Raises:
        OSError: it cannot be written; the incomplete file is deleted.
    """
    try:
        with path.open("xb") as file:
            os.chmod(path, 0o600)  # noqa: PTH101 - the file just created
            file.write(MAGIC)
            table: dict[str, list[Any]] = {}
            for section in sections:
                file.write(b"\0" * (-file.tell() % _ALIGNED))
                start, length, checksum = file.tell(), 0, 0
                for piece in section.pieces:
                    data = np.ascontiguousarray(piece, section.dtype).data.cast("B")
                    file.write(data)
                    checksum = zlib.crc32(data, checksum)
                    length += len(piece)
                table[section.name] = [section.dtype.str, start, length, checksum]
            written = json.dumps(table, separators=(",", ":")).encode()
            seal = zlib.crc32(written)
            file.write(written)
            file.write(len(written).to_bytes(8, "little") + seal.to_bytes(8, "little") + MAGIC)
            file.flush()
            os.fsync(file.fileno())
            return Written(file.tell(), seal)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def open_segment(path: Path, written: Written) -> Segment:
    """The segment in a file. Its arrays are not read yet, so this is fast.

    Raises:
        DamagedError: the file is another one or incomplete, or its table is damaged.
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size != written.size:
            raise DamagedError(f"the size of {path.name} is wrong")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = {}
    for name, (kind, start, length, _) in _table(mapped, path, written).items():
        dtype = np.dtype(kind)
        if start + length * dtype.itemsize > len(mapped):
            raise DamagedError(f"{path.name} does not contain all of {name}")
        arrays[name] = np.frombuffer(mapped, dtype, length, start)
    try:
        return Segment(arrays)
    except (KeyError, ValueError) as error:
        raise DamagedError(f"{path.name} lacks an array that a segment needs") from error


def check_segment(path: Path, written: Written) -> None:
    """Read a whole file and verify its checksums; takes about a second per gigabyte.

    Raises:
        DamagedError: its contents are not what was written.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size != written.size:
            raise DamagedError(f"the size of {path.name} is wrong")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            for name, (kind, start, length, checksum) in _table(mapped, path, written).items():
                found, end = 0, start + length * np.dtype(kind).itemsize
                for at in range(start, end, _PIECE):
                    found = zlib.crc32(mapped[at : min(at + _PIECE, end)], found)
                if found != checksum:
                    raise DamagedError(f"the checksum of {name} in {path.name} is wrong")


def _table(mapped: mmap.mmap, path: Path, written: Written) -> dict[str, Any]:
    size = len(mapped)
    end = len(MAGIC) + 16
    if size < len(MAGIC) + end or mapped[: len(MAGIC)] != MAGIC or mapped[-len(MAGIC) :] != MAGIC:
        raise DamagedError(f"{path.name} is not an index file of this version")
    length = int.from_bytes(mapped[size - end : size - end + 8], "little")
    seal = int.from_bytes(mapped[size - end + 8 : size - end + 16], "little")
    if length > min(_LONGEST_TABLE, size - end - len(MAGIC)):
        raise DamagedError(f"{path.name} has no table")
    table = mapped[size - end - length : size - end]
    if zlib.crc32(table) != seal or seal != written.seal:
        raise DamagedError(f"the checksum of the table of {path.name} is wrong")
    found: dict[str, Any] = json.loads(table)
    return found
