"""The client against a real server on loopback that misbehaves byte by byte."""

import asyncio
import gzip
import time
from asyncio import StreamReader, StreamWriter

import pytest

from kit.web import loopback
from papertui.errors import SourceError
from papertui.sources.http import HttpClient, RequestOptions, TransferLimits

QUICK = TransferLimits(connect=0.5, read=0.4, total=0.6, retries=0)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"


async def failure(address: str, limits: TransferLimits = QUICK) -> tuple[str, float]:
    """Return the error message of a request, and how long it took."""
    async with HttpClient(limits=limits) as client:
        await client._opened("S")  # do not time the loading of the certificates
        began = time.monotonic()
        with pytest.raises(SourceError) as caught:
            await client.get(address, RequestOptions("The service"))
        return str(caught.value), time.monotonic() - began


async def test_real_response_arrives() -> None:
    packed = gzip.compress(b'{"a": 1}')

    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)

    async with loopback(talk) as address, HttpClient() as client:
        assert (await client.get(f"{address}/a", RequestOptions("S"))).body == b'{"a": 1}'


async def test_dripping_body_ends_at_the_deadline() -> None:
    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 1000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with loopback(talk) as address:
        sentence, took = await failure(address)
    assert "did not finish its response within 0.6 seconds" in sentence
    assert 0.5 < took < 2


async def test_dripping_headers_end_at_the_deadline() -> None:
    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with loopback(talk) as address:
        sentence, took = await failure(address)
    assert "within 0.6 seconds" in sentence
    assert took < 2


async def test_silent_server_times_out() -> None:
    async def talk(_: StreamReader, __: StreamWriter) -> None:
        await asyncio.sleep(30)

    async with loopback(talk) as address:
        sentence, took = await failure(address)
    assert "took too long" in sentence
    assert took < 2


async def test_deadline_covers_all_tries() -> None:
    async def talk(_: StreamReader, __: StreamWriter) -> None:
        await asyncio.sleep(30)

    async with loopback(talk) as address:
        _, took = await failure(address, TransferLimits(read=0.3, total=0.8, retries=50, backoff=0.01))
    assert 0.6 < took < 2


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        HEAD + b"Content-Length: 100\r\n\r\n[1, 2",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[1, 2\r\n",
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"[1, 2]", mtime=0)[:-4],
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n[]",
        HEAD + b"X-Long: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
)
async def test_truncated_or_garbled_response_is_an_error(sent: bytes) -> None:
    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(sent)

    async with loopback(talk) as address:
        sentence, _ = await failure(address)
    assert "ended its response too early" in sentence


async def test_refused_connection_is_reported() -> None:
    async with loopback(lambda *_: asyncio.sleep(0)) as address:
        pass
    sentence, _ = await failure(address)
    assert "cannot be reached" in sentence


async def test_localhost_bypasses_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []

    async def proxy_talk(_: StreamReader, writer: StreamWriter) -> None:
        reached.append("proxy")
        writer.write(HEAD + b"Content-Length: 2\r\n\r\n[]")

    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        reached.append("here")
        writer.write(HEAD + b"Content-Length: 2\r\n\r\n[]")

    async with loopback(proxy_talk) as proxy, loopback(talk) as address:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("ALL_PROXY", proxy)
        async with HttpClient() as client:
            await client.get(address, RequestOptions("S"))
    assert reached == ["here"]
