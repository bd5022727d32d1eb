"""Makes a picture of every screen at four sizes, dark and light, to be looked at.

    python screenshots/gallery.py OUT --feed-server URL [--only SCREEN ...] [--size 80x24 ...] [--theme ink ...]

URL is a server that answers like Hugging Face, with arXiv under /arxiv. Writes OUT/SCREEN-SIZE-THEME.svg, a PNG beside
each where a Chromium is found, and OUT/index.html with all of them. Screens whose action the app does not have yet are
skipped. A new screen is one line in `SCREENS`.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from take import _CHROMIUMS, NOW, render, settled
from textual.pilot import Pilot
from textual.widgets import Input
from textual.worker import WorkerError

from papertui.app import Services, build, find_paths, load_settings
from papertui.errors import PapertuiError
from papertui.model.feed import FeedName
from papertui.model.queue import LATER
from papertui.tui.app import PaperTui
from papertui.tui.controllers.context import StartOptions
from papertui.tui.keymap import ACTIONS, TRIAGE_ACTIONS, setting_name
from papertui.tui.widgets.notice_line import NoticeLine

SIZES = ("60x18", "80x24", "120x40", "200x60")
THEMES = ("ink", "paper")
#: Seconds for what is shown after a pause: similar papers, explanations of a search.
_PAUSE = 0.7
_ALL = (*ACTIONS, *TRIAGE_ACTIONS)
_SETTINGS = """
[feeds.nlp]
title = "Language"
arxiv = "cs.CL"
groups = ["Journals"]

[feeds.agents]
keyword = "agents"
"""


class Picture(NamedTuple):
    """A screen, and what the reader does to see it."""

    name: str
    #: Names of actions, and text to type after a colon.
    steps: tuple[str, ...] = ()
    feed: str = "trending"
    #: Whether the app starts for the first time, with neither papers nor bookmarks.
    is_first_start: bool = False


SCREENS = (
    Picture("list", ("down",)),
    Picture("list-one-line", ("compact",)),
    Picture("list-three-lines", ("compact", "compact")),
    Picture("list-focus-on-paper", ("next_pane",)),
    Picture("side-pane", ("next_side",)),
    Picture("side-pane-focus", ("previous_pane",)),
    Picture("side-pane-of-paper", ("next_side", "down", "next_pane", "next_pane")),
    Picture("reading", ("down", "read_paper")),
    Picture("search", ("search", ":language model")),
    Picture("search-nothing", ("search", ":zzzz qqqq")),
    Picture("completion", ("search", ":has:")),
    Picture("menu-sort", ("sort",)),
    Picture("menu-filter", ("filter",)),
    Picture("completion-empty-line", ("search",)),
    Picture("search-everywhere", ("search", ":language", "scope")),
    Picture("search-found", ("search", ":language\n", "down")),
    Picture("menu-topics", ("topics",)),
    Picture("which-key", ("!g",)),
    Picture("palette", ("palette",)),
    Picture("palette-search", ("palette", ":theme")),
    Picture("themes", ("theme",)),
    Picture("help", ("help",)),
    Picture("help-search", ("help", ":mark")),
    Picture("selection", ("select", "select", "down", "select")),
    Picture("tags", ("tags", ":gr")),
    Picture("note", ("note", ":A note\non two lines")),
    Picture("rating", ("rate",)),
    Picture("history", ("history",)),
    Picture("collections", ("collections",)),
    Picture("export", ("export",)),
    Picture("library", (), "library"),
    Picture("feed-without-votes", (), "arxiv:cs.CL"),
    Picture("archive", (), "archive"),
    Picture("feeds", ("follow",)),
    Picture("digest", ("digest",)),
    Picture("digest-settings", ("digest", "!2")),
    Picture("triage", ("triage",)),
    Picture("trends", ("trends",)),
    Picture("settings", ("settings",)),
    Picture("settings-search", ("settings", ":mail")),
    Picture("command-line", ("command", ":list")),
    Picture("command-unknown", ("command", ":foo\n")),
    Picture("triage-later", ("triage", "triage_later", "triage_later")),
    Picture("queue", (), "queue"),
    Picture("welcome", (), is_first_start=True),
    Picture("welcome-1", ("welcome",)),
    Picture("welcome-2", ("welcome", "!enter")),
    Picture("welcome-3", ("welcome", "!enter", "!enter")),
)


def missing(picture: Picture) -> str:
    """Return an action of the picture that the app does not have; empty if it has all of them."""
    actions = {setting_name(action) for action in _ALL}
    return next((step for step in picture.steps if step[0] not in ":!" and step not in actions), "")


def environment(home: str, server: str) -> dict[str, str]:
    arxiv = f"{server}/arxiv"
    return {
        "PAPERTUI_HOME": home,
        "PAPERTUI_NOW": NOW,
        "HF_ENDPOINT": server,
        "PAPERTUI_ARXIV_API_URL": arxiv,
        "PAPERTUI_ARXIV_RSS_URL": arxiv,
        "PAPERTUI_ARXIV_SITE_URL": arxiv,
    }


async def prepare(home: str, server: str) -> None:
    """Fill a home: feeds with votes of two days, and a library with tags, notes, ratings and a collection."""
    settings = Path(home) / "settings.toml"
    settings.write_text(_SETTINGS, encoding="utf-8")
    services = _services(home, server)
    archive = services._archive  # noqa: SLF001 - yesterday's votes cannot be fetched
    now = services.feeds.now()
    for name in (FeedName("trending"), FeedName("daily"), FeedName("arxiv", "cs.CL")):
        await services.feeds.refresh(name)
    trending = services.feeds.stored(FeedName("trending"))
    if trending is None:
        raise RuntimeError("the server has no trending papers")
    earlier = [
        paper._replace(upvotes=(paper.upvotes or 0) * (5 + number % 6) // 10)
        for number, paper in enumerate(trending.papers)
    ]
    archive.remember(earlier, now - timedelta(days=2))
    archive.remember([paper._replace(upvotes=(paper.upvotes or 0) + 1) for paper in earlier], now - timedelta(days=1))
    archive.remember(trending.papers, now)
    library = services.library
    papers = trending.papers[1:9]
    library.keep(papers)
    library.tag([paper.id for paper in papers[:4]], ["agents", "to discuss"])
    library.tag([paper.id for paper in papers[2:6]], ["diffusion"])
    library.tag([paper.id for paper in papers[5:8]], [LATER])
    library.note(papers[0].id, "Compare with the baseline of last week.")
    library.set_state([papers[1].id], "reading")
    library.rate([papers[2].id, papers[3].id], 4)
    library.save_collection("Agents to read", "tag:agents is:unread")
    archive.close()


def _services(home: str, server: str) -> Services:
    env = environment(home, server)
    return build(env, load_settings(find_paths(env)))


async def take(picture: Picture, size: str, theme: str, prepared: str, server: str) -> str:
    """Return the picture as SVG."""
    width, height = map(int, size.split("x"))
    with tempfile.TemporaryDirectory() as home:
        if not picture.is_first_start:
            shutil.copytree(prepared, home, dirs_exist_ok=True)
        env = environment(home, server)
        settings = load_settings(find_paths(env))._replace(theme=theme)
        kind, _, detail = picture.feed.partition(":")
        services = build(env, settings)
        app = PaperTui(services, settings, StartOptions(FeedName(kind, detail)), {})  # type: ignore[arg-type]
        async with app.run_test(size=(width, height)) as pilot:
            await _rest(pilot)
            for notice in app.screen.query(NoticeLine):
                notice.dismiss()
            for step in picture.steps:
                await _do(pilot, step)
                await _rest(pilot)
            await asyncio.sleep(_PAUSE)
            await _rest(pilot)
            for line in app.screen.query(Input):
                line.cursor_blink = False
            await pilot.pause()
            return settled(app.export_screenshot(title=f"{picture.name} {size} {theme}"))


async def _rest(pilot: Pilot[None]) -> None:
    """Wait until no message and no worker is pending, some times in a row: the end of one can start another."""
    idle = 0
    while idle < 3:  # noqa: PLR2004 - as the sentence above says
        await pilot.pause(0.02)
        app = pilot.app
        nodes = (app, *app.screen_stack, *app.screen.walk_children())
        is_busy = any(node.message_queue_size for node in nodes) or not all(one.is_finished for one in app.workers)
        idle = 0 if is_busy else idle + 1


async def _do(pilot: Pilot[None], step: str) -> None:
    """Type a text after a colon, press the key after an exclamation mark, or press the key of an action."""
    if step.startswith(":"):
        for character in step[1:]:
            await pilot.press("enter" if character == "\n" else "space" if character == " " else character)
    elif step.startswith("!"):
        await pilot.press(step[1:])
    else:
        keys = next(action.keys for action in _ALL if setting_name(action) == step)
        await pilot.press(keys.split(",")[0].strip())


def write_index(out: Path) -> None:
    """Write a page with all pictures of the folder."""
    files = sorted((*out.glob("*.png"), *(svg for svg in out.glob("*.svg") if not svg.with_suffix(".png").exists())))
    figures = "".join(
        f'<figure><img src="{html.escape(path.name)}" loading="lazy">'
        f"<figcaption>{html.escape(path.stem)}</figcaption></figure>"
        for path in files
    )
    style = "figure{margin:1em;display:inline-block;vertical-align:top}img{max-width:46vw}body{font-family:sans-serif}"
    page = f"<!doctype html><meta charset=utf-8><title>papertui</title><style>{style}</style>{figures}"
    (out / "index.html").write_text(page, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures; return 1 if a screen could not be shown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--feed-server", metavar="URL", required=True)
    parser.add_argument("--only", metavar="SCREEN", nargs="+", choices=[picture.name for picture in SCREENS])
    parser.add_argument("--size", metavar="WxH", nargs="+", default=SIZES)
    parser.add_argument("--theme", nargs="+", default=THEMES)
    choice = parser.parse_args(arguments)
    if any(re.fullmatch(r"\d+x\d+", size) is None for size in choice.size):
        parser.error("a size is WIDTHxHEIGHT, for example 80x24")
    choice.out.mkdir(parents=True, exist_ok=True)
    chromium = next((found for name in _CHROMIUMS if (found := shutil.which(name))), None)
    failed = []
    with tempfile.TemporaryDirectory() as prepared, ThreadPoolExecutor(2) as pool:
        asyncio.run(prepare(prepared, choice.feed_server.rstrip("/")))
        for picture in SCREENS:
            if choice.only and picture.name not in choice.only:
                continue
            if action := missing(picture):
                print(f"{picture.name}: skipped, there is no action {action}")
                continue
            for size in choice.size:
                for theme in choice.theme:
                    path = choice.out / f"{picture.name}-{size}-{theme}.svg"
                    try:
                        svg = asyncio.run(take(picture, size, theme, prepared, choice.feed_server.rstrip("/")))
                    except (PapertuiError, WorkerError) as error:  # the other pictures are wanted all the same
                        failed.append(f"{path.stem}: {error!r}")
                        continue
                    path.write_text(svg, encoding="utf-8")
                    if chromium:
                        pool.submit(render, path, chromium)
            print(picture.name, flush=True)
    write_index(choice.out)
    print("\n".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
