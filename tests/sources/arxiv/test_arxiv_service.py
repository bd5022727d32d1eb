"""The arXiv source over a web in memory: paging, errors in every form, empty responses, listings."""

from datetime import date

import httpx
import pytest

from kit.web import Web
from papertui.errors import PaperNotFoundError, SettingsError, SourceError
from papertui.model.feed import FeedName, parse_feed_name
from papertui.sources.arxiv import ArXiv, query_of
from papertui.sources.http import HttpClient
from papertui.sources.registry import ARXIV
from papertui.sources.source import FetchedFeed, TypedName

from .test_arxiv_entries import ENTRY, error, feed, item, rss


def entry(number: int) -> str:
    return ENTRY.replace("2604.00001v3", f"2604.{number:05}v1")


def page(*numbers: int, total: int) -> httpx.Response:
    return httpx.Response(200, content=feed(*map(entry, numbers), total=total))


def arxiv(client: HttpClient, **addresses: str) -> ArXiv:
    usual = dict(zip(("api", "rss", "site"), ARXIV.endpoints.values(), strict=True))
    return ArXiv(client, **{**usual, **addresses})  # type: ignore[arg-type] # none of them is a rate limiter


async def fetch(web: Web, name: str, limit: int | None = None) -> FetchedFeed:
    async with web.client() as client:
        return await arxiv(client).fetch(parse_feed_name(name), limit)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("author:Ada Lovelace", 'au:"Ada Lovelace"'),
        ('author:Ada" OR all:x', 'au:"Ada OR all x"'),
        ("keyword:state space", 'all:"state space"'),
        ("arxiv-search:sparse attention", "all:sparse AND all:attention"),
        ("arxiv-search:" + "to be or not " * 200, "all:to AND all:be AND all:or AND all:not"),
        ('arxiv-search:abs:"sparse attention" AND cat:cs.CL', 'abs:"sparse attention" AND cat:cs.CL'),
        (
            "arxiv-search:cat:cs.CL AND submittedDate:[202604010000 TO 202604300000]",
            "cat:cs.CL AND submittedDate:[202604010000 TO 202604300000]",
        ),
    ],
)
def test_feeds_become_arxiv_queries(name: str, query: str) -> None:
    assert query_of(parse_feed_name(name)) == query


async def test_search_sorts_by_date_and_pages() -> None:
    web = Web(page(*range(200), total=250), page(*range(200, 250), total=250))
    fetched = await fetch(web, "author:Ada", 250)
    assert len(fetched.papers) == 250
    first, second = (request.url.params for request in web.requests)
    assert dict(first) == {
        "search_query": 'au:"Ada"',
        "start": "0",
        "max_results": "200",
        "sortBy": "submittedDate",
        "sortOrder": "descending",
    }
    assert (second["start"], second["max_results"]) == ("200", "50")
    assert web.requests[0].url.host == "export.arxiv.org"


async def test_duplicate_rows_are_merged() -> None:
    fetched = await fetch(Web(page(1, 2, 2, 1, total=4)), "author:Ada")
    assert [paper.id for paper in fetched.papers] == ["2604.00001", "2604.00002"]


async def test_empty_page_is_retried() -> None:
    web = Web(page(total=3), page(total=3), page(1, 2, 3, total=3))
    assert len((await fetch(web, "author:Ada")).papers) == 3
    with pytest.raises(SourceError, match="reports 3 papers but sends none"):
        await fetch(Web(page(total=3)), "author:Ada")


async def test_empty_later_page_keeps_earlier_papers() -> None:
    web = Web(page(*range(200), total=400), page(total=400))
    fetched = await fetch(web, "author:Ada", 400)
    assert len(fetched.papers) == 200
    assert "only 200 of 400 papers" in fetched.notices[0], "the notice says that there are more"


async def test_no_results_is_not_an_error() -> None:
    assert (await fetch(Web(page(total=0)), "author:Nobody")).papers == ()


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_arxiv_error_message_is_shown(status: int) -> None:
    web = Web(httpx.Response(status, content=feed(error("incorrect id format for <b>abc</b>".replace("<", "&lt;")))))
    with pytest.raises(SourceError) as raised:
        await fetch(web, "arxiv-search:ti:x")
    assert ("incorrect id format" in str(raised.value)) == (status != 500)
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (httpx.Response(400, content=b"Bad request, no feed"), "status 400"),
        (httpx.Response(403, content=b"<html>no</html>"), "status 403"),
        (httpx.Response(200, content=b"<html>log in</html>"), "web page"),
        (httpx.Response(200, content=b"Rate exceeded."), "broken XML"),
        (httpx.Response(429, content=b"Rate exceeded."), "no more requests"),
    ],
)
async def test_failures_are_reported(response: httpx.Response, words: str) -> None:
    for name in ("author:Ada", "arxiv:cs.CL"):
        with pytest.raises(SourceError) as raised:
            await fetch(Web(response), name)
        assert "arXiv" in str(raised.value)
        if name.startswith("author"):
            assert words in str(raised.value)


async def test_listing_with_announce_types() -> None:
    listing = rss(
        item("2604.00001"), item("2604.00002", "cross"), item("2604.00003", "replace"), item("2604.00001", "cross")
    )
    web = Web(httpx.Response(200, content=listing))
    fetched = await fetch(web, "arxiv:cs.CL+cs.LG")
    assert web.urls == ["https://rss.arxiv.org/rss/cs.CL+cs.LG"]
    assert fetched.why == {"2604.00001": "new", "2604.00002": "cross", "2604.00003": "replace"}
    assert [paper.sources for paper in fetched.papers] == [("arxiv",)] * 3


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("Sat, 01 Aug 2026 00:00:00 -0400", "is a weekend"),
        ("Thu, 26 Nov 2026 00:00:00 -0500", "Thursday 26 November 2026; it may be a holiday"),
        ("nonsense", "announced nothing new in cs.CL."),
    ],
)
async def test_an_empty_listing_says_why(day: str, words: str) -> None:
    fetched = await fetch(Web(httpx.Response(200, content=rss(day=day))), "arxiv:cs.CL")
    assert fetched.papers == ()
    assert words in fetched.notices[0]


async def test_unknown_category_is_reported() -> None:
    body = rss(title="Feed error for query: cs.XX")  # a category that arXiv gave up, say
    for status in (200, 400):
        web = Web(httpx.Response(status, content=body))
        async with web.client() as client:
            with pytest.raises(SourceError, match=r"does not know the category cs\.XX"):
                await arxiv(client).fetch(FeedName("arxiv", "cs.XX"), None)


async def test_one_paper() -> None:
    web = Web(page(1, total=1))
    async with web.client() as client:
        paper = await arxiv(client, api="http://127.0.0.1:1/arxiv/").paper("arXiv:2604.00001v7")
        assert paper.id == "2604.00001"
        assert web.urls == ["http://127.0.0.1:1/arxiv/api/query?id_list=2604.00001&max_results=1"]
        with pytest.raises(PaperNotFoundError):
            await arxiv(client).paper("2604.00002")


@pytest.mark.parametrize("name", ["api", "rss", "site"])
async def test_invalid_addresses_are_refused(name: str) -> None:
    async with Web(page(total=0)).client() as client:
        with pytest.raises(SettingsError, match=f"PAPERTUI_ARXIV_{name.upper()}_URL"):
            arxiv(client, **{name: "http://elsewhere.example"})


async def test_typed_query_keeps_its_fields() -> None:
    web = Web(page(1, total=1))
    async with web.client() as client:
        service = arxiv(client)
        await service.search("chen agents", 5, TypedName("author:chen agents cat:cs.CL", date(2026, 4, 30)))
        await service.search("", 5, TypedName("cat:cs.CL since:7d", date(2026, 4, 30)))
        nothing = await service.search("", 5, TypedName("is:unread", date(2026, 4, 30)))
    first, second = (request.url.params for request in web.requests)
    assert (first["search_query"], first["sortBy"]) == ("au:chen AND all:agents AND cat:cs.CL", "relevance")
    assert second["search_query"] == "cat:cs.CL AND submittedDate:[202604230000 TO 299912312359]"
    assert second["sortBy"] == "submittedDate", "without words there is no best match"
    assert nothing.papers == ()
    assert "no words, categories or days" in nothing.notices[0]


async def test_versions_of_many_papers_take_one_request_for_each_hundred() -> None:
    named = ENTRY.replace("2604.00001v3", "2604.00007v2")
    web = Web(page(1, 2, total=2), httpx.Response(200, content=feed(named)))
    async with web.client() as client:
        seen = await arxiv(client).versions([*(f"2604.{number:05}" for number in range(1, 101)), "2604.00007v2"])
    assert [(one.id, one.number) for one in seen] == [("2604.00001", 1), ("2604.00002", 1), ("2604.00007", 2)]
    assert [len(request.url.params["id_list"].split(",")) for request in web.requests] == [100, 1]
    assert web.requests[0].url.params["max_results"] == "100"


async def test_the_text_of_a_version_has_its_address_and_number() -> None:
    text = b'<html><article class="ltx_document"><h1 class="ltx_title">A</h1><p class="ltx_p">One.</p></article></html>'
    web = Web(httpx.Response(200, content=text), httpx.Response(404))
    async with web.client() as client:
        assert (await arxiv(client).version_text("2604.00001", 2)).document.version == 2
        with pytest.raises(PaperNotFoundError):
            await arxiv(client).version_text("2604.00001", 1)
    assert [request.url.path for request in web.requests] == ["/html/2604.00001v2", "/html/2604.00001v1"]


async def test_feeds_state_the_versions_of_their_papers() -> None:
    web = Web(page(1, total=1))
    (seen,) = (await fetch(web, "author:Ada")).versions
    assert (seen.id, seen.number, bool(seen.abstract)) == ("2604.00001", 1, True)
    listed = rss(item("2604.00001", "replace"), item("2604.00002", "cross"))
    seen, cross = (await fetch(Web(httpx.Response(200, content=listed)), "arxiv:cs.CL")).versions
    assert seen.updated is not None
    assert (seen.number, seen.updated.date()) == (2, date(2026, 4, 30))
    assert cross.updated is None
