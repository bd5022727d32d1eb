"""The lines of a stream, in heaps, with a bound on what one line may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple

#: No record about a paper is nearly as long; the longest of arXiv, with thousands of authors, has some 200 kB.
LONGEST = 4 << 20


class Heap(NamedTuple):
    """Some lines.

    Attributes:
        first: the number of the first one, counted from 1.
        lines: without their ends; ``None`` for one that is too long to be read.
        place: how many bytes of the stream lie behind them.
    """

    first: int
    lines: list[bytes | None]
    place: int


def heaps(stream: IO[bytes], size: int, *, place: int = 0, number: int = 0) -> Iterator[Heap]:
    """The lines of `stream`, some `size` bytes at a time.

    Args:
        stream: where it stands, a line begins.
        size: about so many bytes make a heap.
        place: how many bytes lie behind already.
        number: how many lines lie behind already.
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
    """Reads to the end of a line; how many bytes that were."""
    skipped = 0
    while rest := stream.readline(LONGEST):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped
