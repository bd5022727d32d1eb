"""How well a paper fits: what each kind of likeness and each field is worth. All the numbers of the search are here.

They were set by measuring (``benchmarks/search.py``): known papers sought by words of theirs, in order, shuffled,
misspelt, from the abstract, by an author's name, by an acronym.
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
    """A part of a paper in which words are found.

    Attributes:
        section: its name in an index.
        name: its name for readers: in queries and in the JSON.
        weight: what a word found in it is worth, 0 to 1.
    """

    section: str
    name: str
    weight: float


#: From the weightiest to the lightest. The first author counts a little more than the others.
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
#: What an id is worth that was typed, whole or its beginning.
ID = 0.90
ID_NAME = "id"

#: Typed words of fewer letters are not looked for inside words ("former" in "transformer").
SHORTEST_INSIDE = 4
#: A word of two written as one is cut into parts of at least so many letters.
SHORTEST_HALF = 3
#: What is left of a misspelling's worth where the typed word is a word as it stands: "modal" may still mean "model".
KNOWN = 0.5
#: A paper that shares less than this part of the words of another is not like it.
ALIKE = 0.08
#: A word is well known that more than one paper in so many has.
_WELL_KNOWN = 1000
#: Two typed words that are one in the paper, or one that is two ("pre training", "pretraining").
JOINED = 0.93
#: An acronym where the paper has the words it stands for, or the other way round.
ACRONYM = 0.88

#: A paper fits when what was found in it is at least this part of what was found in the best one. Measured by the
#: best, so that a misspelt query is answered as fully as a right one, while a right one is not drowned in words that
#: merely look alike.
ENOUGH = 0.70
#: What finding a word at all is worth beside how well it fits, when the best are picked.
FOUND = 1.0
#: What a name loses of its worth each time that there are twice as many authors.
_CROWD = 0.03
#: What a single letter tells, where a word of four letters tells 1.
_SHORT = 0.4
#: How hard a paper is marked down for the words it lacks.
_LACKING = 2.0
#: How much newness and votes count: enough to order papers that fit alike.
_PRIOR = 0.01
#: How much the title's likeness to the query as a whole counts, among the best.
_LIKENESS = 0.15
#: So many of the best are compared with the query as a whole.
HEAD = 128
#: So many at least are scored word by word; the others that fit follow them roughly.
POOL = 1200


@lru_cache(maxsize=4096)
def field_names(fields: int) -> tuple[str, ...]:
    """The names of the fields given as bits (`FIELDS`, then the id), the weightiest first."""
    names = [*(field.name for field in FIELDS), ID_NAME]
    return tuple(dict.fromkeys(name for place, name in enumerate(names) if fields >> place & 1))


def beginning(ratios: NDArray[np.float64], *, typing: bool) -> Floats:
    """What words are worth that start with the typed one, which is so much (`ratios`) of their length."""
    fit = 0.78 + 0.20 * ratios if typing else 0.60 + 0.22 * ratios
    return np.where(ratios == 1, 1.0, fit).astype(np.float32)


def inside(ratios: NDArray[np.float64]) -> Floats:
    """What words are worth that hold the typed one inside."""
    return (0.32 + 0.28 * ratios).astype(np.float32)


def misspelt(length: int, slips: int) -> float:
    """What words are worth that lie `slips` from the typed one of `length` letters."""
    return 1 - 1.7 * slips / (length + 2)


def misspelt_beginning(length: int, slips: int, *, typing: bool) -> float:
    """What words are worth whose beginning lies `slips` from the typed one."""
    return misspelt(length, slips) * (0.85 if typing else 0.55)


def belief(written: int, size: int) -> float:
    """What is left of a misspelling's worth where `written` of `size` papers have the word just as it was typed.

    Among millions of papers a slip soon makes a word that somebody has used, or misspelt in the same way.
    """
    return 1 - (1 - KNOWN) * min(1.0, written / (3 + size / _WELL_KNOWN))


def crowd(people: NDArray[np.uint8]) -> Floats:
    """What is left of a name's worth among the names of so many authors: one of few is remembered sooner."""
    return (1 - _CROWD * np.log2(np.maximum(people, 1))).astype(np.float32)


def weight(length: int, found: float, size: int) -> float:
    """How much a typed word of `length` letters tells that about `found` of `size` papers hold.

    A rare one tells more, one of two or three letters less: with a slip in it, it is soon another word.
    """
    return float(np.log1p(size / (1 + min(found, size)))) * min(1.0, _SHORT + (1 - _SHORT) * (length - 1) / 3)


def combined(sums: Floats, covered: Floats, weight: float) -> Floats:
    """Scores of papers, 0 to 1.

    Args:
        sums: the scores of the words found, each times its word's weight, added up.
        covered: the weights of the words found, added up.
        weight: the weights of all words, added up.
    """
    scores: Floats = sums / np.float32(weight) * (covered / np.float32(weight)) ** np.float32(_LACKING)
    return scores


def with_prior(scores: Floats, newness: Floats, liking: Floats) -> Floats:
    """`scores` with papers that fit alike in the order of their newness and votes (each 0 to 1), still 0 to 1."""
    prior = np.float32(0.5) * (newness + liking)
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
