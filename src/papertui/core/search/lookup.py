"""The papers that hold one typed word."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papertui.core.search import ranking
from papertui.core.search.postings import Postings
from papertui.core.search.vocabulary import Places, Vocabulary

#: A score and the fields it comes from share one 32-bit number, the score above.
_FIELD_BITS = 16
_FIELD_MASK = (1 << _FIELD_BITS) - 1
_SCORE_STEPS = (1 << 32 - _FIELD_BITS) - 1


@dataclass(frozen=True, slots=True)
class Hits:
    """What one typed word found.

    Attributes:
        papers: places of the papers, ascending.
        scores: how well each fits the word, 0 to 1.
        fields: where the word that fits best was found, as bits.
        weight: how much the typed word tells.
    """

    papers: NDArray[np.int64]
    scores: NDArray[np.float32]
    fields: NDArray[np.uint16]
    weight: float


def look_up(
    vocabulary: Vocabulary,
    postings: Postings,
    field_weights: NDArray[np.float32],
    word: str,
    typing: bool,  # noqa: FBT001 - a cached function's arguments are its key
) -> Hits:
    """The papers that hold `word`, or a word it may mean."""
    meant, fit = vocabulary.meanings(word, typing=typing)
    runs, counts = postings.runs(meant)
    fields = postings.fields[runs]
    scores = np.repeat(fit, counts) * field_weights[fields]
    # Score and fields in one number: the greatest per paper is found in one go and brings its fields along.
    packed = (scores * np.float32(_SCORE_STEPS)).astype(np.uint32) << np.uint32(_FIELD_BITS) | fields
    best = np.zeros(postings.size, np.uint32)
    np.maximum.at(best, postings.papers[runs], packed)
    for left, right in vocabulary.halves(word, typing=typing):
        both, packed = _both(postings, field_weights, left, right)
        np.maximum.at(best, both, packed)
    papers = np.flatnonzero(best).astype(np.int64)
    found = best[papers]
    shown = (found >> np.uint32(_FIELD_BITS)).astype(np.float32) / np.float32(_SCORE_STEPS)
    weight = ranking.weight(len(word), shown, len(best))
    return Hits(papers, shown, (found & np.uint32(_FIELD_MASK)).astype(np.uint16), weight)


def _both(
    postings: Postings, field_weights: NDArray[np.float32], left: Places, right: Places
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Papers with a word of `left` and one of `right` in the same field, packed as `look_up` does."""
    held = [np.zeros(postings.size, np.uint16) for _ in range(2)]
    for side, places in zip(held, (left, right), strict=True):
        runs, _ = postings.runs(places)
        np.bitwise_or.at(side, postings.papers[runs], postings.fields[runs])
    fields = held[0] & held[1]
    papers = np.flatnonzero(fields).astype(np.uint32)
    fields = fields[papers]
    scores = field_weights[fields] * np.float32(ranking.JOINED * _SCORE_STEPS)
    return papers, scores.astype(np.uint32) << np.uint32(_FIELD_BITS) | fields
