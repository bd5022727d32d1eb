"""The ids of papers: an arXiv id, one from a DOI, or one from what else is known of a record.

When two records are one work is decided in `papertui.model.works`.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from papertui.model.paper import Paper
from papertui.model.paper_ids import ARXIV_ID, without_subject_class
from papertui.model.people import name_key
from papertui.model.venues import venue

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
_PUBMED = re.compile(
    r"https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|www\.ncbi\.nlm\.nih\.gov/pubmed|pubmed\.gov)/(\d{1,9})\b", re.ASCII
)
#: Authors who distinguish works with one title; the first one alone may well be a Wang.
_DISTINGUISHING = 20
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


#: Letters without a decomposition in Unicode, and what is spelt out as often as not: α and alpha, & and “and”.
_SPELT = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ȷ": "j", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "&": "and",
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta",
        "θ": "theta", "ϑ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
        "σ": "sigma", "ς": "sigma", "τ": "tau", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    }
)  # fmt: skip
#: For ASCII alone, as bytes: in lower case, without what is neither a letter nor a digit.
_LOWER = bytes(range(128)).lower().ljust(256, b"\0")
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())


def folded(title: str) -> str:
    """Reduce a title to its letters and digits, without case and accents, for comparison."""
    if title.isascii():
        return title.replace("&", "and").encode("ascii").translate(_LOWER, _SIGNS).decode("ascii")
    # Twice: compatibility characters decompose into letters that are spelt out, such as the bold α of mathematics.
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", title).casefold())
    return "".join(char for char in text.translate(_SPELT) if char.isalnum())


def title_key(title: str) -> str | None:
    """Return a hash of the folded title; ``None`` for a generic title (“Editorial”)."""
    letters = folded(title)
    return None if is_generic(letters) else _hash(letters)


def is_generic(letters: str) -> bool:
    """Whether a folded title belongs to many works."""
    return len(letters) < _FEWEST_LETTERS or letters in _ANY_WORKS


def title_number(title: str) -> int | None:
    """Return `title_key` as a signed 64-bit integer, for the title index of the archive."""
    letters = folded(title)
    return None if is_generic(letters) else int.from_bytes(_digest(letters), signed=True)


def _hash(text: str) -> str:
    return _digest(text).hex()


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "replace")).digest()[:8]


def title_id(paper: Paper) -> str:
    """Return the id of a paper that has no other: from its title, authors, year, and volume and issue.

    So distinct works with one title have distinct ids, on every machine and in whatever order they come. A generic
    title needs the page of the paper and the journal as well.
    """
    place = venue(paper.journal_ref) if paper.journal_ref else None
    facts = [
        " ".join(map(name_key, paper.authors[:_DISTINGUISHING])),
        str(paper.published.year) if paper.published else "",
        f"{place.volume} {place.issue}".strip() if place else "",
    ]
    letters = folded(paper.title)
    if is_generic(letters):
        facts += [" ".join(place.name) if place else "", paper.url or ""]
    return _TITLE_ID + _hash("\n".join([letters, *facts]) if any(facts) else letters)


def old_title_id(paper: Paper) -> str:
    """Return the id that earlier versions gave to a paper without arXiv id and DOI: from the title alone."""
    letters = "".join(char for char in unicodedata.normalize("NFKD", paper.title).casefold() if char.isalnum())
    return _TITLE_ID + _hash(f"{letters} {paper.url or ''}" if is_generic(letters) else letters)


def entry_id(feed: str, entry: str) -> str:
    """Return the id of an entry of a feed that has no arXiv id and no DOI: by feed and guid, whatever its title."""
    return _TITLE_ID + _hash(f"feed {feed} {entry}")


def pubmed_number(paper: Paper) -> str | None:
    """Return the PubMed number in the address of `paper`."""
    match = _PUBMED.match(paper.url) if paper.url else None
    return match[1] if match else None


def identified(paper: Paper, entry: str = "") -> Paper:
    """Return `paper` with the best known id: its own, one from its DOI, or one from other facts.

    Args:
        paper: the paper; an empty id is one that is missing.
        entry: the id that distinguishes it from all others of its source, such as `entry_id`.
    """
    if paper.id:
        return paper
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is None:
        number = pubmed_number(paper)
        made = _TITLE_ID + _hash(f"pubmed {number}") if number else entry or title_id(paper)
        return paper._replace(id=made)
    return paper._replace(id=arxiv_id_of_doi(doi) or doi_id(doi), doi=doi)


def is_made(id_: str) -> bool:
    """Whether `id_` was derived from a DOI or a title, so that a better id may replace it."""
    return id_.startswith((_DOI_ID, _TITLE_ID))


def is_arxiv(id_: str) -> bool:
    """Whether `id_` is an arXiv id, not one derived from a DOI or a title."""
    return ARXIV_ID.fullmatch(id_) is not None
