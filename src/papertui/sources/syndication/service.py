"""Fetch feeds by their address."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from papertui.core.wording import plural
from papertui.errors import SourceError
from papertui.sources import Fetched, Looked
from papertui.sources.http import Answer, Client, Errand
from papertui.sources.syndication.discovery import feeds_of_page, is_page
from papertui.sources.syndication.feed import parse_feed

_OK, _GONE, _NOT_FOUND = 200, 410, 404
_NO_ENTRY = frozenset({401, 403})
_MOST_TRIED = 3


class Syndication:
    """Any feed on the web."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def fetch(self, url: str) -> Fetched:
        """Return the papers of the feed at `url`, or of the first readable feed that the page there links to.

        Raises:
            SourceError: there is no feed, or it cannot be read.
        """
        return (await self.look(url)).fetched

    async def look(self, url: str) -> Looked:
        """Return the feed at `url`, or the first readable feed that the page there links to.

        Raises:
            SourceError: there is no feed, or it cannot be read.
        """
        answer = await self._get(url)
        if not is_page(answer.body, answer.headers.get("content-type", "")):
            fetched = await self._read(answer, url)
            return Looked(url, fetched.title, fetched)
        found = await asyncio.to_thread(feeds_of_page, answer.body, answer.url)
        failure = SourceError(
            f"{_host(url)} sent a web page without a link to a feed: perhaps the login page of a network; else look "
            "for “RSS” or “Atom” on it and use that address."
        )
        for feed in found[:_MOST_TRIED]:
            try:
                fetched = await self._read(await self._get(feed.url), feed.url)
            except SourceError as error:
                failure = error
                continue
            return Looked(
                feed.url, feed.title or fetched.title, fetched, tuple(other.url for other in found if other != feed)
            )
        raise failure

    async def _get(self, url: str) -> Answer:
        host = _host(url)
        answer = await self._client.get(url, Errand(host, keeps=True))
        if answer.status in {_NOT_FOUND, _GONE}:
            raise SourceError(f"The address on {host} no longer has a feed (status {answer.status}); check it.")
        if answer.status in _NO_ENTRY:
            raise SourceError(f"{host} requires a login (status {answer.status}); follow another feed.")
        if answer.status != _OK:
            raise SourceError(f"{host} responded with status {answer.status} instead of a feed; try again later.")
        return answer

    async def _read(self, answer: Answer, url: str) -> Fetched:
        host = _host(url).removeprefix("www.")
        kind = answer.headers.get("content-type", "")
        try:
            feed = await asyncio.to_thread(parse_feed, answer.body, url, kind)
        except SourceError as problem:
            raise SourceError(f"{host}: {problem}") from problem
        notices = [f"{plural(feed.skipped, 'entry', 'entries')} of {host} could not be read."] if feed.skipped else []
        return Fetched(feed.papers, host, feed.skipped, tuple(notices), title=feed.title)


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
