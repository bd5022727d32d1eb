"""All distinct words of an index, and the ways a typed word may mean one of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from papertui.core.search import ranking, typos
from papertui.core.search.neighbours import Neighbours
from papertui.core.search.words import COMMON

Places = NDArray[np.int64]
#: More words than these with the typed one inside say nothing any more.
_MOST_CONTAINING = 4000
#: What separates words in `Vocabulary._run`; no word holds it.
_GAP = "\n"


class Vocabulary:
    """Sorted distinct words. Never changes once built, so any number of threads may ask it."""

    def __init__(self, words: Sequence[str]) -> None:
        """Takes `words`, sorted by code point and distinct."""
        self._words = words
        self._neighbours = Neighbours(words)
        self._run = _GAP.join(("", *words))
        self._lengths = np.fromiter(map(len, words), np.int64, len(words))
        self._starts = np.cumsum(self._lengths + 1) - self._lengths

    def place(self, word: str) -> int | None:
        """Where `word` is; ``None`` when there is no such word."""
        place = bisect_left(self._words, word)
        return place if place < len(self._words) and self._words[place] == word else None

    def starting(self, word: str) -> Places:
        """The words that start with `word`, itself included."""
        # Whatever follows the prefix, a word made of the greatest character sorts behind all words that have it.
        return np.arange(bisect_left(self._words, word), bisect_left(self._words, word + "\U0010ffff" * 2))

    def containing(self, word: str) -> Places:
        """The words that hold `word` behind their first letter."""
        found: list[int] = []
        place = self._run.find(word)
        while place >= 0 and len(found) < _MOST_CONTAINING:
            found.append(place)
            place = self._run.find(word, place + 1)
        spots = np.array(found, np.int64)
        owners = np.searchsorted(self._starts, spots, side="right") - 1
        return np.unique(owners[spots > self._starts[owners]])

    def meanings(self, word: str, *, typing: bool) -> tuple[Places, NDArray[np.float32]]:
        """The words that `word` may mean, and how well each fits (0 to 1); a word may be given more than once.

        Args:
            word: folded.
            typing: whether more letters may follow.
        """
        starting = self.starting(word)
        ratios = len(word) / self._lengths[starting]
        found = [(starting, ranking.beginning(ratios, typing=typing))]
        if len(word) >= ranking.SHORTEST_INSIDE:
            inside = self.containing(word)
            found.append((inside, ranking.inside(len(word) / self._lengths[inside])))
        known = len(starting) > 0 if typing else self.place(word) is not None
        # Three letters are near to far too many words: only where they mean nothing as they are.
        if typos.slips_allowed(word) and not (known and len(word) == typos.SHORTEST):
            belief = np.float32(ranking.KNOWN if known else 1)
            found.extend((places, fit * belief) for places, fit in self._misspelt(word, typing=typing, known=known))
        return np.concatenate([places for places, _ in found]), np.concatenate([fit for _, fit in found])

    def _misspelt(self, word: str, *, typing: bool, known: bool) -> list[tuple[Places, NDArray[np.float32]]]:
        most = typos.slips_allowed(word)
        near = self._neighbours.near(word)
        near = near[self._lengths[near] >= len(word) - most]
        names = [self._words[place] for place in near.tolist()]
        plain = np.fromiter((not (known and name in COMMON) for name in names), bool, len(names))
        whole = typos.distances(word, names, most)
        good = (whole <= most) & (whole > 0) & plain
        found = [(near[good], ranking.misspelt(len(word), whole[good]))]
        if typing or len(word) > ranking.SHORTEST_INSIDE:
            longer = self._lengths[near] > len(word)
            part, _ = typos.prefix_distances(word, [name for name in names if len(name) > len(word)], most)
            good = (part <= most) & plain[longer]
            found.append((near[longer][good], ranking.misspelt_beginning(len(word), part[good], typing=typing)))
        return found

    def halves(self, word: str, *, typing: bool) -> list[tuple[Places, Places]]:
        """The ways `word` is two known words written as one: the places of the left one and of the right one."""
        least = ranking.SHORTEST_HALF
        found: list[tuple[Places, Places]] = []
        if word in self._run:  # "former" is the end of "transformer", not "for" and "merging"
            return found
        for cut in range(least, len(word) - least + 1):
            left = self.place(word[:cut])
            if left is None:
                continue
            right = self.place(word[cut:])
            rights = self.starting(word[cut:]) if typing else np.array([] if right is None else [right], np.int64)
            if len(rights):
                found.append((np.array([left], np.int64), rights))
        return found
