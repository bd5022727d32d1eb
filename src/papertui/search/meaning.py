"""Find papers by what a query means: those whose vectors are nearest to the vector of its words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.model.sentences import sentences
from papertui.search import ranking
from papertui.search.lookup import SegmentRef, misspelt
from papertui.search.results import Span
from papertui.search.vectors import DIMENSIONS, SIGN_COLUMNS, Floats, WordVectors, signs
from papertui.search.words import SMALL_WORDS, words

Numbers = NDArray[np.int64]

#: Papers with the nearest signs that are compared in full.
_COMPARED = 1_000
#: The number of nearest papers that a query moves towards, how far, and the number of words beyond which it moves less.
_FED_BACK, _FEEDBACK, _SHORT = 10, 0.5, 4
#: The papers whose mean is common to all.
_SAMPLE = 2_000
#: Papers scanned at once, to stay in the processor's cache.
_PIECE = 1 << 17
#: Further from any vector than any paper.
_FARTHEST = np.iinfo(np.uint16).max


class Nearest(NamedTuple):
    """The papers nearest to a vector, the nearest first."""

    docs: Numbers
    #: The cosine of the angle to each, and what its words add.
    likeness: Floats


def nearest(parts: Sequence[SegmentRef], vector: Floats, allowed: NDArray[np.bool_], most: int) -> Nearest:
    """Return the `most` papers nearest to `vector`, of those that are `allowed`."""
    docs = _candidates(parts, vector, allowed, max(most, _COMPARED))
    likeness: Floats = _rows(parts, docs) @ vector
    order = np.argsort(-likeness, kind="stable")[:most]
    return Nearest(docs[order], likeness[order])


def asked(
    parts: Sequence[SegmentRef], query: Meant, common: Floats, allowed: NDArray[np.bool_], written: Floats, most: int
) -> Nearest:
    """Return the `most` papers nearest to what a query means, of those that are `allowed`.

    What is common to all papers says nothing, so vectors are compared without it. The query moves towards the nearest
    papers first (Rocchio, 1971), because a short one says little.

    Args:
        parts: the segments.
        query: what it means.
        common: what is common to the vectors of papers, see `common_to`.
        allowed: the papers to search.
        written: what the words of each paper add to its likeness.
        most: the number of papers to return.
    """
    docs = _candidates(parts, query.vector, allowed, max(most, _COMPARED))
    docs = np.union1d(docs, _most_written(np.where(allowed, written, np.float32(0)), most))
    rows = _unit(_rows(parts, docs) - common)
    added = written[docs]
    likeness: Floats = rows @ query.vector
    best = np.argsort(-(likeness + added), kind="stable")[:_FED_BACK]
    if len(best):
        far = _FEEDBACK * min(1.0, _SHORT / max(1, len(query.words)))
        moved = query.vector + np.float32(far) * rows[best].mean(0)
        likeness = rows @ (moved / np.float32(np.linalg.norm(moved)))
    kept = (added > 0) | (likeness >= ranking.MEANT_LEAST * likeness.max(initial=0))
    docs, likeness = docs[kept], (likeness + added)[kept]
    order = np.argsort(-likeness, kind="stable")[:most]
    return Nearest(docs[order], likeness[order])


def _most_written(written: Floats, most: int) -> Numbers:
    """Return the papers for which their words say most, at most `most`."""
    docs = np.flatnonzero(written)
    return docs[np.argsort(-written[docs], kind="stable")[:most]]


def common_to(parts: Sequence[SegmentRef]) -> Floats:
    """Return what is common to the vectors of papers: the mean of a sample of them, less of it if they are few."""
    size = sum(part.segment.size for part in parts)
    sample = np.arange(0, size, max(1, size // _SAMPLE))
    rows = _rows(parts, sample)
    share = np.float32(ranking.common_share(len(sample)))
    return share * rows.mean(0) if len(sample) else np.zeros(DIMENSIONS, np.float32)


def similarities(parts: Sequence[SegmentRef], vector: Floats, docs: Numbers) -> Floats:
    """Return how near each of `docs`, ascending, is to `vector`: the cosine; 0 for a paper without a known word."""
    near: Floats = _rows(parts, docs) @ vector
    return near


def _rows(parts: Sequence[SegmentRef], docs: Numbers) -> Floats:
    """Return the vectors of `docs`, ascending, each of length one; zeros for a paper without a known word."""
    rows = np.zeros((len(docs), DIMENSIONS), np.float32)
    for part in parts:
        low, high = np.searchsorted(docs, (part.offset, part.offset + part.segment.size)).tolist()
        if low < high:
            rows[low:high] = part.segment.vectors[docs[low:high] - part.offset]
    return _unit(rows)


def _unit(rows: Floats) -> Floats:
    """Return `rows` with the length one each, except zeros."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows)).clip(1e-9)
    units: Floats = rows / lengths[:, None]
    return units


def _candidates(parts: Sequence[SegmentRef], vector: Floats, allowed: NDArray[np.bool_], most: int) -> Numbers:
    """Return the allowed papers, or of many those whose signs are nearest to those of `vector`; ascending."""
    docs = np.flatnonzero(allowed)
    if len(docs) <= most:
        return docs
    sought = [column[0] for column in signs(vector[None])]
    far = np.empty(len(allowed), np.uint16)
    for part in parts:
        columns = part.segment.signs
        for start in range(0, part.segment.size, _PIECE):
            end = min(start + _PIECE, part.segment.size)
            total = np.zeros(end - start, np.uint16)
            for column, bits in zip(columns, sought, strict=True):
                total += _ones(column[start:end] ^ bits)
            far[part.offset + start : part.offset + end] = total
    far[~allowed] = _FARTHEST
    # Counted, not sorted: there are only 257 distances.
    within = np.cumsum(np.bincount(far[docs], minlength=64 * SIGN_COLUMNS + 1))
    limit = int(np.searchsorted(within, most))
    return np.flatnonzero(far <= limit)


def _ones(bits: NDArray[np.uint64]) -> NDArray[Any]:
    """Return the number of ones in each number."""
    if hasattr(np, "bitwise_count"):  # NumPy 2
        return np.bitwise_count(bits)
    return counted_ones(bits)


def counted_ones(bits: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Return the number of ones in each number, from a table; for NumPy 1."""
    counts: NDArray[np.uint8] = _ones_of_16_bits()[bits.view(np.uint16)].reshape(-1, 4).sum(1, dtype=np.uint8)
    return counts


@cache
def _ones_of_16_bits() -> NDArray[np.uint8]:
    return np.array([number.bit_count() for number in range(1 << 16)], np.uint8)


# --- the query ---------------------------------------------------------------------------------------


class Meant(NamedTuple):
    """What a query means."""

    vector: Floats
    #: Its words without function words, folded; misspelt ones are corrected.
    words: tuple[str, ...]
    #: Those of them whose meaning is unknown, such as names: the vector has nothing of them.
    names: frozenset[str] = frozenset()


def meant(
    query: str, typed: Sequence[str], parts: Sequence[SegmentRef], known: WordVectors, *, typing: bool
) -> Meant | None:
    """Return what a query means; ``None`` if none of its words is known.

    Args:
        query: its words as text.
        typed: its words, folded.
        parts: the segments whose words correct misspelt ones.
        known: the vectors of words.
        typing: whether the last word may be incomplete, so that the beginning of a word is not corrected.
    """
    written = {word for word in words(query) if word not in SMALL_WORDS}
    corrected = {}
    for place, word in enumerate(typed):
        if word in written and word not in known:
            begun = typing and place == len(typed) - 1
            corrected[word] = _corrected(word, parts, known, begun=begun) or word
    used = sorted({corrected.get(word, word) for word in written})
    vector = known.vector(used)
    told = dict.fromkeys(corrected.get(word, word) for word in typed if word not in SMALL_WORDS)
    names = frozenset(word for word in told if word not in known)
    return None if vector is None else Meant(vector, tuple(told), names)


def _corrected(word: str, parts: Sequence[SegmentRef], known: WordVectors, *, begun: bool) -> str | None:
    """Return the word of the index that a misspelt one most likely is; ``None`` if the index has the word itself.

    With `begun`, it is not misspelt either if a word of the index begins with it.
    """
    for part in parts:
        first, last = part.segment.lexicon.starting(word)
        if first < last and (begun or part.segment.lexicon.place(word) is not None):
            return None
    best: tuple[float, str] | None = None
    for part in parts:
        for found in misspelt(part.segment, word, typing=False, known=False):
            if found.words is not None and (best is None or found.fit > best[0]):
                near = [name for name in part.segment.lexicon.some(found.words) if name in known]
                if near:
                    best = found.fit, near[0]
    return None if best is None else best[1]


# --- the passage -------------------------------------------------------------------------------------


def nearest_sentence(text: str, vector: Floats, known: WordVectors) -> Span | None:
    """Return the sentence of `text` that is nearest to `vector`; ``None`` if it has a single one, or no known word."""
    all_sentences = list(sentences(text))
    best: tuple[float, Span] | None = None
    for start, end in all_sentences if len(all_sentences) > 1 else ():
        own = known.vector(words(text[start:end]))
        near = 0.0 if own is None else float(own @ vector)
        if near > (0.0 if best is None else best[0]):
            best = near, (start, end)
    return None if best is None else best[1]
