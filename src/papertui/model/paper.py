"""The paper and its id."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import quote

from papertui.errors import UsageError
from papertui.model.format import day
from papertui.model.partial_date import PartialDate, Precision
from papertui.model.safe_text import excerpt

#: New style since April 2007 (2604.26951) and old style before (hep-th/9711200, math.GT/0309136).
#: https://info.arxiv.org/help/arxiv_identifier.html
ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[A-Za-z]{2})?/\d{7})(v\d+)?", re.ASCII)
#: Papers without an arXiv id have one derived from their DOI or title: see `papertui.model.identity`.
_OTHER_ID = re.compile(r"title/[0-9a-f]{16}|doi:10\.\d{4,9}(?:\.\d+)*/[^\s\"<>\\^`{|}]+", re.ASCII)
_DOI_ADDRESS = re.compile(r"(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(?=10\.\d{4,9}[./])", re.IGNORECASE)
_ARXIVS_DOI = "10.48550/arxiv."
_SEARCHES = ("https://huggingface.co/papers?q=", "https://arxiv.org/search")
_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.|export\.)?(?:arxiv\.org|huggingface\.co|hf\.co|alphaxiv\.org)"
    r"/(?:abs|pdf|html|papers|overview)/",
    re.IGNORECASE,
)


class Paper(NamedTuple):
    """One work. All texts are safe to show; absent facts are ``None`` or empty."""

    id: str  # an arXiv id without version (``2604.26951``), or one of `papertui.model.identity`
    title: str  # one line
    abstract: str = ""  # white space folded to single spaces
    authors: tuple[str, ...] = ()  # in the order of the paper
    published: datetime | None = None  # when the first version appeared, UTC; see `precision`
    featured: date | None = None  # the day in the daily papers
    upvotes: int | None = None  # on Hugging Face, when last seen; so are the comments
    comments: int | None = None
    github: str | None = None  # the address of the code
    stars: int | None = None  # of that repository, when last seen
    project: str | None = None  # the address of the project page
    organization: str | None = None  # the full name of the laboratory or company
    keywords: tuple[str, ...] = ()  # short phrases, most specific first
    tldr: str | None = None  # one sentence
    categories: tuple[str, ...] = ()  # of arXiv, primary first
    #: Where the facts come from: ``huggingface``, ``arxiv``, ``file``, ``starter`` or the host of a feed.
    sources: tuple[str, ...] = ()
    url: str | None = None  # the page of the paper
    pdf: str | None = None
    thumbnail: str | None = None
    doi: str | None = None  # of the published version
    journal_ref: str | None = None  # where it was published, as free text
    submitter: str | None = None  # the user who submitted it to the daily papers
    media: tuple[str, ...] = ()  # addresses of pictures and videos
    models: int | None = None  # the number of models on Hugging Face that cite the paper
    datasets: int | None = None
    spaces: int | None = None
    precision: Precision | None = None  # how much of `published` is known

    @property
    def day(self) -> date | None:
        """The day from which its age counts: when it was featured, else published."""
        return self.featured or (self.published.date() if self.published else None)

    @property
    def published_date(self) -> PartialDate | None:
        """`published` with its precision."""
        return PartialDate(self.published, self.precision) if self.published else None

    def day_text(self, today: date) -> str:
        """Format `day` for a list, as far as it is known; empty if it is not."""
        if self.featured:
            return day(self.featured, today)
        return PartialDate(self.published, self.precision).short(today) if self.published else ""


def paper_id(text: str) -> str:
    """Parse the id of a paper.

    Accepts ``2604.26951``, ``arXiv:2604.26951v2``, ``hep-th/9711200``, the address of an abstract, PDF or HTML page on
    arXiv, or of a paper page on Hugging Face or alphaXiv; the version is dropped. A DOI becomes ``doi:10.1145/…``, or
    the arXiv id if arXiv registered it. An id derived from a title stays as it is.

    Raises:
        UsageError: `text` does not name a paper.
    """
    rest = text.strip()
    if match := _ADDRESS.match(rest):
        rest = rest[match.end() :].split("?", 1)[0].split("#", 1)[0].rstrip("/")
        rest = rest.removesuffix(".pdf").removesuffix(".md")
    elif rest[:6].lower() == "arxiv:":
        rest = rest[6:].strip()
    if match := _DOI_ADDRESS.match(rest):
        rest = rest[match.end() :].lower()
        rest = rest.removeprefix(_ARXIVS_DOI) if rest.startswith(_ARXIVS_DOI) else f"doi:{rest}"
    if _OTHER_ID.fullmatch(rest):
        return rest
    match = ARXIV_ID.fullmatch(rest)
    if match is None:
        wrong = excerpt(text.strip())
        raise UsageError(
            f"“{wrong}” is not an arXiv id. Write it like 2604.26951 or hep-th/9711200, or paste the paper's URL."
        )
    return match[1]


def address(id_: str, known: str | None, *, pdf: bool) -> str:
    """Return the address of a paper (or its PDF): `known` if it is a web address, else one derived from the id."""
    if known is not None and known.startswith(("https://", "http://")):
        return known
    if id_.startswith("doi:"):
        return doi_url(id_[4:])
    if id_.startswith("title/"):
        return "https://arxiv.org/search/"  # its page is unknown, but it can be searched for there
    return pdf_url(id_) if pdf else page_url(id_)


def link_of(paper: Paper) -> str | None:
    """Return the address of a paper: its DOI before anything else; ``None`` if no page of it is known."""
    doi = paper.doi or (paper.id[4:] if paper.id.startswith("doi:") else "")
    if _OTHER_ID.fullmatch(f"doi:{doi}") and not doi.lower().startswith(_ARXIVS_DOI):
        return doi_url(doi)
    if paper.url is not None and paper.url.startswith(("https://", "http://")) and not found_by_search(paper.url):
        return paper.url
    return None if paper.id.startswith("title/") else page_url(paper.id)


def page_address(paper: Paper) -> str:
    """Return the address to open for a paper: `link_of`, or else a search for its title."""
    return link_of(paper) or _SEARCHES[0] + quote(paper.title)


def doi_url(doi: str) -> str:
    """Return the address of a DOI."""
    return "https://doi.org/" + doi.replace("%", "%25").replace("?", "%3F").replace("#", "%23")


def found_by_search(url: str) -> bool:
    """Whether an address only searches for a paper whose page is unknown, as older versions stored it."""
    return url.startswith(_SEARCHES)


def known_as(paper: Paper) -> str:
    """Return the label of a paper: its id, or the host of its page if the id is only a hash of the title."""
    if not paper.id.startswith("title/"):
        return paper.id
    return (paper.url or "").partition("://")[2].partition("/")[0].removeprefix("www.")


def page_url(id_: str) -> str:
    """Return the address of the paper's page on arXiv, for a validated id."""
    return f"https://arxiv.org/abs/{id_}"


def pdf_url(id_: str) -> str:
    """Return the address of the paper's PDF on arXiv, for a validated id."""
    return f"https://arxiv.org/pdf/{id_}"
