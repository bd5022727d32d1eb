"""``bookmark add``, ``bookmark remove`` and ``bookmark list``; helpers for the other bookmark commands."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence

from papertui.cli.errand import Context
from papertui.cli.listing import named_filters, papers
from papertui.cli.output import say, write
from papertui.errors import SourceError, UsageError
from papertui.model.bookmark import RATINGS, STATES, State, tags_of
from papertui.model.feed import Feed, FeedName
from papertui.model.filters import PaperFilter
from papertui.model.paper import Paper, paper_id
from papertui.services.library import LibraryService

#: Changes the bookmarks with some ids; returns the changed ids and the exit code.
Change = Callable[[LibraryService, Sequence[str]], tuple[Sequence[str], int]]


def add(context: Context) -> int:
    """Bookmark papers; print each id when its change is durable, also when nothing changed."""

    def keep(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        found, code = [], 0
        for id_ in ids:
            try:
                find = context.services.papers.find(id_, offline=context.asked.offline)
                found.append(asyncio.run(find))
            except SourceError as problem:
                say(str(problem))
                code = problem.exit_code
        library.keep(found)
        return [paper.id for paper in found], code

    return change_each(context, context.asked.ids, keep)


def remove(context: Context) -> int:
    """Remove bookmarks; print each id when its change is durable, also when nothing changed."""

    def release(library: LibraryService, ids: Sequence[str]) -> tuple[Sequence[str], int]:
        library.release(ids)
        return ids, 0

    return change_each(context, context.asked.ids, release)


def list_kept(context: Context) -> int:
    """Print bookmarks, the newest first; with a query, the best match first."""
    args = context.asked
    wanted = PaperFilter(
        named_filters(context),
        tags_of(args.tags or ()),
        None if args.state is None else state_of(args.state),
        None if args.rating is None else rating_of(args.rating),
    )
    library = FeedName("library")
    if args.query is not None or args.collection is not None:
        feed = Feed(library, _found(context))
    else:
        feed = asyncio.run(context.services.feeds.serve(library))
    context.print_papers(papers(context, feed, wanted))
    return 0


def _found(context: Context) -> Sequence[Paper]:
    args = context.asked
    query = args.query
    if query is None:
        saved = context.services.library.collections()
        query = saved.get(args.collection)
        if query is None:
            hint = f"Choose {', '.join(saved)}." if saved else "“papertui bookmark collections --save” saves one."
            raise UsageError(f"There is no collection “{args.collection}”. {hint}")
    answer = context.services.search.open("library", context.progress("Indexing")).answer(query, None, fields=False)
    for sentence in answer.results.problems:
        say(sentence)
    return [paper for paper in answer.papers if paper.id]


def change_each(context: Context, texts: Sequence[str], change: Change) -> int:
    """Change the library as one undo step: all of `texts` at once, or each id from stdin as it arrives.

    Prints each id when its change is durable; returns the exit code.

    Raises:
        UsageError: no ids were given, or one of them is invalid.
    """
    args = context.asked
    if args.stdin == bool(texts):
        raise UsageError(
            "--stdin reads the ids from stdin; leave out the ids on the command line."
            if args.stdin
            else f"“{args.parser.prog}” needs at least one ID, or --stdin."
        )
    if not args.stdin:
        done, code = change(context.services.library, list(dict.fromkeys(paper_id(text) for text in texts)))
        write("".join(f"{id_}\n" for id_ in done), now=True)
        return code
    library = context.services.library.as_one_step()
    worst = 0
    for number, line in enumerate(sys.stdin or (), start=1):
        if not line.strip():
            continue
        try:
            done, code = change(library, [paper_id(line)])
        except (UsageError, SourceError) as problem:
            say(f"Line {number}: {problem}")
            worst = max(worst, problem.exit_code)
            continue
        write("".join(f"{id_}\n" for id_ in done), now=True)
        worst = max(worst, code)
    return worst


def state_of(text: str) -> State:
    """Parse a reading state.

    Raises:
        UsageError: there is no such state.
    """
    for state in STATES:
        if text.strip().lower().replace("-", " ") == state:
            return state
    raise UsageError(f"There is no state “{text[:40]}”. Choose to-read, reading or read.")


def rating_of(text: str) -> int:
    """Parse a rating, 0 for ``none``.

    Raises:
        UsageError: there is no such rating.
    """
    if text.strip().lower() == "none":
        return 0
    if text.strip() in {str(rating) for rating in RATINGS}:
        return int(text)
    raise UsageError(f"There is no rating “{text[:40]}”. Choose a number from 1 to 5, or none.")
