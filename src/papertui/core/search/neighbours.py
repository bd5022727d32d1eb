"""Finds, among very many words, the few that a misspelt word may stand for, without looking at the others.

Two words that differ by one slip are alike once a letter is struck from each (the symmetric delete method of
https://github.com/wolfgarbe/SymSpell). So every beginning of a word is filed under all of its forms with a letter
struck, as numbers in one sorted array; a misspelt word is looked up under its own such forms. For a word of L letters
only the beginnings of L letters matter, whichever letter was left out, added, replaced or swapped, and whether the
word is complete or still being typed. From eight letters on, two slips are allowed and the first seven decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from papertui.core.search import typos

_SHORTEST, _LONGEST = typos.SHORTEST, typos.TWO_SLIPS_FROM - 1
#: Fibonacci hashing's multiplier; collisions only cost a comparison, since every candidate is verified.
_FACTOR = 0x9E3779B1
_MASK = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class _Level:
    """Beginnings of one length.

    Attributes:
        filed: sorted; the upper half of each number is a form's hash, the lower half the beginning it comes from.
        first: for each beginning, the first word that starts with it.
        last: for each beginning, one past the last such word.
    """

    filed: NDArray[np.uint64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


class Neighbours:
    """The words near a misspelt one. Never changes once built."""

    def __init__(self, words: Sequence[str]) -> None:
        """Files `words`, which are sorted and distinct."""
        size = len(words)
        letters = np.array([word[:_LONGEST] for word in words], dtype=f"<U{_LONGEST}").view(np.uint32)
        columns = np.ascontiguousarray(letters.reshape(size, _LONGEST).T)
        lengths = np.fromiter(map(len, words), np.int64, size)
        self._levels = {length: _file(columns, lengths, length) for length in range(_SHORTEST, _LONGEST + 1)}

    def near(self, word: str) -> NDArray[np.int64]:
        """Places of the words that may lie within the allowed slips of `word`, whole or by their beginning.

        Every word that does is among them; others may be, too: compare before use.
        """
        slips = typos.slips_allowed(word)
        if not slips:
            return np.empty(0, np.int64)
        start = word[:_LONGEST]
        level = self._levels[len(start)]
        forms = {start}
        for count in range(1, slips + 1):
            for cut in combinations(range(len(start)), count):
                forms.add("".join(letter for place, letter in enumerate(start) if place not in cut))
        hashes = np.fromiter(map(_hash, forms), np.uint64, len(forms)) << np.uint64(32)
        lows = np.searchsorted(level.filed, hashes)
        highs = np.searchsorted(level.filed, hashes | np.uint64(_MASK), side="right")
        drawers = [level.filed[low:high] for low, high in zip(lows.tolist(), highs.tolist(), strict=True) if high > low]
        if not drawers:
            return np.empty(0, np.int64)
        beginnings = np.unique(np.concatenate(drawers) & np.uint64(_MASK)).astype(np.int64)
        return spread(level.first[beginnings], level.last[beginnings])


def spread(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """All numbers of the ranges ``first[i]`` up to ``last[i]`` (exclusive), one range after the other."""
    counts = last - first
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(first - (ends - counts), counts) + np.arange(total)


def _file(columns: NDArray[np.uint32], lengths: NDArray[np.int64], length: int) -> _Level:
    # A word one letter short of `length` takes part, padded with a zero that struck leaves the word itself.
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
    filed = np.empty((len(cuts), len(starts)), np.uint64)
    for place, cut in enumerate(cuts):
        filed[place] = _hash_columns((rows[column] for column in range(length) if column not in cut), len(starts))
    filed <<= np.uint64(32)
    filed |= np.arange(len(starts), dtype=np.uint64)
    flat = filed.ravel()
    flat.sort()
    return _Level(flat, first, last)


def _hash_columns(columns: Iterable[NDArray[np.uint32]], size: int) -> NDArray[np.uint32]:
    value = np.zeros(size, np.uint32)
    for column in columns:
        value *= np.uint32(_FACTOR)
        value += column
        value += np.uint32(1)
    return value


def _hash(form: str) -> int:
    value = 0
    for letter in form:
        value = (value * _FACTOR + ord(letter) + 1) & _MASK
    return value
