"""Any sequence of changes in any number of windows has the same result as on a plain dict."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tinydb import TinyDB, where

from kit.papers import bare, plain
from kit.properties import at_most
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark

_NUMBERS = st.integers(1, 6)
_WINDOWS = st.integers(0, 1)


class LibraryStates(RuleBasedStateMachine):
    """Two windows, stock TinyDB and damage, on one file."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.home = Path(self.folder.name)
        self.path = self.home / "bookmarks.json"
        self.clock = datetime(2026, 4, 30, tzinfo=UTC)
        self.kept: dict[str, Bookmark] = {}
        self.windows = [self.open(), self.open()]

    def open(self) -> Library:
        return Library(self.path, self.home / "backups")

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(window=_WINDOWS, numbers=st.lists(_NUMBERS, max_size=3))
    def add(self, window: int, numbers: list[int]) -> None:
        self.clock += timedelta(minutes=1)
        papers = {plain(number).id: plain(number) for number in numbers}
        fresh = tuple(id_ for id_ in papers if id_ not in self.kept)
        assert self.windows[window].add([plain(number) for number in numbers], self.clock) == fresh
        self.kept |= {id_: Bookmark(bare(papers[id_]), self.clock) for id_ in fresh}

    @rule(window=_WINDOWS, numbers=st.lists(_NUMBERS, max_size=3))
    def remove(self, window: int, numbers: list[int]) -> None:
        ids = tuple(dict.fromkeys(plain(number).id for number in numbers))
        assert self.windows[window].remove(ids) == tuple(id_ for id_ in ids if id_ in self.kept)
        for id_ in ids:
            self.kept.pop(id_, None)

    @rule(window=_WINDOWS)
    def reopen(self, window: int) -> None:
        self.windows[window] = self.open()

    @rule(number=_NUMBERS)
    def remove_with_tinydb(self, number: int) -> None:
        with TinyDB(self.path) as database:
            database.table("bookmarks").remove(where("id") == plain(number).id)
        self.kept.pop(plain(number).id, None)

    @rule()
    def cut_the_closing_brackets(self) -> None:
        if self.path.exists() and len(data := self.path.read_bytes()) > 100:
            (self.home / "backups" / "bookmarks.json.1").unlink(missing_ok=True)
            self.path.write_bytes(data[:-1])

    @rule(number=_NUMBERS)
    def read_abstracts(self, number: int) -> None:
        paper = plain(number)
        assert self.windows[0].whole([paper.id]) == ({paper.id: paper} if paper.id in self.kept else {})

    @invariant()
    def every_window_sees_the_same(self) -> None:
        for window in self.windows:
            assert window.ids() == self.kept.keys()
            assert {mark.paper.id: mark for mark in window.all()} == self.kept


TestLibraryStates = LibraryStates.TestCase
TestLibraryStates.settings = at_most(25, stateful_step_count=20)
