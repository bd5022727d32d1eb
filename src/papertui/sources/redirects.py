"""Redirects: those that stay with the service are followed, all others are errors."""

from __future__ import annotations

import httpx

from papertui.sources.faults import Fault

#: Statuses that name another address. https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return scheme, host and port, which decide who receives a token."""
    return url.scheme, url.host, url.port


def origin_text(url: httpx.URL) -> str:
    """Return the origin as text: ``https://arxiv.org``."""
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"


def stays(here: httpx.URL, there: httpx.URL, hosts: tuple[str, ...]) -> bool:
    """Whether a redirect stays with the service: same origin, same host over https, or one of `hosts`."""
    if origin(here) == origin(there):
        return True
    # Never downgrade to plain http, and never to another port, where anyone may listen.
    if there.scheme != "https" or there.port is not None or "@" in there.netloc.decode("ascii", "replace"):
        return False
    # Almost every site is the same with and without “www.”.
    same = here.host.removeprefix("www.") == there.host.removeprefix("www.")
    return same or any(there.host == host or there.host.endswith(f".{host}") for host in hosts)


def target(here: httpx.URL, place: str, service: str, hosts: tuple[str, ...]) -> httpx.URL:
    """Return the target of a redirect.

    Args:
        here: the requested address.
        place: the ``Location`` header.
        service: the name of the service, for the message.
        hosts: other hosts that redirects may lead to.

    Raises:
        Fault: it leaves the service.
        httpx.InvalidURL: it is not an address.
    """
    there = here.join(place)
    if not stays(here, there, hosts):
        raise astray(service, _host(there))
    return there


def _host(url: httpx.URL) -> str:
    host = url.raw_host.decode("ascii", "replace")
    return "".join(c if c.isprintable() else "?" for c in host[:60]) or "an address without a host"


def astray(service: str, where: str) -> Fault:
    """Return the fault for a redirect that leaves the service."""
    return Fault(
        f"{service} redirected to another place, {where}, which papertui does not follow; perhaps the login page of a "
        "network, or the address set for the service is out of date."
    )
