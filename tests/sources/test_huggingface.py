from datetime import date
from typing import Any

import httpx
import pytest

from kit.web import Reply, Web, as_json
from papertui.errors import PaperNotFoundError, SettingsError, SourceError, UsageError
from papertui.model.feed import FeedName, parse_feed_name
from papertui.sources.http import HttpClient
from papertui.sources.huggingface import HuggingFace
from papertui.sources.source import FetchedFeed

HUB = "https://hub.example"
LIST = f"{HUB}/api/daily_papers"


def entry(number: int, day: str = "2026-04-30", upvotes: int | None = 1) -> dict[str, Any]:
    paper: dict[str, Any] = {"id": f"2604.{number:05}", "title": f"Paper {number}", "submittedOnDailyAt": day}
    return {"paper": paper if upvotes is None else paper | {"upvotes": upvotes}}


def entries(first: int, last: int) -> list[dict[str, Any]]:
    return [entry(number) for number in range(first, last)]


def numbers(fetched: FetchedFeed) -> list[int]:
    return [int(paper.id[5:]) for paper in fetched.papers]


class Service:
    """A service that has `rows`, in pages; extra headers can be set."""

    def __init__(self, rows: list[Any], *, link: str | None = None, most: int = 100) -> None:
        self._rows, self._link, self._most = rows, link, most

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        size, page = min(int(query["limit"]), self._most), int(query["p"])
        headers: dict[str, Any] = {}
        if (page + 1) * size < len(self._rows) and self._link is not None:
            following = request.url.copy_merge_params({"p": str(page + 1)})
            headers["Link"] = f'<{self._link}?{following.query.decode()}>; rel="next"'
        return as_json(self._rows[page * size : (page + 1) * size], **headers)


async def fetched(reply: Reply, name: str = "daily:2026-04-30", limit: int | None = None) -> tuple[FetchedFeed, Web]:
    web = Web(reply)
    async with web.client() as client:
        return await HuggingFace(client, HUB).fetch(parse_feed_name(name), limit), web


async def refusal(reply: Reply, name: str = "daily:2026-04-30", token: str | None = None) -> str:
    web = Web(reply)
    async with web.client() as client:
        with pytest.raises(SourceError) as caught:
            await HuggingFace(client, HUB, token).fetch(parse_feed_name(name))
    sentence = str(caught.value)
    assert "Hugging Face" in sentence
    assert sentence.endswith(".")
    assert caught.value.exit_code == 3
    return sentence


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("trending", "sort=trending&limit=100&p=0"),
        ("daily:2026-04-30", "date=2026-04-30&limit=100&p=0"),
        ("weekly:2026-W18", "week=2026-W18&limit=100&p=0"),
        ("monthly:2026-04", "month=2026-04&limit=100&p=0"),
        ("submitter:a b&c=1", "submitter=a+b%26c%3D1&limit=100&p=0"),
    ],
)
async def test_each_view_has_its_own_request(name: str, asked: str) -> None:
    result, web = await fetched(as_json([entry(2), entry(1)]), name)
    assert web.urls == [f"{LIST}?{asked}"]
    assert numbers(result) == [2, 1]
    assert (result.origin, result.skipped, result.notices) == ("huggingface", 0, ())


async def test_endpoint_may_have_a_path() -> None:
    web = Web(as_json([]))
    async with web.client() as client:
        await HuggingFace(client, "https://mirror.example/hf/").fetch(FeedName("trending"))
    assert web.urls == ["https://mirror.example/hf/api/daily_papers?sort=trending&limit=100&p=0"]


@pytest.mark.parametrize("link", [LIST, None, "https://elsewhere.example/api/daily_papers", f"{HUB}/other"])
@pytest.mark.parametrize(("count", "size"), [(0, 100), (99, 100), (100, 100), (101, 100), (250, 100)])
async def test_every_page_is_fetched(link: str | None, count: int, size: int) -> None:
    result, web = await fetched(Service(entries(0, count), link=link, most=size))
    assert numbers(result) == list(range(count))
    assert {request.url.host for request in web.requests} == {"hub.example"}
    assert {request.url.path for request in web.requests} == {"/api/daily_papers"}
    assert [request.url.params["p"] for request in web.requests] == [str(n) for n in range(len(web.requests))]
    assert len(web.requests) <= count // size + 1


async def test_short_pages_are_followed() -> None:
    result, _ = await fetched(Service(entries(0, 120), link=LIST, most=50))
    assert numbers(result) == list(range(120))


async def test_service_without_paging_gets_two_requests_at_most() -> None:
    result, web = await fetched(as_json(entries(0, 150)))
    assert numbers(result) == list(range(150))
    assert len(web.requests) == 2


async def test_link_loop_ends() -> None:
    pages = (as_json([entry(n)], Link=f'<{LIST}?p={n % 3}>; rel="next"') for n in range(100))
    result, web = await fetched(lambda _: next(pages))
    assert len(web.requests) == 4
    assert numbers(result) == [0, 1, 2, 3]


async def test_endless_list_ends_with_a_notice() -> None:
    number = iter(range(10_000))
    result, web = await fetched(lambda _: as_json([entry(next(number)) for _ in range(100)]), "monthly:2026-04")
    assert numbers(result) == list(range(3000))
    assert len(web.requests) == 30
    assert result.notices == ("Only the first 3,000 of the monthly papers of April 2026 are shown.",)


async def test_endless_short_pages_end() -> None:
    number = iter(range(10_000))

    def page(_: httpx.Request) -> httpx.Response:
        n = next(number)
        return as_json([entry(n)], Link=f'<{LIST}?p={n + 1}>; rel="next"')

    result, web = await fetched(page, "monthly:2026-04")
    assert len(web.requests) == 60
    assert numbers(result) == list(range(60))
    assert result.notices == ("Only the first 60 of the monthly papers of April 2026 are shown.",)


@pytest.mark.parametrize(
    ("limit", "requests", "size"),
    [(0, 0, 0), (-1, 0, 0), (1, 1, 1), (100, 1, 100), (101, 2, 100), (250, 3, 100), (9999, 3, 100)],
)
async def test_limit_needs_no_further_requests(limit: int, requests: int, size: int) -> None:
    result, web = await fetched(Service(entries(0, 250), link=LIST), "trending", limit)
    assert numbers(result) == list(range(max(0, min(limit, 250))))
    assert len(web.requests) == requests
    assert all(request.url.params["limit"] == str(size) for request in web.requests)
    assert result.notices == ()


async def test_endless_views_return_a_hundred() -> None:
    for name in ("trending", "submitter:somebody"):
        result, _ = await fetched(Service(entries(0, 250), link=LIST), name)
        assert numbers(result) == list(range(100))


async def test_first_of_duplicate_papers_counts() -> None:
    rows = [entry(1, upvotes=9), entry(2), entry(1, upvotes=1), *entries(3, 103), entry(2)]
    result, _ = await fetched(Service(rows, link=LIST), "weekly:2026-W18")
    assert numbers(result) == [1, 2, *range(3, 103)]
    assert result.papers[0].upvotes == 9


async def test_day_without_papers_is_empty() -> None:
    result, _ = await fetched(as_json([]), "daily:2026-05-02")
    assert result == FetchedFeed((), "huggingface")


async def test_requested_day_replaces_a_missing_one() -> None:
    result, _ = await fetched(as_json([{"paper": {"id": "2604.00001", "title": "T"}}]), "daily:2026-04-29")
    assert result.papers[0].featured == date(2026, 4, 29)
    result, _ = await fetched(as_json([{"paper": {"id": "2604.00001", "title": "T"}}]), "trending")
    assert result.papers[0].featured is None


async def test_unreadable_entries_are_skipped_and_reported() -> None:
    result, _ = await fetched(as_json([None, entry(1), {"paper": 7}]))
    assert numbers(result) == [1]
    assert result.skipped == 2
    assert result.notices == ("2 of 3 entries from Hugging Face could not be read and were left out.",)
    result, _ = await fetched(as_json([None, entry(1)]))
    assert result.notices == ("1 of 2 entries from Hugging Face could not be read and was left out.",)


async def test_page_of_unreadable_entries_does_not_hide_the_next() -> None:
    result, _ = await fetched(Service([*([None] * 100), *entries(0, 5)], link=LIST))
    assert numbers(result) == [0, 1, 2, 3, 4]
    assert result.skipped == 100


async def test_only_unreadable_entries_is_an_error() -> None:
    assert "None of the 2 entries" in await refusal(as_json([None, {}]))
    assert "None of the" in await refusal(as_json([None] * 100))


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (as_json({"error": "x"}), "other than a list of papers"),
        (as_json(None), "other than a list of papers"),
        (httpx.Response(200, html="<!doctype html><title>Hotel</title>"), "login page"),
        (httpx.Response(200, content=b""), "other than the requested data"),
        (httpx.Response(204), "status 204"),
        (as_json({}, 400), "does not have the daily papers of 30 April 2026"),
        (as_json({}, 401), "HF_TOKEN"),
        (as_json({}, 403), "HF_TOKEN"),
        (as_json({}, 404), "HF_ENDPOINT"),
        (as_json({}, 418), "status 418"),
        (as_json({}, 500), "status 500"),
    ],
)
async def test_every_refusal_has_a_sentence(reply: httpx.Response, words: str) -> None:
    assert words in await refusal(reply)


async def test_invalid_token_is_reported_and_not_shown() -> None:
    sentence = await refusal(as_json({}, 401), token="hf_secret")
    assert "does not accept the token" in sentence
    assert "hf_secret" not in sentence


async def test_error_on_a_later_page_is_an_error() -> None:
    first = as_json(entries(0, 100))
    web = Web(first, httpx.ConnectError("gone"))
    async with web.client() as client:
        with pytest.raises(SourceError, match="cannot be reached"):
            await HuggingFace(client, HUB).fetch(FeedName("monthly", "2026-04"))


@pytest.mark.parametrize("name", ["library", "archive"])
async def test_unknown_view_is_reported(name: str) -> None:
    assert name in await refusal(as_json([]), name)


@pytest.mark.parametrize("name", [FeedName("daily"), FeedName("weekly", "2026-W60"), FeedName("monthly", "2026-13")])
async def test_a_calendar_view_must_name_its_period(name: FeedName) -> None:
    web = Web(as_json([]))
    async with web.client() as client:
        with pytest.raises(UsageError):
            await HuggingFace(client, HUB).fetch(name)
    assert web.requests == []


async def test_token_is_sent_to_the_endpoint_only() -> None:
    web = Web(
        as_json(entries(0, 100), Link='<https://evil.example/api/daily_papers?p=1>; rel="next"'),
        httpx.Response(302, headers={"Location": "https://evil.example/api/daily_papers"}),
    )
    async with web.client() as client:
        with pytest.raises(SourceError, match="another place"):
            await HuggingFace(client, HUB, " hf_secret\n").fetch(FeedName("monthly", "2026-04"))
    assert [request.headers["authorization"] for request in web.requests] == ["Bearer hf_secret"] * 2
    assert {request.url.host for request in web.requests} == {"hub.example"}
    assert not any("hf_secret" in url for url in web.urls)


async def test_no_token_sends_no_header() -> None:
    _, web = await fetched(as_json([]))
    assert "authorization" not in web.requests[0].headers


def test_invalid_endpoint_or_token_is_refused_immediately() -> None:
    with pytest.raises(SettingsError, match="HF_ENDPOINT"):
        HuggingFace(HttpClient(), "http://huggingface.co")
    with pytest.raises(SettingsError, match="HF_TOKEN"):
        HuggingFace(HttpClient(), HUB, "hf_\nX: y")


# Week 53, which the service refuses: 2026-12-28 (Monday) to 2027-01-03.


class Year:
    """A service that has days, and refuses those after `today` and week 53, as the real one does."""

    def __init__(self, days: dict[str, list[Any]], today: str) -> None:
        self._days, self._today = days, today

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if "date" not in query or query["date"] > self._today:
            return as_json({"error": "Invalid query"}, 400)
        rows = self._days.get(query["date"], [])
        return as_json(rows[100 * int(query["p"]) :][:100])


LAST_WEEK = {
    "2026-12-28": [entry(1, "2026-12-28", 5), entry(2, "2026-12-28", 2)],
    "2026-12-29": [entry(3, "2026-12-29", 9), entry(1, "2026-12-29", 5)],
    "2026-12-31": [entry(4, "2026-12-31", None), entry(5, "2026-12-31", 5)],
    "2027-01-01": [entry(6, "2027-01-01", 2)],
    "2027-01-02": [entry(7, "2027-01-02", 99)],
}


async def test_week_53_is_combined_from_its_days() -> None:
    result, web = await fetched(Year(LAST_WEEK, "2027-01-10"), "weekly:2026-W53")
    # By votes; among equals the earlier day first. No papers are featured at the weekend.
    assert numbers(result) == [3, 1, 5, 2, 6, 4]
    assert result.papers[1].featured == date(2026, 12, 28)
    asked = [request.url.params["date"] for request in web.requests]
    assert asked == ["2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"]


async def test_current_week_53_has_the_days_so_far() -> None:
    result, _ = await fetched(Year(LAST_WEEK, "2026-12-29"), "weekly:2026-W53", 2)
    assert numbers(result) == [3, 1]


async def test_future_week_53_is_refused() -> None:
    assert "at least not yet" in await refusal(Year(LAST_WEEK, "2026-11-01"), "weekly:2026-W53")


async def test_unreadable_day_does_not_hide_the_rest_of_week_53() -> None:
    days: dict[str, list[Any]] = LAST_WEEK | {"2026-12-28": [None], "2026-12-29": [*entries(100, 250), None]}
    result, _ = await fetched(Year(days, "2027-01-10"), "weekly:2026-W53")
    assert len(result.papers) == 153
    assert result.notices == ("2 of 155 entries from Hugging Face could not be read and were left out.",)


async def test_failing_day_fails_week_53() -> None:
    web = Web(as_json([entry(1)]), as_json({}, 404))
    async with web.client() as client:
        with pytest.raises(SourceError, match="HF_ENDPOINT"):
            await HuggingFace(client, HUB).fetch(FeedName("weekly", "2026-W53"))


# The newest day, the search, one paper.


async def latest(reply: Reply) -> date | None:
    web = Web(reply)
    async with web.client() as client:
        day = await HuggingFace(client, HUB).latest_day()
    assert web.urls == [f"{LIST}?limit=100"]
    return day


async def test_latest_day_is_the_newest_featured_one() -> None:
    rows = [entry(1, "2026-04-29"), entry(2, "2026-04-30"), None, entry(3, "nonsense")]
    assert await latest(as_json(rows)) == date(2026, 4, 30)
    assert await latest(as_json([])) is None


async def searched(reply: Reply, words: str, limit: int) -> tuple[FetchedFeed, Web]:
    web = Web(reply)
    async with web.client() as client:
        return await HuggingFace(client, HUB).search(words, limit), web


async def test_search_parses_wrapped_and_bare_papers() -> None:
    rows = [entry(1), entry(2)["paper"], entry(1), None, entry(3), entry(4)]
    result, web = await searched(as_json(rows), "  sparse\n attention ", 3)
    assert web.urls == [f"{HUB}/api/papers/search?q=sparse+attention&limit=3"]
    assert numbers(result) == [1, 2, 3]
    assert result.skipped == 1


async def test_a_search_feed_is_a_search() -> None:
    result, web = await fetched(as_json(entries(0, 120)), "hf-search:diffusion & more")
    assert web.urls == [f"{HUB}/api/papers/search?q=diffusion+%26+more&limit=100"]
    assert len(result.papers) == 100
    _, web = await fetched(as_json([]), "hf-search:x", 5000)
    assert web.requests[0].url.params["limit"] == "120"


@pytest.mark.parametrize(
    ("words", "query", "has_notice"),
    [
        ("a " * 125, ("a " * 125).strip(), False),
        ("a" * 250, "a" * 250, False),
        ("word " * 60, " ".join(["word"] * 50), True),
        ("a" * 250 + " b", "a" * 250, True),
        ("a" * 300, "a" * 250, True),
    ],
)
async def test_long_query_is_cut_between_words_with_a_notice(words: str, query: str, has_notice: bool) -> None:
    result, web = await searched(as_json([]), words, 5)
    assert web.requests[0].url.params["q"] == query
    assert bool(result.notices) is has_notice


@pytest.mark.parametrize(("words", "limit"), [("", 5), (" \n", 5), ("x", 0), ("x", -1)])
async def test_empty_search_sends_no_request(words: str, limit: int) -> None:
    result, web = await searched(as_json([]), words, limit)
    assert result.papers == ()
    assert web.requests == []


async def one_paper(reply: Reply, id_: str) -> tuple[str, Web]:
    web = Web(reply)
    async with web.client() as client:
        paper = await HuggingFace(client, HUB).paper(id_)
    return f"{paper.title} {paper.models}", web


async def test_paper_is_requested_by_id() -> None:
    reply = as_json(entry(1)["paper"] | {"numTotalModels": 4})
    for given in ("2604.00001", "arXiv:2604.00001v2", "https://huggingface.co/papers/2604.00001"):
        read, web = await one_paper(reply, given)
        assert read == "Paper 1 4"
        assert web.urls == [f"{HUB}/api/papers/2604.00001"]


async def test_an_id_is_quoted_and_validated() -> None:
    web = Web(as_json({"error": "no"}, 400))
    async with web.client() as client:
        source = HuggingFace(client, HUB)
        with pytest.raises(PaperNotFoundError, match="hep-th/9711200"):
            await source.paper("hep-th/9711200")
        with pytest.raises(UsageError):
            await source.paper("../../whoami")
    assert [request.url.raw_path for request in web.requests] == [b"/api/papers/hep-th%2F9711200"]


@pytest.mark.parametrize(
    ("reply", "words", "unknown"),
    [
        (as_json({"error": "Paper not found"}, 404), "does not know the paper 2604.00001", True),
        (as_json({}, 400), "the paper 2604.00001", False),
        (as_json({}, 500), "status 500", False),
        (as_json([]), "could not be read", False),
        (as_json({"title": "no id"}), "could not be read", False),
        (as_json(entry(2)["paper"]), "could not be read", False),
    ],
)
async def test_missing_paper_is_reported(reply: httpx.Response, words: str, unknown: bool) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        await one_paper(reply, "2604.00001")
    assert isinstance(caught.value, PaperNotFoundError) is unknown
