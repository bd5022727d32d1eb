"""What speaks for a paper: its words, its people, and the kept papers that are most like it."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.recommend.model import PEOPLE, Model
from papertui.recommend.rows import Corpus, Features, Floats, sums

#: The most words and papers that are named, and the least similarity of a paper.
_WORDS, _PAPERS, _ALIKE = 6, 3, 0.08
_SHARED = 3


class WordShare(NamedTuple):
    """A word, and its share of everything that speaks for the paper."""

    word: str
    share: float


class PersonShare(NamedTuple):
    """An author or organisation by number, its share, and how many of its papers were kept."""

    key: int
    share: float
    kept: int


class KeptLike(NamedTuple):
    """A kept paper that is like this one, by its place among the kept papers, and the words that both have."""

    place: int
    similarity: float
    words: tuple[str, ...]


class Speaking(NamedTuple):
    """What speaks for a paper, the strongest first, and the words that speak against it."""

    words: tuple[WordShare, ...]
    people: tuple[PersonShare, ...]
    like: tuple[KeptLike, ...]
    against: tuple[str, ...]


def speaking(corpus: Corpus, model: Model, paper: Features, kept: Features) -> Speaking:
    """Return what speaks for one paper.

    Args:
        corpus: the words.
        model: what was learned.
        paper: the paper, as one row.
        kept: the kept papers.
    """
    weights = model.of_words(corpus)
    numbers, places = np.unique(paper.columns, return_inverse=True)
    values = sums(places, paper.values, len(numbers))
    parts = values * weights[numbers]
    people = {key: PEOPLE * model.people[key] for key in paper.people[0] if key in model.people}
    total = parts[parts > 0].sum() + sum(part for part in people.values() if part > 0)
    names = {place: corpus.word(int(numbers[place])) for place in _extreme(parts)}
    # Numbers are learned from, but explain nothing to a reader.
    named = [place for place, word in names.items() if any(map(str.isalpha, word))]
    best = [place for place in named if parts[place] > 0][:_WORDS]
    worst = [place for place in reversed(named) if parts[place] < 0][:_SHARED]
    counts = Counter(key for keys in kept.people for key in set(keys) if key in people)
    ranked = sorted(((part, key) for key, part in people.items() if part > 0), reverse=True)
    return Speaking(
        tuple(WordShare(names[place], float(parts[place] / total)) for place in best),
        tuple(PersonShare(key, float(part / total), counts[key]) for part, key in ranked),
        _like(corpus, numbers, values, kept),
        tuple(names[place] for place in worst),
    )


def _extreme(parts: Floats) -> list[int]:
    """The places of the greatest and the least parts, the greatest first."""
    order = np.argsort(-parts, kind="stable").tolist()
    return order if len(order) <= 4 * _WORDS else [*order[: 2 * _WORDS], *order[-2 * _WORDS :]]


def _like(corpus: Corpus, numbers: NDArray[np.int64], values: Floats, kept: Features) -> tuple[KeptLike, ...]:
    row = np.zeros(len(corpus.keys))
    row[numbers] = values
    products = kept.values * row[kept.columns]
    similarities = np.bincount(kept.owners, products, kept.size)
    found = []
    for place in np.argsort(-similarities)[:_PAPERS].tolist():
        if similarities[place] >= _ALIKE:
            inside = np.flatnonzero(kept.owners == place)
            shared = kept.columns[inside[np.argsort(-products[inside])]]
            words = tuple(corpus.word(number) for number in dict.fromkeys(shared[: _SHARED * 2].tolist()))
            found.append(KeptLike(place, float(similarities[place]), words[:_SHARED]))
    return tuple(found)
