"""Opening and reading a long paper: CPU time to its first lines and of each key, finding, memory.

    python benchmarks/long_paper.py [LINES]

The app runs without a terminal, over a stand-in service, once with a short text and once with a long one.
"""

from __future__ import annotations

import asyncio
import random
import resource
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import process_time, thread_time

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from kit.papers import plain
from kit.services import services_over
from kit.stand_in_source import StandInSource
from papertui.archive.archive import Archive
from papertui.library.bookmarks import Library
from papertui.model.document import Document, DocumentPart
from papertui.model.feed import Feed, FeedName
from papertui.settings import Settings
from papertui.sources.source import FullText
from papertui.tui.app import PaperTui
from papertui.tui.controllers.context import StartOptions
from papertui.tui.main_screen import MainScreen
from papertui.tui.page_text import Finder
from papertui.tui.widgets.preview import Preview

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
_LINES_OF_A_PARAGRAPH = 9
_KEYS = (
    "j",
    "pagedown",
    "pagedown",
    "ctrl+d",
    "right_curly_bracket",
    "end",
    "pageup",
    "left_curly_bracket",
    "home",
    "tab",
)


def text_of(lines: int) -> Document:
    chance = random.Random(7)
    words = [
        "".join(chance.choice("abcdefghijklmnoprstuvw") for _ in range(chance.randint(2, 11))) for _ in range(4000)
    ]
    parts: list[DocumentPart] = []
    for number in range(lines // _LINES_OF_A_PARAGRAPH):
        if number % 8 == 0:
            parts.append(DocumentPart("heading", f"Section {number // 8}", 2, str(number // 8 + 1)))
        said = " ".join(chance.choice(words) for _ in range(85))
        parts.append(DocumentPart("text", f"{said} [{1 + number % 300}]."))
    parts += [DocumentPart("reference", f"Author {n}. A title. 2020.", 0, f"[{n}]") for n in range(1, 301)]
    return Document("A long text", tuple(parts))


async def read(lines: int) -> tuple[float, float, float]:
    """Return the seconds to the first lines of a stored text, those that keys may wait, and the memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        archive, library = Archive(home / "archive.db"), Library(home / "bookmarks.json", home / "backups")
        source = StandInSource((plain(1), plain(2)))
        source.texts[plain(1).id] = FullText(text_of(lines), "arxiv")
        archive.keep_feed(Feed(FeedName("trending"), source.papers, NOW, "huggingface"))
        settings = Settings(refresh=False)
        services = services_over(
            home,
            archive,
            library,
            source,
            lambda: NOW,
            settings=settings,
            open_page=bool,
            show=bool,
        )
        await services.papers.text(plain(1).id)
        app = PaperTui(services, settings, StartOptions(FeedName("trending")), {})
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause(0.3)
            screen = app.screen
            assert isinstance(screen, MainScreen)
            page = screen.query_one(Preview)
            before = _memory()
            start = process_time()
            await pilot.press("enter")
            while page.document is None:
                await pilot.pause(0.001)
            page.render_line(0)
            first = process_time() - start
            longest = [0.0]
            watch = asyncio.create_task(_watch(longest))
            for key in _KEYS * 2:  # while the rest is measured, and after
                await pilot.press(key)
            watch.cancel()
            await pilot.pause(0.5)
            grown = _memory() - before
        archive.close()
    return first, longest[0], grown


async def _watch(longest: list[float]) -> None:
    """Keep the most CPU seconds of a turn of the event loop: a key waits no longer than the longest."""
    while True:
        begun = thread_time()
        await asyncio.sleep(0)
        longest[0] = max(longest[0], thread_time() - begun)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def finding(lines: int) -> float:
    """Return the most seconds of a search for one more letter."""
    from papertui.tui.glyphs import UNICODE  # noqa: PLC0415 - beside its use
    from papertui.tui.widgets.paper_text import document_blocks  # noqa: PLC0415 - as above

    finder = Finder(list(document_blocks(text_of(lines), UNICODE)))
    taken = []
    for query in ("a", "ab", "the", "section 9", "nothing", "e"):
        start = process_time()
        finder.search(query)
        found = finder.after(len(finder.query), 0)
        if found is not None:
            finder.number(found)
        taken.append(process_time() - start)
    return max(taken)


def main() -> None:
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    for size in (300, 300, lines, lines):
        first, longest, grown = asyncio.run(read(size))
        print(
            f"{size:>7,} lines: first lines {first * 1000:.0f} ms, longest wait of a key "
            f"{longest * 1000:.0f} ms, memory {grown:+.0f} MiB"
        )
    print(f"find in {lines:,} lines: at most {finding(lines) * 1000:.1f} ms a letter")


if __name__ == "__main__":
    main()
