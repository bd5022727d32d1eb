"""Measure how long a change of the library takes until it is durable, relative to plain TinyDB; cost of abstracts.

    python benchmarks/library.py [--sizes 1000 10000] [--rounds 15] [--short]

Each round toggles one bookmark in a library of a given size: added, and removed again. `papertui` is the library of the
screen, which has the file open, as `LibraryService.toggle` uses it; `cold` is one that was never opened, as in each
command;
`TinyDB` is plain TinyDB with the same facts, with the abstracts in its rows as they must be there, flushed to the disk
with fsync. The figures are medians of alternating rounds, in milliseconds; the time that is not “at work” is spent
waiting for the disk, and for other programs on a busy machine. Then memory and the time of opening are measured for
libraries that differ only in the length of their abstracts.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tinydb import TinyDB, where

from papertui.library.bookmarks import Library
from papertui.library.rows import row_of
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.model.record import paper_record
from papertui.services.library import LibraryService

AT = datetime(2026, 4, 30, tzinfo=UTC)
WORDS = "We show that sparse attention over long documents needs neither heads nor tears, and measure it. "
LOOK = """
import sys, time
from pathlib import Path
from papertui.library.bookmarks import Library
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
base = peak()
began = time.perf_counter()
home = Path(sys.argv[1])
marks = Library(home / "bookmarks.json", home / "backups").all()
took = time.perf_counter() - began
print(len(marks), took * 1000, peak() - base)
"""


def paper(number: int, length: int) -> Paper:
    return Paper(
        id=f"{2000 + number // 90000:04}.{number % 90000:05}",
        title=f"Paper {number}: sparse attention over long documents",
        abstract=(WORDS * (1 + length // len(WORDS)))[:length],
        authors=("Ada Lovelace", "Émile Borel", "Ye Tian", "Li Yuan"),
        published=AT - timedelta(hours=number),
        featured=AT.date(),
        upvotes=number % 300,
        comments=number % 7,
        keywords=("sparse attention", "long documents", "language models"),
        tldr="Sparse attention over long documents needs no tears.",
        categories=("cs.CL", "cs.LG"),
        sources=("huggingface", "arxiv"),
        url=f"https://huggingface.co/papers/{number}",
    )


def library(home: Path, size: int, length: int) -> Library:
    marks = Library(home / "bookmarks.json", home / "backups")
    marks.add([paper(number, length) for number in range(size)], AT)
    return marks


def stock(home: Path, size: int, length: int) -> TinyDB:
    database = TinyDB(home / "stock.json")
    rows = [_row(paper(number, length)) for number in range(size)]
    database.table("bookmarks").insert_multiple(rows)
    return database


def _row(one: Paper) -> dict[str, object]:
    return {**row_of(Bookmark(one, AT)), "abstract": paper_record(one)["abstract"]}


_SHORT = (1000, 5000)
#: The minimum speed of a change relative to TinyDB, by the size of the library.
_GOAL = 2.0


class Took(NamedTuple):
    """A duration in milliseconds: by the clock, and the part this process was at work."""

    clock: float
    work: float


def timed(work: Callable[[], object]) -> Took:
    began, worked = time.perf_counter(), time.process_time()
    work()
    return Took((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000)


def middle(each: list[Took]) -> Took:
    return Took(*(statistics.median(values) for values in zip(*each, strict=True)))


def toggles(home: Path, size: int, rounds: int) -> dict[str, Took]:
    marks = library(home, size, 1300)
    marks.all()
    keeper = LibraryService(marks, lambda: datetime.now(UTC))
    table = stock(home, size, 1300).table("bookmarks")
    fresh = paper(size + 1, 1300)
    took: dict[str, list[Took]] = {"papertui": [], "cold": [], "TinyDB": []}

    def cold() -> object:
        opened = Library(home / "bookmarks.json", home / "backups")
        return LibraryService(opened, lambda: datetime.now(UTC)).toggle(fresh)

    for _ in range(rounds):
        for _ in range(2):
            took["papertui"].append(timed(lambda: keeper.toggle(fresh)))
        marks.all()
        for _ in range(2):
            took["cold"].append(timed(cold))
        took["TinyDB"].append(timed(lambda: table.insert(_row(fresh))))
        took["TinyDB"].append(timed(lambda: table.remove(where("id") == fresh.id)))
        marks.all()
    return {name: middle(each) for name, each in took.items()}


def first_looks(home: Path, size: int) -> None:
    for length in (0, 1300, 13000):
        folder = home / f"long-{length}"
        library(folder, size, length)
        looks = [subprocess.run([sys.executable, "-c", LOOK, folder], capture_output=True, text=True, check=True).stdout
                 for _ in range(5)]  # fmt: skip
        took = min(float(look.split()[1]) for look in looks)
        grew = min(float(look.split()[2]) for look in looks)
        print(f"first look at {size} bookmarks, abstracts of {length:>5} letters: {took:6.1f} ms, {grew:5.1f} MiB")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 1000, 10000])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--short", action="store_true", help="a few rounds at 1,000 and 5,000, with a pass or fail result"
    )
    asked = parser.parse_args()
    slow = []
    for size in _SHORT if asked.short else asked.sizes:
        with tempfile.TemporaryDirectory() as home:
            took = toggles(Path(home), size, 5 if asked.short else asked.rounds)
            ratio = took["TinyDB"].clock / took["papertui"].clock
            times = "   ".join(f"{name} {each.clock:7.2f} ms ({each.work:.2f} at work)" for name, each in took.items())
            print(f"toggle at {size:>6} bookmarks: {times}   ({ratio:.1f} times as fast as TinyDB)", flush=True)
            slow += [size] if ratio < _GOAL else []
    if asked.short:
        for size in slow:
            print(f"less than {_GOAL:g} times as fast as TinyDB at {size}", file=sys.stderr)
        return 1 if slow else 0
    with tempfile.TemporaryDirectory() as home:
        first_looks(Path(home), max(asked.sizes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
