"""Take the screenshots of the README by driving the real app over the bundled starter feed.

    python screenshots/take.py [--only NAME] [--check]

Writes an SVG for each scene, and a PNG if Chromium is installed to render it (rsvg-convert folds the spaces of
Textual's SVG and shifts every column). ``--check`` writes nothing and exits with code 1 if a scene's SVG is missing or
differs from what the app shows.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from papertui.app import build
from papertui.model.feed import FeedName
from papertui.settings import Settings, Theme
from papertui.tui.app import PaperTui
from papertui.tui.controllers.context import StartOptions
from papertui.tui.widgets.notice_line import NoticeLine

HERE = Path(__file__).resolve().parent
#: The time in the pictures: the evening of the newest day in the starter feed.
NOW = "2026-04-30T18:00:00Z"
_PAUSE = 0.15
#: Seconds after the last key after which a search is explained.
_EXPLAINED = 1.0
_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Scene(NamedTuple):
    """A picture: the size of the terminal, and the keys to press before it is taken."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    theme: Theme = "ink"


SCENES = (
    Scene("feed", (120, 36), ("j", "b", "j", "j", "b", "k")),
    Scene("search", (120, 30), ("slash", *"difusion langauge")),
    Scene("filters", (120, 30), ("ctrl+t", "ctrl+t", "slash", *"author:zhang has:code -survey agnets")),
    Scene("reading", (120, 36), ("j", "enter")),
    Scene("tags", (120, 30), ("j", "b", "j", "j", "b", "j", "b", "6", "space", "j", "space", "t", *"+survey ag")),
    Scene("library", (120, 24), ("j", "b", "j", "j", "b", "j", "b", "6")),
    Scene("paper", (120, 36), ("2", "j", "j", "b"), "paper"),
    Scene("narrow", (80, 24), ("j", "j")),
    Scene("small", (60, 18), ("z", "j", "j")),
    Scene("help", (100, 48), ("question_mark",)),
)


async def take(scene: Scene) -> str:
    """Return the scene as SVG."""
    with tempfile.TemporaryDirectory() as home:
        services = build({"PAPERTUI_HOME": home, "PAPERTUI_NOW": NOW}, Settings())
        app = PaperTui(services, Settings(theme=scene.theme), StartOptions(FeedName("trending"), demo=True), {})
        async with app.run_test(size=scene.size) as pilot:
            await pilot.pause(1.0)
            for key in scene.keys:
                await pilot.press(key)
                await pilot.pause(_PAUSE)
            await app.workers.wait_for_complete()
            await pilot.pause(_EXPLAINED)
            for notice in app.screen.query(NoticeLine):  # a notice about a bookmark stays for some seconds
                notice.dismiss()
            await pilot.pause(_PAUSE)
            return settled(app.export_screenshot(title="papertui"))


def settled(svg: str) -> str:
    """Return the SVG without ids that differ from run to run, and without fonts from other sites."""
    svg = re.sub(r"terminal-\d+", "terminal-papertui", svg)
    svg = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg)
    return svg.replace("Fira Code", "DejaVu Sans Mono")


def render(svg: Path, chromium: str) -> None:
    """Render `svg` as PNG, in the same folder."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"{svg} has no size.")
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
    """Take all scenes, or check them."""
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
        print(f"The app now shows something else: {', '.join(stale)}. Run python screenshots/take.py.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
