"""Where a paper was published, as far as one can safely tell from what its authors wrote about it.

arXiv's ``journal-ref`` is free text. Only what has a well-known shape is taken apart; all else stays whole.
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
        # Nature 521 (2015) 436-444 · JHEP 0711:012,2007 is left alone
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
#: Under which arXiv registers its papers: https://info.arxiv.org/help/doi.html
_ARXIVS_DOI = "10.48550/arXiv."
#: Ids tell year and month: 2604.26951, hep-th/9711200. https://info.arxiv.org/help/arxiv_identifier.html
_OF_ID = re.compile(r"(?:[a-zA-Z.-]+/)?(\d\d)(0[1-9]|1[0-2])", re.ASCII)
_CENTURY = 91
_ANY_YEAR = re.compile(rf"\b{_YEAR}\b")


class Publication(NamedTuple):
    """Where a paper appeared.

    Attributes:
        kind: a ``journal``, a ``meeting``, or ``preprint`` where nothing else is known.
        name: of the journal, or of the meeting's proceedings.
        volume: of the journal.
        issue: of the volume.
        pages: first and last, with one hyphen between them.
        year: when it appeared there.
    """

    kind: Literal["journal", "meeting", "preprint"]
    name: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    year: str = ""


def publication(paper: Paper) -> Publication:
    """Where `paper` appeared."""
    told = " ".join((paper.journal_ref or "").split())
    if not told:
        return Publication("preprint")
    year = found[0] if (found := _ANY_YEAR.search(told)) else ""
    if _MEETING.search(told):
        return Publication("meeting", told, year=year)
    for shape in _SHAPES:
        if match := shape.fullmatch(told):
            parts = {name: (value or "").strip() for name, value in match.groupdict().items()}
            parts["pages"] = re.sub(r"\s?(?:--?|–)\s?", "-", parts.get("pages", ""))
            parts["name"] = parts["name"].rstrip(" ,")
            return Publication("journal", **parts)
    return Publication("journal", told, year=year)


def own_doi(paper: Paper) -> str | None:
    """The DOI of the published version; arXiv's own DOIs, which say no more than the id, are left out."""
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is None and paper.id.startswith("doi:"):
        doi = paper.id[4:]
    return None if doi is None or arxiv_id_of_doi(doi) else doi


def any_doi(paper: Paper) -> str:
    """The DOI of the published version, else the one arXiv registers for each paper; empty where there is neither."""
    return own_doi(paper) or (f"{_ARXIVS_DOI}{paper.id}" if is_arxiv(paper.id) else "")


def date_of(paper: Paper, where: Publication) -> tuple[int, ...]:
    """Year, month and day of a paper, as far as they are known; of one published elsewhere the year it appeared there.

    What nobody told of an arXiv paper, its id does.
    """
    published = paper.published
    told: tuple[int, ...] = () if published is None else (published.year, published.month, published.day)
    if not told and is_arxiv(paper.id) and (found := _OF_ID.match(paper.id)):
        year = int(found[1])
        told = (year + (1900 if year >= _CENTURY else 2000), int(found[2]))
    return (int(where.year),) if where.year and told[:1] != (int(where.year),) else told
