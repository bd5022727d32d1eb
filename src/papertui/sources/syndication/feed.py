"""A feed of others, read: RSS and Atom by feedparser, JSON Feed as JSON. Pure: bytes in, values out.

https://www.rssboard.org/rss-specification, RFC 4287, https://www.jsonfeed.org/version/1.1/, and PRISM, in which
publishers tell DOIs and journals (https://www.w3.org/submissions/2020/SUBM-prism-20200910/).
"""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import feedparser

from papertui.core import text
from papertui.core.categories import CATEGORIES
from papertui.core.identity import arxiv_id_of_doi, doi_of, identified
from papertui.core.paper import Paper, page_url, paper_id, pdf_url
from papertui.core.record import moment_from
from papertui.errors import SourceError, UsageError
from papertui.sources.decode import json_value
from papertui.sources.syndication.pages import is_page, words_of

#: Longer feeds are refused: reading them takes memory many times their size.
LONGEST = 8 * 2**20
_MOST = 2000
_FIRST_WORDS = 12
_PDF = "application/pdf"
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_ARXIV = re.compile(r"(?i)\bhttps?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|^oai:arxiv\.org:|^arxiv:")
_DOI_ADDRESS = re.compile(
    r"(?i)https?://(?:dx\.|www\.)?doi\.org/(10\.[^\s?#]+)|/doi/(?:abs/|full/|pdf/|epdf/)?(10\.[^\s?#]+)"
)
_AND = re.compile(r"\s*;\s*|\s+and\s+|\s+&\s+", re.IGNORECASE)
#: ``Ada Lovelace, Charles Babbage``: names of two words or more, so that ``Lovelace, Ada`` stays one.
_LISTED = re.compile(r"^(?:[^\s,]+(?:\s+[^\s,]+)+)(?:,\s*[^\s,]+(?:\s+[^\s,]+)+)+$")
_MAIL = re.compile(r"^\S+@\S+\s*\((.+)\)$")


class SyndicatedFeed(NamedTuple):
    """A feed as it was read.

    Attributes:
        title: what it calls itself, which may be nothing.
        home: the page it belongs to.
        papers: one for each entry, none twice.
        skipped: how many entries could not be read.
    """

    title: str
    home: str | None
    papers: tuple[Paper, ...]
    skipped: int = 0


class _Told(NamedTuple):
    """What an entry tells, its words safe already, all else as it stands there."""

    title: str
    abstract: str
    authors: tuple[str, ...]
    published: datetime | None
    addresses: list[str]
    pdf: str | None
    dois: list[str]
    terms: list[str]
    journal: str = ""


def parse_feed(body: bytes, url: str) -> SyndicatedFeed:
    """The feed in `body`.

    Args:
        body: as it came.
        url: where it came from: relative addresses are told from there, and its host is the papers' source.

    Raises:
        SourceError: it is no feed, or one that would take more than it gives.
    """
    host = urlsplit(url).hostname or url
    if not body.strip():
        raise SourceError(f"{host} answered with nothing at all; try again later.")
    if len(body) > LONGEST:
        raise SourceError(
            f"The feed of {host} is longer than {LONGEST >> 20} MB, which was refused; follow another one."
        )
    if body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json_feed(body, url, host)
    if is_page(body):
        raise SourceError(
            f"{host} answered with a web page instead of a feed: perhaps a login page of the network, or the feed has "
            "moved; open it in a browser to see."
        )
    if _ENTITY.search(body):
        raise SourceError(f"The feed of {host} defines entities, which is refused; follow another one.")
    return _xml_feed(body, url, host)


def _xml_feed(body: bytes, url: str, host: str) -> SyndicatedFeed:
    try:
        found = feedparser.parse(
            io.BytesIO(body),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-location": url},
        )
    except (RecursionError, ValueError, AttributeError, KeyError, TypeError, LookupError, AssertionError) as error:
        # What feedparser stumbles over is no feed that anybody could read.
        raise SourceError(f"The feed of {host} is broken and cannot be read; try again later.") from error
    if not found.get("version") and not found.entries:
        raise SourceError(f"{host} answered with something that is no feed; check the address.")
    if found.bozo and not found.entries and not found.feed.get("title"):
        raise SourceError(f"The feed of {host} is broken and cannot be read; try again later.")
    papers, skipped = _papers((_of_entry(entry, url, host) for entry in found.entries[:_MOST]), host)
    title = text.title(words_of(str(found.feed.get("title", ""))))
    return SyndicatedFeed(title, _web(url, found.feed.get("link")), papers, skipped)


def _papers(made: Iterable[Paper | None], host: str) -> tuple[tuple[Paper, ...], int]:
    papers: dict[str, Paper] = {}
    skipped = 0
    for paper in made:
        if paper is None:
            skipped += 1
        else:
            papers.setdefault(paper.id, paper)
    if skipped and not papers:
        raise SourceError(f"None of the {skipped} entries in the feed of {host} could be read; follow another one.")
    return tuple(papers.values()), skipped


def _of_entry(entry: Mapping[str, Any], url: str, host: str) -> Paper | None:
    contents = [str(part.get("value", "")) for part in entry.get("content", ())]
    abstract = max((words_of(part) for part in (str(entry.get("summary", "")), *contents)), key=len)
    links = [link for link in entry.get("links", ()) if isinstance(link, dict)]
    told = entry.get("published_parsed") or entry.get("updated_parsed")
    facts = _Told(
        title=words_of(str(entry.get("title", ""))),
        abstract=abstract,
        authors=_authors(entry),
        published=_moment(told),
        addresses=[
            str(entry.get("link", "")),
            str(entry.get("id", "")),
            *(str(link.get("href", "")) for link in links),
        ],
        pdf=next((str(link.get("href", "")) for link in links if link.get("type") == _PDF), None),
        dois=[str(entry.get(name, "")) for name in ("prism_doi", "dc_identifier", "arxiv_doi", "doi", "id")],
        terms=[str(tag.get("term") or "") for tag in entry.get("tags", ()) if isinstance(tag, dict)],
        journal=_journal(entry),
    )
    return _paper(facts, url, host)


def _paper(told: _Told, url: str, host: str) -> Paper | None:
    title = told.title or _first_words(told.abstract)
    if not title:
        return None
    doi = next((found for text_ in told.dois if (found := doi_of(text_))), None) or _doi_in(told.addresses)
    id_ = _arxiv_id(told.addresses) or (arxiv_id_of_doi(doi) if doi else None) or ""
    own = [term for term in map(text.plain, told.terms) if term]
    page = next((found for address in told.addresses if (found := _web(url, address))), None)
    return identified(
        Paper(
            id=id_,
            title=title,
            abstract="" if told.abstract == title else told.abstract,
            authors=told.authors,
            published=told.published,
            keywords=tuple(dict.fromkeys(term for term in own if term not in CATEGORIES)),
            categories=tuple(dict.fromkeys(term for term in own if term in CATEGORIES)),
            sources=(host.removeprefix("www."),),
            url=page_url(id_) if id_ else page,
            pdf=_web(url, told.pdf) or (pdf_url(id_) if id_ else None),
            doi=None if doi is None or arxiv_id_of_doi(doi) else doi,
            journal_ref=told.journal or None,
        )
    )


def _first_words(words: str) -> str:
    parts = words.split()
    return " ".join(parts[:_FIRST_WORDS]) + ("…" if len(parts) > _FIRST_WORDS else "")


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    told = [str(author.get("name", "")) for author in entry.get("authors", ()) if isinstance(author, dict)]
    return names(told or [str(entry.get("author", ""))])


def names(told: Iterable[str]) -> tuple[str, ...]:
    """The names in some texts, each of which may hold several: ``Ada Lovelace, Émile Borel and Bo``."""
    found: list[str] = []
    for words in told:
        for part in _AND.split(text.name(words)):
            part = _MAIL.sub(r"\1", part.strip(" ,"))  # noqa: PLW2901 - ``who@where (Ada)``, as RSS wants it
            found += [name.strip() for name in part.split(",")] if _LISTED.match(part) else [part]
    return tuple(dict.fromkeys(name for name in found if name))


def _journal(entry: Mapping[str, Any]) -> str:
    name = text.title(str(entry.get("prism_publicationname", "")))
    volume, number = (text.plain(str(entry.get(f"prism_{part}", ""))) for part in ("volume", "number"))
    place = f"{volume}({number})" if volume and number else volume
    return f"{name} {place}".strip() if name else ""


def _arxiv_id(addresses: Iterable[str]) -> str | None:
    for address in addresses:
        if _ARXIV.search(address):
            try:
                return paper_id(address.strip().removeprefix("oai:arXiv.org:"))
            except UsageError:
                continue
    return None


def _doi_in(addresses: Iterable[str]) -> str | None:
    for address in addresses:
        found = _DOI_ADDRESS.search(address)
        if found and (doi := doi_of(found[1] or found[2])):
            return doi
    return None


def _web(base: str, address: object) -> str | None:
    if not isinstance(address, str) or not address.strip():
        return None
    try:
        return text.web_url(urljoin(base, address.strip()))
    except ValueError:
        return None


def _moment(told: object) -> datetime | None:
    """A moment as feedparser gives it: a `time.struct_time` in UTC."""
    try:
        return datetime.fromtimestamp(timegm(told), UTC) if isinstance(told, tuple) else None
    except (ValueError, OverflowError, OSError):
        return None


# --- JSON Feed -----------------------------------------------------------------------------------


def _json_feed(body: bytes, url: str, host: str) -> SyndicatedFeed:
    value = json_value(body, host)
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(items, list):
        raise SourceError(f"{host} answered with something that is no feed; check the address.")
    papers, skipped = _papers((_of_item(item, url, host) for item in items[:_MOST]), host)
    return SyndicatedFeed(text.title(_text(value, "title")), _web(url, value.get("home_page_url")), papers, skipped)


def _of_item(item: object, url: str, host: str) -> Paper | None:
    if not isinstance(item, dict):
        return None
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    attached = item.get("attachments")
    attachments = [part for part in attached if isinstance(part, dict)] if isinstance(attached, list) else []
    addresses = [_text(item, "url"), _text(item, "external_url"), _text(item, "id")]
    tags = item.get("tags")
    words = [words_of(_text(item, name)) for name in ("summary", "content_text", "content_html")]
    told = _Told(
        title=words_of(_text(item, "title")),
        abstract=max(words, key=len),
        authors=names(_text(author, "name") for author in authors or () if isinstance(author, dict)),
        published=_written(_text(item, "date_published")) or _written(_text(item, "date_modified")),
        addresses=addresses,
        pdf=next((_text(part, "url") for part in attachments if part.get("mime_type") == _PDF), None),
        dois=[_text(item, "doi"), *addresses],
        terms=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
    )
    return _paper(told, url, host)


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _written(told: str) -> datetime | None:
    try:
        return moment_from(told)
    except OverflowError:
        return None
