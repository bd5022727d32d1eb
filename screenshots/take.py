"""Takes the screenshots of the README by driving the real app over the bundled starter feed.

    python screenshots/take.py [--only NAME] [--check]

Writes an SVG for each scene, and a PNG where a Chromium can be found to render it (rsvg-convert folds the spaces of
Textual's SVG and shifts every column). ``--check`` writes nothing and ends with exit code 1 when a scene's SVG is
missing or shows something else than the app shows now.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from textual.pilot import Pilot
from textual.widgets import Input

from papertui.app import build
from papertui.model.feed import FeedName
from papertui.settings import Settings
from papertui.tui.app import PaperTui
from papertui.tui.controllers.context import StartOptions
from papertui.tui.widgets.notice_line import NoticeLine

HERE = Path(__file__).resolve().parent
#: The moment the pictures show: the evening of the newest day in the starter feed.
NOW = "2026-04-30T18:00:00Z"
#: Seconds after the last key by which a search has been explained, if it needs to be.
_EXPLAINED = 1.0
#: Seconds for which the expected picture is waited for, on a busy machine.
_PATIENCE = 20.0
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Scene(NamedTuple):
    """A picture: how large the terminal is, and what the reader does before it is taken."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    theme: str = "ink"


SCENES = (
    Scene("feed", (120, 36), ("j", "b", "j", "j", "b", "k")),
    Scene("search", (120, 30), ("slash", *"difusion langauge")),
    Scene("filters", (120, 30), ("ctrl+t", "slash", *"author:zhang has:code -survey agnets")),
    Scene("spelling", (100, 28), ("slash", *"claw", "enter", "j", "j", "j")),
    Scene("spelling_light", (60, 18), ("slash", *"claw", "enter", "z", "j", "j", "j"), "paper"),
    Scene("reading", (120, 36), ("j", "enter")),
    Scene("tags", (120, 30), ("j", "b", "j", "j", "b", "j", "b", "6", "space", "j", "space", "t", *"+survey ag")),
    Scene("library", (120, 24), ("j", "b", "j", "j", "b", "j", "b", "6")),
    Scene("paper", (120, 36), ("2", "j", "j", "b"), "paper"),
    Scene("narrow", (80, 24), ("j", "j")),
    Scene("small", (60, 18), ("z", "j", "j")),
    Scene("help", (100, 48), ("question_mark",)),
)


async def take(scene: Scene, expected: str | None = None) -> str:
    """Return the scene as SVG: once it looks as `expected`, or else some time after the last key."""
    with tempfile.TemporaryDirectory() as home:
        services = build({"PAPERTUI_HOME": home, "PAPERTUI_NOW": NOW}, Settings())
        app = PaperTui(services, Settings(theme=scene.theme), StartOptions(FeedName("trending"), demo=True), {})
        async with app.run_test(size=scene.size) as pilot:
            await _rest(pilot)
            for key in scene.keys:
                await pilot.press(key)
                await _rest(pilot)
            end = time.monotonic() + (_EXPLAINED if expected is None else _PATIENCE)
            while True:
                await _rest(pilot)
                for notice in app.screen.query(NoticeLine):  # a word about a bookmark stays for some seconds
                    notice.dismiss()
                for line in app.screen.query(Input):  # a cursor that blinks would be in every other picture
                    line.cursor_blink = False
                await pilot.pause()
                svg = settled(app.export_screenshot(title="papertui"))
                if svg == expected or time.monotonic() > end:
                    return svg


async def _rest(pilot: Pilot[None]) -> None:
    """Wait until no message and no worker is pending, three times in a row: the end of one can start another."""
    idle = 0
    while idle < 3:  # noqa: PLR2004 - as the sentence above says
        await pilot.pause()
        app = pilot.app
        nodes = (app, *app.screen_stack, *app.screen.walk_children())
        is_busy = any(node.message_queue_size for node in nodes) or not all(one.is_finished for one in app.workers)
        idle = 0 if is_busy else idle + 1
        await pilot.app.workers.wait_for_complete()


def settled(svg: str) -> str:
    """The SVG without what differs from run to run, and without fonts that would be fetched from elsewhere."""
    svg = re.sub(r"terminal-\d+", "terminal-papertui", svg)
    svg = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg)
    return svg.replace("Fira Code", "DejaVu Sans Mono")


def render(svg: Path, chromium: str) -> None:
    """Renders `svg` beside itself as PNG."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{svg} says nothing of its size")
    width, height = (int(float(number)) + 1 for number in found.groups())
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                f"--user-data-dir={folder}", f"--window-size={width},{height}", "--default-background-color=00000000",
                f"--screenshot={svg.with_suffix('.png')}", svg.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


def main() -> int:
    """Takes all scenes, or checks them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="NAME", choices=[scene.name for scene in SCENES])
    parser.add_argument("--check", action="store_true")
    choice = parser.parse_args()
    chromium = next((found for name in _CHROMIUMS if (found := shutil.which(name))), None)
    stale = []
    for scene in SCENES:
        if choice.only not in {None, scene.name}:
            continue
        svg = asyncio.run(take(scene))
        path = HERE / f"{scene.name}.svg"
        if choice.check:
            if not path.exists() or path.read_text(encoding="utf-8") != svg:
                stale.append(scene.name)
            continue
        path.write_text(svg, encoding="utf-8")
        if chromium:
            render(path, chromium)
        print(f"{path.name}{' and PNG' if chromium else ' (no Chromium found: no PNG)'}")
    if stale:
        print(f"not what the app shows now: {', '.join(stale)}; run python screenshots/take.py", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
