"""Fold text for the search, keeping the original positions, and split it into words.

Folding makes ``Schrödinger``, ``SCHRODINGER`` and ``ﬁne``/``fine`` equal: Unicode case folding (Unicode 3.13) and
compatibility decomposition (UAX #15, NFKD) without marks, plus the letters that Unicode does not decompose (``ø``,
``ł``, ``æ`` ...). Both sides of every comparison are folded, so folding can never hide a paper.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

#: Letters that Unicode does not decompose. ``ß`` needs no row: case folding makes it ``ss``.
_PLAIN = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "‐": "-",
}
#: Scripts written without spaces: kana, bopomofo, ideographs (with their later planes).
_SPACELESS = "\u3041-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: A word, a number, a version, a new arXiv id: a dot continues a word if digits follow.
_WORD = rf"[^\W_{_SPACELESS}]+(?:\.\d+)*"
_PLAIN_WORDS = re.compile(_WORD)
_ASCII_WORDS = re.compile(r"[a-z0-9]+(?:\.[0-9]+)*")  # the same, three times as fast
#: For texts without such dots, the usual case, and three times as fast again: everything else becomes a blank.
_BLANKS = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_DOTTED = re.compile(r"\.[0-9]")
_SPACELESS_RUN = re.compile(f"[{_SPACELESS}]+")
_TOKEN = re.compile(
    rf"""
      (?P<spaceless>[{_SPACELESS}]+)
    | [a-z-]{{2,10}}(?:\.[a-z]{{2}})?/\d{{7}}(?!\d)               # an old arXiv id: hep-th/9711200
    | (?:cs|econ|eess|math|nlin|stat)\.[a-z]{{2}}(?![^\W_])       # an arXiv category: cs.cl
    | {_WORD}
    """,
    re.VERBOSE,
)
#: Possessive and only at the start of a word, for linear time on any text. Groups are not possessive, because Python
#: before 3.11.5 loses their start (https://github.com/python/cpython/issues/106052).
_PART = rf"[^\W_{_SPACELESS}]++(?:\.\d++)*"
_COMPOUND = re.compile(rf"(?<![^\W_])(?<![-.]){_PART}(?:-{_PART}){{1,2}}(?!-?[^\W_]|\.\d)")
#: Common words. An existing word is never corrected to one of these, and a correction is never highlighted in one.
COMMON = frozenset(
    # One text: seventy quoted words are hard to read.
    """
    the and for with from that this these those than then they them their there are was were been have has had can not
    but its into onto over such via our you your who whom whose which what when where while how why all any each both
    also more most only other some very will would could should may might about between through under
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text."""

    #: The folded letters.
    word: str
    #: For each folded letter its position in the folded text.
    letters: Sequence[int]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text with the original positions of its letters."""

    #: The folded letters.
    text: str
    #: For each folded letter, the start of its character in the original.
    starts: Sequence[int]
    #: For each folded letter, the end (exclusive) of its character, including marks that follow it.
    ends: Sequence[int]


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    """Return the folded letters of one character; empty for a mark or an invisible character."""
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character.casefold()).casefold())
    return "".join(_PLAIN.get(c, c) for c in taken_apart if unicodedata.category(c) not in _DROPPED)


#: Marks of all kinds (accents, vowel signs), and invisible format characters (soft hyphen, joiners).
_DROPPED = frozenset({"Mn", "Mc", "Me", "Cf"})


def fold(text: str) -> str:
    """Return `text` in plain lower-case letters."""
    return text.lower() if text.isascii() else "".join(map(_fold_character, text))


def fold_with_places(text: str) -> Folded:
    """Return `text` in plain lower-case letters, with the positions of the original characters."""
    if text.isascii():
        return Folded(text.lower(), range(len(text)), range(1, len(text) + 1))
    plain: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(text):
        letters = _fold_character(character)
        if letters:
            plain.append(letters)
            starts.extend([place] * len(letters))
            ends.extend([place + 1] * len(letters))
        elif ends and ends[-1] == place:
            ends[-1] = place + 1
    return Folded("".join(plain), starts, ends)


def words(text: str) -> set[str]:
    """Return the words of `text` for an index, folded: hyphenated ones split and joined, spaceless scripts in pairs."""
    folded = fold(text)
    if folded.isascii():
        dotted = _DOTTED.search(folded)
        found = set(_ASCII_WORDS.findall(folded) if dotted else folded.translate(_BLANKS).split())
    else:
        found = set(_PLAIN_WORDS.findall(folded))
        for run in _SPACELESS_RUN.finditer(folded):
            found.update(folded[a:b] for a, b in _pairs(*run.span(), tail=True))
    if "-" in folded:
        for chunk in folded.split():
            if "-" in chunk:
                found.update(name.replace("-", "") for name in _COMPOUND.findall(chunk))
    return found


def query_words(text: str) -> list[str]:
    """Return the words of `text` for a query: as `words`, but each in one form only."""
    folded = fold(text)
    asked: list[str] = []
    for found in _TOKEN.finditer(folded):
        if found.lastgroup:
            asked.extend(folded[a:b] for a, b in _pairs(*found.span(), tail=found.end() - found.start() == 1))
        else:
            asked.append(found[0])
    return asked


def tokens(folded: str) -> list[Token]:
    """Return the words of a folded text with the positions of their letters."""
    found_tokens: list[Token] = []
    for found in _TOKEN.finditer(folded):
        if found.lastgroup:
            found_tokens.extend(Token(folded[a:b], range(a, b)) for a, b in _pairs(*found.span(), tail=True))
        else:
            found_tokens.append(Token(found[0], range(*found.span())))
    if "-" in folded:
        for found in _COMPOUND.finditer(folded):
            places = [place for place in range(*found.span()) if folded[place] != "-"]
            found_tokens.append(Token(found[0].replace("-", ""), places))
    return found_tokens


def _pairs(start: int, end: int, *, tail: bool) -> Iterator[tuple[int, int]]:
    """Yield overlapping pairs of letters; with `tail` also the last letter alone, so that it can be found."""
    yield from ((place, place + 2) for place in range(start, end - 1))
    if tail:
        yield end - 1, end
