"""The paper and its id."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import quote

from papertui.errors import UsageError
from papertui.model.feed_address import hidden_password
from papertui.model.format import day
from papertui.model.paper_ids import arxiv_id, ids_in, in_words, is_label, is_published_doi
from papertui.model.partial_date import PartialDate, Precision
from papertui.model.safe_text import excerpt

#: Older versions stored such an address for a paper whose page is unknown.
_SEARCHES = ("https://huggingface.co/papers?q=", "https://arxiv.org/search")


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
    """Return the id of the one paper that `text` names, as people paste it.

    Accepts ``2604.26951``, ``arXiv:2604.26951v2 [cs.CL]``, ``hep-th/9711200``, ``2604.26951v3.pdf``, a DOI, addresses
    that contain an id, and sentences with one of these in it: see `papertui.model.paper_ids`. Versions are dropped. A
    DOI becomes ``doi:10.1145/…``, or the arXiv id if arXiv registered it. An id derived from a title stays as it is.

    Raises:
        UsageError: `text` names no paper, or several.
    """
    if id_ := arxiv_id(text):
        return id_
    ids = ids_in(text)
    if len(ids) == 1:
        return ids[0]
    quoted = excerpt(hidden_password(text.strip()))
    if ids:
        raise UsageError(f"“{quoted}” names several papers: {in_words(ids)}. Give one at a time.")
    raise UsageError(
        f"“{quoted}” is not an arXiv id. Write it like 2604.26951 or hep-th/9711200, or paste the paper's URL."
    )


def paper_ids(texts: Sequence[str]) -> list[str]:
    """Return the ids of the papers that `texts` name, one each, without duplicates; see `paper_id`.

    A shell splits ``arXiv: 2604.26951 [cs.CL]`` into three; what only labels an id is not one that is missing.

    Raises:
        UsageError: one of `texts` names no paper, or several.
    """
    named = [text for text in texts if not (text.strip() and is_label(text))] or texts
    return list(dict.fromkeys(map(paper_id, named)))


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
    if is_published_doi(doi):
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
