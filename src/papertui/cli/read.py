"""``list``, ``search``, ``show``, ``read`` and ``open``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from papertui.cli.field_lines import HELP as FIELD_HELP
from papertui.cli.listing import (
    HELP,
    add_listing_options,
    add_modes,
    add_similar,
    answer_query,
    arranged_hits,
    arranged_papers,
    explain_meaning,
    explain_spelling,
    is_arranged,
    named_filters,
    with_rules,
)
from papertui.cli.output import as_json, page, print_message, write, write_records
from papertui.cli.paper_text import document_lines, paper_details
from papertui.cli.parser import Commands, Parser, add_id, add_json, add_offline
from papertui.errors import PaperNotFoundError, UsageError
from papertui.model.bookmark import Bookmark
from papertui.model.document import TextKind, public_authors, public_parts
from papertui.model.feed import Feed, FeedName, month_name, parse_day, parse_month, parse_week, week_name
from papertui.model.filters import ListFilter, PaperFilter
from papertui.model.format import age, plural
from papertui.model.merge import with_saved_facts
from papertui.model.paper import address, page_address, paper_id
from papertui.model.record import with_rule
from papertui.sources.source import FullText

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.model.community import StoredCommunity
    from papertui.services.search import SearchHit, SearchResponse, SearchSession

#: Papers to sort and filter with --like: every paper is similar to a degree.
_MOST_SIMILAR = 100


def add_commands(commands: Commands) -> None:
    _add_list(commands)
    _add_search(commands)
    show = commands.add(
        "show",
        "print one paper",
        """\
papertui show 2604.26951
  papertui show https://huggingface.co/papers/2604.26951 --json
  papertui show 2604.26951 --comments --repos

--comments and --repos ask Hugging Face at most once an hour, and otherwise print what is stored; so does --offline. If
nothing is stored then, the exit code is 3. In JSON they add "discussion" (url, fetched, and comments in order, replies
with their depth), and "models", "datasets" and "spaces" (most used first), with their numbers in "totals".""",
        show_paper,
    )
    _add_one_paper(show)
    show.add_argument("--comments", action="store_true", help="also print the comments on Hugging Face")
    show.add_argument("--repos", action="store_true", help="also print models, datasets and Spaces that cite the paper")
    read = commands.add(
        "read",
        "read a paper's full text",
        """\
papertui read 2604.26951
  papertui read 2604.26951 | less
  papertui read 2604.26951 --json | jq -r '.[].parts[].text'

  papertui read 2604.26951 --source pdf

The text comes from arXiv's HTML, else from Hugging Face's Markdown of it, else (with papertui[pdf]) from the PDF, else
it is the abstract; stderr says which. --source asks for one of them. Once read, it is available offline.""",
        read_paper,
    )
    _add_one_paper(read)
    read.add_argument("--source", choices=get_args(TextKind), help="read this one, whatever is better or stored")
    opened = commands.add(
        "open",
        "open a paper in the browser",
        """\
papertui open 2604.26951
  papertui open 2604.26951 --pdf
  BROWSER=firefox papertui open hep-th/9711200""",
        open_paper,
    )
    add_id(opened)
    opened.add_argument("--pdf", action="store_true", help="open the PDF instead of the page")


def _add_list(commands: Commands) -> None:
    parser = commands.add(
        "list",
        "print a feed",
        f"""\
papertui list
  papertui list daily --limit 10
  papertui list --date 2026-04-30 --json | jq -r '.[].title'
  papertui list hf-search:"diffusion language models"
  papertui list arxiv:cs.CL
  papertui list https://journal.example/feed.xml
  papertui list library --offline
  papertui list weekly --sort stars --filter code --filter unread --limit 10

{HELP}

The keys s and f of the app use the same orders and filters. --limit applies last.
{FIELD_HELP}""",
        list_feed,
    )
    parser.add_argument("feed", nargs="?", metavar="FEED", help="the feed (default: trending); see “papertui --help”")
    periods = parser.add_mutually_exclusive_group()
    periods.add_argument("--date", metavar="DAY", help="daily papers of a day, for example 2026-04-30")
    periods.add_argument("--week", metavar="WEEK", help="papers of a week, for example 2026-W18")
    periods.add_argument("--month", metavar="MONTH", help="papers of a month, for example 2026-04")
    parser.add_argument("--replaced", action="store_true", help="list only new versions of papers (arXiv categories)")
    add_listing_options(parser)
    add_offline(parser)
    add_json(parser, lines=True)


def _add_search(commands: Commands) -> None:
    parser = commands.add(
        "search",
        "search everything stored, best match first",
        """\
papertui search difusion langauge
  papertui search "sparse attention" --in library --json
  papertui search "author:chen since:2026-03 -survey state space"
  papertui search --like 2604.26951
  papertui search "world models" --online
  papertui search "world models" --sort newest --filter unread
  papertui search godel --similar
  papertui search "make a chatbot answer quicker by guessing ahead" --meaning
  printf 'one query\\nanother\\n' | papertui search --stdin

Search one field: title: author: abstract: keyword: org: note: id:
Filters: cat:cs.CL tag:todo state:to-read|reading|read rating:4 is:new|unread|read|bookmarked
  has:code|note|tag|rating|abstract|doi|project|tldr votes:>20 stars:>100 comments:>5 since:2026-03 (or 7d)
  until:2026-03-15 year:2017 source:arxiv
"words in quotes" match in this order; -word, -author:NAME and -cat:NAME exclude; like:ID finds similar papers.
Papers that have the words as typed are printed. Those that match only by another spelling are printed if there are no
others, or with --similar, at the end. If the words hardly fit any paper, those nearest to their meaning are printed.
--sort takes all matches, not only the best, and --limit the first of them; “papertui list --help” explains orders and
filters.""",
        search,
    )
    parser.add_argument("query", nargs="*", metavar="QUERY", help="words in any order; prefixes and typos match too")
    parser.add_argument(
        "--in", dest="scope", choices=("library", "archive"), help="search only the library or the archive"
    )
    add_listing_options(parser, limit=20)
    add_similar(parser)
    add_modes(parser)
    parser.add_argument("--like", metavar="ID", help="find papers similar to this one")
    parser.add_argument("--online", action="store_true", help="ask the services too, and store the results")
    parser.add_argument(
        "--stdin", action="store_true", help="read one query per line; answer each with one line of JSON"
    )
    add_json(parser, lines=True)


def _add_one_paper(parser: Parser) -> None:
    add_id(parser)
    add_offline(parser)
    add_json(parser)


def list_feed(context: Context) -> int:
    """Print a feed to stdout, its age and notices to stderr."""
    args = context.args
    feed = asyncio.run(context.services.feeds.serve(_feed_name(context), offline=args.offline, limit=args.limit))
    for notice in feed.notices:
        print_message(notice)
    feed = with_rules(context, feed)
    filters = (*named_filters(context), *((ListFilter.REPLACED,) if args.replaced else ()))
    alerts = context.services.alerts.reasons(paper.id for paper in feed.papers) if feed.name.kind == "alerts" else {}
    context.print_papers(arranged_papers(context, feed, PaperFilter(filters)), muted=feed.muted, alerts=alerts)
    if feed.name.kind == "alerts" and not feed.papers:
        print_message("No alerts yet. “papertui follow” adds what to be alerted to; see “papertui follow --help”.")
    if feed.papers and not filters and feed.size == 0 and feed.muted:
        print_message(f"All {plural(len(feed.muted), 'paper')} of this feed are muted; --filter muted lists them.")
    return 0


def _feed_name(context: Context) -> FeedName:
    args, named = context.args, context.services.follows.named
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
    args = context.args
    query = " ".join(args.query)
    if args.stdin and (args.query or args.like):
        raise UsageError("--stdin reads the queries from stdin; leave out the query on the command line.")
    if args.like and args.mode != "auto":
        raise UsageError(f"--{args.mode} needs a query; leave it out with --like.")
    if args.like and args.query:
        raise UsageError("--like cannot be combined with a query; leave out one of the two.")
    if args.stdin:
        return _answer_stdin(context)
    if args.like:
        return _print_similar(context)
    if not args.query:
        raise UsageError("“papertui search” needs a QUERY, --like or --stdin.")
    context.services.search.check(query)
    if args.online:
        _fetch(context, query)
    answer = answer_query(context, context.open_search(args.scope), query)
    hits = arranged_hits(context, answer)
    if not answer.results.matches:
        hint = "" if args.online else " --online also asks the services."
        print_message(f"No stored paper matches “{query}”.{hint}")
    explain_meaning(context, query, answer.results)
    explain_spelling(context, query, answer.results, len(hits))
    _print_hits(context, hits, answer)
    return 0


def _print_similar(context: Context) -> int:
    """Print the papers most similar to one, which is fetched when it is not stored."""
    args = context.args
    paper = asyncio.run(context.services.papers.find(paper_id(args.like)))
    limit = max(args.limit, _MOST_SIMILAR) if is_arranged(context) else args.limit
    answer = context.open_search(args.scope).like(paper, limit)
    if not answer.results.matches:
        print_message(f"No stored paper is similar to {paper.id}.")
    _print_hits(context, arranged_hits(context, answer), answer)
    return 0


def _print_hits(context: Context, hits: Sequence[SearchHit], answer: SearchResponse) -> None:
    muted = with_rules(context, Feed(FeedName("archive"), [hit.paper for hit in hits])).muted
    if context.args.json or context.args.jsonl:
        bookmarks = context.bookmarks()
        records = (with_rule(_hit_record(context, hit, bookmarks, answer), muted.get(hit.paper.id)) for hit in hits)
        write_records(records, lines=context.args.jsonl)
        return
    if context.args.lines:
        context.print_papers(hit.paper for hit in hits)
        return
    typed = [hit.paper for hit in hits if not hit.match.similar]
    context.print_papers(typed, muted=muted)
    if typed and len(typed) < len(hits):
        write("\nsimilar spelling:\n\n")
    context.print_papers((hit.paper for hit in hits if hit.match.similar), muted=muted)


def _answer_stdin(context: Context) -> int:
    session: SearchSession | None = None
    bookmarks = context.bookmarks()
    code = 0
    for line in sys.stdin or ():
        query = line.strip()
        try:
            context.services.search.check(query)
            if context.args.online:
                _fetch(context, query)
                session = None  # new papers may be stored now
            session = session or context.open_search(context.args.scope)
            answer = answer_query(context, session, query)
            hits = arranged_hits(context, answer)
        except UsageError as error:
            record: dict[str, Any] = {"query": query, "results": [], "error": str(error)}
            code = error.exit_code
        else:
            record = {"query": query, "results": [_hit_record(context, hit, bookmarks, answer) for hit in hits]}
        write(as_json(record) + "\n", now=True)
    return code


def _fetch(context: Context, query: str) -> None:
    for notice in asyncio.run(context.services.search.fetch(query, context.args.limit)):
        print_message(notice)


def _hit_record(
    context: Context, hit: SearchHit, bookmarks: Mapping[str, Bookmark], answer: SearchResponse
) -> dict[str, Any]:
    return {**context.record(hit.paper, bookmarks), **answer.record(hit)}


def show_paper(context: Context) -> int:
    """Print one paper; fetch it when it is not stored."""
    from papertui.cli.community_text import Wanted, community_lines, community_record  # noqa: PLC0415 - only for this

    args = context.args
    paper = asyncio.run(context.services.papers.find(paper_id(args.id), offline=args.offline))
    stored: StoredCommunity | None = None
    if args.comments or args.repos:
        stored, why = asyncio.run(context.services.community.serve(paper.id, offline=args.offline))
        if why:
            span = context.services.feeds.now() - stored.fetched_at
            print_message(f"{why} Showing the comments and repositories stored {age(span)}.")
    bookmarks = context.bookmarks()
    bookmark = bookmarks.get(paper.id)
    wanted = Wanted(comments=args.comments, repos=args.repos)
    if args.json or args.jsonl:
        more = community_record(paper, stored, wanted)
        write_records([{**context.record(paper, bookmarks), **more}], lines=args.jsonl)
    else:
        news = context.versions.of(paper)
        write(paper_details(with_saved_facts(paper, bookmark), context.style, bookmark, news))
        write(community_lines(paper, stored, wanted, context.style))
    return 0


def read_paper(context: Context) -> int:
    """Print the full text of a paper, through a pager on a terminal; else its abstract."""
    args = context.args
    id_ = paper_id(args.id)
    if args.source == "abstract":
        return _print_abstract(context, id_)
    try:
        text = asyncio.run(context.services.papers.text(id_, offline=args.offline, kind=args.source))
    except PaperNotFoundError as error:
        if args.source is not None:
            raise
        code = _print_abstract(context, id_)
        print_message(f"{error} This is the abstract; “papertui open --pdf {id_}” opens the PDF.")
        return code
    from papertui.services.papers import made_from  # noqa: PLC0415 - help needs no services

    print_message(made_from(text))
    _print_news(context, id_)
    if args.json or args.jsonl:
        write_records([_text_record(id_, text)], lines=args.jsonl)
    else:
        page("".join(document_lines(text.document, context.style)), context.environ)
    if context.services.papers.stored(id_) is not None:
        context.services.read_state.mark_opened([id_])
    return 0


def _print_news(context: Context, id_: str) -> None:
    """Print that a version is new, which the reader sees now, or that the paper is withdrawn."""
    versions = context.services.versions
    for one in (*versions.marks([id_]).news.get(id_, ()), *versions.withdrawals([id_])):
        hint = f" “papertui diff {id_}” prints what changed." if one.kind == "new-version" else ""
        print_message(f"{one.sentence}{hint}")
    versions.see(id_)


def _print_abstract(context: Context, id_: str) -> int:
    from papertui.services.papers import abstract_text  # noqa: PLC0415 - help needs no services

    paper = asyncio.run(context.services.papers.find(id_, offline=context.args.offline))
    if context.args.json or context.args.jsonl:
        write_records([_text_record(id_, abstract_text(paper))], lines=context.args.jsonl)
    else:
        write(paper_details(paper, context.style, None))
    if context.args.source is not None:
        print_message(f"This is the abstract of {id_}.")
    return 0


def _text_record(id_: str, text: FullText) -> dict[str, Any]:
    document = text.document
    return {
        "id": id_,
        "title": document.title,
        "origin": text.origin or None,
        "source": document.source or None,
        "version": document.version or None,
        "authors": public_authors(document),
        "parts": public_parts(document),
    }


def open_paper(context: Context) -> int:
    """Open a paper or its PDF in the browser and mark it read. Makes no request itself."""
    id_ = paper_id(context.args.id)
    paper = context.services.papers.stored(id_)
    if paper is None or context.args.pdf:
        url = address(id_, paper and paper.pdf, pdf=context.args.pdf)
    else:
        url = page_address(paper)
    if not context.services.papers.open_page(url):
        raise UsageError(f"No browser could be started. Set BROWSER, or open {url}")
    print_message(f"Opened {url}")
    if paper is not None:
        context.services.read_state.mark_opened([id_])
    return 0
