"""Splitting author names into parts for bibliographies: Jan van der Berg Jr. is Jan, van der, Berg, Jr."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

#: In lower case these start the surname, anywhere after the first name.
_PARTICLES = frozenset(
    """
    af al am an auf aus av ben bin bint da dal dall dalla dalle das de degli dei del dela della delle den der
    des di do dos du e ed el em i ibn im la las le les lo los mac na of och op opp os 't ten ter the to ud
    und van vande vanden vander vel vom von vor y z za zu zum zur
    """.split()  # noqa: SIM905 - a list of words is easier to read
)
#: With a capital these also belong to the surname.
_LARGE = frozenset({"De", "Del", "Della", "Dos", "Los", "Van", "Vande", "Vander", "Von", "Ter"})
#: These only before a surname of a Romance language (“Da Silva”); elsewhere they are first names (“Xin Du Li”).
_ROMANCE = frozenset({"Da", "Di", "Du", "La", "Le"})
_ROMANCE_SURNAME = re.compile(r"\w{4,}[aeios]")
#: Before these, Van is a first name (Vietnamese “Văn”).
_VIETNAMESE = frozenset(
    """
    Bui Cao Dang Dinh Do Doan Duong Hoang Huynh Le Luong Ly Ngo Nguyen Pham Phan Tran Truong Vo Vu
    """.split()  # noqa: SIM905 - a list of words is easier to read
)
#: Conjunctions that join two surnames (“Blaise Agüera y Arcas”); they do not start a particle.
_LINKS = frozenset({"y", "e", "i"})
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "2nd", "3rd", "jnr", "snr"})
#: Words that mark the name of a group.
_MANY = frozenset(
    """
    team teams group groups collaboration consortium lab labs laboratory laboratories project initiative
    institute university college foundation research community committee council company corporation corp inc
    ltd llc gmbh center centre department society network association authors contributors developers ai
    """.split()  # noqa: SIM905 - a list of words is easier to read
)
_FAMILY_FIRST = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]+")


class Name(NamedTuple):
    """The parts of a name."""

    last: str  # the surname; the whole name of a group
    first: str = ""  # first names and initials
    von: str = ""  # particles before the surname, as written
    jr: str = ""  # the suffix: ``Jr.``, ``III``
    many: bool = False  # the name of a team, laboratory or collaboration

    def __str__(self) -> str:
        if _FAMILY_FIRST.fullmatch(self.last) and _FAMILY_FIRST.fullmatch(self.first):
            return f"{self.last} {self.first}"
        return " ".join(part for part in (self.first, self.von, self.last, self.jr) if part)


@lru_cache(maxsize=8192)
def parted(name: str) -> Name:
    """Split a name on one line, first names first.

    ``Last, First`` and ``Last, Jr., First`` are understood, too. A name that cannot be split counts as the surname.
    """
    words = name.split()
    if not words:
        return Name("")
    if _is_of_many(words):
        return Name(" ".join(words), many=True)
    if "," in name:
        return _with_commas(" ".join(words))
    jr = ""
    if len(words) > 2 and _is_suffix(words[-1]):  # noqa: PLR2004 - a first name and a surname at least
        jr = words.pop()
    if len(words) == 1:
        return Name(words[0], jr=jr)
    if len(words) == 2 and all(_FAMILY_FIRST.fullmatch(word) for word in words):  # noqa: PLR2004
        return Name(words[0], words[1])
    start = _surname(words)
    stop = _von(words, start)
    return Name(" ".join(words[stop:]), " ".join(words[:start]), " ".join(words[start:stop]), jr)


def from_parts(last: str, first: str = "", jr: str = "") -> str:
    """Join the parts of a name from a bibliography, first names first; `last` includes the particles."""
    if _FAMILY_FIRST.fullmatch(last) and _FAMILY_FIRST.fullmatch(first):
        return f"{last} {first}"
    return " ".join(part for part in (first, last, jr) if part)


def _is_of_many(words: list[str]) -> bool:
    last = words[-1].strip("().,").lower()
    # “Sand. ai”, “DeepSeek-AI”, “Veuns-Team”: the last word of a compound counts, too.
    tail = re.split(r"[-‐‑_]", last)[-1]
    if len(words) == 1:
        return tail in _MANY and tail != last
    if words[0].lower() in {"the", "team"}:
        return True
    # Ai is a first name and a surname; only in capitals, or in lower case after a company name, it means the field.
    if tail == "ai":
        return words[-1].endswith(("AI", "ai"))
    return tail in _MANY


def _with_commas(name: str) -> Name:
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2 and _is_suffix(parts[1]):  # noqa: PLR2004 - “Ada Lovelace, Jr.”
        return parted(parts[0])._replace(jr=parts[1])
    last, *rest = [part for part in parts if part] or [""]
    jr = rest.pop(0) if len(rest) > 1 and _is_suffix(rest[0]) else ""
    words = last.split()
    stop = _von(words, 0)
    return Name(" ".join(words[stop:]), " ".join(rest), " ".join(words[:stop]), jr)


def _is_suffix(word: str) -> bool:
    return word.rstrip(".,").lower() in _SUFFIXES


def _surname(words: list[str]) -> int:
    """Return the index where the surname begins, including its particles."""
    for place in range(1, len(words) - 1):
        # “Blaise Agüera y Arcas”: a conjunction joins two surnames.
        if _begins(words[place], words[place + 1]) or (words[place + 1] in _LINKS and place + 2 < len(words)):
            return place
    return len(words) - 1


def _begins(word: str, behind: str) -> bool:
    """Whether `word` is a particle before a surname; `behind` is the next word."""
    if word in _LINKS:
        return False
    if word in _ROMANCE:
        return _is_small(behind) or _ROMANCE_SURNAME.fullmatch(behind) is not None
    return (word in _LARGE and behind not in _VIETNAMESE) or (_is_small(word) and word.lower() in _PARTICLES)


def _von(words: list[str], start: int) -> int:
    """Return the index where the particles from `start` end; the last word is never a particle."""
    stop = start
    while stop < len(words) - 1 and (
        _begins(words[stop], words[stop + 1]) or (stop > start and words[stop].lower() in _PARTICLES)
    ):
        stop += 1
    return stop


def _is_small(word: str) -> bool:
    return next((unicodedata.category(char) == "Ll" for char in word if char.isalpha()), False)
