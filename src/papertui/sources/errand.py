"""What a service is asked, how far the asking may go, and what comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from papertui.sources.pacing import Lane


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a request may go.

    Attributes:
        connect: seconds to reach the service.
        read: seconds between two pieces of an answer.
        total: seconds for everything, other tries and waiting included.
        body: bytes of a body, packed and unpacked.
        redirects: how often we follow on.
        retries: how often we ask again.
        patience: seconds we wait at most when a service asks us to.
        backoff: seconds before the second try, doubled for the third, and up to twice as long by chance.
    """

    connect: float = 5.0
    read: float = 10.0
    total: float = 30.0
    body: int = 20 * 2**20
    redirects: int = 3
    retries: int = 2
    patience: float = 10.0
    backoff: float = 0.25


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered.

    Attributes:
        status: the HTTP status; never 407, 429 or 5xx, which are failures.
        headers: names in lower case.
        body: unpacked and whole.
        url: where it came from in the end.
        unchanged: whether the service said that its last answer still holds; this is that answer.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    unchanged: bool = False


class Stream(NamedTuple):
    """An answer whose body is still to come.

    Attributes:
        status: the HTTP status, whatever it is.
        headers: names in lower case.
        pieces: the body as it comes over the wire.
    """

    status: int
    headers: Mapping[str, str]
    pieces: AsyncIterable[bytes]


class Errand(NamedTuple):
    """A question to a service, and how far its answer may lead.

    Attributes:
        service: the name of the service, for messages.
        headers: sent along. ``Authorization`` goes to the origin of the address and to no other.
        hosts: besides its own, hosts that the service may send us on to, and all below them.
        lane: the way to the service, where it has one.
        keeps: whether the answer is kept with its validators, to be asked for only when it changed.
    """

    service: str
    headers: Mapping[str, str] = MappingProxyType({})
    hosts: tuple[str, ...] = ()
    lane: Lane | None = None
    keeps: bool = False
