"""A file that only grows: JSON objects, one a line, each with a checksum.

What was written is never touched again, so that a kill or a full disk can cost the line that was being written and no
other. A line that was torn, or was damaged later, is told by its checksum and passed over.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from papertui.store.files import Files, append, beside, flush, make_folder, put

_BLOCK = 1 << 16
_BEGIN = b'{"sum": "'
_SUM = 8
#: So many bytes of a line are before its first name.
PREFIX = len(_BEGIN) + _SUM + len(b'", ')


class Line(NamedTuple):
    """One line of a ledger.

    Attributes:
        place: where it begins, in bytes.
        text: what it is, without the line feed.
    """

    place: int
    text: bytes


class Ledger:
    """A file of checksummed lines, made (0600) when the first is written. Writers must take turns.

    Args:
        path: the file.
        files: the operating system.
    """

    def __init__(self, path: Path, files: Files) -> None:
        self.path = path
        self._files = files

    def write(self, records: Sequence[dict[str, Any]]) -> None:
        """Adds `records`; when this returns, they survive a power cut.

        Raises:
            OSError: they cannot be written.
        """
        if not records:
            return
        make_folder(self._files, self.path.parent)
        lines = b"".join(map(_line, records))
        # Behind a line that was torn a new one begins.
        append(self._files, self.path, lines if self._ends_well() else b"\n" + lines)

    def rewrite(self, records: Iterable[dict[str, Any]]) -> None:
        """Puts `records` in place of all lines, durably: the old file is there, or the new one whole.

        Raises:
            OSError: they cannot be written.
        """
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
        """What the sound lines hold, from the first to the last.

        Raises:
            OSError: the file cannot be read.
        """
        return (record for line in self.lines() if (record := record_of(line.text)) is not None)

    def damaged(self) -> int:
        """How many lines are not as they were written.

        Raises:
            OSError: the file cannot be read.
        """
        return sum(record_of(line.text) is None for line in self.lines())

    def size(self) -> int:
        """How many bytes there are; 0 when there is no file."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def lines(self, start: int = 0) -> Iterator[Line]:
        """The lines from byte `start` on, whether they are sound or not. One that has no end yet is left out.

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
        """The lines from the last to the first, whether they are sound or not; read as far as they are asked for.

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
                    block *= 2  # a long line: it is not to be put together from many small pieces
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
    """The object that a line holds, ``None`` when it is not as it was written."""
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
