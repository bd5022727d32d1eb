"""The table of sources: what each one is called, which feeds it serves, and how it is made.

To add a source, write its class in a file of this package and add a line to `SOURCES`. Reading the table loads no
network library; the factories do.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from papertui.model.feed import FeedName, Kind
from papertui.model.merge import rank
from papertui.sources.endpoint import clean_token, endpoint_address

if TYPE_CHECKING:
    from papertui.sources.feeds.logins import FeedLogins
    from papertui.sources.http import HttpClient
    from papertui.sources.rate_limit import RateLimiter
    from papertui.sources.source import FeedSource, PdfSource, Source


class Connection(NamedTuple):
    """What a source is made with."""

    client: HttpClient
    #: The base addresses by the environment variable that sets them.
    endpoints: Mapping[str, str]
    #: The user's token for the service; empty for none.
    token: str
    #: The rate limiter of the service, which all processes share.
    limiter: RateLimiter
    #: The passwords of feeds.
    logins: FeedLogins


class SourceSpec(NamedTuple):
    """One source."""

    #: As in `Paper.sources`, with a rank in `papertui.model.merge.RANKS`.
    name: str
    #: For messages.
    title: str
    #: The kinds of feed it serves.
    kinds: frozenset[Kind]
    #: Makes the source; imports its module.
    factory: Callable[[Connection], FeedSource]
    #: Environment variables that set the base addresses, and the default of each.
    endpoints: Mapping[str, str] = MappingProxyType({})
    #: The environment variable that sets the token.
    token: str = ""
    #: Seconds between two requests; 0 allows concurrent requests.
    gap: float = 0.0
    #: Small requests that always succeed, by the names of what they check; for ``papertui doctor --network``.
    probes: Mapping[str, FeedName] = MappingProxyType({})

    @property
    def rank(self) -> int:
        """How far it is believed about a paper that several sources know; higher is better."""
        return rank((self.name,))


def _make_huggingface(connection: Connection) -> FeedSource:
    from papertui.sources.huggingface import HuggingFace  # noqa: PLC0415 - imports httpx

    return HuggingFace(
        connection.client, connection.endpoints["HF_ENDPOINT"], connection.token or None, connection.limiter
    )


def _make_arxiv(connection: Connection) -> FeedSource:
    from papertui.sources.arxiv import ArXiv  # noqa: PLC0415 - imports httpx

    return ArXiv(
        connection.client,
        api=connection.endpoints["PAPERTUI_ARXIV_API_URL"],
        rss=connection.endpoints["PAPERTUI_ARXIV_RSS_URL"],
        site=connection.endpoints["PAPERTUI_ARXIV_SITE_URL"],
        limiter=connection.limiter,
    )


def _make_ar5iv(connection: Connection) -> FeedSource:
    from papertui.sources.ar5iv import Ar5iv  # noqa: PLC0415 - imports httpx

    return Ar5iv(connection.client, connection.endpoints["PAPERTUI_AR5IV_URL"], connection.limiter)


def _make_feed_client(connection: Connection) -> FeedSource:
    from papertui.sources.feeds.client import FeedClient  # noqa: PLC0415 - imports httpx

    return FeedClient(connection.client, connection.logins)


HUGGING_FACE = SourceSpec(
    "huggingface",
    "Hugging Face",
    frozenset({"trending", "daily", "weekly", "monthly", "hf-search", "submitter", "keyword"}),
    _make_huggingface,
    endpoints={"HF_ENDPOINT": "https://huggingface.co"},
    token="HF_TOKEN",  # noqa: S106 - the name of a variable
    probes={"Hugging Face": FeedName("trending")},
)
ARXIV = SourceSpec(
    "arxiv",
    "arXiv",
    frozenset({"arxiv", "arxiv-search", "author", "keyword"}),
    _make_arxiv,
    endpoints={
        "PAPERTUI_ARXIV_API_URL": "https://export.arxiv.org",
        "PAPERTUI_ARXIV_RSS_URL": "https://rss.arxiv.org",
        "PAPERTUI_ARXIV_SITE_URL": "https://arxiv.org",
    },
    gap=3.05,  # arXiv asks for three seconds between two requests
    probes={
        "arXiv, new papers": FeedName("arxiv", "cs.CL"),
        "arXiv, search": FeedName("arxiv-search", "ti:attention"),
    },
)
#: Any feed on the web; its papers name their host as their source.
FEEDS = SourceSpec("feeds", "feeds", frozenset({"url"}), _make_feed_client)

#: Full texts only.
AR5IV = SourceSpec("ar5iv", "ar5iv", frozenset(), _make_ar5iv, endpoints={"PAPERTUI_AR5IV_URL": ""}, gap=3.05)

#: In the order in which they are asked for a paper.
SOURCES: Sequence[SourceSpec] = (HUGGING_FACE, ARXIV, FEEDS)
#: Asked only where one of their addresses is set.
OPTIONAL: Sequence[SourceSpec] = (AR5IV,)
_TITLES = {spec.name: spec.title for spec in SOURCES} | {"several": "Each service", "ar5iv": "ar5iv"}


def title_of(origin: str) -> str:
    """The title of the source of a feed: ``Hugging Face``, ``arXiv``, the host of an external feed."""
    return _TITLES.get(origin, origin)


def source_opener(
    environ: Mapping[str, str], cache: Path, specs: Sequence[SourceSpec] = SOURCES, *, logins: FeedLogins | None = None
) -> Callable[[], AbstractAsyncContextManager[Source]]:
    """A function that connects all sources and returns them as one.

    Args:
        environ: the environment variables, which may set other addresses and tokens.
        cache: the folder of cached responses and rate limits.
        specs: the sources.
        logins: the passwords of feeds; by default without those of the settings.

    Raises:
        SettingsError: an address or token is not valid. It is checked here, before anything is done.
    """
    chosen = [spec for spec in OPTIONAL if any(environ.get(name, "").strip() for name in spec.endpoints)]
    specs = (*specs, *chosen)
    for spec in specs:
        _endpoints(spec, environ)
        _token(spec, environ)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Source]:
        # httpx takes a while to load; loading it in a thread keeps the event loop responsive.
        client, source = await asyncio.to_thread(_connect, environ, cache, specs, logins)
        async with client:
            yield source

    return opened


def pdf_opener(environ: Mapping[str, str], cache: Path) -> Callable[[], AbstractAsyncContextManager[PdfSource]]:
    """A function that connects the source of PDFs."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[PdfSource]:
        client, source = await asyncio.to_thread(_connect_pdfs, environ, cache)
        async with client:
            yield source

    return opened


def _connect(
    environ: Mapping[str, str], cache: Path, specs: Sequence[SourceSpec], logins: FeedLogins | None
) -> tuple[HttpClient, Source]:
    from papertui.sources.combined import CombinedSource, Member  # noqa: PLC0415 - needed only online
    from papertui.sources.feeds.logins import FeedLogins  # noqa: PLC0415 - needed only online
    from papertui.sources.http import HttpClient  # noqa: PLC0415 - imports httpx
    from papertui.sources.http_cache import HttpCache  # noqa: PLC0415 - needed only online

    client = HttpClient(cache=HttpCache(cache / "answers"))
    logins = logins or FeedLogins(environ)
    members = [
        Member(
            spec.title,
            spec.kinds,
            spec.factory(
                Connection(
                    client,
                    _endpoints(spec, environ),
                    _token(spec, environ),
                    _limiter(spec, cache),
                    logins,
                )
            ),
        )
        for spec in specs
    ]
    return client, CombinedSource(*members)


def _connect_pdfs(environ: Mapping[str, str], cache: Path) -> tuple[HttpClient, PdfSource]:
    from papertui.sources.http import HttpClient  # noqa: PLC0415 - imports httpx
    from papertui.sources.pdf import LIMITS, ArxivPdfs, Download  # noqa: PLC0415 - imports httpx

    client = HttpClient(limits=LIMITS)
    site = _endpoints(ARXIV, environ)["PAPERTUI_ARXIV_SITE_URL"]
    return client, ArxivPdfs(Download(client), site=site, limiter=_limiter(ARXIV, cache))


def _endpoints(spec: SourceSpec, environ: Mapping[str, str]) -> dict[str, str]:
    return {
        variable: endpoint_address(environ.get(variable, "").strip() or default, variable)
        for variable, default in spec.endpoints.items()
    }


def _token(spec: SourceSpec, environ: Mapping[str, str]) -> str:
    return clean_token(environ.get(spec.token, ""), spec.token) or "" if spec.token else ""


def _limiter(spec: SourceSpec, cache: Path) -> RateLimiter:
    from papertui.sources.rate_limit import RateLimiter  # noqa: PLC0415 - imports filelock and httpx

    return RateLimiter(spec.title, cache / "pace" / spec.name, spec.gap)
