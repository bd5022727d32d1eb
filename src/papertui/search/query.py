"""Parse a query into words to search for and filters on papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from papertui.model.paper_ids import is_label, papers_in
from papertui.search.language import KEYS, Filter, FilterKey, key_named, read_filter
from papertui.search.words import query_words

#: More words do not change the result, only the time a search takes.
MOST_WORDS = 12
_LONGEST_WORD = 64
#: Far more than twelve words of any language; a book pasted by mistake is truncated.
_LONGEST_QUERY = 1000
#: A key with a value after a colon, a quoted text, or a run without blanks; each with an optional hyphen before.
_PIECE = re.compile(
    r'(?P<no>-(?=[^\s-]))?(?:(?P<key>[A-Za-z]+):(?=\S)(?!//))?(?:"(?P<quoted>[^"]*)(?P<closed>"?)|(?P<plain>\S+))'
)
#: Not a key of the language: a search for similar papers.
_LIKE = "like"
_BARE_KEY = re.compile(r"-?([A-Za-z]+):")


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
def parse(text: str, today: date | None = None) -> Query:
    """Parse `text`; any text is a valid query. See `papertui.search.language` for the syntax.

    An id or the address of a paper, pasted as a whole, becomes that one id.

    Args:
        text: as typed.
        today: the day that ``since:7d`` counts from; without it such filters are reported as problems.
    """
    text = text[: _LONGEST_QUERY + len(text) - len(text.lstrip())]
    named = _named(text)
    if named is None:
        return _read(text, today)
    if named.is_alone:
        words, typing = (named.id.lower(),), text == named.id
        return Query(words, typing=typing, fields=("",), exact=(False,), plain=text.strip(), named=named.id)
    others = _read(named.others, today)
    return (others if others.words else _read(f"{named.others} {named.id}", today))._replace(named=named.id)


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
    key = _BARE_KEY.match(word)
    return word.startswith("-") or (key is not None and (key[1] == _LIKE or key_named(key[1]) is not None))


def _read(text: str, today: date | None) -> Query:
    reading = _Reading(today)
    for piece in _pieces(text):
        reading.take(piece, at_end=piece.end == len(text))
    return reading.query()


class _Reading:
    """The state of parsing, part by part."""

    def __init__(self, today: date | None) -> None:
        self._today = today
        self._words: dict[tuple[str, str], bool] = {}
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
        if key is not None and not key.field:
            self._take_filter(key, piece, at_end=at_end)
            return
        if key is None and piece.key:
            self._problems.extend(_nearly_a_key(piece))
        text = piece.text if key is not None or not piece.key else f"{piece.key}:{piece.text}"
        field = "" if key is None else key.field
        words = tuple(word[:_LONGEST_WORD] for word in query_words(text))
        if words and piece.no:
            self._without.append(Phrase(words, field))
        elif words:
            self._take_words(words, field, piece, grows=at_end and not piece.closed)
            self._plain.append(text)

    def _take_filter(self, key: FilterKey, piece: _Piece, *, at_end: bool) -> None:
        read = read_filter(key, piece.text, piece.no, self._today)
        if isinstance(read, Filter):
            self._filters.append(read)
        elif not (at_end and read.unfinished):
            self._problems.append(QueryProblem(piece.start, piece.end, read.sentence))

    def _take_words(self, words: tuple[str, ...], field: str, piece: _Piece, *, grows: bool) -> None:
        exact = piece.quoted and (piece.closed or len(words) > 1)
        for place, word in enumerate(words):
            very = exact and not (grows and place == len(words) - 1)
            self._words[word, field] = self._words.get((word, field), False) or very
        if exact and len(words) > 1 and not grows:
            self._phrases.append(Phrase(words, field))
        self._typing = grows and next(reversed(self._words)) == (words[-1], field)

    def query(self) -> Query:
        """Return the parsed query."""
        kept = list(self._words.items())[:MOST_WORDS]
        return Query(
            tuple(word for (word, _), _ in kept),
            self._typing and len(self._words) == len(kept),
            tuple(field for (_, field), _ in kept),
            tuple(exact for _, exact in kept),
            tuple(self._phrases),
            tuple(self._without),
            tuple(self._filters),
            tuple(self._problems),
            " ".join(self._plain),
        )


def _pieces(text: str) -> Iterator[_Piece]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        bare = _BARE_KEY.match(text, at)
        if bare is not None and (bare.end() == len(text) or text[bare.end()].isspace()) and key_named(bare[1]):
            at = bare.end()  # ignore a key that has no value yet
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
