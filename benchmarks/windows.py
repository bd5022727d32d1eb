"""Measure how soon one window shows a change made in another, with libraries of several sizes.

    python benchmarks/windows.py [--stars 20] [--short]

Two programs run on the same home, each in its terminal. A key in the first one adds or removes a bookmark. The figures
are the seconds until its Library tab shows the new number, when the change is durable, and until the tab of the second
one does. ``--short`` changes a few bookmarks and exits with code 1 if the second window takes longer than a second.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from corpus import filled_home
from terminal import Terminal, compiled

from papertui.library.bookmarks import Library
from papertui.model.paper import Paper

_SIZES = (10, 1_000, 10_000)
_GOAL = 1.0


def _kept(home: Path, size: int) -> None:
    """Create a library of `size` papers with abstracts."""
    papers = [
        Paper(f"2501.{number:05}", f"Kept paper number {number}", abstract="We study many things. " * 40,
              authors=("Ada Lovelace", "Émile Borel"), url=f"https://arxiv.org/abs/2501.{number:05}")
        for number in range(size)
    ]  # fmt: skip
    Library(home / "bookmarks.json", home / "backups").add(papers, datetime(2026, 4, 1, tzinfo=UTC))


def _until(terminal: Terminal, needle: bytes, begun: float) -> float:
    terminal.until(needle)
    return time.perf_counter() - begun


def measure(size: int, stars: int) -> tuple[list[float], list[float]]:
    """Return the seconds until the first window shows each change, and until the second one does."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        env = {**os.environ, **filled_home(home, 100)}
        _kept(home, size)
        app = [sys.executable, "-m", "papertui", "--feed", "archive", "--offline"]
        first, second = Terminal(app, env), Terminal(app, env)
        here, there = [], []
        try:
            for window in (first, second):
                window.until(f"Library {size:,}".encode())
                window.rest(1.0)
            number = size
            for turn in range(stars):
                number += 1 if turn % 2 == 0 else -1
                needle = f"Library {number:,}".encode()
                for window in (first, second):
                    window.forget()
                begun = time.perf_counter()
                first.press(b"b")
                here.append(_until(first, needle, begun))
                there.append(_until(second, needle, begun))
        finally:
            first.end()
            second.end()
        return here, there


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stars", type=int, default=20)
    parser.add_argument("--short", action="store_true", help="a few bookmarks, with a pass or fail result")
    choice = parser.parse_args()
    compiled()
    late = 0.0
    for size in _SIZES[:2] if choice.short else _SIZES:
        here, there = measure(size, 6 if choice.short else choice.stars)
        late = max(late, statistics.median(there))
        print(
            f"{size:>6,} bookmarks   this window: median {statistics.median(here):.3f} s, most {max(here):.3f} s   "
            f"the other: median {statistics.median(there):.3f} s, most {max(there):.3f} s"
        )
    return 1 if choice.short and late > _GOAL else 0


if __name__ == "__main__":
    sys.exit(main())
