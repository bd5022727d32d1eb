"""Names of authors, compared: initials, order and accents make no difference."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

#: A longer list is compared by its beginning: exports cut it off somewhere behind.
_COMPARED = 100
_GROUP = re.compile(
    r"\b(?:collaborations?|consortium|consortia|committee|team|group|network|initiative|project|society|association|"
    r"institute|university|laboratory|department|editors?|staff|authors?|anonymous|others|et al)\b",
    re.IGNORECASE,
)
#: Written into the last name of a list: “Writer, A. et al.” becomes “A. et al. Writer”.
_ET_AL = re.compile(r",?\s*\b(?:et\.? al\b\.?|and others\b)", re.IGNORECASE)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "dr", "prof"})
_PARTICLES = frozenset(
    "van von der den de del della di da dos du la le el al bin ibn ben ter ten zu zur af av st san santa y e".split()  # noqa: SIM905
)
_INITIALS = 3
_COMMON_START = 4
_DOUBLE_NAME = 3
_WORDS = re.compile(r"[\s.]+")
_HYPHENS = re.compile(r"[-‐‑’'`ʼ]")
#: Letters that have no decomposition in Unicode.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ȷ": "j"})
#: The ways of writing umlauts and Scandinavian letters without them.
_SPELT_OUT = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))


class Reading(NamedTuple):
    """One way to divide a name."""

    family: str
    given: tuple[str, ...]


class Person(NamedTuple):
    """A name, folded: every plausible way to divide it, the likeliest first."""

    readings: tuple[Reading, ...]
    words: frozenset[str]


def people(names: Sequence[str]) -> tuple[Person, ...]:
    """Return the persons among `names`.

    Teams are left out, for their members may be listed too; so are family names alone, if others have first names.
    """
    found = [one for name in names[:_COMPARED] if (one := person(name)) is not None]
    whole = [one for one in found if any(reading.given for reading in one.readings)]
    return tuple(whole or found)


@lru_cache(maxsize=8192)
def person(name: str) -> Person | None:
    """Return a name, folded: ``Ada Writer``, ``Writer, Ada``, ``A. Writer`` and ``Writer AB`` are understood."""
    name = _ET_AL.sub("", name).strip()
    if _GROUP.search(name):
        return None
    family, comma, given = name.partition(",")
    if comma:
        if _folded(given) in _SUFFIXES:
            return person(f"{family}")
        given = given.split(",")[-1] if given.count(",") else given
        return _person([Reading(last, _givens(given)) for last in _families(_parts(family))], f"{family} {given}")
    words = _parts(name)
    if not words:
        return None
    return _person(list(_readings(words)), name)


def _person(readings: list[Reading], name: str) -> Person | None:
    words = frozenset(word for part in _parts(name) if (word := _folded(part)))
    return Person(tuple(dict.fromkeys(readings)), words) if readings else None


def _readings(words: list[str]) -> Iterable[Reading]:
    if len(words) > 1 and _are_initials(words[-1]) and not _are_initials(words[0]):  # Writer AB
        last = next(place for place, word in enumerate(words) if _are_initials(word))
        for family in _families(words[:last]):
            yield Reading(family, _givens(" ".join(words[last:])))
        if len(words[-1]) == 1:
            return
    start = len(words) - 1
    while start > 0 and _is_particle(words[start - 1]):
        start -= 1
    given = _givens(" ".join(words[:start]))
    for family in _families(words[start:]):
        yield Reading(family, given)
    if len(words) >= _DOUBLE_NAME and start > 1 and not _are_initials(words[start - 1]):  # Gabriel García Márquez
        yield Reading(_folded(words[start - 1]), _givens(" ".join(words[: start - 1])))
    if len(words) == 2 and not _are_initials(words[0]):  # noqa: PLR2004 - Zhang Wei, family name first
        yield Reading(_folded(words[0]), _givens(words[1]))


def _families(words: list[str]) -> list[str]:
    """Return the spellings of a family name: without particles, and each part of a double name."""
    kept = [word for word in words if not _is_particle(word)] or words
    parts = [part for word in kept for part in _HYPHENS.split(word)]
    single = [folded for folded in map(_folded, [*kept, *parts]) if len(kept) == 1 or folded not in _PARTICLES]
    spellings = ["".join(map(_folded, kept)), *single]
    return [spelling for spelling in dict.fromkeys(spellings) if len(spelling) > 1] or [
        spelling for spelling in spellings[:1] if spelling
    ]


def _givens(text: str) -> tuple[str, ...]:
    words = (_folded(word) for word in _parts(text) if not _is_particle(word))
    return tuple(word for word in words if word and word not in _SUFFIXES)


def _parts(text: str) -> list[str]:
    parts = [part for part in _WORDS.split(text.strip(" ,;")) if part]
    while len(parts) > 1 and _folded(parts[-1]) in _SUFFIXES:
        parts.pop()
    return parts


def _is_particle(word: str) -> bool:
    # Le is a first name, too.
    return word.islower() and _folded(word) in _PARTICLES


def _are_initials(word: str) -> bool:
    letters = word.replace("-", "")
    return len(letters) == 1 or (len(letters) <= _INITIALS and letters.isupper() and letters.isascii())


@lru_cache(maxsize=16384)
def _folded(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold().translate(_LETTERS))
    return "".join(char for char in letters if char.isalpha())


def name_key(name: str) -> str:
    """Return a name with the likeliest family name first, folded: the same for ``Ada Writer`` and ``Writer, Ada``."""
    found = person(name)
    return " ".join((found.readings[0].family, *found.readings[0].given)) if found else ""


def shared(one: Sequence[Person], other: Sequence[Person]) -> int:
    """Return how many of the shorter list of persons are in the other one, too."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    by_family: dict[str, list[tuple[Person, tuple[str, ...]]]] = {}
    for each in many:
        for reading in each.readings:
            by_family.setdefault(_bare(reading.family), []).append((each, reading.given))
    return sum(any(_is_in(reading, each, by_family) for reading in each.readings) for each in few)


def _is_in(reading: Reading, each: Person, by_family: dict[str, list[tuple[Person, tuple[str, ...]]]]) -> bool:
    found = by_family.get(_bare(reading.family), ())
    return any(each.words == other.words or _may_be_one(reading.given, given) for other, given in found)


@lru_cache(maxsize=16384)
def _bare(family: str) -> str:
    """Return a family name without the difference between ``ü`` and ``ue``."""
    for spelt, letter in _SPELT_OUT:
        family = family.replace(spelt, letter)
    return family


def _may_be_one(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether first names may be those of one person: none, an initial, or the same beginning."""
    if not one or not other:
        return True
    return any(_fit(mine, theirs) for mine in one for theirs in other)


def _fit(one: str, other: str) -> bool:
    if min(len(one), len(other)) <= 2:  # noqa: PLR2004 - an initial, or initials such as JB
        return one[0] == other[0]
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    # Alex is short for Alexander, and Sergei is Sergey; but Wei is not Weijie.
    return one == other or (
        start >= _COMMON_START
        and min(len(one), len(other)) - start <= 1
        and (start in (len(one), len(other)) or abs(len(one) - len(other)) <= 1)
    )
