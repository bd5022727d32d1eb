"""Opens a file of papers, packed or not, and tells how far the reading is."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

from papertui.errors import UsageError

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_BUFFER = 1 << 20
#: Kinds that must be read whole may be so large.
_LARGEST_WHOLE = 64 << 20
#: What reading a packed file may fail with; the file is cut or damaged.
UNPACKING_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


class Opened(NamedTuple):
    """A file that is open for reading.

    Attributes:
        stream: its content, unpacked.
        raw: the file as it lies on the disk.
        size: bytes of that; 0 when nobody can tell, as of a pipe.
        seekable: whether the content can be entered anywhere without reading what lies before.
    """

    stream: IO[bytes]
    raw: IO[bytes]
    size: int
    seekable: bool

    def done(self) -> int:
        """How many bytes of the file as it lies on the disk are read."""
        return self.raw.tell() if self.size else 0


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The file at `path`, told by its first bytes and not by its name; for ``-`` whatever comes in on stdin.

    Raises:
        UsageError: there is no such file, it cannot be read, or it is an archive of several files.
    """
    try:
        with io.BufferedReader(io.FileIO(path), _BUFFER) as raw:
            size = path.stat().st_size if path.is_file() else 0
            head = raw.peek(4)[:4]
            if head.startswith(_GZIP):
                with gzip.open(raw, "rb") as unpacked:
                    yield Opened(cast("IO[bytes]", unpacked), raw, size, seekable=False)
            elif head.startswith(_ZIP):
                with zipfile.ZipFile(raw) as archive, archive.open(_only_member(archive, path)) as member:
                    yield Opened(io.BufferedReader(cast("io.RawIOBase", member), _BUFFER), raw, size, seekable=False)
            else:
                yield Opened(raw, raw, size, seekable=bool(size))
    except (OSError, zipfile.BadZipFile) as error:
        if isinstance(error, gzip.BadGzipFile):
            raise
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"The file {path} cannot be read: {why}. Check its name and that you may read it.") from error


def whole(stream: IO[bytes], largest: int = _LARGEST_WHOLE) -> bytes:
    """All of a file that is open, of at most `largest` bytes.

    Raises:
        UsageError: it is larger, or cannot be unpacked.
    """
    try:
        data = stream.read(largest + 1)
    except UNPACKING_ERRORS as error:
        raise UsageError("The packed file is cut off or damaged. Get it anew.") from error
    if len(data) > largest:
        raise UsageError(f"The file is larger than {largest >> 20} MB, which no page or list of papers is.")
    return data


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise UsageError(f"The file {path} packs {len(members)} files; unpack it and import them by their names.")
    return members[0]
