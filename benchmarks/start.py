"""Measure how soon the first feed is on the screen, and the memory that takes, relative to a bare Textual app.

    python benchmarks/start.py [--runs 20] [--short] [--json]

The figures of each pair are measured alternately in one run, and the ratio counts: machines differ and are noisy.
``--short`` does a few runs and exits with code 1 if a ratio is far beyond its goal.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from corpus import filled_home
from terminal import Terminal, compiled

_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("HELLO THERE")
Bare().run()
"""
_SIZES = (100, 100_000)
#: The maximum ratios, and the tolerance of a short run on a noisy machine.
_GOALS = {"last frame": 0.3, "first paint, 100 papers": 1.25, "first paint, 100,000 papers": 1.25,
          "100,000 beside 100": 1.1,
          "papertui --version": 4.0, "papertui list --offline": 12.0}  # fmt: skip
_SLACK = 1.35
_MEMORY_GOAL = 50.0
_FORBIDDEN = (
    "httpx",
    "numpy",
    "tinydb",
    "rapidfuzz",
    "jinja2",
    "smtplib",
    "papertui.tui.digest_screen",
    "papertui.digest.outbox",
)


def _painted(argv: list[str], env: dict[str, str], needle: bytes) -> tuple[float, float]:
    terminal = Terminal(argv, env)
    try:
        seconds = terminal.until(needle)
        return seconds, terminal.memory()
    finally:
        terminal.end()


def _leave(app: list[str], env: dict[str, str]) -> None:
    """Open the app and quit, so that it keeps its last frame."""
    terminal = Terminal(app, env)
    try:
        terminal.until("▌".encode())
        terminal.rest(1.5)
        terminal.press(b"q")
        terminal.until(b"\x1b[?1049l")
        terminal.rest(0.5)
    finally:
        terminal.end()


def _whole(argv: list[str], env: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(argv, env=env, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - begun


def _median_ratio(pairs: list[tuple[float, float]]) -> float:
    return statistics.median(ours / theirs for ours, theirs in pairs)


def _best_ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the ratio of the quickest runs, which a busy machine disturbs least."""
    return min(ours) / min(theirs)


def _loaded_before_paint(env: dict[str, str]) -> list[str]:
    """Return which heavy packages are loaded when the first feed is on the screen: none should be."""
    script = (
        "import os, sys\n"
        "from textual.app import App\n"
        "import papertui.cli\n"
        "display = App._display\n"
        "def look(self, screen, renderable):\n"
        "    display(self, screen, renderable)\n"
        "    if renderable is not None and self._running:\n"
        f"        loaded = [name for name in {_FORBIDDEN!r} if name in sys.modules]\n"
        "        os.write(2, ('LOADED' + ','.join(loaded) + 'END').encode()); os._exit(0)\n"
        "App._display = look\n"
        "papertui.cli.main(['--feed', 'archive', '--offline'])\n"
    )
    terminal = Terminal([sys.executable, "-c", script], env)
    try:
        terminal.until(b"END")
    finally:
        terminal.end()
    text = terminal.seen.split(b"LOADED")[-1].split(b"END")[0].decode()
    return [name for name in text.split(",") if name]


def measure(runs: int) -> dict[str, float | list[str]]:
    """Return all figures: seconds as medians, ratios as medians of pairs, MiB."""
    compiled()
    with tempfile.TemporaryDirectory() as folder:
        homes = {size: {**os.environ, **filled_home(Path(folder) / str(size), size)} for size in _SIZES}
        app = [sys.executable, "-m", "papertui", "--feed", "archive", "--offline"]
        bare, frame, small, large, memory = [], [], [], [], []
        _leave(app, homes[100])
        for _ in range(runs):
            bare.append(_painted([sys.executable, "-c", _BARE], homes[100], b"HELLO THERE")[0])
            frame.append(_painted([sys.executable, "-m", "papertui", "--offline"], homes[100], b"last seen")[0])
            small.append(_painted(app, homes[100], "▌".encode())[0])
            seconds, mib = _painted(app, homes[100_000], "▌".encode())
            large.append(seconds)
            memory.append(mib)
        nothing, version, offline = [], [], []
        for _ in range(runs):
            nothing.append(_whole([sys.executable, "-c", "pass"], homes[100]))
            version.append(_whole([sys.executable, "-m", "papertui", "--version"], homes[100]))
            offline.append(
                _whole([sys.executable, "-m", "papertui", "list", "archive", "--offline", "--limit", "20"], homes[100])
            )
        return {
            "seconds, bare app": statistics.median(bare),
            "seconds, last frame": statistics.median(frame),
            "seconds, 100 papers": statistics.median(small),
            "seconds, 100,000 papers": statistics.median(large),
            "last frame": _median_ratio(list(zip(frame, bare, strict=True))),
            "quickest runs, last frame": _best_ratio(frame, bare),
            "first paint, 100 papers": _median_ratio(list(zip(small, bare, strict=True))),
            "first paint, 100,000 papers": _median_ratio(list(zip(large, bare, strict=True))),
            "100,000 beside 100": _median_ratio(list(zip(large, small, strict=True))),
            "quickest runs, 100 papers": _best_ratio(small, bare),
            "quickest runs, 100,000 papers": _best_ratio(large, bare),
            "MiB at first paint, 100,000 papers": statistics.median(memory),
            "papertui --version": _median_ratio(list(zip(version, nothing, strict=True))),
            "papertui list --offline": _median_ratio(list(zip(offline, nothing, strict=True))),
            "loaded before the first paint": _loaded_before_paint(homes[100]),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--short", action="store_true", help="a few runs, with a verdict")
    parser.add_argument("--json", action="store_true")
    choice = parser.parse_args()
    figures = measure(7 if choice.short else choice.runs)
    if choice.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            goal = f"   goal: at most {_GOALS[name]}" if name in _GOALS else ""
            print(f"{name:<40} {value if isinstance(value, list) else round(value, 3)}{goal}")
    if not choice.short:
        return 0
    spared = {"last frame": "quickest runs, last frame", "first paint, 100 papers": "quickest runs, 100 papers",
              "first paint, 100,000 papers": "quickest runs, 100,000 papers"}  # fmt: skip
    failed = [
        name
        for name, goal in _GOALS.items()
        if min(float(str(figures[name])), float(str(figures[spared.get(name, name)]))) > goal * _SLACK
    ]
    if figures["loaded before the first paint"]:
        failed.append("loaded before the first paint")
    if float(str(figures["MiB at first paint, 100,000 papers"])) > _MEMORY_GOAL:
        failed.append("MiB at first paint, 100,000 papers")
    for name in failed:
        print(f"far beyond its goal: {name}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
