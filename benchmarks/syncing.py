"""Measure the time of a sync, and the share of git, for libraries of several sizes.

    python benchmarks/syncing.py --sizes 100 1000 10000

Everything is on the local disk; a network adds two or three round trips to the remote. For comparison, each figure is
followed by the time of git's ordinary commands (add, commit, push) in a work tree with the same files.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.merge import BookmarkState, FieldEdit
from papertui.model.paper import Paper
from papertui.model.remote import remote_of
from papertui.sync.exchange import Syncer
from papertui.sync.git import Git, GitResult
from papertui.sync.repository import path_of, text_of

AT = datetime(2026, 4, 30, tzinfo=UTC)
BARE = {"PATH": os.environ["PATH"], "HOME": "", "GIT_CONFIG_NOSYSTEM": "1"}
NAMED = BARE | {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class CountingGit(Git):
    """A git that sums the time of its commands."""

    calls, seconds = 0, 0.0

    def run(self, *argv: str, **more: Any) -> GitResult:  # noqa: ANN401 - whatever `Git.run` takes
        """See `Git.run`."""
        begin = time.perf_counter()
        try:
            return super().run(*argv, **more)
        finally:
            CountingGit.calls += 1
            CountingGit.seconds += time.perf_counter() - begin


def paper(number: int) -> Paper:
    return Paper(f"26{number // 100000:02}.{number % 100000:05}", f"Paper {number}", abstract="We show things. " * 90)


def machine(home: Path) -> tuple[Library, Syncer]:
    library = Library(home / "bookmarks.json", home / "backups")
    exchange = Syncer(library, home / "bookmarks.json", home / "sync", BARE, lambda: datetime.now(UTC), git=CountingGit)
    return library, exchange


def measured(what: str, work: Callable[[], object]) -> None:
    CountingGit.calls, CountingGit.seconds = 0, 0.0
    begin = time.perf_counter()
    work()
    spent = time.perf_counter() - begin
    git = (
        f", of which {CountingGit.calls} calls of git {CountingGit.seconds * 1000:,.0f} ms" if CountingGit.calls else ""
    )
    print(f"  {what:<52}{spent * 1000:>9,.0f} ms{git}")


def noted(library: Library, id_: str) -> None:
    def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
        return {id_: kept[id_]._replace(note=f"Read at {time.time()}")}

    library.change(work, "note", datetime.now(UTC))


def with_a_work_tree(folder: Path, size: int) -> None:
    """Do the same with git's ordinary commands."""

    def git(*argv: str) -> None:
        subprocess.run(["git", *argv], cwd=folder / "tree", env=NAMED, check=True, capture_output=True)

    (folder / "tree" / "bookmarks").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", "--bare", folder / "plain.git"], env=NAMED, check=True)
    git("init", "--quiet", "--initial-branch=papertui")
    git("remote", "add", "origin", str(folder / "plain.git"))
    for number in range(size):
        mark = Bookmark(paper(number), AT)
        (folder / "tree" / path_of(mark.paper.id)).write_bytes(text_of(BookmarkState(mark, FieldEdit())))

    def whole() -> None:
        git("add", ".")
        git("commit", "--quiet", "-m", "Everything")
        git("push", "--quiet", "origin", "papertui")

    def one() -> None:
        (folder / "tree" / path_of(paper(3).id)).write_bytes(b"{}\n")
        whole()

    measured("git add, commit, push of the same files", whole)
    measured("git add, commit, push of one of them", one)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    for size in parser.parse_args().sizes:
        print(f"{size:,} bookmarks, Python {sys.version.split()[0]}")
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            remote = remote_of(str(folder / "papers.git"))
            library, exchange = machine(folder / "one")
            other, there = machine(folder / "two")
            exchange.prepare(remote)
            library.add([paper(number) for number in range(size)], AT)
            measured("first sync of a machine", lambda: exchange.sync(remote))  # noqa: B023 - called at once
            measured("first sync of another, which gets them all", lambda: there.sync(remote))  # noqa: B023
            measured("nothing to do", lambda: exchange.sync(remote))  # noqa: B023
            noted(library, paper(3).id)
            measured("one note to send", lambda: exchange.sync(remote))  # noqa: B023
            noted(other, paper(4).id)
            measured("one note to send and one to get: a merge", lambda: there.sync(remote))  # noqa: B023
            measured("one note to get", lambda: exchange.sync(remote))  # noqa: B023
            with_a_work_tree(folder, size)


if __name__ == "__main__":
    main()
