"""Find the words that a misspelt word may stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

# --- distance ----------------------------------------------------------------------------------------
# The distance is Optimal String Alignment: each omitted, added or replaced letter and each swap of neighbours counts
# one.

#: Shorter typed words must be correct.
SHORTEST = 3
#: From this length on, typed words may have two slips instead of one.
TWO_SLIPS_FROM = 8
FAR = 99


def slips_allowed(word: str) -> int:
    """Return how many slips are tolerated in `word`.

    Numbers and signs must be correct: 2604.26951 is never 2604.26952, and C++ is not “c4”.
    """
    if len(word) < SHORTEST or not any(map(str.isalpha, word)) or not (word[0].isalnum() and word[-1].isalnum()):
        return 0
    return 1 if len(word) < TWO_SLIPS_FROM else 2


def distances(word: str, others: Sequence[str], most: int) -> NDArray[np.uint8]:
    """Return the slips between `word` and each of `others`; more than `most` are given as `FAR`."""
    if not others:
        return np.empty(0, np.uint8)
    measured: NDArray[np.uint8] = process.cdist([word], others, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[
        0
    ]
    measured[measured > most] = FAR
    return measured


def prefix_distances(word: str, others: Sequence[str], most: int) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """Return the slips between `word` and the best prefix of each of `others`, and the length of that prefix."""
    size = len(word)
    cuts = sorted(range(max(1, size - most), size + most + 1), key=lambda cut: abs(cut - size))
    starts = [other[:cut] for cut in cuts for other in others]
    table = distances(word, starts, most).reshape(len(cuts), len(others))
    best = table.argmin(axis=0) if len(others) else np.empty(0, np.intp)
    return table[best, np.arange(len(others))], np.array(cuts, np.intp)[best]


def aligned(word: str, other: str) -> list[tuple[int, int]]:
    """Return the ranges of letters of `other` that `word` has too, in order."""
    return [(step.dest_start, step.dest_end) for step in Levenshtein.opcodes(word, other) if step.tag == "equal"]


def nearest(word: str, written: Sequence[str]) -> str | None:
    """Return the word in `written` that `word` most likely means, complete or not; ``None`` if there is none.

    The first one, if several are equally likely.
    """
    most = slips_allowed(word)
    others = [other for other in dict.fromkeys(written) if len(other) >= len(word) - most]
    if not most or not others:
        return None
    whole, (begun, _) = distances(word, others, most), prefix_distances(word, others, most)
    far = np.minimum(whole.astype(np.int64) * 2, begun.astype(np.int64) * 2 + 1)
    best = int(far.argmin())
    return others[best] if far[best] <= 2 * most + 1 else None


# --- candidates in a large lexicon -------------------------------------------------------------------
# Two words that differ by one slip become equal once a letter is deleted from each (the symmetric delete method of
# https://github.com/wolfgarbe/SymSpell). So every prefix of a word is indexed under all its forms with a letter
# deleted, and a misspelt word is looked up under its own such forms. For a word of L letters only the prefixes of L
# letters matter, whichever letter was omitted, added, replaced or swapped, and whether the word is complete or still
# being typed. From eight letters on, two slips are allowed and the first seven letters decide.
#
# Forms are stored in hash buckets ("drawers"); other forms in the same bucket are excluded by a later comparison.

_SHORTEST, _LONGEST = SHORTEST, TWO_SLIPS_FROM - 1
#: The lengths of the indexed prefixes.
LEVELS = range(_SHORTEST, _LONGEST + 1)
#: The multiplier of Fibonacci hashing.
_FACTOR = 0x9E3779B1
_MASK = 0xFFFFFFFF
#: The average number of forms per bucket.
_SHARED = 2


class Level(NamedTuple):
    """The prefixes of one length."""

    #: The start of each bucket in `filed`: a power of two of them, plus one.
    drawers: NDArray[np.uint32]
    #: The prefixes, bucket by bucket.
    filed: NDArray[np.uint32]
    #: For each prefix, the first word that starts with it.
    first: NDArray[np.uint32]
    #: For each prefix, one past the last such word.
    last: NDArray[np.uint32]


def near_words(level: Level, word: str) -> NDArray[np.int64]:
    """Return the prefixes of a level that may be within the allowed slips of `word`, including false positives.

    `level` is the one for the length of `word`, or the last one for longer words.
    """
    start = word[:_LONGEST]
    forms = {start}
    for count in range(1, slips_allowed(word) + 1):
        for cut in combinations(range(len(start)), count):
            forms.add("".join(letter for place, letter in enumerate(start) if place not in cut))
    bits = (len(level.drawers) - 1).bit_length() - 1
    drawers = np.fromiter({_hash(form) >> 32 - bits if bits else 0 for form in forms}, np.int64)
    places = [
        level.filed[a:b]
        for a, b in zip(level.drawers[drawers].tolist(), level.drawers[drawers + 1].tolist(), strict=True)
    ]
    return np.unique(np.concatenate(places)).astype(np.int64)


def neighbour_arrays(words: Sequence[str]) -> Mapping[str, NDArray[Any]]:
    """Return the levels for `words`, sorted and distinct, as arrays named ``near3.drawers`` and so on."""
    size = len(words)
    letters = np.array([word[:_LONGEST] for word in words], dtype=f"<U{_LONGEST}").view(np.uint32)
    columns = np.ascontiguousarray(letters.reshape(size, _LONGEST).T)
    lengths = np.fromiter(map(len, words), np.int64, size)
    return {
        f"near{length}.{part}": array
        for length in LEVELS
        for part, array in zip(Level._fields, _filed(columns, lengths, length), strict=True)
    }


def _filed(columns: NDArray[np.uint32], lengths: NDArray[np.int64], length: int) -> Level:
    # Include words one letter shorter than `length`, padded with a zero; deleting it leaves the word itself.
    chosen = np.flatnonzero(lengths >= length - 1)
    rows = columns[:length, chosen]
    fresh = np.ones(len(chosen), bool)
    fresh[1:] = (rows[:, 1:] != rows[:, :-1]).any(axis=0)
    starts = np.flatnonzero(fresh)
    first = chosen[starts]
    last = chosen[np.append(starts[1:], len(chosen)) - 1] + 1 if len(starts) else first
    rows = np.ascontiguousarray(rows[:, starts])
    most = 2 if length == _LONGEST else 1
    cuts = [cut for count in range(most + 1) for cut in combinations(range(length), count)]
    bits = max(0, (len(cuts) * len(starts) // _SHARED).bit_length() - 1)
    filed = np.empty((len(cuts), len(starts)), np.uint64)
    for place, cut in enumerate(cuts):
        left = (rows[column] for column in range(length) if column not in cut)
        hashes = _hash_columns(left, len(starts))
        filed[place] = hashes >> np.uint32(32 - bits) if bits else 0
    filed <<= np.uint64(32)
    filed |= np.arange(len(starts), dtype=np.uint64)
    flat = filed.ravel()
    flat.sort()
    drawers = np.zeros((1 << bits) + 1, np.uint32)
    filed_forms = flat.astype(np.uint32)
    flat >>= np.uint64(32)  # in place: it is the largest array there is
    np.cumsum(np.bincount(flat.view(np.int64), minlength=1 << bits), out=drawers[1:])
    return Level(drawers, filed_forms, first.astype(np.uint32), last.astype(np.uint32))


def _hash_columns(columns: Iterable[NDArray[np.uint32]], size: int) -> NDArray[np.uint32]:
    value = np.zeros(size, np.uint32)
    for column in columns:
        value *= np.uint32(_FACTOR)
        value += column
        value += np.uint32(1)
    value *= np.uint32(_FACTOR)
    return value


def _hash(form: str) -> int:
    value = 0
    for letter in form:
        value = (value * _FACTOR + ord(letter) + 1) & _MASK
    return value * _FACTOR & _MASK
