"""Commands that keep: ``bookmark add``, ``bookmark remove``, ``bookmark list``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable

from papertui.cli.errand import Errand
from papertui.core.feed import FeedName
from papertui.core.paper import paper_id
from papertui.errors import SourceError, UsageError
from papertui.printing.streams import say, write


def add(errand: Errand) -> int:
    """Keeps papers; prints each id when it is durably kept, whether it was before or not."""

    def keep(ids: Iterable[str]) -> tuple[list[str], int]:
        found, code = [], 0
        for id_ in ids:
            try:
                find = errand.desk.papers.find(id_, offline=errand.asked.offline)
                found.append(asyncio.run(find))
            except SourceError as problem:
                say(str(problem))
                code = problem.exit_code
        errand.desk.library.keep(found)
        return [paper.id for paper in found], code

    return _change(errand, keep)


def remove(errand: Errand) -> int:
    """Releases papers; prints each id when it is durably released, whether it was kept or not."""

    def release(ids: Iterable[str]) -> tuple[list[str], int]:
        asked = list(ids)
        errand.desk.library.release(asked)
        return asked, 0

    return _change(errand, release)


def list_kept(errand: Errand) -> int:
    """Prints the library, the newest bookmark first."""
    feed = asyncio.run(errand.desk.feeds.serve(FeedName("library")))
    errand.print_papers(feed.papers[: errand.asked.limit])
    return 0


def _change(errand: Errand, change: Callable[[Iterable[str]], tuple[list[str], int]]) -> int:
    """Changes the library: all ids of the command line at once, or each id from stdin as it comes."""
    asked = errand.asked
    if asked.stdin == bool(asked.ids):
        raise UsageError(
            "With --stdin the ids are read from there; leave out those on the command line."
            if asked.stdin
            else f"Which papers? Write their ids behind “{asked.parser.prog}”, or give --stdin."
        )
    if not asked.stdin:
        ids = dict.fromkeys(paper_id(text) for text in asked.ids)
        done, code = change(ids)
        write("".join(f"{id_}\n" for id_ in done), now=True)
        return code
    worst = 0
    for number, line in enumerate(sys.stdin or (), start=1):
        if not line.strip():
            continue
        try:
            id_ = paper_id(line)
        except UsageError as problem:
            say(f"Line {number}: {problem}")
            worst = max(worst, problem.exit_code)
            continue
        done, code = change([id_])
        write("".join(f"{id_}\n" for id_ in done), now=True)
        worst = max(worst, code)
    return worst
