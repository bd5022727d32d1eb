"""The weights of the ranking: for each kind of match and each field. All numbers of the search are here.

They were tuned with ``benchmarks/search.py``: known papers searched by their words, in order, shuffled, misspelt, from
the abstract, by an author's name, by an acronym.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

Floats = NDArray[np.float32]


class Field(NamedTuple):
    """A searchable part of a paper."""

    #: Its name in an index.
    section: str
    #: Its public name: in queries and in the JSON.
    name: str
    #: The weight of a match in it, 0 to 1.
    weight: float


#: From the highest to the lowest weight. The first author counts a little more than the others.
FIELDS = (
    Field("title", "title", 0.90),
    Field("tags", "tags", 0.85),
    Field("first", "authors", 0.84),
    Field("authors", "authors", 0.78),
    Field("keywords", "keywords", 0.66),
    Field("organization", "organization", 0.66),
    Field("categories", "categories", 0.60),
    Field("note", "note", 0.60),
    Field("tldr", "tldr", 0.56),
    Field("abstract", "abstract", 0.50),
)
#: The weight of an id that was typed, complete or its beginning.
ID = 0.90
ID_NAME = "id"

#: Shorter typed words are not searched inside words ("former" in "transformer").
SHORTEST_INSIDE = 4
#: The fewest letters of each part when a typed word is split into two.
SHORTEST_HALF = 3
#: The factor for a correction if the typed word exists: "modal" may still mean "model".
KNOWN = 0.5
#: The least share of the words of a paper for another to be similar.
ALIKE = 0.08
#: The least likeness in meaning for another paper to be similar without sharing such words.
ALIKE_IN_MEANING = 0.5
#: What the share of words counts beside the likeness in meaning.
_SHARED = 1.0
#: A word in more than one paper of this many is well known.
_WELL_KNOWN = 1000
#: The weight of two typed words that are one in the paper, or the reverse ("pre training", "pretraining").
JOINED = 0.93
#: The weight of the parts of a hyphenated word, in any place of one field.
APART = 0.60
#: The weight of an acronym where the paper has its expansion, or the reverse.
ACRONYM = 0.88

#: A paper matches if its rough score is at least this fraction of the best one. The threshold is relative, so that a
#: misspelt query returns as many results as a correct one, while a correct one is not flooded with words that merely
#: look similar.
ENOUGH = 0.70
#: The value of finding a word at all, besides how well it matches, in the rough score.
FOUND = 1.0
#: The loss of a name's weight for each doubling of the number of authors.
_CROWD = 0.03
#: The weight of a single letter, relative to a word of four letters.
_SHORT = 0.4
#: The exponent of the penalty for missing words.
_LACKING = 2.0
#: The weight of recency and votes: enough to order papers that match equally well.
_PRIOR = 0.01
#: The weight of the similarity of the title and the whole query, among the best.
_LIKENESS = 0.15
#: The number of best papers compared with the whole query.
HEAD = 128
#: The least number of papers scored word by word; the others that match follow in rough order.
POOL = 1200
#: If the best paper has at least this score, as with the words of its title, the words of a query decide.
FITTING = 0.60
#: With at least this score they decide if one of them occurs nowhere as typed, but in other spellings; else what they
#: mean decides.
PERHAPS_FITTING = 0.40
#: The number of papers that are found by meaning: every paper is similar to a degree.
MEANT = 100
#: Their least likeness, relative to the greatest one, unless they have the words.
MEANT_LEAST = 0.5
#: A query of fewer words, function words aside, has hardly a meaning beyond them.
MEANT_WORDS = 2
#: Words count beside the likeness in meaning if their evidence is greater, since a paper may have some of them by
#: chance, and how much.
_BY_CHANCE, _BEYOND = 1.1, 0.7
#: What it adds if a paper has all words, and the exponent for a share of them; for a smaller one it adds nothing.
_HAVING_ALL, _NOT_ALL, _MOST = 0.5, 12, 0.6
#: What a name says, relative to another word.
_NAME = 2.0
#: The number of papers as which the mean of all vectors counts as nothing.
_FEW = 50


@lru_cache(maxsize=4096)
def field_names(fields: int) -> tuple[str, ...]:
    """Return the names of the fields given as bits (`FIELDS`, then the id), the highest weight first."""
    names = [*(field.name for field in FIELDS), ID_NAME]
    return tuple(dict.fromkeys(name for place, name in enumerate(names) if fields >> place & 1))


def beginning(ratios: NDArray[np.float64], *, typing: bool) -> Floats:
    """Return the scores of words that start with the typed one, given the ratios of the lengths."""
    fit = 0.78 + 0.20 * ratios if typing else 0.60 + 0.22 * ratios
    return np.where(ratios == 1, 1.0, fit).astype(np.float32)


def inside(ratios: NDArray[np.float64]) -> Floats:
    """Return the scores of words that contain the typed one."""
    return (0.32 + 0.28 * ratios).astype(np.float32)


def misspelt(length: int, slips: int) -> float:
    """Return the score of words `slips` away from the typed one of `length` letters."""
    return 1 - 1.7 * slips / (length + 2)


def misspelt_beginning(length: int, slips: int, *, typing: bool) -> float:
    """Return the score of words whose beginning is `slips` away from the typed one."""
    return misspelt(length, slips) * (0.85 if typing else 0.55)


def belief(written: int, size: int) -> float:
    """Return the factor for a correction if `written` of `size` papers have the word exactly as typed.

    Among millions of papers a misspelt word often exists, or is misspelt by an author in the same way.
    """
    return 1 - (1 - KNOWN) * min(1.0, written / (3 + size / _WELL_KNOWN))


def crowd(people: NDArray[np.uint8]) -> Floats:
    """Return the factor for the name of an author by the number of authors: one of few is more memorable."""
    return (1 - _CROWD * np.log2(np.maximum(people, 1))).astype(np.float32)


def weight(length: int, matches: float, size: int) -> float:
    """Return how distinctive a typed word of `length` letters is that about `found` of `size` papers contain.

    Rare words weigh more, words of two or three letters less: a slip easily turns them into another word.
    """
    return float(np.log1p(size / (1 + min(matches, size)))) * min(1.0, _SHORT + (1 - _SHORT) * (length - 1) / 3)


def combined(sums: Floats, covered: Floats, weight: float) -> Floats:
    """Return the scores of papers, 0 to 1.

    Args:
        sums: the sums of the scores of the words found, times their weights.
        covered: the sums of the weights of the words found.
        weight: the sum of the weights of all words.
    """
    scores: Floats = sums / np.float32(weight) * (covered / np.float32(weight)) ** np.float32(_LACKING)
    return scores


def with_prior(scores: Floats, newness: Floats, liking: Floats) -> Floats:
    """Return `scores` with equal matches ordered by recency and votes (each 0 to 1), still 0 to 1."""
    prior = np.float32(0.5) * (newness + liking)
    ordered: Floats = (scores + np.float32(_PRIOR) * prior) * np.float32((1 - _LIKENESS) / (1 + _PRIOR))
    return ordered


def alike(shared: Floats, likeness: Floats) -> Floats:
    """Return how similar papers are, 0 to 1, by the share of words in common and their likeness in meaning."""
    scores: Floats = (np.minimum(shared, 1.0) * np.float32(_SHARED) + likeness.clip(0)) / np.float32(1 + _SHARED)
    return scores.astype(np.float32)


def evidence(found: int, size: int, *, is_name: bool = False) -> float:
    """Return what a word says for the papers that have it, if `found` of `size` papers do.

    If the words of a query were independent, a paper would have those with a sum of 1 by chance among `size` papers,
    and hardly any one those with a sum of 2. A name says more, because nothing else tells its papers from others: the
    likeness in meaning has nothing of it.
    """
    worth = float(np.log1p((size - found + 0.5) / (found + 0.5)) / np.log(max(size, 2)))
    return _NAME * worth if is_name else worth


def beyond_chance(evidence: Floats, most: float) -> Floats:
    """Return what words add to the likeness of papers in meaning.

    Args:
        evidence: what the words of each paper say for it.
        most: what all words would say.
    """
    added: Floats = np.float32(_BEYOND) * np.maximum(evidence - np.float32(_BY_CHANCE), np.float32(0))
    # Few papers have most words, and the power of all numbers takes long among millions.
    near = np.flatnonzero(evidence > np.float32(_MOST * most))
    added[near] += np.float32(_HAVING_ALL) * (evidence[near] / np.float32(most or 1.0)) ** np.float32(_NOT_ALL)
    return added


def has_most(evidence: Floats, most: float) -> bool:
    """Whether a paper has most of the words of a query."""
    return float(evidence.max(initial=0)) > _MOST * most


def common_share(size: int) -> float:
    """Return how much of the mean of the vectors of `size` papers is taken from each: that of few is not common."""
    return size / (size + _FEW)


def meant(likeness: Floats) -> Floats:
    """Return scores, 0 to 1, by the likeness in meaning and what words add to it."""
    scores: Floats = -np.expm1(-likeness.clip(0))
    return scores


def title_similarity(query: str, titles: Sequence[str]) -> Floats:
    """Return the bonus for the similarity of titles to the whole query: word order, and few other words."""
    if not titles:
        return np.empty(0, np.float32)
    part = process.cdist([query], titles, scorer=fuzz.partial_ratio, dtype=np.float32)[0]
    alike = process.cdist([query], titles, scorer=fuzz.token_sort_ratio, dtype=np.float32)[0]
    added: Floats = (0.5 * part + 0.5 * alike) * np.float32(_LIKENESS / 100)
    return added
