"""Read the lines of a stream in chunks, with a limit on the length of a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple

#: The longest record of arXiv, with thousands of authors, has some 200 kB.
LONGEST = 4 << 20


class Heap(NamedTuple):
    """A chunk of lines."""

    #: The number of the first line, counted from 1.
    first: int
    #: Without their line ends; ``None`` for a line that is too long.
    lines: list[bytes | None]
    #: The bytes of the stream up to the end of the chunk.
    place: int


def heaps(stream: IO[bytes], size: int, *, place: int = 0, number: int = 0) -> Iterator[Heap]:
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
            yield Heap(first, lines, place)
            first += len(lines)
            lines, held = [], 0
    if lines:
        yield Heap(first, lines, place)


def _skip(stream: IO[bytes]) -> int:
    """Read to the end of a line and return the number of bytes read."""
    skipped = 0
    while rest := stream.readline(LONGEST):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped
