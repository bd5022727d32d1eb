"""``pick``: a query in, the ids of the chosen papers out, for scripts. Asks no service."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from papertui.cli.field_lines import field_line
from papertui.cli.listing import (
    add_listing_options,
    add_modes,
    add_similar,
    answer_query,
    arranged_hits,
    arranged_papers,
    named_filters,
)
from papertui.cli.output import print_message, write
from papertui.cli.parser import Commands
from papertui.errors import UsageError
from papertui.model.filters import PaperFilter
from papertui.model.paper import Paper

if TYPE_CHECKING:
    from papertui.cli.context import Context
    from papertui.services.search import SearchSession

#: The exit code if nothing was chosen: that of fzf, which is also that of an interrupted command.
NOTHING_CHOSEN = 130
#: What fzf returns if no line matched, or it was left.
_LEFT = frozenset({1, NOTHING_CHOSEN})


def add_commands(commands: Commands) -> None:
    parser = commands.add(
        "pick",
        "choose papers and print their ids, for scripts",
        """\
papertui pick sparse attention
  papertui open "$(papertui pick --in library)"
  papertui pick --from daily --fzf --multi | xargs papertui pdf
  echo "sparse attention" | papertui pick --stdin

It searches what is stored and asks no service. Papers have numbers; type one, or other words to search (after a / if
they are numbers). It asks on the terminal itself, so that stdout has only the ids, one per line. --fzf starts fzf
instead, with “papertui show” as its preview. If nothing is chosen, nothing is printed and the exit code is 130.""",
        pick,
    )
    parser.add_argument(
        "query", nargs="*", metavar="QUERY", help="as in “papertui search” (default: all stored papers)"
    )
    parser.add_argument("--stdin", action="store_true", help="read the query from stdin")
    places = parser.add_mutually_exclusive_group()
    places.add_argument("--in", dest="scope", choices=("library", "archive"), help="only the library or the archive")
    places.add_argument("--from", dest="feed", metavar="FEED", help="choose from a stored feed, without a query")
    parser.add_argument("--multi", action="store_true", help="choose several papers")
    parser.add_argument("--fzf", action="store_true", help="use fzf, which must be installed")
    add_listing_options(parser)
    add_similar(parser)
    add_modes(parser)


def pick(context: Context) -> int:
    """Let the user choose from papers, and print the ids of those that were chosen."""
    args = context.args
    if args.stdin and args.query:
        raise UsageError("--stdin reads the query from stdin; leave out the query on the command line.")
    query = " ".join((sys.stdin.read() if sys.stdin else "").split()) if args.stdin else " ".join(args.query)
    if query and args.feed:
        raise UsageError("--from chooses from a feed and takes no query. Leave out one of the two.")
    find = _finder(context)
    papers = find(query) if query else _listed(context)
    if not papers:
        print_message(f"No stored paper matches “{query}”." if query else "There are no papers to choose from.")
        return NOTHING_CHOSEN
    if args.fzf:
        ids = _with_fzf(context, papers, ranked=bool(query))
    else:
        from papertui.cli.numbered_list import NumberedList, user_terminal  # noqa: PLC0415 - not for fzf

        with user_terminal() as terminal:
            chosen = NumberedList(terminal, context.style, find, several=args.multi).choose(papers)
        ids = [paper.id for paper in chosen]
    write("".join(f"{id_}\n" for id_ in ids))
    return 0 if ids else NOTHING_CHOSEN


def _finder(context: Context) -> Callable[[str], Sequence[Paper]]:
    session: SearchSession | None = None

    def find(query: str) -> Sequence[Paper]:
        nonlocal session
        context.services.search.check(query)
        session = session or context.open_search(context.args.scope)
        return [hit.paper for hit in arranged_hits(context, answer_query(context, session, query))]

    return find


def _listed(context: Context) -> Sequence[Paper]:
    """The papers of a feed, as it is stored."""
    name = context.services.follows.named(context.args.feed or context.args.scope or "archive")
    feed = asyncio.run(context.services.feeds.serve(name, offline=True, limit=context.args.limit))
    papers = arranged_papers(context, feed, PaperFilter(named_filters(context)))
    return [paper for paper in papers if paper.id]  # the archive may be deleted meanwhile


def _with_fzf(context: Context, papers: Iterable[Paper], *, ranked: bool) -> list[str]:
    """The ids that are chosen in fzf.

    Raises:
        UsageError: fzf cannot be started, or fails.
    """
    bookmarks: Mapping[str, object] = context.annotations()
    show = [sys.executable, "-P", "-m", "papertui", "show"]
    quoted = subprocess.list2cmdline(show) if sys.platform == "win32" else shlex.join(show)
    command = [
        "fzf",
        "--delimiter=\t",
        "--with-nth=4..6",  # mark, title and authors
        "--tabstop=2",
        "--no-sort" if ranked else "--tiebreak=index",
        "--multi" if context.args.multi else "--no-multi",
        f"--preview={quoted} --offline {{1}}",  # fzf quotes the id
        "--preview-window=wrap",
    ]
    lines = "".join(field_line(paper, bookmarked=paper.id in bookmarks) for paper in papers)
    try:
        done = subprocess.run(  # noqa: S603 - fzf with the options above; papers are only in its input
            command,
            input=lines.encode("utf-8", "replace"),
            stdout=subprocess.PIPE,
            env=dict(context.environ),
            check=False,
        )
    except OSError as error:
        raise UsageError(
            f"fzf cannot be started: {error.strerror or error}. Install it (https://github.com/junegunn/fzf), or leave "
            "out --fzf."
        ) from error
    if done.returncode in _LEFT:
        return []
    if done.returncode:
        raise UsageError(f"fzf failed with exit code {done.returncode}. It needs a terminal.")
    return [line.partition("\t")[0] for line in done.stdout.decode("utf-8", "replace").splitlines()]
