"""The client against a real server on loopback that misbehaves byte by byte."""

import asyncio
import gzip
from asyncio import StreamReader, StreamWriter
from dataclasses import replace

import pytest

from kit.web import loopback
from papertui.errors import SourceError
from papertui.sources.http import HttpClient, RequestOptions, TransferLimits

#: Longer than a busy machine needs; a test shortens the one limit that it is about.
AMPLE = TransferLimits(connect=60, read=60, total=60, retries=0)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"


async def failure(address: str, limits: TransferLimits = AMPLE) -> str:
    """Return the error message of a request."""
    async with HttpClient(limits=limits) as client:
        with pytest.raises(SourceError) as caught:
            await client.get(address, RequestOptions("The service"))
        return str(caught.value)


async def test_real_response_arrives() -> None:
    packed = gzip.compress(b'{"a": 1}')

    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)

    async with loopback(talk) as address, HttpClient() as client:
        assert (await client.get(f"{address}/a", RequestOptions("S"))).body == b'{"a": 1}'


@pytest.mark.slow
async def test_dripping_body_ends_at_the_deadline() -> None:
    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 1000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with loopback(talk) as address:
        assert "did not finish its response within 0.6 seconds" in await failure(address, replace(AMPLE, total=0.6))


@pytest.mark.slow
async def test_dripping_headers_end_at_the_deadline() -> None:
    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.05)

    async with loopback(talk) as address:
        assert "within 0.6 seconds" in await failure(address, replace(AMPLE, total=0.6))


async def test_silent_server_times_out() -> None:
    async def talk(_: StreamReader, __: StreamWriter) -> None:
        await asyncio.Event().wait()

    async with loopback(talk) as address:
        assert "took too long" in await failure(address, replace(AMPLE, read=0.3))


@pytest.mark.slow
async def test_deadline_covers_all_tries() -> None:
    async def talk(_: StreamReader, writer: StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    endless = replace(AMPLE, total=0.8, retries=10**9, backoff=0.01)
    async with loopback(talk) as address:
        assert await failure(address, endless)  # without a deadline, it would try for ever


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
        assert "ended its response too early" in await failure(address)


async def test_refused_connection_is_reported() -> None:
    async with loopback(lambda *_: asyncio.sleep(0)) as address:
        pass
    assert "cannot be reached" in await failure(address)


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
