"""Hugging Face papers: daily lists, trending papers, search and single papers.

The API is documented at https://huggingface.co/docs/hub/api; the rest was measured.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import NoReturn
from urllib.parse import quote, urlsplit

from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.community import Community
from papertui.model.document import TextKind
from papertui.model.feed import FeedName, described, month_name, parse_day, parse_month, parse_week, period, week_name
from papertui.model.paper import Paper, paper_id
from papertui.model.text import plain
from papertui.sources.body import json_value
from papertui.sources.endpoint import clean_token, endpoint_address
from papertui.sources.fulltext.markdown import read_markdown, source_address
from papertui.sources.http import HttpClient, RequestOptions, Response
from papertui.sources.huggingface_community import lacks_repos, read_community
from papertui.sources.huggingface_parse import SOURCE, read_entries, read_entry
from papertui.sources.pages import Entries, PageCollector, has_next, next_address
from papertui.sources.rate_limit import RateLimiter
from papertui.sources.source import FetchedFeed, FullText, TypedName

SERVICE = "Hugging Face"
#: What a text was converted from; where arXiv has no HTML, the service sends its own web page as a text.
_OF_ARXIV = re.compile(r"https?://(?:www\.)?arxiv\.org/html/", re.IGNORECASE)
#: The page size limit of the service.
_PAGE = 100
#: The most papers read of a period; the fullest month so far had some 1,400.
_MOST = 3000
#: The most pages read, however short they are.
_MOST_PAGES = 60
#: The most papers read of an endless list.
_SOME = 100
#: The limits of the search on the query length and on the results.
_QUERY, _ROWS = 250, 120
#: The service refuses week 53, although some years have one.
_WEEK_REFUSED = "-W53"
_WORKDAYS = 5
_SHOWN = 60


class _RefusedError(SourceError):
    """The service refuses the request (400): the day does not exist, for example, or is in the future."""


class HuggingFace:
    """The papers API of Hugging Face or a mirror."""

    def __init__(
        self, client: HttpClient, endpoint: str, token: str | None = None, limiter: RateLimiter | None = None
    ) -> None:
        """Create the source.

        Args:
            client: sends the requests.
            endpoint: the base address (``HF_ENDPOINT``); it may have a path.
            token: a user's token (``HF_TOKEN``), sent to that address only; optional, but the service allows more
                requests with one.
            limiter: the rate limiter of Hugging Face.

        Raises:
            SettingsError: the endpoint or the token is not valid.
        """
        self._client = client
        self._endpoint = endpoint_address(endpoint, "HF_ENDPOINT")
        token = clean_token(token, "HF_TOKEN")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._has_token = token is not None
        self._options = RequestOptions(SERVICE, headers, limiter=limiter, cached=True)

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        """Return the papers of one view, in the order of the service.

        Args:
            name: trending, daily, weekly, monthly, hf-search, keyword or submitter; a calendar view with its period.
            limit: the maximum number of papers; by default all of a calendar view (at most 3,000), 100 of the others.

        Raises:
            SourceError: the service failed, has no such view, or no entry could be read.
            UsageError: the period is malformed.
        """
        if name.kind in {"hf-search", "keyword"}:
            return await self.search(name.detail, _SOME if limit is None else limit)
        params = _params_of(name)
        if limit is None:
            limit = sys.maxsize if period(name) else _SOME
        if name.kind == "weekly" and name.detail.endswith(_WEEK_REFUSED):
            pages = await self._days(parse_week(name.detail))
            ranked = sorted(pages.papers.values(), key=lambda paper: -(paper.upvotes or 0))
        else:
            pages = await self._pages(plain(described(name))[:_SHOWN], params, limit)
            ranked = list(pages.papers.values())
        shown = ranked[: min(max(limit, 0), _MOST)]
        # A user who set the limit knows about it; report only our own limit.
        what = described(name)
        cut = len(shown) < limit and (pages.more or len(shown) < len(ranked))
        return pages.fetched(shown, *([f"Only the first {len(shown):,} of {what} are shown."] if cut else []))

    async def latest_day(self) -> date | None:
        """Return the newest day that has daily papers, ``None`` if there is none.

        Raises:
            SourceError: the service failed, or no entry could be read.
        """
        address = f"{self._endpoint}/api/daily_papers"
        pages = PageCollector(SERVICE, SOURCE)
        pages.take(await self._entries(await self._ask(address, {"limit": _PAGE})))
        days = [paper.featured for paper in pages.fetched(pages.papers.values()).papers if paper.featured]
        return max(days, default=None)

    async def search(self, words: str, limit: int, typed: TypedName | None = None) -> FetchedFeed:  # noqa: ARG002
        """Return the first `limit` papers the service finds for `words`, at most 120; it searches words only.

        Raises:
            SourceError: the service failed, or no entry could be read.
        """
        query = _cut(words)
        if not query or limit <= 0:
            return FetchedFeed((), SOURCE)
        params: dict[str, str | int] = {"q": query, "limit": min(limit, _ROWS)}
        response = await self._ask(f"{self._endpoint}/api/papers/search", params)
        pages = PageCollector(SERVICE, SOURCE)
        pages.take(await self._entries(response))
        notices = () if query == _folded(words) else (f"{SERVICE} searched for the first {_QUERY} characters only.",)
        # Before 2026 the service ignored the limit, and a mirror may still do so.
        return pages.fetched(list(pages.papers.values())[:limit], *notices)

    async def paper(self, id_: str) -> Paper:
        """Return one paper, with the numbers of models, data sets and Spaces that name it.

        Raises:
            UsageError: `id_` is not an arXiv id.
            PaperNotFoundError: the service does not know it.
            SourceError: the service failed.
        """
        id_ = paper_id(id_)
        value = await self._detail(id_)
        paper = read_entry(value)
        if paper is None or paper.id != id_:
            raise SourceError(
                f"The response of {SERVICE} about the paper {id_} could not be read; if this persists, update papertui."
            )
        return paper

    async def _detail(self, id_: str, params: Mapping[str, str | int] | None = None) -> object:
        response = await self._get(f"{self._endpoint}/api/papers/{quote(id_, safe='')}", params)
        # The service does not accept ids from before 2007: it may answer 400 instead of 404.
        if response.status == HTTPStatus.NOT_FOUND or (response.status == HTTPStatus.BAD_REQUEST and "/" in id_):
            raise PaperNotFoundError(f"{SERVICE} does not know the paper {id_}; check the id.")
        if response.status != HTTPStatus.OK:
            self._refuse(response, f"the paper {id_}")
        return await asyncio.to_thread(json_value, response.body, SERVICE)

    async def community(self, id_: str) -> Community:
        """Return the discussion of one paper, and the models, datasets and Spaces that cite it.

        Raises:
            UsageError: `id_` is not an arXiv id.
            PaperNotFoundError: the service does not know it.
            SourceError: the service failed.
        """
        id_ = paper_id(id_)
        detail = await self._detail(id_, {"field": "comments"})
        repos = await self._repos(id_) if lacks_repos(detail) else None
        # Comments are parsed as Markdown.
        return await asyncio.to_thread(read_community, detail, repos)

    async def _repos(self, id_: str) -> object:
        """Return the response with all repositories that cite a paper; ``None`` if there is none."""
        response = await self._get(f"{self._endpoint}/api/arxiv/{quote(id_, safe='')}/repos")
        if response.status != HTTPStatus.OK:  # those in the response for the paper are shown
            return None
        return await asyncio.to_thread(json_value, response.body, SERVICE)

    @property
    def text_kind(self) -> TextKind:
        """What its texts are made from."""
        return "markdown"

    @property
    def text_rank(self) -> int:
        """How good its texts are: converted from arXiv's HTML, they have lost tables and parts of formulas."""
        return 1

    async def text(self, id_: str) -> FullText:
        """Return the full text of one paper, which the service has as Markdown for many papers.

        Raises:
            UsageError: `id_` is not an arXiv id.
            PaperNotFoundError: the service does not have it.
            SourceError: the service failed.
        """
        id_ = paper_id(id_)
        response = await self._get(f"{self._endpoint}/papers/{quote(id_, safe='')}.md")
        # Without a Markdown text the service may send its page instead.
        is_page = "html" in response.headers.get("content-type", "").lower()
        if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST} or (
            response.status == HTTPStatus.OK and is_page
        ):
            raise PaperNotFoundError(f"{SERVICE} has no full text of {id_}.")
        if response.status != HTTPStatus.OK:
            self._refuse(response, f"the text of {id_}")
        if not _OF_ARXIV.match(source_address(response.body)):
            raise PaperNotFoundError(f"{SERVICE} has no full text of {id_}.")  # it is their web page about the paper
        return FullText(await asyncio.to_thread(read_markdown, response.body), SOURCE)

    async def picture(self, url: str) -> bytes:
        """Return the thumbnail at `url`, which must be an address of the service or of its CDN.

        Raises:
            SourceError: it is elsewhere, or cannot be downloaded.
        """
        service, picture = urlsplit(self._endpoint), urlsplit(url)
        own = (picture.scheme, picture.netloc) == (service.scheme, service.netloc)
        on_cdn = picture.scheme == "https" and (picture.hostname or "").endswith((".huggingface.co", ".hf.co"))
        if not own and not on_cdn:
            raise SourceError(f"The picture at {picture.hostname} does not belong to {SERVICE} and was not downloaded.")
        # Without the token: thumbnails are public.
        response = await self._client.get(
            url, RequestOptions(SERVICE, hosts=("huggingface.co", "hf.co"), limiter=self._options.limiter)
        )
        if response.status != HTTPStatus.OK:
            raise SourceError(f"{SERVICE} has no picture at the URL it provided (status {response.status}).")
        return response.body

    async def _pages(self, what: str, query: Mapping[str, str], most: int) -> PageCollector:
        """Collect the first `most` papers of a list (or a few more), from as many pages as needed."""
        pages = PageCollector(SERVICE, SOURCE)
        most = min(most, _MOST)
        size = min(most, _PAGE)
        day = parse_day(query["date"]) if "date" in query else None
        address = f"{self._endpoint}/api/daily_papers"
        following: str | None = None
        followed: set[str | None] = set()
        last = b""
        while pages.more and len(pages.papers) < most and pages.pages < _MOST_PAGES:
            params: dict[str, str | int] | None = None if following else {**query, "limit": size, "p": pages.pages}
            response = await self._ask(following or address, params, what)
            page = await self._entries(response, day)
            count = len(page.papers) + page.skipped
            # Unreadable entries may precede readable ones, unless it is the same page again.
            new = pages.take(page) or (not page.papers and response.body != last)
            last = response.body
            followed.add(following)
            following = next_address(response.headers, address)
            # A service without paging repeats its page; a faulty one may link its pages in a circle.
            pages.more = (
                new
                and count > 0
                and (has_next(response.headers) or count >= size)
                and (following is None or following not in followed)
            )
        return pages

    async def _days(self, monday: date) -> PageCollector:
        """Collect the papers of a week day by day, for a week the service refuses as a whole."""
        week = PageCollector(SERVICE, SOURCE)
        refusals: list[_RefusedError] = []
        for day in ((monday + timedelta(days=ahead)).isoformat() for ahead in range(_WORKDAYS)):
            try:
                week.add(await self._pages(described(FeedName("daily", day)), {"date": day}, _MOST))
            except _RefusedError as error:  # a day in the future
                refusals.append(error)
        if len(refusals) == _WORKDAYS:
            raise refusals[0]
        week.more = False
        return week

    async def _ask(self, address: str, params: Mapping[str, str | int] | None, what: str = "the papers") -> Response:
        response = await self._get(address, params)
        if response.status != HTTPStatus.OK:
            self._refuse(response, what)
        return response

    async def _get(self, address: str, params: Mapping[str, str | int] | None = None) -> Response:
        return await self._client.get(address, self._options, params=params)

    async def _entries(self, response: Response, day: date | None = None) -> Entries:
        # Parsing a full page takes some time, so it runs in a thread to keep the interface responsive.
        return await asyncio.to_thread(_entries, response.body, day)

    def _refuse(self, response: Response, what: str) -> NoReturn:
        status = response.status
        if status == HTTPStatus.BAD_REQUEST:
            raise _RefusedError(f"{SERVICE} does not have {what}, at least not yet; choose another list.")
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} and self._has_token:
            raise SourceError(f"{SERVICE} does not accept the token in HF_TOKEN; set a valid one or remove it.")
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise SourceError(f"{SERVICE} requires a token (status {status}); set HF_TOKEN.")
        if status == HTTPStatus.NOT_FOUND:
            raise SourceError(f"{SERVICE} has no papers at the requested URL; check HF_ENDPOINT.")
        raise SourceError(f"{SERVICE} responded with status {status} instead of papers; try again later.")


def _params_of(name: FeedName) -> dict[str, str]:
    """Return the parameters that request a view.

    Raises:
        UsageError: it is a calendar view and its period is malformed or missing.
        SourceError: this service has no such view.
    """
    if name.kind == "trending":
        return {"sort": "trending"}
    if name.kind == "submitter":
        return {"submitter": name.detail}
    if name.kind == "daily":
        return {"date": parse_day(name.detail).isoformat()}
    if name.kind == "weekly":
        return {"week": week_name(parse_week(name.detail))}
    if name.kind == "monthly":
        return {"month": month_name(parse_month(name.detail))}
    raise SourceError(f"{SERVICE} has no feed “{name}”; choose trending, daily, weekly or monthly.")


def _entries(body: bytes, day: date | None) -> Entries:
    value = json_value(body, SERVICE)
    if not isinstance(value, list):
        raise SourceError(f"{SERVICE} sent something other than a list of papers; if this persists, update papertui.")
    return read_entries(value, day)


def _folded(words: str) -> str:
    return " ".join(words.split())


def _cut(words: str) -> str:
    """Return as many whole words as the search accepts, or the beginning of a single long word."""
    words = _folded(words)
    if len(words) <= _QUERY:
        return words
    return words[: _QUERY + 1].rsplit(" ", 1)[0][:_QUERY]
