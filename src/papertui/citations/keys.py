"""Citation keys, parts of author names, and where a paper was published.

A key has the surname, the year and the first significant word of the title, as in ``zhang2026turning``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from itertools import count
from types import MappingProxyType
from typing import Literal, NamedTuple

from papertui.model.identity import arxiv_id_of_doi, doi_of, is_arxiv
from papertui.model.paper import Paper

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


class AuthorName(NamedTuple):
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
def split_name(name: str) -> AuthorName:
    """Split a name on one line, first names first: Jan van der Berg Jr. is Jan, van der, Berg, Jr.

    ``Last, First`` and ``Last, Jr., First`` are understood, too. A name that cannot be split counts as the surname.
    """
    words = name.split()
    if not words:
        return AuthorName("")
    if _is_of_many(words):
        return AuthorName(" ".join(words), many=True)
    if "," in name:
        return _with_commas(" ".join(words))
    jr = ""
    if len(words) > 2 and _is_suffix(words[-1]):  # noqa: PLR2004 - a first name and a surname at least
        jr = words.pop()
    if len(words) == 1:
        return AuthorName(words[0], jr=jr)
    if len(words) == 2 and all(_FAMILY_FIRST.fullmatch(word) for word in words):  # noqa: PLR2004
        return AuthorName(words[0], words[1])
    start = _surname_start(words)
    stop = _von(words, start)
    return AuthorName(" ".join(words[stop:]), " ".join(words[:start]), " ".join(words[start:stop]), jr)


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


def _with_commas(name: str) -> AuthorName:
    parts = [part.strip() for part in name.split(",")]
    if len(parts) == 2 and _is_suffix(parts[1]):  # noqa: PLR2004 - “Ada Lovelace, Jr.”
        return split_name(parts[0])._replace(jr=parts[1])
    last, *rest = [part for part in parts if part] or [""]
    jr = rest.pop(0) if len(rest) > 1 and _is_suffix(rest[0]) else ""
    words = last.split()
    stop = _von(words, 0)
    return AuthorName(" ".join(words[stop:]), " ".join(rest), " ".join(words[:stop]), jr)


def _is_suffix(word: str) -> bool:
    return word.rstrip(".,").lower() in _SUFFIXES


def _surname_start(words: list[str]) -> int:
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


_YEAR = r"(?:19|20)\d\d"
_PAGES = r"[A-Z]{0,2}\d+[A-Z]?(?:\s?(?:--?|–)\s?[A-Z]{0,2}\d+[A-Z]?)?"
_VOLUME = r"[A-Z]?\d{1,4}[A-Z]?"
_NAME = r"(?P<name>[^\W\d_][^\d;:]{1,80}?)"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        # Phys. Rev. D 76, 013009 (2007) · Nature 521(7553), 436-444 (2015)
        rf"{_NAME},?\s+(?:[Vv]ol\.?\s*)?(?P<volume>{_VOLUME})(?:\s?\((?P<issue>\d{{1,4}})\))?[,:]\s*(?:pp?\.\s*)?(?P<pages>{_PAGES}),?\s*\((?P<year>{_YEAR})\)\.?",
        # Nature 521 (2015) 436-444 · JHEP 0711:012,2007 is not parsed
        rf"{_NAME},?\s+(?:[Vv]ol\.?\s*)?(?P<volume>{_VOLUME})\s*\((?P<year>{_YEAR})\),?\s*(?:pp?\.\s*)?(?P<pages>{_PAGES})\.?",
        # Nature, 521(7553):436-444, 2015
        rf"{_NAME},?\s+(?:[Vv]ol\.?\s*)?(?P<volume>{_VOLUME})(?:\s?\((?P<issue>\d{{1,4}})\))?\s?[:,]\s*(?:pp?\.\s*)?(?P<pages>{_PAGES}),\s*(?P<year>{_YEAR})\.?",
        # Transactions on Machine Learning Research, 2025 · Science (2024)
        rf"{_NAME},?\s+\(?(?P<year>{_YEAR})\)?\.?",
    )
)
_MEETING = re.compile(
    r"\b(?:proc(?:\.|eedings)|conference|conf\.|workshop|symposium|meeting|NeurIPS|NIPS|ICML|ICLR|CVPR|ICCV|ECCV|WACV|"
    r"ACL|EMNLP|NAACL|EACL|COLING|AAAI|IJCAI|SIGIR|KDD|WWW|CHI|UAI|AISTATS|COLT|INTERSPEECH|ICASSP|ICRA|IROS|CoRL|RSS|"
    r"SIGGRAPH|ISCA|OSDI|SOSP|NSDI|USENIX|VLDB|SIGMOD|STOC|FOCS|SODA)\b",
    re.IGNORECASE,
)
#: The prefix of the DOIs that arXiv registers: https://info.arxiv.org/help/doi.html
_ARXIVS_DOI = "10.48550/arXiv."
#: Ids contain year and month: 2604.26951, hep-th/9711200. https://info.arxiv.org/help/arxiv_identifier.html
_OF_ID = re.compile(r"(?:[a-zA-Z.-]+/)?(\d\d)(0[1-9]|1[0-2])", re.ASCII)
_CENTURY = 91
_ANY_YEAR = re.compile(rf"\b{_YEAR}\b")


class Publication(NamedTuple):
    """The place of publication."""

    kind: Literal["journal", "meeting", "preprint"]  # ``preprint`` if nothing else is known
    name: str = ""  # of the journal or the proceedings
    volume: str = ""
    issue: str = ""
    pages: str = ""  # first and last, separated by one hyphen
    year: str = ""


def publication(paper: Paper) -> Publication:
    """Parse where `paper` was published: well-known forms of arXiv's ``journal-ref``; any other text stays whole."""
    reference = " ".join((paper.journal_ref or "").split())
    if not reference:
        return Publication("preprint")
    year = found[0] if (found := _ANY_YEAR.search(reference)) else ""
    if _MEETING.search(reference):
        return Publication("meeting", reference, year=year)
    for shape in _SHAPES:
        if match := shape.fullmatch(reference):
            parts = {name: (value or "").strip() for name, value in match.groupdict().items()}
            parts["pages"] = re.sub(r"\s?(?:--?|–)\s?", "-", parts.get("pages", ""))
            parts["name"] = parts["name"].rstrip(" ,")
            return Publication("journal", **parts)
    return Publication("journal", reference, year=year)


def own_doi(paper: Paper) -> str | None:
    """Return the DOI of the published version; DOIs of arXiv, which add nothing to the id, are left out."""
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is None and paper.id.startswith("doi:"):
        doi = paper.id[4:]
    return None if doi is None or arxiv_id_of_doi(doi) else doi


def any_doi(paper: Paper) -> str:
    """Return the DOI of the published version, else the one of arXiv; empty if there is neither."""
    return own_doi(paper) or (f"{_ARXIVS_DOI}{paper.id}" if is_arxiv(paper.id) else "")


def date_of(paper: Paper, where: Publication) -> tuple[int, ...]:
    """Return year, month and day of a paper, as far as known; the year of publication if that is another one.

    Without a date, the id of an arXiv paper gives year and month.
    """
    published = paper.published_date
    date: tuple[int, ...] = () if published is None else published.parts
    if not date and is_arxiv(paper.id) and (found := _OF_ID.match(paper.id)):
        year = int(found[1])
        date = (year + (1900 if year >= _CENTURY else 2000), int(found[2]))
    return (int(where.year),) if where.year and date[:1] != (int(where.year),) else date


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
_NOT_IN_KEYS = re.compile(r"[\s,{}()\"#%~\\='\x00-\x1f\x7f]+")
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")
_LONGEST = 24
_NOBODY = "anon"


def own_key(paper: Paper) -> str:
    """Return the key of `paper` without a distinguishing letter: ASCII letters and digits, starting with a letter."""
    surname = _surname(paper).lstrip("0123456789")
    date = date_of(paper, Publication("preprint"))
    year = f"{date[0]:04}" if date else ""
    word = _significant_word(paper.title) or _NOT_ALNUM.sub("", paper.id.lower())
    return f"{surname or _NOBODY}{year}{word}"


def keys_of(papers: Iterable[Paper], imported: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return a unique key for each paper, by id. As in BibTeX, case makes no difference.

    If several papers have the same key, the oldest id keeps it and the others get letters in the order of their ids.

    Args:
        papers: the papers.
        imported: the keys that papers have in a bibliography, by id. They come first, so that no other paper gets them.
    """
    keys: dict[str, str] = {}
    used: set[str] = set()
    own = {id_: made for id_, key in imported.items() if (made := valid_key(key))}
    for paper in sorted(
        {paper.id: paper for paper in papers}.values(), key=lambda one: (one.id not in own, _age(one.id))
    ):
        keys[paper.id] = key = free_key(own.get(paper.id) or own_key(paper), used)
        used.add(key.lower())
    return keys


def valid_key(key: str) -> str:
    """Return a key without the characters that BibTeX and biber do not allow in it; empty if none is left."""
    return _NOT_IN_KEYS.sub("", key)


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
    name = split_name(paper.authors[0])
    if name.many:
        words = [word for word in map(_folded, name.last.split()) if word]
        significant = [word for word in words if word not in _EMPTY]
        return (significant or words or [""])[0][:_LONGEST]
    return _folded(name.last)[:_LONGEST] or _folded(name.first)[:_LONGEST]


def _significant_word(title: str) -> str:
    words = [word for word in (_folded(part) for part in re.split(r"[\s/:–—-]+", title)) if word]
    return next((word for word in words if word not in _EMPTY and not word.isdigit()), "".join(words[:2]))[:_LONGEST]


def _folded(text: str) -> str:
    """Transliterate `text` to lower-case ASCII letters and digits; Greek letters become their names."""
    # NFKC first: “𝛼” and “²” are styled characters.
    plain = unicodedata.normalize("NFKC", text).translate(_ASCII).lower()
    spelt = "".join(_GREEK.get(char, char) for char in unicodedata.normalize("NFKD", plain))
    return _NOT_ALNUM.sub("", spelt)
