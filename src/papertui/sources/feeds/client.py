"""Fetch feeds by their address, and find the feeds of a web page."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from papertui.errors import SourceError, UsageError
from papertui.model import text
from papertui.model.feed import FeedName
from papertui.model.feed_address import FeedAddress, parse_feed_address, password_places
from papertui.model.format import plural
from papertui.sources.feeds.entry import absolute
from papertui.sources.feeds.logins import FeedLogins
from papertui.sources.feeds.parse import parse_feed
from papertui.sources.feeds.sanitize import LARGEST, decode, is_page
from papertui.sources.http import HttpClient, RequestOptions, Response
from papertui.sources.source import FetchedFeed, LookupResult, malformed_notice

#: The types of links to feeds: https://www.rssboard.org/rss-autodiscovery
_KINDS = {
    "application/rss+xml": "RSS",
    "application/rdf+xml": "RSS",
    "application/atom+xml": "Atom",
    "application/feed+json": "JSON Feed",
    "application/json": "JSON Feed",
}
_MOST = 20
_LONGEST_TITLE = 200
#: Content that is not markup is skipped, so that a link in a comment or a script does not count. Each alternative ends
#: at the next tag at the latest, or takes the rest of the page: no page takes more than one pass.
_TOKEN = re.compile(
    r"""
      <!--.*?(?:-->|\Z)
    | <(?P<unread>script|style|textarea|title|template)\b[^<>]*+>.*?(?:</(?P=unread)\b|\Z)
    | <(?P<name>link|base)(?=[\s/])(?P<attributes>(?:[^<>"']|"[^"<]*"|'[^'<]*')*)>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"""([A-Za-z-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


class DiscoveredFeed(NamedTuple):
    """A feed that a page links to."""

    #: The title in the link, possibly empty.
    title: str
    url: str
    #: ``RSS``, ``Atom`` or ``JSON Feed``.
    kind: str


def feeds_of_page(body: bytes, url: str) -> tuple[DiscoveredFeed, ...]:
    """Return the feeds that the page in `body` links to, in its order, without duplicates.

    Args:
        body: the raw page; only the beginning of a very large one is read.
        url: its address; relative links are relative to it, or to the base that the page sets.

    Raises:
        SourceError: the page is empty.
    """
    base = ""
    found: dict[str, DiscoveredFeed] = {}
    for token in _TOKEN.finditer(decode(body[:LARGEST])):
        if token["name"] is None:
            continue
        attributes = _attributes(token["attributes"])
        if token["name"].lower() == "base":
            base = base or absolute(attributes.get("href", ""), url) or ""  # the first one counts
            continue
        kind = _KINDS.get(attributes.get("type", "").split(";", 1)[0].strip().lower())
        address = _linked(attributes.get("href", ""), base or url)
        if kind is None or address is None or "alternate" not in attributes.get("rel", "").lower().split():
            continue
        found.setdefault(
            address, DiscoveredFeed(text.title(attributes.get("title", "")[:_LONGEST_TITLE]), address, kind)
        )
        if len(found) == _MOST:
            break
    return tuple(found.values())


def _linked(href: str, base: str) -> str | None:
    """Return the address of a feed that a page links to; ``None`` if it is none, or has a user."""
    try:
        address = parse_feed_address(urljoin(base, href.strip())) if href.strip() else None
    except (UsageError, ValueError):  # ValueError: an unclosed bracket of an IPv6 address
        return None
    return None if address is None or address.user else address.url


def _attributes(written: str) -> dict[str, str]:
    """Return lower-case names and their values; the first of duplicates counts."""
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written[:10_000]):
        attributes.setdefault(name.lower(), unescape((double or single or bare)[:4_000]))
    return attributes


_MOST_TRIED = 3


class FeedClient:
    """Any feed on the web.

    Args:
        client: sends the requests.
        logins: the passwords of feeds whose address has a user; without it, only the keyring is asked.
    """

    def __init__(self, client: HttpClient, logins: FeedLogins | None = None) -> None:
        self._client = client
        self._logins = logins or FeedLogins({})

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        """Return the papers of the feed at an address, or of the first readable feed that the page there links to.

        Raises:
            SourceError: there is no feed, or it cannot be read.
        """
        fetched = (await self.look(name.detail)).fetched
        return fetched if limit is None else fetched._replace(papers=fetched.papers[:limit])

    async def look(self, url: str) -> LookupResult:
        """Return the feed at `url`, or the first readable feed that the page there links to.

        Raises:
            SourceError: there is no feed, or it cannot be read.
        """
        address = _parsed(url)
        response = await self._get(address)
        if not is_page(response.body, response.headers.get("content-type", "")):
            fetched = await self._read(response, address)
            return LookupResult(address.name, fetched.title, fetched)
        found = await asyncio.to_thread(feeds_of_page, response.body, response.url)
        failure = SourceError(
            f"{_host(address)} sent a web page without a link to a feed: perhaps the login page of a network; "
            "otherwise look for “RSS” or “Atom” on it and use that URL."
        )
        for feed in found[:_MOST_TRIED]:
            try:
                linked = _with_user_of(address, feed.url)
                fetched = await self._read(await self._get(linked), linked)
            except SourceError as error:
                failure = error
                continue
            return LookupResult(
                linked.name, feed.title or fetched.title, fetched, tuple(other.url for other in found if other != feed)
            )
        raise failure

    async def _get(self, address: FeedAddress) -> Response:
        host = _host(address)
        headers = await asyncio.to_thread(self._logins.authorization, address) if address.user else {}
        account = address.account if address.user else ""
        response = await self._client.get(address.url, RequestOptions(host, headers, cached=True, account=account))
        if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            raise SourceError(f"The URL on {host} no longer has a feed (status {response.status}); check it.")
        if response.status == HTTPStatus.UNAUTHORIZED and address.user:
            self._logins.forget(account)
            raise SourceError(
                f"{host} did not accept the user {address.user} with the password that papertui found "
                f"(status {response.status}).{_elsewhere(address, response.url)} {password_places(account)}"
            )
        if response.status == HTTPStatus.UNAUTHORIZED:
            raise SourceError(
                f"{host} requires a login (status {response.status}). Follow the feed by its URL with your user, "
                f"https://USER@{address.host}/…; “papertui feeds add --help” says where its password is looked for."
            )
        if response.status == HTTPStatus.FORBIDDEN:
            raise SourceError(f"{host} does not allow this request (status {response.status}); follow another feed.")
        if response.status != HTTPStatus.OK:
            raise SourceError(f"{host} responded with status {response.status} instead of a feed; try again later.")
        return response

    async def _read(self, response: Response, address: FeedAddress) -> FetchedFeed:
        host = _host(address).removeprefix("www.")
        kind = response.headers.get("content-type", "")
        try:
            feed = await asyncio.to_thread(parse_feed, response.body, address.url, kind)
        except SourceError as problem:
            raise SourceError(f"{host}: {problem}") from problem
        notices = [f"{plural(feed.skipped, 'entry', 'entries')} of {host} could not be read."] if feed.skipped else []
        if feed.is_malformed:
            notices.append(malformed_notice(host, len(feed.papers)))
        return FetchedFeed(
            feed.papers, host, feed.skipped, tuple(notices), title=feed.title, is_malformed=feed.is_malformed
        )


def _host(address: FeedAddress) -> str:
    return urlsplit(address.url).hostname or address.host


def _parsed(url: str) -> FeedAddress:
    try:
        return parse_feed_address(url)
    except UsageError as problem:
        raise SourceError(str(problem)) from problem


def _elsewhere(address: FeedAddress, url: str) -> str:
    """A sentence about a redirect to another origin, which gets no password; else empty."""
    place = urlsplit(url)
    if (place.scheme, place.netloc) == (address.scheme, address.host):
        return ""
    return f" It redirected to {place.scheme}://{place.netloc}, which does not get the password."


def _with_user_of(page: FeedAddress, url: str) -> FeedAddress:
    """The address of a feed that `page` links to; the login of the page is for its own origin only."""
    address = _parsed(url)
    is_same = (address.scheme, address.host) == (page.scheme, page.host)
    return address._replace(user=page.user) if is_same else address
