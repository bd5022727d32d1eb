"""Clusters of papers that are about the same, by their vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.search.vectors import Floats

#: Starts that are compared, the most rows of one, and the passes over all rows after the best.
_STARTS, _START_ROWS, _START_PASSES, _PASSES = 4, 3_000, 4, 20
#: Rows of which the best is the next centre, see `_spread`.
_CANDIDATES = 6
#: A pass that moves no centre further than this is the last.
_STILL = 1e-4
_SEED = 15
#: Vectors compared at a time.
_PIECE = 8_000
#: The share of a cluster that is its middle.
_MIDDLE = 0.2
#: The cluster of a paper without a known word.
NOWHERE = -1


class Centers(NamedTuple):
    """The centres of clusters.

    All vectors have much in common; without `mean`, their differences count.
    """

    mean: Floats
    centers: Floats

    @property
    def number(self) -> int:
        return len(self.centers)

    def nearest(self, vectors: NDArray[np.int8]) -> NDArray[np.int8]:
        """Return the cluster of each vector; `NOWHERE` for one of zeros only."""
        found = np.full(len(vectors), NOWHERE, np.int8)
        for start in range(0, len(vectors) if self.number else 0, _PIECE):
            piece = vectors[start : start + _PIECE]
            found[start : start + _PIECE] = np.where(piece.any(1), self.likeness(piece).argmax(1), NOWHERE)
        return found

    def likeness(self, vectors: NDArray[np.int8]) -> Floats:
        """Return how near each vector is to each centre."""
        near: Floats = _unit(_unit(vectors) - self.mean) @ self.centers.T
        return near


def _unit(vectors: NDArray[np.int8] | Floats) -> Floats:
    rows = vectors.astype(np.float32)
    rows /= np.sqrt(np.einsum("ij,ij->i", rows, rows)).clip(1e-9)[:, None]
    return rows


def centers_of(vectors: NDArray[np.int8], number: int, progress: Callable[[int, int], None] | None = None) -> Centers:
    """Find the centres of `number` clusters by k-means. The same vectors in the same order give the same centres.

    Args:
        vectors: those of some thousand papers, none of zeros only.
        number: how many.
        progress: called with the steps done and their number.
    """
    rows = _unit(vectors)
    mean: Floats = rows.sum(0) / np.float32(max(1, len(rows)))
    rows = _unit(rows - mean)
    # Not for security: the same map every time.
    random = np.random.default_rng(_SEED)
    number = min(number, len(rows))
    if not number:
        return Centers(mean, rows[:0])
    steps = _STARTS + _PASSES
    report = progress or _no_report
    best: tuple[float, Floats] | None = None
    for start in range(_STARTS):
        report(start, steps)
        some = rows if len(rows) <= _START_ROWS else rows[random.choice(len(rows), _START_ROWS, replace=False)]
        centers = some[spread(some, number, random)]
        for _ in range(_START_PASSES):
            centers = _moved(some, centers)
        fit = float((some @ centers.T).max(1).mean())
        if best is None or fit > best[0]:
            best = fit, centers
    centers = rows[:0] if best is None else best[1]
    for step in range(_PASSES):
        report(_STARTS + step, steps)
        before, centers = centers, _moved(rows, centers)
        if float(np.abs(centers - before).max()) < _STILL:
            break
    return Centers(mean, centers)


def _no_report(done: int, total: int) -> None:
    """Report nothing."""


def _moved(rows: Floats, centers: Floats) -> Floats:
    """Return the middle of the rows that are nearest to each centre."""
    nearest = (rows @ centers.T).argmax(1)
    sums = np.zeros_like(centers)
    for place in range(len(centers)):
        members = rows[nearest == place]
        sums[place] = members.sum(0) if len(members) else centers[place]
    return _unit(sums)


def spread(rows: Floats, number: int, random: np.random.Generator) -> list[int]:
    """Return the places of rows that are far from each other (k-means++, the best of some candidates each time).

    Args:
        rows: vectors of length one.
        number: how many rows, at least one and at most as many as there are.
        random: chooses the candidates.
    """
    chosen = [int(random.integers(len(rows)))]
    near = rows @ rows[chosen[0]]
    while len(chosen) < number:
        far = np.maximum(1e-9, 1 - near).astype(np.float64)
        far[chosen] = 0
        many = min(_CANDIDATES, len(rows) - len(chosen))
        candidates = random.choice(len(rows), many, replace=False, p=far / far.sum())
        nearer = np.maximum(near, rows[candidates] @ rows.T)
        best = int(nearer.sum(1).argmax())
        chosen.append(int(candidates[best]))
        near = nearer[best]
    return chosen


def spread_out(vectors: NDArray[np.int8], liking: Sequence[float], number: int) -> list[int]:
    """Return the places of papers that differ as much as possible.

    They are the best liked ones in the middle of each of `number` clusters: at its edge, two would be alike. Papers
    without a known word are taken only if there are too few others.
    """
    liked = np.array(liking)
    known = np.flatnonzero(vectors.any(1))
    chosen: list[int] = []
    if len(known) > number:
        centers = centers_of(vectors[known], number)
        near = centers.likeness(vectors[known])
        labels = near.argmax(1)
        for place in range(number):
            inside = np.flatnonzero(labels == place)
            middle = inside[np.argsort(-near[inside, place], kind="stable")][: max(1, round(_MIDDLE * len(inside)))]
            if len(middle):
                members = known[middle]
                chosen.append(int(members[liked[members].argmax()]))
        return chosen
    chosen += known.tolist()
    others = [place for place in np.argsort(-liked, kind="stable").tolist() if place not in chosen]
    return sorted(chosen + others[: number - len(chosen)])


def usual_number(papers: int) -> int:
    """Return the number of clusters for a number of papers: 8 to 24, fewer for few papers."""
    usual = round(3 * float(np.log2(max(papers, 1))) - 17)
    return min(max(8, min(24, usual)), papers // 6)
