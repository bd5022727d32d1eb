"""Hugging Face's papers: the daily lists, what is trending, a search, single papers.

The API is described at https://huggingface.co/docs/hub/api; what it leaves open was measured.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NoReturn
from urllib.parse import quote, urlsplit

from papertui.core.feed import FeedName, month_name, parse_day, parse_month, parse_week, period, week_name
from papertui.core.paper import Paper, paper_id
from papertui.core.text import plain
from papertui.errors import PaperNotFoundError, SourceError
from papertui.sources import Fetched, FullText, Typed
from papertui.sources.address import clean_token, endpoint_address
from papertui.sources.decode import json_value
from papertui.sources.fulltext.markdown import read_markdown
from papertui.sources.harvest import Entries, Harvest
from papertui.sources.hf_entry import SOURCE, read_entries, read_entry
from papertui.sources.http import Answer, Client, Errand
from papertui.sources.pacing import Lane
from papertui.sources.paging import has_next, next_address

ENDPOINT = "https://huggingface.co"
SERVICE = "Hugging Face"
#: The service gives no more at once.
_PAGE = 100
#: What we read of a period at most; the fullest month so far had some 1,400 papers.
_MOST = 3000
#: And at most so many pages, however short they are.
_MOST_PAGES = 60
#: What we read of a list without an end.
_SOME = 100
#: The search takes no longer queries and gives no more rows.
_QUERY, _ROWS = 250, 120
#: The service refuses week 53 although some years have one.
_WEEK_REFUSED = "-W53"
_WORKDAYS = 5
_SHOWN = 60
_OK, _BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 400, 401, 403, 404


class _RefusedError(SourceError):
    """The service finds fault with what was asked (400): there is no such day, say, or it is yet to come."""


class HuggingFace:
    """The papers API of Hugging Face, or of a mirror of it."""

    def __init__(
        self, client: Client, endpoint: str = ENDPOINT, token: str | None = None, lane: Lane | None = None
    ) -> None:
        """Makes the source.

        Args:
            client: asks for it.
            endpoint: the base address (``HF_ENDPOINT``); it may carry a path.
            token: a user's token (``HF_TOKEN``), sent to that address only; nothing here needs one, but with one
                the service allows more requests.
            lane: the way to it that all its readers share.

        Raises:
            SettingsError: the endpoint or the token cannot be used.
        """
        self._client = client
        self._endpoint = endpoint_address(endpoint, "HF_ENDPOINT")
        token = clean_token(token, "HF_TOKEN")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._has_token = token is not None
        self._errand = Errand(SERVICE, headers, lane=lane, keeps=True)

    async def fetch(self, name: FeedName, limit: int | None = None) -> Fetched:
        """The papers of one view, in the service's order.

        Args:
            name: trending, daily, weekly, monthly, hf-search or submitter; a calendar view with its period.
            limit: how many papers at most. Without it all of a calendar view (3,000 at most), 100 of the others.

        Raises:
            SourceError: the service failed, has no such view, or nothing it answered could be read.
            UsageError: the period is malformed.
        """
        if name.kind == "hf-search":
            return await self.search(name.detail, _SOME if limit is None else limit)
        asked = _asked(name)
        if limit is None:
            limit = sys.maxsize if period(name) else _SOME
        if name.kind == "weekly" and name.detail.endswith(_WEEK_REFUSED):
            harvest = await self._days(parse_week(name.detail))
            ranked = sorted(harvest.papers.values(), key=lambda paper: -(paper.upvotes or 0))
        else:
            harvest = await self._pages(plain(str(name))[:_SHOWN], asked, limit)
            ranked = list(harvest.papers.values())
        shown = ranked[: min(max(limit, 0), _MOST)]
        # A reader who set the limit knows of it, one who met ours does not.
        cut = len(shown) < limit and (harvest.more or len(shown) < len(ranked))
        return harvest.fetched(shown, *([f"Only the first {len(shown):,} papers of {name} are shown."] if cut else []))

    async def latest_day(self) -> date | None:
        """The newest day that has daily papers, ``None`` when there is none at all.

        Raises:
            SourceError: the service failed, or nothing it answered could be read.
        """
        address = f"{self._endpoint}/api/daily_papers"
        harvest = Harvest(SERVICE, SOURCE)
        harvest.take(await self._entries(await self._ask(address, {"limit": _PAGE})))
        days = [paper.featured for paper in harvest.fetched(harvest.papers.values()).papers if paper.featured]
        return max(days, default=None)

    async def search(self, words: str, limit: int, typed: Typed | None = None) -> Fetched:  # noqa: ARG002
        """The first `limit` papers the service itself finds for `words`, 120 at most; it knows nothing but words.

        Raises:
            SourceError: the service failed, or nothing it answered could be read.
        """
        query = _cut(words)
        if not query or limit <= 0:
            return Fetched((), SOURCE)
        params: dict[str, str | int] = {"q": query, "limit": min(limit, _ROWS)}
        answer = await self._ask(f"{self._endpoint}/api/papers/search", params)
        harvest = Harvest(SERVICE, SOURCE)
        harvest.take(await self._entries(answer))
        told = () if query == _folded(words) else (f"{SERVICE} searched for the first {_QUERY} characters only.",)
        # Before 2026 the service paid no heed to the limit, and a mirror may still not.
        return harvest.fetched(list(harvest.papers.values())[:limit], *told)

    async def paper(self, id_: str) -> Paper:
        """One paper, with the counts of models, data sets and Spaces that name it.

        Raises:
            UsageError: `id_` is no arXiv id.
            PaperNotFoundError: the service does not know it.
            SourceError: the service failed.
        """
        id_ = paper_id(id_)
        answer = await self._get(f"{self._endpoint}/api/papers/{quote(id_, safe='')}")
        # Ids from before 2007 are none to this service: it may refuse them instead of not finding them.
        if answer.status == _NOT_FOUND or (answer.status == _BAD_REQUEST and "/" in id_):
            raise PaperNotFoundError(f"{SERVICE} does not know the paper {id_}; check the id.")
        if answer.status != _OK:
            self._refuse(answer, f"the paper {id_}")
        value = await asyncio.to_thread(json_value, answer.body, SERVICE)
        paper = read_entry(value)
        if paper is None or paper.id != id_:
            raise SourceError(
                f"What {SERVICE} answered about the paper {id_} could not be read; if this stays so, look for a newer "
                "papertui."
            )
        return paper

    async def text(self, id_: str) -> FullText:
        """The full text of one paper, which the service has as Markdown for many.

        Raises:
            UsageError: `id_` is no arXiv id.
            PaperNotFoundError: the service does not have it.
            SourceError: the service failed.
        """
        id_ = paper_id(id_)
        answer = await self._get(f"{self._endpoint}/papers/{quote(id_, safe='')}.md")
        # Where there is no Markdown the service may send its page instead.
        is_page = "html" in answer.headers.get("content-type", "").lower()
        if answer.status in {_NOT_FOUND, _BAD_REQUEST} or (answer.status == _OK and is_page):
            raise PaperNotFoundError(f"{SERVICE} has no full text of {id_}.")
        if answer.status != _OK:
            self._refuse(answer, f"the text of {id_}")
        return FullText(await asyncio.to_thread(read_markdown, answer.body), SOURCE)

    async def picture(self, url: str) -> bytes:
        """The small picture at `url`, which must lie with the service or with whom it has them kept by.

        Raises:
            SourceError: it lies elsewhere, or cannot be had.
        """
        here, there = urlsplit(self._endpoint), urlsplit(url)
        own = (there.scheme, there.netloc) == (here.scheme, here.netloc)
        kept = there.scheme == "https" and (there.hostname or "").endswith((".huggingface.co", ".hf.co"))
        if not own and not kept:
            raise SourceError(f"The picture at {there.hostname} does not lie with {SERVICE} and was not fetched.")
        # Without the token: pictures are for everybody.
        answer = await self._client.get(url, Errand(SERVICE, hosts=("huggingface.co", "hf.co"), lane=self._errand.lane))
        if answer.status != _OK:
            raise SourceError(f"{SERVICE} has no picture at the address it gave (status {answer.status}).")
        return answer.body

    async def _pages(self, what: str, asked: Mapping[str, str], most: int) -> Harvest:
        """The first `most` papers of a list (or a few more), from as many pages as that takes."""
        harvest = Harvest(SERVICE, SOURCE)
        most = min(most, _MOST)
        size = min(most, _PAGE)
        day = parse_day(asked["date"]) if "date" in asked else None
        address = f"{self._endpoint}/api/daily_papers"
        following: str | None = None
        followed: set[str | None] = set()
        last = b""
        while harvest.more and len(harvest.papers) < most and harvest.pages < _MOST_PAGES:
            params: dict[str, str | int] | None = None if following else {**asked, "limit": size, "p": harvest.pages}
            answer = await self._ask(following or address, params, what)
            page = await self._entries(answer, day)
            count = len(page.papers) + page.skipped
            # What cannot be read may stand before what can, unless it is the very same page again.
            new = harvest.take(page) or (not page.papers and answer.body != last)
            last = answer.body
            followed.add(following)
            following = next_address(answer.headers, address)
            # A service without paging says the same over and over, one with a fault sends us round in a circle.
            harvest.more = (
                new
                and count > 0
                and (has_next(answer.headers) or count >= size)
                and (following is None or following not in followed)
            )
        return harvest

    async def _days(self, monday: date) -> Harvest:
        """A week's papers from its days, for a week the service refuses as a whole."""
        week = Harvest(SERVICE, SOURCE)
        refusals: list[_RefusedError] = []
        for day in ((monday + timedelta(days=ahead)).isoformat() for ahead in range(_WORKDAYS)):
            try:
                week.add(await self._pages(f"daily:{day}", {"date": day}, _MOST))
            except _RefusedError as error:  # a day that is yet to come
                refusals.append(error)
        if len(refusals) == _WORKDAYS:
            raise refusals[0]
        week.more = False
        return week

    async def _ask(self, address: str, params: Mapping[str, str | int] | None, what: str = "the papers") -> Answer:
        answer = await self._get(address, params)
        if answer.status != _OK:
            self._refuse(answer, what)
        return answer

    async def _get(self, address: str, params: Mapping[str, str | int] | None = None) -> Answer:
        return await self._client.get(address, self._errand, params=params)

    async def _entries(self, answer: Answer, day: date | None = None) -> Entries:
        # Reading a full page takes some time, in which a key must be answered: off the loop.
        return await asyncio.to_thread(_entries, answer.body, day)

    def _refuse(self, answer: Answer, what: str) -> NoReturn:
        status = answer.status
        if status == _BAD_REQUEST:
            raise _RefusedError(f"{SERVICE} has nothing to give for {what}, at least not yet; choose another.")
        if status in {_UNAUTHORIZED, _FORBIDDEN} and self._has_token:
            raise SourceError(f"{SERVICE} does not accept the token in HF_TOKEN; set a valid one, or none.")
        if status in {_UNAUTHORIZED, _FORBIDDEN}:
            raise SourceError(f"{SERVICE} refuses to answer without a token (status {status}); set HF_TOKEN.")
        if status == _NOT_FOUND:
            raise SourceError(f"{SERVICE} has no papers at the address that was asked; check HF_ENDPOINT.")
        raise SourceError(f"{SERVICE} answered with status {status} instead of papers; try again later.")


def _asked(name: FeedName) -> dict[str, str]:
    """The parameters that ask for a view.

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
        raise SourceError(
            f"{SERVICE} answered with something that is no list of papers; if this stays so, look for a newer papertui."
        )
    return read_entries(value, day)


def _folded(words: str) -> str:
    return " ".join(words.split())


def _cut(words: str) -> str:
    """As many whole words as the search takes; of a single longer one, its beginning."""
    words = _folded(words)
    if len(words) <= _QUERY:
        return words
    return words[: _QUERY + 1].rsplit(" ", 1)[0][:_QUERY]
