"""How far a service may send us on: redirects that stay with it are followed, all others are told."""

from __future__ import annotations

import httpx

from papertui.sources.faults import Fault

#: Statuses that name another address. https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port: what decides who gets a token."""
    return url.scheme, url.host, url.port


def origin_text(url: httpx.URL) -> str:
    """The origin as it is written: ``https://arxiv.org``."""
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"


def stays(here: httpx.URL, there: httpx.URL, hosts: tuple[str, ...]) -> bool:
    """Whether a redirect stays with the service: the same origin, the host's own https, or a host of the service's."""
    if origin(here) == origin(there):
        return True
    # Never down to plain http, nor to a port of its own, where anybody may listen.
    if there.scheme != "https" or there.port is not None or "@" in there.netloc.decode("ascii", "replace"):
        return False
    # Almost every site is the same one with and without “www.”.
    same = here.host.removeprefix("www.") == there.host.removeprefix("www.")
    return same or any(there.host == host or there.host.endswith(f".{host}") for host in hosts)


def target(here: httpx.URL, place: str, service: str, hosts: tuple[str, ...]) -> httpx.URL:
    """Where a redirect leads.

    Args:
        here: the address that was asked.
        place: the header ``Location``.
        service: who answered, for the message.
        hosts: besides its own, hosts that the service may send us on to.

    Raises:
        Fault: it leads away from the service.
        httpx.InvalidURL: it is no address.
    """
    there = here.join(place)
    if not stays(here, there, hosts):
        raise astray(service, _host(there))
    return there


def _host(url: httpx.URL) -> str:
    host = url.raw_host.decode("ascii", "replace")
    return "".join(c if c.isprintable() else "?" for c in host[:60]) or "an address without a host"


def astray(service: str, where: str) -> Fault:
    """The fault of being sent to another place."""
    return Fault(
        f"{service} sent us on to another place, {where}, and papertui does not follow; this may be a login page of "
        "the network, or the address set for the service is out of date."
    )
