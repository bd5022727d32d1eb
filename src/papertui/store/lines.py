"""An append-only file of JSON objects, one per line, each with a checksum.

Written lines are never touched again, so a kill or a full disk can only damage the line being written. A line that was
cut off or damaged later is recognized by its checksum and skipped.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from papertui.store.files import Files, append, beside, flush, make_folder, put, sweep

_BLOCK = 1 << 16
_BEGIN = b'{"sum": "'
_SUM = 8
#: The number of bytes of a line before its first key.
PREFIX = len(_BEGIN) + _SUM + len(b'", ')


class Line(NamedTuple):
    """One line of such a file."""

    #: The offset of its first byte.
    place: int
    #: The line without its line feed.
    text: bytes


class LineFile:
    """A file of checksummed lines, created (0600) on the first write. Writers need a lock.

    Args:
        path: the file.
        files: the operating system calls.
    """

    def __init__(self, path: Path, files: Files) -> None:
        self.path = path
        self._files = files

    def write(self, records: Sequence[dict[str, Any]]) -> None:
        """Append `records`; on return they survive a power failure.

        Raises:
            OSError: they cannot be written.
        """
        if not records:
            return
        make_folder(self._files, self.path.parent)
        lines = b"".join(map(_line, records))
        # After a line that was cut off, a new line begins.
        append(self._files, self.path, lines if self._ends_well() else b"\n" + lines)

    def rewrite(self, records: Iterable[dict[str, Any]]) -> None:
        """Replace all lines by `records`, durably and atomically.

        Raises:
            OSError: they cannot be written.
        """
        sweep(self._files, self.path)
        fresh = beside(self.path)
        try:
            put(self._files, fresh, b"".join(map(_line, records)))
            self._files.replace(fresh, self.path)
        except OSError:
            with suppress(OSError):
                self._files.unlink(fresh)
            raise
        flush(self._files, self.path.parent)

    def records(self) -> Iterator[dict[str, Any]]:
        """The contents of the intact lines, first to last.

        Raises:
            OSError: the file cannot be read.
        """
        return (record for line in self.lines() if (record := record_of(line.text)) is not None)

    def damaged(self) -> int:
        """The number of damaged lines.

        Raises:
            OSError: the file cannot be read.
        """
        return sum(record_of(line.text) is None for line in self.lines())

    def size(self) -> int:
        """The size in bytes; 0 if there is no file."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def lines(self, start: int = 0) -> Iterator[Line]:
        """The lines from byte `start` on, intact or not. A line without an end is left out.

        Raises:
            OSError: the file cannot be read.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(start)
            place = start
            for text in file:
                if not text.endswith(b"\n"):
                    return
                if text != b"\n":
                    yield Line(place, text[:-1])
                place += len(text)

    def newest_first(self) -> Iterator[Line]:
        """The lines from last to first, intact or not; the file is read only as far as they are consumed.

        Raises:
            OSError: the file cannot be read.
        """
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        with file:
            place = file.seek(0, os.SEEK_END)
            rest, block = b"", _BLOCK
            while place:
                size = min(block, place)
                place -= size
                file.seek(place)
                rest = file.read(size) + rest
                first = rest.find(b"\n")
                if first < 0 and place:
                    block *= 2  # a long line, which is not to be joined from many small blocks
                    continue
                at = place + len(rest)
                head, *lines = rest.split(b"\n") if not place else (rest[:first], *rest[first + 1 :].split(b"\n"))
                for text in reversed(lines):
                    at -= len(text)
                    if text:
                        yield Line(at, text)
                    at -= 1
                rest = head + b"\n" if place else head
            if rest:
                yield Line(0, rest.removesuffix(b"\n"))

    def _ends_well(self) -> bool:
        if not self.size():
            return True
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


def record_of(text: bytes) -> dict[str, Any] | None:
    """The object in a line; ``None`` if the line is damaged."""
    if not text.startswith(_BEGIN):
        return None
    body = b"{" + text[PREFIX:]
    if text[len(_BEGIN) : PREFIX] != b'%08x", ' % zlib.crc32(body):
        return None
    record: dict[str, Any] = json.loads(body)
    return record


def _line(record: dict[str, Any]) -> bytes:
    body = json.dumps(record).encode("ascii")
    return b'%b%08x", %b\n' % (_BEGIN, zlib.crc32(body), body[1:])
