"""Measure how long the event loop is blocked while much goes on: a key waits that long.

    python benchmarks/blocking.py [--papers 100000] [--answer 5000] [--short] [--stacks] [--json]

The app runs headless. Its heart beats every few milliseconds; the longest pause between two beats is how long a key
could wait. A process of its own with the same heart and nothing to do runs beside it: its longest pause is that of the
machine. The most work between two beats, in processor time of all threads, is what the app itself adds to a pause.
``--stacks`` prints what the main thread did in each long pause. ``--short`` takes smaller sizes, and exits with code 1
if the most work is far beyond the goal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import ExitStack, asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import filled_home, papers

from papertui.model.feed import FeedName

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from papertui.tui.app import PaperTui

_BEAT = 0.004
#: The goal, and the tolerance of a short run on a noisy machine.
_GOAL, _SLACK = 0.1, 2.0
_PATIENCE = 60.0
#: Pauses of which the stacks are kept.
_LONG = 0.04
#: The heart of an idle process: prints its longest pause when its input ends.
_IDLE = """
import asyncio, sys, threading, time
async def main():
    longest, last, ended = 0.0, time.perf_counter(), threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not ended.is_set():
        await asyncio.sleep(0.004)
        now = time.perf_counter(); longest = max(longest, now - last); last = now
    print(longest)
asyncio.run(main())
"""


class Heart:
    """Beats on the event loop, and notes its longest pause and where the main thread was meanwhile."""

    def __init__(self) -> None:
        self.longest = self.worked = 0.0
        self.stacks: Counter[str] = Counter()
        self._last = time.perf_counter()
        self._ended = threading.Event()
        self.idle = 0.0
        self._main = threading.main_thread().ident

    async def beat(self) -> None:
        self._last, before = time.perf_counter(), time.process_time()
        while True:
            await asyncio.sleep(_BEAT)
            now, spent = time.perf_counter(), time.process_time()
            self.longest, self.worked = max(self.longest, now - self._last), max(self.worked, spent - before)
            self._last, before = now, spent

    def watch(self) -> None:
        while not self._ended.wait(_BEAT):
            if time.perf_counter() - self._last > _LONG and self._main is not None:
                frame = sys._current_frames().get(self._main)  # noqa: SLF001 - as debuggers do
                own = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in traceback.extract_stack(frame)]
                self.stacks[" < ".join(reversed(own[-7:]))] += 1

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[Heart]:
        watcher = threading.Thread(target=self.watch, daemon=True)
        watcher.start()
        task = asyncio.create_task(self.beat())
        try:
            yield self
        finally:
            task.cancel()
            self._ended.set()


def _answer(count: int) -> bytes:
    """A list of papers as Hugging Face sends it."""
    return json.dumps(
        [
            {
                "paper": {
                    "id": f"2604.{number:05}",
                    "title": paper.title,
                    "summary": f"{paper.title}. " * 12,
                    "authors": [{"name": name} for name in paper.authors],
                    "upvotes": number % 300,
                    "publishedAt": "2026-04-29T00:00:00.000Z",
                },
                "title": paper.title,
                "publishedAt": "2026-04-29T00:00:00.000Z",
            }
            for number, paper in enumerate(papers(count))
        ]
    ).encode()


def _serve(body: bytes) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _beside_idle(run: Coroutine[None, None, Heart]) -> Heart:
    """Run the app beside an idle process, and note the longest pause of that."""
    with subprocess.Popen([sys.executable, "-c", _IDLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as idle:
        heart = asyncio.run(run)
        heart.idle = float(idle.communicate()[0])
    return heart


async def _during(
    home: Path, feed: FeedName, work: Callable[[Pilot[None], PaperTui], Awaitable[None]], *, offline: bool, stacks: bool
) -> Heart:
    """Return the heart of the app while `work` ran."""
    from papertui.app import build, find_paths, load_settings  # noqa: PLC0415 - imported like by the program
    from papertui.tui.app import PaperTui  # noqa: PLC0415 - as above
    from papertui.tui.controllers.context import StartOptions  # noqa: PLC0415 - as above

    environ = {**os.environ, "PAPERTUI_HOME": str(home), "PAPERTUI_NOW": "2026-04-30T18:00:00Z"}
    with ExitStack() as closing:
        settings = load_settings(find_paths(environ))
        services = build(environ, settings, closing)
        app = PaperTui(services, settings, StartOptions(feed, offline=offline), environ)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause(1.0)
            heart = Heart()
            async with heart.beating():
                await work(pilot, app)
                await asyncio.sleep(0.5)
            if stacks:
                for stack, count in heart.stacks.most_common(12):
                    print(f"  {count:4}  {stack}", file=sys.stderr)
            return heart


async def _scroll(app: PaperTui, running: Callable[[], bool]) -> None:
    from textual.events import Key  # noqa: PLC0415 - imported like by the program

    async with asyncio.timeout(600):
        while running():
            app.post_message(Key("j", "j"))
            await asyncio.sleep(0.03)


def _snapshot(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number, paper in enumerate(papers(count)):
            row = {"id": f"24{1 + number // 10_000:02}.{number % 10_000:05}", "title": paper.title,
                   "abstract": f"{paper.title}. " * 12, "categories": "cs.CL", "update_date": "2024-05-01",
                   "authors_parsed": [[name, "", ""] for name in paper.authors]}  # fmt: skip
            file.write(json.dumps(row) + "\n")
    return path


def measure(count: int, answer: int, *, stacks: bool) -> dict[str, float]:
    from papertui.tui.widgets.paper_list import PaperList  # noqa: PLC0415 - imported like by the program

    figures: dict[str, float] = {}

    def note(name: str, heart: Heart) -> None:
        figures[f"ms, longest pause, {name}"] = heart.longest * 1e3
        figures[f"ms, most work between beats, {name}"] = heart.worked * 1e3
        figures[f"ms, an idle process, {name}"] = heart.idle * 1e3

    with tempfile.TemporaryDirectory() as folder:
        server = _serve(_answer(answer))
        os.environ["HF_ENDPOINT"] = f"http://127.0.0.1:{server.server_address[1]}"
        home = Path(folder) / "answer"
        filled_home(home, 2_000)

        async def refresh(_: Pilot[None], app: PaperTui) -> None:
            shown = app.screen.query_one(PaperList)
            app.screen.action_refresh()  # type: ignore[attr-defined]
            begun, before = time.monotonic(), shown.state.feed
            await _scroll(app, lambda: shown.state.feed is before and time.monotonic() - begun < _PATIENCE)
            figures[f"papers of an answer of {answer:,}"] = float(shown.state.size)

        if stacks:
            print("an answer", file=sys.stderr)
        note(
            f"an answer of {answer:,}",
            _beside_idle(_during(home, FeedName("monthly", "2026-04"), refresh, offline=False, stacks=stacks)),
        )
        server.shutdown()

        large = Path(folder) / "large"
        filled_home(large, count)

        async def search(pilot: Pilot[None], app: PaperTui) -> None:
            shown = app.screen.query_one(PaperList)
            await pilot.press("slash")
            for letter in "diffusion":
                await pilot.press(letter)
                await asyncio.sleep(0.05)
            async with asyncio.timeout(300):
                while shown.state.found is None:
                    await pilot.pause()

        if stacks:
            print("the index", file=sys.stderr)
        note(
            f"index of {count:,}",
            _beside_idle(_during(large, FeedName("archive"), search, offline=True, stacks=stacks)),
        )

        lines = _snapshot(Path(folder) / "snapshot.jsonl", min(count, 50_000))

        async def imports(_: Pilot[None], app: PaperTui) -> None:
            quiet = asyncio.subprocess.DEVNULL
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "papertui", "import", str(lines),
                env={**os.environ, "PAPERTUI_HOME": str(large)}, stdout=quiet, stderr=quiet,
            )  # fmt: skip
            await _scroll(app, lambda: child.returncode is None)

        if stacks:
            print("an import", file=sys.stderr)
        note("an import", _beside_idle(_during(large, FeedName("archive"), imports, offline=True, stacks=stacks)))
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--answer", type=int, default=5_000)
    parser.add_argument("--stacks", action="store_true", help="print where the main thread was in long pauses")
    parser.add_argument("--short", action="store_true", help="smaller sizes, with a pass or fail result")
    parser.add_argument("--json", action="store_true")
    choice = parser.parse_args()
    if choice.short:
        choice.papers, choice.answer = 10_000, 1_000
    figures = measure(choice.papers, choice.answer, stacks=choice.stacks)
    if choice.json:
        print(json.dumps(figures, indent=1))
    else:
        for name, value in figures.items():
            goal = f"   goal: at most {_GOAL * 1e3:.0f}" if name.startswith("ms, most work") else ""
            print(f"{name:<50} {value:.0f}{goal}")
    if not choice.short:
        return 0
    failed = any(value > _GOAL * 1e3 * _SLACK for name, value in figures.items() if name.startswith("ms, most work"))
    if failed:
        print("the event loop is blocked for too long", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
