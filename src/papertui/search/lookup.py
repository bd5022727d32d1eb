"""The papers that contain one typed word or what it may mean, in all segments of an index."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.search import ranking
from papertui.search.ranking import FIELDS, ID
from papertui.search.segment import Docs, Postings, Segment, spread
from papertui.search.spelling import LEVELS, SHORTEST, distances, near_words, prefix_distances, slips_allowed
from papertui.search.words import COMMON_ACRONYMS, COMMON_WORDS, SIGNS
from papertui.search.words import words as index_words

# --- matching words of a segment ---------------------------------------------------------------------

Positions = NDArray[np.int64]
#: Words up to this much longer than the typed one are close to it: plurals and the like.
_LITTLE_LONGER = 2
#: The typical extra length of close and of other words, which decides their score.
_NEAR, _FAR = 1.5, 6.0
#: The resolution of the score of words that contain the typed one.
_MEANINGS_STEPS = 4


#: How a word of a paper relates to the typed one: it is the same, begins with it, is another form of it (joined, split,
#: an acronym and what it stands for), contains it, or is only spelt in a similar way.
Kind = Literal["whole", "begun", "form", "inside", "similar"]


class Expansion(NamedTuple):
    """Words of a segment that match a typed word equally well: a range, or single ones."""

    #: How well they match, 0 to 1.
    fit: float
    #: The first word of the range.
    first: int = 0
    #: One past the last word of the range.
    last: int = 0
    #: The single words; ``None`` for a range.
    words: Positions | None = None
    kind: Kind = "similar"


def as_typed(segment: Segment, word: str, *, typing: bool, whole: bool = False) -> Iterator[Expansion]:
    """Yield the words that are `word`, start with it, or contain it.

    With `whole`, words that start with it are only similar: they are as many as there are papers.
    """
    begun: Kind = "similar" if whole else "begun"
    first, last = segment.lexicon.starting(word)
    exact = segment.lexicon.place(word) if first < last else None
    size = len(word.encode())
    if exact is not None:
        yield Expansion(1.0, exact, exact + 1, kind="whole")
    if first + (exact is not None) < last:
        if len(word) >= SHORTEST:
            yield Expansion(_beginning(size, _FAR, typing=typing), first, last, kind=begun)
            places = np.arange(first, last)
            close = places[segment.lexicon.lengths(places) <= size + _LITTLE_LONGER]
            yield Expansion(_beginning(size, _NEAR, typing=typing), words=close[close != exact], kind=begun)
        else:
            yield Expansion(_beginning(size, _FAR / 2, typing=typing), first, last, kind=begun)
    if len(word) >= ranking.SHORTEST_INSIDE:
        inside = segment.lexicon.containing(word)
        inside = inside[(inside < first) | (inside >= last)]
        steps = np.ceil(_MEANINGS_STEPS * size / segment.lexicon.lengths(inside)).astype(np.int64)
        for step in np.unique(steps).tolist():
            fit = ranking.inside(np.array([(step - 0.5) / _MEANINGS_STEPS]))
            yield Expansion(float(fit[0]), words=inside[steps == step], kind="inside")


def _beginning(size: int, more: float, *, typing: bool) -> float:
    return float(ranking.beginning(np.array([size / (size + more)]), typing=typing)[0])


def misspelt(segment: Segment, word: str, *, typing: bool, known: bool) -> Iterator[Expansion]:
    """Yield corrections of `word`.

    Args:
        segment: the segment to search.
        word: folded.
        typing: whether more letters may follow.
        known: whether the word exists as typed; then it is not corrected to one of the most common words of English.
    """
    most = slips_allowed(word)
    if not most or not len(segment.lexicon):
        return
    # Three letters are similar to the beginnings of far too many words.
    beginnings = len(word) > ranking.SHORTEST_INSIDE or (typing and not (known and len(word) == SHORTEST))
    candidates = _among_few if len(word) < LEVELS[-1] else _among_words
    for slips, whole, words in candidates(segment, word, most, beginnings=beginnings):
        kept = words
        if known and whole:
            names = segment.lexicon.some(words)
            kept = words[np.fromiter((name not in COMMON_WORDS for name in names), bool, len(names))]
        if len(kept):
            fit = ranking.misspelt(len(word), slips)
            if not whole:
                fit = ranking.misspelt_beginning(len(word), slips, typing=typing)
            yield Expansion(fit, words=kept)


SpellingMatcher = tuple[int, bool, Positions]


def _among_few(segment: Segment, word: str, most: int, *, beginnings: bool) -> Iterator[SpellingMatcher]:
    """Compare prefixes, for words of up to six letters: very many words share such a prefix."""
    size, lexicon = len(word), segment.lexicon
    level, longer = segment.levels[size], segment.levels[size + 1]
    nodes = near_words(level, word)
    first, last = level.first[nodes].astype(np.int64), level.last[nodes].astype(np.int64)
    below = spread(np.searchsorted(longer.first, level.first[nodes]), np.searchsorted(longer.first, level.last[nodes]))
    first_below, last_below = longer.first[below].astype(np.int64), longer.last[below].astype(np.int64)
    heads = np.concatenate((first, first_below))
    names = lexicon.some(heads)
    far = distances(word, names, most)
    for slips in range(1, most + 1):
        yield slips, True, np.unique(heads[far == slips])
    if not beginnings:
        return
    own, children = names[: len(nodes)], names[len(nodes) :]
    longer_than = np.fromiter((len(name) > size for name in own), bool, len(own))
    whole = np.minimum(_cut_distances(word, own, size, most), _cut_distances(word, own, size - 1, most))
    part = _cut_distances(word, children, size + 1, most)
    single = last - first == 1
    for slips in range(1, most + 1):
        good = (whole == slips) & (longer_than | ~single)
        under = part == slips
        yield (
            slips,
            False,
            np.unique(np.concatenate((spread(first[good], last[good]), spread(first_below[under], last_below[under])))),
        )


def _cut_distances(word: str, names: list[str], cut: int, most: int) -> NDArray[np.uint8]:
    return distances(word, [name[:cut] for name in names], most)


def _among_words(segment: Segment, word: str, most: int, *, beginnings: bool) -> Iterator[SpellingMatcher]:
    """Compare whole words, for longer ones: few words share their first seven letters."""
    level = segment.levels[LEVELS[-1]]
    nodes = near_words(level, word)
    near = spread(level.first[nodes].astype(np.int64), level.last[nodes].astype(np.int64))
    near = near[segment.lexicon.lengths(near) >= len(word) - most]
    names = segment.lexicon.some(near)
    whole = distances(word, names, most)
    for slips in range(1, most + 1):
        yield slips, True, near[whole == slips]
    if beginnings:
        longer = np.fromiter((len(name) > len(word) for name in names), bool, len(names))
        part, _ = prefix_distances(word, [name for name in names if len(name) > len(word)], most)
        for slips in range(1, most + 1):
            yield slips, False, near[longer][part == slips]


# --- acronyms ----------------------------------------------------------------------------------------

#: The most expansions of an acronym: those that most papers use.
_MOST = 4
#: The most words of an expansion.
_LONGEST = 8
#: The number of papers that a common acronym counts as.
_COMMON = 5
Words = tuple[str, ...]


class Acronyms:
    """The acronyms of some segments, loaded on first use."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments

    def of(self, words: Sequence[str]) -> list[tuple[Words, ...]]:
        """Return for each typed word the equivalent phrases, of the word itself or of words around it.

        For ``moe`` that is ``mixture of experts``; for each of the words ``mixture of experts`` it is ``moe``.
        """
        phrases: list[list[Words]] = [[] for _ in words]
        plain = [_single(word) for word in words]
        for place, word in enumerate(plain):
            phrases[place].extend(self._long.get(word, ()))
            for end in range(place + 2, min(len(words), place + _LONGEST) + 1):
                for short in self._short.get(tuple(plain[place:end]), ()):
                    for each in range(place, end):
                        phrases[each].append((short,))
        return [tuple(dict.fromkeys(each)) for each in phrases]

    @cached_property
    def _definitions(self) -> dict[tuple[str, Words], int]:
        """The number of papers that use an acronym for certain words."""
        counts: dict[tuple[str, Words], int] = {}
        pairs = [(short, long, _COMMON) for short, long in COMMON_ACRONYMS]
        for segment in self._segments:
            pairs.extend(segment.acronyms())
        for short, long, count in pairs:
            key = short, tuple(map(_single, long.split()))
            counts[key] = counts.get(key, 0) + count
        return counts

    @cached_property
    def _long(self) -> dict[str, tuple[Words, ...]]:
        ways: dict[str, list[tuple[int, Words]]] = {}
        for (short, long), count in self._definitions.items():
            ways.setdefault(short, []).append((count, long))
        return {short: tuple(long for _, long in sorted(forms, reverse=True)[:_MOST]) for short, forms in ways.items()}

    @cached_property
    def _short(self) -> dict[Words, tuple[str, ...]]:
        shorts: dict[Words, list[str]] = {}
        for short, longs in self._long.items():
            for long in longs:
                shorts.setdefault(long, []).append(short)
        return {long: tuple(forms) for long, forms in shorts.items()}


def _single(word: str) -> str:
    """Return `word` without a plural s."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004


# --- lookup in all segments --------------------------------------------------------------------------

#: The size of the chunks in which numbers are read from a mapped file, to stay in the processor's cache.
_PIECE = 1 << 16
#: The resolution of the rough score: twelve words unique to one paper just fit into 16 bits at 2.8 million papers.
_LOOKUP_STEPS = 180.0
#: Fields in which two words must occur together to count as one.
_TOGETHER = tuple(place for place, field in enumerate(FIELDS) if field.section in ("title", "keywords", "abstract"))
_TITLE = next(place for place, field in enumerate(FIELDS) if field.section == "title")
#: Fields with names of people.
PEOPLE = frozenset(place for place, field in enumerate(FIELDS) if field.name == "authors")
_ID_FIELD = len(FIELDS)
#: The number of words by which papers are compared.
_COMPARED_WORDS = 32
#: If more than one paper in this many has a word, an array over all papers is faster than a list.
_DENSE = 12
#: For words in at most this many papers, all matching fields are reported.
_EXACT_FIELDS_UP_TO = 30_000


class SegmentRef(NamedTuple):
    """A segment and its position in an index."""

    segment: Segment
    #: The number of its first paper in the index.
    offset: int
    #: The numbers of its papers in the index, if they are not consecutive.
    places: NDArray[np.int64] | None = None


class Term(NamedTuple):
    """A typed word and how to interpret it."""

    #: Folded.
    word: str
    #: Whether more letters may follow.
    typing: bool = False
    #: The public name of the only field to search; empty for all.
    field: str = ""
    #: Whether only the exact word matches.
    exact: bool = False
    #: Whether words that begin with it are only similar.
    whole: bool = False
    #: Its parts, if it was typed with hyphens.
    parts: tuple[str, ...] = ()
    #: Whether nothing else was typed, so that only the word itself or its beginning is meant.
    alone: bool = False
    #: Words it forms together with its neighbours: "pretraining" for both of "pre training".
    joined: tuple[str, ...] = ()
    #: Equivalent phrases, to occur in one field: the expansion of an acronym, or the acronym itself.
    phrases: tuple[tuple[str, ...], ...] = ()


class TermHit(NamedTuple):
    """Papers that match a word equally well."""

    fit: float
    field: int
    part: SegmentRef
    docs: NDArray[np.integer]
    kind: Kind = "form"
    #: Whether this is another spelling of the typed word, not the word as typed.
    similar: bool = False


class TermHits(NamedTuple):
    """The papers that one typed word found."""

    #: The numbers of the papers, ascending; ``None`` if `scores` covers every paper of the index.
    docs: NDArray[np.uint32] | None
    #: What the word adds to the rough score of each paper; each way of matching has its own amount.
    scores: NDArray[np.uint16]
    #: Those amounts, ascending; the first is 0, for papers that do not match. An odd amount is for papers that have the
    #: word as typed, even if a similar word in a better place counts more.
    amounts: NDArray[np.uint16]
    #: The quality of each way of matching, 0 to 1.
    fits: NDArray[np.float32]
    #: For each way of matching which of the `finds` it is, plus one; 0 for papers that do not match.
    ways: NDArray[np.int64]
    #: How distinctive the typed word is.
    weight: float
    #: Whether the word does not occur as typed.
    corrected: bool
    finds: Sequence[TermHit]

    def at(self, docs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for each of `docs` its way of matching: an index into `fits`."""
        return np.searchsorted(self.amounts, self._scores(docs))

    @property
    def similar(self) -> bool:
        """Whether some papers only have a word with a similar spelling."""
        return any(find.similar for find in self.finds)

    @property
    def most_as_typed(self) -> int:
        """The most that the word adds to the rough score of a paper in which it occurs as typed."""
        places = [place for place, find in enumerate(self.finds, 1) if not find.similar]
        # With such papers there may also be some with a similar word in a better place.
        return int(self.amounts[-1]) if places else 0

    def typed(self, docs: NDArray[np.int64]) -> NDArray[np.uint16]:
        """Return what the word adds to the rough scores of `docs` in which it occurs as typed; 0 for the others."""
        scores = self._scores(docs)
        return scores * (scores & np.uint16(1))

    def _scores(self, docs: NDArray[np.int64]) -> NDArray[np.uint16]:
        if self.docs is None:
            return self.scores[docs]
        if not len(self.docs):
            return np.zeros(len(docs), np.uint16)
        places = np.minimum(np.searchsorted(self.docs, docs.astype(np.uint32)), len(self.docs) - 1)
        return np.where(self.docs[places] == docs, self.scores[places], np.uint16(0))

    def add_to(self, sums: NDArray[np.uint16]) -> None:
        """Add the scores of the word to the rough scores of all papers."""
        if self.docs is None:
            sums += self.scores
        else:
            sums[self.docs] += self.scores

    @property
    def room(self) -> int:
        """The size in bytes."""
        return self.scores.nbytes + (0 if self.docs is None else self.docs.nbytes)


class TermLookup:
    """Looks up words in the segments of an index, one word at a time: all lookups share its work arrays."""

    def __init__(self, parts: Sequence[SegmentRef], size: int) -> None:
        """Search `parts`, which hold papers numbered below `size`."""
        self._parts = parts
        self._size = size
        self._scores = np.zeros(size, np.uint16)
        self._marks = np.zeros(size, np.uint8)

    def known(self, word: str, *, typing: bool) -> bool:
        """Whether any paper has `word`, or a word that begins with it while typing."""
        for part in self._parts:
            lexicon = part.segment.lexicon
            first, last = lexicon.starting(word)
            if first < last and (typing or lexicon.word(first) == word):
                return True
        return False

    def look_up(self, term: Term) -> TermHits:
        """Return the papers that contain the word, or a word it may mean.

        The result is valid until `clean` is called; use `lasting` to keep it for longer.
        """
        finds, corrected = self._finds(term)
        finds.sort(key=lambda find: find.fit)
        matches = sum(find.fit * len(find.docs) for find in finds) / (finds[-1].fit if finds else 1)
        weight = ranking.weight(len(term.word), matches, self._size)
        amounts, ways = [0], [0]
        bases: list[int] = []
        for place, find in enumerate(finds, 1):
            base = max(amounts[-1] + 1, round((ranking.FOUND + find.fit) * weight * _LOOKUP_STEPS))
            bases.append(base + base % 2)
            amounts.extend(range(bases[-1] + (not find.similar), bases[-1] + 2))
            ways.extend([place] * (1 + find.similar))
        similar = [base for find, base in zip(finds, bases, strict=True) if find.similar]
        for find, base in zip(finds, bases, strict=True):
            if find.similar:
                self._write(find, base)
        for find, base in zip(finds, bases, strict=True):
            if not find.similar:
                self._write(find, base + 1, over=similar[-1] if similar else 0)
        fits = np.array([0.0, *(find.fit for find in finds)], np.float32)
        return TermHits(
            None, self._scores, np.array(amounts, np.uint16), fits[ways], np.array(ways), weight, corrected, finds
        )

    def holding(self, word: str, field: str) -> Iterator[NDArray[np.int64]]:
        """Yield the papers that contain the exact word in a field."""
        for part in self._parts:
            place = part.segment.lexicon.place(word)
            if place is not None:
                for find in _held(part, Expansion(1.0, place, place + 1, kind="whole"), fields_named(field), 1.0):
                    docs = find.docs.astype(np.int64)
                    yield docs + part.offset if part.places is None else part.places[docs]

    def with_all(self, words: Sequence[str], field: str) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Yield for each field the papers that contain all of `words` in it, ascending; titles come first."""
        for place in fields_named(field):
            # As in the index: names without initials, and an id as its parts.
            pieces = {piece for word in words for piece in (index_words(word) or {word})}
            groups = [(piece,) for piece in pieces if place not in PEOPLE or len(piece) > 1 or not piece.isascii()]
            for part in self._parts if groups else ():
                docs = self._all_of(part.segment, groups, part.segment.postings[place]).astype(np.int64)
                if len(docs):
                    yield place, np.sort(docs + part.offset if part.places is None else part.places[docs])

    def sharing(self, words: Mapping[str, float]) -> tuple[NDArray[np.float32], float]:
        """Return how much each paper shares of the most distinctive of `words`, and the maximum.

        Args:
            words: the words with their weights.
        """
        held = {word: sum(len(docs) for docs in self.holding(word, "")) for word in words}
        worth = {
            word: counts * float(np.log1p(self._size / (1 + held[word])))
            for word, counts in words.items()
            if held[word]
        }
        total = np.zeros(self._size, np.float32)
        chosen = sorted(worth, key=lambda word: -worth[word])[:_COMPARED_WORDS]
        for word in chosen:
            for field in _TOGETHER:
                for docs in self.holding(word, FIELDS[field].name):
                    total[docs] += np.float32(worth[word] * FIELDS[field].weight)
        return total, sum(worth[word] for word in chosen)

    def evidence(self, words: Iterable[str], names: Container[str] = frozenset()) -> tuple[NDArray[np.float32], float]:
        """Return what speaks for each paper that has some of `words`, or their plurals, and what all would say.

        Those in `names` have no meaning that a paper could be like. See `ranking.evidence`.
        """
        total = np.zeros(self._size, np.float32)
        most = 0.0
        for word in words:
            runs = [docs for form in _plurals((word,))[0] for docs in self.holding(form, "")]
            if sum(map(len, runs)) * _DENSE > self._size:
                having = np.zeros(self._size, np.bool_)
                for docs in runs:
                    having[docs] = True
                worth = ranking.evidence(int(np.count_nonzero(having)), self._size, is_name=word in names)
                total += having * np.float32(worth)
            else:
                docs = np.unique(np.concatenate([*runs, np.empty(0, np.int64)]))
                worth = ranking.evidence(len(docs), self._size, is_name=word in names)
                total[docs] += np.float32(worth)
            most += worth
        return total, most

    def lasting(self, hits: TermHits) -> TermHits:
        """Return a copy of `hits` that does not share the work arrays."""
        if int(np.count_nonzero(hits.scores)) * _DENSE > self._size:
            return hits._replace(scores=hits.scores.copy())
        docs = np.flatnonzero(hits.scores != 0)  # NumPy searches booleans many times as fast as numbers
        return hits._replace(docs=docs.astype(np.uint32), scores=hits.scores[docs])

    def fields(self, hits: Sequence[TermHits], docs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for each of `docs` the fields in which any of the words was found, as bits.

        For very frequent words, such as a beginning, only the best matching field is included.
        """
        order = np.argsort(docs)
        ordered = docs[order]
        held = np.zeros(len(docs), np.int64)
        best = np.zeros(len(docs), np.int64)
        marks = self._marks
        marks[docs] = 1
        for word_hits in hits:
            codes = word_hits.at(ordered)
            typed = (word_hits.amounts[codes] & 1).astype(bool)
            similar = np.array([False, *(find.similar for find in word_hits.finds)])[word_hits.ways[codes]]
            way = np.array([0, *(1 << find.field for find in word_hits.finds)], np.int64)[word_hits.ways[codes]]
            best |= way
            # A similar word in another field is not why the paper matches.
            held |= np.where(similar & typed, 0, way)
            for find in (find for find in word_hits.finds if len(find.docs) <= _EXACT_FIELDS_UP_TO):
                for piece in _pieces(find):
                    places = np.searchsorted(ordered, piece[marks[piece] == 1])
                    held[places[~typed[places]] if find.similar else places] |= 1 << find.field
        marks[docs] = 0
        held = np.where(held == 0, best, held)
        result = np.empty_like(held)
        result[order] = held
        return result

    def clean(self) -> None:
        """Reset the work arrays for the next word."""
        self._scores.fill(0)

    def _write(self, find: TermHit, score: int, *, over: int = 0) -> None:
        """Write a score for papers, unless they have a better one, at most `over`; that becomes odd, as `score` is."""
        for docs in _pieces(find):
            self._scores[docs] = np.maximum(self._scores[docs] | 1, score) if over > score else score

    def _finds(self, term: Term) -> tuple[list[TermHit], bool]:
        word, fields = term.word, fields_named(term.field)
        finds: list[TermHit] = []
        if term.field in ("", ranking.ID_NAME):
            finds.extend(_ids(self._parts, word))
        if term.exact:
            for part in self._parts:
                place = part.segment.lexicon.place(word)
                if place is not None:
                    finds.extend(_held(part, Expansion(1.0, place, place + 1, kind="whole"), fields, 1.0))
            return finds, False
        # In a field the same name comes first, whatever is typed next: Chen before Cheng.
        typing = term.typing and not term.field
        typed = [list(as_typed(part.segment, word, typing=typing, whole=term.whole)) for part in self._parts]
        known = self.known(word, typing=term.typing)
        belief = ranking.belief(self._written_so(typed), self._size) if known else 1.0
        for part, expansions in zip(self._parts, typed, strict=True):
            for expansion in expansions:
                finds.extend(_held(part, expansion, fields, 1.0, alone=term.alone))
            for expansion in misspelt(part.segment, word, typing=term.typing, known=known):
                finds.extend(_held(part, expansion, fields, belief))
            for joined in term.joined:
                first, last = part.segment.lexicon.starting(joined)
                if first < last and (term.typing or part.segment.lexicon.word(first) == joined):
                    end = last if term.typing else first + 1
                    finds.extend(_held(part, Expansion(ranking.JOINED, first, end, kind="form"), fields, 1.0))
            finds.extend(_without_sign(part, word, fields))
            finds.extend(self._together(part, term, known=known))
        return finds, not known and not any(typed)

    def _written_so(self, typed: Sequence[Sequence[Expansion]]) -> int:
        """Return how many times papers contain a word as typed, or a word that begins with it."""
        return sum(
            len(postings.run(expansion.first, expansion.last))
            for part, expansions in zip(self._parts, typed, strict=True)
            for expansion in expansions
            if expansion.words is None
            for postings in part.segment.postings
        )

    def _together(self, part: SegmentRef, term: Term, *, known: bool) -> Iterator[TermHit]:
        """Yield papers with several words that are equivalent to the typed one, all in one field."""
        if term.field not in ("", "title", "keywords", "abstract"):
            return
        ways: list[tuple[float, Sequence[Sequence[str]], Kind]]
        ways = [(ranking.ACRONYM, _plurals(phrase), "form") for phrase in term.phrases]
        if not known:
            halves = _halves(part.segment, term.word, typing=term.typing)
            ways.extend((ranking.JOINED, each, "form") for each in halves)
        if term.parts:
            # “GPT 4” for “GPT-4”, but perhaps not side by side.
            parts = [(word,) for word in term.parts[:-1]] + [(term.parts[-1] + "*" * term.typing,)]
            ways.append((ranking.APART, parts, "similar"))
        for fit, groups, kind in ways:
            for field in _TOGETHER:
                if term.field in ("", FIELDS[field].name):
                    docs = self._all_of(part.segment, groups, part.segment.postings[field])
                    if len(docs):
                        yield TermHit(fit * FIELDS[field].weight, field, part, docs, kind, kind == "similar")

    def _all_of(self, segment: Segment, groups: Sequence[Sequence[str]], postings: Postings) -> NDArray[np.integer]:
        """Return the papers with a word of each group in one field. A ``*`` at the end of a word is a wildcard."""
        lists: list[list[Docs]] = []
        for group in groups:
            runs = [postings.run(*_range(segment, word)) for word in group]
            nonempty = [run for run in runs if len(run)]
            if not nonempty:
                return np.empty(0, np.int64)
            lists.append(nonempty)
        lists.sort(key=lambda runs: sum(map(len, runs)))
        docs: NDArray[np.integer] = np.unique(np.concatenate(lists[0]))
        marks = self._marks[: segment.size]
        for runs in lists[1:]:
            if sum(map(len, runs)) < 16 * len(docs):
                for run in runs:
                    marks[run] = 1
                held = marks[docs] == 1
                for run in runs:
                    marks[run] = 0
            else:
                held = np.zeros(len(docs), bool)
                for run in runs:
                    places = np.minimum(np.searchsorted(run, docs), len(run) - 1)
                    held |= run[places] == docs
            docs = docs[held]
        return docs


def _pieces(find: TermHit) -> Iterator[NDArray[np.intp]]:
    """Yield the index's numbers of the papers found, in chunks."""
    part = find.part
    for start in range(0, len(find.docs), _PIECE):
        docs = find.docs[start : start + _PIECE].astype(np.intp)
        if part.places is not None:
            yield part.places[docs]
            continue
        if part.offset:
            docs += part.offset
        yield docs


def fields_named(name: str) -> tuple[int, ...]:
    """Return the positions in `FIELDS` of the fields with the public name `name`; of all fields if it is empty."""
    return tuple(place for place, field in enumerate(FIELDS) if not name or field.name == name)


def _held(
    part: SegmentRef, expansion: Expansion, fields: Sequence[int], belief: float, *, alone: bool = False
) -> Iterator[TermHit]:
    """Yield the papers with the words of `expansion`.

    A word inside another one is as typed beside other words in a title (“code worlds” in Code2Worlds), where it is
    hardly by chance, but not `alone` (“rope” in properties).
    """
    for field in fields:
        postings = part.segment.postings[field]
        if not len(postings.docs):
            continue
        docs = (
            postings.run(expansion.first, expansion.last) if expansion.words is None else postings.of(expansion.words)
        )
        if len(docs):
            kind = expansion.kind
            similar = kind == "similar" or (kind == "inside" and (alone or field != _TITLE))
            yield TermHit(expansion.fit * belief * FIELDS[field].weight, field, part, docs, kind, similar)


def _without_sign(part: SegmentRef, word: str, fields: Sequence[int]) -> Iterator[TermHit]:
    """Yield the papers with “c” for “c++”."""
    bare = word.strip(SIGNS)
    place = part.segment.lexicon.place(bare) if bare != word else None
    if place is not None:
        yield from _held(part, Expansion(ranking.APART, place, place + 1), fields, 1.0)


def _ids(parts: Sequence[SegmentRef], word: str) -> Iterator[TermHit]:
    if any(map(str.isdigit, word)):
        for part in parts:
            docs = part.segment.ids_starting(word)
            if len(docs):
                yield TermHit(ID, _ID_FIELD, part, np.sort(docs))


def _range(segment: Segment, word: str) -> tuple[int, int]:
    if word.endswith("*"):
        return segment.lexicon.starting(word[:-1])
    place = segment.lexicon.place(word)
    return (0, 0) if place is None else (place, place + 1)


def _plurals(phrase: Sequence[str]) -> list[tuple[str, ...]]:
    return [(word, word[:-1]) if word.endswith("s") else (word, f"{word}s") for word in phrase]


def _halves(segment: Segment, word: str, *, typing: bool) -> Iterator[list[tuple[str, ...]]]:
    """Yield the ways to split `word` into two known words."""
    least = ranking.SHORTEST_HALF
    lexicon = segment.lexicon
    if len(word) < 2 * least or len(lexicon.containing(word)):
        return  # "former" is the end of "transformer", not "for" and "merging"
    for cut in range(least, len(word) - least + 1):
        if lexicon.place(word[:cut]) is not None:
            first, last = lexicon.starting(word[cut:])
            if first < last and (typing or lexicon.word(first) == word[cut:]):
                yield [(word[:cut],), (word[cut:] + "*" * typing,)]
