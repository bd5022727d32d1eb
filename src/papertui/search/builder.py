"""Build segments from papers, and merge them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.model.filters import has_code
from papertui.model.paper import Paper
from papertui.search.ranking import FIELDS
from papertui.search.segment import FIRST_DAY, FLAGS, NUMBERS, SIGNS, Segment, lexicon_arrays, spread
from papertui.search.spelling import neighbour_arrays
from papertui.search.vectors import DIMENSIONS, WordsOfPapers, signs, word_vectors
from papertui.search.words import acronyms_in, fold, words

# --- building ----------------------------------------------------------------------------------------

#: Separates names, so that no word is formed of two.
_GAP = " ; "
#: Precedes the name of a source in the lexicon, so that no typed word finds it.
SOURCE = "\x01"
_MOST = 2**32 - 1
_LAST_DAY = 2**16 - 1
_MOST_PEOPLE = 255
#: The fields whose words make the vector of a paper, besides the title.
_MEANT = frozenset({"keywords", "abstract"})
#: Papers whose vectors are made at once: some ten thousand words, whose vectors take some ten megabytes.
_AT_ONCE = 100


class Builder:
    """Collects papers and builds the arrays of a segment from them."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._columns = [_Column() for _ in FIELDS]
        self._sources = _Column()
        self._titles, self._ids = _Blob(), _Blob()
        self._id_list: list[str] = []
        self._days = array("H")
        self._years = array("H")
        self._people = array("B")
        self._pairs = [(array("I"), array("I")) for _ in NUMBERS]
        self._flags = [bytearray() for _ in FLAGS]
        self._acronyms: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self._days)

    def add(self, paper: Paper, *, abstract: bool = True, tags: Sequence[str] = (), note: str = "") -> None:
        """Add a paper.

        Args:
            paper: the paper to index; for good ranking, add papers by date, the oldest first.
            abstract: whether to index the words of the abstract and of the summary.
            tags: the user's tags.
            note: the user's note.
        """
        doc = len(self._days)
        authors = paper.authors
        field_words = (
            words(paper.title),
            words(_GAP.join(tags)) if tags else (),
            _names(authors[:1]),
            _names(authors[1:]),
            words(_GAP.join(paper.keywords)) if paper.keywords else (),
            words(paper.organization) if paper.organization else (),
            {whole_word(category) for category in paper.categories},
            words(note) if note else (),
            words(paper.tldr) if paper.tldr and abstract else (),
            words(paper.abstract) if abstract else (),
        )
        number = self._numbers.__getitem__
        for column, held in zip(self._columns, field_words, strict=True):
            column.put(list(map(number, held)) if held else ())
        self._sources.put(
            [number(word) for word in dict.fromkeys(SOURCE + whole_word(source) for source in paper.sources)]
        )
        self._titles.put(" ".join(fold(paper.title).split()))
        self._ids.put(paper.id)
        self._id_list.append(paper.id)
        self._days.append(day_of(paper))
        self._years.append(_year_of(paper))
        self._people.append(min(len(paper.authors), _MOST_PEOPLE))
        for (docs, values), value in zip(self._pairs, (paper.upvotes, paper.stars, paper.comments), strict=True):
            if value is not None and value >= 0:
                docs.append(doc)
                values.append(min(value, _MOST))
        for bits, has in zip(self._flags, _flags(paper), strict=True):
            bits.append(has)
        for pair in acronyms_in(paper.title, paper.abstract if abstract else ""):
            self._acronyms[pair] = self._acronyms.get(pair, 0) + 1

    def add_annotations(self, id_: str, tags: Sequence[str], note: str) -> None:
        """Add only the user's words on a paper, which is in another segment."""
        held = {"tags": words(_GAP.join(tags)) if tags else (), "note": words(note) if note else ()}
        for column, field in zip(self._columns, FIELDS, strict=True):
            column.put([self._numbers[word] for word in held.get(field.section, ())])
        self._sources.put([])
        self._titles.put("")
        self._ids.put(id_)
        self._id_list.append(id_)
        for facts in (self._days, self._years, self._people):
            facts.append(0)
        for bits in self._flags:
            bits.append(0)

    def segment(self) -> Segment:
        """Return a segment in memory, whose vectors are made when they are needed."""
        return Segment(self._word_arrays(), self.vector_arrays)

    def arrays(self, *, neighbours: bool = True) -> dict[str, NDArray[Any]]:
        """Return the arrays of a segment with all papers added.

        Args:
            neighbours: whether to support misspelt words; leave it out only if the segment is merged immediately.
        """
        return self._word_arrays(neighbours=neighbours) | self.vector_arrays()

    def annotation_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays of a segment of annotations, which have no vectors."""
        return self._word_arrays() | _arrays_of(np.empty((0, DIMENSIONS), np.int8))

    def vector_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays with the vectors of all papers added."""
        known = word_vectors()
        rows = known.rows(self._numbers)
        title, *others = [
            column
            for column, field in zip(self._columns, FIELDS, strict=True)
            if field.section == "title" or field.section in _MEANT
        ]
        made = np.empty((len(self), DIMENSIONS), np.int8)
        for start in range(0, len(self), _AT_ONCE):
            end = min(start + _AT_ONCE, len(self))
            parts = [column.of_papers(start, end, rows) for column in others]
            texts = np.concatenate([docs for docs, _ in parts]), np.concatenate([held for _, held in parts])
            made[start:end] = known.papers(end - start, title.of_papers(start, end, rows), texts)
        return _arrays_of(made)

    def _word_arrays(self, *, neighbours: bool = True) -> dict[str, NDArray[Any]]:
        names = list(self._numbers)
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), np.uint64)
        rank[np.array(order, np.int64)] = np.arange(len(names), dtype=np.uint64)
        names = [names[place] for place in order]
        made: dict[str, NDArray[Any]] = {}
        made["words"], made["words.starts"] = lexicon_arrays(names)
        for section, column in zip(sections(), (*self._columns, self._sources), strict=True):
            made[f"{section}.starts"], made[f"{section}.docs"] = column.postings(rank)
        made["titles"], made["titles.starts"] = self._titles.arrays()
        made["ids"], made["ids.starts"] = self._ids.arrays()
        made["ids.order"] = id_order(self._id_list)
        made["days"] = np.array(self._days, np.uint16)
        made["years"] = np.array(self._years, np.uint16)
        made["people"] = np.array(self._people, np.uint8)
        for name, (docs, values) in zip(NUMBERS, self._pairs, strict=True):
            made[f"{name}.docs"], made[f"{name}.values"] = np.array(docs, np.uint32), np.array(values, np.uint32)
        for name, bits in zip(FLAGS, self._flags, strict=True):
            made[f"has.{name}"] = np.packbits(np.frombuffer(bytes(bits), np.uint8))
        made["acronyms"] = acronym_array(self._acronyms)
        made.update(neighbour_arrays(names if neighbours else []))
        return made


def build(papers: Iterable[Paper], *, abstracts: bool = True) -> Segment:
    """Build a segment in memory."""
    builder = Builder()
    for paper in papers:
        builder.add(paper, abstract=abstracts)
    return builder.segment()


def paper_vector(paper: Paper) -> NDArray[np.float32] | None:
    """Return the vector of a paper; ``None`` if none of its words is known."""
    known = word_vectors()
    other = words(paper.abstract) | words(_GAP.join(paper.keywords))
    return known.paper(known.rows(words(paper.title)), known.rows(other))


def _arrays_of(vectors: NDArray[np.int8]) -> dict[str, NDArray[Any]]:
    return {"vectors": vectors.ravel(), **dict(zip(SIGNS, signs(vectors), strict=True))}


def sections() -> list[str]:
    """Return the names of all postings of a segment."""
    return [*(field.section for field in FIELDS), "sources"]


def day_of(paper: Paper) -> int:
    """Return the day a paper appeared, as a segment counts days."""
    moment = paper.featured or paper.published
    return 0 if moment is None else min(max(moment.toordinal() - FIRST_DAY, 1), _LAST_DAY)


def _year_of(paper: Paper) -> int:
    moment = paper.published or paper.featured
    return 0 if moment is None else moment.year


def whole_word(name: str) -> str:
    """Return a name as one word of the lexicon: folded, without blanks."""
    return "".join(fold(name).split())


def id_order(ids: Sequence[str]) -> NDArray[np.uint32]:
    """Return the positions of `ids` in the order of their lower-case forms."""
    lowered = [id_.lower() for id_ in ids]
    return np.array(sorted(range(len(ids)), key=lowered.__getitem__), np.uint32)


def acronym_array(acronyms: dict[tuple[str, str], int]) -> NDArray[np.uint8]:
    """Encode acronyms, what each stands for, and how often, for a segment."""
    rows = (f"{short}\t{long}\t{count}\n" for (short, long), count in sorted(acronyms.items()))
    return np.frombuffer("".join(rows).encode(), np.uint8)


def _flags(paper: Paper) -> tuple[bool, ...]:
    return (
        bool(paper.abstract), has_code(paper), paper.project is not None, paper.doi is not None,
        paper.journal_ref is not None, paper.tldr is not None, paper.thumbnail is not None,
    )  # fmt: skip


def _names(names: Sequence[str]) -> set[str]:
    """Return the words of names. Single letters are left out: they match too many people to be useful."""
    name_words = words(_GAP.join(names)) if names else set()
    return {word for word in name_words if len(word) > 1 or not word.isascii()}


class _Numbers(dict[str, int]):
    """Assigns the next number to every new word."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class _Column:
    """The words of one field, paper by paper."""

    def __init__(self) -> None:
        self._words, self._counts = array("I"), array("I")
        self._known_ends = np.zeros(0, np.int64)

    def put(self, words: Sequence[int]) -> None:
        if words:
            self._words.extend(words)
        self._counts.append(len(words))

    def of_papers(self, start: int, end: int, rows: NDArray[np.int64]) -> WordsOfPapers:
        """Return the words of some papers, with the `rows` of the words. The first paper has the number 0."""
        ends = self._ends()
        words = np.array(self._words[ends[start] : ends[end]], np.int64)
        counts = np.array(self._counts[start:end], np.int64)
        return np.repeat(np.arange(end - start), counts), rows[words]

    def _ends(self) -> NDArray[np.int64]:
        if len(self._known_ends) <= len(self._counts):
            self._known_ends = np.zeros(len(self._counts) + 1, np.int64)
            np.cumsum(np.frombuffer(self._counts, np.uint32), out=self._known_ends[1:])
        return self._known_ends

    def postings(self, rank: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Return the `Postings` of this field; `rank` is the position of each word in the lexicon."""
        if not self._words:
            return np.empty(0, np.uint32), np.empty(0, np.uint32)
        counts = np.frombuffer(self._counts, np.uint32)
        # Word and paper in one number: this sorts many times as fast as a stable sort by word. In place, since it is
        # the largest array there is.
        keys = rank[np.frombuffer(self._words, np.uint32)]
        starts = np.zeros(len(rank) + 1, np.uint32)
        np.cumsum(np.bincount(keys.view(np.int64), minlength=len(rank)), out=starts[1:])
        keys <<= np.uint64(32)
        keys |= np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
        keys.sort()
        return starts, keys.astype(np.uint32)


class _Blob:
    """Concatenated texts."""

    def __init__(self) -> None:
        self._letters, self._ends = bytearray(), array("I", [0])

    def put(self, text: str) -> None:
        self._letters += text.encode()
        self._ends.append(len(self._letters))

    def arrays(self) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
        return np.frombuffer(bytes(self._letters), np.uint8), np.array(self._ends, np.uint32)


# --- merging, in chunks, so that memory does not grow with the segments ------------------------------

#: The number of values processed at once.
_PIECE = 1 << 21
Array = NDArray[Any]


class ArraySection(NamedTuple):
    """An array of a segment, in chunks."""

    name: str
    dtype: np.dtype[Any]
    #: The chunks of the array; to be consumed once, before the next section.
    pieces: Iterator[Array]


class MergeSource(NamedTuple):
    """A segment to merge, and its papers to leave out."""

    segment: Segment
    dead: NDArray[np.uint32]


def whole(arrays: dict[str, Array]) -> Iterator[ArraySection]:
    """Yield the arrays of one segment as sections."""
    for name, values in arrays.items():
        yield ArraySection(name, values.dtype, iter((values,)))


def merged(sources: Sequence[MergeSource]) -> Iterator[ArraySection]:
    """Yield the segment with the papers of all `sources`, in their order."""
    names = sorted({word for source in sources for word in _words(source.segment)})
    ranks = {word: rank for rank, word in enumerate(names)}
    words = [np.fromiter(map(ranks.__getitem__, _words(each.segment)), np.int64) for each in sources]
    del ranks
    texts = [word.decode() for word in names]
    del names
    letters, starts = lexicon_arrays(texts)
    yield _one("words", letters)
    yield _one("words.starts", starts)
    yield from (_one(name, array) for name, array in neighbour_arrays(texts).items())
    size = len(texts)
    del texts, letters, starts
    docs = _renumbered(sources)
    for section in sections():
        yield from _postings(section, sources, words, docs, size)
    yield from _texts("titles", sources, docs)
    yield from _texts("ids", sources, docs)
    ids = [id_ for source, new in zip(sources, docs, strict=True) for id_ in _kept_ids(source, new)]
    yield _one("ids.order", id_order(ids))
    del ids
    for name in ("days", "years", "people"):
        kept = [each.segment.arrays[name][new >= 0] for each, new in zip(sources, docs, strict=True)]
        yield _one(name, np.concatenate(kept))
    yield from _facts(sources, docs)
    yield ArraySection("vectors", np.dtype(np.int8), _merged_vectors(sources, docs))
    for place, name in enumerate(SIGNS):
        columns = [each.segment.signs[place][new >= 0] for each, new in zip(sources, docs, strict=True)]
        yield _one(name, np.concatenate(columns))


def _merged_vectors(sources: Sequence[MergeSource], docs: Sequence[NDArray[np.int64]]) -> Iterator[Array]:
    for source, new in zip(sources, docs, strict=True):
        for at in range(0, len(new), _PIECE // DIMENSIONS):
            kept = new[at : at + _PIECE // DIMENSIONS] >= 0
            yield source.segment.vectors[at : at + len(kept)][kept].ravel()


def _one(name: str, array: Array) -> ArraySection:
    return ArraySection(name, array.dtype, iter((array,)))


def _words(segment: Segment) -> list[bytes]:
    return segment.arrays["words"].tobytes().split(b"\n")[1:-1]


def _renumbered(sources: Sequence[MergeSource]) -> list[NDArray[np.int64]]:
    """Return for each source the new numbers of its papers; -1 for those left out."""
    numbered, offset = [], 0
    for source in sources:
        kept = np.ones(source.segment.size, bool)
        kept[source.dead] = False
        numbers = np.cumsum(kept) - 1 + offset
        numbers[~kept] = -1
        numbered.append(numbers)
        offset += int(kept.sum())
    return numbered


def _postings(
    section: str,
    sources: Sequence[MergeSource],
    words: Sequence[NDArray[np.int64]],
    docs: Sequence[NDArray[np.int64]],
    size: int,
) -> Iterator[ArraySection]:
    runs = [(each.segment.arrays[f"{section}.starts"], each.segment.arrays[f"{section}.docs"]) for each in sources]
    if not any(len(run[0]) for run in runs):
        yield _one(f"{section}.starts", np.empty(0, np.uint32))
        yield _one(f"{section}.docs", np.empty(0, np.uint32))
        return
    counts = np.zeros(size, np.int64)
    for (starts, held), places, new in zip(runs, words, docs, strict=True):
        if len(starts):
            counts[places] += _kept_counts(starts, held, new)
    total = np.zeros(size + 1, np.int64)
    np.cumsum(counts, out=total[1:])
    yield _one(f"{section}.starts", total.astype(np.uint32))
    yield ArraySection(f"{section}.docs", np.dtype(np.uint32), _merged_docs(runs, words, docs, total))


def _kept_counts(starts: NDArray[np.uint32], held: NDArray[np.uint32], new: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many postings each word keeps."""
    if not len(new) or int(new.min()) >= 0:
        return _gaps(starts)
    before = np.zeros(len(held) + 1, np.int64)
    np.cumsum(new[held] >= 0, out=before[1:])
    return _gaps(before[starts])


def _merged_docs(
    runs: Sequence[tuple[NDArray[np.uint32], NDArray[np.uint32]]],
    words: Sequence[NDArray[np.int64]],
    docs: Sequence[NDArray[np.int64]],
    total: NDArray[np.int64],
) -> Iterator[Array]:
    for first, last in pairwise(_cuts(total)):
        out = np.empty(int(total[last] - total[first]), np.uint32)
        # The position of the next posting of each word. Segments have their words in the same order as the merged one,
        # so the words of a chunk are adjacent in each of them.
        free = total[first:last] - total[first]
        for (starts, held), places, new in zip(runs, words, docs, strict=True):
            if not len(starts):
                continue
            low, high = np.searchsorted(places, (first, last)).tolist()
            if low == high:
                continue
            piece = new[held[int(starts[low]) : int(starts[high])]]
            counts = _gaps(starts[low : high + 1])
            owners = np.repeat(places[low:high] - first, counts)
            kept = piece >= 0
            if not kept.all():
                piece, owners = piece[kept], owners[kept]
                counts = np.bincount(owners, minlength=last - first)[places[low:high] - first]
            slots = free[places[low:high] - first]
            out[spread(slots, slots + counts)] = piece
            free[places[low:high] - first] += counts
        yield out


def _gaps(starts: NDArray[np.uint32] | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the differences of successive numbers."""
    return starts[1:].astype(np.int64) - starts[:-1].astype(np.int64)


def _cuts(total: NDArray[np.int64]) -> list[int]:
    """Split the words into chunks of at most some millions of postings, unless one word has more."""
    cuts = [0]
    while cuts[-1] < len(total) - 1:
        after = int(np.searchsorted(total, total[cuts[-1]] + _PIECE, side="right")) - 1
        cuts.append(min(max(after, cuts[-1] + 1), len(total) - 1))
    return cuts


def _texts(name: str, sources: Sequence[MergeSource], docs: Sequence[NDArray[np.int64]]) -> Iterator[ArraySection]:
    lengths = [_gaps(each.segment.arrays[f"{name}.starts"])[new >= 0] for each, new in zip(sources, docs, strict=True)]
    starts = np.zeros(sum(map(len, lengths)) + 1, np.int64)
    np.cumsum(np.concatenate(lengths), out=starts[1:])
    yield _one(f"{name}.starts", starts.astype(np.uint32))
    yield ArraySection(name, np.dtype(np.uint8), _merged_letters(name, sources, docs))


def _merged_letters(name: str, sources: Sequence[MergeSource], docs: Sequence[NDArray[np.int64]]) -> Iterator[Array]:
    for source, new in zip(sources, docs, strict=True):
        letters, starts = source.segment.arrays[name], source.segment.arrays[f"{name}.starts"]
        if not len(source.dead):
            for at in range(0, len(letters), _PIECE):
                yield letters[at : at + _PIECE]
            continue
        kept = np.flatnonzero(new >= 0)
        for at in range(0, len(kept), _PIECE >> 6):
            some = kept[at : at + (_PIECE >> 6)]
            yield letters[spread(starts[some].astype(np.int64), starts[some + 1].astype(np.int64))]


def _kept_ids(source: MergeSource, new: NDArray[np.int64]) -> list[str]:
    return source.segment.ids.some(np.flatnonzero(new >= 0))


def _facts(sources: Sequence[MergeSource], docs: Sequence[NDArray[np.int64]]) -> Iterator[ArraySection]:
    for name in NUMBERS:
        pairs = [each.segment.numbers(name) for each in sources]
        numbers = [new[pair.docs] for pair, new in zip(pairs, docs, strict=True)]
        values = [pair.values[held >= 0] for pair, held in zip(pairs, numbers, strict=True)]
        yield _one(f"{name}.docs", np.concatenate([held[held >= 0] for held in numbers]).astype(np.uint32))
        yield _one(f"{name}.values", np.concatenate(values))
    for name in FLAGS:
        bits = [each.segment.flagged(name)[new >= 0] for each, new in zip(sources, docs, strict=True)]
        yield _one(f"has.{name}", np.packbits(np.concatenate(bits)))
    counts: dict[tuple[str, str], int] = {}
    for source in sources:
        for short, long, count in source.segment.acronyms():
            counts[short, long] = counts.get((short, long), 0) + count
    yield _one("acronyms", acronym_array(counts))
