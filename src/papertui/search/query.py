"""Parse a query into words to search for and filters on papers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from string import ascii_lowercase
from typing import NamedTuple

from papertui.model.paper_ids import is_label, papers_in
from papertui.search.language import KEYS, LIKE, NAMED, Filter, FilterKey, key_named, no_value, read_filter
from papertui.search.words import SMALL_WORDS, query_words, typed_words

#: More words do not change the result, only the time a search takes.
MOST_WORDS = 12
_LONGEST_WORD = 64
#: Far more than twelve words of any language; a book pasted by mistake is truncated.
_LONGEST_QUERY = 1000
#: A key with a value after a colon, a quoted text, or a run without blanks; each with an optional hyphen before.
_PIECE = re.compile(
    r'(?P<no>-(?=[^\s-]))?(?:(?P<key>[A-Za-z]+):(?=\S)(?!//))?(?:"(?P<quoted>[^"]*)(?P<closed>"?)|(?P<plain>\S+))'
)
#: A key, and one without a value.
_KEY = re.compile(r"-?([A-Za-z]+):")
_BARE_KEY = re.compile(rf"{_KEY.pattern}(?!\S)")


class Phrase(NamedTuple):
    """Words that occur in sequence."""

    #: Folded.
    words: tuple[str, ...]
    #: The public name of the only field to search; empty for all.
    field: str = ""


class QueryProblem(NamedTuple):
    """A part of the query that is not understood and ignored."""

    start: int
    #: Exclusive.
    end: int
    #: The error, and what is allowed.
    sentence: str
    #: Whether it may become valid as more is typed.
    unfinished: bool = False


class Query(NamedTuple):
    """A parsed query."""

    #: Folded, without duplicates, in the order typed.
    words: tuple[str, ...]
    #: Whether the last word may be incomplete, because nothing follows it.
    typing: bool
    #: For each word the public name of the only field to search; empty for all.
    fields: tuple[str, ...] = ()
    #: For each word whether only the exact word matches.
    exact: tuple[bool, ...] = ()
    #: For each word whether words that begin with it are other words: a single letter that is complete.
    whole: tuple[bool, ...] = ()
    #: For each word its parts, if it was typed with hyphens but is one word: ``k`` and ``means``.
    parts: tuple[tuple[str, ...], ...] = ()
    #: Phrases of two words or more that must occur as typed; their words are also in `words`.
    phrases: tuple[Phrase, ...] = ()
    #: Words and phrases that must not occur.
    without: tuple[Phrase, ...] = ()
    filters: tuple[Filter, ...] = ()
    problems: tuple[QueryProblem, ...] = ()
    #: The words as text, for searches without the query language.
    plain: str = ""
    #: The id of the one paper that the query names, alone or among words: it is the first match.
    named: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has no words, filters or exclusions."""
        return not (self.words or self.filters or self.without)


class _Piece(NamedTuple):
    """A part of a query between blanks."""

    start: int
    end: int
    no: bool
    key: str
    text: str
    quoted: bool
    closed: bool


@lru_cache(maxsize=64)
def parse(text: str, today: date | None = None, *, typing: bool = False, small: bool = True) -> Query:
    """Parse `text`; any text is a valid query. See `papertui.search.language` for the syntax.

    An id or the address of a paper, pasted as a whole, becomes that one id.

    Args:
        text: as typed.
        today: the day that ``since:7d`` counts from; without it such filters are reported as problems.
        typing: whether a name at the end, such as ``cat:cs.C``, may be incomplete; a word at the end always may.
        small: whether function words count, if there are others.
    """
    text = text[: _LONGEST_QUERY + len(text) - len(text.lstrip())]
    named = _named(text)
    if named is None:
        return _read(text, today, typing=typing, small=small)
    if named.is_alone:
        words, is_begun = (named.id.lower(),), text == named.id
        return Query(words, is_begun, ("",), (False,), (False,), ((),), plain=text.strip(), named=named.id)
    others = _read(named.others, today, typing=typing, small=small)
    if not others.words:
        others = _read(f"{named.others} {named.id}", today, typing=typing, small=small)
    return others._replace(named=named.id)


class _NamedPaper(NamedTuple):
    id: str
    #: The query without the id, its address or citation.
    others: str
    #: Whether the query says nothing else.
    is_alone: bool


def _named(text: str) -> _NamedPaper | None:
    """Return the paper that a query names by its id, if it names exactly one."""
    found = [paper for paper in papers_in(text) if not _is_syntax(text[paper.start : paper.end])]
    if len({paper.id for paper in found}) != 1:
        return None
    found = list(dict.fromkeys(found))  # an address may contain the id twice
    others = text
    for paper in reversed(found):
        others = f"{others[: paper.start]}{others[paper.end :]}"
    return _NamedPaper(found[0].id, others, all(map(is_label, others.split())))


def _is_syntax(word: str) -> bool:
    """Whether an id is the value of a key, or excluded."""
    key = _KEY.match(word)
    return word.startswith("-") or (key is not None and (key[1] == LIKE or key_named(key[1]) is not None))


def _read(text: str, today: date | None, *, typing: bool, small: bool) -> Query:
    reading = _Reading(today, typing=typing, small=small)
    for piece in _pieces(text):
        reading.take(piece, at_end=piece.end == len(text))
    return reading.query()


class _TypedWord:
    """What is known of a word; it may be typed more than once."""

    __slots__ = ("exact", "parts", "whole")

    def __init__(self) -> None:
        self.exact = self.whole = False
        self.parts: tuple[str, ...] = ()


class _Reading:
    """The state of parsing, part by part."""

    def __init__(self, today: date | None, *, typing: bool, small: bool) -> None:
        self._today = today
        self._small = small
        self._half_typed = typing
        self._words: dict[tuple[str, str], _TypedWord] = {}
        self._phrases: list[Phrase] = []
        self._without: list[Phrase] = []
        self._filters: list[Filter] = []
        self._problems: list[QueryProblem] = []
        self._plain: list[str] = []
        self._typing = False

    def take(self, piece: _Piece, *, at_end: bool) -> None:
        """Parse the next part."""
        key = key_named(piece.key) if piece.key else None
        self._typing = False
        if piece.key.lower() == LIKE:
            sentence = "“like:” needs the id of a stored paper and nothing else, as in like:2604.26951."
            self._problems.append(QueryProblem(piece.start, piece.end, sentence, at_end))
        elif key is not None and (not key.field or not piece.text.strip()):
            self._take_filter(key, piece, at_end=at_end)
        else:
            if key is None and piece.key:
                self._problems.extend(_nearly_a_key(piece))
            self._take_text(key, piece, at_end=at_end)

    def _take_text(self, key: FilterKey | None, piece: _Piece, *, at_end: bool) -> None:
        text = piece.text if key is not None or not piece.key else f"{piece.key}:{piece.text}"
        field = "" if key is None else key.field
        words = [(word,) for word in query_words(text)] if piece.quoted or piece.no else typed_words(text)
        if not words and key is not None:
            self._reject(no_value(key).sentence, piece, unfinished=at_end)
        elif words and piece.no:
            self._without.append(Phrase(tuple(word[:_LONGEST_WORD] for (word, *_) in words), field))
        elif words:
            self._take_words(words, field, piece, grows=at_end and not piece.closed)
            self._plain.append(text)

    def _take_filter(self, key: FilterKey, piece: _Piece, *, at_end: bool) -> None:
        read = no_value(key) if key.field else read_filter(key, piece.text, piece.no, self._today)
        if isinstance(read, Filter):
            begun = self._half_typed and at_end and not piece.closed and key.name in NAMED
            self._filters.append(read._replace(typing=begun))
        else:
            self._reject(read.sentence, piece, unfinished=at_end and read.unfinished)

    def _reject(self, sentence: str, piece: _Piece, *, unfinished: bool) -> None:
        self._problems.append(QueryProblem(piece.start, piece.end, sentence, unfinished))

    def _take_words(self, words: Sequence[tuple[str, ...]], field: str, piece: _Piece, *, grows: bool) -> None:
        exact = piece.quoted and (piece.closed or len(words) > 1)
        names = tuple(word[0][:_LONGEST_WORD] for word in words)
        for place, (name, (_, *parts)) in enumerate(zip(names, words, strict=True)):
            last = grows and place == len(words) - 1
            typed = self._words.setdefault((name, field), _TypedWord())
            typed.exact |= exact and not last
            # “R” is meant as a word; “r” at the end may be the first letter of one.
            typed.whole |= len(name) == 1 and name in ascii_lowercase and (not last or piece.text == name.upper())
            typed.parts = tuple(parts)
        if exact and len(words) > 1 and not grows:
            self._phrases.append(Phrase(names, field))
        self._typing = grows and next(reversed(self._words)) == (names[-1], field)

    def query(self) -> Query:
        """Return the parsed query."""
        entries = list(self._words.items())
        counted = entries if self._small else [entry for entry in entries if not self._is_small(*entry)] or entries
        kept = counted[:MOST_WORDS]
        return Query(
            tuple(word for (word, _), _ in kept),
            self._typing and kept[-1:] == entries[-1:],
            tuple(field for (_, field), _ in kept),
            tuple(typed.exact for _, typed in kept),
            tuple(typed.whole for _, typed in kept),
            tuple(typed.parts for _, typed in kept),
            tuple(self._phrases),
            tuple(self._without),
            tuple(self._filters),
            tuple(self._problems),
            " ".join(self._plain),
        )

    def _is_small(self, word: tuple[str, str], typed: _TypedWord) -> bool:
        """Whether a word is a function word, and meant as one: not in quotes, in a field, or still being typed."""
        begun = self._typing and next(reversed(self._words)) == word
        return word[0] in SMALL_WORDS and not (word[1] or typed.exact or begun)


def _pieces(text: str) -> Iterator[_Piece]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        bare = _BARE_KEY.match(text, at)
        if bare is not None and (key_named(bare[1]) or bare[1].lower() == LIKE):
            yield _Piece(at, bare.end(), bare[0].startswith("-"), bare[1], "", quoted=False, closed=False)
            at = bare.end()
            continue
        match = _PIECE.match(text, at)
        if match is None:
            raise AssertionError("every character but a blank starts a piece")
        quoted = match["quoted"]
        yield _Piece(
            at,
            match.end(),
            match["no"] is not None,
            match["key"] or "",
            match["plain"] if quoted is None else quoted,
            quoted is not None,
            bool(match["closed"]),
        )
        at = match.end()


def _nearly_a_key(piece: _Piece) -> Iterator[QueryProblem]:
    typed = piece.key.lower()
    near = [key for key in KEYS if any(_one_slip(typed, name) for name in (key.name, *key.aliases))]
    if near:
        # First letters are rarely wrong: "vote:" means votes, not note.
        key = min(near, key=lambda key: key.name[0] != typed[0])
        sentence = f"“{piece.key}:” is searched as a word; did you mean {key.name}:, as in {key.example}?"
        yield QueryProblem(piece.start, piece.end, sentence)


def _one_slip(typed: str, name: str) -> bool:
    """Whether one letter was omitted, added, replaced or swapped in a name of at least four letters."""
    if len(name) < 4 or abs(len(typed) - len(name)) > 1:  # noqa: PLR2004
        return False
    forms = ({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))} for word in (typed, name))
    return not set.isdisjoint(*forms)
