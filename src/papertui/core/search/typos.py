"""The distance between a typed word and a word in a text, and how many slips are tolerated.

The distance is Optimal String Alignment: each omitted, added or replaced letter and each swap of neighbours counts one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

#: Shorter typed words must be correct.
SHORTEST = 3
#: From this length on, typed words may have two slips instead of one.
TWO_SLIPS_FROM = 8
FAR = 99


def slips_allowed(word: str) -> int:
    """Return how many slips are tolerated in `word`. Numbers must be correct: 2604.26951 is never 2604.26952."""
    if len(word) < SHORTEST or not any(map(str.isalpha, word)):
        return 0
    return 1 if len(word) < TWO_SLIPS_FROM else 2


def distances(word: str, others: Sequence[str], most: int) -> NDArray[np.uint8]:
    """Return the slips between `word` and each of `others`; more than `most` are given as `FAR`."""
    if not others:
        return np.empty(0, np.uint8)
    found: NDArray[np.uint8] = process.cdist([word], others, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
    found[found > most] = FAR
    return found


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
