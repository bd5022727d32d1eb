"""A segment of an index: the words of some papers and their postings, as flat immutable arrays.

The arrays may be in memory or in a mapped file, of which only the parts in use are read. Papers are numbered from 0 by
their day, so of two equal matches the one with the higher number is usually the newer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.core.search.lexicon import Lexicon
from papertui.core.search.neighbours import LEVELS, Level
from papertui.core.search.ranking import FIELDS

#: The arrays of a segment by name; see `Segment` for their content.
Arrays = Mapping[str, NDArray[Any]]
Docs = NDArray[np.uint32]

#: Numbers that few papers have: stored as pairs of paper and number.
NUMBERS = ("votes", "stars", "comments")
#: Facts that a paper has or lacks: one bit each.
FLAGS = ("abstract", "code", "project", "doi", "journal", "tldr", "thumbnail")
#: Days are counted from 1970-01-01 in 16 bits; 0 means unknown.
FIRST_DAY = 719_163


class Postings(NamedTuple):
    """For each word, in the order of the lexicon, the papers that contain it in one field."""

    #: The start of each word's run, plus one more; empty if the field has no words.
    starts: NDArray[np.uint32]
    #: The runs: numbers of papers, ascending within a word.
    docs: Docs

    def run(self, first: int, last: int) -> Docs:
        """Return the papers of the words `first` up to `last` (exclusive), word by word."""
        if not len(self.starts):
            return self.docs
        return self.docs[self.starts[first] : self.starts[last]]

    def of(self, words: NDArray[np.int64]) -> Docs:
        """Return the papers of `words`, word by word."""
        if not len(self.starts):
            return self.docs
        first, last = self.starts[words].astype(np.int64), self.starts[words + 1].astype(np.int64)
        return self.docs[spread(first, last)]


class Texts:
    """Concatenated texts.

    Args:
        letters: their UTF-8.
        starts: the offset of each text, plus one more.
    """

    def __init__(self, letters: NDArray[np.uint8], starts: NDArray[np.uint32]) -> None:
        self._letters = letters.data
        self._starts = starts

    def __len__(self) -> int:
        return max(0, len(self._starts) - 1)

    def __getitem__(self, place: int) -> str:
        return str(self._letters[self._starts[place] : self._starts[place + 1]], "utf-8", "replace")

    def some(self, places: NDArray[np.integer[Any]]) -> list[str]:
        """Return the texts at `places`."""
        first, last = self._starts[places].tolist(), self._starts[places + 1].tolist()
        letters = self._letters
        return [str(letters[a:b], "utf-8", "replace") for a, b in zip(first, last, strict=True)]


class Pairs(NamedTuple):
    """A number for some of the papers."""

    #: The papers, ascending.
    docs: Docs
    values: NDArray[np.uint32]

    def at(self, docs: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the numbers of `docs`; 0 for those without one."""
        if not len(self.docs):
            return np.zeros(len(docs), np.uint32)
        places = np.minimum(np.searchsorted(self.docs, docs), len(self.docs) - 1)
        return np.where(self.docs[places] == docs, self.values[places], np.uint32(0))


class Segment:
    """The words of some papers. Thread-safe.

    Attributes:
        size: the number of papers.
        lexicon: the words.
        postings: for each of `FIELDS`, which papers contain which word.
        sources: which papers come from which source; the source names are words of the lexicon.
        titles: folded.
        ids: as they are.
        days: of each paper, in days from `FIRST_DAY`; 0 if unknown.
        people: the number of authors of each paper, at most 255.
        levels: see `papertui.core.search.neighbours`.
    """

    def __init__(self, arrays: Arrays) -> None:
        """Wrap the arrays that `papertui.core.search.building` makes.

        Raises:
            KeyError: one of them is missing.
        """
        self.arrays = arrays
        self.days: NDArray[np.uint16] = arrays["days"]
        self.size = len(self.days)
        self.people: NDArray[np.uint8] = arrays["people"]
        self.lexicon = Lexicon(arrays["words"], arrays["words.starts"])
        self.postings = tuple(
            Postings(arrays[f"{field.section}.starts"], arrays[f"{field.section}.docs"]) for field in FIELDS
        )
        self.sources = Postings(arrays["sources.starts"], arrays["sources.docs"])
        self.titles = Texts(arrays["titles"], arrays["titles.starts"])
        self.ids = Texts(arrays["ids"], arrays["ids.starts"])
        self._by_id: NDArray[np.uint32] = arrays["ids.order"]
        self.levels = {length: Level(*(arrays[f"near{length}.{part}"] for part in Level._fields)) for length in LEVELS}

    def numbers(self, name: str) -> Pairs:
        """Return one of `NUMBERS`."""
        return Pairs(self.arrays[f"{name}.docs"], self.arrays[f"{name}.values"])

    def flagged(self, name: str) -> NDArray[np.bool_]:
        """Return which papers have one of `FLAGS`."""
        return np.unpackbits(self.arrays[f"has.{name}"], count=self.size).view(np.bool_)

    def acronyms(self) -> list[tuple[str, str, int]]:
        """Return acronyms, the words each stands for, and how many papers define it so."""
        rows = self.arrays["acronyms"].tobytes().decode("utf-8", "replace").splitlines()
        found = [row.split("\t") for row in rows]
        return [(row[0], row[1], int(row[2])) for row in found if len(row) == 3 and row[2].isdecimal()]  # noqa: PLR2004

    def doc(self, id_: str) -> int | None:
        """Return the number of the paper with an id; ``None`` if there is none."""
        ids = _ById(self)
        place = bisect_left(ids, id_.lower())
        while place < len(ids) and ids[place] == id_.lower():
            if self.ids[int(self._by_id[place])] == id_:
                return int(self._by_id[place])
            place += 1
        return None

    def ids_starting(self, start: str) -> Docs:
        """Return the papers whose ids begin with `start`, in lower case."""
        ids = _ById(self)
        return self._by_id[bisect_left(ids, start) : bisect_left(ids, start + "\U0010ffff")]


class _ById:
    """The ids of a segment in lower case and in order, for bisection."""

    def __init__(self, segment: Segment) -> None:
        self._ids, self._order = segment.ids, segment.arrays["ids.order"]

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place: int) -> str:
        return self._ids[int(self._order[place])].lower()


def spread(first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all numbers of the ranges ``first[i]`` up to ``last[i]`` (exclusive), range by range."""
    counts = last - first
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(first - (ends - counts), counts) + np.arange(total)
