"""Which paper holds which word, and in which of its fields."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from papertui.core.search.neighbours import spread

#: One paper's words, each with the fields that hold it as bits.
Bag = dict[str, int]


@dataclass(frozen=True, slots=True)
class Postings:
    """For each word, in the order of the vocabulary, the papers that hold it. Never changes once built.

    Attributes:
        starts: where each word's run begins; one more number than words.
        papers: the runs: places of papers, ascending within a word.
        fields: beside each paper, the fields that hold the word, as bits.
        size: how many papers there are.
    """

    starts: NDArray[np.int64]
    papers: NDArray[np.uint32]
    fields: NDArray[np.uint16]
    size: int

    def runs(self, words: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the postings of `words` stand, one word's after the other, and how many each word has."""
        first, last = self.starts[words], self.starts[words + 1]
        return spread(first, last), last - first


def gather(bags: Iterable[Bag]) -> tuple[Sequence[str], Postings]:
    """The sorted words of all `bags`, one bag a paper, and their postings."""
    numbers: dict[str, int] = {}
    word_column, field_column, counts = array("I"), array("H"), array("I")
    for bag in bags:
        word_column.extend([numbers.setdefault(word, len(numbers)) for word in bag])
        field_column.extend(bag.values())
        counts.append(len(bag))
    names = list(numbers)
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.uint32)
    rank[np.array(order, np.int64)] = np.arange(len(names), dtype=np.uint32)
    words = rank[np.frombuffer(word_column, np.uint32)] if names else np.empty(0, np.uint32)
    papers = np.repeat(np.arange(len(counts), dtype=np.uint32), np.array(counts, np.int64))
    behind = np.argsort(words, kind="stable")
    starts = np.zeros(len(names) + 1, np.int64)
    np.cumsum(np.bincount(words, minlength=len(names)), out=starts[1:])
    fields = np.array(field_column, np.uint16)
    return [names[place] for place in order], Postings(starts, papers[behind], fields[behind], len(counts))
