"""The search over stored papers that the main screen keeps open."""

from __future__ import annotations

import asyncio
import threading
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from kit.papers import plain
from kit.search import finder
from kit.stand_in_source import StandInSource
from papertui.archive.archive import Archive
from papertui.library.bookmarks import Library
from papertui.tui.controllers.search_indexes import StoredIndex
from tui.conftest import NOW


class _Clock:
    """A clock that the search reads once it has opened its index; it stops there the first time."""

    def __init__(self) -> None:
        self.is_read = threading.Event()
        self.may_go_on = threading.Event()

    def __call__(self) -> datetime:
        self.is_read.set()
        self.may_go_on.wait()
        return NOW


async def test_a_search_that_was_opened_before_papers_were_stored_is_not_used_after_that(tmp_path: Path) -> None:
    archive, clock = Archive(tmp_path / "archive.db"), _Clock()
    archive.remember([plain(1)], NOW)
    source = StandInSource(())
    service = finder(
        archive,
        Library(tmp_path / "bookmarks.json", tmp_path / "backups"),
        lambda: nullcontext(source),
        tmp_path / "index",
        clock,
    )
    stored = StoredIndex(service)
    early = asyncio.create_task(stored.open("everything", (), lambda *_: None))
    await asyncio.to_thread(clock.is_read.wait)
    archive.remember([plain(2)], NOW)
    stored.forget()
    late = asyncio.create_task(stored.open("everything", (), lambda *_: None))
    await asyncio.sleep(0)
    clock.may_go_on.set()
    assert (await late).size == 2
    assert (await early).size == 1
    assert stored.of("everything") is await late
