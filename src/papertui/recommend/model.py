"""What a reader keeps, learned: sparse logistic regression on words, authors and organisations, in NumPy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.recommend.rows import Corpus, Features, Floats, Keys, sums

#: The inverse of the strength of regularisation; from 1 to 10 the order of papers is the same.
_C = 1.0
#: The value of an author or organisation in a row, of which the words have the length 1.
PEOPLE = 0.35
#: An author or organisation counts from this many kept papers on, and if it is kept this many times as often as all.
_FEWEST_KEPT, _RATE = 2, 2.5
#: The weight of votes beside the model, both standardised: with many bookmarks, and what is added for few of them.
VOTES, _FEW_BOOKMARKS, _MOST_VOTES = 0.3, 2.1, 1.0
#: The weight of an example that the reader pinned.
_PINNED = 3.0

_STEPS, _MEMORY, _PRECISION = 60, 8, 1e-2
_HALVINGS = 20

Objective = Callable[[Floats], tuple[float, Floats]]


class Model(NamedTuple):
    """What was learned. It fits every corpus, because words are known by their keys."""

    keys: Keys  # of words, ascending
    weights: Floats  # of these words
    people: Mapping[int, float]  # by number, of authors and organisations
    bias: float
    kept: int  # from how many kept papers it was learned
    shown: int  # and from how many others

    def of_words(self, corpus: Corpus) -> Floats:
        """Return the weight of each word of a corpus."""
        weights = np.zeros(len(corpus.keys))
        numbers = corpus.numbers(self.keys)
        weights[numbers[numbers >= 0]] = self.weights[numbers >= 0]
        return weights


class Tuning(NamedTuple):
    """What the reader said about reasons: numbers of words, authors and organisations that do not count."""

    muted: Collection[int] = ()


#: The reader muted nothing.
NOTHING_SAID = Tuning()


def train(
    corpus: Corpus,
    features: Features,
    kept: NDArray[np.bool_],
    *,
    before: Model | None = None,
    pinned: NDArray[np.bool_] | None = None,
    tuning: Tuning = NOTHING_SAID,
) -> Model:
    """Learn from papers that were kept, and from others that were shown.

    Args:
        corpus: the words.
        features: the papers.
        kept: which of them were kept.
        before: an earlier result, from which the search starts.
        pinned: papers that count several times.
        tuning: words and people without a say.
    """
    people = _with_support(features.people, kept)
    people = [key for key in people if key not in tuning.muted]
    used = np.zeros(len(corpus.keys), bool)
    used[features.columns] = True
    used[_known(corpus, tuning.muted)] = False
    numbers = np.flatnonzero(used)
    places = np.full(len(corpus.keys), -1, np.int64)
    places[numbers] = np.arange(len(numbers))
    inside = used[features.columns]
    owners, columns = features.owners[inside], places[features.columns[inside]]
    values = features.values[inside]
    if people:
        place = {key: len(numbers) + number for number, key in enumerate(people)}
        pairs = [(row, place[key]) for row, keys in enumerate(features.people) for key in keys if key in place]
        owners = np.concatenate([owners, np.array([row for row, _ in pairs], np.int64)])
        columns = np.concatenate([columns, np.array([column for _, column in pairs], np.int64)])
        values = np.concatenate([values, np.full(len(pairs), PEOPLE)])
    signs = np.where(kept, 1.0, -1.0)
    share = np.where(kept, features.size / max(1, 2 * kept.sum()), features.size / max(1, 2 * (~kept).sum()))
    if pinned is not None:
        share = np.where(pinned, share * _PINNED, share)
    width = len(numbers) + len(people)
    start = np.zeros(width + 1)
    if before is not None and len(before.keys):
        at = np.minimum(np.searchsorted(before.keys, corpus.keys[numbers]), len(before.keys) - 1)
        start[: len(numbers)] = np.where(before.keys[at] == corpus.keys[numbers], before.weights[at], 0.0)
        start[len(numbers) : width] = [before.people.get(key, 0.0) for key in people]
        start[width] = before.bias

    def objective(point: Floats) -> tuple[float, Floats]:
        weights, bias = point[:width], point[width]
        margins = signs * (np.bincount(owners, values * weights[columns], features.size) + bias)
        # The loss log(1 + exp(-margin)) without an overflow.
        losses = np.logaddexp(0.0, -margins)
        slopes = -signs * share / (1.0 + np.exp(np.minimum(margins, 500.0)))
        gradient = np.empty(width + 1)
        gradient[:width] = _C * np.bincount(columns, values * slopes[owners], width) + weights
        gradient[width] = _C * slopes.sum()
        return float(_C * (share * losses).sum() + 0.5 * _dot(weights, weights)), gradient

    point = minimise(objective, start)
    weights = point[: len(numbers)]
    return Model(
        corpus.keys[numbers],
        weights,
        dict(zip(people, point[len(numbers) : width].tolist(), strict=True)),
        float(point[width]),
        int(kept.sum()),
        int((~kept).sum()),
    )


def nothing_learned(kept: int) -> Model:
    """Return the model of a reader of whom too little is known."""
    return Model(np.empty(0, np.uint64), np.empty(0), {}, 0.0, kept, 0)


def minimise(objective: Objective, start: Floats) -> Floats:
    """Return about where a smooth convex function is least: L-BFGS (Nocedal and Wright, algorithm 7.5)."""
    point = start.copy()
    value, gradient = objective(point)
    steps: list[tuple[Floats, Floats, float]] = []
    enough = _PRECISION * max(1.0, _norm(objective(np.zeros_like(start))[1]))
    for _ in range(_STEPS):
        if _norm(gradient) <= enough:
            break
        direction = -_times_inverse_hessian(gradient, steps)
        slope = _dot(gradient, direction)
        length = 1.0 if steps else 1.0 / max(1.0, _norm(gradient))
        for _ in range(_HALVINGS):
            after = point + length * direction
            new_value, new_gradient = objective(after)
            if new_value <= value + 1e-4 * length * slope:
                break
            length /= 2
        else:
            break
        moved, changed = after - point, new_gradient - gradient
        point, value, gradient = after, new_value, new_gradient
        product = _dot(moved, changed)
        if product > 1e-12:  # noqa: PLR2004 - else the function is flat here
            steps = [*steps[1 - _MEMORY :], (moved, changed, 1.0 / product)]
    return point


def _dot(one: Floats, other: Floats) -> float:
    # Unlike `@`, without threads, which cost more than they gain on vectors of this size.
    return float(np.einsum("i,i->", one, other))


def _norm(vector: Floats) -> float:
    return math.sqrt(_dot(vector, vector))


def _times_inverse_hessian(gradient: Floats, steps: Sequence[tuple[Floats, Floats, float]]) -> Floats:
    result = gradient.copy()
    factors = []
    for moved, changed, scale in reversed(steps):
        factor = scale * _dot(moved, result)
        factors.append(factor)
        result -= factor * changed
    if steps:
        moved, changed, scale = steps[-1]
        result /= scale * _dot(changed, changed)
    for (moved, changed, scale), factor in zip(steps, reversed(factors), strict=True):
        result += (factor - scale * _dot(changed, result)) * moved
    return result


def _known(corpus: Corpus, keys: Collection[int]) -> NDArray[np.int64]:
    numbers = corpus.numbers(np.array(sorted(keys), np.uint64))
    return numbers[numbers >= 0]


def _with_support(people: Sequence[Sequence[int]], kept: NDArray[np.bool_]) -> list[int]:
    """Return the authors and organisations that are kept clearly more often than all papers."""
    total, good = Counter[int](), Counter[int]()
    for keys, is_kept in zip(people, kept.tolist(), strict=True):
        total.update(set(keys))
        if is_kept:
            good.update(set(keys))
    base = float(kept.mean()) if len(kept) else 0.0
    return sorted(key for key, count in good.items() if count >= _FEWEST_KEPT and count >= _RATE * base * total[key])


# --- ranking -----------------------------------------------------------------------------------------


def pinned_model(model: Model, pinned: Collection[int], people: Collection[int] = ()) -> Model:
    """Return a model in which pinned words and people count as much as the best of their kind."""
    if not pinned and not people:
        return model
    words = np.array(sorted(pinned), np.uint64)
    keys = np.union1d(model.keys, words)
    weights = np.zeros(len(keys))
    weights[np.searchsorted(keys, model.keys)] = model.weights
    strongest = max(float(model.weights.max(initial=0.0)), 1.0)
    places = np.searchsorted(keys, words)
    weights[places] = np.maximum(weights[places], strongest)
    best = max([1.0, *model.people.values()])
    return model._replace(keys=keys, weights=weights, people={**model.people, **dict.fromkeys(people, best)})


def votes_weight(kept: int) -> float:
    """Return how much votes count beside the model: the fewer papers were kept, the more."""
    return min(_MOST_VOTES, VOTES + _FEW_BOOKMARKS / max(kept, 1))


def scores(corpus: Corpus, model: Model, features: Features, *, people: bool = True) -> Floats:
    """Return how much speaks for each of some papers, votes aside."""
    weights = model.of_words(corpus)
    total = sums(features.owners, features.values * weights[features.columns], features.size)
    if people and model.people:
        each = [sum(model.people.get(key, 0.0) for key in keys) for keys in features.people]
        total += PEOPLE * np.array(each)
    return total


def with_votes(found: Floats, votes: Floats, kept: int) -> Floats:
    """Return `found` and the votes in one score, both standardised over the papers."""
    if not kept:
        return standardised(np.log1p(np.maximum(votes, 0)))
    return standardised(found) + votes_weight(kept) * standardised(np.log1p(np.maximum(votes, 0)))


def standardised(values: Floats) -> Floats:
    """Return values with mean 0 and standard deviation 1; zeros if all are equal."""
    if not len(values):
        return values
    deviation = float(values.std())
    return (values - values.mean()) / deviation if deviation > 1e-12 else np.zeros(len(values))  # noqa: PLR2004
