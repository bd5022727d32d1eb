"""Passwords of feeds: sent to their own origin, kept apart in the cache."""

from pathlib import Path

import httpx
import pytest

from kit.web import Web
from papertui.errors import SourceError
from papertui.model.feed import FeedName
from papertui.model.feed_address import LOGINS_VARIABLE
from papertui.sources.feeds.client import FeedClient
from papertui.sources.feeds.logins import FeedLogins
from papertui.sources.http import HttpClient
from papertui.sources.http_cache import HttpCache

_FEED = (
    b"<rss><channel><title>T</title><item><title>A paper</title><link>https://a.example/1</link></item></channel></rss>"
)


def logins(*addresses: str) -> FeedLogins:
    return FeedLogins({LOGINS_VARIABLE: " ".join(addresses)})


@pytest.mark.parametrize(
    ("place", "same"),
    [
        ("https://a.example/other", True),
        ("/other", True),
        ("https://www.a.example/f", False),
        ("https://a.example:443/other", True),
    ],
)
async def test_a_redirect_takes_the_password_along_only_within_the_origin(place: str, same: bool) -> None:
    web = Web(httpx.Response(301, headers={"location": place}), httpx.Response(200, content=_FEED))
    client = FeedClient(web.client(), logins("https://ada:geheim@a.example"))
    assert len((await client.fetch(FeedName("url", "https://ada@a.example/f"))).papers) == 1
    assert [("authorization" in request.headers) for request in web.requests] == [True, same]
    assert "@" not in "".join(web.urls)


@pytest.mark.parametrize("place", ["http://a.example/f", "https://b.example/f", "https://a.example:8443/f"])
async def test_a_redirect_to_another_place_is_not_followed(place: str) -> None:
    web = Web(httpx.Response(302, headers={"location": place}), httpx.Response(200, content=_FEED))
    client = FeedClient(web.client(), logins("https://ada:geheim@a.example"))
    with pytest.raises(SourceError) as raised:
        await client.fetch(FeedName("url", "https://ada@a.example/f"))
    assert len(web.requests) == 1
    assert "geheim" not in str(raised.value)


async def test_a_refusal_after_a_redirect_says_that_the_password_stayed_behind() -> None:
    web = Web(httpx.Response(301, headers={"location": "https://www.a.example/f"}), httpx.Response(401))
    client = FeedClient(web.client(), logins("https://ada:geheim@a.example"))
    with pytest.raises(SourceError, match=r"redirected to https://www[.]a[.]example, which does not get the password"):
        await client.fetch(FeedName("url", "https://ada@a.example/f"))


async def test_a_password_is_for_one_user_on_one_origin() -> None:
    found = logins("https://ada:one@a.example", "https://bob:two@a.example", "https://ada:three@a.example:8443")
    for name, pair in (
        ("https://ada@a.example/x", "YWRhOm9uZQ=="),
        ("https://bob@a.example/y", "Ym9iOnR3bw=="),
        ("https://ada@a.example:8443/", "YWRhOnRocmVl"),
    ):
        web = Web(httpx.Response(200, content=_FEED))
        await FeedClient(web.client(), found).fetch(FeedName("url", name))
        assert web.requests[0].headers["authorization"] == f"Basic {pair}"
    web = Web(httpx.Response(200, content=_FEED))
    for name in ("https://eve@a.example/", "https://ada@b.example/", "https://ada@sub.a.example/"):
        with pytest.raises(SourceError, match="There is no password for"):
            await FeedClient(web.client(), found).fetch(FeedName("url", name))
    assert web.requests == []


@pytest.mark.parametrize(
    ("value", "number"),
    [("geheim", 1), ("https://x:y@b.example https://ada@a.example", 2), ("http://ada:geheim@a.example", 1)],
)
async def test_a_wrong_variable_is_reported_without_its_text(value: str, number: int) -> None:
    client = FeedClient(Web(httpx.Response(200, content=_FEED)).client(), logins(value))
    with pytest.raises(SourceError, match=f"PAPERTUI_FEED_LOGINS, address {number} is not an https URL") as raised:
        await client.fetch(FeedName("url", "https://ada@a.example/"))
    assert "geheim" not in str(raised.value)


async def test_cached_responses_of_users_are_kept_apart(tmp_path: Path) -> None:
    sent: list[tuple[str | None, str | None]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        user, known = request.headers.get("authorization"), request.headers.get("if-none-match")
        sent.append((user, known))
        return httpx.Response(304) if known else httpx.Response(200, content=_FEED, headers={"etag": f'"{user}"'})

    found = logins("https://ada:geheim@a.example", "https://bob:geheim@a.example")
    for _ in range(2):
        for name in ("https://ada@a.example/f", "https://bob@a.example/f", "https://a.example/f"):
            client = HttpClient(cache=HttpCache(tmp_path / "cache"), transport=httpx.MockTransport(answer))
            async with client:
                await FeedClient(client, found).fetch(FeedName("url", name))
    assert [known for _, known in sent[:3]] == [None] * 3
    assert [known for _, known in sent[3:]] == [f'"{user}"' for user, _ in sent[3:]]
    written = "".join(path.name + path.read_bytes().decode() for path in (tmp_path / "cache").iterdir())
    assert "geheim" not in written
