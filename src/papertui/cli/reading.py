"""Commands that look: ``list``, ``search``, ``show``, ``open``."""

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
    """Prints a feed; its age and whatever else there is to know of it go to stderr."""
    asked = errand.asked
    name = _feed_asked_for(errand)
    feed = asyncio.run(errand.desk.feeds.serve(name, offline=asked.offline, limit=asked.limit))
    for notice in feed.notices:
        say(notice)
    errand.print_papers(_asked_for(feed, asked))
    return 0


def _asked_for(feed: Feed, asked: argparse.Namespace) -> Sequence[Paper]:
    """The papers to print: not those that only have a new version, unless these are asked for."""
    papers = feed.papers
    if feed.replaced:
        papers = [paper for paper in papers if (paper.id in feed.replaced) == asked.replaced]
    elif asked.replaced:
        papers = ()
    return papers if asked.limit is None else papers[: asked.limit]


def _feed_asked_for(errand: Errand) -> FeedName:
    asked, named = errand.asked, errand.desk.following.named
    name = None
    if asked.date is not None:
        name = FeedName("daily", parse_day(asked.date).isoformat())
    elif asked.week is not None:
        name = FeedName("weekly", week_name(parse_week(asked.week)))
    elif asked.month is not None:
        name = FeedName("monthly", month_name(parse_month(asked.month)))
    if name is None:
        return named("trending" if asked.feed is None else asked.feed)
    if asked.feed is not None and named(asked.feed) != FeedName(name.kind):
        raise UsageError(
            f"{name.detail} is in the {name.kind} papers, not in “{asked.feed}”. Leave out one of the two."
        )
    return name


def search(errand: Errand) -> int:
    """Prints what fits a query, best first; or answers one query after the other from stdin."""
    asked = errand.asked
    query = " ".join(asked.query)
    if asked.stdin and (asked.query or asked.like):
        raise UsageError("With --stdin the queries are read from there; leave out the one on the command line.")
    if asked.like and asked.query:
        raise UsageError("--like finds what is like a paper; leave out the words, or leave out --like.")
    if asked.stdin:
        return _answer_each(errand)
    if asked.like:
        return _print_like(errand)
    if not asked.query:
        raise UsageError("What should be searched for? Write it behind “papertui search”, or give --like or --stdin.")
    if asked.online:
        _ask_service(errand, query)
    answer = _open(errand).answer(query, asked.limit)
    _explain(answer.results)
    if not answer.results.matches:
        hint = "" if asked.online else " --online asks the service too."
        say(f"Nothing that is stored fits “{query}”.{hint}")
    _print_found(errand, found(answer))
    return 0


def _print_like(errand: Errand) -> int:
    """Prints what is most like a paper, which is fetched when it is not stored."""
    asked = errand.asked
    paper = asyncio.run(errand.desk.papers.find(paper_id(asked.like)))
    answer = _open(errand).like(paper, asked.limit)
    if not answer.results.matches:
        say(f"Nothing that is stored is like {paper.id}.")
    _print_found(errand, found(answer))
    return 0


def _explain(results: Results) -> None:
    """Says what was searched for in place of what was typed."""
    for sentence in results.problems:
        say(sentence)
    if results.corrected:
        pairs = ", ".join(f"“{meant}” in place of “{typed}”" for typed, meant in results.corrected)
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
            index = None  # there may be more papers now
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
    """Prints one paper, fetched when it is not stored."""
    asked = errand.asked
    paper = asyncio.run(errand.desk.papers.find(paper_id(asked.id), offline=asked.offline))
    if asked.json or asked.jsonl:
        errand.print_papers([paper])
    else:
        write(paper_details(paper, errand.look, errand.bookmarks().get(paper.id)))
    return 0


def read(errand: Errand) -> int:
    """Prints the full text of a paper, page by page where a person reads; the abstract where there is no more."""
    asked = errand.asked
    id_ = paper_id(asked.id)
    try:
        text = asyncio.run(errand.desk.papers.text(id_, offline=asked.offline))
    except PaperNotFoundError as problem:
        paper = asyncio.run(errand.desk.papers.find(id_, offline=asked.offline))
        say(f"{problem} This is its abstract; “papertui open --pdf {id_}” opens the PDF.")
        if asked.json or asked.jsonl:
            write_records([_text_record(id_, FullText(Document(paper.title, (Part("text", paper.abstract),)), ""))],
                          lines=asked.jsonl)  # fmt: skip
        else:
            write(paper_details(paper, errand.look, None))
        return 0
    if asked.json or asked.jsonl:
        write_records([_text_record(id_, text)], lines=asked.jsonl)
    else:
        page("".join(document_lines(text.document, errand.look)), errand.environ)
    if errand.desk.papers.stored(id_) is not None:
        errand.desk.marks.mark([id_], read=True)
    return 0


def _text_record(id_: str, text: FullText) -> dict[str, Any]:
    parts = [part._asdict() for part in text.document.parts]
    return {"id": id_, "title": text.document.title, "origin": text.origin or None, "parts": parts}


def open_paper(errand: Errand) -> int:
    """Opens a paper, or its PDF, in the browser and marks it read. Needs no network of its own."""
    id_ = paper_id(errand.asked.id)
    paper = errand.desk.papers.stored(id_)
    known = None if paper is None else (paper.pdf if errand.asked.pdf else paper.url)
    url = address(id_, known, pdf=errand.asked.pdf)
    if not errand.desk.papers.open_page(url):
        raise UsageError(f"No browser could be started; set BROWSER to the one you use. The address is {url}")
    say(f"Opened {url}")
    if paper is not None:
        errand.desk.marks.mark([id_], read=True)
    return 0
