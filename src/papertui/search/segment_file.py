"""Segments as files with checksums, and the manifest of those that count."""

from __future__ import annotations

import base64
import binascii
import json
import mmap
import os
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.files import stamp_of, write_atomic
from papertui.search.builder import ArraySection
from papertui.search.segment import Segment
from papertui.search.vectors import MODEL

# --- files: arrays, followed by a table of them with checksums ---------------------------------------
# The layout allows a file of any size to be written in one pass and to be opened by reading only its end: the arrays
# are memory-mapped, and only the parts that are used are read. A file never changes once it is complete.

#: At both ends of a file; the number is incremented when the format of the arrays changes.
MAGIC = b"papertui index 6"
_ALIGNED = 64
_LONGEST_TABLE = 1 << 20
_PIECE = 1 << 20


class DamagedSegmentError(Exception):
    """An index file is damaged."""


class SegmentFile(NamedTuple):
    """The size and checksum of a segment file."""

    #: In bytes.
    size: int
    #: The checksum of its table, which contains the checksums of all arrays.
    seal: int


def write_segment(path: Path, sections: Iterable[ArraySection]) -> SegmentFile:
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
            return SegmentFile(file.tell(), seal)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def open_segment(path: Path, written: SegmentFile) -> Segment:
    """The segment in a file. Its arrays are not read yet, so this is fast.

    Raises:
        DamagedError: the file is another one or incomplete, or its table is damaged.
        OSError: it cannot be opened.
    """
    arrays = open_arrays(path, written)
    try:
        return Segment(arrays)
    except (KeyError, ValueError) as error:
        raise DamagedSegmentError(f"{path.name} lacks an array that a segment needs") from error


def open_arrays(path: Path, written: SegmentFile) -> dict[str, NDArray[Any]]:
    """The arrays in a file, by name. They are mapped, not read.

    Raises:
        DamagedError: the file is another one or incomplete, or its table is damaged.
        OSError: it cannot be opened.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size != written.size:
            raise DamagedSegmentError(f"the size of {path.name} is wrong")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = {}
    for name, (kind, start, length, _) in _table(mapped, path, written).items():
        dtype = np.dtype(kind)
        if start + length * dtype.itemsize > len(mapped):
            raise DamagedSegmentError(f"{path.name} does not contain all of {name}")
        arrays[name] = np.frombuffer(mapped, dtype, length, start)
    return arrays


def check_segment(path: Path, written: SegmentFile) -> None:
    """Read a whole file and verify its checksums; takes about a second per gigabyte.

    Raises:
        DamagedError: its contents are not what was written.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size != written.size:
            raise DamagedSegmentError(f"the size of {path.name} is wrong")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            for name, (kind, start, length, checksum) in _table(mapped, path, written).items():
                computed, end = 0, start + length * np.dtype(kind).itemsize
                for at in range(start, end, _PIECE):
                    computed = zlib.crc32(mapped[at : min(at + _PIECE, end)], computed)
                if computed != checksum:
                    raise DamagedSegmentError(f"the checksum of {name} in {path.name} is wrong")


def _table(mapped: mmap.mmap, path: Path, written: SegmentFile) -> dict[str, Any]:
    size = len(mapped)
    end = len(MAGIC) + 16
    if size < len(MAGIC) + end or mapped[: len(MAGIC)] != MAGIC or mapped[-len(MAGIC) :] != MAGIC:
        raise DamagedSegmentError(f"{path.name} is not an index file of this version")
    length = int.from_bytes(mapped[size - end : size - end + 8], "little")
    seal = int.from_bytes(mapped[size - end + 8 : size - end + 16], "little")
    if length > min(_LONGEST_TABLE, size - end - len(MAGIC)):
        raise DamagedSegmentError(f"{path.name} has no table")
    table = mapped[size - end - length : size - end]
    if zlib.crc32(table) != seal or seal != written.seal:
        raise DamagedSegmentError(f"the checksum of the table of {path.name} is wrong")
    entries: dict[str, Any] = json.loads(table)
    return entries


# --- the manifest; replacing it publishes a new state of the index -----------------------------------

#: Incremented when the format of the list or of the segments changes; an index of another version is rebuilt.
VERSION = 6
PUBLISHED = "segments.json"
#: The parts of an index that is being built, from the oldest papers on; its `row` and `change` are those it will have.
UNFINISHED = "building.json"


class ManifestEntry(NamedTuple):
    """A current segment."""

    #: Its file name in the folder of the index.
    file: str
    #: The expected size and checksum of the file.
    written: SegmentFile
    #: The number of its papers.
    papers: int
    #: Those of them that are gone, or are in a later segment.
    dead: NDArray[np.uint32]


class Manifest(NamedTuple):
    """A state of the index."""

    #: The random id of the indexed archive file.
    archive: str = ""
    #: The greatest row number in the index.
    row: int = 0
    #: The last change in the index.
    change: int = 0
    #: Oldest first.
    segments: tuple[ManifestEntry, ...] = ()


def read_manifest(folder: Path, name: str = PUBLISHED) -> Manifest | None:
    """The manifest of the index in `folder`; ``None`` if there is none, or one of another version or model.

    With the name `UNFINISHED`, that of the parts of an index that is being built.

    Raises:
        DamagedError: the manifest is damaged.
        OSError: it cannot be read.
    """
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError:
        return None
    head, _, body = data.partition(b"\n")
    try:
        version, checksum = map(int, head.split())
    except ValueError:
        raise DamagedSegmentError("the list of segments has no header") from None
    if version != VERSION:
        return None
    if zlib.crc32(body) != checksum:
        raise DamagedSegmentError("the checksum of the list of segments is wrong")
    try:
        record: dict[str, Any] = json.loads(body)
        if record["vectors"] != MODEL:
            return None
        segments = tuple(
            ManifestEntry(
                one["file"],
                SegmentFile(one["size"], one["seal"]),
                one["papers"],
                np.frombuffer(base64.b64decode(one["dead"]), np.uint32),
            )
            for one in record["segments"]
        )
        return Manifest(record["archive"], record["row"], record["change"], segments)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise DamagedSegmentError("the list of segments cannot be read") from error


def write_manifest(folder: Path, manifest: Manifest, name: str = PUBLISHED) -> None:
    """Publish a manifest atomically, or save the parts of an unfinished index.

    Raises:
        OSError: it cannot be written; the previous one stays current.
    """
    record = {
        "archive": manifest.archive,
        "row": manifest.row,
        "change": manifest.change,
        "vectors": MODEL,
        "segments": [
            {
                "file": one.file, "size": one.written.size, "seal": one.written.seal, "papers": one.papers,
                "dead": base64.b64encode(one.dead.astype(np.uint32).tobytes()).decode(),
            }
            for one in manifest.segments
        ],
    }  # fmt: skip
    body = json.dumps(record).encode()
    write_atomic(folder / name, f"{VERSION} {zlib.crc32(body)}\n".encode() + body)


# --- verified files, which are not read in full at every start ---------------------------------------

_CHECKED_NAME = "checked.json"


class VerifiedFiles:
    """Remembers verified files by what changes when they are written: device, inode, size and times.

    The ctime of an inode cannot be set back, so a file that was modified, copied or restored is verified again. Losing
    this record only costs another verification.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _CHECKED_NAME
        self._known: dict[str, list[int]] | None = None

    def check(self, path: Path, written: SegmentFile) -> None:
        """Verify a file, unless it was verified since it last changed.

        Raises:
            DamagedError: its contents are not what was written.
            OSError: it cannot be read.
        """
        if self._load().get(path.name) != list(stamp_of(path.stat())):
            check_segment(path, written)
            self.note(path)

    def note(self, path: Path) -> None:
        """Record that a file is valid, such as one that was just written."""
        known = {name: signature for name, signature in self._load().items() if (path.parent / name).exists()}
        known[path.name] = list(stamp_of(path.stat()))
        self._known = known
        with suppress(OSError):
            write_atomic(self._path, json.dumps(known).encode(), durable=False)

    def _load(self) -> dict[str, list[int]]:
        if self._known is None:
            self._known = {}
            with suppress(OSError, ValueError):
                known = json.loads(self._path.read_text(encoding="utf-8"))
                if isinstance(known, dict):
                    self._known = known
        return self._known
