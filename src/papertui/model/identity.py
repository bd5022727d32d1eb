"""The identity of a paper: an arXiv id, a DOI, or an identical title."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from papertui.model.paper import Paper
from papertui.model.paper_ids import ARXIV_ID, without_subject_class

#: A DOI (ISO 26324, https://www.doi.org/doi-handbook/HTML/), bare, with ``doi:`` or as an address.
_DOI = re.compile(
    r"\s*(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}(?:\.\d+)*/[^\s\"<>\\^`{|}]+)\s*",
    re.ASCII | re.IGNORECASE,
)
#: The DOIs that arXiv registers: https://info.arxiv.org/help/doi.html
_ARXIVS_OWN = "10.48550/arxiv."
_LONGEST = 200
#: Many works share these titles, so they do not identify a paper.
_ANY_WORKS = frozenset(
    [
        "abstract",
        "acknowledgements",
        "announcement",
        "announcements",
        "backmatter",
        "bookreview",
        "bookreviews",
        "comment",
        "commentary",
        "contents",
        "contributors",
        "correction",
        "corrections",
        "corrigendum",
        "cover",
        "editorial",
        "editorialboard",
        "errata",
        "erratum",
        "foreword",
        "frontmatter",
        "guesteditorial",
        "index",
        "inmemoriam",
        "inthisissue",
        "introduction",
        "issueinformation",
        "letter",
        "lettertotheeditor",
        "listofreviewers",
        "masthead",
        "news",
        "obituary",
        "preface",
        "reply",
        "retraction",
        "retractionnote",
        "reviews",
        "tableofcontents",
        "untitled",
        "withdrawn",
    ]
)
_DOI_ID, _TITLE_ID = "doi:", "title/"
#: Shorter titles may well belong to two works.
_FEWEST_LETTERS = 6


def doi_of(text: str) -> str | None:
    """Return `text` as a lower-case DOI (DOIs ignore case); ``None`` if it is not a DOI."""
    match = _DOI.fullmatch(text)
    if match is None or len(match[1]) > _LONGEST:
        return None
    doi = match[1].rstrip(".,;").lower()
    return doi if doi.isprintable() else None


def arxiv_id_of_doi(doi: str) -> str | None:
    """Return the arXiv id without version for a DOI that arXiv registered; ``None`` for other DOIs."""
    if not doi.lower().startswith(_ARXIVS_OWN):
        return None
    match = ARXIV_ID.fullmatch(doi[len(_ARXIVS_OWN) :])
    return without_subject_class(match[1]) if match else None


def doi_id(doi: str) -> str:
    """Return the id of a paper that has a DOI and no arXiv id: ``doi:10.1145/3292500``."""
    return f"{_DOI_ID}{doi}"


def folded(title: str) -> str:
    """Reduce a title to its letters and digits, without case and accents, for comparison."""
    return "".join(char for char in unicodedata.normalize("NFKD", title).casefold() if char.isalnum())


def title_key(title: str) -> str | None:
    """Return a hash of the folded title; ``None`` for a generic title (“Editorial”)."""
    letters = folded(title)
    if len(letters) < _FEWEST_LETTERS or letters in _ANY_WORKS:
        return None
    return sha256(letters.encode("utf-8", "replace")).hexdigest()[:16]


def title_number(title: str) -> int | None:
    """Return `title_key` as a signed 64-bit integer, for the title index of the archive."""
    key = title_key(title)
    return None if key is None else int.from_bytes(bytes.fromhex(key), signed=True)


def title_id(title: str, address: str = "") -> str:
    """Return the id of a paper that is known by its title only; equal titles give equal ids.

    Args:
        title: the title.
        address: the paper's page, which distinguishes papers with a generic title.
    """
    key = title_key(title)
    if key is None:
        key = sha256(f"{folded(title)} {address}".encode("utf-8", "replace")).hexdigest()[:16]
    return f"{_TITLE_ID}{key}"


def identified(paper: Paper) -> Paper:
    """Return `paper` with the best known id: its own, one from its DOI, or one from its title."""
    if paper.id:
        return paper
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is None:
        return paper._replace(id=title_id(paper.title, paper.url or ""))
    return paper._replace(id=arxiv_id_of_doi(doi) or doi_id(doi), doi=doi)


def is_made(id_: str) -> bool:
    """Whether `id_` was derived from a DOI or a title, so that a better id may replace it."""
    return id_.startswith((_DOI_ID, _TITLE_ID))


def is_arxiv(id_: str) -> bool:
    """Whether `id_` is an arXiv id, not one derived from a DOI or a title."""
    return ARXIV_ID.fullmatch(id_) is not None
