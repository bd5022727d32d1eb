"""``list``, ``search``, ``show``, ``read`` and ``open``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

from papertui.cli.errand import Context
from papertui.cli.listing import hits, is_arranged, named_filters, papers
from papertui.cli.output import as_json, page, say, write, write_records
from papertui.cli.paper_text import document_lines, paper_details
from papertui.errors import PaperNotFoundError, UsageError
from papertui.model.bookmark import Bookmark
from papertui.model.document import Document, DocumentPart
from papertui.model.feed import FeedName, month_name, parse_day, parse_month, parse_week, week_name
from papertui.model.filters import ListFilter, PaperFilter
from papertui.model.paper import address, paper_id
from papertui.model.record import public_record
from papertui.search.results import Results
from papertui.services.search import Scope, SearchHit, SearchResponse, SearchSession
from papertui.sources.source import FullText

#: Papers to sort and filter with --like: every paper is similar to a degree.
_MOST_SIMILAR = 100


def list_feed(context: Context) -> int:
    """Print a feed to stdout, its age and notices to stderr."""
    args = context.asked
    name = _feed_asked_for(context)
    feed = asyncio.run(context.services.feeds.serve(name, offline=args.offline, limit=args.limit))
    for notice in feed.notices:
        say(notice)
    wanted = (*named_filters(context), *((ListFilter.REPLACED,) if args.replaced else ()))
    context.print_papers(papers(context, feed, PaperFilter(wanted)))
    return 0


def _feed_asked_for(context: Context) -> FeedName:
    args, named = context.asked, context.services.follows.named
    name = None
    if args.date is not None:
        name = FeedName("daily", parse_day(args.date).isoformat())
    elif args.week is not None:
        name = FeedName("weekly", week_name(parse_week(args.week)))
    elif args.month is not None:
        name = FeedName("monthly", month_name(parse_month(args.month)))
    if name is None:
        return named("trending" if args.feed is None else args.feed)
    if args.feed is not None and named(args.feed) != FeedName(name.kind):
        raise UsageError(f"{name.detail} selects {name.kind} papers, not “{args.feed}”. Leave out one of the two.")
    return name


def search(context: Context) -> int:
    """Print the matches of a query, best first; or answer queries from stdin."""
    args = context.asked
    query = " ".join(args.query)
    if args.stdin and (args.query or args.like):
        raise UsageError("--stdin reads the queries from stdin; leave out the query on the command line.")
    if args.like and args.query:
        raise UsageError("--like cannot be combined with a query; leave out one of the two.")
    if args.stdin:
        return _answer_each(context)
    if args.like:
        return _print_like(context)
    if not args.query:
        raise UsageError("“papertui search” needs a QUERY, --like or --stdin.")
    if args.online:
        _ask_service(context, query)
    answer = _answer(context, _open(context), query)
    _explain(answer.results)
    if not answer.results.matches:
        hint = "" if args.online else " --online also asks the services."
        say(f"No stored paper matches “{query}”.{hint}")
    _print_found(context, hits(context, answer))
    return 0


def _answer(context: Context, session: SearchSession, query: str) -> SearchResponse:
    return session.answer(query, None if is_arranged(context) else context.asked.limit)


def _print_like(context: Context) -> int:
    """Print the papers most similar to one, which is fetched when it is not stored."""
    args = context.asked
    paper = asyncio.run(context.services.papers.find(paper_id(args.like)))
    answer = _open(context).like(paper, max(args.limit, _MOST_SIMILAR) if is_arranged(context) else args.limit)
    if not answer.results.matches:
        say(f"No stored paper is similar to {paper.id}.")
    _print_found(context, hits(context, answer))
    return 0


def _explain(results: Results) -> None:
    for sentence in results.problems:
        say(sentence)
    if results.corrected:
        pairs = ", ".join(f"“{meant}” instead of “{typed}”" for typed, meant in results.corrected)
        say(f"Showing results for {pairs}.")


def _print_found(context: Context, hits: list[SearchHit]) -> None:
    if context.asked.json or context.asked.jsonl:
        kept = context.bookmarks()
        write_records((_record(hit, kept) for hit in hits), lines=context.asked.jsonl)
    else:
        context.print_papers(hit.paper for hit in hits)


def _answer_each(context: Context) -> int:
    index: SearchSession | None = None
    kept = context.bookmarks()
    for line in sys.stdin or ():
        query = line.strip()
        if context.asked.online:
            _ask_service(context, query)
            index = None  # new papers may be stored now
        index = index or _open(context)
        results = [_record(hit, kept) for hit in hits(context, _answer(context, index, query))]
        write(as_json({"query": query, "results": results}) + "\n", now=True)
    return 0


def _open(context: Context) -> SearchSession:
    scope: Scope = context.asked.scope or "everything"
    return context.services.search.open(scope, context.progress("Indexing"))


def _ask_service(context: Context, query: str) -> None:
    for notice in asyncio.run(context.services.search.fetch(query, context.asked.limit)):
        say(notice)


def _record(hit: SearchHit, kept: Mapping[str, Bookmark]) -> dict[str, Any]:
    record = public_record(hit.paper, kept.get(hit.paper.id))
    return {**record, "score": round(hit.match.score, 6), "matched": list(hit.match.fields)}


def show(context: Context) -> int:
    """Print one paper; fetch it when it is not stored."""
    args = context.asked
    paper = asyncio.run(context.services.papers.find(paper_id(args.id), offline=args.offline))
    if args.json or args.jsonl:
        context.print_papers([paper])
    else:
        write(paper_details(paper, context.look, context.bookmarks().get(paper.id)))
    return 0


def read(context: Context) -> int:
    """Print the full text of a paper, through a pager on a terminal; else its abstract."""
    args = context.asked
    id_ = paper_id(args.id)
    try:
        text = asyncio.run(context.services.papers.text(id_, offline=args.offline))
    except PaperNotFoundError as problem:
        paper = asyncio.run(context.services.papers.find(id_, offline=args.offline))
        say(f"{problem} This is the abstract; “papertui open --pdf {id_}” opens the PDF.")
        if args.json or args.jsonl:
            abstract = Document(paper.title, (DocumentPart("text", paper.abstract),))
            write_records([_text_record(id_, FullText(abstract, ""))],
                          lines=args.jsonl)  # fmt: skip
        else:
            write(paper_details(paper, context.look, None))
        return 0
    if args.json or args.jsonl:
        write_records([_text_record(id_, text)], lines=args.jsonl)
    else:
        page("".join(document_lines(text.document, context.look)), context.environ)
    if context.services.papers.stored(id_) is not None:
        context.services.read_state.mark([id_], read=True)
    return 0


def _text_record(id_: str, text: FullText) -> dict[str, Any]:
    parts = [part._asdict() for part in text.document.parts]
    return {"id": id_, "title": text.document.title, "origin": text.origin or None, "parts": parts}


def open_paper(context: Context) -> int:
    """Open a paper or its PDF in the browser and mark it read. Makes no request itself."""
    id_ = paper_id(context.asked.id)
    paper = context.services.papers.stored(id_)
    known = None if paper is None else (paper.pdf if context.asked.pdf else paper.url)
    url = address(id_, known, pdf=context.asked.pdf)
    if not context.services.papers.open_page(url):
        raise UsageError(f"No browser could be started. Set BROWSER, or open {url}")
    say(f"Opened {url}")
    if paper is not None:
        context.services.read_state.mark([id_], read=True)
    return 0
