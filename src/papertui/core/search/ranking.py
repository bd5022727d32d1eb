"""How well a paper fits: what each kind of likeness and each field is worth. All the numbers of the search are here.

They were set by measuring (``benchmarks/search.py``): known papers sought by words of theirs, in order, shuffled,
misspelt, from the abstract, and by an author's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

Floats = NDArray[np.float32]

#: Fields from the weightiest to the lightest, as the JSON names them. The first author counts a little more.
_FIELDS: tuple[tuple[str, float], ...] = (
    ("title", 0.90),
    ("id", 0.90),
    ("tags", 0.85),
    ("authors", 0.84),
    ("authors", 0.78),
    ("keywords", 0.66),
    ("organization", 0.66),
    ("categories", 0.60),
    ("note", 0.60),
    ("tldr", 0.56),
    ("abstract", 0.50),
)
(TITLE, ID, TAGS, FIRST_AUTHOR, AUTHORS, KEYWORDS, ORGANIZATION, CATEGORIES, NOTE, TLDR, ABSTRACT) = (
    1 << place for place in range(len(_FIELDS))
)
#: What all the other fields together add to the best one, for a paper that is about a word rather than naming it once.
_MORE_FIELDS = 0.10

#: Typed words of fewer letters are not looked for inside words ("former" in "transformer").
SHORTEST_INSIDE = 4
#: A word of two written as one is cut into parts of at least so many letters.
SHORTEST_HALF = 3
#: What is left of a misspelling's worth where the typed word is a word as it stands: "modal" may still mean "model".
KNOWN = 0.5
#: Two typed words that are one in the paper, or one that is two ("pre training", "pretraining").
JOINED = 0.93

#: A paper fits when its score is at least this part of the best one's. Measured by the best, so that a misspelt query
#: is answered as fully as a right one, while a right one is not drowned in words that merely look alike.
ENOUGH = 0.40
#: What a single letter tells, where a word of four letters tells 1.
_SHORT = 0.4
#: How hard a paper is marked down for the words it lacks.
_LACKING = 2.0
#: How much newness and votes count: enough to order papers that fit alike.
_PRIOR = 0.02
#: How much the title's likeness to the query as a whole counts, among the best.
_LIKENESS = 0.15
#: So many of the best are compared with the query as a whole.
HEAD = 128


@lru_cache(maxsize=4096)
def field_names(fields: int) -> tuple[str, ...]:
    """The names of the fields given as bits, the weightiest first."""
    return tuple(dict.fromkeys(name for place, (name, _) in enumerate(_FIELDS) if fields >> place & 1))


def field_weights() -> Floats:
    """For every set of fields (bits), what a word found in all of them is worth, 0 to 1."""
    sets = np.arange(1 << len(_FIELDS))
    best, total = np.zeros(len(sets)), np.zeros(len(sets))
    for place, (_, weight) in enumerate(_FIELDS):
        held = (sets >> place & 1) * weight
        best = np.maximum(best, held)
        total += held
    most = sum(weight for _, weight in _FIELDS)
    weights: Floats = (best + _MORE_FIELDS * (total - best) / most).astype(np.float32)
    return weights


def beginning(ratios: NDArray[np.float64], *, typing: bool) -> Floats:
    """What words are worth that start with the typed one, which is so much (`ratios`) of their length."""
    fit = 0.88 + 0.10 * ratios if typing else 0.60 + 0.22 * ratios
    return np.where(ratios == 1, 1.0, fit).astype(np.float32)


def inside(ratios: NDArray[np.float64]) -> Floats:
    """What words are worth that hold the typed one inside."""
    return (0.32 + 0.28 * ratios).astype(np.float32)


def misspelt(length: int, slips: NDArray[np.uint8]) -> Floats:
    """What words are worth that lie `slips` from the typed one of `length` letters."""
    return (1 - 2.1 * slips / (length + 2)).astype(np.float32)


def misspelt_beginning(length: int, slips: NDArray[np.uint8], *, typing: bool) -> Floats:
    """What words are worth whose beginning lies `slips` from the typed one."""
    return misspelt(length, slips) * np.float32(0.85 if typing else 0.55)


def weight(length: int, scores: Floats, size: int) -> float:
    """How much a typed word of `length` letters tells, from what each of `size` papers scored for it.

    A rare one tells more, one of two or three letters less: with a slip in it, it is soon another word.
    """
    found = float(scores.sum() / scores.max()) if len(scores) else 0.0
    return float(np.log1p(size / (1 + found))) * min(1.0, _SHORT + (1 - _SHORT) * (length - 1) / 3)


def combined(sums: Floats, covered: Floats, weight: float) -> Floats:
    """Scores of papers, 0 to 1.

    Args:
        sums: the scores of the words found, each times its word's weight, added up.
        covered: the weights of the words found, added up.
        weight: the weights of all words, added up.
    """
    scores: Floats = sums / np.float32(weight) * (covered / np.float32(weight)) ** np.float32(_LACKING)
    return scores


def priors(days: NDArray[np.float64], votes: NDArray[np.float64]) -> Floats:
    """What newness and votes say before anything is typed, 0 to 1.

    Args:
        days: when each paper appeared, in days since any fixed day.
        votes: the votes each paper has.
    """
    newness = np.unique(days, return_inverse=True)[1] / max(1, len(np.unique(days)) - 1)
    liked = np.log1p(np.maximum(votes, 0))
    most = liked.max(initial=0.0)
    both: Floats = (0.5 * newness + 0.5 * liked / (most or 1.0)).astype(np.float32)
    return both


def with_prior(scores: Floats, prior: Floats) -> Floats:
    """`scores` with papers that fit alike in the order of their `prior`, still 0 to 1."""
    ordered: Floats = (scores + np.float32(_PRIOR) * prior) * np.float32((1 - _LIKENESS) / (1 + _PRIOR))
    return ordered


def likeness(query: str, titles: Sequence[str]) -> Floats:
    """What the likeness of whole titles to the whole query adds: the order of the words, and how much else there is."""
    if not titles:
        return np.empty(0, np.float32)
    part = process.cdist([query], titles, scorer=fuzz.partial_ratio, dtype=np.float32)[0]
    alike = process.cdist([query], titles, scorer=fuzz.token_sort_ratio, dtype=np.float32)[0]
    added: Floats = (0.5 * part + 0.5 * alike) * np.float32(_LIKENESS / 100)
    return added
