"""Find the few words in a large lexicon that a misspelt word may stand for, without scanning the others.

Two words that differ by one slip become equal once a letter is deleted from each (the symmetric delete method of
https://github.com/wolfgarbe/SymSpell). So every prefix of a word is indexed under all its forms with a letter deleted,
and a misspelt word is looked up under its own such forms. For a word of L letters only the prefixes of L letters
matter, whichever letter was omitted, added, replaced or swapped, and whether the word is complete or still being typed.
From eight letters on, two slips are allowed and the first seven letters decide.

Forms are stored in hash buckets ("drawers"); other forms in the same bucket are excluded by a later comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.core.search import typos

_SHORTEST, _LONGEST = typos.SHORTEST, typos.TWO_SLIPS_FROM - 1
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


def near(level: Level, word: str) -> NDArray[np.int64]:
    """Return the prefixes of a level that may be within the allowed slips of `word`, including false positives.

    `level` is the one for the length of `word`, or the last one for longer words.
    """
    start = word[:_LONGEST]
    forms = {start}
    for count in range(1, typos.slips_allowed(word) + 1):
        for cut in combinations(range(len(start)), count):
            forms.add("".join(letter for place, letter in enumerate(start) if place not in cut))
    bits = (len(level.drawers) - 1).bit_length() - 1
    drawers = np.fromiter({_hash(form) >> 32 - bits if bits else 0 for form in forms}, np.int64)
    found = [
        level.filed[a:b]
        for a, b in zip(level.drawers[drawers].tolist(), level.drawers[drawers + 1].tolist(), strict=True)
    ]
    return np.unique(np.concatenate(found)).astype(np.int64)


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
    np.cumsum(np.bincount((flat >> np.uint64(32)).astype(np.int64), minlength=1 << bits), out=drawers[1:])
    return Level(drawers, flat.astype(np.uint32), first.astype(np.uint32), last.astype(np.uint32))


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
