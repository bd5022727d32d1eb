"""Build the arrays of a segment from papers."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from papertui.core.paper import Paper
from papertui.core.search.acronyms import acronyms_in
from papertui.core.search.lexicon import lexicon_arrays
from papertui.core.search.neighbours import neighbour_arrays
from papertui.core.search.ranking import FIELDS
from papertui.core.search.segment import FIRST_DAY, FLAGS, NUMBERS, Segment
from papertui.core.search.words import fold, words

#: Separates names, so that no word is formed of two.
_GAP = " ; "
#: Precedes the name of a source in the lexicon, so that no typed word finds it.
SOURCE = "\x01"
_MOST = 2**32 - 1
_LAST_DAY = 2**16 - 1
_MOST_PEOPLE = 255


class Builder:
    """Collects papers and builds the arrays of a segment from them."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._columns = [_Column() for _ in FIELDS]
        self._sources = _Column()
        self._titles, self._ids = _Blob(), _Blob()
        self._id_list: list[str] = []
        self._days = array("H")
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
        found = (
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
        numbers = self._numbers
        for column, held in zip(self._columns, found, strict=True):
            column.put([numbers[word] for word in held])
        self._sources.put(
            [numbers[word] for word in dict.fromkeys(SOURCE + whole_word(source) for source in paper.sources)]
        )
        self._titles.put(" ".join(fold(paper.title).split()))
        self._ids.put(paper.id)
        self._id_list.append(paper.id)
        self._days.append(day_of(paper))
        self._people.append(min(len(paper.authors), _MOST_PEOPLE))
        for (docs, values), value in zip(self._pairs, (paper.upvotes, paper.stars, paper.comments), strict=True):
            if value is not None and value >= 0:
                docs.append(doc)
                values.append(min(value, _MOST))
        for bits, has in zip(self._flags, _flags(paper), strict=True):
            bits.append(has)
        for pair in acronyms_in(paper.title, paper.abstract if abstract else ""):
            self._acronyms[pair] = self._acronyms.get(pair, 0) + 1

    def arrays(self, *, neighbours: bool = True) -> dict[str, NDArray[Any]]:
        """Return the arrays of a segment with all papers added.

        Args:
            neighbours: whether to support misspelt words; leave it out only if the segment is merged immediately.
        """
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
    return Segment(builder.arrays())


def sections() -> list[str]:
    """Return the names of all postings of a segment."""
    return [*(field.section for field in FIELDS), "sources"]


def day_of(paper: Paper) -> int:
    """Return the day a paper appeared, as a segment counts days."""
    moment = paper.featured or paper.published
    return 0 if moment is None else min(max(moment.toordinal() - FIRST_DAY, 1), _LAST_DAY)


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
        bool(paper.abstract), paper.github is not None, paper.project is not None, paper.doi is not None,
        paper.journal_ref is not None, paper.tldr is not None, paper.thumbnail is not None,
    )  # fmt: skip


def _names(names: Sequence[str]) -> set[str]:
    """Return the words of names. Single letters are left out: they match too many people to be useful."""
    found = words(_GAP.join(names)) if names else set()
    return {word for word in found if len(word) > 1 or not word.isascii()}


class _Numbers(dict[str, int]):
    """Assigns the next number to every new word."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class _Column:
    """The words of one field, paper by paper."""

    def __init__(self) -> None:
        self._words, self._counts = array("I"), array("I")

    def put(self, words: list[int]) -> None:
        self._words.extend(words)
        self._counts.append(len(words))

    def postings(self, rank: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Return the `Postings` of this field; `rank` is the position of each word in the lexicon."""
        if not self._words:
            return np.empty(0, np.uint32), np.empty(0, np.uint32)
        counts = np.frombuffer(self._counts, np.uint32)
        ranks = rank[np.frombuffer(self._words, np.uint32)]
        starts = np.zeros(len(rank) + 1, np.uint32)
        np.cumsum(np.bincount(ranks.astype(np.int64), minlength=len(rank)), out=starts[1:])
        # Word and paper in one number: this sorts many times as fast as a stable sort by word.
        keys = ranks << np.uint64(32)
        keys |= np.repeat(np.arange(len(counts), dtype=np.uint64), counts)
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
