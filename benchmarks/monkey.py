"""Press random keys, use the mouse and resize the terminal, in every view and dialog; report crashes and memory.

    python benchmarks/monkey.py [--keys 100000] [--seed 1] [--every 1000] [--json]

The app runs headless with the bundled papers, in a temporary home without network. The same seed presses the same keys.
Exits with code 1 if the app ends by itself, with its exit code and the traceback; the keys before that are printed, so
that the run can be repeated. Memory is the resident set of the process, in MiB, every so many keys.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import random
import sys
import tempfile
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.pilot import Pilot

#: Each with its weight. Keys that leave the program are left out: q, Ctrl+q, Ctrl+c, Ctrl+z.
_KEYS = {
    **dict.fromkeys(["j", "k", "down", "up", "n", "N", "enter", "escape"], 12),
    **dict.fromkeys(["pagedown", "pageup", "ctrl+d", "ctrl+u", "home", "end", "g", "G", "tab", "shift+tab"], 4),
    **dict.fromkeys(list("123456789[]hlsfzbrSmVy"), 3),
    **dict.fromkeys(["space", "slash", "backspace", "asterisk", "left", "right", "ctrl+t", "ctrl+o", "ctrl+a"], 3),
    **dict.fromkeys(list("taeCHFDTYuAR?<>,.-:x"), 1),
    **dict.fromkeys(["ctrl+r", "ctrl+p", "ctrl+g", "ctrl+s", "delete", "ctrl+w", "f1", "ctrl+n"], 1),
}
_WORDS = (
    "diffusion",
    "langauge model",
    'is:unread "agents"',
    "author:zhang",
    "since:2026-13",
    "tag:",
    "votes:>20",
    "κ模型",
)
_SIZES = ((60, 18), (80, 24), (120, 40), (200, 60), (20, 5), (3, 2), (99, 21), (300, 80))
_RESIZES, _CLICKS, _TYPES = 0.002, 0.03, 0.01
#: Events between two pauses in which the app catches up.
_BURST = 8
_REMEMBERED = 60


def events(seed: int) -> Iterator[tuple[str, object]]:
    """Yield an endless sequence of keys, clicks, typed texts and sizes."""
    dice = random.Random(seed)
    keys, weights = list(_KEYS), list(_KEYS.values())
    while True:
        roll = dice.random()
        if roll < _RESIZES:
            yield "resize", dice.choice(_SIZES)
        elif roll < _RESIZES + _CLICKS:
            yield dice.choice(["click", "wheel"]), (dice.random(), dice.random(), dice.choice([1, -1]))
        elif roll < _RESIZES + _CLICKS + _TYPES:
            yield "type", dice.choice(_WORDS)
        else:
            yield "key", dice.choices(keys, weights)[0]


def memory() -> float:
    """Return the resident set of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def act(pilot: Pilot[None], kind: str, value: object) -> None:
    """Do what an event of `events` says."""
    from textual.events import Key, MouseScrollDown, MouseScrollUp  # noqa: PLC0415 - imported like by the program

    app = pilot.app
    width, height = app.size
    match kind, value:
        case "key", str(name):
            app.post_message(Key(name, name if len(name) == 1 else None))
        case "type", str(text):
            for char in text:
                app.post_message(Key(char, char))
        case "resize", (int(columns), int(rows)):
            await pilot.resize_terminal(columns, rows)
        case "click", (float(x), float(y), _):
            await pilot.click(offset=(int(x * width), int(y * height)))
        case "wheel", (float(x), float(y), int(way)):
            wheel = MouseScrollDown if way > 0 else MouseScrollUp
            place = int(x * width), int(y * height)
            app.post_message(wheel(None, *place, 0, way, 0, shift=False, meta=False, ctrl=False))


async def _memory_at_one_size(pilot: Pilot[None]) -> float:
    """Return the memory at the size of the start: a terminal of 300 x 80 has ten times as many drawn pieces."""
    size = pilot.app.size
    await pilot.resize_terminal(*_SIZES[2])
    await pilot.pause()
    gc.collect()
    used = memory()
    await pilot.resize_terminal(*size)
    return used


async def run(home: Path, keys: int, seed: int, every: int) -> tuple[list[tuple[int, float]], str]:
    """Return the memory by number of keys, and what went wrong: empty if nothing."""
    from papertui.app import build, find_paths, load_settings  # noqa: PLC0415 - imported like by the program
    from papertui.model.feed import FeedName  # noqa: PLC0415 - as above
    from papertui.tui.app import PaperTui  # noqa: PLC0415 - as above
    from papertui.tui.controllers.context import StartOptions  # noqa: PLC0415 - as above

    environ = {**os.environ, "PAPERTUI_HOME": str(home)}
    curve: list[tuple[int, float]] = []
    last: deque[str] = deque(maxlen=_REMEMBERED)
    with ExitStack() as closing:
        settings = load_settings(find_paths(environ))
        services = build(environ, settings, closing)
        app = PaperTui(services, settings, StartOptions(FeedName("trending"), offline=True), environ)
        try:
            async with app.run_test(size=_SIZES[2]) as pilot:
                for number, (kind, value) in zip(range(keys + 1), events(seed), strict=False):
                    if not app.is_running:
                        return curve, f"The app ended by itself with code {app.return_code}. Last events: {list(last)}"
                    last.append(f"{kind} {value}")
                    await act(pilot, kind, value)
                    if number % _BURST == 0:
                        await pilot.pause()
                    if number % every == 0:
                        curve.append((number, await _memory_at_one_size(pilot)))
        except Exception:  # noqa: BLE001 - whatever ends the app is reported
            return curve, f"{traceback.format_exc()}\nLast events: {list(last)}"
    return curve, f"The app ended with code {app.return_code}." if app.return_code else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--keys", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1000, help="keys between two measurements of memory")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    # Nothing is opened, and nothing asked.
    os.environ |= {"BROWSER": "true", "EDITOR": "true", "HF_ENDPOINT": "http://127.0.0.1:9"}
    with tempfile.TemporaryDirectory() as home:
        os.chdir(home)  # exports are written to the current folder
        curve, problem = asyncio.run(run(Path(home), args.keys, args.seed, args.every))
    if args.json:
        print(json.dumps({"seed": args.seed, "memory": curve, "problem": problem}))
    else:
        for number, used in curve:
            print(f"{number:>8,} keys  {used:7.1f} MiB")
        print(
            problem or f"No crash in {args.keys:,} events with seed {args.seed}.",
            file=sys.stderr if problem else sys.stdout,
        )
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
