"""Which papers of an index the filters and phrases of a query let through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.model.bookmark import Bookmark
from papertui.model.filters import has_note, has_tag, is_rated
from papertui.model.paper import Paper
from papertui.search.builder import SOURCE, whole_word
from papertui.search.language import Filter
from papertui.search.lookup import SegmentRef
from papertui.search.query import Phrase
from papertui.search.ranking import FIELDS
from papertui.search.results import ReaderMarks
from papertui.search.segment import FIRST_DAY, Docs, Postings, Segment
from papertui.search.words import fold, is_word, query_words

# --- phrases -----------------------------------------------------------------------------------------


class PhraseMatcher:
    """Finds a phrase in texts."""

    def __init__(self, phrase: Phrase) -> None:
        self._phrase = phrase
        self._pattern = _pattern(phrase.words)

    def in_text(self, text: str) -> bool:
        """Whether `text` contains the words of the phrase in sequence, whatever separates them."""
        if self._pattern is None:
            return in_words(self._phrase, query_words(text))
        if self._pattern.search(text.lower()):
            return True
        return not text.isascii() and self._pattern.search(fold(text)) is not None

    def in_paper(self, paper: Paper, mark: Bookmark | None) -> bool:
        """Whether a text of the paper, or the user's note or tag, contains the phrase."""
        return any(self.in_text(text) for name, text in _texts(paper, mark) if self._phrase.field in ("", name))


def _pattern(words: Sequence[str]) -> re.Pattern[str] | None:
    """Return an expression for words of plain letters and digits, twenty times as fast as splitting; else ``None``."""
    if not all(word.isascii() and word.isalnum() for word in words):
        return None
    # “c” is not in “c++”, nor “3” in “3.1” or “0.3”.
    sequence = r"[\W_]+".join(word + r"(?!\+\+|[#*])" * (len(word) == 1) for word in words)
    before = r"(?<![^\W_]\.)" if words[0][0].isdigit() else ""
    return re.compile(rf"(?<![^\W_]){before}{sequence}(?![^\W_])(?!\.[0-9])")


def in_words(phrase: Phrase, words: Sequence[str]) -> bool:
    """Whether the words of a text include those of `phrase` in sequence."""
    sought, size = phrase.words, len(phrase.words)
    return any(all(map(is_word, words[at : at + size], sought)) for at in range(len(words) - size + 1))


def _texts(paper: Paper, mark: Bookmark | None) -> Iterator[tuple[str, str]]:
    yield "title", paper.title
    yield "abstract", paper.abstract
    yield "tldr", paper.tldr or ""
    yield from (("authors", author) for author in paper.authors)
    yield from (("keywords", keyword) for keyword in paper.keywords)
    yield "organization", paper.organization or ""
    yield from (("categories", category) for category in paper.categories)
    yield "id", paper.id
    if mark is not None:
        yield "note", mark.note
        yield from (("tags", tag) for tag in mark.tags)


# --- filters -----------------------------------------------------------------------------------------

Mask = NDArray[np.bool_]
_CATEGORIES = next(place for place, field in enumerate(FIELDS) if field.section == "categories")
#: The flags of queries and their names in a segment.
_FLAGS = {"code": "code", "abstract": "abstract", "project": "project", "doi": "doi", "tldr": "tldr"}

#: The facts of papers behind flags and numbers, by their names in queries.
_FACTS = {
    "code": "github", "project": "project", "doi": "doi", "tldr": "tldr",
    "votes": "upvotes", "stars": "stars", "comments": "comments",
}  # fmt: skip
#: The properties of a bookmark, by their names in queries.
_SAID: Mapping[str, Callable[[Bookmark], bool]] = {
    "note": has_note,
    "tag": has_tag,
    "rating": is_rated,
}


class MaskContext(NamedTuple):
    """The papers to filter."""

    #: The segments of the index.
    parts: Sequence[SegmentRef]
    #: The number of papers.
    size: int
    #: Finds the numbers of papers by their ids.
    docs: Callable[[Iterable[str]], NDArray[np.int64]]
    marks: ReaderMarks


def filter_mask(filters: Sequence[Filter], stock: MaskContext) -> Mask:
    """Return which papers pass all of `filters`."""
    mask = np.ones(stock.size, bool)
    for one in filters:
        mask &= _let(one, stock) ^ one.negated
    return mask


def _let(one: Filter, stock: MaskContext) -> Mask:
    values = one.names
    if one.key == "is":
        return _any(stock.size, (_read_state(value, stock) for value in values))
    if one.key == "tag":
        tags = [fold(value) for value in values]
        mask = _tagged(tags, stock)
        return _tagged([*tags, f"{tags[-1]}*"], stock) if one.typing and not mask.any() else mask
    if one.key == "state":
        states = {value.replace("-", " ") for value in values}
        return _kept(stock, lambda mark: mark.state in states)
    if one.key == "rating":
        rated = {id_: mark.rating for id_, mark in stock.marks.own.items() if mark.rating is not None}
        fit = _compared(np.fromiter(rated.values(), np.int64, len(rated)), one)
        return _of_ids((id_ for id_, fits in zip(rated, fit, strict=True) if fits), stock)
    mask = np.zeros(stock.size, bool)
    for part in stock.parts:
        mask[part.offset : part.offset + part.segment.size] = _facts_mask(one, values, part.segment)
    if one.key == "has":
        mask |= _any(stock.size, (_kept(stock, _SAID[value]) for value in values if value in _SAID))
        mask |= _any(stock.size, (_bookmarked_with(_FACTS[value], stock) for value in values if value in _FACTS))
    elif one.key in _FACTS:
        mask |= _bookmarked_number(one, stock)
    elif one.typing and not mask.any():
        longer = one._replace(value=(*values[:-1], f"{values[-1]}*"), typing=False)
        return _let(longer, stock)
    return mask


def _bookmarked_with(fact: str, stock: MaskContext) -> Mask:
    """Return the bookmarked papers with a fact: the archive may not know it, for example of papers from a sync."""
    return _of_ids((paper.id for paper in stock.marks.papers_with(fact)), stock)


def _bookmarked_number(one: Filter, stock: MaskContext) -> Mask:
    """Return the bookmarked papers whose number passes the filter, among those without this number in the archive."""
    fact = _FACTS[one.key]
    numbers = {paper.id: getattr(paper, fact) for paper in stock.marks.papers_with(fact)}
    fit = _compared(np.fromiter(numbers.values(), np.int64, len(numbers)), one)
    mask = _of_ids((id_ for id_, fits in zip(numbers, fit, strict=True) if fits), stock)
    for part in stock.parts:
        mask[part.segment.numbers(one.key).docs.astype(np.int64) + part.offset] = False
    return mask


def _tagged(tags: Sequence[str], stock: MaskContext) -> Mask:
    """Return the papers with one of `tags`; a ``*`` at the end stands for more letters."""
    names = {fold(tag) for mark in stock.marks.own.values() for tag in mark.tags}
    chosen = {name for name in names if any(_fits(name, tag) for tag in tags)}
    return _kept(stock, lambda mark: any(fold(tag) in chosen for tag in mark.tags)) if chosen else _any(stock.size, ())


def _fits(name: str, wanted: str) -> bool:
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted


def _any(size: int, masks: Iterable[Mask]) -> Mask:
    passed = np.zeros(size, bool)
    for mask in masks:
        passed |= mask
    return passed


def _read_state(value: str, stock: MaskContext) -> Mask:
    if value == "bookmarked":
        return _kept(stock, lambda _: True)
    if value == "new":
        return _of_ids(stock.marks.new, stock)
    read = _of_ids(stock.marks.read, stock)
    return read if value == "read" else ~read


def _kept(stock: MaskContext, chosen: Callable[[Bookmark], bool]) -> Mask:
    return _of_ids((id_ for id_, mark in stock.marks.own.items() if chosen(mark)), stock)


def _of_ids(ids: Iterable[str], stock: MaskContext) -> Mask:
    mask = np.zeros(stock.size, bool)
    mask[stock.docs(ids)] = True
    return mask


def _facts_mask(one: Filter, values: Sequence[str], segment: Segment) -> Mask:
    """Return which papers pass a filter on facts of the papers themselves."""
    mask = np.zeros(segment.size, bool)
    match one.key:
        case "cat":
            for value in values:
                for docs in _category(segment, whole_word(value)):
                    mask[docs] = True
        case "source":
            for value in values:
                mask[_run(segment, segment.sources, SOURCE + whole_word(value))] = True
        case "year":
            first, last = one.numbers
            mask = (segment.years >= first) & (segment.years <= last) & (segment.years > 0)
        case "has":
            for flag in _FLAGS.keys() & set(values):
                mask |= segment.flagged(_FLAGS[flag])
        case "since" | "until":
            day = one.day.toordinal() - FIRST_DAY
            known = segment.days > 0
            mask = known & (segment.days >= day if one.key == "since" else segment.days <= day)
        case _:
            pairs = segment.numbers(one.key)
            mask[pairs.docs[_compared(pairs.values.astype(np.int64), one)]] = True
    return mask


def _compared(values: NDArray[np.int64], one: Filter) -> Mask:
    first, last = one.numbers
    mask: Mask
    match one.op:
        case "..":
            mask = (values >= first) & (values <= last)
        case "=":
            mask = values == first
        case ">":
            mask = values > first
        case ">=":
            mask = values >= first
        case "<":
            mask = values < first
        case _:
            mask = values <= first
    return mask


def _category(segment: Segment, name: str) -> Iterable[Docs]:
    """Yield the papers in a category, or in a subcategory."""
    postings = segment.postings[_CATEGORIES]
    yield _run(segment, postings, name)
    if "." not in name and not name.endswith("*"):
        first, last = segment.lexicon.starting(f"{name}.")
        yield postings.run(first, last)


def _run(segment: Segment, postings: Postings, word: str) -> Docs:
    if word.endswith("*"):
        return postings.run(*segment.lexicon.starting(word[:-1]))
    place = segment.lexicon.place(word)
    return postings.run(0, 0) if place is None else postings.run(place, place + 1)
