"""The HTTP client for every service: bounded in time, size, redirects and retries.

It adds what httpx leaves open: a total deadline, a limit on the decompressed body, redirects that stay with the
service, and one sentence for every failure.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType
from typing import NamedTuple, Self

import httpx

from papertui import __version__
from papertui.errors import SourceError
from papertui.model.safe_text import excerpt
from papertui.sources.body import Body, BodyError
from papertui.sources.http_cache import CachedResponse, HttpCache
from papertui.sources.http_errors import (
    FAILURES,
    UNSENT,
    RequestFailedError,
    connection_error,
    request_error,
    requested_wait,
    status_error,
)
from papertui.sources.proxies import RoutingTransport, proxies_of_environment
from papertui.sources.rate_limit import RateLimiter


@dataclass(frozen=True, slots=True)
class TransferLimits:
    """The limits of a request."""

    #: Seconds to connect.
    connect: float = 5.0
    #: Seconds between two chunks of a response.
    read: float = 10.0
    #: Seconds for everything, retries and waits included.
    total: float = 30.0
    #: Bytes of a body, compressed and decompressed.
    body: int = 20 * 2**20
    redirects: int = 3
    retries: int = 2
    #: The longest wait in seconds that a service may ask for.
    patience: float = 10.0
    #: Seconds before the first retry, doubled for the second, plus up to as much again at random.
    backoff: float = 0.25


@dataclass(frozen=True, slots=True)
class Response:
    """The response of a service."""

    #: The HTTP status; never 407, 429 or 5xx, which are failures.
    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    #: Decompressed and complete.
    body: bytes
    #: The address after all redirects.
    url: str
    #: Whether the service confirmed the cached response, which this is.
    unchanged: bool = False


class ResponseStream(NamedTuple):
    """A response whose body is still to be read."""

    #: Any HTTP status.
    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    #: The raw bytes of the body.
    pieces: AsyncIterable[bytes]


class RequestOptions(NamedTuple):
    """The options of requests to a service."""

    #: The name of the service, for messages.
    service: str
    #: ``Authorization`` is sent to the origin of the address only.
    headers: Mapping[str, str] = MappingProxyType({})
    #: Other hosts that redirects may lead to, with their subdomains.
    hosts: tuple[str, ...] = ()
    #: The rate limiter of the service, if it has one.
    limiter: RateLimiter | None = None
    #: Whether to cache responses with their validators.
    cached: bool = False
    #: The user they are for, whose cached responses are kept apart; never the password.
    account: str = ""


#: Statuses that name another address. https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx
_REDIRECTS = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return scheme, host and port, which decide who receives a token."""
    return url.scheme, url.host, url.port


def origin_text(url: httpx.URL) -> str:
    """Return the origin as text: ``https://arxiv.org``."""
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"


def stays(url: httpx.URL, other: httpx.URL, hosts: tuple[str, ...]) -> bool:
    """Whether a redirect stays with the service: same origin, same host over https, or one of `hosts`."""
    if origin(url) == origin(other):
        return True
    # Never downgrade to plain http, and never to another port, where anyone may listen.
    if other.scheme != "https" or other.port is not None or "@" in other.netloc.decode("ascii", "replace"):
        return False
    # Almost every site is the same with and without “www.”.
    same = url.host.removeprefix("www.") == other.host.removeprefix("www.")
    return same or any(other.host == host or other.host.endswith(f".{host}") for host in hosts)


def target(url: httpx.URL, place: str, service: str, hosts: tuple[str, ...]) -> httpx.URL:
    """Return the target of a redirect.

    Args:
        url: the requested address.
        place: the ``Location`` header.
        service: the name of the service, for the message.
        hosts: other hosts that redirects may lead to.

    Raises:
        RequestFailedError: it leaves the service.
        httpx.InvalidURL: it is not an address.
    """
    other = url.join(place)
    if not stays(url, other, hosts):
        raise astray(service, _host(other))
    return other


def _host(url: httpx.URL) -> str:
    host = url.raw_host.decode("ascii", "replace")
    return excerpt(host) or "a URL without a host"


def astray(service: str, where: str) -> RequestFailedError:
    """Return the error for a redirect that leaves the service."""
    return RequestFailedError(
        f"{service} redirected to another place, {where}, which papertui does not follow; perhaps the login page of a "
        "network, or the address set for the service is out of date."
    )


USER_AGENT = f"papertui/{__version__} (terminal reader for research papers; python-httpx/{httpx.__version__})"
#: ``RateLimit: "api";r=0;t=214``: this was the last request allowed in the window.
_SPENT = re.compile(r";\s*r\s*=\s*0\b")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class HttpClient:
    """Sends requests to services. Belongs to the event loop that uses it first.

    Nothing is opened before the first request, so staying offline costs nothing.
    """

    def __init__(
        self,
        *,
        limits: TransferLimits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
        now: Callable[[], datetime] = _utc_now,
        cache: HttpCache | None = None,
    ) -> None:
        """Create a client.

        Args:
            limits: the limits of its requests.
            transport: replaces the network.
            sleep: waits for some seconds.
            chance: a random number from 0 to 1, so that many clients do not retry at once.
            now: the current time, for services that name the moment of the next allowed request.
            cache: the cache of responses.
        """
        self._limits = limits or TransferLimits()
        self._transport = transport
        self._sleep = sleep
        self._chance = chance
        self._now = now
        self._cache = cache
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the open connections."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def get(
        self,
        url: str,
        options: RequestOptions,
        *,
        params: Mapping[str, str | int] | None = None,
    ) -> Response:
        """Return the response for `url`.

        Args:
            url: an address; anything in it that comes from outside is already validated and quoted.
            options: the options of the request.
            params: added to the address, quoted.

        Raises:
            SourceError: there is no response, it is too large or too late, or the service has an error. A response
                that refuses the request (4xx) is returned.
        """
        try:
            async with asyncio.timeout(self._limits.total) as limit:
                return await self._get(url, params or {}, options, limit)
        except RequestFailedError as failure:
            raise failure.as_source_error() from failure
        except TimeoutError as error:
            raise SourceError(
                f"{options.service} did not finish its response within {self._limits.total:g} seconds; try again later."
            ) from error

    async def _get(
        self, address: str, params: Mapping[str, str | int], options: RequestOptions, limit: asyncio.Timeout
    ) -> Response:
        http = await self._opened(options.service)
        try:
            url = httpx.URL(address)
            url = url.copy_merge_params(dict(params)) if params else url
        except (httpx.InvalidURL, ValueError) as error:
            raise request_error(error, options.service) from error
        kept = await self._recalled(str(url), options)
        for tried in range(self._limits.retries + 1):
            wait_seconds: float | None = None
            failure: RequestFailedError
            try:
                response = await self._follow(http, url, kept, options, limit)
            except RequestFailedError as error:
                failure = error
            else:
                if response.status not in FAILURES and response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return await self._taken(str(url), response, kept, options)
                wait_seconds = requested_wait(response.headers, self._now())
                failure = status_error(response.status, options.service, wait_seconds)
            wait = self._limits.backoff * 2**tried * (1 + self._chance())
            if wait_seconds is not None:
                wait += wait_seconds  # with the same jitter, so that clients do not all return when the window opens
            when = limit.when()
            left = self._limits.total if when is None else when - asyncio.get_running_loop().time()
            if (
                not failure.again
                or tried == self._limits.retries
                or (wait_seconds or 0) > self._limits.patience
                or wait > left  # better the real error now than a timeout later
            ):
                raise failure
            await self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    async def _recalled(self, url: str, options: RequestOptions) -> CachedResponse | None:
        """Return the cached response for `url`, if caching applies."""
        if self._cache is None or not options.cached:
            return None
        return await asyncio.to_thread(self._cache.recall, _cache_key(url, options))

    async def _taken(
        self, url: str, response: Response, kept: CachedResponse | None, options: RequestOptions
    ) -> Response:
        """Return the response, or the cached one if it is unchanged; cache it if caching applies."""
        if response.status == HTTPStatus.NOT_MODIFIED:
            if kept is None:
                raise RequestFailedError(
                    f"{options.service} responded “not modified” to an unconditional request; try again later."
                )
            return Response(
                HTTPStatus.OK, {**kept.headers, **response.headers}, kept.body, response.url, unchanged=True
            )
        if self._cache is not None and options.cached and response.status == HTTPStatus.OK:
            await asyncio.to_thread(self._cache.keep, _cache_key(url, options), response.headers, response.body)
        return response

    async def _opened(self, service: str) -> httpx.AsyncClient:
        async with self._opening:
            if self._http is None:
                try:
                    # Loading the certificates takes some 50 ms; a thread keeps the interface responsive.
                    self._http = await asyncio.to_thread(self._open)
                except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
                    raise connection_error(error, service) from error
            return self._http

    def _open(self) -> httpx.AsyncClient:
        limits = self._limits
        return httpx.AsyncClient(
            transport=self._transport or RoutingTransport(proxies_of_environment()),
            # `Body` decompresses only gzip, so ask for nothing else.
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(limits.read, connect=limits.connect, pool=limits.total),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            follow_redirects=False,
        )

    @asynccontextmanager
    async def stream(
        self, address: str, options: RequestOptions, headers: Mapping[str, str], limit: asyncio.Timeout
    ) -> AsyncIterator[ResponseStream]:
        """Send one request for `address` and yield the response, whose body the caller reads.

        Args:
            address: already validated and quoted.
            options: the options of the request; its slot is held until the context is left.
            headers: sent in addition to those in `options`.
            limit: ends the try; the caller extends it while there is progress.

        Raises:
            RequestFailedError: there is no response, or it broke off, also while the body is read.
        """
        http = await self._opened(options.service)
        try:
            url = httpx.URL(address)
            async with self._reached(http, url, {**options.headers, **headers}, options, limit) as response:
                yield ResponseStream(response.status_code, _named(response.headers), _pieces(response))
        except (httpx.HTTPError, httpx.InvalidURL, BodyError, OSError, ValueError) as error:
            raise request_error(error, options.service) from error

    async def _follow(
        self,
        http: httpx.AsyncClient,
        url: httpx.URL,
        kept: CachedResponse | None,
        options: RequestOptions,
        limit: asyncio.Timeout,
    ) -> Response:
        """Send the request once and follow the redirects that stay with the service."""
        sent = {**options.headers, **(kept.conditions if kept else {})}
        try:
            async with self._reached(http, url, sent, options, limit) as response:
                body = await self._body(response)
                return Response(response.status_code, _named(response.headers), body, str(response.url))
        except (httpx.HTTPError, httpx.InvalidURL, BodyError, OSError, ValueError) as error:
            raise request_error(error, options.service) from error

    @asynccontextmanager
    async def _reached(
        self,
        http: httpx.AsyncClient,
        url: httpx.URL,
        sent: Mapping[str, str],
        options: RequestOptions,
        limit: asyncio.Timeout,
    ) -> AsyncIterator[httpx.Response]:
        """Yield the response after all redirects; the slot is held until its body is read."""
        for _ in range(self._limits.redirects + 1):
            async with self._turn(url, options, limit):
                response = await self._sent(http, url, sent, options.service)
                try:
                    self._heed(url, response, options)
                    place = response.headers.get("location")
                    if response.status_code not in _REDIRECTS or not place:
                        yield response
                        return
                    await self._body(response)  # so that the connection can be reused
                finally:
                    await response.aclose()
            other = target(url, place, options.service, options.hosts)
            if origin(other) != origin(url):
                sent = {name: value for name, value in sent.items() if name.lower() != "authorization"}
            url = other
        raise RequestFailedError(f"{options.service} redirects in a circle; try again later.")

    @asynccontextmanager
    async def _turn(self, url: httpx.URL, options: RequestOptions, limit: asyncio.Timeout) -> AsyncIterator[None]:
        """Wait for a slot of the rate limiter; that time does not count towards the limit of the request."""
        if options.limiter is None:
            yield
            return
        loop = asyncio.get_running_loop()
        when = limit.when()
        left = self._limits.total if when is None else when - loop.time()
        limit.reschedule(None)
        async with options.limiter.slot(origin_text(url), UNSENT):
            limit.reschedule(loop.time() + left)
            yield

    def _heed(self, url: httpx.URL, response: httpx.Response, options: RequestOptions) -> None:
        """Pause all requests to the service if it asks for a wait that is too long for one request."""
        if options.limiter is None:
            return
        wait_seconds = requested_wait(response.headers, self._now())
        too_many = response.status_code == HTTPStatus.TOO_MANY_REQUESTS and (
            wait_seconds is None or wait_seconds > self._limits.patience
        )
        spent = _SPENT.search(response.headers.get("ratelimit", "")) is not None and wait_seconds is not None
        if too_many or spent:
            options.limiter.backoff(origin_text(url), wait_seconds)

    async def _sent(
        self, http: httpx.AsyncClient, url: httpx.URL, headers: Mapping[str, str], service: str
    ) -> httpx.Response:
        request = http.build_request("GET", url, headers=dict(headers))
        try:
            return await http.send(request, stream=True)
        except httpx.InvalidURL as error:
            # The original address was valid; httpx parses the target of a redirect even if it does not follow it.
            raise astray(service, "something that is not an address") from error

    async def _body(self, response: httpx.Response) -> bytes:
        body = Body(response.headers.get("content-encoding", ""), self._limits.body)
        async for piece in _pieces(response):
            body.take(piece)
        return body.whole()


def _cache_key(url: str, options: RequestOptions) -> str:
    return f"{options.account} {url}" if options.account else url


def _pieces(response: httpx.Response) -> httpx.AsyncByteStream:
    """Return the raw bytes of the body."""
    # Not `aiter_bytes`: it decompresses without a limit. Not `aiter_raw`: it refuses a body that is in memory.
    if not isinstance(response.stream, httpx.AsyncByteStream):
        raise TypeError("the transport returns bodies that are not asynchronous")
    return response.stream


def _named(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
