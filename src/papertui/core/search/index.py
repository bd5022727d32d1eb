"""The search over a sequence of papers: built once, then asked at every keystroke."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from papertui.core.paper import Paper
from papertui.core.search import Match, Results, Span, highlight, ranking
from papertui.core.search.lookup import Hits, look_up
from papertui.core.search.postings import Bag, gather
from papertui.core.search.query import Query, parse
from papertui.core.search.vocabulary import Vocabulary
from papertui.core.search.words import fold, words

#: Indexes of more papers leave abstracts out unless asked to take them.
ABSTRACTS_UP_TO = 20_000
#: Answers to single words that are kept from one keystroke to the next.
_KEPT_WORDS = 64
#: Stands between names, so that no word is made of two.
_GAP = " ; "


class WordIndex:
    """Finds papers by any of their words: misspelt, in any order, unfinished, joined or taken apart.

    A `Searcher`. It never changes once built (papers that come later need a new one), so any number of threads may
    search at once. Building takes about 0.2 ms a paper with its abstract, 0.03 ms without.
    """

    def __init__(
        self,
        papers: Sequence[Paper],
        *,
        with_abstracts: bool | None = None,
        tags: Mapping[str, Sequence[str]] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """Reads `papers` once, from first to last.

        Args:
            papers: what is searched; a match names a paper by its place here.
            with_abstracts: whether words of abstracts and of "in short" are found. Left to the size when ``None``:
                yes for up to `ABSTRACTS_UP_TO` papers.
            tags: the reader's tags, by the paper's id.
            notes: the reader's notes, by the paper's id.
        """
        whole = len(papers) <= ABSTRACTS_UP_TO if with_abstracts is None else with_abstracts
        self._titles: list[str] = []
        days: list[float] = []
        votes: list[float] = []

        def bags() -> Iterator[Bag]:
            for paper in papers:
                bag: Bag = {}
                self._titles.append(" ".join(fold(paper.title).split()))
                days.append(_day(paper))
                votes.append(float(paper.upvotes or 0))
                for field, text in _texts(paper, with_abstracts=whole):
                    _put(bag, field, text)
                _put_name(bag, ranking.ID, paper.id)
                for category in paper.categories:
                    _put_name(bag, ranking.CATEGORIES, category)
                _put(bag, ranking.TAGS, _GAP.join((tags or {}).get(paper.id, ())))
                _put(bag, ranking.NOTE, (notes or {}).get(paper.id, ""))
                yield bag

        names, self._postings = gather(bags())
        self._vocabulary = Vocabulary(names)
        self._prior = ranking.priors(np.array(days), np.array(votes))
        # Of the parts, not of self: an index no longer used is freed at once, without waiting for a cycle to be found.
        of_word = partial(look_up, self._vocabulary, self._postings, ranking.field_weights())
        self._look_up = lru_cache(maxsize=_KEPT_WORDS)(of_word)

    def search(self, query: str, limit: int | None = None) -> Results:
        """The papers that fit `query`, best first, at most `limit`; an empty query fits nothing.

        `Results.total` counts all papers that fit, whatever the limit. Without a limit every one of them becomes a
        `Match`: ask for as many as can be shown when there are very many papers.
        """
        asked = parse(query)
        if not asked.words or not self._postings.size:
            return Results((), 0)
        scores, fields = self._score(asked)
        best = float(scores.max())
        if best <= 0:
            return Results((), 0)
        fitting = np.flatnonzero(scores >= best * ranking.ENOUGH)
        ordered = ranking.with_prior(scores[fitting], self._prior[fitting])
        order = _best_first(ordered, None if limit is None else max(limit, ranking.HEAD))
        head = order[: ranking.HEAD]
        titles = [self._titles[place] for place in fitting[head].tolist()]
        ordered[head] += ranking.likeness(" ".join(asked.words), titles)
        order[: len(head)] = head[np.argsort(-ordered[head], kind="stable")]
        shown = order if limit is None else order[: max(0, limit)]
        places = fitting[shown]
        rows = zip(places.tolist(), ordered[shown].tolist(), fields[places].tolist(), strict=True)
        matches = tuple(Match(place, score, ranking.field_names(held)) for place, score, held in rows)
        return Results(matches, len(fitting))

    def spans(self, query: str, text: str) -> tuple[Span, ...]:
        """The runs of letters in `text` that answer to words of `query`, in order, never overlapping."""
        return highlight.spans(query, text)

    def _score(self, asked: Query) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
        """For every paper its score and the fields that fit."""
        size = self._postings.size
        last = len(asked.words) - 1
        sums, covered = np.zeros(size, np.float32), np.zeros(size, np.float32)
        fields = np.zeros(size, np.uint16)
        joined: Hits | None = None
        weights = 0.0
        for place, word in enumerate(asked.words):
            hits = self._look_up(word, asked.typing and place == last)
            fitted = np.zeros(size, np.float32)
            fitted[hits.papers] = hits.scores
            fields[hits.papers] |= hits.fields
            before = joined
            joined = None
            if place < last:
                joined = self._joined(word + asked.words[place + 1], asked.typing and place + 1 == last)
            for pair in (before, joined):
                if pair is not None:
                    fitted[pair.papers] = np.maximum(fitted[pair.papers], pair.scores * np.float32(ranking.JOINED))
                    fields[pair.papers] |= pair.fields
            sums += fitted * np.float32(hits.weight)
            covered += (fitted > 0) * np.float32(hits.weight)
            weights += hits.weight
        return ranking.combined(sums, covered, weights), fields

    def _joined(self, word: str, typing: bool) -> Hits | None:  # noqa: FBT001 - as `look_up` has it
        """What two typed words find as one; ``None`` when no word is written so."""
        known = len(self._vocabulary.starting(word)) > 0 if typing else self._vocabulary.place(word) is not None
        return self._look_up(word, typing) if known and len(word) >= ranking.SHORTEST_INSIDE else None


def _texts(paper: Paper, *, with_abstracts: bool) -> Iterator[tuple[int, str]]:
    yield ranking.TITLE, paper.title
    yield ranking.FIRST_AUTHOR, _GAP.join(paper.authors[:1])
    yield ranking.AUTHORS, _GAP.join(paper.authors[1:])
    yield ranking.KEYWORDS, _GAP.join(paper.keywords)
    yield ranking.ORGANIZATION, paper.organization or ""
    if with_abstracts:
        yield ranking.TLDR, paper.tldr or ""
        yield ranking.ABSTRACT, paper.abstract


def _put(bag: Bag, field: int, text: str) -> None:
    for word in words(text):
        bag[word] = bag.get(word, 0) | field


def _put_name(bag: Bag, field: int, name: str) -> None:
    """Puts ``cs.CL`` or ``hep-th/9711200`` as one word, and its pieces for those who type only these."""
    folded = fold(name)
    bag[folded] = bag.get(folded, 0) | field
    _put(bag, field, folded)


def _day(paper: Paper) -> float:
    """The day a paper appeared, counted from the year 1; 0 when unknown."""
    if paper.featured is not None:
        return float(paper.featured.toordinal())
    return float(paper.published.toordinal()) if paper.published is not None else 0.0


def _best_first(scores: NDArray[np.float32], most: int | None) -> NDArray[np.intp]:
    """Places of the highest scores, at least `most` of them if there are as many; equal ones in their own order."""
    if most is None or most * 4 >= len(scores):
        return np.argsort(-scores, kind="stable")
    floor = np.partition(scores, len(scores) - most)[len(scores) - most]
    chosen = np.flatnonzero(scores >= floor)
    return chosen[np.argsort(-scores[chosen], kind="stable")]
