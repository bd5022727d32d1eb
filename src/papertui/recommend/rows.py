"""The words of each paper as rows of numbers, made from a segment of the index without splitting a text again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from string import ascii_lowercase, digits
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.model.paper import Paper
from papertui.search.builder import ArraySection
from papertui.search.folding import fold
from papertui.search.ranking import FIELDS as INDEXED
from papertui.search.segment import Postings, Segment, spread
from papertui.search.vectors import DIMENSIONS
from papertui.search.words import COMMON_WORDS, words

Array = NDArray[Any]
Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

#: A larger segment has rows for this many of its newest papers; the rows of the others are empty.
MOST_PAPERS = 200_000
#: The fields of a row, each with its weight: a word of the title counts in its title and again in the abstract.
FIELDS: Mapping[str, float] = {"title": 1.0, "abstract": 1.0}
#: Papers turned into rows at a time.
_PIECE = 20_000
#: Words that say nothing about the subject of a paper, besides those that the search counts as common.
_FUNCTION_WORDS = COMMON_WORDS.union(
    ascii_lowercase,
    digits,
    "an as at be by do et he if in is it me my no of on or so to up us we al eg ie vs".split(),  # noqa: SIM905 - one text
)
#: The arrays of a file of rows.
ARRAYS = ("ranks", "keys", "counts", "people.starts", "people", *(f"{name}.starts" for name in FIELDS), *FIELDS)


def word_key(word: str) -> int:
    """Return a number that stands for a word in every segment."""
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")


def author_key(name: str) -> int:
    """Return the number of an author, however the name is capitalised or accented."""
    return word_key("author " + " ".join(fold(name).split()))


def organization_key(name: str) -> int:
    """Return the number of an organisation."""
    return word_key("organization " + " ".join(fold(name).split()))


def people_keys(authors: Sequence[str], organization: str | None) -> list[int]:
    """Return the numbers of the authors and of the organisation of a paper."""
    keys = [author_key(name) for name in authors]
    return [*keys, organization_key(organization)] if organization else keys


class WordRows:
    """The rows of the papers of one segment. The arrays may be mapped from a file.

    Args:
        arrays: those of `sections`.

    Raises:
        KeyError: an array is missing.
        ValueError: the arrays do not fit together.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self.ranks: NDArray[np.uint32] = arrays["ranks"]  # of each word, its place in the lexicon of the segment
        self.keys: Keys = arrays["keys"]  # of each word
        self.counts: NDArray[np.uint32] = arrays["counts"]  # in about how many papers each word is
        self.people_starts: NDArray[np.uint64] = arrays["people.starts"]
        self.people: Keys = arrays["people"]
        self.starts: dict[str, NDArray[np.uint64]] = {name: arrays[f"{name}.starts"] for name in FIELDS}
        self.words: dict[str, NDArray[np.uint32]] = {name: arrays[name] for name in FIELDS}
        self.size = len(self.people_starts) - 1
        if self.size < 0 or any(len(starts) != self.size + 1 for starts in self.starts.values()):
            raise ValueError("rows of different numbers of papers")
        if len(self.ranks) != len(self.keys) or len(self.ranks) != len(self.counts):
            raise ValueError("words of different numbers")


def row_arrays(segment: Segment, people: Iterable[Sequence[int]], *, most: int = MOST_PAPERS) -> dict[str, Array]:
    """Return the arrays of the rows of a segment in memory, see `row_sections`."""
    return {
        one.name: np.concatenate([np.empty(0, one.dtype), *one.pieces]).astype(one.dtype)
        for one in row_sections(segment, people, most=most)
    }


def row_sections(
    segment: Segment, people: Iterable[Sequence[int]], *, most: int = MOST_PAPERS
) -> Iterator[ArraySection]:
    """Yield the arrays of the rows of a segment.

    Args:
        segment: a segment of the index.
        people: for each of its papers, the numbers of its authors and of its organisation.
        most: how many of the newest papers have rows; those of the others are empty.
    """
    size = len(segment.lexicon)
    counts = np.zeros(size, np.int64)
    for name in FIELDS:
        starts = _postings(segment, name).starts
        if len(starts):
            counts = np.maximum(counts, starts[1:].astype(np.int64) - starts[:-1].astype(np.int64))
    ranks = np.flatnonzero(counts)
    numbers = np.zeros(size, np.uint32)
    numbers[ranks] = np.arange(len(ranks), dtype=np.uint32)
    yield _one("ranks", ranks.astype(np.uint32))
    yield _one("counts", counts[ranks].astype(np.uint32))
    yield _one("keys", np.fromiter(map(word_key, segment.lexicon.some(ranks)), np.uint64, len(ranks)))
    lengths = np.zeros(segment.size + 1, np.uint64)
    held = [np.array(list(keys), np.uint64) for keys in people]
    lengths[1:] = np.cumsum([len(keys) for keys in held], dtype=np.uint64) if held else 0
    yield _one("people.starts", lengths)
    yield ArraySection("people", np.dtype(np.uint64), iter(held))
    for name in FIELDS:
        yield from _field(segment, name, numbers, max(0, segment.size - most))


def _field(segment: Segment, name: str, numbers: NDArray[np.uint32], first: int) -> Iterator[ArraySection]:
    starts, docs = _postings(segment, name)
    each = np.bincount(docs, minlength=segment.size) if len(docs) else np.zeros(segment.size, np.int64)
    each[:first] = 0
    ends = np.zeros(segment.size + 1, np.uint64)
    np.cumsum(each, out=ends[1:], dtype=np.uint64)
    yield _one(f"{name}.starts", ends)

    def pieces() -> Iterator[Array]:
        if not len(docs):
            return
        owners = np.repeat(numbers, starts[1:].astype(np.int64) - starts[:-1].astype(np.int64))
        for start in range(first, segment.size, _PIECE):
            some = np.flatnonzero((docs >= start) & (docs < start + _PIECE))
            # The words of a paper are in order already, so that a stable sort keeps them so.
            yield owners[some[np.argsort(docs[some], kind="stable")]]

    yield ArraySection(name, np.dtype(np.uint32), pieces())


def _postings(segment: Segment, name: str) -> Postings:
    return next(held for field, held in zip(INDEXED, segment.postings, strict=True) if field.section == name)


def _one(name: str, array: Array) -> ArraySection:
    return ArraySection(name, array.dtype, iter((array,)))


class Features(NamedTuple):
    """Some papers as a sparse matrix: a row for each paper, scaled to length 1, a column for each word."""

    owners: NDArray[np.int64]  # the row of each entry, ascending
    columns: NDArray[np.int64]
    values: Floats
    people: tuple[tuple[int, ...], ...]  # of each row, the numbers of authors and organisation

    @property
    def size(self) -> int:
        return len(self.people)


class CorpusPart(NamedTuple):
    """A segment of the index with its rows."""

    segment: Segment
    rows: WordRows
    dead: NDArray[np.uint32]


class _Part:
    """A part with its words numbered as in the whole corpus."""

    def __init__(self, part: CorpusPart, numbers: NDArray[np.int64]) -> None:
        self.segment, self.rows = part.segment, part.rows
        self.numbers = numbers
        self.alive = np.ones(part.segment.size, bool)
        self.alive[part.dead] = False


class Corpus:
    """The rows of all indexed papers, with their words numbered. Immutable.

    Args:
        parts: the segments, the one with the oldest papers first.
    """

    def __init__(self, parts: Sequence[CorpusPart]) -> None:
        keys = np.concatenate([np.empty(0, np.uint64), *(part.rows.keys for part in parts)])
        self.keys, numbers = np.unique(keys, return_inverse=True)
        counts = np.bincount(
            numbers, np.concatenate([np.empty(0), *(part.rows.counts for part in parts)]), len(self.keys)
        )
        self.papers = sum(part.segment.size - len(part.dead) for part in parts)
        #: Of each word: how rare it is.
        self.rarity: Floats = np.log((1 + max(self.papers, 1)) / (1 + counts))
        np.maximum(self.rarity, 0, out=self.rarity)
        self.rarity[counts < 2] = 0  # noqa: PLR2004 - says nothing about another paper
        usual = self.numbers(np.array([word_key(word) for word in _FUNCTION_WORDS], np.uint64))
        self.rarity[usual[usual >= 0]] = 0
        self._parts: list[_Part] = []
        start = 0
        for part in parts:
            end = start + len(part.rows.keys)
            self._parts.append(_Part(part, numbers[start:end].astype(np.int64)))
            start = end
        self._lengths: list[Floats | None] = [None] * len(parts)

    def word(self, number: int) -> str:
        """Return a word by its number."""
        for part in self._parts:
            places = np.flatnonzero(part.numbers == number)
            if len(places):
                return part.segment.lexicon.word(int(part.rows.ranks[places[0]]))
        raise IndexError(number)

    def numbers(self, keys: Keys) -> NDArray[np.int64]:
        """Return the numbers of words by their keys; -1 for those that no paper has."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, places, -1)

    def features(self, ids: Sequence[str], others: Mapping[str, Paper]) -> Features:
        """Return the rows of papers; a paper that is neither in the index nor among `others` has an empty row."""
        owners, columns, values = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
        people: list[tuple[int, ...]] = [()] * len(ids)
        left = np.ones(len(ids), bool)
        for part, rows, docs in self._located(ids):
            left[rows] = False
            for name, weight in FIELDS.items():
                first, last = (part.rows.starts[name][docs + by].astype(np.int64) for by in (0, 1))
                found = part.numbers[part.rows.words[name][spread(first, last)]]
                owners.append(np.repeat(rows, last - first))
                columns.append(found)
                values.append(self.rarity[found] * weight)
            for row, doc in zip(rows.tolist(), docs.tolist(), strict=True):
                start, end = int(part.rows.people_starts[doc]), int(part.rows.people_starts[doc + 1])
                people[row] = tuple(part.rows.people[start:end].tolist())
        for row in np.flatnonzero(left).tolist():
            if (paper := others.get(ids[row])) is None:
                continue
            people[row] = tuple(people_keys(paper.authors, paper.organization))
            for text, weight in ((paper.title, FIELDS["title"]), (paper.abstract, FIELDS["abstract"])):
                keys = np.array([word_key(word) for word in words(text)], np.uint64)
                found = self.numbers(keys)
                found = found[found >= 0]
                owners.append(np.full(len(found), row))
                columns.append(found)
                values.append(self.rarity[found] * weight)
        return _normalised(np.concatenate(owners), np.concatenate(columns), np.concatenate(values), people)

    def vectors(self, ids: Sequence[str]) -> NDArray[np.int8]:
        """Return the vectors of papers; zeros for those that are not in the index."""
        made = np.zeros((len(ids), DIMENSIONS), np.int8)
        for part, rows, docs in self._located(ids):
            made[rows] = part.segment.vectors[docs]
        return made

    def _located(self, ids: Sequence[str]) -> Iterator[tuple[_Part, NDArray[np.int64], NDArray[np.int64]]]:
        """Yield each part, the newest first, with the places of its papers among `ids` and their numbers in it."""
        left = np.ones(len(ids), bool)
        for part in reversed(self._parts):
            docs = part.segment.docs(ids)
            docs[(docs >= 0) & ~part.alive[docs]] = -1
            rows = np.flatnonzero((docs >= 0) & left)
            left[rows] = False
            yield part, rows, docs[rows]

    def newest(self, number: int) -> list[str]:
        """Return the ids of the newest papers, the newest first."""
        found: list[tuple[int, str]] = []
        for part in self._parts:
            docs = np.flatnonzero(part.alive)
            docs = docs[np.argsort(part.segment.days[docs], kind="stable")[-number:]]
            found += zip(part.segment.days[docs].tolist(), part.segment.ids.some(docs), strict=True)
        return [id_ for _, id_ in sorted(found, reverse=True)[:number]]

    def last_day(self) -> int:
        """Return the day of the newest paper, as a segment counts days; 0 if there is none."""
        return max((int(part.segment.days[part.alive].max()) for part in self._parts if part.alive.any()), default=0)

    def scores(
        self, weights: Floats, people: Mapping[int, float] = MappingProxyType({})
    ) -> Iterator[tuple[Segment, NDArray[np.int64], Floats]]:
        """Yield for each segment its papers that are current, and the sums of the weights of their words and people."""
        scaled = (weights * self.rarity).astype(np.float32)
        for place, part in enumerate(self._parts):
            docs = np.flatnonzero(part.alive)
            found = _sums(part, scaled) / self._length(place)
            if people:
                found += _people_sums(part.rows, people)
            yield part.segment, docs, found[docs]

    def _length(self, place: int) -> Floats:
        known = self._lengths[place]
        if known is None:
            squares = _sums(self._parts[place], np.square(self.rarity).astype(np.float32), squared=True)
            known = self._lengths[place] = np.maximum(np.sqrt(squares), 1e-9)
        return known


def _sums(part: _Part, of_words: NDArray[np.float32], *, squared: bool = False) -> Floats:
    """Return for each paper of a part the sum over its words."""
    local = of_words[part.numbers]
    total = np.zeros(part.segment.size)
    for name, weight in FIELDS.items():
        starts, found = part.rows.starts[name], part.rows.words[name]
        for first in range(0, part.segment.size, _PIECE):
            ends = starts[first : first + _PIECE + 1].astype(np.int64)
            inside = np.flatnonzero(ends[1:] > ends[:-1])
            if len(inside):
                rows = np.add.reduceat(local[found[ends[0] : ends[-1]]], ends[inside] - ends[0])
                total[first + inside] += rows * (weight * weight if squared else weight)
    return total


def sums(places: NDArray[np.int64], values: Floats, size: int) -> Floats:
    """Return for each place the sum of its values."""
    return np.asarray(np.bincount(places, values, size), np.float64)


def _people_sums(rows: WordRows, people: Mapping[int, float]) -> Floats:
    keys = np.array(sorted(people), np.uint64)
    weights = np.array([people[key] for key in keys.tolist()])
    places = np.minimum(np.searchsorted(keys, rows.people), len(keys) - 1)
    found = np.flatnonzero(keys[places] == rows.people)
    owners = np.searchsorted(rows.people_starts, found.astype(np.uint64), side="right") - 1
    return sums(owners, weights[places[found]], rows.size)


def _normalised(
    owners: NDArray[np.int64], columns: NDArray[np.int64], values: Floats, people: Sequence[tuple[int, ...]]
) -> Features:
    used = values > 0
    owners, columns, values = owners[used], columns[used], values[used]
    lengths = np.sqrt(sums(owners, np.square(values), len(people)))
    values /= np.maximum(lengths, 1e-9)[owners]
    return Features(owners, columns, values, tuple(people))
