"""Measure the time from a key to the next frame: scrolling 10,000 and 100,000 rows, and searching 2,000 papers.

    python benchmarks/scroll.py [--keys 300] [--short] [--json]
    python benchmarks/scroll.py --home FOLDER

Measured through a pseudo terminal, as a user perceives it: from a key to the first frame, which has the letter and its
matches while searching; the last frame has the paper beside the list as well. The two sizes, and a bare Textual list of
100,000 lines that does nothing but draw them, are measured alternately in one run: the ratios count, machines differ.
``--home`` searches a whole existing archive of any size: each letter until list and paper are painted.
``--short`` presses fewer keys and exits with code 1 if a ratio is far beyond its goal.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from corpus import filled_home
from terminal import Terminal, compiled

_SIZES = (10_000, 100_000)
_BURST = 25
_QUERIES = (b"diffusion models", b"langauge agent", b"reinforcment lerning")
_GOALS = {"100,000 beside 10,000, p50": 1.3, "100,000 rows beside a bare list, p50": 1.3,
          "100,000 rows beside a bare list, p95": 1.3, "a letter beside a bare list, p50": 1.5}  # fmt: skip
#: The goals that a short run checks: the slowest keys of a busy machine say nothing.
_CHECKED = tuple(name for name in _GOALS if name.endswith("p50"))
_BARE = """
from rich.segment import Segment
from textual.app import App
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
class Lines(ScrollView, can_focus=True):
    BINDINGS = [("j", "step(1)", ""), ("pagedown", "step(38)", "")]
    at = 0
    def on_mount(self):
        self.virtual_size = Size(120, 100_000)
    def action_step(self, by):
        self.at += by
        self.scroll_to(y=max(0, self.at - 37), animate=False, force=True)
        self.refresh()
    def render_line(self, y):
        line = y + self.scroll_offset.y
        sign = "\u258c" if line == self.at else " "
        return Strip([Segment(f"{sign} line {line} of a hundred thousand".ljust(self.size.width))])
class Bare(App):
    def compose(self):
        yield Lines()
Bare().run()
"""
_SLACK = 1.6
_APP = ("-m", "papertui", "--feed", "archive", "--offline")


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _open(home: dict[str, str], program: Sequence[str] = _APP) -> Terminal:
    terminal = Terminal([sys.executable, *program], {**os.environ, **home})
    terminal.until("▌".encode())
    terminal.rest(1.0)
    return terminal


def measure(keys: int) -> dict[str, float]:
    """Return all figures in milliseconds, and the ratio of the two sizes."""
    compiled()
    with tempfile.TemporaryDirectory() as folder:
        homes = {size: filled_home(Path(folder) / str(size), size) for size in (*_SIZES, 2_000)}
        open_ones = {size: _open(homes[size]) for size in _SIZES} | {0: _open(homes[2_000], ("-c", _BARE))}
        times: dict[int, list[float]] = {size: [] for size in open_ones}
        try:
            for start in range(0, keys, _BURST):
                for size, terminal in open_ones.items():
                    # An occasional jump: the middle of the feed must not be slower than its top.
                    step = b"\x1b[6~" if start // _BURST % 2 else b"j"
                    times[size] += [terminal.key(step) for _ in range(_BURST)]
        finally:
            for terminal in open_ones.values():
                terminal.end()
        searching = _open(homes[2_000])
        letters: list[float] = []
        first: list[float] = []
        try:
            searching.key(b"/")
            searching.rest(3.0)
            for times_of in (letters, first):
                time_of = searching.settled if times_of is letters else searching.key
                for query in _QUERIES:
                    times_of += [time_of(bytes([letter])) for letter in query]
                    searching.key(b"\x15")  # Ctrl+U clears the line
                    searching.rest(0.3)
        finally:
            searching.end()
    small, large, bare = times[_SIZES[0]], times[_SIZES[1]], times[0]
    return {
        "ms, key to paint of a bare list, p50": _percentile(bare, 0.5) * 1e3,
        "ms, key to paint of a bare list, p95": _percentile(bare, 0.95) * 1e3,
        "100,000 rows beside a bare list, p50": _percentile(large, 0.5) / _percentile(bare, 0.5),
        "100,000 rows beside a bare list, p95": _percentile(large, 0.95) / _percentile(bare, 0.95),
        "a letter beside a bare list, p50": _percentile(first, 0.5) / _percentile(bare, 0.5),
        "ms, key to paint at 10,000 rows, p50": _percentile(small, 0.5) * 1e3,
        "ms, key to paint at 10,000 rows, p95": _percentile(small, 0.95) * 1e3,
        "ms, key to paint at 100,000 rows, p50": _percentile(large, 0.5) * 1e3,
        "ms, key to paint at 100,000 rows, p95": _percentile(large, 0.95) * 1e3,
        "100,000 beside 10,000, p50": _percentile(large, 0.5) / _percentile(small, 0.5),
        "100,000 beside 10,000, p95": _percentile(large, 0.95) / _percentile(small, 0.95),
        "ms, letter to list over 2,000 papers, p50": _percentile(first, 0.5) * 1e3,
        "ms, letter to list over 2,000 papers, p95": _percentile(first, 0.95) * 1e3,
        "ms, letter to list and paper, p50": _percentile(letters, 0.5) * 1e3,
        "ms, letter to list and paper, p95": _percentile(letters, 0.95) * 1e3,
    }


def search_in(home: Path) -> dict[str, float]:
    """Return the milliseconds from a letter to the last frame it causes, over a whole archive."""
    compiled()
    terminal = _open({"PAPERTUI_HOME": str(home)})
    letters = []
    try:
        terminal.key(b"/")
        terminal.rest(3.0)
        terminal.settled(b"w", quiet=3.0)  # opens the index and reads what it needs
        terminal.key(b"\x15")
        terminal.rest(1.0)
        for query in _QUERIES:
            letters += [terminal.settled(bytes([letter])) for letter in query]
            terminal.key(b"\x15")
            terminal.rest(0.3)
    finally:
        terminal.end()
    return {
        "ms, letter to list and paper painted, p50": _percentile(letters, 0.5) * 1e3,
        "ms, letter to list and paper painted, p95": _percentile(letters, 0.95) * 1e3,
        "letters": float(len(letters)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--home", type=Path, help="search the whole archive in this folder")
    parser.add_argument("--short", action="store_true", help="fewer keys, with a pass or fail result")
    parser.add_argument("--json", action="store_true")
    choice = parser.parse_args()
    figures = search_in(choice.home) if choice.home else measure(100 if choice.short else choice.keys)
    if choice.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            goal = f"   goal: at most {_GOALS[name]}" if name in _GOALS else ""
            print(f"{name:<46} {value:.2f}{goal}")
    if choice.home:
        return 0
    worse = [name for name in _CHECKED if figures[name] > _GOALS[name] * _SLACK]
    for name in worse if choice.short else ():
        print(f"far beyond its goal: {name}", file=sys.stderr)
    return int(choice.short and bool(worse))


if __name__ == "__main__":
    sys.exit(main())
