"""How far a typed word is from a written one, and how much slipping is forgiven.

The distance is Optimal String Alignment: letters left out, added, replaced or two neighbours swapped count one each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

#: Typed words of fewer letters must be right.
SHORTEST = 3
#: Typed words from this length on may hold two slips instead of one.
TWO_SLIPS_FROM = 8
FAR = 99


def slips_allowed(word: str) -> int:
    """How many slips are forgiven in `word`. Numbers must be right: 2604.26951 is no misspelt 2604.26952."""
    if len(word) < SHORTEST or not any(map(str.isalpha, word)):
        return 0
    return 1 if len(word) < TWO_SLIPS_FROM else 2


def distances(word: str, others: Sequence[str], most: int) -> NDArray[np.uint8]:
    """How many slips lie between `word` and each of `others`; more than `most` are given as `FAR`."""
    if not others:
        return np.empty(0, np.uint8)
    found: NDArray[np.uint8] = process.cdist([word], others, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
    found[found > most] = FAR
    return found


def prefix_distances(word: str, others: Sequence[str], most: int) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """As `distances`, from `word` to the best fitting beginning of each of `others`, and that beginning's length."""
    size = len(word)
    cuts = sorted(range(max(1, size - most), size + most + 1), key=lambda cut: abs(cut - size))
    starts = [other[:cut] for cut in cuts for other in others]
    table = distances(word, starts, most).reshape(len(cuts), len(others))
    best = table.argmin(axis=0) if len(others) else np.empty(0, np.intp)
    return table[best, np.arange(len(others))], np.array(cuts, np.intp)[best]


def aligned(word: str, other: str) -> list[tuple[int, int]]:
    """The runs of letters of `other` that `word` has too, in order."""
    return [(step.dest_start, step.dest_end) for step in Levenshtein.opcodes(word, other) if step.tag == "equal"]


def nearest(word: str, written: Sequence[str]) -> str | None:
    """Of the words `written` the one that `word` is most likely misspelt for, whole or begun; ``None`` if it is none.

    The first one, where several lie as near.
    """
    most = slips_allowed(word)
    others = [other for other in dict.fromkeys(written) if len(other) >= len(word) - most]
    if not most or not others:
        return None
    whole, (begun, _) = distances(word, others, most), prefix_distances(word, others, most)
    far = np.minimum(whole.astype(np.int64) * 2, begun.astype(np.int64) * 2 + 1)
    best = int(far.argmin())
    return others[best] if far[best] <= 2 * most + 1 else None
