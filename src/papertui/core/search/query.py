"""What was typed: words to look for, and conditions on the papers that are looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from papertui.core.paper import paper_id
from papertui.core.search.filters import Filter, read_filter
from papertui.core.search.language import KEYS, Key, key_named
from papertui.core.search.words import query_words
from papertui.errors import UsageError

#: More words than this change nothing but the time a search takes.
MOST_WORDS = 12
_LONGEST_WORD = 64
#: Far more than twelve words of any language; a book pasted by mistake is cut here.
_LONGEST_QUERY = 1000
_PASTED = re.compile(r"[/:]|\dv\d")
#: Something with a key before a colon, something in quotes, or a run without blanks; each perhaps behind a hyphen.
_PIECE = re.compile(
    r'(?P<no>-(?=[^\s-]))?(?:(?P<key>[A-Za-z]+):(?=\S)(?!//))?(?:"(?P<quoted>[^"]*)(?P<closed>"?)|(?P<plain>\S+))'
)
_BARE_KEY = re.compile(r"-?([A-Za-z]+):")


class Phrase(NamedTuple):
    """Words that stand one behind the other.

    Attributes:
        words: folded.
        field: the only field they may stand in, by its name for readers; empty for any.
    """

    words: tuple[str, ...]
    field: str = ""


class Problem(NamedTuple):
    """Something typed that is not understood, and left out.

    Attributes:
        start: where it starts.
        end: where it ends (exclusive).
        sentence: what is the matter and what may be written.
    """

    start: int
    end: int
    sentence: str


class Query(NamedTuple):
    """What was typed.

    Attributes:
        words: folded, each once, in the order typed.
        typing: whether the last word may still grow, because nothing follows it.
        fields: for each word the only field it may stand in, by its name for readers; empty for any.
        exact: for each word whether nothing but the very word will do.
        phrases: what must stand as it was typed, two words or more; the words are among `words`, too.
        without: what must not stand in a paper.
        filters: what papers must be.
        problems: what was not understood.
        plain: the words as text, for those who know no keys.
    """

    words: tuple[str, ...]
    typing: bool
    fields: tuple[str, ...] = ()
    exact: tuple[bool, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()
    filters: tuple[Filter, ...] = ()
    problems: tuple[Problem, ...] = ()
    plain: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return not (self.words or self.filters or self.without)


class _Piece(NamedTuple):
    """A piece of a query between blanks."""

    start: int
    end: int
    no: bool
    key: str
    text: str
    quoted: bool
    closed: bool


@lru_cache(maxsize=64)
def parse(text: str, today: date | None = None) -> Query:
    """The query in `text`; any text is one. See `papertui.core.search.language` for what is understood.

    An arXiv id or a paper's address pasted as a whole is that one id.

    Args:
        text: as typed.
        today: what ``since:7d`` counts from; without it such filters are told to be problems.
    """
    start = text.lstrip()[:_LONGEST_QUERY]
    if _PASTED.search(start):
        try:
            return Query((paper_id(start).lower(),), typing=False, fields=("",), exact=(False,), plain=start.strip())
        except UsageError:
            pass  # any other text with such signs in it
    return _read(text[:_LONGEST_QUERY], today)


def _read(text: str, today: date | None) -> Query:
    reading = _Reading(today)
    for piece in _pieces(text):
        reading.take(piece, at_end=piece.end == len(text))
    return reading.query()


class _Reading:
    """A query while it is read, piece by piece."""

    def __init__(self, today: date | None) -> None:
        self._today = today
        self._words: dict[tuple[str, str], bool] = {}
        self._phrases: list[Phrase] = []
        self._without: list[Phrase] = []
        self._filters: list[Filter] = []
        self._problems: list[Problem] = []
        self._plain: list[str] = []
        self._typing = False

    def take(self, piece: _Piece, *, at_end: bool) -> None:
        """Reads the next piece."""
        key = key_named(piece.key) if piece.key else None
        self._typing = False
        if key is not None and not key.field:
            self._take_filter(key, piece, at_end=at_end)
            return
        if key is None and piece.key:
            self._problems.extend(_nearly_a_key(piece))
        text = piece.text if key is not None or not piece.key else f"{piece.key}:{piece.text}"
        field = "" if key is None else key.field
        found = tuple(word[:_LONGEST_WORD] for word in query_words(text))
        if found and piece.no:
            self._without.append(Phrase(found, field))
        elif found:
            self._take_words(found, field, piece, grows=at_end and not piece.closed)
            self._plain.append(text)

    def _take_filter(self, key: Key, piece: _Piece, *, at_end: bool) -> None:
        read = read_filter(key, piece.text, piece.no, self._today)
        if isinstance(read, Filter):
            self._filters.append(read)
        elif not (at_end and read.unfinished):
            self._problems.append(Problem(piece.start, piece.end, read.sentence))

    def _take_words(self, found: tuple[str, ...], field: str, piece: _Piece, *, grows: bool) -> None:
        exact = piece.quoted and (piece.closed or len(found) > 1)
        for place, word in enumerate(found):
            very = exact and not (grows and place == len(found) - 1)
            self._words[word, field] = self._words.get((word, field), False) or very
        if exact and len(found) > 1 and not grows:
            self._phrases.append(Phrase(found, field))
        self._typing = grows and next(reversed(self._words)) == (found[-1], field)

    def query(self) -> Query:
        """What was read."""
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
            at = bare.end()  # a key without anything behind it asks for nothing yet
            continue
        found = _PIECE.match(text, at)
        if found is None:
            raise AssertionError("anything but a blank makes a piece")
        quoted = found["quoted"]
        yield _Piece(
            at,
            found.end(),
            found["no"] is not None,
            found["key"] or "",
            found["plain"] if quoted is None else quoted,
            quoted is not None,
            bool(found["closed"]),
        )
        at = found.end()


def _nearly_a_key(piece: _Piece) -> Iterator[Problem]:
    typed = piece.key.lower()
    near = [key for key in KEYS if any(_one_slip(typed, name) for name in (key.name, *key.aliases))]
    if near:
        # First letters are rarely wrong: "vote:" is votes, not note.
        key = min(near, key=lambda key: key.name[0] != typed[0])
        sentence = f"“{piece.key}:” is searched as a word; did you mean {key.name}:, as in {key.example}?"
        yield Problem(piece.start, piece.end, sentence)


def _one_slip(typed: str, name: str) -> bool:
    """Whether one letter was left out, added, replaced or swapped in a name of at least four letters."""
    if len(name) < 4 or abs(len(typed) - len(name)) > 1:  # noqa: PLR2004
        return False
    forms = ({word, *(word[:at] + word[at + 1 :] for at in range(len(word)))} for word in (typed, name))
    return not set.isdisjoint(*forms)
