"""One paper, and the id that names it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple

from papertui.errors import UsageError

#: New style since April 2007 (2604.26951) and old style before (hep-th/9711200, math.GT/0309136).
#: https://info.arxiv.org/help/arxiv_identifier.html
ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[A-Za-z]{2})?/\d{7})(v\d+)?", re.ASCII)
#: Papers without an arXiv id bear one made of their DOI or of their title: see `papertui.core.identity`.
_OTHER_ID = re.compile(r"title/[0-9a-f]{16}|doi:10\.\d{4,9}(?:\.\d+)*/[^\s\"<>\\^`{|}]+", re.ASCII)
_DOI_ADDRESS = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(?=10\.\d{4,9}[./])", re.IGNORECASE)
_ARXIVS_DOI = "10.48550/arxiv."
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|export\.)?(?:arxiv\.org|huggingface\.co|hf\.co|alphaxiv\.org)"
    r"/(?:abs|pdf|html|papers|overview)/",
    re.IGNORECASE,
)


class Paper(NamedTuple):
    """One work. Every text in it is safe to show; absent facts are ``None`` or empty.

    Attributes:
        id: arXiv id without version (``2604.26951``), see `paper_id`.
        title: one line.
        abstract: the authors' abstract, white space folded to single spaces.
        authors: names in the order of the paper.
        published: when the first version appeared, UTC.
        featured: the day the paper was in the daily papers.
        upvotes: votes on Hugging Face when last seen.
        comments: comments on Hugging Face when last seen.
        github: address of the code.
        stars: stars of that repository when last seen.
        project: address of the project's page.
        organization: full name of the laboratory or company.
        keywords: short phrases, most telling first.
        tldr: one sentence, "in short".
        categories: arXiv categories, primary first.
        sources: where the facts come from: ``huggingface``, ``arxiv``, ``file``, ``starter`` or a feed's host.
        url: the paper's own page.
        pdf: the paper as PDF.
        thumbnail: a small picture.
        doi: Digital Object Identifier of the published version.
        journal_ref: where it was published.
        submitter: who brought it to the daily papers.
        media: pictures and films shown with it.
        models: how many models on Hugging Face name the paper.
        datasets: how many data sets name it.
        spaces: how many Spaces name it.
    """

    id: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    featured: date | None = None
    upvotes: int | None = None
    comments: int | None = None
    github: str | None = None
    stars: int | None = None
    project: str | None = None
    organization: str | None = None
    keywords: tuple[str, ...] = ()
    tldr: str | None = None
    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    url: str | None = None
    pdf: str | None = None
    thumbnail: str | None = None
    doi: str | None = None
    journal_ref: str | None = None
    submitter: str | None = None
    media: tuple[str, ...] = ()
    models: int | None = None
    datasets: int | None = None
    spaces: int | None = None


def paper_id(text: str) -> str:
    """The arXiv id without version that `text` names.

    Takes what readers paste: ``2604.26951``, ``arXiv:2604.26951v2``, ``hep-th/9711200``, an address of an abstract,
    PDF or HTML page on arXiv, or of a paper page on Hugging Face or alphaXiv. A DOI becomes ``doi:10.1145/…`` (arXiv's
    own DOIs their arXiv id), the id of a paper known by its title alone stays as it is.

    Raises:
        UsageError: `text` names no paper.
    """
    rest = text.strip()
    if found := _ADDRESS.match(rest):
        rest = rest[found.end() :].split("?", 1)[0].split("#", 1)[0].rstrip("/")
        rest = rest.removesuffix(".pdf").removesuffix(".md")
    elif rest[:6].lower() == "arxiv:":
        rest = rest[6:].strip()
    if found := _DOI_ADDRESS.match(rest):
        rest = rest[found.end() :].lower()
        rest = rest.removeprefix(_ARXIVS_DOI) if rest.startswith(_ARXIVS_DOI) else f"doi:{rest}"
    if _OTHER_ID.fullmatch(rest):
        return rest
    found = ARXIV_ID.fullmatch(rest)
    if found is None:
        shown = "".join(c if c.isprintable() else "?" for c in text.strip()[:60])
        raise UsageError(
            f"“{shown}” is not an arXiv id. Write it like 2604.26951 or hep-th/9711200, or paste the paper's address."
        )
    return found[1]


def address(id_: str, known: str | None, *, pdf: bool) -> str:
    """Where a paper (or its PDF) is read: at the `known` address if that is one of the web, else on arXiv."""
    if known is not None and known.startswith(("https://", "http://")):
        return known
    if id_.startswith("doi:"):
        return "https://doi.org/" + id_[4:].replace("%", "%25").replace("?", "%3F").replace("#", "%23")
    if id_.startswith("title/"):
        return "https://arxiv.org/search/"  # nobody knows its page, but there it can be looked for
    return pdf_url(id_) if pdf else page_url(id_)


def known_as(paper: Paper) -> str:
    """What a person knows a paper by: its id, or for one made of a title (which says nothing) the host of its page."""
    if not paper.id.startswith("title/"):
        return paper.id
    return (paper.url or "").partition("://")[2].partition("/")[0].removeprefix("www.")


def page_url(id_: str) -> str:
    """The paper's page on arXiv, built from a validated id."""
    return f"https://arxiv.org/abs/{id_}"


def pdf_url(id_: str) -> str:
    """The paper's PDF on arXiv, built from a validated id."""
    return f"https://arxiv.org/pdf/{id_}"
