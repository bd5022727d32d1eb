"""One entry of a feed as a `Paper`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from papertui.errors import UsageError
from papertui.model import text
from papertui.model.feed import CATEGORIES
from papertui.model.identity import doi_of, entry_id, identified
from papertui.model.paper import Paper, paper_id
from papertui.sources.feeds.authors import people
from papertui.sources.feeds.dates import FeedDate
from papertui.sources.feeds.front_matter import FrontMatter, is_names, split_front_matter
from papertui.sources.feeds.markup import lines_of, shortened, text_of

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


class RawText(NamedTuple):
    """A text in a feed, and whether it is HTML."""

    value: str
    is_html: bool = True


class RawEntry(NamedTuple):
    """The facts that a feed gives about one entry, not yet made safe."""

    title: RawText = RawText("")
    #: Summaries and contents, of which the longest is used.
    texts: tuple[RawText, ...] = ()
    #: One or more names in each.
    authors: tuple[str, ...] = ()
    published: FeedDate | None = None
    #: Whether it gives a date, even one that cannot be read.
    is_dated: bool = False
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


class FeedContent(NamedTuple):
    """The content of a feed, not yet made safe."""

    title: RawText
    home: str
    updated: FeedDate | None
    entries: tuple[RawEntry, ...]
    #: The day of the whole list.
    day: FeedDate | None = None
    #: Whether parts may be missing because the feed is malformed.
    is_malformed: bool = False


#: NBER: ``The title -- by Ada Writer``
_TITLE_BY = re.compile(r"(?P<title>.{5,}?)\s+(?:--|[\u2013\u2014])\s+by\s+(?P<authors>.+)", re.DOTALL)

#: A guid that is shorter, or a number, counts the entries of one page rather than of a site.
_SHORTEST_GUID = 8
_SCHEME = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_SITE = re.compile(r"https?://[^/\s]+/?", re.IGNORECASE)


def names_of(entries: Sequence[RawEntry]) -> list[str]:
    """Return what each entry is known by within its feed: its guid, else its link.

    Some feeds give all entries one guid or one link, or neither. Only then the title and the date distinguish them.
    """
    links: dict[str, set[str]] = {}
    titles: dict[str, set[str]] = {}
    for entry in entries:
        links.setdefault(entry.guid.strip(), set()).add(entry.link.strip())
        titles.setdefault(entry.link.strip(), set()).add(entry.title.value.strip())
    names = [_name_of(entry, links, titles) for entry in entries]
    facts: dict[str, set[tuple[str, str]]] = {}
    for entry, name in zip(entries, names, strict=True):
        facts.setdefault(name, set()).add(_title_and_date(entry))
    return [
        " ".join(filter(None, (name, *_title_and_date(entry)))) if _is_shared(name, facts[name], entry) else name
        for entry, name in zip(entries, names, strict=True)
    ]


def _is_shared(name: str, facts: set[tuple[str, str]], entry: RawEntry) -> bool:
    if not name:
        return entry.published is not None
    # Two entries with one id are two versions of one entry (RFC 4287, 4.1.1), unless it is that of the whole site.
    return len(facts) > 1 and (not entry.guid.strip() or _SITE.fullmatch(entry.link.strip()) is not None)


def _title_and_date(entry: RawEntry) -> tuple[str, str]:
    return entry.title.value.strip(), entry.published.utc.isoformat() if entry.published else ""


def _name_of(entry: RawEntry, links: dict[str, set[str]], titles: dict[str, set[str]]) -> str:
    guid, link = entry.guid.strip(), entry.link.strip()
    is_vague = len(guid) < _SHORTEST_GUID or guid.isdigit()
    if guid and len(links[guid]) == 1 and (not is_vague or not link):
        return _SCHEME.sub("", guid)
    if link and len(titles[link]) > 1:
        link = f"{link} {guid if guid and len(links[guid]) == 1 else entry.title.value.strip()}"
    elif is_vague and guid and len(links[guid]) == 1:
        link = f"{link} {guid}"
    return _SCHEME.sub("", link)


def paper_of(entry: RawEntry, base: str, name: str = "", day: FeedDate | None = None) -> Paper | None:
    """Return the paper that `entry` describes; ``None`` if it has neither title nor text.

    Args:
        entry: the facts from the feed.
        base: the address of the feed, for relative addresses; its host becomes the source.
        name: what it is known by in its feed, see `names_of`.
        day: the day of the list, if its entries have none.
    """
    front = _front_matter(entry.texts)
    abstract = text.prose(shortened(front.text))
    authors = entry.authors if any(map(str.strip, entry.authors)) else tuple(front.authors)
    title = _read(entry.title)[:_LONGEST_TITLE]
    if not authors and (match := _TITLE_BY.fullmatch(title.strip())) and is_names(match["authors"]):
        title, authors = match["title"], (match["authors"],)
    title = text.title(title) or _first_words(abstract)
    if not title:
        return None
    labels = _unique(text.title(_shown(label)[:_LONGEST_LABEL]) for label in entry.labels)
    url = absolute(entry.link, base)
    doi = _doi((*entry.dois, entry.guid, entry.link, *entry.links, front.doi))
    date = entry.published or (None if entry.is_dated else front.date or day)
    return identified(
        Paper(
            id=_arxiv_id((entry.link, entry.guid)) or "",
            title=title,
            abstract=abstract,
            authors=people(authors),
            published=None if date is None else date.utc,
            precision=None if date is None else date.precision,
            keywords=tuple(label for label in labels if label not in _CATEGORIES)[:_MOST_LABELS],
            categories=tuple(label for label in labels if label in _CATEGORIES),
            sources=(host(base),),
            url=url,
            pdf=next((found for pdf in entry.pdfs if (found := absolute(pdf, base))), None),
            thumbnail=absolute(entry.image, base),
            doi=doi,
            journal_ref=text.title((_journal(entry.journal) or front.journal)[:_LONGEST_TITLE]) or None,
        ),
        entry_id(host(base), name) if name else "",
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


def _read(raw: RawText) -> str:
    return text_of(raw.value) if raw.is_html else shortened(raw.value)


def _shown(label: str) -> str:
    return text_of(label[: 4 * _LONGEST_LABEL])


def _front_matter(texts: Iterable[RawText]) -> FrontMatter:
    """Return the longest of `texts`, as a summary is often the beginning of the content, with the facts of all."""
    found = [split_front_matter(_abstract(one)) for one in texts]
    whole = FrontMatter(max((one.text for one in found), key=len, default=""))
    for one in found:
        whole.authors = whole.authors or one.authors
        whole.date = whole.date or one.date
        whole.note(journal=one.journal, doi=one.doi)
    return whole


def _abstract(raw: RawText) -> str:
    lines = lines_of(raw.value) if raw.is_html else raw.value
    return _ANNOUNCED.sub("", lines, count=1) if _ANNOUNCED.match(lines) else lines


def _journal(named: str) -> str:
    """Return the name of a journal; Nature adds the date and the DOI to it."""
    return split_front_matter(named).journal or named


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


def _doi(values: Iterable[str]) -> str | None:
    return next((doi for one in values if (doi := doi_of(_DOI_PREFIX.sub("doi:", one, count=1)))), None)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
