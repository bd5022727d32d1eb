"""A piece of an index as flat arrays: its words in order and where they occur."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.search.ranking import FIELDS
from papertui.search.spelling import LEVELS, Level
from papertui.search.vectors import DIMENSIONS, SIGN_COLUMNS

# --- words -------------------------------------------------------------------------------------------

#: More words than these that contain the typed one are not meaningful.
_MOST_CONTAINING = 4000
#: Precedes and follows every word; no word contains it.
_GAP = b"\n"


class Lexicon:
    """Sorted distinct words, concatenated in UTF-8. Immutable and thread-safe."""

    def __init__(self, letters: NDArray[np.uint8], starts: NDArray[np.uint32]) -> None:
        """Wrap the arrays made by `lexicon_arrays`.

        Args:
            letters: the words, each preceded by a line feed, and a line feed at the end.
            starts: the offset of each word's first byte, plus one more: where another word would start.
        """
        self._letters = letters
        self._view = letters.data
        self._starts = starts
        self._whole: bytes | None = None
        self._containing: tuple[str, NDArray[np.int64]] = ("", np.empty(0, np.int64))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def word(self, place: int) -> str:
        """Return the word at `place`."""
        return str(self._view[self._starts[place] : int(self._starts[place + 1]) - 1], "utf-8", "replace")

    def some(self, places: NDArray[np.int64]) -> list[str]:
        """Return the words at `places`."""
        first, last = self._starts[places].tolist(), self._starts[places + 1].tolist()
        view = self._view
        return [str(view[a : b - 1], "utf-8", "replace") for a, b in zip(first, last, strict=True)]

    def lengths(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the lengths in bytes of the words at `places`."""
        return self._starts[places + 1].astype(np.int64) - self._starts[places] - 1

    def place(self, word: str) -> int | None:
        """Return the position of `word`; ``None`` if it is not there."""
        place = self._bisect(word.encode())
        return place if place < len(self) and self.word(place) == word else None

    def starting(self, word: str) -> tuple[int, int]:
        """Return the range (end exclusive) of the words that start with `word`, including the word itself."""
        # UTF-8 sorts in code point order, and no character contains the byte 0xff.
        return self._bisect(word.encode()), self._bisect(word.encode() + b"\xff")

    def containing(self, word: str) -> NDArray[np.int64]:
        """Return the words that contain `word` after their first letter."""
        last, known = self._containing
        if last == word:
            return known
        places = self._find(word)
        self._containing = word, places  # requested repeatedly while one word is looked up
        return places

    def _find(self, word: str) -> NDArray[np.int64]:
        if self._whole is None:
            self._whole = self._letters.tobytes()
        sought, whole = word.encode(), self._whole
        places: list[int] = []
        place = whole.find(sought)
        while place >= 0 and len(places) < _MOST_CONTAINING:
            places.append(place)
            place = whole.find(sought, place + 1)
        if not places:
            return np.empty(0, np.int64)
        spots = np.array(places, np.int64)
        owners = np.searchsorted(self._starts, spots.astype(np.uint32), side="right") - 1
        return np.unique(owners[spots > self._starts[owners]])

    def _bisect(self, sought: bytes) -> int:
        low, high = 0, len(self)
        starts, view = self._starts, self._view
        while low < high:
            middle = (low + high) // 2
            if bytes(view[starts[middle] : int(starts[middle + 1]) - 1]) < sought:
                low = middle + 1
            else:
                high = middle
        return low


def lexicon_arrays(words: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Return the arrays of a `Lexicon` for `words`, sorted and distinct."""
    encoded = [word.encode() for word in words]
    letters = np.frombuffer(_GAP + b"".join(word + _GAP for word in encoded), np.uint8)
    starts = np.ones(len(encoded) + 1, np.uint32)
    np.cumsum(np.fromiter(map(len, encoded), np.uint32, len(encoded)) + 1, out=starts[1:], dtype=np.uint32)
    starts[1:] += 1
    return letters, starts


# --- segments ----------------------------------------------------------------------------------------
# The arrays may be in memory or in a mapped file, of which only the parts in use are read. Papers are numbered from 0
# by their day, so of two equal matches the one with the higher number is usually the newer.

#: The arrays of a segment by name; see `Segment` for their content.
Arrays = Mapping[str, NDArray[Any]]
Docs = NDArray[np.uint32]

#: Numbers that few papers have: stored as pairs of paper and number.
NUMBERS = ("votes", "stars", "comments")
#: Facts that a paper has or lacks: one bit each.
FLAGS = ("abstract", "code", "project", "doi", "journal", "tldr", "thumbnail")
#: The columns with the signs of the vectors of papers.
SIGNS = tuple(f"signs.{place}" for place in range(SIGN_COLUMNS))
#: Up to this many ids are looked up one by one.
_FEW_IDS = 64
#: If a segment has up to this many times as many papers, all its ids are compared.
_SIMILAR_SIZES = 5
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

    def __iter__(self) -> Iterator[str]:
        return iter(self.some(np.arange(len(self))))

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
        years: in which each paper was published; 0 if unknown.
        people: the number of authors of each paper, at most 255.
        levels: see `papertui.search.spelling`.
    """

    def __init__(self, arrays: Arrays, make_vectors: Callable[[], Arrays] | None = None) -> None:
        """Wrap the arrays that `papertui.search.builder` makes.

        Args:
            arrays: the arrays by name.
            make_vectors: makes the arrays of the vectors when they are needed, if they are not in `arrays`.

        Raises:
            KeyError: one of them is missing.
        """
        self.arrays = arrays
        self._make_vectors = make_vectors
        if make_vectors is None:
            self._vector_arrays = {name: arrays[name] for name in ("vectors", *SIGNS)}
        self.days: NDArray[np.uint16] = arrays["days"]
        self.size = len(self.days)
        self.years: NDArray[np.uint16] = arrays["years"]
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

    @cached_property
    def _vector_arrays(self) -> Arrays:
        return {} if self._make_vectors is None else self._make_vectors()

    @property
    def vectors(self) -> NDArray[np.int8]:
        """The vectors of the papers, one row each; all zero for papers without a known word."""
        return self._vector_arrays["vectors"].reshape(-1, DIMENSIONS)

    @property
    def signs(self) -> tuple[NDArray[np.uint64], ...]:
        """The signs of the vectors, as columns of 64 bits."""
        return tuple(self._vector_arrays[name] for name in SIGNS)

    def acronyms(self) -> list[tuple[str, str, int]]:
        """Return acronyms, the words each stands for, and how many papers define it so."""
        rows = self.arrays["acronyms"].tobytes().decode("utf-8", "replace").splitlines()
        pairs = [row.split("\t") for row in rows]
        return [(row[0], row[1], int(row[2])) for row in pairs if len(row) == 3 and row[2].isdecimal()]  # noqa: PLR2004

    def doc(self, id_: str) -> int | None:
        """Return the number of the paper with an id; ``None`` if there is none."""
        ids = _ById(self)
        place = bisect_left(ids, id_.lower())
        while place < len(ids) and ids[place] == id_.lower():
            if self.ids[int(self._by_id[place])] == id_:
                return int(self._by_id[place])
            place += 1
        return None

    def docs(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Return the numbers of the papers with `ids`, -1 for those that are not here; for many ids, all at once."""
        if len(ids) < _FEW_IDS or not self.size:
            return np.array([-1 if (doc := self.doc(id_)) is None else doc for id_ in ids], np.int64)
        found = np.full(len(ids), -1, np.int64)
        places = self._places(ids)
        inside = places < self.size
        docs = self._by_id[np.minimum(places, self.size - 1)].astype(np.int64)
        names = self.ids.some(docs)
        same = np.fromiter((name == id_ for name, id_ in zip(names, ids, strict=True)), bool, len(ids)) & inside
        found[same] = docs[same]
        # Ids that differ in case only, or have letters that NumPy does not lower, are looked up one by one.
        for place in np.flatnonzero(~same).tolist():
            if names[place].lower() == ids[place].lower() or not ids[place].isascii() or not self._has_plain_ids:
                doc = self.doc(ids[place])
                found[place] = -1 if doc is None else doc
        return found

    def _places(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Return for each of `ids` its place among the ids in order, all at once."""
        keys = np.array([id_.lower().encode() for id_ in ids], np.bytes_)
        width = keys.dtype.itemsize
        if self.size <= _SIMILAR_SIZES * len(ids):
            return np.searchsorted(self._names(np.arange(self.size), width), keys)
        low, high = np.zeros(len(ids), np.int64), np.full(len(ids), self.size, np.int64)
        while (open_ := np.flatnonzero(low < high)).size:
            middle = (low[open_] + high[open_]) // 2
            before = self._names(middle, width) < keys[open_]
            low[open_] = np.where(before, middle + 1, low[open_])
            high[open_] = np.where(before, high[open_], middle)
        return low

    def _names(self, places: NDArray[np.int64], width: int) -> NDArray[np.bytes_]:
        """Return the beginnings of the ids at `places` in order, in lower case, up to `width` bytes."""
        letters, starts = self.arrays["ids"], self.arrays["ids.starts"]
        docs = self._by_id[places].astype(np.int64)
        spots = starts[docs].astype(np.int64)[:, None] + np.arange(width)
        inside = spots < starts[docs + 1][:, None]
        names = np.where(inside, letters[np.minimum(spots, len(letters) - 1)], np.uint8(0))
        names += ((names >= ord("A")) & (names <= ord("Z"))).astype(np.uint8) * np.uint8(32)
        return np.ascontiguousarray(names).view(f"S{width}").ravel()

    @cached_property
    def _has_plain_ids(self) -> bool:
        letters = self.arrays["ids"]
        return not len(letters) or int(letters.max()) < 128  # noqa: PLR2004 - ASCII

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
