"""Open files of papers, compressed or not, and read their lines in bounded chunks."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

from papertui.errors import UsageError

#: The longest record of arXiv, with thousands of authors, has some 200 kB.
LONGEST = 4 << 20


class LineChunk(NamedTuple):
    """A chunk of lines."""

    #: The number of the first line, counted from 1.
    first: int
    #: Without their line ends; ``None`` for a line that is too long.
    lines: list[bytes | None]
    #: The bytes of the stream up to the end of the chunk.
    place: int


def line_chunks(stream: IO[bytes], size: int, *, place: int = 0, number: int = 0) -> Iterator[LineChunk]:
    """Yield the lines of `stream` in chunks of about `size` bytes.

    Args:
        stream: positioned at the start of a line.
        size: the approximate number of bytes per chunk.
        place: the bytes already read.
        number: the lines already read.
    """
    lines: list[bytes | None] = []
    held, first = 0, number + 1
    while line := stream.readline(LONGEST):
        place += len(line)
        if len(line) >= LONGEST and not line.endswith(b"\n"):
            place += _skip(stream)
            lines.append(None)
        else:
            lines.append(line.rstrip(b"\r\n"))
            held += len(line)
        if held >= size:
            yield LineChunk(first, lines, place)
            first += len(lines)
            lines, held = [], 0
    if lines:
        yield LineChunk(first, lines, place)


def _skip(stream: IO[bytes]) -> int:
    """Read to the end of a line and return the number of bytes read."""
    skipped = 0
    while rest := stream.readline(LONGEST):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped


_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_BUFFER = 1 << 20
#: Comments before the first entry of a bibliography can be longer than a hundred kilobytes.
_PEEK = 1 << 18
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: The size limit for formats that must be read completely.
_LARGEST_WHOLE = 64 << 20
#: Errors when decompressing a truncated or damaged file.
UNPACKING_ERRORS = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)


def rough_text(data: bytes) -> str:
    """Decode bytes roughly, precisely enough to find ids and to detect the format."""
    return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig", "replace")


class Head(NamedTuple):
    """The first bytes of a file, which decide its kind."""

    data: bytes

    @property
    def cut(self) -> bool:
        """Whether the file may be longer."""
        return len(self.data) == _PEEK

    @property
    def start(self) -> bytes:
        """Without a byte order mark and blanks before the content."""
        return self.data.removeprefix(codecs.BOM_UTF8).lstrip()

    @property
    def is_binary(self) -> bool:
        return b"\0" in self.data and not self.data.startswith(_UTF_16)

    @property
    def text(self) -> str:
        return rough_text(self.data)

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


class OpenedFile(NamedTuple):
    """An open file."""

    #: The content, decompressed.
    stream: IO[bytes]
    #: The file on disk.
    raw: IO[bytes]
    #: The bytes of the file on disk; 0 if unknown, as for a pipe.
    size: int
    #: Whether the content can be read from any position.
    seekable: bool
    #: The bytes and lines of the content that an earlier, interrupted import has read.
    place: int = 0
    number: int = 0

    def head(self) -> Head:
        """Return the first bytes of the content, without moving the stream."""
        peek = getattr(self.stream, "peek", None)
        data: bytes = b"" if peek is None else peek(_PEEK)[:_PEEK]
        return Head(data)

    def done(self) -> int:
        """Return how many bytes of the file on disk are read."""
        return self.raw.tell() if self.size else 0


@contextmanager
def open_file(path: Path) -> Iterator[OpenedFile]:
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
                    yield OpenedFile(cast("IO[bytes]", unpacked), raw, size, seekable=False)
            elif head.startswith(_ZIP):
                with zipfile.ZipFile(raw) as archive, archive.open(_only_member(archive, path)) as member:
                    yield OpenedFile(
                        io.BufferedReader(cast("io.RawIOBase", member), _BUFFER), raw, size, seekable=False
                    )
            else:
                yield OpenedFile(raw, raw, size, seekable=bool(size))
    except (OSError, zipfile.BadZipFile) as error:
        if isinstance(error, gzip.BadGzipFile):
            raise
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"The file {path} cannot be read: {why}. Check its name and permissions.") from error


def read_whole(stream: IO[bytes], largest: int = _LARGEST_WHOLE) -> bytes:
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
