"""The network sources and their addresses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from papertui.services.types import OpenPdfs, OpenSource
from papertui.sources.source import PdfSource, Source

_ZOTERO = "PAPERTUI_ZOTERO_URL"
_HUB, _API, _RSS, _SITE = _ADDRESSES = (
    "HF_ENDPOINT",
    "PAPERTUI_ARXIV_API_URL",
    "PAPERTUI_ARXIV_RSS_URL",
    "PAPERTUI_ARXIV_SITE_URL",
)


def services(environ: Mapping[str, str], cache: Path) -> OpenSource:
    """A factory for the combined source. The environment may set other addresses and a token in ``HF_TOKEN``."""
    addresses = {name: text for name in _ADDRESSES if (text := environ.get(name, "").strip())}
    token = environ.get("HF_TOKEN", "").strip()
    if addresses or token:
        # Reject an invalid address before anything is done, not halfway through.
        from papertui.sources.endpoint import clean_token, endpoint_address  # noqa: PLC0415 - often unset

        for name, text in addresses.items():
            endpoint_address(text, name)
        clean_token(token, "HF_TOKEN")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Source]:
        # httpx takes a while to load; loading it in a thread keeps the event loop responsive.
        client, source = await asyncio.to_thread(_connected, addresses, token, cache)
        async with client:
            yield source

    return opened


def _connected(
    addresses: Mapping[str, str], token: str, cache: Path
) -> tuple[AbstractAsyncContextManager[object], Source]:
    from papertui.sources.arxiv import API, GAP, RSS, SITE, ArXiv  # noqa: PLC0415 - brings httpx with it
    from papertui.sources.combined import CombinedSource  # noqa: PLC0415 - as above
    from papertui.sources.feeds.client import FeedClient  # noqa: PLC0415 - as above
    from papertui.sources.http import HttpClient  # noqa: PLC0415 - as above
    from papertui.sources.http_cache import HttpCache  # noqa: PLC0415 - as above
    from papertui.sources.huggingface import ENDPOINT, HuggingFace  # noqa: PLC0415 - as above
    from papertui.sources.rate_limit import RateLimiter  # noqa: PLC0415 - as above

    client = HttpClient(answers=HttpCache(cache / "answers"))
    hub_lane = RateLimiter("Hugging Face", cache / "pace" / "huggingface")
    hub = HuggingFace(client, addresses.get(_HUB, ENDPOINT), token or None, hub_lane)
    arxiv = ArXiv(
        client,
        api=addresses.get(_API, API),
        rss=addresses.get(_RSS, RSS),
        site=addresses.get(_SITE, SITE),
        lane=RateLimiter("arXiv", cache / "pace" / "arxiv", GAP),
    )
    return client, CombinedSource(hub, arxiv, FeedClient(client))


def pdf_source(environ: Mapping[str, str], cache: Path) -> OpenPdfs:

    @asynccontextmanager
    async def opened() -> AsyncIterator[PdfSource]:
        client, pdfs = await asyncio.to_thread(_connected_for_pdfs, environ.get(_SITE, "").strip(), cache)
        async with client:
            yield pdfs

    return opened


def _connected_for_pdfs(site: str, cache: Path) -> tuple[AbstractAsyncContextManager[object], PdfSource]:
    from papertui.sources.arxiv import GAP  # noqa: PLC0415 - brings httpx with it
    from papertui.sources.http import HttpClient  # noqa: PLC0415 - as above
    from papertui.sources.pdf import LIMITS, SITE, ArxivPdfs, Download  # noqa: PLC0415 - as above  # noqa: PLC0415 - as above
    from papertui.sources.rate_limit import RateLimiter  # noqa: PLC0415 - as above

    client = HttpClient(limits=LIMITS)
    return client, ArxivPdfs(
        Download(client), site=site or SITE, lane=RateLimiter("arXiv", cache / "pace" / "arxiv", GAP)
    )


def to_zotero(environ: Mapping[str, str]) -> Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]:
    """A function that sends items to Zotero on this machine, or to ``PAPERTUI_ZOTERO_URL``."""

    async def push(items: Sequence[Mapping[str, Any]]) -> None:
        from papertui.sources import zotero  # noqa: PLC0415 - brings httpx with it
        from papertui.sources.endpoint import endpoint_address  # noqa: PLC0415 - as above

        address = environ.get(_ZOTERO, "").strip()
        await zotero.push(items, endpoint_address(address, _ZOTERO) if address else zotero.ADDRESS)

    return push
