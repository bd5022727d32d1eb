"""The place of a work in a journal or a series, compared: the same column of one journal has many issues."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_LAST_YEAR = re.compile(r"[\s,.]*\(\s*\d{4}\s*\)\s*$|,\s*(?:19|20)\d\d\s*$")
_NUMBER = re.compile(r"\d+")
_PAGES = re.compile(
    r"(?:,|:|\bpp?\b\.?|\bpages?\b)\s*(?:pp?\.?\s*|pages?\s*)?[a-z]?\d+\s*(?:--?|–)\s*[a-z]?\d+.*$", re.IGNORECASE
)
_VOLUME = re.compile(
    r"(?P<name>\D*?)[\s,.:]*(?:\bvol(?:ume)?\b\.?|\bbd\b\.?|\bv\b\.)?\s*(?P<volume>\d+)"
    r"(?:\s*\(\s*(?P<issue>[^()]{1,20})\)|[\s,]*(?:no\b\.?|nr\b\.?|n°|#|issues?\b|iss\b\.?)\s*(?P<number>[\w/-]{1,20}))?",
    re.IGNORECASE,
)
#: Here a number belongs to the name: the fifth conference is another one than the sixth.
_SERIES = re.compile(
    r"\b(?:proc|conf|symp|workshop|meeting|congress|lecture notes|lncs|annual|advances|transactions of the \d|seminar|"
    r"summer school|colloquium|bericht|report|tagung|kongress)",
    re.IGNORECASE,
)
_SMALL = frozenset("of the and for in on to a an de la le der die das und et des di du".split())  # noqa: SIM905
_WORD = re.compile(r"[^\W\d_]+")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
_ROMAN = re.compile(r"\b[IVXLC]{2,}\b")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_IN_WORDS = {
    word: str(number)
    for number, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        1,
    )
}
_SPELT = re.compile(rf"\b(?:{'|'.join(_IN_WORDS)})\b", re.IGNORECASE)


class Venue(NamedTuple):
    """Where a work was published."""

    name: tuple[str, ...]  # the words of the name without numbers, lower case
    volume: str  # or everything that numbers an edition
    issue: str

    @property
    def is_numbered(self) -> bool:
        return bool(self.volume or self.issue)


@lru_cache(maxsize=4096)
def venue(reference: str) -> Venue | None:
    """Parse a `Paper.journal_ref`; ``None`` if it names nothing."""
    text = _ORDINAL.sub(r"\1", _LAST_YEAR.sub("", reference))
    text = _ROMAN.sub(lambda found: str(_arabic(found[0])), text)
    if _SERIES.search(text):
        text = _SPELT.sub(lambda found: _IN_WORDS[found[0].lower()], _PAGES.sub("", text))
        name = _name(text)
        numbers = " ".join(number.lstrip("0") for number in _NUMBER.findall(text))
        return Venue(name, numbers, "") if name else None
    found = _VOLUME.match(text)
    if found is None:
        name = _name(text)
        return Venue(name, "", "") if name else None
    name = _name(found["name"])
    issue = (found["issue"] or found["number"] or "").strip().lower().lstrip("0")
    return Venue(name, found["volume"].lstrip("0"), issue) if name else None


def _arabic(roman: str) -> int:
    values = [_ROMAN_DIGITS[letter] for letter in roman]
    return sum(-value if value < max(values[place:]) else value for place, value in enumerate(values))


def _name(text: str) -> tuple[str, ...]:
    return tuple(word for word in _WORD.findall(text.casefold()) if word not in _SMALL)


def is_one_series(one: Venue, other: Venue) -> bool:
    """Whether two names mean one journal or series: ``J. Ex.`` is ``Journal of Examples``."""
    return len(one.name) == len(other.name) and all(
        mine.startswith(theirs) or theirs.startswith(mine) for mine, theirs in zip(one.name, other.name, strict=True)
    )


def contradicts(one: Venue, other: Venue) -> bool:
    """Whether two places are different issues of one journal or series."""
    if not is_one_series(one, other):
        return False
    mine, theirs = set(one.volume.split()), set(other.volume.split())
    if not (mine <= theirs or theirs <= mine):
        return True
    return bool(one.issue and other.issue and one.issue != other.issue)


def is_one_place(one: Venue, other: Venue) -> bool:
    """Whether two places are the same issue of one journal or series."""
    return bool(one.volume) and one.volume == other.volume and one.issue == other.issue and is_one_series(one, other)
