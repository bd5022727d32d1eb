"""``list``, ``search``, ``show``, ``read`` and ``open``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from papertui.cli.errand import Errand
from papertui.core.bookmark import Bookmark
from papertui.core.document import Document, Part
from papertui.core.feed import Feed, FeedName, month_name, parse_day, parse_month, parse_week, week_name
from papertui.core.paper import Paper, address, paper_id
from papertui.core.record import public_record
from papertui.core.search import Results
from papertui.desk.finding import Found, Scope, Search, found
from papertui.errors import PaperNotFoundError, UsageError
from papertui.printing.document import document_lines
from papertui.printing.pager import page
from papertui.printing.papers import paper_details
from papertui.printing.records import as_json, write_records
from papertui.printing.streams import say, write
from papertui.sources import FullText


def list_feed(errand: Errand) -> int:
    """Print a feed to stdout, its age and notices to stderr."""
    args = errand.asked
    name = _feed_asked_for(errand)
    feed = asyncio.run(errand.desk.feeds.serve(name, offline=args.offline, limit=args.limit))
    for notice in feed.notices:
        say(notice)
    errand.print_papers(_asked_for(feed, args))
    return 0


def _asked_for(feed: Feed, asked: argparse.Namespace) -> Sequence[Paper]:
    """Select the papers to print; replacements only with ``--replaced``."""
    papers = feed.papers
    if feed.replaced:
        papers = [paper for paper in papers if (paper.id in feed.replaced) == asked.replaced]
    elif asked.replaced:
        papers = ()
    return papers if asked.limit is None else papers[: asked.limit]


def _feed_asked_for(errand: Errand) -> FeedName:
    args, named = errand.asked, errand.desk.following.named
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


def search(errand: Errand) -> int:
    """Print the matches of a query, best first; or answer queries from stdin."""
    args = errand.asked
    query = " ".join(args.query)
    if args.stdin and (args.query or args.like):
        raise UsageError("--stdin reads the queries from stdin; leave out the query on the command line.")
    if args.like and args.query:
        raise UsageError("--like cannot be combined with a query; leave out one of the two.")
    if args.stdin:
        return _answer_each(errand)
    if args.like:
        return _print_like(errand)
    if not args.query:
        raise UsageError("“papertui search” needs a QUERY, --like or --stdin.")
    if args.online:
        _ask_service(errand, query)
    answer = _open(errand).answer(query, args.limit)
    _explain(answer.results)
    if not answer.results.matches:
        hint = "" if args.online else " --online also asks the services."
        say(f"No stored paper matches “{query}”.{hint}")
    _print_found(errand, found(answer))
    return 0


def _print_like(errand: Errand) -> int:
    """Print the papers most similar to one, which is fetched when it is not stored."""
    args = errand.asked
    paper = asyncio.run(errand.desk.papers.find(paper_id(args.like)))
    answer = _open(errand).like(paper, args.limit)
    if not answer.results.matches:
        say(f"No stored paper is similar to {paper.id}.")
    _print_found(errand, found(answer))
    return 0


def _explain(results: Results) -> None:
    for sentence in results.problems:
        say(sentence)
    if results.corrected:
        pairs = ", ".join(f"“{meant}” instead of “{typed}”" for typed, meant in results.corrected)
        say(f"Showing results for {pairs}.")


def _print_found(errand: Errand, hits: list[Found]) -> None:
    if errand.asked.json or errand.asked.jsonl:
        kept = errand.bookmarks()
        write_records((_record(hit, kept) for hit in hits), lines=errand.asked.jsonl)
    else:
        errand.print_papers(hit.paper for hit in hits)


def _answer_each(errand: Errand) -> int:
    index: Search | None = None
    kept = errand.bookmarks()
    for line in sys.stdin or ():
        query = line.strip()
        if errand.asked.online:
            _ask_service(errand, query)
            index = None  # new papers may be stored now
        index = index or _open(errand)
        results = [_record(hit, kept) for hit in index.best(query, errand.asked.limit)]
        write(as_json({"query": query, "results": results}) + "\n", now=True)
    return 0


def _open(errand: Errand) -> Search:
    scope: Scope = errand.asked.scope or "everything"
    return errand.desk.finder.open(scope, errand.progress("Indexing"))


def _ask_service(errand: Errand, query: str) -> None:
    for notice in asyncio.run(errand.desk.finder.fetch(query, errand.asked.limit)):
        say(notice)


def _record(hit: Found, kept: Mapping[str, Bookmark]) -> dict[str, Any]:
    record = public_record(hit.paper, kept.get(hit.paper.id))
    return {**record, "score": round(hit.match.score, 6), "matched": list(hit.match.fields)}


def show(errand: Errand) -> int:
    """Print one paper; fetch it when it is not stored."""
    args = errand.asked
    paper = asyncio.run(errand.desk.papers.find(paper_id(args.id), offline=args.offline))
    if args.json or args.jsonl:
        errand.print_papers([paper])
    else:
        write(paper_details(paper, errand.look, errand.bookmarks().get(paper.id)))
    return 0


def read(errand: Errand) -> int:
    """Print the full text of a paper, through a pager on a terminal; else its abstract."""
    args = errand.asked
    id_ = paper_id(args.id)
    try:
        text = asyncio.run(errand.desk.papers.text(id_, offline=args.offline))
    except PaperNotFoundError as problem:
        paper = asyncio.run(errand.desk.papers.find(id_, offline=args.offline))
        say(f"{problem} This is the abstract; “papertui open --pdf {id_}” opens the PDF.")
        if args.json or args.jsonl:
            write_records([_text_record(id_, FullText(Document(paper.title, (Part("text", paper.abstract),)), ""))],
                          lines=args.jsonl)  # fmt: skip
        else:
            write(paper_details(paper, errand.look, None))
        return 0
    if args.json or args.jsonl:
        write_records([_text_record(id_, text)], lines=args.jsonl)
    else:
        page("".join(document_lines(text.document, errand.look)), errand.environ)
    if errand.desk.papers.stored(id_) is not None:
        errand.desk.marks.mark([id_], read=True)
    return 0


def _text_record(id_: str, text: FullText) -> dict[str, Any]:
    parts = [part._asdict() for part in text.document.parts]
    return {"id": id_, "title": text.document.title, "origin": text.origin or None, "parts": parts}


def open_paper(errand: Errand) -> int:
    """Open a paper or its PDF in the browser and mark it read. Makes no request itself."""
    id_ = paper_id(errand.asked.id)
    paper = errand.desk.papers.stored(id_)
    known = None if paper is None else (paper.pdf if errand.asked.pdf else paper.url)
    url = address(id_, known, pdf=errand.asked.pdf)
    if not errand.desk.papers.open_page(url):
        raise UsageError(f"No browser could be started. Set BROWSER, or open {url}")
    say(f"Opened {url}")
    if paper is not None:
        errand.desk.marks.mark([id_], read=True)
    return 0
