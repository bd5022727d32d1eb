"""ar5iv (https://ar5iv.labs.arxiv.org), or a server with the same pages: HTML of arXiv's older papers.

It is asked only where its address is configured (``PAPERTUI_AR5IV_URL``).
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.document import TextKind
from papertui.model.feed import FeedName
from papertui.model.paper import paper_id
from papertui.sources.endpoint import endpoint_address
from papertui.sources.figures import AR5IV, figure_address
from papertui.sources.fulltext.latexml import read_html
from papertui.sources.http import HttpClient, RequestOptions
from papertui.sources.rate_limit import RateLimiter
from papertui.sources.source import FetchedFeed, FullText

VARIABLE: Final = "PAPERTUI_AR5IV_URL"
SERVICE: Final = "ar5iv"
_FOUND: Final = frozenset((HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST))


class Ar5iv:
    """Full texts; it serves no feed."""

    def __init__(self, client: HttpClient, address: str, limiter: RateLimiter | None = None) -> None:
        self._client = client
        self._address = endpoint_address(address, VARIABLE)
        self._options = RequestOptions(SERVICE, hosts=("arxiv.org",), limiter=limiter, cached=True)

    @property
    def text_kind(self) -> TextKind:
        """What its texts are made from."""
        return "html"

    @property
    def text_rank(self) -> int:
        """How good its texts are: often of an older version, converted by an older program."""
        return 2

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        """Refuse: it has no feeds."""
        del limit
        raise SourceError(f"{SERVICE} has no feed “{name}”.")

    async def text(self, id_: str) -> FullText:
        """Return the full text of one paper.

        Raises:
            UsageError: `id_` is not the id of a paper.
            PaperNotFoundError: there is no such page.
            SourceError: the service failed.
        """
        id_ = paper_id(id_)
        response = await self._client.get(f"{self._address}/html/{quote(id_, safe='/')}", self._options)
        # For a paper without a conversion it redirects to arXiv's page about it.
        if response.status in _FOUND or b"ltx_document" not in response.body:
            raise PaperNotFoundError(f"{SERVICE} has no full text of {id_}.")
        if response.status != HTTPStatus.OK:
            raise SourceError(f"{SERVICE} answered with status {response.status}; try again later.")
        return FullText(await asyncio.to_thread(read_html, response.body), SERVICE)

    async def figure(self, id_: str, src: str) -> bytes:
        """Return the file of a figure, at an address that the page of the paper gives.

        Raises:
            SourceError: it is elsewhere, does not exist, or cannot be downloaded.
        """
        options = self._options._replace(cached=False)  # pictures have their own folder
        response = await self._client.get(figure_address(self._address, id_, src, AR5IV), options)
        if response.status != HTTPStatus.OK:
            raise SourceError(f"{SERVICE} does not have this picture (status {response.status}).")
        return response.body
