r"""Parse what arXiv returns: Atom (RFC 4287) from its query API, RSS 2.0 and Atom from its listings. Pure.

The query API: https://info.arxiv.org/help/api/user-manual.html#52-details-of-atom-results-returned

The listings: https://info.arxiv.org/help/rss_specifications.html. A listing has the announcements of one day, and is
empty on days without any. The authors are one text joined by commas, with TeX accents (``Jim\'enez``) and affiliations
in parentheses that may contain commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element

from papertui.errors import SourceError, UsageError
from papertui.model import text
from papertui.model.feed import CATEGORIES
from papertui.model.identity import doi_of
from papertui.model.paper import Paper, page_url, paper_id, pdf_url
from papertui.model.record import moment_from
from papertui.model.versions import SeenVersion, withdrawal
from papertui.sources.safe_xml import parse_xml, words

SOURCE = "arxiv"
SERVICE = "arXiv"
#: How a paper is announced: https://info.arxiv.org/help/rss_specifications.html
NEW, CROSS, REPLACE, REPLACE_CROSS = "new", "cross", "replace", "replace-cross"
WITHDRAWN = "withdrawn"
#: Characters read of a title, a name or a comment, and of an abstract; real ones are shorter.
LONGEST_LINE, LONGEST_TEXT = 2_000, 50_000
_VERSION = re.compile(r"v(\d{1,4})$", re.ASCII)
_KNOWN = frozenset(CATEGORIES)
#: Includes old archives, ``cmp-lg`` and ``alg-geom``, but not the codes of other schemes, ``14J60`` and ``I.2.7``.
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z-]{2,12})?", re.ASCII)


class ArxivEntry(NamedTuple):
    """A paper in a response of arXiv."""

    paper: Paper
    #: The number of the version, from 1; ``None`` if unknown.
    version: int | None = None
    #: ``new``, ``cross``, ``replace``, ``replace-cross`` or a future value; empty in a search result.
    announced: str = ""
    #: When that version appeared, UTC.
    updated: datetime | None = None
    #: The authors' comment: pages, where it was accepted.
    comment: str = ""

    @property
    def is_withdrawn(self) -> bool:
        """Whether the authors have withdrawn the paper."""
        return bool(withdrawal(self.paper.abstract, self.comment))

    @property
    def seen(self) -> SeenVersion | None:
        """The version; ``None`` if its number is unknown."""
        if self.version is None:
            return None
        paper = self.paper
        words = withdrawal(paper.abstract, self.comment)
        return SeenVersion(
            paper.id, self.version, self.updated, paper.abstract, words, paper.doi or "", paper.journal_ref or ""
        )

    @property
    def why(self) -> str:
        """How the paper was announced, for its row in a list."""
        return " ".join(word for word in (self.announced, WITHDRAWN if self.is_withdrawn else "") if word)


def id_and_version(address: str) -> tuple[str, int | None] | None:
    """Return the id and the version in an address or an OAI identifier, ``None`` if it names no paper."""
    name = address.strip().removeprefix("oai:arXiv.org:")
    try:
        id_ = paper_id(name)
    except UsageError:
        return None
    found = _VERSION.search(name.removesuffix(".pdf"))
    return id_, int(found[1]) if found else None


def categories(terms: Iterable[str]) -> tuple[str, ...]:
    """Return arXiv's categories among `terms`, the primary one first; codes of other schemes (MSC, ACM) are dropped."""
    names = [text.plain(term) for term in terms]
    return tuple(
        dict.fromkeys(
            name for place, name in enumerate(names) if name in _KNOWN or (not place and _CATEGORY.fullmatch(name))
        )
    )


def first_doi(*values: str) -> str | None:
    """Return the first DOI among `values`, as written; each is an address or DOIs separated by white space."""
    lines = [text.plain(line[:LONGEST_LINE]) for line in values]
    for part in " ".join(lines).split():
        if doi := doi_of(part):
            begin = part.lower().rfind(doi)
            return part[begin : begin + len(doi)]
    return next(filter(None, lines), None)


ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
_OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
#: An error comes as an entry; its status has been 200 and 400, and its title is not fixed.
_API_ERROR = "arxiv.org/api/errors"
_SHOWN = 200


class ArxivResponse(NamedTuple):
    """A response of the query API."""

    #: In the order of the response.
    entries: tuple[ArxivEntry, ...]
    #: Entries that could not be read.
    skipped: int = 0
    #: The number of papers that match in all; 0 if unknown.
    total: int = 0
    #: arXiv's own error message about the query; empty if there is none.
    error: str = ""
    #: Whether papers may be missing because the response is malformed.
    is_malformed: bool = False


def read_response(body: bytes) -> ArxivResponse:
    """Parse the response in `body`.

    Raises:
        SourceError: it is not XML, or not a feed.
    """
    root, is_malformed = parse_xml(body, SERVICE, (f"{ATOM}feed",))
    entries: list[ArxivEntry] = []
    skipped = 0
    for element in root.iterfind(f"{ATOM}entry"):
        if _API_ERROR in element.findtext(f"{ATOM}id", ""):
            return ArxivResponse((), error=text.plain(element.findtext(f"{ATOM}summary", ""))[:_SHOWN] or "an error")
        entry = read_atom_entry(element)
        if entry is None:
            skipped += 1
        else:
            entries.append(entry)
    total = root.findtext(f"{_OPENSEARCH}totalResults", "").strip()
    # More digits than a number of papers has are not one: int() of thousands of digits is refused.
    is_count = re.fullmatch(r"[0-9]{1,9}", total) is not None
    return ArxivResponse(tuple(entries), skipped, int(total) if is_count else 0, is_malformed=is_malformed)


def read_atom_entry(entry: Element, source: str = SOURCE) -> ArxivEntry | None:
    """Return the paper in one entry; ``None`` if it has no arXiv id or no title, or reports an error."""
    address = entry.findtext(f"{ATOM}id", "")
    named = id_and_version(address)
    title = text.title(words(entry.find(f"{ATOM}title"))[:LONGEST_LINE])
    if named is None or not title or _API_ERROR in address:
        return None
    id_, version = named
    names = (text.name(author.findtext(f"{ATOM}name", "")[:LONGEST_LINE]) for author in entry.iterfind(f"{ATOM}author"))
    primary = entry.find(f"{ARXIV}primary_category")
    terms = [primary, *entry.iterfind(f"{ATOM}category")]
    paper = Paper(
        id=id_,
        title=title,
        abstract=text.prose(words(entry.find(f"{ATOM}summary"))[:LONGEST_TEXT]),
        authors=tuple(name for name in names if name),
        published=moment_from(entry.findtext(f"{ATOM}published", "").strip()),
        categories=categories(term.get("term", "") for term in terms if term is not None),
        sources=(source,),
        url=page_url(id_),
        pdf=pdf_url(id_),
        doi=_doi(entry),
        journal_ref=text.title(entry.findtext(f"{ARXIV}journal_ref", "")[:LONGEST_LINE]) or None,
    )
    return ArxivEntry(
        paper,
        version,
        updated=moment_from(entry.findtext(f"{ATOM}updated", "").strip()),
        comment=text.title(entry.findtext(f"{ARXIV}comment", "")[:LONGEST_LINE]),
    )


def _doi(entry: Element) -> str | None:
    """Return the first DOI in the DOI element, or else in the DOI links."""
    links = [link.get("href", "") for link in entry.iterfind(f"{ATOM}link") if link.get("title") == "doi"]
    return first_doi(entry.findtext(f"{ARXIV}doi", ""), *links)


_DC = "{http://purl.org/dc/elements/1.1/}"
#: ``arXiv:2608.11232v1 Announce Type: new \nAbstract: ...``
_HEAD = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*\S+\s*(?:Abstract:\s*)?", re.IGNORECASE)
_LISTING_ERROR = re.compile(r"\s*Feed error for query\b", re.IGNORECASE)
_BRACED = re.compile(r"^\s*\{([^{}\\]*)\}\s*$")
#: "Ada Lovelace and Charles Babbage", as in older records; not "Institute for Data and Society".
_AND = re.compile(r"(?<=\S)\s+and\s+(?=\S+\s+\S)")
#: Collaborations at particle colliders have three thousand authors.
_LONGEST_CREATOR = 200_000
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})


class ArxivListing(NamedTuple):
    """The announcements in a category on one day."""

    #: In the order of the listing.
    entries: tuple[ArxivEntry, ...]
    #: Entries that could not be read.
    skipped: int = 0
    #: The day of the listing, in arXiv's time zone; ``None`` if it cannot be read.
    day: date | None = None
    #: When the listing was generated.
    built: datetime | None = None
    #: Whether arXiv reports that there is no such category.
    is_error: bool = False
    #: Whether papers may be missing because the listing is malformed.
    is_malformed: bool = False


def read_listing(body: bytes) -> ArxivListing:
    """Parse the listing in `body`.

    Raises:
        SourceError: it is not XML, or not a listing.
    """
    root, is_malformed = parse_xml(body, SERVICE, ("rss", f"{ATOM}feed"))
    channel = root.find("channel") if root.tag == "rss" else root
    if channel is None:
        raise SourceError(f"{SERVICE} sent something other than a listing; try again later.")
    atom = channel.tag == f"{ATOM}feed"
    title = channel.findtext(f"{ATOM}title" if atom else "title", "")
    if _LISTING_ERROR.match(title):
        return ArxivListing((), is_error=True)
    entries: list[ArxivEntry] = []
    skipped = 0
    for element in channel.iterfind(f"{ATOM}entry" if atom else "item"):
        entry = _atom_entry(element) if atom else _rss_item(element)
        if entry is None:
            skipped += 1
        else:
            entries.append(entry)
    published = channel.findtext(f"{ATOM}updated" if atom else "pubDate", "")
    built = channel.findtext(f"{ATOM}updated" if atom else "lastBuildDate", "")
    moment = _moment(published)
    day = None if moment is None else moment.date()
    return ArxivListing(tuple(entries), skipped, day, _moment(built), is_malformed=is_malformed)


def _rss_item(item: Element) -> ArxivEntry | None:
    return _entry(
        item,
        title=words(item.find("title")),
        addresses=(item.findtext("guid", ""), item.findtext("link", "")),
        abstract=words(item.find("description")),
        terms=[term.text or "" for term in item.iterfind("category")],
    )


def _atom_entry(entry: Element) -> ArxivEntry | None:
    links = [link.get("href", "") for link in entry.iterfind(f"{ATOM}link")]
    return _entry(
        entry,
        title=words(entry.find(f"{ATOM}title")),
        addresses=(entry.findtext(f"{ATOM}id", ""), *links),
        abstract=words(entry.find(f"{ATOM}summary")),
        terms=[term.get("term", "") for term in entry.iterfind(f"{ATOM}category")],
    )


def _entry(
    element: Element, *, title: str, addresses: tuple[str, ...], abstract: str, terms: list[str]
) -> ArxivEntry | None:
    named = [found for address in addresses if (found := id_and_version(address)) is not None]
    title = text.title(title[:LONGEST_LINE])
    if not named or not title:
        return None
    id_ = named[0][0]
    creators = [creator.text or "" for creator in element.iterfind(f"{_DC}creator")]
    creators = creators or [name.text or "" for name in element.iterfind(f"{ATOM}author/{ATOM}name")]
    paper = Paper(
        id=id_,
        title=title,
        abstract=text.prose(_HEAD.sub("", abstract[:LONGEST_TEXT], count=1)),
        authors=tuple(name for creator in creators for name in authors(creator)),
        categories=categories(terms),
        sources=(SOURCE,),
        url=page_url(id_),
        pdf=pdf_url(id_),
        doi=first_doi(element.findtext(f"{ARXIV}DOI", "")),
        journal_ref=text.title(element.findtext(f"{ARXIV}journal_reference", "")[:LONGEST_LINE]) or None,
    )
    versions = [version for _, version in named if version is not None]
    announced = text.plain(element.findtext(f"{ARXIV}announce_type", "")).lower()
    return ArxivEntry(paper, versions[0] if versions else None, announced)


def authors(creator: str) -> Iterator[str]:
    """Yield the names in one text, without affiliations."""
    names: list[str] = []
    for part in _parts(creator[:_LONGEST_CREATOR]):
        # A name in braces must not be split.
        braced = _BRACED.fullmatch(part)
        for one in [braced[1]] if braced else _AND.split(part):
            name = text.name(one[:LONGEST_LINE])
            if name.lower() in _SUFFIXES and names:
                names[-1] = f"{names[-1]} {name}"
            elif name:
                names.append(name)
    yield from names


def _parts(creator: str) -> Iterator[str]:
    """Split the text at its commas, except within braces; text in parentheses is dropped."""
    part: list[str] = []
    braces = brackets = 0
    last = creator.rfind(")")
    for place, char in enumerate(creator):
        escaped = place > 0 and creator[place - 1] == "\\"
        if brackets and place > last and char == ",":
            brackets = 0  # never closed: it can only be the affiliation of this name
        if char == "(" and not escaped:
            brackets += 1
        elif char == ")" and brackets:
            brackets -= 1
        elif brackets:
            continue
        elif char == "," and not braces:
            yield "".join(part)
            part = []
        else:
            braces = max(0, braces + (char == "{") - (char == "}"))
            part.append(char)
    yield "".join(part)


def _moment(stamp: str) -> datetime | None:
    """Parse a timestamp in the format of mail or ISO 8601, with its time zone."""
    stamp = stamp.strip()
    try:
        moment = parsedate_to_datetime(stamp) if "," in stamp else datetime.fromisoformat(stamp)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
