"""Web pages: their words, and the feeds they name."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin

from papertui.core import text

_KINDS = {
    "application/rss+xml": "RSS",
    "application/atom+xml": "Atom",
    "application/rdf+xml": "RSS",
    "application/feed+json": "JSON Feed",
    "application/json": "JSON Feed",
}
_MOST = 20
#: Nobody reads what stands in these.
_UNREAD = frozenset({"script", "style", "template", "noscript", "head", "svg", "math", "iframe", "object"})
_BREAKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "td", "section"})
#: So much of a text is looked at.
_LONGEST = 200_000
_HEAD = 1000
_PAGE = (b"<!doctype html", b"<html")


class FoundFeed(NamedTuple):
    """A feed that a page names.

    Attributes:
        title: what the page calls it, which may be nothing.
        url: where it lies.
        kind: ``RSS``, ``Atom`` or ``JSON Feed``.
    """

    title: str
    url: str
    kind: str


def is_page(body: bytes) -> bool:
    """Whether `body` is a web page."""
    head = body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return any(mark in head for mark in _PAGE) and not head.startswith((b"<rss", b"<feed"))


def feeds_of_page(body: bytes, url: str) -> tuple[FoundFeed, ...]:
    """The feeds a page names with ``<link rel="alternate">`` (https://www.rssboard.org/rss-autodiscovery).

    Args:
        body: the page.
        url: where it was found; addresses in it are told from there.
    """
    finder = _Links(url)
    finder.feed(body.decode("utf-8", "replace"))
    return tuple(finder.found.values())


def words_of(markup: str) -> str:
    """The words of a piece of HTML, safe and on one line; text without markup stays as it is."""
    if "<" not in markup and "&" not in markup:
        return text.prose(markup)
    reader = _Words()
    reader.feed(markup[:_LONGEST])
    reader.close()
    return text.prose("".join(reader.words))


class _Links(HTMLParser):
    """Gathers the links to feeds."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = url
        self.found: dict[str, FoundFeed] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "base":
            self._base = _joined(self._base, facts.get("href", "")) or self._base
        if tag != "link" or "alternate" not in facts.get("rel", "").lower().split():
            return
        kind = _KINDS.get(facts.get("type", "").partition(";")[0].strip().lower())
        address = _joined(self._base, facts.get("href", ""))
        if kind and address and len(self.found) < _MOST:
            self.found.setdefault(address, FoundFeed(text.plain(facts.get("title", "")), address, kind))


class _Words(HTMLParser):
    """Gathers the words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _UNREAD:
            self._unread += 1
        elif tag in _BREAKS:
            self.words.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _BREAKS:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD:
            self._unread = max(0, self._unread - 1)
        elif tag in _BREAKS:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.words.append(data)


def _joined(base: str, address: str) -> str | None:
    try:
        return text.web_url(urljoin(base, address.strip()))
    except ValueError:
        return None
