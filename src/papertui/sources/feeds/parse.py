"""Parse RSS, Atom and JSON Feed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import struct_time
from typing import Any, NamedTuple
from xml.parsers.expat import ExpatError

import feedparser

from papertui.errors import SourceError
from papertui.model import text
from papertui.model.paper import Paper
from papertui.model.record import moment_from
from papertui.sources.feeds.entry import RawEntry, RawText, absolute, host, paper_of, text_of
from papertui.sources.feeds.sanitize import (
    MOST_ENTRIES,
    decode,
    is_page,
    no_feed,
    repair,
    too_much,
    truncate,
    validate,
    without_prolog,
)

# Parse timestamps of feeds that `feedparser` does not parse, or takes for another day.

_LONGEST = 60
#: Seconds or milliseconds since 1970; feedparser takes the first four digits for a year.
_SECONDS = re.compile(r"\d{9,10}")
_MILLISECONDS = re.compile(r"\d{12,13}")
_WEEK = re.compile(r"\d{4}-?W\d{2}(?:-?\d)?")
_FIVE_DIGITS = re.compile(r"\d{5,}-")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: ``April 30, 2026``, ``Sept. 3, 2026``, as people write dates.
_NAMED = re.compile(r"(?:\w+,\s*)?([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b.*")
#: ``Do, 30 Apr 2026 …``: a weekday in another language is redundant.
_WEEKDAY = re.compile(r"^\w{2,12}\.?,\s*", re.UNICODE)
#: A leap second, and midnight at the end of a day.
_LEAP, _MIDNIGHT = re.compile(r"(:\d{2}):60\b"), re.compile(r"\b24:00(?::00)?\b")


def is_misread(told: str) -> bool:
    """Whether feedparser misinterprets `told`."""
    told = told.strip()
    return any(known.fullmatch(told) for known in (_SECONDS, _MILLISECONDS, _WEEK)) or bool(_FIVE_DIGITS.match(told))


def moment_told(told: str) -> datetime | None:
    """Parse a timestamp and return it in UTC; ``None`` if it cannot be parsed."""
    told = told.strip()
    if not told or len(told) > _LONGEST:
        return None
    try:
        moment = _read(told)
        return None if moment is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError, OSError):
        return None


def _read(told: str) -> datetime | None:
    if _SECONDS.fullmatch(told):
        return datetime.fromtimestamp(int(told), UTC)
    if _MILLISECONDS.fullmatch(told):
        return datetime.fromtimestamp(int(told) / 1000, UTC)
    if _FIVE_DIGITS.match(told):
        return None
    if _WEEK.fullmatch(told):
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    if (named := _NAMED.fullmatch(told)) and named[1][:3].lower() in _MONTHS:
        return datetime(int(named[3]), _MONTHS.index(named[1][:3].lower()) + 1, int(named[2]), tzinfo=UTC)
    late = _MIDNIGHT.search(told) is not None
    told = _MIDNIGHT.sub("00:00:00", _LEAP.sub(r"\1:59", _WEEKDAY.sub("", told)))
    moment = datetime.fromisoformat(told) if told[:4].isdigit() else parsedate_to_datetime(told)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment + timedelta(days=1) if late else moment


# Parse RSS and Atom with `feedparser` (https://feedparser.readthedocs.io), after checks that make it safe.

#: Each edition of PRISM has another namespace; https://www.w3.org/Submission/prism/ is one of them.
_PRISM = "prismstandard.org"
_MOST_LINKS = 100
#: What feedparser raises for elements in unexpected places (``gml:pos`` without a place, ``http://[``).
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_HTML = frozenset({"text/html", "application/xhtml+xml"})
#: feedparser's data about a feed, an entry or a text. Its own dictionaries return values for missing keys, with
#: warnings, so they are converted to plain ones.
Facts = dict[str, object]


class Content(NamedTuple):
    """The content of a feed, not yet made safe."""

    title: RawText
    home: str
    updated: datetime | None
    entries: tuple[RawEntry, ...]


def read_xml(text: str, url: str) -> Content:
    """Parse the feed in `text`.

    Args:
        text: XML, valid or damaged.
        url: its address.

    Raises:
        SourceError: it is not a feed, or too expensive to parse.
    """
    text = truncate(without_prolog(text))
    try:
        validate(text)
    except ExpatError:
        text = repair(text)
        _survey_mended(text)
    found = _parsed(text, url)
    if not found.version and not found.entries:
        raise no_feed()
    prism = [name for name, space in found.namespaces.items() if name and _PRISM in space.lower()]
    feed: Facts = dict(found.feed)
    return Content(
        _written(feed, "title"),
        _xmlfeed_text(feed, "link"),
        _xmlfeed_moment(feed, "updated_parsed", "published_parsed"),
        tuple(_xmlfeed_told(dict(entry), prism) for entry in found.entries[:MOST_ENTRIES]),
    )


def _parsed(text: str, url: str) -> Any:  # noqa: ANN401 - feedparser has no types
    try:
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            # Explicit, so that it neither guesses the encoding nor falls back to its loose parser.
            response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except _FAULTS:
        raise SourceError(
            "The feed has content that cannot be read; report it to the publisher, or use another feed."
        ) from None


def _survey_mended(text: str) -> None:
    try:
        validate(text)
    except ExpatError:
        raise SourceError(
            "The feed is damaged and cannot be read; try again later, and report it to the publisher if it persists."
        ) from None


def _xmlfeed_told(entry: Facts, prism: Iterable[str]) -> RawEntry:
    """Return the facts in `entry`; those of unexpected types are absent."""
    links = [link for link in _dicts(entry, "links") if _xmlfeed_text(link, "href")][:_MOST_LINKS]
    facts = {key: value for name in prism for key, value in _prism(entry, name.lower())}
    pdfs = [link for link in links if _xmlfeed_text(link, "type").split(";")[0].strip().lower() == "application/pdf"]
    pages = [link for link in links if link not in pdfs and _xmlfeed_text(link, "rel") in {"", "alternate"}]
    return RawEntry(
        title=_written(entry, "title"),
        texts=(*map(_from_detail, _dicts(entry, "content")), _written(entry, "summary")),
        authors=tuple(_xmlfeed_authors(entry)),
        published=_xmlfeed_moment(entry, "published_parsed", "created_parsed", "updated_parsed"),
        labels=tuple(_xmlfeed_text(tag, "label") or _xmlfeed_text(tag, "term") for tag in _dicts(entry, "tags")),
        guid=_xmlfeed_text(entry, "id"),
        link=_xmlfeed_text(entry, "link") or next((_xmlfeed_text(link, "href") for link in (*pages, *pdfs)), ""),
        links=tuple(_xmlfeed_text(link, "href") for link in links),
        pdfs=tuple(_xmlfeed_text(link, "href") for link in pdfs),
        dois=(facts.get("doi", ""), _xmlfeed_text(entry, "dc_identifier"), _xmlfeed_text(entry, "arxiv_doi")),
        journal=_xmlfeed_text(entry, "arxiv_journal_ref") or _journal(facts) or _xmlfeed_text(entry, "dc_source"),
        image=next((_xmlfeed_text(image, "url") for image in _dicts(entry, "media_thumbnail")), ""),
    )


def _prism(entry: Facts, prefix: str) -> Iterator[tuple[str, str]]:
    for key in ("doi", "publicationname", "volume", "number", "startingpage"):
        if value := _xmlfeed_text(entry, f"{prefix}_{key}"):
            yield key, value


def _journal(facts: dict[str, str]) -> str:
    """Return ``Journal of Examples 12(3), 45``, as far as known; empty without a name."""
    name = facts.get("publicationname", "")
    volume, number, page = (facts.get(key, "") for key in ("volume", "number", "startingpage"))
    if not name or not volume:
        return name
    return f"{name} {volume}" + (f"({number})" if number else "") + (f", {page}" if page else "")


def _xmlfeed_authors(entry: Facts) -> Iterator[str]:
    names = [_xmlfeed_text(author, "name") for author in _dicts(entry, "authors")]
    if any(names):
        yield from names
    else:
        yield _xmlfeed_text(entry, "author")


def _written(place: Facts, key: str) -> RawText:
    detail = place.get(f"{key}_detail")
    return _from_detail(dict(detail)) if isinstance(detail, dict) else RawText(_xmlfeed_text(place, key))


def _from_detail(detail: Facts) -> RawText:
    return RawText(_xmlfeed_text(detail, "value"), _xmlfeed_text(detail, "type") in _HTML)


def _xmlfeed_text(place: Facts, key: str) -> str:
    value = place.get(key)
    return value if isinstance(value, str) else ""


def _dicts(place: Facts, key: str) -> list[Facts]:
    value = place.get(key)
    return [dict(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _xmlfeed_moment(place: Facts, *keys: str) -> datetime | None:
    """Return the first valid time among `keys`; feedparser converts the times it can parse to UTC."""
    for key in keys:
        when, told = place.get(key), _xmlfeed_text(place, key.removesuffix("_parsed"))
        if not isinstance(when, struct_time) or is_misread(told):
            if (moment := moment_told(told)) is not None:
                return moment
            continue
        year, month, day, hour, minute, second = when[:6]
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except (ValueError, OverflowError):  # a leap second, the year zero
            continue
    return None


# Parse JSON Feed, versions 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/).

#: Limits on values and strings: each costs about a hundred bytes.
_MOST_VALUES = 300_000
_MOST_QUOTES = 800_000


def read_json(text: str) -> Content:
    """Parse the feed in `text`.

    Raises:
        SourceError: it is not a JSON Feed, or too expensive to parse.
    """
    quotes = text.count('"') - text.count('\\"')
    if text.count("{") + text.count("[") > _MOST_VALUES or quotes > _MOST_QUOTES:
        raise too_much()
    try:
        feed = json.loads(text, parse_int=_number, parse_float=_number, parse_constant=_number)
    except RecursionError:
        raise too_much() from None
    except ValueError:
        raise SourceError(
            "The feed is damaged JSON and cannot be read; try again later, and report it to the publisher if the error "
            "persists."
        ) from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise no_feed()
    items = feed["items"][:MOST_ENTRIES]
    return Content(
        RawText(_jsonfeed_text(feed, "title"), is_html=False),
        _jsonfeed_text(feed, "home_page_url"),
        None,
        tuple(_jsonfeed_told(item, feed) if isinstance(item, dict) else RawEntry() for item in items),
    )


def _jsonfeed_told(item: dict[str, Any], feed: dict[str, Any]) -> RawEntry:
    """Return the facts in `item`; the authors of the feed stand in for missing ones."""
    link = _jsonfeed_text(item, "url") or _jsonfeed_text(item, "external_url")
    guid = _jsonfeed_text(item, "id")
    files = [file for file in _list(item, "attachments") if isinstance(file, dict)]
    tags = [tag for tag in _list(item, "tags") if isinstance(tag, str)]
    return RawEntry(
        title=RawText(_jsonfeed_text(item, "title"), is_html=False),
        texts=(
            RawText(_jsonfeed_text(item, "content_html")),
            RawText(_jsonfeed_text(item, "content_text"), is_html=False),
            RawText(_jsonfeed_text(item, "summary"), is_html=False),
        ),
        authors=tuple(_jsonfeed_authors(item)) or tuple(_jsonfeed_authors(feed)),
        published=_jsonfeed_moment(item, "date_published") or _jsonfeed_moment(item, "date_modified"),
        labels=tuple(tags),
        guid=guid,
        # "If the id is a URL, …": often it is the only address.
        link=link or (guid if guid.startswith(("https://", "http://")) else ""),
        links=(_jsonfeed_text(item, "external_url"),),
        pdfs=tuple(
            _jsonfeed_text(file, "url") for file in files if _jsonfeed_text(file, "mime_type") == "application/pdf"
        ),
        dois=(_jsonfeed_text(item, "_doi"), _jsonfeed_text(item, "doi")),
        image=_jsonfeed_text(item, "image") or _jsonfeed_text(item, "banner_image"),
    )


def _jsonfeed_authors(place: dict[str, Any]) -> Iterator[str]:
    """Yield the authors: version 1.1 has a list, version 1.0 a single author."""
    for author in (*_list(place, "authors"), place.get("author")):
        if isinstance(author, dict) and (name := _jsonfeed_text(author, "name")):
            yield name


def _jsonfeed_text(place: dict[str, Any], key: str) -> str:
    value = place.get(key)
    return value if isinstance(value, str) else ""


def _list(place: dict[str, Any], key: str) -> list[Any]:
    value = place.get(key)
    return value if isinstance(value, list) else []


def _jsonfeed_moment(place: dict[str, Any], key: str) -> datetime | None:
    """Parse a timestamp, which should be as in RFC 3339."""
    written = _jsonfeed_text(place, key).strip()
    return moment_told(written) if is_misread(written) else moment_from(written) or moment_told(written)


def _number(_: str) -> None:
    """Drop all numbers: none is used, and some are slow to parse."""


# Parse any feed into papers.

_LONGEST_TITLE = 200


class SyndicatedFeed(NamedTuple):
    """The content of a feed."""

    #: The title of the feed, else its host.
    title: str
    #: The address of the site.
    home: str | None
    #: In the order of the feed, without duplicates.
    papers: tuple[Paper, ...]
    #: Entries with neither title nor text.
    skipped: int
    #: When the feed was last changed, else when its newest paper was published.
    updated: datetime | None


def parse_feed(body: bytes, url: str, content_type: str = "") -> SyndicatedFeed:
    """Parse the feed in `body`: RSS 0.9x, 1.0 or 2.0, Atom or JSON Feed, detected from the content.

    Args:
        body: the raw response.
        url: its address, for relative addresses.
        content_type: the media type of the response.

    Raises:
        SourceError: it is not a feed, too damaged to read, or too expensive to parse.
    """
    written = decode(body, content_type)
    if is_page(body, content_type):
        raise SourceError(
            "This address is a web page, not a feed; open it in a browser, sign in if required, and copy the address "
            "of its feed (RSS or Atom)."
        )
    content = read_json(written) if written.lstrip().startswith(("{", "[")) else read_xml(written, url)
    papers: dict[str, Paper] = {}
    skipped = 0
    for told in content.entries:
        paper = paper_of(told, url)
        if paper is None:
            skipped += 1
        else:
            papers.setdefault(paper.id, paper)
    title = text_of(content.title.value) if content.title.is_html else content.title.value
    return SyndicatedFeed(
        title=text.title(title[:_LONGEST_TITLE]) or host(url),
        home=absolute(content.home, url),
        papers=tuple(papers.values()),
        skipped=skipped,
        updated=content.updated or max((paper.published for paper in papers.values() if paper.published), default=None),
    )
