"""What a feed tells of one work, made into a `Paper`. Pure: values in, values out."""

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
#: A text without a title is called by its first words.
_WORDS_OF_A_TITLE = 12
_CATEGORIES = frozenset(CATEGORIES)
_ARXIVS = re.compile(
    r"(?:oai:)?arxiv(?:\.org)?:(?P<id>\S{1,40})|"
    r"https?://(?:www\.|export\.|rss\.)?arxiv\.org/(?:abs|pdf|html)/(?P<page>[^?#\s]{1,60})(?:[?#]\S*)?",
    re.IGNORECASE,
)
#: arXiv's feeds say this before the abstract: https://info.arxiv.org/help/rss_specifications.html
_ANNOUNCED = re.compile(r"\s*arXiv:\S{1,40}\s+Announce Type:\s*\S{1,40}\s+Abstract:\s*")
_DOI_PREFIX = re.compile(r"\s*(?:info:doi/|urn:doi:)", re.IGNORECASE)


class Written(NamedTuple):
    """A text as a feed has it, and whether its markup is to be read as such."""

    value: str
    is_html: bool = True


class Told(NamedTuple):
    """What a feed tells of one entry, nothing of it made safe yet.

    Attributes:
        title: as it stands there.
        texts: summaries and contents, of which the longest is taken.
        authors: one or several names in each.
        published: when, UTC.
        labels: categories, tags and keywords.
        guid: what the feed names it by.
        link: its page, perhaps relative.
        links: every address that may be a DOI's.
        pdfs: addresses of it as PDF, perhaps relative.
        dois: what is said to be its DOI.
        journal: where it was published.
        image: a small picture's address.
    """

    title: Written = Written("")
    texts: tuple[Written, ...] = ()
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    labels: tuple[str, ...] = ()
    guid: str = ""
    link: str = ""
    links: tuple[str, ...] = ()
    pdfs: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    journal: str = ""
    image: str = ""


def paper_of(told: Told, base: str) -> Paper | None:
    """The paper that `told` speaks of; ``None`` when it has neither title nor text.

    Args:
        told: what the feed tells.
        base: the feed's address, which relative ones are relative to, and whose host is named as the source.
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
    """`address` as it is reached from `base`, if it is one of the web; ``None`` for all else."""
    if not address.strip():
        return None
    try:
        return text.web_url(urljoin(base, address.strip()))
    except ValueError:  # a bracket that opens an IPv6 address and never ends
        return None


def host(address: str) -> str:
    """The host in `address` as readers know it, without ``www.``."""
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
    """The longest of `texts`, as text: a summary is often the beginning of the content."""
    longest = max((_read(one) for one in texts), key=len, default="")
    return text.prose(_ANNOUNCED.sub("", longest, count=1) if _ANNOUNCED.match(longest) else longest)


def _first_words(line: str) -> str:
    words = line.split(" ", _WORDS_OF_A_TITLE)
    if len(words) <= _WORDS_OF_A_TITLE:
        return line[:_LONGEST_TITLE]
    return " ".join(words[:_WORDS_OF_A_TITLE])[:_LONGEST_TITLE] + " …"


def _arxiv_id(addresses: Iterable[str]) -> str | None:
    """The first id on arXiv among `addresses`; of other hosts' addresses none is taken for one."""
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
