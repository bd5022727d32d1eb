"""Find the ids of papers in text as people paste it: addresses, citations, names of files, lines of lists.

An arXiv id is recognised by arXiv's own rules, so that a price or a version number is not taken for one:
https://info.arxiv.org/help/arxiv_identifier.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

#: The archives that have ids of the old style, until March 2007.
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|"
    "funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|"
    "q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_MONTH = "(?:0[1-9]|1[0-2])"
#: April 2007 to December 2014 with four digits after the dot, since then with five.
_NEW = rf"(?:07(?:0[4-9]|1[0-2])|(?:0[89]|1[0-4]){_MONTH})\.\d{{4}}|(?:1[5-9]|[2-9]\d){_MONTH}\.\d{{5}}"
_OLD_NUMBER = rf"(?:9[1-9]|0[0-7]){_MONTH}\d{{3}}"
#: What is given as an arXiv id (group 1), with an optional version (group 2), whether or not the rules allow it.
ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[A-Za-z]{2})?/\d{7})(v\d+)?", re.ASCII)
_ARXIV_LABEL = re.compile(r"arxiv:\s*", re.IGNORECASE)
#: A subject class in an id of the old style, which is not part of the id: ``math.GT/0309136`` is ``math/0309136``.
_SUBJECT_CLASS = re.compile(rf"({_ARCHIVES})\.[A-Za-z]{{2}}/(\d{{7}})", re.ASCII)

#: Papers without an arXiv id have one derived from their DOI or title: see `papertui.model.identity`.
_OWN_ID = re.compile(r"title/[0-9a-f]{16}|doi:10\.\d{4,9}(?:\.\d+)*/[^\s\"<>\\^`{|}]+", re.ASCII)
_DOI = r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>\\^`{|}\x80-\U0010ffff]+"
#: ``$1204.5678`` and ``-1204.5678`` are numbers, ``10.1204.5678`` is a version or an address.
_BEFORE_NUMBER = r"(?:(?<![A-Za-z0-9])(?<!\d\.)(?<![$€£¥₹])(?<![^A-Za-z0-9]-)(?<!^-)|(?<=arxiv))"
_AFTER_NUMBER = r"(?:v\d{1,3})?(?![A-Za-z0-9])(?!\.\d)(?![%$€£¥₹])"
#: A unit after a number, with a blank before it. Not ``$``, which begins a formula.
_UNIT = re.compile(r"\s?[%€£¥₹]")
# Not at the import: compiling the large classes of characters takes as long as all else there.
_ANY = cache(
    lambda: re.compile(
        rf"""
      (?P<own>(?<![\w/])title/[0-9a-f]{{16}}(?!\w))
    | (?P<doi>(?<![\w.]){_DOI})
    | (?<!\d)(?:19|20)\d\darXiv(?P<bibcode>\d{{4}}\.?\d{{4,5}})[A-Z](?![A-Za-z0-9])      # of ADS
    | {_BEFORE_NUMBER}(?P<new>{_NEW}){_AFTER_NUMBER}
    # In names of files and in some addresses the slash is an underscore.
    | (?:(?<![A-Za-z0-9.-])|(?<=arxiv[.]))(?P<archive>{_ARCHIVES})(?:\.[a-z]{{2}})?
      [/_](?P<old>{_OLD_NUMBER}){_AFTER_NUMBER}
    """,
        re.VERBOSE | re.ASCII | re.IGNORECASE,
    )
)
#: The DOIs that arXiv registers: https://info.arxiv.org/help/doi.html
_ARXIVS_DOI = "10.48550/arxiv."
#: Any text in which `papers_in` finds something contains one of these.
_MAY_NAME = cache(lambda: re.compile(r"\d\.\d|/\d|title/|\d{4}arxiv\d|_\d{7}|[%\\\x80-\U0010ffff]", re.IGNORECASE))
#: A page pasted by mistake is not searched to its end.
_LONGEST = 10_000

#: Full-width forms as in Chinese and Japanese text, hyphens that do not break, and the ideographic space.
_TO_ASCII: dict[int, int | str | None] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    range(0x2010, 0x2016), "-"
)
_TO_ASCII |= {0x2212: "-", 0x3000: " ", 0x2044: "/", 0x2215: "/"}
#: Characters without a width, which are copied from pages unnoticed.
_TO_ASCII |= dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
_ENCODED = re.compile(r"%([2-7][0-9A-Fa-f])")
#: Punctuation that follows a DOI and is not a part of it.
_CLOSING = ".,;:!?'\"*_~/\u2019\u201d\u00bb\u3002\u3001"
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}
#: What publishers add to a DOI in the address of a page.
_PAGE = re.compile(r"(?:/(?:full|abstract|pdf|epdf|html|meta|fulltext|summary|references|xml)|\.pdf|\.html?|\.xml)$")
_PREPRINT_PAGE = re.compile(
    r"^(10\.(?:1101|64898)/\S*?)(?:v\d+)?(?:\.full|\.abstract|\.article-info|\.supplementary\S*)*$"
)
#: Words beside an id that only say what it is: ``arXiv:2604.26951 [cs.CL]``, ``doi: 10.1145/3292500``.
_LABEL = cache(
    lambda: re.compile(
        r"""(?:e-?print|preprint|arxiv(?:\.org)?|abs|doi|id|pdf|paper|url|oai)?[:.]?
        | \[?(?:[a-z]+(?:-[a-z]+)?)(?:\.[A-Za-z]{2}|\.[a-z]{2,3}-[a-z]{2,3})\]?[;,]?
        | [^\w]*""",
        re.VERBOSE | re.IGNORECASE,
    )
)


class NamedPaper(NamedTuple):
    """A paper that a text names."""

    id: str
    #: Where in the text: the run without blanks that contains the id.
    start: int
    end: int


def arxiv_id(text: str) -> str | None:
    """Return `text` as an arXiv id without version and subject class; ``None`` if it has another form.

    Unlike `ids_in`, this does not judge the number: what is given as an id is one, perhaps of no paper.
    """
    text = text.strip()
    match = ARXIV_ID.fullmatch(text.removeprefix(label[0]) if (label := _ARXIV_LABEL.match(text)) else text)
    return without_subject_class(match[1]) if match else None


def without_subject_class(id_: str) -> str:
    """Return an id as arXiv spells it today: ``math/0309136`` for ``math.GT/0309136``; other ids stay as they are."""
    if "/" in id_ and "." in id_ and (match := _SUBJECT_CLASS.fullmatch(id_)):
        return f"{match[1]}/{match[2]}"
    return id_


def is_published_doi(doi: str) -> bool:
    """Whether `doi` is a DOI, and not one that arXiv registered for a preprint."""
    return _OWN_ID.fullmatch(f"doi:{doi}") is not None and not doi.lower().startswith(_ARXIVS_DOI)


def ids_in(text: str) -> tuple[str, ...]:
    """Return the ids of the papers that `text` names, without duplicates, in the order of the text.

    Understood are ids of arXiv with or without ``arXiv:``, version and category, DOIs, the ids that papertui derives
    from DOIs and titles, and everything that contains exactly such an id: addresses of any site, citations, Markdown
    links, names of files. Numbers that cannot be ids by arXiv's rules are not.
    """
    exact = text.strip()
    if _OWN_ID.fullmatch(exact):
        return (_doi_id(exact[4:]) if exact.startswith("doi:") else exact,)
    return tuple(dict.fromkeys(found.id for found in papers_in(text)))


def papers_in(text: str) -> list[NamedPaper]:
    """Return every mention of a paper in `text`, in order; see `ids_in`."""
    text = text[:_LONGEST]
    if not _MAY_NAME().search(text):
        return []
    named: list[NamedPaper] = []
    for word in re.finditer(r"\S+", text):
        readable = _readable(word[0])
        for match in _ANY().finditer(readable):
            if match.end() == len(readable) and _UNIT.match(text, word.end()):
                continue
            if id_ := _id_of(match, in_address="://" in readable or "doi.org" in readable):
                named.append(NamedPaper(id_, word.start(), word.end()))
    return named


def in_words(ids: Sequence[str]) -> str:
    """Return several ids as a list in words, of many the first two: ``2604.26951 and 2604.26952``."""
    two = f"{ids[0]} and {ids[1]}"
    return two if len(ids) == 2 else f"{ids[0]}, {ids[1]} and {len(ids) - 2} more"  # noqa: PLR2004 - as above


def is_label(word: str) -> bool:
    """Whether a word beside an id says nothing else: ``arXiv:``, ``[cs.CL]``, a bracket."""
    return _LABEL().fullmatch(word) is not None


def why_not_arxiv(text: str) -> str:
    """Return why a number in the form of an arXiv id is not one, as a sentence; empty if it has another form."""
    match = re.fullmatch(r"(?:arxiv:)?(\d\d)(\d\d)\.(\d+)(?:v\d+)?", text.strip(), re.ASCII | re.IGNORECASE)
    if match is None:
        return ""
    if ids_in(text):
        return ""
    year, month, number = match.groups()
    if not 1 <= int(month) <= 12:  # noqa: PLR2004 - months
        return f"“{month}” is not a month: an arXiv id begins with year and month."
    if int(year) < 7 or (year == "07" and int(month) < 4):  # noqa: PLR2004 - April 2007
        return "Such ids exist since April 2007; older ones look like hep-th/9711200."
    digits = "four" if int(year) < 15 else "five"  # noqa: PLR2004 - January 2015
    when = "until 2014" if digits == "four" else "since 2015"
    return f"arXiv ids {when} have {digits} digits after the dot, not {len(number)}."


def _readable(word: str) -> str:
    """Return `word` in ASCII where it is written in other forms: full-width, percent-encoded, escaped."""
    if not word.isascii():
        word = word.translate(_TO_ASCII)
    for _ in range(2):  # an address inside another one is encoded twice
        if "%" in word:
            word = _ENCODED.sub(lambda code: chr(int(code[1], 16)), word)
    return word.replace("\\", "")


def _id_of(match: re.Match[str], *, in_address: bool) -> str:
    if match["own"]:
        return match["own"].lower()
    if match["doi"]:
        return _id_of_doi(match["doi"], in_address=in_address)
    if match["bibcode"]:
        digits = match["bibcode"].replace(".", "")
        id_ = f"{digits[:4]}.{digits[4:]}"
        return id_ if re.fullmatch(_NEW, id_) else ""
    if match["new"]:
        return match["new"]
    return f"{match['archive'].lower()}/{match['old']}"


def _id_of_doi(written: str, *, in_address: bool) -> str:
    doi = written.lower()
    if in_address:
        doi = re.split(r"[?#&]", doi, maxsplit=1)[0]
    doi = _without_closing(doi)
    if in_address:
        doi = _PREPRINT_PAGE.sub(r"\1", _PAGE.sub("", doi))
    return _doi_id(doi)


def _without_closing(doi: str) -> str:
    """Drop punctuation after a DOI; a bracket stays if it was opened in the DOI, as in ``s0140-6736(20)30183-5``."""
    # What follows a bracket that was never opened is the rest of a Markdown link or of a sentence.
    depth: dict[str, int] = {}
    for place, char in enumerate(doi):
        if char in _BRACKETS.values():
            depth[char] = depth.get(char, 0) + 1
        elif char in _BRACKETS:
            depth[_BRACKETS[char]] = depth.get(_BRACKETS[char], 0) - 1
            if depth[_BRACKETS[char]] < 0:
                doi = doi[:place]
                break
    return doi.rstrip(_CLOSING)


def _doi_id(doi: str) -> str:
    """Return the id for a DOI: of arXiv if arXiv registered it; empty if it then has no id by arXiv's rules."""
    doi = doi.lower()
    if not doi.startswith(_ARXIVS_DOI):
        return f"doi:{doi}" if doi.partition("/")[2] else ""
    match = _ANY().match(doi, len(_ARXIVS_DOI))
    return "" if match is None or match["doi"] else _id_of(match, in_address=False)
