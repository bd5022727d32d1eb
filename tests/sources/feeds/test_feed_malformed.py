"""Malformed feeds: what can be read is read, and a notice says that there may be more."""

import json

import httpx
import pytest

from kit.web import Web
from papertui.errors import SourceError
from papertui.model.feed import FeedName
from papertui.sources.feeds.client import FeedClient
from papertui.sources.feeds.parse import parse_feed
from papertui.sources.source import FetchedFeed

URL = "https://journal.example/feed"


def entry(number: int) -> str:
    return f"<entry><title>Paper number {number}</title><id>x:{number}</id><summary>Text {number}.</summary></entry>"


def atom(*entries: str, end: str = "</feed>") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>J</title>{"".join(entries)}{end}'


def rss(*items: str, end: str = "</channel></rss>") -> str:
    return f'<rss version="2.0"><channel><title>J</title>{"".join(items)}{end}'


def item(number: int) -> str:
    return f"<item><title>Paper number {number}</title><description>Text {number}.</description></item>"


def without(text: str, part: str) -> str:
    assert part in text
    return text.replace(part, "", 1)


JSON = json.dumps({"title": "J", "items": [{"id": f"x:{n}", "title": f"Paper number {n}"} for n in range(1, 4)]})


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        (atom(entry(1), without(entry(2), "</entry>"), entry(3)), "123"),
        (atom(entry(1), entry(2), without(entry(3), "</entry>")), "123"),
        (atom(entry(1), without(entry(2), "</title>"), entry(3)), "123"),
        (atom(entry(1), without(entry(2), "<entry>"), entry(3)), "13"),
        (atom(entry(1), entry(2), end=""), "12"),
        (atom(entry(1), entry(2)[:-30], end=""), "12"),
        (atom(entry(1)) + atom(entry(2)), "1"),
        (atom(entry(1), "<!-- never closed ", entry(2)), "1"),
        (rss(item(1), without(item(2), "</item>"), item(3)), "123"),
        (rss(item(1), item(2), end="</rss>"), "12"),
        (rss(item(1), item(2).replace("<title>", "<title x='"), item(3)), "1Text 2.3"),
        (JSON[:-40], "12"),
        (JSON[:-2], "123"),
        (JSON.replace("}, {", "} {"), "123"),
        (without(JSON, '"Paper number 3"'), "12"),
        (JSON + "}", "123"),
        ('{"items": [' + json.dumps({"id": "x:1", "title": "Paper number 1"}) + '], "title": "J', "1"),
    ],
)
def test_what_can_be_read_is_read(body: str, numbers: str) -> None:
    feed = parse_feed(body.encode(), URL)
    assert feed.is_malformed
    assert "".join(paper.title.removeprefix("Paper number ") for paper in feed.papers) == numbers


@pytest.mark.parametrize(
    "body",
    [
        atom(entry(1), entry(2)),
        rss(item(1)),
        JSON,
        # All of it can be read: nothing to report at each refresh.
        atom(entry(1).replace("Text", "R&D &nbsp; &uuml; 1 < 2")),
        atom(entry(1).replace("Text", "<p>one<br>two<li>three")),
        atom(entry(1).replace("<id>", "<dc:date>2026</dc:date><id>")),
        atom(entry(1)) + "<script>count()</script>",
        rss(item(1).replace("<title>", "<title a=1 a=2>")),
        JSON.replace("Paper number 1", "Paper\tnumber 1"),
    ],
)
def test_harmless_faults_are_not_reported(body: str) -> None:
    feed = parse_feed(body.encode(), URL)
    assert feed.papers
    assert not feed.is_malformed


@pytest.mark.parametrize("body", [rss(end=""), atom("<entry><id>x</id>", end=""), '{"title": "J", "items": [{"id": "x'])
def test_nothing_readable_is_an_error(body: str) -> None:
    with pytest.raises(SourceError, match=r"malformed and none of its papers|damaged JSON"):
        parse_feed(body.encode(), URL)


async def fetched(body: str) -> FetchedFeed:
    async with Web(httpx.Response(200, content=body.encode())).client() as client:
        return await FeedClient(client).fetch(FeedName("url", URL))


async def test_a_notice_gives_the_number_of_papers() -> None:
    feed = await fetched(atom(entry(1), without(entry(2), "</entry>")))
    assert feed.is_malformed
    assert feed.notices == (
        (
            "The response of journal.example is malformed: only 2 papers could be read; others may be missing. Refresh "
            "later, and report it to the publisher if it persists."
        ),
    )
    whole = await fetched(atom(entry(1), entry(2)))
    assert (whole.is_malformed, whole.notices) == (False, ())
