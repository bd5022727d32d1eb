"""Text in plain lower-case letters, for every comparison of words."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Folding makes ``Schrödinger``, ``SCHRODINGER`` and ``ﬁne``/``fine`` equal: Unicode case folding (Unicode 3.13) and
# compatibility decomposition (UAX #15, NFKD) without marks, plus the letters that Unicode does not decompose (``ø``,
# ``ł``, ``æ`` ...). Both sides of every comparison are folded, so folding can never hide a paper.

#: Letters that Unicode does not decompose (``ß`` needs no row: case folding makes it ``ss``), and signs with a usual
#: stand-in: hyphens and dashes within words, the sharp of C♯, the star of C∗-algebras.
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
    "–": "-",
    "−": "-",
    "♯": "#",
    "∗": "*",
}


@lru_cache(maxsize=8192)
def fold_character(character: str) -> str:
    """Return the folded letters of one character; empty for a mark or an invisible character."""
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character.casefold()).casefold())
    return "".join(_PLAIN.get(c, c) for c in taken_apart if unicodedata.category(c) not in _DROPPED)


#: Marks of all kinds (accents, vowel signs), and invisible format characters (soft hyphen, joiners).
_DROPPED = frozenset({"Mn", "Mc", "Me", "Cf"})


class _Letters(dict[int, str]):
    """The folded letters by code point, for `str.translate`, which is several times as fast as a call per character."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _MOST:  # a text may have every character there is
            self.clear()
        letters = self[code] = fold_character(chr(code))
        return letters


_MOST = 8192
_LETTERS = _Letters()


def fold(text: str) -> str:
    """Return `text` in plain lower-case letters."""
    return text.lower() if text.isascii() else text.translate(_LETTERS)
