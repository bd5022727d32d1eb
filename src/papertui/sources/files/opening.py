"""Open a file of papers, compressed or not, and report the progress of reading."""

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
#: The size limit for formats that must be read completely.
_LARGEST_WHOLE = 64 << 20
#: Errors when decompressing a truncated or damaged file.
UNPACKING_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


class Opened(NamedTuple):
    """An open file."""

    #: The content, decompressed.
    stream: IO[bytes]
    #: The file on disk.
    raw: IO[bytes]
    #: The bytes of the file on disk; 0 if unknown, as for a pipe.
    size: int
    #: Whether the content can be read from any position.
    seekable: bool

    def done(self) -> int:
        """Return how many bytes of the file on disk are read."""
        return self.raw.tell() if self.size else 0


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Open the file at `path`, or standard input for ``-``. The first bytes decide the format, not the name.

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
    """Read an open file completely, up to `largest` bytes.

    Raises:
        UsageError: it is larger, or cannot be decompressed.
    """
    try:
        data = stream.read(largest + 1)
    except UNPACKING_ERRORS as error:
        raise UsageError("The compressed file is truncated or damaged. Download it again.") from error
    if len(data) > largest:
        raise UsageError(
            f"The file is larger than {largest >> 20} MB, which is the limit for pages and lists of papers."
        )
    return data


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise UsageError(f"The file {path} contains {len(members)} files; unpack it and import them one by one.")
    return members[0]
