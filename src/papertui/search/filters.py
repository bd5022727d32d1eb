"""Which papers of an index the filters and phrases of a query let through."""

from __future__ import annotations

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
from papertui.search.words import fold, query_words

# --- phrases -----------------------------------------------------------------------------------------


def in_text(phrase: Phrase, text: str) -> bool:
    """Whether `text` contains the words of `phrase` in sequence."""
    return in_words(phrase, query_words(text))


def in_words(phrase: Phrase, words: Sequence[str]) -> bool:
    """Check as `in_text` for a text already split into words."""
    sought, size = list(phrase.words), len(phrase.words)
    return any(list(words[at : at + size]) == sought for at in range(len(words) - size + 1))


def in_paper(phrase: Phrase, paper: Paper, mark: Bookmark | None) -> bool:
    """Whether a text of the paper, or the user's note or tag, contains the words of `phrase` in sequence."""
    return any(in_text(phrase, text) for name, text in _texts(paper, mark) if phrase.field in ("", name))


def _texts(paper: Paper, mark: Bookmark | None) -> Iterator[tuple[str, str]]:
    yield "title", paper.title
    yield from (("authors", author) for author in paper.authors)
    yield from (("keywords", keyword) for keyword in paper.keywords)
    yield "organization", paper.organization or ""
    yield from (("categories", category) for category in paper.categories)
    yield "id", paper.id
    yield "tldr", paper.tldr or ""
    yield "abstract", paper.abstract
    if mark is not None:
        yield "note", mark.note
        yield from (("tags", tag) for tag in mark.tags)


# --- filters -----------------------------------------------------------------------------------------

Mask = NDArray[np.bool_]
_CATEGORIES = next(place for place, field in enumerate(FIELDS) if field.section == "categories")
#: The flags of queries and their names in a segment.
_FLAGS = {"code": "code", "abstract": "abstract", "project": "project", "doi": "doi", "tldr": "tldr"}

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
        tags = {fold(value) for value in values}
        return _kept(stock, lambda mark: any(fold(tag) in tags for tag in mark.tags))
    if one.key == "state":
        states = {value.replace("-", " ") for value in values}
        return _kept(stock, lambda mark: mark.state in states)
    if one.key == "rating":
        rated = {id_: mark.rating for id_, mark in stock.marks.kept.items() if mark.rating is not None}
        fit = _compared(np.fromiter(rated.values(), np.int64, len(rated)), one)
        return _of_ids((id_ for id_, fits in zip(rated, fit, strict=True) if fits), stock)
    annotated = _any(
        stock.size, (_kept(stock, _SAID[value]) for value in values if one.key == "has" and value in _SAID)
    )
    mask = np.zeros(stock.size, bool)
    for part in stock.parts:
        mask[part.offset : part.offset + part.segment.size] = _facts_mask(one, values, part.segment)
    return mask | annotated


def _any(size: int, masks: Iterable[Mask]) -> Mask:
    passed = np.zeros(size, bool)
    for mask in masks:
        passed |= mask
    return passed


def _read_state(value: str, stock: MaskContext) -> Mask:
    if value == "bookmarked":
        return _kept(stock, lambda _: True)
    read = _of_ids(stock.marks.read, stock)
    return read if value == "read" else ~read


def _kept(stock: MaskContext, chosen: Callable[[Bookmark], bool]) -> Mask:
    return _of_ids((id_ for id_, mark in stock.marks.kept.items() if chosen(mark)), stock)


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
        case "has":
            for flag in _FLAGS.keys() & set(values):
                mask |= segment.flagged(_FLAGS[flag])
        case "since" | "until":
            day = one.day.toordinal() - FIRST_DAY
            known = segment.days > 0
            mask = known & (segment.days >= day if one.key == "since" else segment.days <= day)
        case "votes" | "stars" | "comments":
            pairs = segment.numbers(one.key)
            mask[pairs.docs[_compared(pairs.values.astype(np.int64), one)]] = True
        case _:
            raise AssertionError(one.key)
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
    if "." not in name:
        first, last = segment.lexicon.starting(f"{name}.")
        yield postings.run(first, last)


def _run(segment: Segment, postings: Postings, word: str) -> Docs:
    place = segment.lexicon.place(word)
    return postings.run(0, 0) if place is None else postings.run(place, place + 1)
