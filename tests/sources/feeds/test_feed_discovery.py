"""The feeds that pages link to. All of them are invented."""

import pytest

from papertui.errors import SourceError
from papertui.sources.feeds.client import DiscoveredFeed, feeds_of_page
from papertui.sources.feeds.sanitize import is_page

URL = "https://site.example/about/"


def _page(head: str) -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>Hello</body></html>".encode()


def test_feeds_of_a_page() -> None:
    page = _page(
        """<title>Site</title>
        <link rel="stylesheet" href="a.css" type="text/css">
        <link rel="alternate" type="application/rss+xml" title="News &amp; more" href="/rss">
        <LINK REL='Alternate home' TYPE='application/atom+xml; charset=utf-8' HREF='atom.xml?a=1&amp;b=2' />
        <link href=//other.example/feed.json rel=alternate type=application/feed+json>
        <link rel="alternate" type="application/json" href="https://site.example/j">
        <link rel="alternate" type="application/rss+xml" title="again" href="/rss">
        <link rel="alternate" hreflang="de" href="/de">
        <link rel="canonical" type="application/rss+xml" href="/canonical">"""
    )
    assert feeds_of_page(page, URL) == (
        DiscoveredFeed("News & more", "https://site.example/rss", "RSS"),
        DiscoveredFeed("", "https://site.example/about/atom.xml?a=1&b=2", "Atom"),
        DiscoveredFeed("", "https://other.example/feed.json", "JSON Feed"),
        DiscoveredFeed("", "https://site.example/j", "JSON Feed"),
    )


def test_base_element_applies() -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="feed">'
    assert (
        feeds_of_page(_page('<base href="/b/"><base href="/c/">' + link), URL)[0].url == "https://site.example/b/feed"
    )
    assert feeds_of_page(_page('<base href="javascript:x">' + link), URL)[0].url == "https://site.example/about/feed"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "file:///etc/passwd", "", "http://[", "https://u@evil.example/"]
)
def test_only_web_addresses_are_feeds(href: str) -> None:
    assert feeds_of_page(_page(f'<link rel="alternate" type="application/rss+xml" href="{href}">'), URL) == ()


@pytest.mark.parametrize("around", ["<!-- %s -->", "<script>'%s'</script>", "<textarea>%s</textarea>", "<!-- %s"])
def test_links_outside_markup_are_ignored(around: str) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    assert feeds_of_page(_page(around % link), URL) == ()
    assert len(feeds_of_page(_page(link + around % link), URL)) == 1


def test_titles_are_safe_and_feeds_are_limited_to_twenty() -> None:
    page = _page(
        "".join(
            f'<link rel="alternate" type="application/rss+xml" href="/{number}" title="a\x1b[31m&#x202e;[b]">'
            for number in range(30)
        )
    )
    feeds = feeds_of_page(page, URL)
    assert len(feeds) == 20
    assert {feed.title for feed in feeds} == {"a[b]"}


@pytest.mark.slow
def test_a_hostile_page_takes_one_pass() -> None:
    for bit in (b"<link ", b"<link a='", b"<!--", b"<script>", b"<title", b"<link rel=alternate "):
        assert feeds_of_page(bit * (4_000_000 // len(bit)), URL) == ()


def test_empty_page_is_reported() -> None:
    with pytest.raises(SourceError, match="empty"):
        feeds_of_page(b"", URL)


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"<!DOCTYPE html><p>x", "", True),
        (b"\xef\xbb\xbf \n<?xml version='1.0'?><!-- c --><html>", "application/xml", True),
        ("<html>".encode("utf-16"), "", True),
        (b"<center>x", "text/html; charset=utf-8", True),
        (b"<center>x", "", False),
        (b"<rss version='2.0'>", "text/html", False),
        (b"<rdf:RDF>", "text/html", False),
        (b'{"items": []}', "text/html", False),
        (b"", "", False),
    ],
)
def test_page_detection(body: bytes, kind: str, expected: bool) -> None:
    assert is_page(body, kind) is expected
