import asyncio
import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kit.web import Pieces, Reply, Web, as_json
from papertui import __version__
from papertui.errors import SourceError
from papertui.sources.http import HttpClient, RequestOptions, TransferLimits

HOME = "https://hub.example"
TOKEN = {"Authorization": "Bearer hf_secret"}
OK = as_json([])


def ok() -> httpx.Response:
    return as_json([1])


def moved(target: str, status: int = 302) -> httpx.Response:
    return httpx.Response(status, headers={"Location": target})


async def failure(web: Web, url: str = f"{HOME}/x", limits: TransferLimits | None = None) -> str:
    """Return the error message of a request to `url`."""
    async with web.client(limits) as client:
        with pytest.raises(SourceError) as caught:
            await client.get(url, RequestOptions("The service", TOKEN))
    sentence = str(caught.value)
    assert "he service" in sentence
    assert re.search(r"\.$", sentence)
    assert sentence.isprintable()
    assert "hf_secret" not in sentence
    return sentence


async def test_response_is_complete() -> None:
    web = Web(httpx.Response(200, content=gzip.compress(b"[]"), headers={"Content-Encoding": "gzip", "ETag": '"a"'}))
    async with web.client() as client:
        answer = await client.get(f"{HOME}/x?a=1", RequestOptions("S"), params={"q": "a b&c", "p": 0})
    assert answer.status == 200
    assert answer.body == b"[]"
    assert answer.headers["etag"] == '"a"'
    assert answer.url == f"{HOME}/x?a=1&q=a+b%26c&p=0"
    assert web.urls == [answer.url]


async def test_request_headers() -> None:
    web = Web(ok())
    async with web.client() as client:
        await client.get(HOME, RequestOptions("S"))
    (request,) = web.requests
    assert request.headers["user-agent"].startswith(f"papertui/{__version__} (")
    assert request.headers["accept-encoding"] == "gzip"
    assert "authorization" not in request.headers


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_refusal_is_a_response_without_retry(status: int) -> None:
    web = Web(as_json({"error": "no"}, status))
    async with web.client() as client:
        assert (await client.get(HOME, RequestOptions("S"))).status == status
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    "hiccup",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("closed"),
        as_json({}, 500),
        as_json({}, 502),
        as_json({}, 503, Retry_After="2"),
        as_json({}, 429),
        httpx.Response(200, content=gzip.compress(b"[1]")[:-5], headers={"Content-Encoding": "gzip"}),
    ],
)
async def test_temporary_errors_are_retried(hiccup: Reply) -> None:
    web = Web(hiccup, hiccup, ok())
    async with web.client() as client:
        assert (await client.get(HOME, RequestOptions("S"))).body == b"[1]"
    assert len(web.requests) == 3
    first, second = web.waits
    assert 0 < first < second <= 3


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError("refused"), "cannot be reached"),
        (httpx.ReadTimeout("slow"), "took too long"),
        (as_json({}, 500), "status 500"),
        (as_json({}, 429), "no more requests"),
    ],
)
async def test_lasting_error_is_reported_after_three_tries(error: Reply, words: str) -> None:
    web = Web(error)
    assert words in await failure(web)
    assert len(web.requests) == 3
    assert len(web.waits) == 2


async def test_network_login_is_reported_immediately() -> None:
    web = Web(httpx.Response(511, html="<html>log in</html>"))
    assert "log in" in await failure(web)
    assert len(web.requests) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "Thu, 30 Apr 2026 12:00:08 GMT"}, 8),
        ({"RateLimit": '"api";r=0;t=9'}, 9),
        ({"Retry_After": "0"}, 0),
    ],
)
async def test_requested_wait_is_observed(headers: dict[str, str], wait: float) -> None:
    web = Web(as_json({}, 429, **headers), ok())
    async with web.client() as client:
        await client.get(HOME, RequestOptions("S"))
    assert web.waits == [wait + TransferLimits().backoff]


@pytest.mark.parametrize("status", [429, 503])
async def test_too_long_wait_is_reported_immediately(status: int) -> None:
    web = Web(as_json({}, status, Retry_After="200"))
    assert "in 4 minutes" in await failure(web)
    assert len(web.requests) == 1
    assert web.waits == []


async def test_wait_beyond_the_deadline_does_not_start() -> None:
    web = Web(as_json({}, 429, Retry_After="8"))
    assert "in 8 seconds" in await failure(web, limits=TransferLimits(total=5))
    assert web.waits == []


async def test_waiting_counts_towards_the_deadline() -> None:
    async def sleep_long(_: float) -> None:
        await asyncio.Event().wait()

    transport = httpx.MockTransport(lambda _: as_json({}, 500))
    async with HttpClient(
        limits=TransferLimits(total=0.3, backoff=0.01), transport=transport, sleep=sleep_long
    ) as client:
        with pytest.raises(SourceError, match=r"within 0\.3 seconds"):
            await client.get(HOME, RequestOptions("S"))


async def test_too_large_body_is_refused_early() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(1000)

    body = Pieces(endless())
    web = Web(httpx.Response(200, stream=body))
    assert "more than 0.00954 MB" in await failure(web, limits=TransferLimits(body=10_000))
    assert body.given <= 11_000
    assert len(web.requests) == 1


@pytest.mark.slow
async def test_gzip_bomb_is_refused() -> None:
    bomb = gzip.compress(bytes(50 * 2**20))
    web = Web(httpx.Response(200, content=bomb, headers={"Content-Encoding": "gzip"}))
    assert "more than 20 MB" in await failure(web)


async def test_unexpected_encoding_is_refused() -> None:
    web = Web(httpx.Response(200, stream=Pieces([b"x"]), headers={"Content-Encoding": "zstd"}))
    assert "did not ask for" in await failure(web)


async def test_truncated_body_is_retried_then_reported() -> None:
    web = Web(lambda _: httpx.Response(200, stream=Pieces([b"[1", httpx.ReadError("reset")])))
    assert "ended its response too early" in await failure(web)
    assert len(web.requests) == 3


async def test_redirects_within_the_service_are_followed_with_the_token() -> None:
    web = Web(moved("/b", 301), moved("c?d=1", 307), moved(f"{HOME}:443/e", 308), ok())
    async with web.client() as client:
        answer = await client.get(f"{HOME}/a", RequestOptions("S", TOKEN), params={"q": 1})
    assert answer.url == f"{HOME}/e"
    assert web.urls == [f"{HOME}/a?q=1", f"{HOME}/b", f"{HOME}/c?d=1", f"{HOME}/e"]
    assert [request.headers["authorization"] for request in web.requests] == ["Bearer hf_secret"] * 4


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/x",
        "//evil.example/x",
        "http://hub.example/x",
        "https://hub.example:8443/x",
        "https://hub.example.evil.example/x",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed(target: str) -> None:
    web = Web(moved(target))
    assert "another place" in await failure(web)
    assert web.urls == [f"{HOME}/x"]


async def test_invalid_redirect_is_reported() -> None:
    for target in ("https://[::1", "https://\x1b[31mevil.example/", "https://" + "a" * 300 + ".example/"):
        web = Web(moved(target))
        await failure(web)
        assert set(web.urls) == {f"{HOME}/x"}


async def test_redirect_loop_ends() -> None:
    web = Web(moved("/x"))
    assert "circle" in await failure(web)
    assert len(web.requests) == 4


async def test_token_is_not_sent_after_upgrade_to_https() -> None:
    web = Web(moved("https://localhost/x"), ok())
    async with web.client() as client:
        await client.get("http://localhost/x", RequestOptions("S", TOKEN))
    assert [request.headers.get("authorization") for request in web.requests] == ["Bearer hf_secret", None]


async def test_cookies_are_not_stored() -> None:
    web = Web(httpx.Response(200, headers={"Set-Cookie": "who=me; Path=/"}), ok())
    async with web.client() as client:
        await client.get(HOME, RequestOptions("S"))
        await client.get(HOME, RequestOptions("S"))
    assert "cookie" not in web.requests[1].headers


@pytest.mark.parametrize(
    "url", ["https://", "nonsense", "https://h:port/", "https://h\x00/", "https://xn--a/", "ftp://h/"]
)
async def test_invalid_address_is_reported(url: str) -> None:
    async with HttpClient() as client:
        with pytest.raises(SourceError, match=r"^The URL set for S cannot be used"):
            await client.get(url, RequestOptions("S"))


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("HTTPS_PROXY", "nonsense://me:hunter2@proxy:1", "HTTPS_PROXY"),
        ("HTTPS_PROXY", "http://me:hunter2@proxy:port", "HTTPS_PROXY"),
        ("SSL_CERT_FILE", "/nowhere/certificates.pem", "SSL_CERT_FILE"),
    ],
)
async def test_invalid_network_settings_are_reported(
    variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    async with HttpClient() as client:
        with pytest.raises(SourceError, match=words) as caught:
            await client.get(HOME, RequestOptions("The service"))
    assert "hunter2" not in str(caught.value)


async def test_invalid_certificates_are_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "certificates.pem").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificates.pem"))
    async with HttpClient() as client:
        with pytest.raises(SourceError, match="SSL_CERT_FILE"):
            await client.get(HOME, RequestOptions("S"))


async def test_concurrent_requests() -> None:
    web = Web(lambda request: as_json(str(request.url)))
    async with web.client() as client:
        answers = await asyncio.gather(*(client.get(f"{HOME}/{n}", RequestOptions("S")) for n in range(20)))
    assert [answer.url for answer in answers] == [f"{HOME}/{n}" for n in range(20)]


async def test_cancelled_request_stays_cancelled() -> None:
    async with HttpClient(transport=httpx.MockTransport(lambda _: OK), sleep=asyncio.sleep) as client:
        task = asyncio.create_task(client.get(HOME, RequestOptions("S")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
