"""Merge several segments into one, in chunks, so that memory does not grow with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.core.search.building import acronym_array, id_order, sections
from papertui.core.search.lexicon import lexicon_arrays
from papertui.core.search.neighbours import neighbour_arrays
from papertui.core.search.segment import FLAGS, NUMBERS, Segment, spread

#: The number of values processed at once.
_PIECE = 1 << 21
Array = NDArray[Any]


class Section(NamedTuple):
    """An array of a segment, in chunks."""

    name: str
    dtype: np.dtype[Any]
    #: The chunks of the array; to be consumed once, before the next section.
    pieces: Iterator[Array]


class Source(NamedTuple):
    """A segment to merge, and its papers to leave out."""

    segment: Segment
    dead: NDArray[np.uint32]


def whole(arrays: dict[str, Array]) -> Iterator[Section]:
    """Yield the arrays of one segment as sections."""
    for name, array in arrays.items():
        yield Section(name, array.dtype, iter((array,)))


def merged(sources: Sequence[Source]) -> Iterator[Section]:
    """Yield the segment with the papers of all `sources`, in their order."""
    names = sorted({word for source in sources for word in _words(source.segment)})
    ranks = {word: rank for rank, word in enumerate(names)}
    words = [np.fromiter(map(ranks.__getitem__, _words(each.segment)), np.int64) for each in sources]
    del ranks
    texts = [word.decode() for word in names]
    del names
    letters, starts = lexicon_arrays(texts)
    yield _one("words", letters)
    yield _one("words.starts", starts)
    yield from (_one(name, array) for name, array in neighbour_arrays(texts).items())
    size = len(texts)
    del texts, letters, starts
    docs = _renumbered(sources)
    for section in sections():
        yield from _postings(section, sources, words, docs, size)
    yield from _texts("titles", sources, docs)
    yield from _texts("ids", sources, docs)
    ids = [id_ for source, new in zip(sources, docs, strict=True) for id_ in _kept_ids(source, new)]
    yield _one("ids.order", id_order(ids))
    del ids
    for name in ("days", "people"):
        kept = [each.segment.arrays[name][new >= 0] for each, new in zip(sources, docs, strict=True)]
        yield _one(name, np.concatenate(kept))
    yield from _facts(sources, docs)


def _one(name: str, array: Array) -> Section:
    return Section(name, array.dtype, iter((array,)))


def _words(segment: Segment) -> list[bytes]:
    return segment.arrays["words"].tobytes().split(b"\n")[1:-1]


def _renumbered(sources: Sequence[Source]) -> list[NDArray[np.int64]]:
    """Return for each source the new numbers of its papers; -1 for those left out."""
    found, offset = [], 0
    for source in sources:
        kept = np.ones(source.segment.size, bool)
        kept[source.dead] = False
        numbers = np.cumsum(kept) - 1 + offset
        numbers[~kept] = -1
        found.append(numbers)
        offset += int(kept.sum())
    return found


def _postings(
    section: str,
    sources: Sequence[Source],
    words: Sequence[NDArray[np.int64]],
    docs: Sequence[NDArray[np.int64]],
    size: int,
) -> Iterator[Section]:
    runs = [(each.segment.arrays[f"{section}.starts"], each.segment.arrays[f"{section}.docs"]) for each in sources]
    if not any(len(run[0]) for run in runs):
        yield _one(f"{section}.starts", np.empty(0, np.uint32))
        yield _one(f"{section}.docs", np.empty(0, np.uint32))
        return
    counts = np.zeros(size, np.int64)
    for (starts, held), places, new in zip(runs, words, docs, strict=True):
        if len(starts):
            counts[places] += _kept_counts(starts, held, new)
    total = np.zeros(size + 1, np.int64)
    np.cumsum(counts, out=total[1:])
    yield _one(f"{section}.starts", total.astype(np.uint32))
    yield Section(f"{section}.docs", np.dtype(np.uint32), _merged_docs(runs, words, docs, total))


def _kept_counts(starts: NDArray[np.uint32], held: NDArray[np.uint32], new: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many postings each word keeps."""
    if not len(new) or int(new.min()) >= 0:
        return _gaps(starts)
    before = np.zeros(len(held) + 1, np.int64)
    np.cumsum(new[held] >= 0, out=before[1:])
    return _gaps(before[starts])


def _merged_docs(
    runs: Sequence[tuple[NDArray[np.uint32], NDArray[np.uint32]]],
    words: Sequence[NDArray[np.int64]],
    docs: Sequence[NDArray[np.int64]],
    total: NDArray[np.int64],
) -> Iterator[Array]:
    for first, last in pairwise(_cuts(total)):
        out = np.empty(int(total[last] - total[first]), np.uint32)
        # The position of the next posting of each word. Segments have their words in the same order as the merged one,
        # so the words of a chunk are adjacent in each of them.
        free = total[first:last] - total[first]
        for (starts, held), places, new in zip(runs, words, docs, strict=True):
            if not len(starts):
                continue
            low, high = np.searchsorted(places, (first, last)).tolist()
            if low == high:
                continue
            piece = new[held[int(starts[low]) : int(starts[high])]]
            counts = _gaps(starts[low : high + 1])
            owners = np.repeat(places[low:high] - first, counts)
            kept = piece >= 0
            if not kept.all():
                piece, owners = piece[kept], owners[kept]
                counts = np.bincount(owners, minlength=last - first)[places[low:high] - first]
            here = free[places[low:high] - first]
            out[spread(here, here + counts)] = piece
            free[places[low:high] - first] += counts
        yield out


def _gaps(starts: NDArray[np.uint32] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the differences of successive numbers."""
    return starts[1:].astype(np.int64) - starts[:-1].astype(np.int64)


def _cuts(total: NDArray[np.int64]) -> list[int]:
    """Split the words into chunks of at most some millions of postings, unless one word has more."""
    cuts = [0]
    while cuts[-1] < len(total) - 1:
        after = int(np.searchsorted(total, total[cuts[-1]] + _PIECE, side="right")) - 1
        cuts.append(min(max(after, cuts[-1] + 1), len(total) - 1))
    return cuts


def _texts(name: str, sources: Sequence[Source], docs: Sequence[NDArray[np.int64]]) -> Iterator[Section]:
    lengths = [_gaps(each.segment.arrays[f"{name}.starts"])[new >= 0] for each, new in zip(sources, docs, strict=True)]
    starts = np.zeros(sum(map(len, lengths)) + 1, np.int64)
    np.cumsum(np.concatenate(lengths), out=starts[1:])
    yield _one(f"{name}.starts", starts.astype(np.uint32))
    yield Section(name, np.dtype(np.uint8), _merged_letters(name, sources, docs))


def _merged_letters(name: str, sources: Sequence[Source], docs: Sequence[NDArray[np.int64]]) -> Iterator[Array]:
    for source, new in zip(sources, docs, strict=True):
        letters, starts = source.segment.arrays[name], source.segment.arrays[f"{name}.starts"]
        if not len(source.dead):
            for at in range(0, len(letters), _PIECE):
                yield letters[at : at + _PIECE]
            continue
        kept = np.flatnonzero(new >= 0)
        for at in range(0, len(kept), _PIECE >> 6):
            some = kept[at : at + (_PIECE >> 6)]
            yield letters[spread(starts[some].astype(np.int64), starts[some + 1].astype(np.int64))]


def _kept_ids(source: Source, new: NDArray[np.int64]) -> list[str]:
    return source.segment.ids.some(np.flatnonzero(new >= 0))


def _facts(sources: Sequence[Source], docs: Sequence[NDArray[np.int64]]) -> Iterator[Section]:
    for name in NUMBERS:
        pairs = [each.segment.numbers(name) for each in sources]
        numbers = [new[pair.docs] for pair, new in zip(pairs, docs, strict=True)]
        values = [pair.values[held >= 0] for pair, held in zip(pairs, numbers, strict=True)]
        yield _one(f"{name}.docs", np.concatenate([held[held >= 0] for held in numbers]).astype(np.uint32))
        yield _one(f"{name}.values", np.concatenate(values))
    for name in FLAGS:
        bits = [each.segment.flagged(name)[new >= 0] for each, new in zip(sources, docs, strict=True)]
        yield _one(f"has.{name}", np.packbits(np.concatenate(bits)))
    counts: dict[tuple[str, str], int] = {}
    for source in sources:
        for short, long, count in source.segment.acronyms():
            counts[short, long] = counts.get((short, long), 0) + count
    yield _one("acronyms", acronym_array(counts))
