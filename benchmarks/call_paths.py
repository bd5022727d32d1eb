"""Count the functions of papertui that run on four paths, from what a user does to what the user sees.

    python benchmarks/call_paths.py [--json] [--names PATH]

A path that grows unnoticed shows up here. Calls are counted, not timed: the figures are the same on every machine.
``--names`` also lists the functions of one path in the order of their first call: ``paper``, ``letter``, ``star`` or
``list``.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple

import papertui
from papertui.app import build
from papertui.archive.archive import Archive
from papertui.cli import main
from papertui.model.feed import Feed, FeedName
from papertui.settings import Settings
from papertui.sources.body import json_value
from papertui.sources.huggingface_parse import read_entries
from papertui.tui.app import PaperTui
from papertui.tui.controllers.context import StartOptions
from papertui.tui.widgets.paper_list import PaperList

_SOURCE = str(Path(papertui.__file__).parent)
_AT = datetime(2026, 4, 30, 18, tzinfo=UTC)
_ENTRY = {
    "paper": {
        "id": "2604.00001",
        "title": "Sparse Attention for Long Documents",
        "summary": "We study sparse attention.",
        "authors": [{"name": "Ada Lovelace"}],
        "publishedAt": "2026-04-29T00:00:00.000Z",
        "upvotes": 12,
    }
}


class CallPath(NamedTuple):
    """The functions that ran on one path, in the order of their first call."""

    calls: int
    functions: int
    files: int
    names: tuple[str, ...]


class Counted:
    """Counts calls of papertui's functions in all threads; comprehensions and lambdas belong to their function."""

    def __init__(self) -> None:
        self._calls: Counter[CodeType] = Counter()
        self._lock = threading.Lock()

    def _count(self, frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(_SOURCE) and not code.co_name.startswith("<"):
            with self._lock:
                self._calls[code] += 1

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        threading.setprofile(self._count)
        sys.setprofile(self._count)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def result(self) -> CallPath:
        names = [f"{Path(code.co_filename).relative_to(_SOURCE)}:{code.co_qualname}" for code in self._calls]
        files = {code.co_filename for code in self._calls}
        return CallPath(sum(self._calls.values()), len(self._calls), len(files), tuple(names))


def paper_path(home: Path) -> CallPath:
    """From the bytes of a response to a row on the screen: parsed, stored, and in the list."""
    services = build({"PAPERTUI_HOME": str(home)}, Settings())
    body, name, counted = json.dumps([_ENTRY]).encode(), FeedName("daily", "2026-04-29"), Counted()
    archive = Archive(home / "archive.db", now=lambda: _AT)
    with counted.running():
        values = json_value(body, "Hugging Face")
        assert isinstance(values, list)
        papers = read_entries(values).papers
        archive.keep_feed(Feed(name, papers, fetched_at=_AT, origin="huggingface"))
        feed = services.feeds.stored(name)
        assert feed is not None
    archive.close()
    return counted.result()


async def _type(home: Path) -> CallPath:
    services = build({"PAPERTUI_HOME": str(home), "PAPERTUI_NOW": "2026-04-30T18:00:00Z"}, Settings())
    app = PaperTui(services, Settings(), StartOptions(FeedName("trending"), demo=True), {})
    counted = Counted()

    def is_found(query: str) -> bool:
        state = app.screen.query_one(PaperList).state
        return state.query == query and state.found is not None

    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("slash", "s")
        while not is_found("s"):
            await pilot.pause(0.01)
        with counted.running():
            await pilot.press("p")
            while not is_found("sp"):
                await pilot.pause(0.01)
    return counted.result()


def letter_path(home: Path) -> CallPath:
    """From a typed letter to the sorted list and its rows on the screen; the search is in use."""
    return asyncio.run(_type(home))


def star_path(home: Path) -> CallPath:
    """From the call that the key b makes to a bookmark that is safe on the disk; the library is in use."""
    services, counted = build({"PAPERTUI_HOME": str(home)}, Settings()), Counted()
    first, second = services.feeds.starter(FeedName("trending")).papers[:2]
    services.library.toggle(first)
    with counted.running():
        services.library.toggle(second)
    return counted.result()


def list_path(home: Path) -> CallPath:
    """From the command line ``list daily --json`` to the printed records, without the network."""
    archive = Archive(home / "archive.db", now=lambda: _AT)
    papers = read_entries([_ENTRY]).papers
    archive.keep_feed(Feed(FeedName("daily", "2026-04-29"), papers, fetched_at=_AT, origin="huggingface"))
    archive.close()
    os.environ.update(PAPERTUI_HOME=str(home), PAPERTUI_NOW="2026-04-30T18:00:00Z")
    counted, printed = Counted(), io.StringIO()
    with contextlib.redirect_stdout(printed), counted.running():
        code = main(["list", "daily", "--offline", "--json"])
    assert code == 0, printed.getvalue()
    return counted.result()


_PATHS = {"paper": paper_path, "letter": letter_path, "star": star_path, "list": list_path}


def run() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--names", choices=_PATHS)
    arguments = parser.parse_args()
    figures = {}
    for name, path in _PATHS.items():
        with tempfile.TemporaryDirectory() as home:
            figures[name] = path(Path(home))
    if arguments.json:
        print(json.dumps({name: path._asdict() for name, path in figures.items()}))
        return
    for name, figure in figures.items():
        print(f"{name:8} {figure.calls:6} calls of {figure.functions:4} functions in {figure.files:3} files")
    if arguments.names:
        print(*figures[arguments.names].names, sep="\n")


if __name__ == "__main__":
    run()
