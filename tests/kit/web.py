"""HTTP servers for tests: one in memory, and one on loopback with full control over every byte."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from papertui.sources.http import HttpClient, TransferLimits

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]
NOON = datetime(2026, 4, 30, 12, tzinfo=UTC)


class Web:
    """Answers requests with `replies` in turn, repeating the last one, and records requests and waits."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = replies
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []

    def _answer(self, request: httpx.Request) -> httpx.Response:
        reply = self._replies[min(len(self.requests), len(self._replies) - 1)]
        self.requests.append(request)
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, httpx.Response) else reply(request)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    def client(self, limits: TransferLimits | None = None) -> HttpClient:
        """Return a client of this server that does not really wait."""
        return HttpClient(
            limits=limits,
            transport=httpx.MockTransport(self._answer),
            sleep=self._sleep,
            chance=lambda: 0.0,
            now=lambda: NOON,
        )

    @property
    def urls(self) -> list[str]:
        """The requested addresses in order."""
        return [str(request.url) for request in self.requests]


class Pieces(httpx.AsyncByteStream):
    """A response body that arrives in pieces."""

    def __init__(self, pieces: Iterable[bytes | Exception]) -> None:
        self._pieces = pieces
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Exception):
                raise piece
            self.given += len(piece)
            yield piece


def as_json(value: Any, status: int = 200, **headers: str) -> httpx.Response:
    """Return a response with a JSON body; ``_`` in the names of headers stands for ``-``."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return httpx.Response(status, content=json.dumps(value).encode(), headers=named)


@asynccontextmanager
async def loopback(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """Run a server on 127.0.0.1 that calls `talk` after reading each request; yield its address."""
    talks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await server.wait_closed()
