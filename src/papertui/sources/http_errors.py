"""Failures of requests, each with a sentence for the user.

This is the place to give a new kind of failure its message, and to decide whether a retry can help.
"""

from __future__ import annotations

import os
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from papertui.errors import SourceError, UnreachableError
from papertui.sources.body import BodyError, DamagedBodyError

#: ``RateLimit: "api";r=0;t=214``: none remaining, the window ends in 214 s. https://huggingface.co/docs/hub/rate-limits
_RATE_LIMIT = re.compile(r";\s*t\s*=\s*(\d{1,9})\b", re.ASCII)
_SECONDS = re.compile(r"\d{1,9}", re.ASCII)
_MINUTE, _HOUR = 60, 3600
#: Errors raised before the request was sent.
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
#: Statuses below 500 that are not from the service itself (a proxy), or that ask for fewer requests.
FAILURES = frozenset({HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, HTTPStatus.TOO_MANY_REQUESTS})


class RequestFailedError(Exception):
    """One try failed.

    Attributes:
        sentence: the message for the user.
        again: whether a retry may help.
        is_unreachable: whether nothing answered.
    """

    def __init__(self, sentence: str, *, again: bool = False, is_unreachable: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.again = again
        self.is_unreachable = is_unreachable

    def as_source_error(self) -> SourceError:
        """Return the error for those who asked for something."""
        return (UnreachableError if self.is_unreachable else SourceError)(self.sentence)


def request_error(error: Exception, service: str) -> RequestFailedError:
    """Translate `error`, raised during a request to `service`."""
    causes = tuple(_chain(error))
    failure = RequestFailedError(
        f"The connection to {service} failed; check the network and its settings, then try again."
    )
    if isinstance(error, DamagedBodyError):
        failure = RequestFailedError(f"{service} {error}; try again in a moment.", again=True)
    elif isinstance(error, BodyError):
        failure = RequestFailedError(f"{service} {error}, which was refused; try again later.")
    elif any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        failure = RequestFailedError(
            f"The certificate of {service} cannot be verified; check this machine's clock. If the network "
            "has its own certificate, set SSL_CERT_FILE to it."
        )
    elif isinstance(error, httpx.ProxyError):
        failure = _of_proxy(error, service)
    elif isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError | UnicodeError):
        failure = RequestFailedError(f"The URL set for {service} cannot be used; check it for mistakes.")
    elif any(isinstance(cause, socket.gaierror) for cause in causes):
        failure = RequestFailedError(
            f"The host of {service} cannot be found; check {_way()}.", again=True, is_unreachable=True
        )
    elif isinstance(error, httpx.ConnectError):
        failure = RequestFailedError(f"{service} cannot be reached; check {_way()}.", again=True, is_unreachable=True)
    elif isinstance(error, httpx.TimeoutException):
        failure = RequestFailedError(f"{service} took too long to respond; try again in a moment.", again=True)
    elif isinstance(error, httpx.TransportError):
        failure = RequestFailedError(f"{service} ended its response too early; try again in a moment.", again=True)
    return failure


def _of_proxy(error: httpx.ProxyError, service: str) -> RequestFailedError:
    """Translate a failure of the proxy; the text of httpx's error begins with the status."""
    if str(error).startswith(str(HTTPStatus.PROXY_AUTHENTICATION_REQUIRED.value)):
        return status_error(HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, service, None)
    return RequestFailedError(f"The proxy did not connect to {service}; check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.")


def _way() -> str:
    """Name what connects this machine to a service. httpx reads the same variables."""
    names = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
    proxied = any(os.environ.get(name) or os.environ.get(name.lower()) for name in names)
    return "the network connection and the proxy that is set" if proxied else "the network connection"


def connection_error(error: Exception, service: str) -> RequestFailedError:
    """Translate an error in this machine's network settings, raised before anything was sent to `service`.

    The values are not shown: the address of a proxy may contain a password.
    """
    if isinstance(error, ImportError):
        return RequestFailedError(
            f"A SOCKS proxy is set for {service}, which needs another package: install “httpx[socks]” "
            "together with papertui, or unset ALL_PROXY."
        )
    if isinstance(error, OSError):
        return RequestFailedError(
            f"The certificates needed to verify {service} cannot be read; check SSL_CERT_FILE and SSL_CERT_DIR."
        )
    return RequestFailedError(
        f"The address of the proxy for {service} is not valid; check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY."
    )


def status_error(status: int, service: str, wait: float | None) -> RequestFailedError:
    """Translate a response with status 407, 429 or 5xx.

    Args:
        status: the HTTP status.
        service: the name of the service.
        wait: the seconds the service asks us to wait, ``None`` if it does not say.
    """
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return RequestFailedError(
            f"The proxy for {service} requires a login; add it to the address of the proxy, like "
            "http://user:password@proxy:3128 in HTTPS_PROXY."
        )
    if status == HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED:
        return RequestFailedError(
            f"This network requires a login before it connects to {service}; open a browser and log in."
        )
    when = "in a few minutes" if wait is None else f"in {span(wait)}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RequestFailedError(
            f"{service} accepts no more requests from here for now; try again {when}.", again=True
        )
    return RequestFailedError(f"{service} reports an error (status {status}); try again {when}.", again=True)


def requested_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds a service asks us to wait, ``None`` if it does not say, or not in a known form.

    Reads ``Retry-After``, seconds or a date (RFC 9110, 10.2.3), and the ``t=`` of ``RateLimit``, and takes the longer.

    Args:
        headers: the headers of the response, names in lower case.
        now: the current time, for a service that sends a date but not its own time.
    """
    waits: list[float] = []
    after = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(after):
        waits.append(float(after))
    elif moment := _http_date(after):
        waits.append((moment - (_http_date(headers.get("date", "")) or now)).total_seconds())
    if found := _RATE_LIMIT.search(headers.get("ratelimit", "")):
        waits.append(float(found[1]))
    return max(0.0, *waits) if waits else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def span(seconds: float) -> str:
    """Format a number of seconds: ``40 seconds``, ``3 minutes``."""
    whole = max(1, round(seconds + 0.499))
    if whole >= 2 * _HOUR:
        return f"{-(-whole // _HOUR)} hours"
    if whole > _MINUTE:
        return f"{-(-whole // _MINUTE)} minutes"
    return f"{whole} seconds" if whole > 1 else "a second"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and its causes, including the members of groups."""
    todo: list[BaseException | None] = [error]
    seen: set[int] = set()
    while todo:
        cause = todo.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        todo += [cause.__cause__, cause.__context__]
        if isinstance(cause, BaseExceptionGroup):
            todo += cause.exceptions
