"""One polite client for every service: bounded in time, size and patience, and never surprised.

What httpx leaves open is closed here: a total deadline, a limit on the body after unpacking, redirects that stay with
the service, and every failure told in one sentence.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self

import httpx

from papertui import __version__
from papertui.errors import SourceError
from papertui.sources.body import Body, BodyError
from papertui.sources.errand import Answer, Errand, Limits, Stream
from papertui.sources.faults import (
    FAILURES,
    TOO_MANY,
    UNHEARD,
    Fault,
    fault_of,
    opening_fault,
    status_fault,
    wait_asked,
)
from papertui.sources.redirects import REDIRECTS, astray, origin, origin_text, target
from papertui.sources.validators import Answers, Kept

__all__ = ["USER_AGENT", "Answer", "Client", "Errand", "Limits", "Stream"]

USER_AGENT = f"papertui/{__version__} (terminal reader for research papers; python-httpx/{httpx.__version__})"
_OK, _UNCHANGED, _SERVER_ERROR = 200, 304, 500
#: ``RateLimit: "api";r=0;t=214``: this answer was the last one of the window.
_SPENT = re.compile(r";\s*r\s*=\s*0\b")
#: Requests to this machine never go through a proxy: it would carry them, and a token, elsewhere.
_DIRECT = ("all://localhost", "all://127.0.0.1", "all://[::1]")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Client:
    """Asks services for what they have. Belongs to the event loop it is first used in.

    Nothing is opened before the first request: a reader who stays offline pays for nothing.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        now: Callable[[], datetime] = _utc_now,
        answers: Answers | None = None,
    ) -> None:
        """Makes a client.

        Args:
            limits: how far its requests may go.
            transport: what carries them instead of the network.
            sleep: waits for some seconds.
            chance: a number from 0 to 1, so that many clients do not come back all at once.
            now: the time, for services that ask us to stay away until then.
            answers: where answers are kept with their validators.
        """
        self._limits = limits or Limits()
        self._transport = transport
        self._sleep = sleep
        self._chance = chance
        self._now = now
        self._answers = answers
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections that are still open."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def get(
        self,
        url: str,
        errand: Errand,
        *,
        params: Mapping[str, str | int] | None = None,
    ) -> Answer:
        """What lies at `url`.

        Args:
            url: an address; what it holds from outside is validated and quoted already.
            errand: whom it leads to, and how far.
            params: added to the address, quoted.

        Raises:
            SourceError: there is no answer, it is too large or too late, or the service has trouble of its own. An
                answer that refuses the request (4xx) is returned.
        """
        try:
            async with asyncio.timeout(self._limits.total) as limit:
                return await self._get(url, params or {}, errand, limit)
        except Fault as fault:
            raise SourceError(fault.sentence) from fault
        except TimeoutError as error:
            raise SourceError(
                f"{errand.service} did not finish its answer within {self._limits.total:g} seconds; try again later."
            ) from error

    async def _get(
        self, address: str, params: Mapping[str, str | int], errand: Errand, limit: asyncio.Timeout
    ) -> Answer:
        http = await self._opened(errand.service)
        try:
            url = httpx.URL(address)
            url = url.copy_merge_params(dict(params)) if params else url
        except (httpx.InvalidURL, ValueError) as error:
            raise fault_of(error, errand.service) from error
        kept = await self._recalled(str(url), errand)
        for tried in range(self._limits.retries + 1):
            asked: float | None = None
            fault: Fault
            try:
                answer = await self._follow(http, url, kept, errand, limit)
            except Fault as error:
                fault = error
            else:
                if answer.status not in FAILURES and answer.status < _SERVER_ERROR:
                    return await self._taken(str(url), answer, kept, errand)
                asked = wait_asked(answer.headers, self._now())
                fault = status_fault(answer.status, errand.service, asked)
            wait = self._limits.backoff * 2**tried * (1 + self._chance())
            if asked is not None:
                wait += asked  # the same jitter on top: no crowd when the window opens
            when = limit.when()
            left = self._limits.total if when is None else when - asyncio.get_running_loop().time()
            if (
                not fault.again
                or tried == self._limits.retries
                or (asked or 0) > self._limits.patience
                or wait > left  # better a true word now than a vague one at the deadline
            ):
                raise fault
            await self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _recalled(self, url: str, errand: Errand) -> Kept | None:
        """What `url` answered last, if that was kept."""
        if self._answers is None or not errand.keeps:
            return None
        return await asyncio.to_thread(self._answers.recall, url)

    async def _taken(self, url: str, answer: Answer, kept: Kept | None, errand: Errand) -> Answer:
        """The answer, which may be to hold on to the last one; kept where that is wanted."""
        if answer.status == _UNCHANGED:
            if kept is None:
                raise Fault(f"{errand.service} says that nothing has changed, to a first question; try again later.")
            return Answer(_OK, {**kept.headers, **answer.headers}, kept.body, answer.url, unchanged=True)
        if self._answers is not None and errand.keeps and answer.status == _OK:
            await asyncio.to_thread(self._answers.keep, url, answer.headers, answer.body)
        return answer

    async def _opened(self, service: str) -> httpx.AsyncClient:
        async with self._opening:
            if self._http is None:
                try:
                    # Reading the certificates takes some 50 ms, in which a key must be answered: off the loop.
                    self._http = await asyncio.to_thread(self._open)
                except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
                    raise opening_fault(error, service) from error
            return self._http

    def _open(self) -> httpx.AsyncClient:
        limits = self._limits
        return httpx.AsyncClient(
            transport=self._transport,
            mounts=None if self._transport else dict.fromkeys(_DIRECT),
            # `Body` unpacks gzip and nothing else, so nothing else is asked for.
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(limits.read, connect=limits.connect, pool=limits.total),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
        )

    @asynccontextmanager
    async def stream(
        self, address: str, errand: Errand, headers: Mapping[str, str], limit: asyncio.Timeout
    ) -> AsyncIterator[Stream]:
        """One try at what lies at `address`, its body still to come, and taken by whoever asks.

        Args:
            address: validated and quoted already.
            errand: whom it leads to, and how far; its lane is held until the context is left.
            headers: sent along with those of the errand.
            limit: ends the try; whoever takes the body moves it on while there is progress.

        Raises:
            Fault: there is no answer, or it broke off; also while the body is taken.
        """
        http = await self._opened(errand.service)
        try:
            url = httpx.URL(address)
            async with self._reached(http, url, {**errand.headers, **headers}, errand, limit) as response:
                yield Stream(response.status_code, _named(response.headers), _pieces(response))
        except (httpx.HTTPError, httpx.InvalidURL, BodyError, OSError, ValueError) as error:
            raise fault_of(error, errand.service) from error

    async def _follow(
        self, http: httpx.AsyncClient, url: httpx.URL, kept: Kept | None, errand: Errand, limit: asyncio.Timeout
    ) -> Answer:
        """One try: the request, and the redirects that stay with the service."""
        sent = {**errand.headers, **(kept.conditions if kept else {})}
        try:
            async with self._reached(http, url, sent, errand, limit) as response:
                body = await self._body(response)
                return Answer(response.status_code, _named(response.headers), body, str(response.url))
        except (httpx.HTTPError, httpx.InvalidURL, BodyError, OSError, ValueError) as error:
            raise fault_of(error, errand.service) from error

    @asynccontextmanager
    async def _reached(
        self,
        http: httpx.AsyncClient,
        url: httpx.URL,
        sent: Mapping[str, str],
        errand: Errand,
        limit: asyncio.Timeout,
    ) -> AsyncIterator[httpx.Response]:
        """The response that a request leads to in the end; the turn in its lane lasts until its body is taken."""
        for _ in range(self._limits.redirects + 1):
            async with self._turn(url, errand, limit):
                response = await self._sent(http, url, sent, errand.service)
                try:
                    self._heed(url, response, errand)
                    place = response.headers.get("location")
                    if response.status_code not in REDIRECTS or not place:
                        yield response
                        return
                    await self._body(response)  # or the connection could not be used again
                finally:
                    await response.aclose()
            there = target(url, place, errand.service, errand.hosts)
            if origin(there) != origin(url):
                sent = {name: value for name, value in sent.items() if name.lower() != "authorization"}
            url = there
        raise Fault(f"{errand.service} sends us round in a circle; try again later.")

    @asynccontextmanager
    async def _turn(self, url: httpx.URL, errand: Errand, limit: asyncio.Timeout) -> AsyncIterator[None]:
        """Waits for the turn of a request in its lane; that time does not count towards the limit of the answer."""
        if errand.lane is None:
            yield
            return
        loop = asyncio.get_running_loop()
        when = limit.when()
        left = self._limits.total if when is None else when - loop.time()
        limit.reschedule(None)
        async with errand.lane.turn(origin_text(url), UNHEARD):
            limit.reschedule(loop.time() + left)
            yield

    def _heed(self, url: httpx.URL, response: httpx.Response, errand: Errand) -> None:
        """Leaves a service alone that asks for it for longer than a request can wait, with all who share its lane."""
        if errand.lane is None:
            return
        asked = wait_asked(response.headers, self._now())
        too_many = response.status_code == TOO_MANY and (asked is None or asked > self._limits.patience)
        spent = _SPENT.search(response.headers.get("ratelimit", "")) is not None and asked is not None
        if too_many or spent:
            errand.lane.hold(origin_text(url), asked)

    async def _sent(
        self, http: httpx.AsyncClient, url: httpx.URL, headers: Mapping[str, str], service: str
    ) -> httpx.Response:
        request = http.build_request("GET", url, headers=dict(headers))
        try:
            return await http.send(request, stream=True)
        except httpx.InvalidURL as error:
            # The address was good; httpx looks at where a redirect leads even if it is not to follow.
            raise astray(service, "something that is no address") from error

    async def _body(self, response: httpx.Response) -> bytes:
        body = Body(response.headers.get("content-encoding", ""), self._limits.body)
        async for piece in _pieces(response):
            body.take(piece)
        return body.whole()


def _pieces(response: httpx.Response) -> httpx.AsyncByteStream:
    """The body as it comes over the wire."""
    # Not `aiter_bytes`: it unpacks without a limit. Not `aiter_raw`: it refuses a body that lies in memory.
    if not isinstance(response.stream, httpx.AsyncByteStream):
        raise TypeError("the transport gives bodies that cannot be awaited")
    return response.stream


def _named(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
