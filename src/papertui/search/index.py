"""A search index over papers, fast enough for every keystroke, from fifty papers to some millions."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.model.paper import Paper
from papertui.search import highlight, meaning, ranking
from papertui.search.builder import Builder, build, paper_vector
from papertui.search.filters import Mask, MaskContext, PhraseMatcher, filter_mask
from papertui.search.folding import fold
from papertui.search.language import Filter, describe, without_begun_key
from papertui.search.lookup import PEOPLE, Acronyms, SegmentRef, Term, TermHits, TermLookup
from papertui.search.query import Phrase, Query, parse
from papertui.search.results import NO_MARKS, Match, ReaderMarks, Results, SearchMode, Span
from papertui.search.segment import Segment
from papertui.search.spelling import nearest
from papertui.search.vectors import word_vectors
from papertui.search.words import SMALL_WORDS, characteristic_words, query_words

#: Loads papers by their ids; missing ones are left out.
ReadPapers = Callable[[Sequence[str]], Mapping[str, Paper]]
Numbers = NDArray[np.int64]
#: No papers.
_NONE = np.empty(0, np.int64)
#: The public name of the field with names.
_NAMES = "authors"
#: The bytes of results per word that are cached between keystrokes.
_KEPT_BYTES = 12 << 20
#: Scoring up to this many times the requested papers is cheaper than finding a tighter threshold.
_PLENTY = 3
#: The number of most-voted papers considered among equal matches, even if thousands of newer ones match.
_VOTED = 200
#: The number of best matches whose titles show what a misspelt word was corrected to.
_LOOKED_AT = 5
_MOSTLY = 0.5
#: The number of papers read at once to look for a phrase in their texts.
_READ_AT_ONCE = 500
#: The number of phrases whose papers are remembered between keystrokes.
_PHRASES_KEPT = 4
_TITLE = next(place for place, field in enumerate(ranking.FIELDS) if field.section == "title")
#: In-memory indexes over more papers leave out abstracts.
ABSTRACTS_UP_TO = 20_000


class Index:
    """Finds papers by any of their words: misspelt, in any order, incomplete, joined or split.

    The papers of the first segment are numbered from 0, those of the next ones follow. The index is thread-safe and
    answers one query at a time. It never changes, except for the cache between keystrokes.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        *,
        dead: Sequence[NDArray[np.uint32]] = (),
        papers: ReadPapers | None = None,
        marks: ReaderMarks = NO_MARKS,
        annotations: Segment | None = None,
    ) -> None:
        """Combine `segments`.

        Args:
            segments: the segments, the one with the oldest papers first.
            dead: for each, the papers that were deleted, or replaced in a later segment.
            papers: loads papers by id, to check phrases in abstracts; without it phrases are checked in titles only.
            marks: the user's bookmarks and read marks, for filters, tags and notes.
            annotations: the words of these tags and notes, see `annotation_arrays`; ``None`` to index them here.
        """
        self._segments, self._gone, self._papers, self._marks = tuple(segments), tuple(dead), papers, marks
        self._parts: list[SegmentRef] = []
        size = 0
        for segment in segments:
            self._parts.append(SegmentRef(segment, size))
            size += segment.size
        self.size = size
        self._dead = _gone(self._parts, dead)
        marked = self._marked_words(marks, annotations)
        self._finder = TermLookup([*self._parts, *marked], self.size)
        self._expansions = Acronyms(segments)
        self._lock = threading.Lock()
        self._kept: dict[Term, TermHits] = {}
        self._room = 0
        self._head: tuple[Term, ...] = ()
        self._sums = np.zeros(self.size, np.uint16)
        self._phrases: dict[Phrase, _CheckedPhrase] = {}
        self._masked: tuple[tuple[Filter, ...], Mask] | None = None

    def with_reader(
        self,
        marks: ReaderMarks,
        also: Iterable[Paper] = (),
        *,
        whole: Callable[[Sequence[str]], Mapping[str, Paper]] | None = None,
        annotations: Segment | None = None,
    ) -> Index:
        """Return the same index with the user's bookmarks and read marks.

        Bookmarked papers, and those of `also`, are found even if they are not in the index.

        Args:
            marks: the bookmarks and read marks.
            also: more papers.
            whole: returns bookmarked papers with their abstracts, which `marks` lack.
            annotations: the words of tags and notes, if they are indexed already.
        """
        known = {paper.id: paper for paper in also}
        ids = self.missing(marks.kept)
        papers_of = {} if whole is None or not ids else whole(ids)
        missing = {id_: known.get(id_) or papers_of.get(id_) or marks.kept[id_].paper for id_ in ids}
        missing |= {id_: known[id_] for id_ in self.missing(known)}
        segments = [*self._segments, build(missing.values())] if missing else self._segments
        read = self._papers

        def papers(ids: Sequence[str]) -> Mapping[str, Paper]:
            stored = {} if read is None else read([id_ for id_ in ids if id_ not in missing])
            return {**stored, **{id_: missing[id_] for id_ in ids if id_ in missing}}

        return Index(segments, dead=self._gone, papers=papers, marks=marks, annotations=annotations)

    def _marked_words(self, marks: ReaderMarks, annotations: Segment | None) -> list[SegmentRef]:
        """Index the user's tags and notes as words of their papers."""
        if annotations is not None:
            places = self._located(annotations.ids.some(np.arange(annotations.size)))
            if not len(places) or int(places.min()) >= 0:
                return [SegmentRef(annotations, 0, places)] if len(places) else []
        ids = marks.annotated()
        ids = [id_ for id_, doc in zip(ids, self._located(ids).tolist(), strict=True) if doc >= 0]
        segment = Segment(annotation_arrays(marks, ids))
        return [SegmentRef(segment, 0, self._located(list(segment.ids)))] if segment.size else []

    def contents(self) -> tuple[tuple[Segment, ...], tuple[NDArray[np.uint32], ...]]:
        """Return the segments, and for each the papers that were deleted, or replaced in a later segment."""
        none = np.empty(0, np.uint32)
        return self._segments, (*self._gone, *(none for _ in self._segments[len(self._gone) :]))

    @property
    def alive(self) -> int:
        """The number of papers that can be found."""
        return self.size - len(self._dead)

    def search(
        self,
        query: str,
        limit: int | None = None,
        *,
        today: date | None = None,
        within: Numbers | None = None,
        fields: bool = True,
        typing: bool = False,
        mode: SearchMode = "words",
    ) -> Results:
        """Return the papers that match `query`, the best first, at most `limit`; an empty query matches nothing.

        First come those in which enough of the words occur as typed, then those that match only if other spellings
        count. A query of filters alone returns the newest papers first.

        Args:
            query: as typed, see `papertui.search.language`.
            limit: the maximum number of matches; ``None`` for all, which is slow if very many match.
            today: the day that ``since:7d`` counts from.
            within: the numbers of the papers to search, ascending.
            fields: whether to return the matching fields, which costs a little.
            typing: whether a name at the end of the query may be incomplete, see `parse`, and a word that nothing has
                may become a key.
            mode: what finds papers, see `SearchMode`.
        """
        parsed = parse(query, today, typing=typing)
        results = Results((), 0, asked=not parsed.is_empty)
        if not parsed.is_empty and self.size:
            with self._lock:
                try:
                    if parsed.words:
                        shorter = parse(query, today, typing=typing, small=False)
                        results = self._found(parsed, shorter, limit, within, with_fields=fields, mode=mode)
                    else:
                        results = self._filtered(parsed, limit, within)
                    if parsed.named:
                        results = self._with_named_first(results, parsed, limit, within)
                finally:
                    self._finder.clean()
        if typing and not results.matches and (rest := without_begun_key(query)) is not None:
            return self.search(rest, limit, today=today, within=within, fields=fields, mode=mode)
        problems = tuple(problem.sentence for problem in parsed.problems)
        return results._replace(problems=problems, filters=describe(parsed.filters))

    def like(self, paper: Paper, limit: int, *, within: Numbers | None = None) -> Results:
        """Return the papers most similar to `paper`, without the paper itself.

        They share its most distinctive words, or are about the same by the vectors of their words.

        Args:
            paper: any paper, stored or not.
            limit: the maximum number of matches.
            within: the numbers of the papers to search, ascending.
        """
        with self._lock:
            total, most = self._finder.sharing(characteristic_words(paper))
        allowed = np.ones(self.size, np.uint16)
        self._leave_out(allowed, Query((), typing=False), within)
        allowed[self.docs([paper.id])] = 0
        total *= allowed
        docs = np.flatnonzero(total > most * ranking.ALIKE)
        vector = paper_vector(paper)
        near = np.zeros(len(docs), np.float32)
        if vector is not None:
            found = meaning.nearest(self._parts, vector, allowed != 0, max(0, limit))
            docs = np.union1d(docs, found.docs[found.likeness >= ranking.ALIKE_IN_MEANING])
            near = meaning.similarities(self._parts, vector, docs)
        scores = ranking.alike(total[docs] / np.float32(most or 1.0), near)
        order = np.argsort(-scores, kind="stable")[: max(0, limit)]
        rows = zip(docs[order].tolist(), scores[order].tolist(), strict=True)
        return Results(tuple(Match(doc, score) for doc, score in rows), len(docs))

    def ids(self, docs: Iterable[int]) -> list[str]:
        """Return the ids of papers by their numbers."""
        return [segment.ids[local] for segment, local in map(self._home, docs)]

    def docs(self, ids: Iterable[str]) -> Numbers:
        """Return the numbers of those of `ids` that are in the index, ascending."""
        docs = self._located(list(ids))
        return np.sort(docs[docs >= 0])

    def missing(self, ids: Iterable[str]) -> list[str]:
        """Return those of `ids` that are not in the index."""
        listed = list(ids)
        return [listed[place] for place in np.flatnonzero(self._located(listed) < 0).tolist()]

    def _located(self, ids: Sequence[str]) -> Numbers:
        """Return the numbers of papers by their ids, -1 for those that are not in the index."""
        located = np.full(len(ids), -1, np.int64)
        for part in self._parts:  # the last one with an id has its paper
            docs = part.segment.docs(ids)
            held = np.flatnonzero(docs >= 0)
            held = held[~np.isin(docs[held] + part.offset, self._dead)] if len(self._dead) else held
            located[held] = docs[held] + part.offset
        return located

    def spans(self, query: str, text: str, field: str = "", *, by_meaning: bool = False) -> tuple[Span, ...]:
        """Return the ranges in `text` that match words of `query`, in order, without overlaps.

        If the papers were found by meaning, it is one range of an abstract: the sentence nearest to the query.
        """
        if by_meaning and field == "abstract" and (sentence := self.nearest_sentence(query, text)) is not None:
            return (sentence,)
        return highlight.spans(query, text, field, self._expansions, small=not by_meaning)

    def nearest_sentence(self, query: str, text: str) -> Span | None:
        """Return the sentence of `text` nearest to what `query` means; ``None`` if there is only one, or none is."""
        meant = self._meant(parse(query))
        return None if meant is None else meaning.nearest_sentence(text, meant.vector, word_vectors())

    def prepare_meaning(self) -> None:
        """Make the vectors of papers in memory; else the first search by meaning makes them."""
        for part in self._parts:
            part.segment.signs  # noqa: B018 - made on access

    def words_in(self, field: str, begun: str, most: int) -> dict[str, int]:
        """Return the most frequent words of a field, by public name, that start with `begun`, with their papers."""
        begun = fold(begun)
        found: Counter[str] = Counter()
        for segment in self._segments:
            first, last = segment.lexicon.starting(begun)
            total = np.zeros(last - first, np.int64)
            for one, postings in zip(ranking.FIELDS, segment.postings, strict=True):
                if one.name == field and len(postings.starts):
                    starts = postings.starts[first : last + 1].astype(np.int64)
                    total += starts[1:] - starts[:-1]
            places = np.argsort(-total, kind="stable")[:most]
            places = places[total[places] > 0]
            words = segment.lexicon.some(places + first)
            found.update(dict(zip(words, total[places].tolist(), strict=True)))
        return dict(found.most_common(most))

    def _home(self, doc: int) -> tuple[Segment, int]:
        for part in reversed(self._parts):
            if doc >= part.offset:
                return part.segment, doc - part.offset
        raise IndexError(doc)

    # --- one search ------------------------------------------------------------------------------

    def _found(
        self,
        query: Query,
        shorter: Query,
        limit: int | None,
        within: Numbers | None,
        *,
        with_fields: bool,
        mode: SearchMode,
    ) -> Results:
        """Return the matches of a query with words; `shorter` is the same without function words."""
        if query.named:
            return self._search(query, limit, within, with_fields=with_fields)
        if mode == "meaning":
            meant = self._meant(query)
            found = None if meant is None else self._by_meaning(query, meant, None, limit, within)
            return found or self._search(query, limit, within, with_fields=with_fields)
        results = self._search(query, limit, within, with_fields=with_fields)
        fit = _fit(results)
        content = [word for word in shorter.words if word not in SMALL_WORDS]
        may_mean = mode == "auto" and fit < ranking.FITTING and len(content) >= ranking.MEANT_WORDS
        meant = self._meant(query) if may_mean else None
        evidence, most = (None, 0.0) if meant is None else self._finder.evidence(meant.words, meant.names)
        as_typed = all(self._finder.known(word, typing=query.typing) for word in content)
        # Another search of words takes time, and fits nothing if no paper has most of them.
        may_fit = evidence is None or not as_typed or ranking.has_most(evidence, most)
        if may_fit and fit < ranking.PERHAPS_FITTING and len(shorter.words) < len(query.words):
            without_small = self._search(shorter, limit, within, with_fields=with_fields)
            if without_small.matches:
                results, fit = without_small, _fit(without_small)
        if meant is None or evidence is None or fit >= ranking.FITTING:
            return results
        if fit >= ranking.PERHAPS_FITTING and not as_typed:
            return results
        found = self._by_meaning(query, meant, ranking.beyond_chance(evidence, most), limit, within)
        if found is None:
            return results
        return _followed(found, results, limit) if fit >= ranking.PERHAPS_FITTING else found

    def _by_meaning(
        self,
        query: Query,
        meant: meaning.Meant,
        written: NDArray[np.float32] | None,
        limit: int | None,
        within: Numbers | None,
    ) -> Results | None:
        """Return the papers nearest to what a query means; ``None`` if none is.

        Args:
            query: the query.
            meant: what it means.
            written: what the words of each paper add to its likeness; ``None`` for nothing.
            limit: the maximum number of matches.
            within: the numbers of the papers to search, ascending.
        """
        total = np.ones(self.size, np.uint16)
        self._leave_out(total, query, within)
        for word in self._words(query):
            if _is_required(word):
                self._finder.clean()
                _keep_only(total, self._finder.look_up(word))
        if query.phrases or any(len(phrase.words) > 1 for phrase in query.without):
            self._keep_phrases(total, query)
        most = min(ranking.MEANT, self.size if limit is None else max(0, limit))
        if written is None:
            written = np.zeros(self.size, np.float32)
        near = meaning.asked(self._parts, meant, self._common, total != 0, written, ranking.MEANT)
        rows = zip(near.docs[:most].tolist(), ranking.meant(near.likeness[:most]).tolist(), strict=True)
        matches = tuple(Match(doc, score) for doc, score in rows)
        return Results(matches, len(matches), by_meaning=True) if matches else None

    @cached_property
    def _common(self) -> NDArray[np.float32]:
        return meaning.common_to(self._parts)

    def _meant(self, query: Query) -> meaning.Meant | None:
        return meaning.meant(query.plain, query.words, self._parts, word_vectors(), typing=query.typing)

    def _search(self, query: Query, limit: int | None, within: Numbers | None, *, with_fields: bool) -> Results:
        self._finder.clean()
        words = self._words(query)
        hits, total = self._sum(words)
        self._leave_out(total, query, within)
        in_phrases = {(word, phrase.field) for phrase in query.phrases for word in phrase.words}
        for word, word_hits in zip(words, hits, strict=True):
            if _is_required(word) and (word.word, word.field) not in in_phrases:
                _keep_only(total, word_hits)
        checked = bool(query.phrases) or any(len(phrase.words) > 1 for phrase in query.without)
        if checked:
            self._keep_phrases(total, query)
        best = int(total.max())
        if not best:
            return Results((), 0)
        floor = max(1, int(best * ranking.ENOUGH))
        kinds = _as_typed_and_similar(np.flatnonzero(total >= floor), floor, words, hits)
        pools: list[Numbers] = []
        left = sum(map(len, kinds)) if limit is None else max(limit, ranking.POOL)
        for docs in kinds:
            # The similar papers are of no interest once there are enough others.
            most = 0 if limit is not None and pools and len(pools[0]) >= limit else left
            pools.append(docs if len(docs) <= most else self._best(total, docs, floor, best, most))
            left -= len(pools[-1])
        pool = np.sort(np.concatenate(pools))
        late = np.zeros(len(pool), bool)
        late[np.searchsorted(pool, pools[1])] = True
        # In whole numbers, because scores are at most 1: similar papers after all others.
        behind = 2.0 * late + _without_the_name(pool, words, hits)
        scores = self._scored(pool, behind, hits, query.words)
        order = np.argsort(behind - scores, kind="stable")
        shown = order if limit is None else order[: max(0, limit)]
        docs = pool[shown]
        fields = self._finder.fields(hits, docs) if with_fields else np.zeros(len(docs), np.int64)
        rows = zip(docs.tolist(), scores[shown].tolist(), fields.tolist(), late[shown].tolist(), strict=True)
        matches = tuple(Match(doc, score, ranking.field_names(held), similar) for doc, score, held, similar in rows)
        corrected = self._corrected(words, hits, pool[order[:_LOOKED_AT]])
        return Results(matches, len(kinds[0]), len(kinds[1]), corrected)

    def _filtered(self, query: Query, limit: int | None, within: Numbers | None) -> Results:
        """Return the newest papers that match the filters, for a query without words."""
        total = np.ones(self.size, np.uint16)
        self._leave_out(total, query, within)
        if any(len(phrase.words) > 1 for phrase in query.without):
            self._keep_phrases(total, query)
        docs = np.flatnonzero(total != 0)
        days = self._facts.days(docs)
        order = np.lexsort((docs, days))[::-1]
        matches = tuple(Match(doc, 1.0) for doc in docs[order[:limit]].tolist())
        return Results(matches, len(docs))

    def _with_named_first(self, results: Results, query: Query, limit: int | None, within: Numbers | None) -> Results:
        """Return `results` with the paper that the query names as the first one, if the filters allow it."""
        (doc,) = self.docs([query.named])[:1].tolist() or (None,)
        allowed = np.zeros(self.size, np.uint16)
        if doc is not None:
            allowed[doc] = 1
            self._leave_out(allowed, query, within)
        if doc is None or not allowed[doc]:
            return results
        others = tuple(match for match in results.matches if match.place != doc)
        was = next((match for match in results.matches if match.place == doc), None)
        fields = (ranking.ID_NAME, *(name for name in (was.fields if was else ()) if name != ranking.ID_NAME))
        first = Match(doc, max((match.score for match in results.matches), default=1.0), fields)
        total, similar = results.total, results.similar
        if was is not None and was.similar:
            total, similar = total + 1, similar - 1
        elif was is None and len(others) == total + similar:  # else it is among those beyond the limit
            total += 1
        return results._replace(matches=(first, *others)[:limit], total=total, similar=similar)

    def _leave_out(self, total: NDArray[Any], query: Query, within: Numbers | None) -> None:
        """Set to zero the papers that are deleted, not searched, or excluded."""
        total[self._dead] = 0
        if within is not None:
            kept = total[within]
            total.fill(0)
            total[within] = kept
        if query.filters:
            if self._masked is None or self._masked[0] != query.filters:
                stock = MaskContext(self._parts, self.size, self.docs, self._marks)
                self._masked = query.filters, filter_mask(query.filters, stock)
            total *= self._masked[1]
        for phrase in query.without:
            if len(phrase.words) == 1:
                for docs in self._finder.holding(phrase.words[0], phrase.field):
                    total[docs] = 0

    def _keep_phrases(self, total: NDArray[np.uint16], query: Query) -> None:
        """Set to zero the papers without a phrase, and those with an excluded one."""
        for phrase in query.phrases:
            having = self._having(phrase, total)
            scores = total[having]
            total.fill(0)
            total[having] = scores
        for phrase in query.without:
            if len(phrase.words) > 1:
                total[self._having(phrase, total)] = 0

    def _having(self, phrase: Phrase, total: NDArray[np.uint16]) -> Numbers:
        """Return the papers with a phrase, of those with a score.

        Titles are in memory. Other texts are read in pages, those of the papers that have all words in one field, and
        only once: the next key asks again.
        """
        checked = self._phrases.pop(phrase, None) or _CheckedPhrase(PhraseMatcher(phrase), self.size)
        self._phrases[phrase] = checked  # the last one used is the last one
        if len(self._phrases) > _PHRASES_KEPT:
            del self._phrases[next(iter(self._phrases))]
        for field, docs in self._finder.with_all(phrase.words, phrase.field):
            fresh = docs[(total[docs] != 0) & ~checked.having[docs] & ~checked.read[docs]]
            if field == _TITLE:
                titles = self._titles(fresh)
                checked.having[fresh[np.fromiter(map(checked.matcher.in_text, titles), bool, len(titles))]] = True
                continue
            for start in range(0, len(fresh), _READ_AT_ONCE):
                page = fresh[start : start + _READ_AT_ONCE]
                for doc, paper in self._read(page.tolist()).items():
                    checked.having[doc] = checked.matcher.in_paper(paper, self._marks.own.get(paper.id))
                checked.read[page] = True
        return np.flatnonzero(checked.having)

    def _read(self, docs: Sequence[int]) -> Mapping[int, Paper]:
        """Load papers by their numbers, as far as possible."""
        if self._papers is None:
            return {}
        ids = self.ids(docs)
        papers = self._papers(ids)
        return {doc: papers[id_] for doc, id_ in zip(docs, ids, strict=True) if id_ in papers}

    def _corrected(self, words: Sequence[Term], hits: Sequence[TermHits], best: Numbers) -> tuple[tuple[str, str], ...]:
        """Return the typed words that occur nowhere, each with the word in the best papers that replaces it."""
        unknown = [word.word for word, word_hits in zip(words, hits, strict=True) if word_hits.corrected]
        if not unknown:
            return ()
        written = [word for title in self._titles(best) for word in query_words(title)]
        meant = [(word, nearest(word, written)) for word in unknown]
        return tuple((word, word_hits) for word, word_hits in meant if word_hits is not None)

    def _words(self, query: Query) -> list[Term]:
        """Return the typed words, each with its equivalents."""
        last = len(query.words) - 1
        joined: list[tuple[str, ...]] = [() for _ in query.words]
        for place, (left, right) in enumerate(pairwise(query.words)):
            both, typing = left + right, query.typing and place + 1 == last
            if (
                len(both) >= ranking.SHORTEST_INSIDE
                and not any(query.exact[place : place + 2])
                and self._finder.known(both, typing=typing)
            ):
                joined[place] += (both,)
                joined[place + 1] += (both,)
        phrases = self._expansions.of(query.words)
        facts = zip(query.words, query.fields, query.exact, query.whole, query.parts, strict=True)
        return [
            Term(
                word, query.typing and place == last, field, exact, whole, parts, not last, joined[place],
                () if exact else phrases[place],
            )
            for place, (word, field, exact, whole, parts) in enumerate(facts)
        ]  # fmt: skip

    def _sum(self, words: Sequence[Term]) -> tuple[list[TermHits], NDArray[np.uint16]]:
        """Return the hits of each word, and the rough score of every paper."""
        head = tuple(words[:-1])
        if self._head != head[: len(self._head)]:
            self._sums.fill(0)
            self._head = ()
        hits = []
        for place, word in enumerate(words):
            word_hits = self._kept.pop(word, None)
            if word_hits is None:
                word_hits = self._finder.look_up(word)
                # The word being typed changes with the next key, so do not cache it.
                if place < len(head):
                    word_hits = self._finder.lasting(word_hits)
                    self._finder.clean()
            if place < len(head):
                if place >= len(self._head):
                    word_hits.add_to(self._sums)
                    self._head = head[: place + 1]
                self._keep(word, word_hits)
            hits.append(word_hits)
        total = self._sums.copy()
        hits[-1].add_to(total)
        return hits, total

    def _keep(self, word: Term, hits: TermHits) -> None:
        """Cache the hits of a word, and drop the least recently used beyond the size limit."""
        self._kept[word] = hits
        self._room = sum(each.room for each in self._kept.values())
        while self._room > _KEPT_BYTES and len(self._kept) > 1:
            self._room -= self._kept.pop(next(iter(self._kept))).room

    def _best(self, rough: NDArray[np.uint16], docs: Numbers, floor: int, best: int, most: int) -> Numbers:
        """Return those of `docs` with the highest rough scores, about `most`, ascending."""
        if most <= 0:
            return _NONE
        total = np.zeros_like(rough)
        total[docs] = rough[docs]
        low, high = floor, best + 1  # at least `most` reach `low`, fewer reach `high`
        while high - low > 1:
            middle = (low + high) // 2
            reached = int(np.count_nonzero(total >= middle))
            if most <= reached <= _PLENTY * most:
                return np.flatnonzero(total >= middle)
            low, high = (middle, high) if reached >= most else (low, middle)
        above = np.flatnonzero(total > low)
        level = np.flatnonzero(total == low)
        newest = level[len(level) - max(0, most - len(above)) :]
        return np.unique(np.concatenate((above, newest, self._voted(total, low))))

    def _voted(self, total: NDArray[np.uint16], level: int) -> Numbers:
        """Return the most voted of the papers with one rough score."""
        docs, votes = self._facts.voted, self._facts.votes
        held = total[docs] == level
        docs, votes = docs[held], votes[held]
        chosen: Numbers = (
            docs if len(docs) <= _VOTED else docs[np.argsort(-votes.astype(np.int64), kind="stable")[:_VOTED]]
        )
        return chosen

    def _scored(
        self, pool: Numbers, behind: NDArray[np.float64], hits: Sequence[TermHits], words: Sequence[str]
    ) -> NDArray[np.float32]:
        """Return the score of each paper of `pool`; those with a greater number in `behind` are shown after others."""
        sums, covered = np.zeros(len(pool), np.float32), np.zeros(len(pool), np.float32)
        weights = 0.0
        crowds = ranking.crowd(self._facts.people(pool))
        named: list[Mask] = []
        for hit in hits:
            codes = hit.at(pool)
            fits = hit.fits[codes]
            by_name = np.array([False, *(find.field in PEOPLE for find in hit.finds)])[hit.ways[codes]]
            sums += np.where(by_name, fits * crowds, fits) * np.float32(hit.weight)
            covered += (codes > 0) * np.float32(hit.weight)
            weights += hit.weight
            named.append(by_name)
        scores = ranking.combined(sums, covered, weights)
        scores = ranking.with_prior(scores, *self._facts.prior(pool))
        head = np.argsort(behind - scores, kind="stable")[: ranking.HEAD]
        # A word that matches an author of the best papers must not be compared with their titles.
        about = [word for word, by_name in zip(words, named, strict=True) if by_name[head].mean() < _MOSTLY]
        scores[head] += ranking.title_similarity(" ".join(about or words), self._titles(pool[head]))
        return scores

    def _titles(self, docs: Numbers) -> list[str]:
        return [segment.titles[local] for segment, local in map(self._home, docs.tolist())]

    @property
    def _facts(self) -> _Facts:
        if self._cached_facts is None:
            self._cached_facts = _Facts.of(self._parts)
        return self._cached_facts

    _cached_facts: _Facts | None = None


class _CheckedPhrase:
    """Which papers have a phrase, as far as they have been read."""

    def __init__(self, matcher: PhraseMatcher, size: int) -> None:
        self.matcher = matcher
        self.having = np.zeros(size, bool)
        self.read = np.zeros(size, bool)


def annotation_arrays(marks: ReaderMarks, ids: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Return the arrays of a segment with the tags and notes of the bookmarks of `ids`."""
    builder = Builder()
    for id_ in ids:
        mark = marks.own[id_]
        if mark.tags or mark.note:
            builder.add_annotations(id_, mark.tags, mark.note)
    return builder.annotation_arrays()


def _as_typed_and_similar(
    docs: Numbers, floor: int, words: Sequence[Term], hits: Sequence[TermHits]
) -> tuple[Numbers, Numbers]:
    """Return which of `docs` match as typed, and which by another spelling.

    A paper matches as typed if the words that occur in it as typed would suffice without the others.
    """
    if not any(word_hits.similar for word_hits in hits):
        return docs, _NONE
    if sum(word_hits.most_as_typed for word_hits in hits) < floor:
        return _NONE, docs
    sums = np.zeros(len(docs), np.uint16)
    late = np.zeros(len(docs), bool)
    for word, word_hits in zip(words, hits, strict=True):
        amounts = word_hits.typed(docs)
        sums += amounts
        if _is_required(word):
            late |= amounts == 0
    late |= sums < floor
    return docs[~late], docs[late]


def _fit(results: Results) -> float:
    """Return how well the words of a query fit the best paper."""
    return max((match.score for match in results.matches), default=0.0)


def _followed(found: Results, by_words: Results, limit: int | None) -> Results:
    """Return the papers found by meaning, and after them the others that have the words of the query."""
    known = {match.place for match in found.matches}
    least = found.matches[-1].score
    others = [
        match._replace(score=min(match.score, least))
        for match in by_words.matches
        if match.place not in known and not match.similar
    ]
    matches = (*found.matches, *others)[:limit]
    return found._replace(matches=matches, total=max(by_words.total, len(matches)))


def _is_required(word: Term) -> bool:
    """Whether all papers must have the word. Initials of names are not in the index."""
    return word.exact or (bool(word.field) and not (word.field == _NAMES and len(word.word) == 1))


def _without_the_name(docs: Numbers, words: Sequence[Term], hits: Sequence[TermHits]) -> Mask:
    """Return which papers have only the beginning of a word that is limited to a field: Cheng for “author:chen”."""
    loose = np.zeros(len(docs), bool)
    for word, word_hits in zip(words, hits, strict=True):
        if word.field:
            whole = np.array([False, *(find.kind == "whole" for find in word_hits.finds)])
            loose |= ~whole[word_hits.ways[word_hits.at(docs)]]
    return loose


def _keep_only(total: NDArray[np.uint16], hits: TermHits) -> None:
    """Set to zero the papers in which a word was not found."""
    if hits.docs is None:
        total *= hits.scores != 0
        return
    kept = total[hits.docs]
    total.fill(0)
    total[hits.docs] = kept


class _Facts(NamedTuple):
    """The facts that order papers that match equally well."""

    parts: Sequence[SegmentRef]
    oldest: int
    newest: int
    voted: Numbers
    votes: NDArray[np.uint32]
    most: float

    @classmethod
    def of(cls, parts: Sequence[SegmentRef]) -> _Facts:
        days = [part.segment.days for part in parts if part.segment.size]
        newest = max((int(each.max()) for each in days), default=0)
        # An unknown day is 0, and counts as the oldest one.
        oldest = min((int(each.min(where=each > 0, initial=newest)) for each in days), default=0)
        pairs = [part.segment.numbers("votes") for part in parts]
        voted = np.concatenate(
            [pair.docs.astype(np.int64) + part.offset for pair, part in zip(pairs, parts, strict=True)]
        )
        votes = np.concatenate([pair.values for pair in pairs])
        return cls(parts, oldest, newest, voted, votes, float(np.log1p(int(votes.max(initial=0)))))

    def days(self, docs: Numbers) -> Numbers:
        """Return the days of papers, whose numbers ascend."""
        days = np.zeros(len(docs), np.int64)
        for part in self.parts:
            low, high = np.searchsorted(docs, (part.offset, part.offset + part.segment.size)).tolist()
            days[low:high] = part.segment.days[docs[low:high] - part.offset]
        return days

    def people(self, docs: Numbers) -> NDArray[np.uint8]:
        """Return the numbers of authors of papers, whose numbers ascend."""
        people = np.zeros(len(docs), np.uint8)
        for part in self.parts:
            low, high = np.searchsorted(docs, (part.offset, part.offset + part.segment.size)).tolist()
            people[low:high] = part.segment.people[docs[low:high] - part.offset]
        return people

    def prior(self, docs: Numbers) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the recency and the popularity of papers, each 0 to 1."""
        newness = np.maximum(self.days(docs) - self.oldest, 0) / max(1, self.newest - self.oldest)
        votes = np.zeros(len(docs))
        if len(self.voted):
            places = np.minimum(np.searchsorted(self.voted, docs), len(self.voted) - 1)
            votes = np.where(self.voted[places] == docs, self.votes[places], 0)
        return newness.astype(np.float32), (np.log1p(votes) / (self.most or 1.0)).astype(np.float32)


def _gone(parts: Sequence[SegmentRef], dead: Sequence[NDArray[np.uint32]]) -> Numbers:
    gone = [docs.astype(np.int64) + part.offset for part, docs in zip(parts, dead, strict=False)]
    return np.concatenate([np.empty(0, np.int64), *gone])


def index_over(papers: Sequence[Paper], marks: ReaderMarks = NO_MARKS, *, with_abstracts: bool | None = None) -> Index:
    """Build an index in memory; a match names a paper by its position in `papers`.

    Takes about 0.2 ms per paper with abstracts, 0.03 ms without.

    Args:
        papers: the papers to search.
        marks: the user's bookmarks and read marks.
        with_abstracts: whether to index the words of abstracts and summaries. ``None`` means for up to
            `ABSTRACTS_UP_TO` papers.
    """
    whole = len(papers) <= ABSTRACTS_UP_TO if with_abstracts is None else with_abstracts
    segment = build(papers, abstracts=whole)

    def read(ids: Sequence[str]) -> Mapping[str, Paper]:
        sought = {id_: segment.doc(id_) for id_ in ids}
        return {id_: papers[doc] for id_, doc in sought.items() if doc is not None}

    return Index([segment], papers=read, marks=marks)
