"""Citation keys: surname, year and the first significant word of the title, as in ``zhang2026turning``.

The key of a paper does not depend on other exported papers. If several papers have the same key, the oldest id keeps
it and the others get letters in the order of their ids.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from itertools import count

from papertui.core.citation.names import parted
from papertui.core.citation.published import Publication, date_of
from papertui.core.identity import is_arxiv
from papertui.core.paper import Paper

#: Stop words.
_EMPTY = frozenset(
    """
    a an and are as at be but by can do does for from how in into is it its of on or our the their this to
    toward towards via we what when where which who why will with without you your
    """.split()  # noqa: SIM905 - a list of words is easier to read
)
#: Letters that Unicode does not decompose into an ASCII letter and a mark.
_ASCII = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "ƒ": "f",
    }
)  # fmt: skip
_GREEK_NAMES = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi
    chi psi omega
"""
_GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", _GREEK_NAMES.split(), strict=True))
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")
_LONGEST = 24
_NOBODY = "anon"


def own_key(paper: Paper) -> str:
    """Return the key of `paper` without a distinguishing letter: ASCII letters and digits, starting with a letter."""
    surname = _surname(paper).lstrip("0123456789")
    date = date_of(paper, Publication("preprint"))
    year = f"{date[0]:04}" if date else ""
    word = _telling(paper.title) or _NOT_ALNUM.sub("", paper.id.lower())
    return f"{surname or _NOBODY}{year}{word}"


def keys_of(papers: Iterable[Paper]) -> dict[str, str]:
    """Return a unique key for each paper, by id. As in BibTeX, case makes no difference."""
    keys: dict[str, str] = {}
    used: set[str] = set()
    for paper in sorted({paper.id: paper for paper in papers}.values(), key=lambda paper: _age(paper.id)):
        keys[paper.id] = key = free_key(own_key(paper), used)
        used.add(key)
    return keys


def free_key(key: str, taken: Container[str]) -> str:
    """Return `key`, with a letter appended if it is in `taken`, which holds keys in lower case."""
    made = key
    for number in count(1):
        if made.lower() not in taken:
            break
        made = key + _letters(number)
    return made


def _age(id_: str) -> tuple[bool, str]:
    """Return a sort key: arXiv ids by age, then all others."""
    return not is_arxiv(id_), id_


def _letters(number: int) -> str:
    """Return the suffix for the second paper (b) and those after it: z is followed by za, zb, ..."""
    rest, letter = divmod(number, 26)
    return "z" * rest + chr(ord("a") + letter)


def _surname(paper: Paper) -> str:
    if not paper.authors:
        return ""
    name = parted(paper.authors[0])
    if name.many:
        words = [word for word in map(_folded, name.last.split()) if word]
        significant = [word for word in words if word not in _EMPTY]
        return (significant or words or [""])[0][:_LONGEST]
    return _folded(name.last)[:_LONGEST] or _folded(name.first)[:_LONGEST]


def _telling(title: str) -> str:
    words = [word for word in (_folded(part) for part in re.split(r"[\s/:–—-]+", title)) if word]
    return next((word for word in words if word not in _EMPTY and not word.isdigit()), "".join(words[:2]))[:_LONGEST]


def _folded(text: str) -> str:
    """Transliterate `text` to lower-case ASCII letters and digits; Greek letters become their names."""
    # NFKC first: “𝛼” and “²” are styled characters.
    plain = unicodedata.normalize("NFKC", text).translate(_ASCII).lower()
    spelt = "".join(_GREEK.get(char, char) for char in unicodedata.normalize("NFKD", plain))
    return _NOT_ALNUM.sub("", spelt)
