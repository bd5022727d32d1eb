"""Requests to a service: their options, their limits, and the responses."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from papertui.sources.pacing import Lane


@dataclass(frozen=True, slots=True)
class Limits:
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
class Answer:
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


class Stream(NamedTuple):
    """A response whose body is still to be read."""

    #: Any HTTP status.
    status: int
    #: Names in lower case.
    headers: Mapping[str, str]
    #: The raw bytes of the body.
    pieces: AsyncIterable[bytes]


class Errand(NamedTuple):
    """The options of requests to a service."""

    #: The name of the service, for messages.
    service: str
    #: ``Authorization`` is sent to the origin of the address only.
    headers: Mapping[str, str] = MappingProxyType({})
    #: Other hosts that redirects may lead to, with their subdomains.
    hosts: tuple[str, ...] = ()
    #: The rate limiter of the service, if it has one.
    lane: Lane | None = None
    #: Whether to cache responses with their validators.
    keeps: bool = False
