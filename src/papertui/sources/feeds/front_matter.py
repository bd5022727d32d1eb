"""What publishers put before an abstract, or in its place: journal, date, DOI and authors.

Only lines that are nothing else count, from the beginning of the text and from its end. Known forms: ScienceDirect,
Nature, ACL Anthology, APS, RSC, MDPI, PubMed, PLOS, and the platform of SAGE, Science and PNAS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from papertui.sources.feeds.authors import PARTICLES
from papertui.sources.feeds.dates import FeedDate, parse_date


@dataclass(slots=True)
class FrontMatter:
    """A text, and the facts that stood around it; empty ones were not given."""

    text: str = ""
    #: One or more names in each.
    authors: list[str] = field(default_factory=list)
    date: FeedDate | None = None
    journal: str = ""
    doi: str = ""

    def note(self, *, date: str = "", journal: str = "", doi: str = "", authors: str = "") -> None:
        """Add facts; the first of each kind counts."""
        self.date = self.date or parse_date(date.strip(" .,;"))
        self.journal = self.journal or journal.strip(" ,;")
        self.doi = self.doi or doi.rstrip(".,;)")
        if authors:
            self.authors.append(authors)


def split_front_matter(text: str) -> FrontMatter:
    """Split `text`, one paragraph a line, into the facts of its first and last lines, and the rest.

    A text without such lines is returned as it is.
    """
    found = FrontMatter()
    rows = [" ".join(row.split()) for row in text[:_LONGEST].split("\n")]
    rows = [row for row in rows if row]
    if len(rows) > 1 and len(rows[0]) < _LONGEST_JOURNAL and rows[0][-1].isalnum() and rows[1][:4].lower() == "doi:":
        found.note(journal=rows.pop(0))  # American Chemical Society
    while rows and _takes(rows, found, _FIRST_ROWS):
        pass
    if rows and (len(rows) > 1 or _SEPARATOR.search(rows[0])):  # not “By Popular Demand”
        _takes(rows, found, (_byline,))
    while len(rows) > 1 and any(tail(rows[-1], found) for tail in _LAST_ROWS):
        rows.pop()
    if found.journal and found.doi and len(rows) > 1 and is_names(rows[0]) and "," in rows[0]:
        found.note(authors=rows.pop(0))
    found.text = "\n".join(rows) + text[_LONGEST:]
    return found


#: Nothing of this kind is as long.
_LONGEST = 100_000
_Reader = Callable[[str, FrontMatter], str | None]


def _takes(rows: list[str], found: FrontMatter, readers: tuple[_Reader, ...]) -> bool:
    """Remove what one of `readers` knows from the beginning of the first row; return whether there was any."""
    for reader in readers:
        rest = reader(rows[0], found)
        if rest is not None:
            rows[:1] = [rest] if rest else []
            return True
    return False


_SEPARATOR = re.compile(r"\s*(?:,\s*and\s|,\s*&|[,;|•、・\uff0c\uff1b]|\sand\s|&)\s*")
_MOST_WORDS, _LONGEST_NAMES = 7, 50_000
_NO_WORD = re.compile(r"[()\[\]{}!?:\d]")
_CAPITAL_INSIDE = re.compile(r"[^\W\d_]{1,2}['\u2019][^\W\d_]")


def is_names(line: str) -> bool:
    """Whether `line` may be a list of names, and nothing else."""
    if len(line) > _LONGEST_NAMES:
        return False
    return all(map(_is_name, _SEPARATOR.split(line.strip(" .,;"))))


def _is_name(name: str) -> bool:
    words = name.split()
    return 0 < len(words) <= _MOST_WORDS and all(map(_is_word, words)) and words[-1] not in PARTICLES


def _is_word(word: str) -> bool:
    """Whether `word` is capitalised, in a script without capitals, or a particle of a family name."""
    if _NO_WORD.search(word):
        return False
    return word in PARTICLES or word[0].lower() != word[0] or not word[0].isascii() or bool(_CAPITAL_INSIDE.match(word))


_LABEL = re.compile(
    r"""
    (?:^|(?<=[\s;\uff1b。|]))
    (?:(?P<date>(?:online\s)?publication\sdate|date(?:\spublished)?|published(?:\sonline)?|发布日期|出版日期|發布日期|出版日
         |発行日|公開日|発表日|게시일|발행일)
      |(?P<journal>source|journal|来源|來源|期刊|掲載誌|出典|학술지|출처)
      |(?P<authors>author\(s\)|authors?|作者|著者|저자)
      |(?P<abstract>abstract|摘要|要旨|抄録|概要|초록))
    \s?[:\uff1a]\s?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_VALUE = 400
_ET_AL = re.compile(r",?\s+et\.? al\b\.?")
#: Of names that are written in another way, or have marks of affiliations.
_FEW_WORDS = 3


def _labelled(row: str, found: FrontMatter) -> str | None:
    """``Publication date: June 2026 Source: Journal of Examples Author(s): Ada Writer``: ScienceDirect, APS, MDPI."""
    labels = list(_LABEL.finditer(row))
    if not labels or labels[0].start() > 0:
        return None
    values: dict[str, str] = {}
    rest = ""
    for label, following in zip(labels, (*labels[1:], None), strict=True):
        name = label.lastgroup or ""
        if name == "abstract":
            rest = row[label.end() :]
            break
        if name in values:
            return None
        values[name] = row[label.end() : following.start() if following else len(row)].strip(" ;|\uff1b")
    date, journal, authors = (values.get(name, "") for name in ("date", "journal", "authors"))
    if len(journal) > _LONGEST_VALUE or ("date" in values and parse_date(date.strip(" .,")) is None):
        return None
    if not _is_list(authors):
        if list(values)[-1] != "authors" or not date:
            return None
        authors, rest = "", row[labels[len(values) - 1].start() :]
    if list(values) == ["journal"] and not found.date and not found.authors:
        return None  # may be the source of anything
    found.note(date=date, journal=journal, authors=authors)
    return rest


def _is_list(names: str) -> bool:
    """Whether `names` is a list without a text behind."""
    parts = _SEPARATOR.split(_ET_AL.sub("", names).strip(" .,;"))
    return all(_is_name(part) or len(part.split()) <= _FEW_WORDS for part in parts)


_ONLINE = re.compile(
    r"(?P<journal>[^;:]{2,150}?), Published online: (?P<date>[^;|]{6,40});\s?(?:\|\s?)?"
    r"doi:\s?(?P<doi>10\.1038/[sd]\d{5}-\d{3}-\d{5}-[\da-z](?=[A-Z\s]|$)|10\.\S+)\s?"
)


def _online(row: str, found: FrontMatter) -> str | None:
    """``Nature, Published online: 29 April 2026; doi:10.1038/…``."""
    match = _ONLINE.match(row)
    if match is None:
        return None
    found.note(**match.groupdict())
    return row[match.end() :]


_DATED = re.compile(
    r"(?:(?:first )?published|available|posted|publication date)(?: online)?:? (?P<date>.{6,40})", re.IGNORECASE
)


def _dated(row: str, found: FrontMatter) -> str | None:
    """``Published online: 29 April 2026``."""
    match = _DATED.fullmatch(row)
    if match is None or parse_date(match["date"].strip(" .")) is None:
        return None
    found.note(**match.groupdict())
    return ""


_VOLUME = re.compile(
    r"""(?P<journal>[A-Z][^.:;,]{1,120}?(?:,\s[A-Z][^.:;,]{1,60}?)?,\s
      (?:(?:Volume|Vol\.)\s[\w-]{1,20}(?=[,.:]|$)
         (?:,\s(?:Issue|Number|No\.)\s[\w.–-]{1,40}?)?
         (?:,\s(?:Pages?|Article)\s[\w\s.–-]{1,60}?)?
      |Ahead\sof\sPrint|Early\s?View|Online\sFirst|Advance\sArticle|Accepted\sArticle))
    (?:,\s(?P<date>(?:[A-Z][a-z.]+(?:[/-][A-Z][a-z]+)?\s)?(?:\d{1,2},\s)?\d{4}))?
    (?:\s?\.\s|\.?\s?$|:\s.*$)""",
    re.VERBOSE,
)


def _volume(row: str, found: FrontMatter) -> str | None:
    """``Science, Volume 392, Issue 6795, Page 123-127, April 2026.``; MDPI adds the title after a colon."""
    match = _VOLUME.match(row)
    if match is None:
        return None
    found.note(date=match["date"] or "", journal=match["journal"])
    return row[match.end() :]


_YEAR = re.compile(
    r"(?P<journal>[A-Z][^:;,]{1,80}), (?P<date>\d{4}), ?(?:\d{1,5} ?, ?[\w–-]+|(?:Advance|Accepted) \w+).{0,20}"
)


def _year(row: str, found: FrontMatter) -> str | None:
    """``Chem. Sci., 2026, 17, 123-130``."""
    match = _YEAR.fullmatch(row)
    if match is None:
        return None
    found.note(date=match["date"], journal=row)
    return ""


#: Only with its label: a bare link may lead to any work that the text is about.
_DOI = re.compile(
    r"(?:(?P<journal>[A-Z][\w .&,-]{0,80}?) )?(?:doi|DOI) ?: ?(?:https?://(?:dx\.)?doi\.org/)?"
    r"(?P<doi>10\.\d{4,9}/[^\s,;]+)"
    r"(?:[,;] [\w ]{0,40})?"
)
_LONGEST_JOURNAL = 100


def _doi(row: str, found: FrontMatter) -> str | None:
    """``DOI: 10.1039/D6SC00001A, Edge Article``, ``Entropy doi: 10.3390/…``."""
    match = _DOI.fullmatch(row)
    if match is None:
        return None
    found.note(journal=match["journal"] or "", doi=match["doi"])
    return ""


_PUBMED = re.compile(
    r"(?P<journal>[A-Z][^.;:]{1,100})\. (?P<date>\d{4}(?: [A-Z][a-z]{2}(?: \d{1,2})?)?)[;.:].{0,120}?"
    r"\bdoi: (?P<doi>10\.\S+?)\.?"
    r"(?: (?:Online ahead of print|eCollection|Epub)\b.{0,40})?"
)


def _pubmed(row: str, found: FrontMatter) -> str | None:
    """``Nature. 2026 Apr 29. doi: 10.1038/…. Online ahead of print.``."""
    match = _PUBMED.fullmatch(row)
    if match is None:
        return None
    found.note(**match.groupdict())
    return ""


_IN = re.compile(
    r"(?:(?P<authors>.{3,20000}?) )?in (?P<journal>(?:[\w’':&-]{1,40} ){0,12}?(?:Proceedings|Findings|Transactions|"
    r"Computational|Actes|Workshop|Conference|Symposium|Journal|Meeting|Tutorials?|Volume)\b.{0,400})"
)


def _in_proceedings(row: str, found: FrontMatter) -> str | None:
    """``Ada Writer, Ben Reader and Carl Third in Proceedings of …``: the ACL Anthology has no more."""
    match = _IN.fullmatch(row)
    if match is None or row.endswith((".", "…")) or not (match["authors"] is None or is_names(match["authors"])):
        return None
    found.note(journal=match["journal"], authors=match["authors"] or "")
    return ""


_BY = re.compile(
    r"(?:(?:posted|published|written) )?by (?P<authors>[^\W\d_].{2,20000}?)(?: (?:on|\||·|-|–|—) (?P<date>.{6,40}))?",
    re.IGNORECASE,
)


def _byline(row: str, found: FrontMatter) -> str | None:
    """``by Ada Writer, Ben Reader``, ``Posted by Ada Writer on 29 April 2026``."""
    match = _BY.fullmatch(row.rstrip("."))
    if match is None or (match["date"] and parse_date(match["date"]) is None) or not is_names(match["authors"]):
        return None
    if any(len(name.split()) == 1 for name in _SEPARATOR.split(match["authors"]) if name.isascii()):
        return None
    found.note(date=match["date"] or "", authors=match["authors"])
    return ""


def _heading(row: str, _: FrontMatter) -> str | None:
    return "" if row.strip(" .:").lower() in {"abstract", "summary"} else None


_FIRST_ROWS: tuple[_Reader, ...] = (
    _labelled, _online, _dated, _volume, _year, _doi, _pubmed, _in_proceedings, _heading,
)  # fmt: skip


_PUBLISHED = re.compile(r"\[(?P<journal>[^\[\]]{5,120})\] Published (?P<date>.{6,40})")
_PMID = re.compile(r"PMID: ?\d+(?: ?\| ?(?:PMC: ?\w+ ?\| ?)?(?:DOI: ?(?P<doi>10\.\S+))?)?")
_BOILERPLATE = re.compile(
    r"To cite this article before page numbers are assigned.*|The content of this RSS Feed \(c\).*", re.IGNORECASE
)


def _published(row: str, found: FrontMatter) -> bool:
    """``[Phys. Rev. Lett. 136, 170001] Published Wed Apr 29, 2026``."""
    if match := _PUBLISHED.fullmatch(row):
        found.note(**match.groupdict())
    return match is not None


def _pmid(row: str, found: FrontMatter) -> bool:
    if match := _PMID.fullmatch(row):
        found.note(doi=match["doi"] or "")
    return match is not None


def _boilerplate(row: str, _: FrontMatter) -> bool:
    return _BOILERPLATE.fullmatch(row) is not None


_LAST_ROWS = (_published, _pmid, _boilerplate)
