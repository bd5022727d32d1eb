"""Convert a feed's description of one work to a `Paper`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from papertui.core import text
from papertui.core.categories import CATEGORIES
from papertui.core.identity import doi_of, identified
from papertui.core.paper import Paper, paper_id
from papertui.errors import UsageError
from papertui.sources.syndication.markup import shortened, text_of
from papertui.sources.syndication.people import people

_LONGEST_TITLE = 1_000
_LONGEST_LABEL = 100
_MOST_LABELS = 30
#: A text without a title is titled by its first words.
_WORDS_OF_A_TITLE = 12
_CATEGORIES = frozenset(CATEGORIES)
_ARXIVS = re.compile(
    r"(?:oai:)?arxiv(?:\.org)?:(?P<id>\S{1,40})|"
    r"https?://(?:www\.|export\.|rss\.)?arxiv\.org/(?:abs|pdf|html)/(?P<page>[^?#\s]{1,60})(?:[?#]\S*)?",
    re.IGNORECASE,
)
#: In arXiv's feeds this precedes the abstract: https://info.arxiv.org/help/rss_specifications.html
_ANNOUNCED = re.compile(r"\s*arXiv:\S{1,40}\s+Announce Type:\s*\S{1,40}\s+Abstract:\s*")
_DOI_PREFIX = re.compile(r"\s*(?:info:doi/|urn:doi:)", re.IGNORECASE)


class Written(NamedTuple):
    """A text in a feed, and whether it is HTML."""

    value: str
    is_html: bool = True


class Told(NamedTuple):
    """The facts that a feed gives about one entry, not yet made safe."""

    title: Written = Written("")
    #: Summaries and contents, of which the longest is used.
    texts: tuple[Written, ...] = ()
    #: One or more names in each.
    authors: tuple[str, ...] = ()
    #: In UTC.
    published: datetime | None = None
    #: Categories, tags and keywords.
    labels: tuple[str, ...] = ()
    #: The identifier in the feed.
    guid: str = ""
    #: The address of its page, possibly relative.
    link: str = ""
    #: All addresses that may be a DOI.
    links: tuple[str, ...] = ()
    #: Addresses of PDFs, possibly relative.
    pdfs: tuple[str, ...] = ()
    #: Values marked as a DOI.
    dois: tuple[str, ...] = ()
    #: Where it was published.
    journal: str = ""
    #: The address of a thumbnail.
    image: str = ""


def paper_of(told: Told, base: str) -> Paper | None:
    """Return the paper that `told` describes; ``None`` if it has neither title nor text.

    Args:
        told: the facts from the feed.
        base: the address of the feed, for relative addresses; its host becomes the source.
    """
    abstract = _abstract(told.texts)
    title = text.title(_read(told.title)[:_LONGEST_TITLE]) or _first_words(abstract)
    if not title:
        return None
    labels = _unique(text.title(_shown(label)[:_LONGEST_LABEL]) for label in told.labels)
    url = absolute(told.link, base)
    doi = _doi((*told.dois, told.guid, told.link, *told.links))
    return identified(
        Paper(
            id=_arxiv_id((told.link, told.guid)) or "",
            title=title,
            abstract=abstract,
            authors=people(told.authors),
            published=told.published,
            keywords=tuple(label for label in labels if label not in _CATEGORIES)[:_MOST_LABELS],
            categories=tuple(label for label in labels if label in _CATEGORIES),
            sources=(host(base),),
            url=url,
            pdf=next((found for pdf in told.pdfs if (found := absolute(pdf, base))), None),
            thumbnail=absolute(told.image, base),
            doi=doi,
            journal_ref=text.title(told.journal[:_LONGEST_TITLE]) or None,
        )
    )


def absolute(address: str, base: str) -> str | None:
    """Resolve `address` against `base`; ``None`` if the result is not a web address."""
    if not address.strip():
        return None
    try:
        return text.web_url(urljoin(base, address.strip()))
    except ValueError:  # an unclosed bracket of an IPv6 address
        return None


def host(address: str) -> str:
    """Return the host in `address`, without ``www.``."""
    try:
        name = urlsplit(address).hostname or ""
    except ValueError:
        name = ""
    return text.plain(name.removeprefix("www."))


def _read(written: Written) -> str:
    return text_of(written.value) if written.is_html else shortened(written.value)


def _shown(label: str) -> str:
    return text_of(label[: 4 * _LONGEST_LABEL])


def _abstract(texts: Iterable[Written]) -> str:
    """Return the longest of `texts`, as plain text: a summary is often the beginning of the content."""
    longest = max((_read(one) for one in texts), key=len, default="")
    return text.prose(_ANNOUNCED.sub("", longest, count=1) if _ANNOUNCED.match(longest) else longest)


def _first_words(line: str) -> str:
    words = line.split(" ", _WORDS_OF_A_TITLE)
    if len(words) <= _WORDS_OF_A_TITLE:
        return line[:_LONGEST_TITLE]
    return " ".join(words[:_WORDS_OF_A_TITLE])[:_LONGEST_TITLE] + " …"


def _arxiv_id(addresses: Iterable[str]) -> str | None:
    """Return the first arXiv id among `addresses`; addresses on other hosts do not count."""
    for address in addresses:
        found = _ARXIVS.fullmatch(address.strip())
        if found is None:
            continue
        try:
            return paper_id(found["id"] or f"https://arxiv.org/abs/{found['page']}")
        except UsageError:
            continue
    return None


def _doi(told: Iterable[str]) -> str | None:
    return next((doi for one in told if (doi := doi_of(_DOI_PREFIX.sub("doi:", one, count=1)))), None)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
