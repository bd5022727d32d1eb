r"""Parse arXiv's daily listing of a category: RSS 2.0 or Atom with arXiv's extensions. Pure.

https://info.arxiv.org/help/rss_specifications.html. A listing has the announcements of one day, and is empty on days
without any. The authors are one text joined by commas, with TeX accents (``Jim\'enez``) and affiliations in
parentheses that may contain commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element

from papertui.core import text
from papertui.core.paper import Paper, page_url, pdf_url
from papertui.errors import SourceError
from papertui.sources.arxiv.answer import ARXIV, ATOM
from papertui.sources.arxiv.entry import (
    LONGEST_LINE,
    LONGEST_TEXT,
    SERVICE,
    SOURCE,
    Entry,
    categories,
    first_doi,
    id_and_version,
)
from papertui.sources.arxiv.xml import parsed, words

_DC = "{http://purl.org/dc/elements/1.1/}"
#: ``arXiv:2608.11232v1 Announce Type: new \nAbstract: ...``
_HEAD = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*\S+\s*(?:Abstract:\s*)?", re.IGNORECASE)
_ERROR = re.compile(r"\s*Feed error for query\b", re.IGNORECASE)
_BRACED = re.compile(r"^\s*\{([^{}\\]*)\}\s*$")
#: "Ada Lovelace and Charles Babbage", as in older records; not "Institute for Data and Society".
_AND = re.compile(r"(?<=\S)\s+and\s+(?=\S+\s+\S)")
#: Collaborations at particle colliders have three thousand authors.
_LONGEST_CREATOR = 200_000
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})


class Listing(NamedTuple):
    """The announcements in a category on one day."""

    #: In the order of the listing.
    entries: tuple[Entry, ...]
    #: Entries that could not be read.
    skipped: int = 0
    #: The day of the listing, in arXiv's time zone; ``None`` if it cannot be read.
    day: date | None = None
    #: When the listing was generated.
    built: datetime | None = None
    #: Whether arXiv reports that there is no such category.
    is_error: bool = False


def read_listing(body: bytes) -> Listing:
    """Parse the listing in `body`.

    Raises:
        SourceError: it is not XML, or not a listing.
    """
    root = parsed(body, SERVICE, ("rss", f"{ATOM}feed"))
    channel = root.find("channel") if root.tag == "rss" else root
    if channel is None:
        raise SourceError(f"{SERVICE} sent something other than a listing; try again later.")
    atom = channel.tag == f"{ATOM}feed"
    title = channel.findtext(f"{ATOM}title" if atom else "title", "")
    if _ERROR.match(title):
        return Listing((), is_error=True)
    entries: list[Entry] = []
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
    return Listing(tuple(entries), skipped, None if moment is None else moment.date(), _moment(built))


def _rss_item(item: Element) -> Entry | None:
    return _entry(
        item,
        title=words(item.find("title")),
        addresses=(item.findtext("guid", ""), item.findtext("link", "")),
        abstract=words(item.find("description")),
        terms=[term.text or "" for term in item.iterfind("category")],
    )


def _atom_entry(entry: Element) -> Entry | None:
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
) -> Entry | None:
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
    return Entry(paper, versions[0] if versions else None, announced)


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


def _moment(told: str) -> datetime | None:
    """Parse a timestamp in the format of mail or ISO 8601, with its time zone."""
    told = told.strip()
    try:
        moment = parsedate_to_datetime(told) if "," in told else datetime.fromisoformat(told)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
