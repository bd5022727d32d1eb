"""What tells that two accounts speak of the same paper: an arXiv id, a DOI, or the very same title."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from papertui.core.paper import ARXIV_ID, Paper

#: A DOI (ISO 26324, https://www.doi.org/doi-handbook/HTML/), bare or as people write it.
_DOI = re.compile(
    r"\s*(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}(?:\.\d+)*/[^\s\"<>\\^`{|}]+)\s*",
    re.ASCII | re.IGNORECASE,
)
#: The DOIs arXiv gives to its papers: https://info.arxiv.org/help/doi.html
_ARXIVS_OWN = "10.48550/arxiv."
_LONGEST = 200
#: Many works bear these titles; they tell nothing.
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
#: Shorter titles are as likely to be those of two works.
_FEWEST_LETTERS = 6


def doi_of(text: str) -> str | None:
    """The DOI that `text` is, in small letters (DOIs know no large ones); ``None`` when it is none."""
    found = _DOI.fullmatch(text)
    if found is None or len(found[1]) > _LONGEST:
        return None
    doi = found[1].rstrip(".,;").lower()
    return doi if doi.isprintable() else None


def arxiv_id_of_doi(doi: str) -> str | None:
    """The arXiv id that one of arXiv's own DOIs stands for, without its version."""
    if not doi.lower().startswith(_ARXIVS_OWN):
        return None
    found = ARXIV_ID.fullmatch(doi[len(_ARXIVS_OWN) :])
    return found[1] if found else None


def doi_id(doi: str) -> str:
    """The id of a paper that has a DOI and no arXiv id: ``doi:10.1145/3292500``."""
    return f"{_DOI_ID}{doi}"


def folded(title: str) -> str:
    """A title's letters and digits alone, without case and accents: what two accounts of one title share."""
    return "".join(char for char in unicodedata.normalize("NFKD", title).casefold() if char.isalnum())


def title_key(title: str) -> str | None:
    """What papers with the same title share; ``None`` for a title that many works bear (“Editorial”)."""
    letters = folded(title)
    if len(letters) < _FEWEST_LETTERS or letters in _ANY_WORKS:
        return None
    return sha256(letters.encode("utf-8", "replace")).hexdigest()[:16]


def title_number(title: str) -> int | None:
    """`title_key` as a number of 64 bits, for the archive's index of titles."""
    key = title_key(title)
    return None if key is None else int.from_bytes(bytes.fromhex(key), signed=True)


def title_id(title: str, address: str = "") -> str:
    """The id of a paper of which nothing better is known than its title; the same for the same words.

    Args:
        title: its title.
        address: its page, which tells papers apart whose title many works bear.
    """
    key = title_key(title)
    if key is None:
        key = sha256(f"{folded(title)} {address}".encode("utf-8", "replace")).hexdigest()[:16]
    return f"{_TITLE_ID}{key}"


def identified(paper: Paper) -> Paper:
    """`paper` with the best id that is known of it: the one it has, its DOI's, or one made of its title."""
    if paper.id:
        return paper
    doi = doi_of(paper.doi) if paper.doi else None
    if doi is None:
        return paper._replace(id=title_id(paper.title, paper.url or ""))
    return paper._replace(id=arxiv_id_of_doi(doi) or doi_id(doi), doi=doi)


def is_made(id_: str) -> bool:
    """Whether `id_` was made of a DOI or a title: then the paper may get a better one."""
    return id_.startswith((_DOI_ID, _TITLE_ID))


def is_arxiv(id_: str) -> bool:
    """Whether `id_` is arXiv's, and not made of a DOI or a title."""
    return ARXIV_ID.fullmatch(id_) is not None
