"""arXiv: new listings, the query API, single papers.

arXiv allows one request every three seconds, over one connection (`papertui.sources.rate_limit`). It announces papers
once a day, from Sunday to Thursday in the evening of its time zone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from typing import Final, NoReturn
from urllib.parse import quote

from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.document import TextKind
from papertui.model.feed import CATEGORIES, FeedName
from papertui.model.format import full_day, plural
from papertui.model.identity import is_arxiv
from papertui.model.paper import Paper, paper_id
from papertui.model.versions import SeenVersion
from papertui.search.language import Filter
from papertui.search.query import Query, parse
from papertui.search.words import SIGNS
from papertui.sources.arxiv_parse import (
    REPLACE,
    REPLACE_CROSS,
    SERVICE,
    SOURCE,
    ArxivEntry,
    ArxivListing,
    ArxivResponse,
    read_listing,
    read_response,
)
from papertui.sources.endpoint import endpoint_address
from papertui.sources.figures import ARXIV as ARXIV_SITE
from papertui.sources.figures import figure_address
from papertui.sources.fulltext.latexml import read_html
from papertui.sources.http import HttpClient, RequestOptions, Response
from papertui.sources.rate_limit import RateLimiter
from papertui.sources.source import FetchedFeed, FullText, TypedName, malformed_notice

#: The fields of papertui's queries and their names at arXiv, which has no others of use here.
#: https://info.arxiv.org/help/api/user-manual.html#51-details-of-query-construction
_FIELDS: Final = {"": "all", "title": "ti", "authors": "au", "abstract": "abs", "keywords": "all"}
_KNOWN: Final = {name.lower(): name for name in CATEGORIES}
_ARCHIVES: Final = frozenset(name.split(".", 1)[0] for name in CATEGORIES if "." in name)
_CATEGORY: Final = re.compile(r"[A-Za-z-]{1,12}(?:\.[A-Za-z-]{1,12})?", re.ASCII)
#: The first day of arXiv, and a day after all papers.
_FIRST, _LAST = date(1991, 1, 1), date(2999, 12, 31)


def arxiv_query(query: Query) -> str:
    """Return the query in arXiv's language; empty if nothing in it can be asked of arXiv.

    Excluded words (``-survey``) and what only the user's own papers have (votes, tags, notes) are left out: the results
    are filtered here afterwards by the whole query.
    """
    return " AND ".join((*_words(query), *_categories(query.filters), *_window(query.filters)))


def _words(query: Query) -> Iterator[str]:
    """Yield the phrases, and the words outside of them, each with the field it is limited to."""
    in_phrases: set[tuple[str, str]] = set()
    for phrase in query.phrases:
        if (field := _FIELDS.get(phrase.field)) is not None:
            in_phrases.update((word, phrase.field) for word in phrase.words)
            yield f'{field}:"{" ".join(phrase.words)}"'
    for word, bound, parts in zip(query.words, query.fields, query.parts, strict=True):
        field = _FIELDS.get(bound)
        if field is None or (word, bound) in in_phrases:
            continue
        if parts or word.strip(SIGNS) != word:  # k-means, C++
            yield f'{field}:"{" ".join(parts or (word,))}"'
        else:
            yield f"{field}:{word}"


def _categories(filters: tuple[Filter, ...]) -> Iterator[str]:
    """Yield one clause per filter, categories as arXiv spells them; an archive (``cs``) includes all its categories."""
    for one in filters:
        if one.key == "cat" and not one.negated:
            names = [_KNOWN.get(name.lower(), name) for name in one.names if _CATEGORY.fullmatch(name)]
            clauses = [f"cat:{name}{'*' if name in _ARCHIVES else ''}" for name in names]
            if clauses:
                yield clauses[0] if len(clauses) == 1 else f"({' OR '.join(clauses)})"


def _window(filters: tuple[Filter, ...]) -> Iterator[str]:
    """Yield the days between the latest ``since`` and the earliest ``until``, in GMT as at arXiv."""
    since = max((one.day for one in filters if one.key == "since" and not one.negated), default=_FIRST)
    until = min((one.day for one in filters if one.key == "until" and not one.negated), default=_LAST)
    for first, last in (one.numbers for one in filters if one.key == "year" and not one.negated):
        since, until = max(since, date(first, 1, 1)), min(until, date(last, 12, 31))
    if since > _FIRST or until < _LAST:
        yield f"submittedDate:[{max(since, _FIRST):%Y%m%d}0000 TO {until:%Y%m%d}2359]"


#: The number of results to read if there is no limit.
_SOME = 100
_PAGE, _MOST = 200, 2000
#: The number of ids in one request.
_IDS = 100
#: arXiv sometimes sends an empty page although papers are left; a retry gets it.
_TRIES = 3
#: Fields of the query language: https://info.arxiv.org/help/api/user-manual.html#51-details-of-query-construction
_FIELD = re.compile(r"(?:^|[\s(])(?:ti|au|abs|co|jr|cat|rn|id|all|submittedDate|lastUpdatedDate):", re.ASCII)
_SATURDAY = 5
#: Nobody searches for more words; addresses beyond some kilobytes are refused.
_MOST_WORDS = 50
_NOTHING_TO_ASK = "The query has no words, categories or days, which is all that the services can search for."


class ArXiv:
    """arXiv, or a server with the same interface."""

    def __init__(
        self, client: HttpClient, *, api: str, rss: str, site: str, limiter: RateLimiter | None = None
    ) -> None:
        """Create the source.

        Args:
            client: sends the requests.
            api: the base address of the query API (``PAPERTUI_ARXIV_API_URL``).
            rss: the base address of the listings (``PAPERTUI_ARXIV_RSS_URL``).
            site: the base address of pages and PDFs (``PAPERTUI_ARXIV_SITE_URL``).
            limiter: the rate limiter of arXiv.

        Raises:
            SettingsError: one of the addresses is not valid.
        """
        self._client = client
        self._api = endpoint_address(api, "PAPERTUI_ARXIV_API_URL")
        self._rss = endpoint_address(rss, "PAPERTUI_ARXIV_RSS_URL")
        self._site = endpoint_address(site, "PAPERTUI_ARXIV_SITE_URL")
        self._options = RequestOptions(SERVICE, hosts=("arxiv.org",), limiter=limiter, cached=True)

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        """Return the papers of a feed: ``arxiv`` (a listing), ``arxiv-search``, ``author`` or ``keyword``.

        Raises:
            SourceError: arXiv failed, or refuses the request.
        """
        if name.kind == "arxiv":
            return await self._listed(name.detail)
        return await self.query(query_of(name), _SOME if limit is None else limit)

    async def search(self, words: str, limit: int, typed: TypedName | None = None) -> FetchedFeed:
        """Return the first `limit` papers that arXiv finds for `words`, the best matches first.

        Args:
            words: searched in any field.
            limit: the maximum number of papers.
            typed: the query the words come from; its fields, categories and days are searched, too.

        Raises:
            SourceError: arXiv failed.
        """
        query = all_words(words) if typed is None else arxiv_query(parse(typed.query, typed.today))
        if not query and typed is not None:
            return FetchedFeed((), SOURCE, notices=(_NOTHING_TO_ASK,))
        return await self.query(query, limit, newest=not words.strip())  # without words there is no best match

    async def query(self, query: str, limit: int, *, newest: bool = True) -> FetchedFeed:
        """Return the first `limit` papers that a query in arXiv's language finds.

        Args:
            query: ``au:"Ada Lovelace" AND cat:cs.CL``.
            limit: the maximum number of papers.
            newest: whether the newest come first, or the best matches.

        Raises:
            SourceError: arXiv failed, or does not understand the query.
        """
        if not query.strip() or limit <= 0:
            return FetchedFeed((), SOURCE)
        limit = min(limit, _MOST)
        entries: dict[str, ArxivEntry] = {}
        cut: list[str] = []
        skipped = start = 0
        is_malformed = False
        while start < limit:
            size = min(_PAGE, limit - start)
            page = await self._page(query, start, size, newest=newest)
            skipped += page.skipped
            is_malformed |= page.is_malformed
            for entry in page.entries:
                entries.setdefault(entry.paper.id, entry)
            if len(page.entries) + page.skipped == 0 and start < page.total:
                cut = [f"{SERVICE} sent only {start:,} of {page.total:,} papers; try again in a few minutes."]
            start += size
            if len(page.entries) + page.skipped == 0 or start >= page.total:
                break
        shown = list(entries.values())[:limit]
        notices = [f"{plural(skipped, 'entry', 'entries')} from {SERVICE} could not be read."] if skipped else []
        notices += [malformed_notice(SERVICE, len(shown))] if is_malformed else cut
        why = {entry.paper.id: entry.why for entry in shown if entry.why}
        papers = tuple(entry.paper for entry in shown)
        versions = _versions(shown)
        return FetchedFeed(papers, SOURCE, skipped, tuple(notices), why, is_malformed=is_malformed, versions=versions)

    async def paper(self, id_: str) -> Paper:
        """Return one paper.

        Raises:
            UsageError: `id_` is not the id of a paper.
            PaperNotFoundError: arXiv does not know it.
            SourceError: arXiv failed.
        """
        id_ = paper_id(id_)
        if is_arxiv(id_):
            response = await self._get(f"{self._api}/api/query", {"id_list": id_, "max_results": 1})
            result = await self._parsed(response, f"the paper {id_}")
            found = next((entry.paper for entry in result.entries if entry.paper.id == id_), None)
            if found is not None:
                return found
        raise PaperNotFoundError(f"{SERVICE} does not know the paper {id_}; check the id.")

    async def versions(self, ids: Sequence[str]) -> tuple[SeenVersion, ...]:
        """Return the newest versions of papers, or those that ids such as ``2604.26951v1`` name.

        One request for each hundred ids. Papers that arXiv does not know are left out.

        Raises:
            SourceError: arXiv failed.
        """
        found: list[SeenVersion] = []
        for start in range(0, len(ids), _IDS):
            some = ids[start : start + _IDS]
            params: dict[str, str | int] = {"id_list": ",".join(some), "max_results": len(some)}
            response = await self._get(f"{self._api}/api/query", params)
            found += _versions((await self._parsed(response, "the versions of papers")).entries)
        return tuple(found)

    async def version_text(self, id_: str, number: int) -> FullText:
        """Return the full text of one version of a paper, which arXiv has as HTML.

        Raises:
            UsageError: `id_` is not the id of a paper.
            PaperNotFoundError: arXiv has no such page.
            SourceError: arXiv failed.
        """
        text = await self._html(f"{paper_id(id_)}v{number}")
        return text._replace(document=text.document._replace(version=text.document.version or number))

    @property
    def text_kind(self) -> TextKind:
        """What its texts are made from."""
        return "html"

    @property
    def text_rank(self) -> int:
        """How good its texts are: made from the sources of the papers."""
        return 0

    async def text(self, id_: str) -> FullText:
        """Return the full text of one paper, which arXiv has as HTML for most papers since the end of 2023.

        Raises:
            UsageError: `id_` is not the id of a paper.
            PaperNotFoundError: arXiv has no such page.
            SourceError: arXiv failed.
        """
        return await self._html(paper_id(id_))

    async def _html(self, id_: str) -> FullText:
        response = await self._get(f"{self._site}/html/{quote(id_, safe='/')}")
        if response.status in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}:
            raise PaperNotFoundError(f"{SERVICE} has no full text of {id_}.")
        if response.status != HTTPStatus.OK:
            _refuse(response.status, f"the text of {id_}")
        return FullText(await asyncio.to_thread(read_html, response.body), SOURCE)

    async def figure(self, id_: str, src: str) -> bytes:
        """Return the file of a figure, at an address that the page of the paper gives.

        Raises:
            SourceError: it is elsewhere, does not exist, or cannot be downloaded.
        """
        response = await self._get(figure_address(self._site, id_, src, ARXIV_SITE))
        if response.status != HTTPStatus.OK:
            raise SourceError(f"{SERVICE} does not have this picture (status {response.status}).")
        return response.body

    async def _page(self, query: str, start: int, size: int, *, newest: bool) -> ArxivResponse:
        """Return one page of results, with retries if it is empty although papers are left."""
        params: dict[str, str | int] = {"search_query": query, "start": start, "max_results": size}
        params |= {"sortBy": "submittedDate" if newest else "relevance", "sortOrder": "descending"}
        result = ArxivResponse(())
        for _ in range(_TRIES):
            response = await self._get(f"{self._api}/api/query", params)
            result = await self._parsed(response, "that query")
            if result.entries or result.skipped or result.total <= start:
                return result
        if start:
            return result  # keep the papers of the pages before
        raise SourceError(f"{SERVICE} reports {result.total:,} papers but sends none; try again in a few minutes.")

    async def _parsed(self, response: Response, what: str) -> ArxivResponse:
        # Errors come as a feed, whatever the status; any other refusal is not a feed.
        if response.status not in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}:
            _refuse(response.status, what)
        try:
            result = await asyncio.to_thread(read_response, response.body)
        except SourceError:
            if response.status != HTTPStatus.OK:
                _refuse(response.status, what)
            raise
        if result.error:
            raise SourceError(f"{SERVICE} does not understand {what}: {result.error.rstrip('.')}; change it.")
        if response.status != HTTPStatus.OK:
            _refuse(response.status, what)
        return result

    async def _listed(self, names: str) -> FetchedFeed:
        """Return the last announcements in one or more categories."""
        response = await self._get(f"{self._rss}/rss/{quote(names, safe='+.-')}")
        if response.status == HTTPStatus.NOT_FOUND:
            raise SourceError(f"{SERVICE} has no listing at the requested URL; check PAPERTUI_ARXIV_RSS_URL.")
        if response.status not in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}:
            _refuse(response.status, f"the listing of {names}")
        try:
            listing = await asyncio.to_thread(read_listing, response.body)
        except SourceError:
            if response.status != HTTPStatus.OK:
                _refuse(response.status, f"the listing of {names}")
            raise
        if listing.is_error or response.status != HTTPStatus.OK:
            unknown = [name for name in names.split("+") if name not in CATEGORIES]
            which = f"the category {' or '.join(unknown)}" if unknown else f"a listing of {names}"
            raise SourceError(f"{SERVICE} does not know {which}; https://arxiv.org/category_taxonomy lists them.")
        return _of_listing(names, listing)

    async def _get(self, address: str, params: dict[str, str | int] | None = None) -> Response:
        return await self._client.get(address, self._options, params=params)


def _of_listing(names: str, listing: ArxivListing) -> FetchedFeed:
    if listing.skipped and not listing.entries:
        raise SourceError(
            f"None of the {listing.skipped} entries from {SERVICE} could be read; if this persists, update papertui."
        )
    notices = (
        [f"{plural(listing.skipped, 'entry', 'entries')} from {SERVICE} could not be read."] if listing.skipped else []
    )
    entries: dict[str, ArxivEntry] = {}
    for entry in listing.entries:  # a paper in two of the categories may occur twice
        entries.setdefault(entry.paper.id, entry)
    if listing.is_malformed:
        notices.append(malformed_notice(SERVICE, len(entries)))
    elif not entries:
        notices.append(_nothing(names, listing.day))
    why = {id_: entry.why for id_, entry in entries.items() if entry.why}
    papers = tuple(entry.paper for entry in entries.values())
    # A listing announces new versions on the day on which they appear. A cross-list says nothing about that.
    at = None if listing.day is None else datetime.combine(listing.day, time(), UTC)
    dated = (
        entry._replace(updated=at if entry.announced in {REPLACE, REPLACE_CROSS} else None)
        for entry in entries.values()
    )
    versions = _versions(dated)
    return FetchedFeed(
        papers, SOURCE, listing.skipped, tuple(notices), why, is_malformed=listing.is_malformed, versions=versions
    )


def _versions(entries: Iterable[ArxivEntry]) -> tuple[SeenVersion, ...]:
    return tuple(seen for entry in entries if (seen := entry.seen) is not None)


def _nothing(names: str, day: date | None) -> str:
    """Explain why a listing is empty, as far as that is known."""
    if day is None:
        return f"{SERVICE} announced nothing new in {names}."
    if day.weekday() >= _SATURDAY:
        return f"{SERVICE} announced nothing new in {names}: {full_day(day)} is a weekend."
    return f"{SERVICE} announced nothing new in {names} on {full_day(day)}; it may be a holiday there."


def query_of(name: FeedName) -> str:
    """Translate a feed into arXiv's query language.

    Raises:
        SourceError: arXiv has no such feed.
    """
    if name.kind == "arxiv-search":
        return name.detail if _FIELD.search(name.detail) else all_words(name.detail)
    if name.kind == "author":
        return f'au:"{_quotable(name.detail)}"'
    if name.kind == "keyword":
        return f'all:"{_quotable(name.detail)}"'
    raise SourceError(f"{SERVICE} has no feed “{name}”; write arxiv:cs.CL, arxiv-search:QUERY or author:NAME.")


def all_words(words: str) -> str:
    """Return a query for all of `words` in any field: a prefix applies only to the next word."""
    return " AND ".join(f"all:{word}" for word in dict.fromkeys(_quotable(words).split()[:_MOST_WORDS]))


def _quotable(words: str) -> str:
    """Remove the special characters of the query language."""
    return " ".join("".join(" " if char in '"()\\:' else char for char in words).split())


def _refuse(status: int, what: str) -> NoReturn:
    raise SourceError(f"{SERVICE} responded with status {status} when asked for {what}; try again later.")
