"""The proxies that the environment names, and the hosts that are reached without one.

httpx reads the same variables, but refuses every request if one entry of ``NO_PROXY`` is not as it expects. Entries are
read as curl reads them (https://curl.se/libcurl/c/CURLOPT_NOPROXY.html); one that is not understood is skipped.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.request import getproxies

import httpx
import idna

_SCHEMES = ("http", "https")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SEPARATORS = re.compile(r"[\s,;]+")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
#: ``[fd00::1]``, ``[fd00::1]:8080``, ``[fd00::]/64``.
_BRACKETS = re.compile(r"\[([^\[\]]*)\](?::([0-9]{1,5})|(/[0-9]{1,3}))?")
_PORT = re.compile(r"([^:]*):([0-9]{1,5})")
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class DirectHost(NamedTuple):
    """Hosts that are reached without a proxy: an entry of ``NO_PROXY``."""

    host: str | _Network | None  # a domain with its subdomains, or a network; ``None`` is every host
    port: int | None = None
    scheme: str = ""

    def matches(self, url: httpx.URL) -> bool:
        port = url.port or _DEFAULT_PORTS.get(url.scheme)
        if (self.port is not None and self.port != port) or (self.scheme and self.scheme != url.scheme):
            return False
        if self.host is None:
            return True
        name = url.raw_host.decode("ascii", "replace").strip("[]").lower().rstrip(".")
        if isinstance(self.host, str):
            return name == self.host or name.endswith(f".{self.host}")
        address = _address(name)
        return address is not None and address in self.host


class Proxies(NamedTuple):
    """The proxy for each scheme, and the hosts that are reached without one."""

    by_scheme: Mapping[str, str]
    direct: tuple[DirectHost, ...] = ()

    def proxy_for(self, url: httpx.URL) -> str | None:
        """The address of the proxy for `url`; ``None`` if it is reached without one."""
        proxy = self.by_scheme.get(url.scheme)
        if proxy is None or is_local(url) or any(entry.matches(url) for entry in self.direct):
            return None
        return proxy


def proxies_of_environment() -> Proxies:
    """The proxies that the environment names, in upper or lower case, or the settings of the system."""
    named = {scheme.lower(): address.strip() for scheme, address in getproxies().items()}
    direct = direct_hosts(named.get("no", ""))
    if DirectHost(None) in direct:
        return Proxies({})
    for_all = named.get("all", "")
    by_scheme = {
        scheme: proxy if "://" in proxy else f"http://{proxy}"
        for scheme in _SCHEMES
        if (proxy := named.get(scheme) or for_all)
    }
    return Proxies(by_scheme, direct)


def is_local(url: httpx.URL) -> bool:
    """Whether `url` is on this machine: a proxy would send the request, and a token, elsewhere."""
    name = url.host.lower().rstrip(".")
    address = _address(name.strip("[]"))
    return f".{name}".endswith(".localhost") if address is None else address.is_loopback


def direct_hosts(text: str) -> tuple[DirectHost, ...]:
    """The entries of ``NO_PROXY`` that can be understood."""
    return tuple(entry for part in _SEPARATORS.split(text) if (entry := _entry(part)) is not None)


def _entry(text: str) -> DirectHost | None:
    """One entry; ``None`` if it is empty or not understood."""
    scheme, port = "", None
    if match := _SCHEME.match(text):
        scheme, text = match[1].lower().replace("all", ""), text[match.end() :].rstrip("/")
    if match := _BRACKETS.fullmatch(text):
        text, port = match[1] + (match[3] or ""), match[2]
        host: str | _Network | None = _network(text)
    else:
        if match := _PORT.fullmatch(text):
            text, port = match[1], match[2]
        host = _network(text) or _domain(text)
    if host is None and text != "*":
        return None
    return DirectHost(host, None if port is None else int(port), scheme)


def _network(text: str) -> _Network | None:
    """An address or a network, with or without the name of an interface."""
    try:
        return ipaddress.ip_network(text.partition("%")[0], strict=False)
    except ValueError:
        return None


def _address(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _domain(text: str) -> str | None:
    """A domain in the form that is requested: ``*.bücher.example`` is ``xn--bcher-kva.example``."""
    name = text.removeprefix("*").strip(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    return name if _NAME.fullmatch(name) else None


class RoutingTransport(httpx.AsyncBaseTransport):
    """Sends each request directly or through the proxy for its address.

    Raises what httpx raises for the address of a proxy that is not valid, when it is created.
    """

    def __init__(self, proxies: Proxies) -> None:
        verify = httpx.create_ssl_context()  # reads SSL_CERT_FILE and SSL_CERT_DIR; one for all, as it takes a while
        self._proxies = proxies
        self._direct = httpx.AsyncHTTPTransport(verify=verify)
        self._proxied = {
            address: httpx.AsyncHTTPTransport(verify=verify, proxy=httpx.Proxy(address))
            for address in set(proxies.by_scheme.values())
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = self._proxies.proxy_for(request.url)
        transport = self._direct if proxy is None else self._proxied[proxy]
        return await transport.handle_async_request(request)

    async def aclose(self) -> None:
        for transport in (self._direct, *self._proxied.values()):
            await transport.aclose()
