"""The tools for agents over papertui's services: what they do, without the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from papertui.agents.envelope import ToolResult
from papertui.agents.sections import OUTLINE_PAGE, Section, as_text, pages, part_records, sections
from papertui.app import Services
from papertui.errors import PaperNotFoundError, UsageError
from papertui.model.bookmark import STATES, Bookmark, tags_of
from papertui.model.feed import Feed, FeedName
from papertui.model.feed_address import is_address
from papertui.model.filters import ListContext, PaperFilter
from papertui.model.format import plural
from papertui.model.merge import with_saved_facts
from papertui.model.ordering import Order
from papertui.model.paper import Paper, paper_id, paper_ids
from papertui.model.record import public_record, with_alerts
from papertui.services.papers import abstract_text, made_from
from papertui.services.search import Scope, SearchResponse
from papertui.sources.source import FullText

if TYPE_CHECKING:
    from papertui.digest.model import Digest
    from papertui.search.results import SearchMode
    from papertui.services.library import LibraryService

#: Bookmarks among the resources; the tool `library` has all.
_MOST_RESOURCES = 50
#: Steps among which that of a change is found.
_RECENT = 5
READ_ONLY = "The library is read-only here; “papertui mcp --allow-changes” lets agents change it."
#: How tools write the reading states.
STATE_NAMES = {state.replace(" ", "-"): state for state in STATES}


class AgentService:
    """What agents can ask for.

    Papers an agent looks at do not become read: the reader has not seen them. Blocking work is done in threads.

    Args:
        services: papertui's services.
        offline: use nothing but what is stored.
        allow_changes: whether the library may be changed.
    """

    def __init__(self, services: Services, *, offline: bool = False, allow_changes: bool = False) -> None:
        self._services = services
        self.offline = offline
        self.allow_changes = allow_changes
        # Each change is one step, and the answer names it.
        self._changing = asyncio.Lock()

    # --- finding papers --------------------------------------------------------------------------

    async def search(self, *, query: str, scope: Scope, mode: SearchMode, limit: int, online: bool) -> ToolResult:
        """The best matches of a query.

        Raises:
            UsageError: a part of the query is not understood, or `online` is set offline.
        """
        search = self._services.search
        await asyncio.to_thread(search.check, query)
        messages: tuple[str, ...] = ()
        if online and self.offline:
            raise UsageError("papertui runs with --offline; search without “online”.")
        if online:
            messages = await search.fetch(query, limit)

        def answer() -> ToolResult:
            response = search.open(scope).answer(query, limit, mode=mode)
            if response.results.problems:
                raise UsageError(" ".join(response.results.problems))
            results = response.results
            facts = {"total": results.total, "similar": results.similar, "searched": response.of}
            return ToolResult({**facts, "messages": list(messages)}, self._hits(response))

        return await asyncio.to_thread(answer)

    async def related(self, *, id: str, limit: int) -> ToolResult:  # noqa: A002 - the name of the argument
        """The stored papers most similar to one."""
        paper = await self._find(id)

        def answer() -> ToolResult:
            response = self._services.search.open().like(paper, limit)
            return ToolResult({"searched": response.of}, self._hits(response))

        return await asyncio.to_thread(answer)

    def _hits(self, response: SearchResponse) -> dict[str, Any]:
        record = self._recorder()
        return {"papers": [{**record(hit.paper), **response.record(hit)} for hit in response.hits()]}

    async def list_feed(self, *, feed: str, limit: int, offset: int) -> ToolResult:
        """The papers of a feed, in its order.

        Raises:
            UsageError: there is no such feed, or it is an address that the reader does not follow.
            SourceError: the source failed and nothing is stored.
        """
        name = self._feed_name(feed)
        served = await self._services.feeds.serve(name, offline=self.offline, limit=offset + limit)
        return await asyncio.to_thread(self._listed, served, offset, limit)

    def _feed_name(self, text: str) -> FeedName:
        follows = self._services.follows
        if is_address(text):
            # An address made up by an agent, or in a paper it read, could carry away what it knows.
            followed = next((one.name for one in follows.all if str(one.name) == text.strip()), None)
            if followed is None:
                raise UsageError("Agents can list the addresses of feeds that the user follows, and no others.")
            return followed
        return follows.named(text)

    def _listed(self, feed: Feed, offset: int, limit: int) -> ToolResult:
        services = self._services
        bookmarks = services.library.by_id()
        papers = feed.papers
        if feed.name.kind == "archive" and (stored := services.feeds.archive(Order.NEWEST)) is not None:
            papers = stored
        if feed.replaced or feed.muted:
            context = ListContext(replaced=feed.replaced, muted=feed.muted.keys() - bookmarks.keys())
            papers = [paper for paper in papers if PaperFilter().matches(paper, context)]
        page = [paper for paper in papers[offset : offset + limit] if paper.id]
        alerts = services.alerts.reasons(paper.id for paper in page) if feed.name.kind == "alerts" else {}
        record = self._recorder(bookmarks)
        records = [with_alerts(record(paper), alerts.get(paper.id)) for paper in page]
        facts = {"feed": str(feed.name), **_paging(offset, limit, len(papers))}
        return ToolResult(facts, {"papers": records, "notices": list(feed.notices)})

    async def library(
        self, *, query: str | None, tag: str | None, state: str | None, limit: int, offset: int
    ) -> ToolResult:
        """The bookmarks, the newest first; with a query, the best match first."""
        services = self._services
        if query is not None:
            await asyncio.to_thread(services.search.check, query)

        def answer() -> ToolResult:
            bookmarks = services.library.by_id()
            if query is None:
                papers: Sequence[Paper] = [mark.paper for mark in services.library.bookmarks()]
            else:
                response = services.search.open("library").answer(query, None, fields=False)
                papers = [paper for paper in response.papers if paper.id]
            wanted = PaperFilter((), tags_of([tag] if tag else ()), STATE_NAMES.get(state or ""))
            context = ListContext(kept=bookmarks.keys(), bookmarks=bookmarks)
            papers = [paper for paper in papers if wanted.matches(paper, context)]
            record = self._recorder(bookmarks)
            page = [record(services.papers.stored(paper.id) or paper) for paper in papers[offset : offset + limit]]
            return ToolResult(_paging(offset, limit, len(papers)), {"papers": page, "tags": services.library.tags()})

        return await asyncio.to_thread(answer)

    # --- one paper -------------------------------------------------------------------------------

    async def show(self, *, id: str) -> ToolResult:  # noqa: A002 - the name of the argument
        """One paper with its abstract; fetched if it is not stored."""
        paper = await self._find(id)

        def answer() -> ToolResult:
            return ToolResult({}, {"paper": self._recorder()(paper)})

        return await asyncio.to_thread(answer)

    async def read(self, *, id: str, section: int | None, page: int) -> ToolResult:  # noqa: A002 - as above
        """The outline of a full text, or one page of one section.

        Raises:
            UsageError: there is no such section or page.
            SourceError: the text is not stored and cannot be fetched.
        """
        id_ = paper_id(id)
        text, messages = await self._text(id_)
        found = await asyncio.to_thread(sections, text.document)
        about = {
            "id": id_,
            "origin": text.origin or None,
            "source": text.document.source or None,
            "version": text.document.version or None,
        }
        facts: dict[str, Any] = {**about, "messages": list(messages)}
        if section is None:
            stored = await asyncio.to_thread(self._services.papers.stored, id_)
            return _outline(found, page, facts, text.document.title or (stored.title if stored else ""))
        if section > len(found):
            raise UsageError(f"{id_} has {plural(len(found), 'section')}, so there is no section {section}.")
        chosen = found[section - 1]
        split = await asyncio.to_thread(pages, chosen)
        if page > len(split):
            raise UsageError(
                f"Section {section} of {id_} has {plural(len(split), 'page')}, so there is no page {page}."
            )
        parts = split[page - 1]
        facts |= {"section": section, "sections": len(found), "page": page, "pages": len(split)}
        return ToolResult(facts, {"heading": chosen.title, "parts": part_records(parts)}, as_text(parts))

    async def _text(self, id_: str) -> tuple[FullText, tuple[str, ...]]:
        """The full text, or the abstract if there is none, and what to say about it."""
        papers = self._services.papers
        try:
            text = await papers.text(id_, offline=self.offline)
        except PaperNotFoundError as error:
            return abstract_text(await papers.find(id_, offline=self.offline)), (f"{error} This is the abstract.",)
        return text, (made_from(text),)

    async def _find(self, text: str) -> Paper:
        return await self._services.papers.find(paper_id(text), offline=self.offline)

    def _recorder(self, bookmarks: Mapping[str, Bookmark] | None = None) -> Callable[[Paper], dict[str, Any]]:
        """Make the JSON of papers, as the commands print it."""
        kept = self._services.library.by_id() if bookmarks is None else bookmarks
        versions = self._services.versions.marks()

        def record(paper: Paper) -> dict[str, Any]:
            mark = kept.get(paper.id)
            return {**public_record(with_saved_facts(paper, mark), mark), **versions.record(paper)}

        return record

    # --- resources -------------------------------------------------------------------------------

    async def kept_papers(self) -> tuple[Paper, ...]:
        """The papers that were bookmarked last."""
        marks = await asyncio.to_thread(self._services.library.bookmarks)
        return tuple(mark.paper for mark in marks[:_MOST_RESOURCES])

    async def digest(self) -> ToolResult:
        """The digest of the day, as Markdown. Nothing is recorded or sent."""
        from papertui.digest.send import SendRequest  # noqa: PLC0415 - brings SQLite and schedulers

        composed = await self._services.sender.compose(SendRequest("day", offline=self.offline))
        text = await asyncio.to_thread(_as_markdown, composed)
        return ToolResult({}, {"digest": text}, text)

    # --- changes ---------------------------------------------------------------------------------

    async def keep(self, *, ids: Sequence[str]) -> ToolResult:
        """Bookmark papers, all of them or, if one is not found, none."""
        self._check_changes()
        papers = [await self._find(id_) for id_ in paper_ids(ids)]
        return await self._change(lambda library: library.keep(papers))

    async def tag(self, *, ids: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> ToolResult:
        """Add tags to papers and remove tags; a paper that gets one is bookmarked.

        Raises:
            UsageError: there are no tags.
        """
        if not add and not remove:
            raise UsageError("Give tags to add or to remove.")
        wanted = paper_ids(ids)
        if add:
            await self._store(wanted)
        return await self._change(lambda library: library.tag(wanted, add, remove))

    async def note(self, *, id: str, text: str, replace: bool) -> ToolResult:  # noqa: A002 - as above
        """Add to the note on a paper, or replace it; the paper is bookmarked."""
        id_ = paper_id(id)
        await self._store([id_])

        def change(library: LibraryService) -> tuple[str, ...]:
            changed = library.note(id_, text) if replace else library.add_to_note(id_, text)
            return (id_,) if changed else ()

        return await self._change(change)

    async def _store(self, ids: Sequence[str]) -> None:
        """Fetch papers that are neither bookmarked nor stored, so that they can be bookmarked.

        Raises:
            PaperNotFoundError: one is not known.
        """
        self._check_changes()
        kept = await asyncio.to_thread(self._services.library.ids)
        for id_ in ids:
            if id_ not in kept:
                await self._find(id_)

    def _check_changes(self) -> None:
        if not self.allow_changes:
            raise UsageError(READ_ONLY)

    async def _change(self, change: Callable[[LibraryService], Sequence[str]]) -> ToolResult:
        """Make a change, and say how to undo it."""
        self._check_changes()

        def changed() -> ToolResult:
            library = self._services.library
            ids = list(change(library))
            if not ids:
                return ToolResult({"changed": [], "step": None, "undo": None, "messages": ["Nothing had to change."]})
            # Another process may have made a change since.
            steps = library.log(_RECENT)
            step = next((one for one in steps if {change.id for change in one.changes}.issuperset(ids)), steps[0])
            undo = (
                f"“papertui undo” takes this back as long as it is the last change (step {step.number}: {step.what})."
            )
            return ToolResult({"changed": ids, "step": step.number, "undo": undo, "messages": []})

        async with self._changing:
            return await asyncio.to_thread(changed)


def _paging(offset: int, limit: int, total: int) -> dict[str, Any]:
    following = offset + limit
    return {"offset": offset, "total": total, "next_offset": following if following < total else None}


def _outline(found: Sequence[Section], page: int, facts: Mapping[str, Any], title: str) -> ToolResult:
    number = max(1, -(-len(found) // OUTLINE_PAGE))
    if page > number:
        raise UsageError(f"The outline has {plural(number, 'page')}, so there is no page {page}.")
    start = (page - 1) * OUTLINE_PAGE
    entries = [
        {"section": at, "level": one.level, "heading": one.title, "letters": one.letters, "pages": len(pages(one))}
        for at, one in enumerate(found[start : start + OUTLINE_PAGE], start=start + 1)
    ]
    return ToolResult(
        {**facts, "section": None, "sections": len(found), "page": page, "pages": number},
        {"title": title, "outline": entries},
    )


def _as_markdown(composed: Digest) -> str:
    from papertui.digest.render import as_markdown  # noqa: PLC0415 - brings Jinja

    return as_markdown(composed)
