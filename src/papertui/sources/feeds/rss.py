"""Parse RSS and Atom with `feedparser` (https://feedparser.readthedocs.io), after checks that make it safe."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.parsers.expat import ExpatError

import feedparser

from papertui.errors import SourceError
from papertui.sources.feeds.dates import FeedDate, parse_date
from papertui.sources.feeds.entry import FeedContent, RawEntry, RawText
from papertui.sources.feeds.repair import repaired_xml
from papertui.sources.feeds.sanitize import MOST_ENTRIES, no_feed, truncate, validate, without_prolog

#: Each edition of PRISM has another namespace; https://www.w3.org/Submission/prism/ is one of them.
_PRISM = "prismstandard.org"
_MOST_LINKS = 100
#: What feedparser raises for elements in unexpected places (``gml:pos`` without a place, ``http://[``).
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_HTML = frozenset({"text/html", "application/xhtml+xml"})
#: feedparser takes four letters of a domain such as ``museum`` for its end, and the others for the name of a person.
_AUTHOR = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?:author|creator|email)\b[^<>]{0,200}>(?:<!\[CDATA\[)?[^<@]{0,400}@[^<]*", re.IGNORECASE
)
_LONG_DOMAIN = re.compile(r"(@[\w.-]{1,250}\.[a-z]{4})[a-z]+", re.ASCII | re.IGNORECASE)
#: feedparser's data about a feed, an entry or a text. Its own dictionaries return values for missing keys, with
#: warnings, so they are converted to plain ones.
Facts = dict[str, object]


def read_xml(text: str, url: str) -> FeedContent:
    """Parse the feed in `text`.

    Args:
        text: XML, valid or damaged.
        url: its address.

    Raises:
        SourceError: it is not a feed, or too expensive to parse.
    """
    text = truncate(without_prolog(text))
    is_malformed = False
    try:
        validate(text)
    except ExpatError:
        text, is_malformed = repaired_xml(text)
        _validate_repaired(text)
    found = _parsed(_AUTHOR.sub(lambda author: _LONG_DOMAIN.sub(r"\1", author[0]), text), url)
    if not found.version and not found.entries:
        raise no_feed()
    prism = [name for name, space in found.namespaces.items() if name and _PRISM in space.lower()]
    feed: Facts = dict(found.feed)
    return FeedContent(
        _raw_text(feed, "title"),
        _text(feed, "link"),
        _date(feed, "updated", "published"),
        tuple(_raw_entry(dict(entry), prism) for entry in found.entries[:MOST_ENTRIES]),
        _date(feed, "published", "updated"),
        is_malformed,
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


def _validate_repaired(text: str) -> None:
    try:
        validate(text)
    except ExpatError:
        raise SourceError(
            "The feed is damaged and cannot be read; try again later, and report it to the publisher if it persists."
        ) from None


def _raw_entry(entry: Facts, prism: Iterable[str]) -> RawEntry:
    """Return the facts in `entry`; those of unexpected types are absent."""
    links = [link for link in _dicts(entry, "links") if _text(link, "href")][:_MOST_LINKS]
    facts = {key: value for name in prism for key, value in _prism(entry, name.lower())}
    pdfs = [link for link in links if _text(link, "type").split(";")[0].strip().lower() == "application/pdf"]
    pages = [link for link in links if link not in pdfs and _text(link, "rel") in {"", "alternate"}]
    return RawEntry(
        title=_raw_text(entry, "title"),
        texts=(*map(_from_detail, _dicts(entry, "content")), _raw_text(entry, "summary")),
        authors=tuple(_authors(entry)),
        published=_date(entry, "published", "created", "updated") or _prism_date(entry, prism),
        is_dated=any(_text(entry, key) for key in ("published", "created", "updated")),
        labels=tuple(_text(tag, "label") or _text(tag, "term") for tag in _dicts(entry, "tags")),
        guid=_text(entry, "id"),
        link=_text(entry, "link") or next((_text(link, "href") for link in (*pages, *pdfs)), ""),
        links=tuple(_text(link, "href") for link in links),
        pdfs=tuple(_text(link, "href") for link in pdfs),
        dois=(facts.get("doi", ""), _text(entry, "dc_identifier"), _text(entry, "arxiv_doi")),
        journal=_text(entry, "arxiv_journal_ref") or _journal(facts) or _text(entry, "dc_source"),
        image=next((_text(image, "url") for image in _dicts(entry, "media_thumbnail")), ""),
    )


def _prism(entry: Facts, prefix: str) -> Iterator[tuple[str, str]]:
    for key in ("doi", "publicationname", "volume", "number", "startingpage"):
        if value := _text(entry, f"{prefix}_{key}"):
            yield key, value


def _prism_date(entry: Facts, prism: Iterable[str]) -> FeedDate | None:
    keys = [f"{name.lower()}_{key}" for name in prism for key in ("publicationdate", "coverdate", "coverdisplaydate")]
    return _date(entry, *keys)


def _journal(facts: dict[str, str]) -> str:
    """Return ``Journal of Examples 12(3), 45``, as far as known; empty without a name."""
    name = facts.get("publicationname", "")
    volume, number, page = (facts.get(key, "") for key in ("volume", "number", "startingpage"))
    if not name or not volume:
        return name
    return f"{name} {volume}" + (f"({number})" if number else "") + (f", {page}" if page else "")


def _authors(entry: Facts) -> Iterator[str]:
    names = [_text(author, "name") for author in _dicts(entry, "authors")]
    if any(names):
        yield from names
    else:
        yield _text(entry, "author") or _text(entry, "authors") or _text(entry, "dcterms_creator")


def _raw_text(place: Facts, key: str) -> RawText:
    detail = place.get(f"{key}_detail")
    return _from_detail(dict(detail)) if isinstance(detail, dict) else RawText(_text(place, key))


def _from_detail(detail: Facts) -> RawText:
    return RawText(_text(detail, "value"), _text(detail, "type") in _HTML)


def _text(place: Facts, key: str) -> str:
    value = place.get(key)
    return value if isinstance(value, str) else ""


def _dicts(place: Facts, key: str) -> list[Facts]:
    value = place.get(key)
    return [dict(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _date(place: Facts, *keys: str) -> FeedDate | None:
    """Return the first date among `keys`, from its text: feedparser fills what is missing from the current date."""
    return next((date for key in keys if (date := parse_date(_text(place, key))) is not None), None)
