"""The place and date of publication, as far as the free text in ``journal_ref`` allows.

Only well-known forms of arXiv's ``journal-ref`` are parsed; any other text stays whole.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from papertui.core.identity import arxiv_id_of_doi, doi_of, is_arxiv
from papertui.core.paper import Paper

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
    """Parse where `paper` was published."""
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
    published = paper.published
    date: tuple[int, ...] = () if published is None else (published.year, published.month, published.day)
    if not date and is_arxiv(paper.id) and (found := _OF_ID.match(paper.id)):
        year = int(found[1])
        date = (year + (1900 if year >= _CENTURY else 2000), int(found[2]))
    return (int(where.year),) if where.year and date[:1] != (int(where.year),) else date
