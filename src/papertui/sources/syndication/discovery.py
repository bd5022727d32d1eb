"""The feeds that a web page links to (https://www.rssboard.org/rss-autodiscovery), for users who paste its address."""

from __future__ import annotations

import re
from html import unescape
from typing import NamedTuple

from papertui.core import text
from papertui.sources.syndication.entry import absolute
from papertui.sources.syndication.intake import LARGEST, decoded, is_page

__all__ = ["FoundFeed", "feeds_of_page", "is_page"]

KINDS = {
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


class FoundFeed(NamedTuple):
    """A feed that a page links to."""

    #: The title in the link, possibly empty.
    title: str
    url: str
    #: ``RSS``, ``Atom`` or ``JSON Feed``.
    kind: str


def feeds_of_page(body: bytes, url: str) -> tuple[FoundFeed, ...]:
    """Return the feeds that the page in `body` links to, in its order, without duplicates.

    Args:
        body: the raw page; only the beginning of a very large one is read.
        url: its address; relative links are relative to it, or to the base that the page sets.

    Raises:
        SourceError: the page is empty.
    """
    base = ""
    found: dict[str, FoundFeed] = {}
    for token in _TOKEN.finditer(decoded(body[:LARGEST])):
        if token["name"] is None:
            continue
        attributes = _attributes(token["attributes"])
        if token["name"].lower() == "base":
            base = base or absolute(attributes.get("href", ""), url) or ""  # the first one counts
            continue
        kind = KINDS.get(attributes.get("type", "").split(";", 1)[0].strip().lower())
        address = absolute(attributes.get("href", ""), base or url)
        if kind is None or address is None or "alternate" not in attributes.get("rel", "").lower().split():
            continue
        found.setdefault(address, FoundFeed(text.title(attributes.get("title", "")[:_LONGEST_TITLE]), address, kind))
        if len(found) == _MOST:
            break
    return tuple(found.values())


def _attributes(written: str) -> dict[str, str]:
    """Return lower-case names and their values; the first of duplicates counts."""
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written[:10_000]):
        attributes.setdefault(name.lower(), unescape((double or single or bare)[:4_000]))
    return attributes
