"""A large library: what only a few bookmarks are needed for is as if all had been read."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB

from papertui.errors import StoreError
from papertui.library import row_index
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper

pytestmark = pytest.mark.slow

NOON = datetime(2026, 4, 30, 12, tzinfo=UTC)
COUNT = row_index.LEAST + 20


def _bookmark(number: int) -> Bookmark:
    paper = Paper(
        f"2604.{number:05}",
        f"Paper “{number}” {'é' * (number % 3)}",
        authors=("Ada L.", f"{number}"),
        github="https://github.com/a/b" if number % 5 == 0 else None,
        upvotes=0 if number % 7 == 0 else None,
    )
    return Bookmark(
        paper,
        NOON + timedelta(seconds=(number * 37) % 101, microseconds=500_000 * (number % 2)),
        ("tödo", 'with "quotes", "added": ') if number % 4 == 0 else (),
        "A note\nwith lines." if number % 9 == 0 else "",
        "reading" if number % 3 == 0 else "to read",
        4 if number % 8 == 0 else None,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A bookmark file with enough rows for an index."""
    library = Library(tmp_path / "bookmarks.json", tmp_path / "backups")
    library.change(lambda _: {one.paper.id: one for one in map(_bookmark, range(COUNT))}, "add", NOON)
    return tmp_path / "bookmarks.json"


def _library(path: Path) -> Library:
    """The library as another process opens it."""
    return Library(path, path.parent / "backups")


def _check(path: Path) -> None:
    """Compare what is read row by row with what is read as a whole, with and without the index."""
    every = {mark.paper.id: mark for mark in _library(path).all()}
    for _ in range(2):  # the first one writes the index
        library = _library(path)
        assert library.newest() == tuple(every)
        assert library.ids() == every.keys()
        assert dict(library.by_id()) == every
        assert list(library.by_id()) == list(_library(path).annotations())
        for id_, mark in library.annotations().items():
            assert mark._replace(paper=every[id_].paper) == every[id_]
        for fact, of in {"github": "paper", "upvotes": "paper", "tags": "", "note": "", "rating": ""}.items():
            values = {id_: getattr(mark.paper if of else mark, fact) for id_, mark in every.items()}
            assert set(library.ids_having(fact)) == {
                id_ for id_, value in values.items() if value not in (None, "", ())
            }
        assert library.whole(["2604.00003", "nothing"])["2604.00003"].title == every["2604.00003"].paper.title


def test_all_ways_to_read_agree(path: Path) -> None:
    _check(path)
    assert path.with_name("bookmarks.rows").exists()


def test_few_rows_need_no_index(tmp_path: Path) -> None:
    library = Library(tmp_path / "bookmarks.json", tmp_path / "backups")
    library.add([Paper("2604.00001", "One")], NOON)
    assert _library(tmp_path / "bookmarks.json").newest() == ("2604.00001",)
    assert not (tmp_path / "bookmarks.rows").exists()


def test_a_change_of_another_process_is_seen_at_once(path: Path) -> None:
    library = _library(path)
    library.newest()
    library = _library(path)
    before = library.by_id()
    assert len(before) == COUNT
    _library(path).add([Paper("2605.00001", "New")], NOON + timedelta(days=1))
    _library(path).remove(["2604.00002"])
    assert library.newest()[0] == "2605.00001"
    assert "2604.00002" not in library.ids()
    # What was read before stays as it was.
    assert before["2604.00002"].paper.id == "2604.00002"
    assert "2605.00001" not in before
    _check(path)


def _foreign(path: Path) -> None:
    with TinyDB(path) as database:
        database.table("bookmarks").update({"note": "Changed elsewhere."})


def _shorter(path: Path) -> None:
    data = json.loads(path.read_text())
    data["bookmarks"].popitem()
    path.write_text(json.dumps(data))


@pytest.mark.parametrize("change", [_foreign, _shorter])
def test_a_file_of_another_layout_is_read_as_a_whole(path: Path, change: Callable[[Path], None]) -> None:
    _library(path).newest()
    change(path)
    _check(path)


def _flip(data: bytes) -> bytes:
    return data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]


@pytest.mark.parametrize(
    "damage", [_flip, lambda data: data[:500], lambda _: b"", lambda _: b"[]\n", lambda _: b"{}\nx"]
)
def test_a_damaged_index_is_ignored_and_written_again(path: Path, damage: Callable[[bytes], bytes]) -> None:
    _check(path)
    rows = path.with_name("bookmarks.rows")
    rows.write_bytes(damage(rows.read_bytes()))
    _check(path)


def test_a_copied_home_does_not_use_the_index_of_the_old_one(path: Path, tmp_path: Path) -> None:
    _library(path).newest()
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "bookmarks.json").write_bytes(path.read_bytes().replace(b"Paper ", b"PAPER "))
    (copy / "bookmarks.rows").write_bytes(path.with_name("bookmarks.rows").read_bytes())
    assert _library(copy / "bookmarks.json").by_id()["2604.00001"].paper.title.startswith("PAPER")


def test_a_damaged_library_is_recovered_although_there_is_an_index(path: Path) -> None:
    _library(path).newest()
    path.write_bytes(path.read_bytes()[:-2000])
    library = _library(path)
    assert len(library.newest()) >= COUNT - 10
    assert any("damaged" in notice for notice in library.take_notices())


def test_a_file_that_is_written_over_while_it_is_read_is_reported(path: Path) -> None:
    _library(path).newest()
    marks = _library(path).by_id()
    with path.open("r+b") as file:
        file.truncate(100)
    with pytest.raises(StoreError, match="Try again"):
        marks["2604.00900"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_without_permission_to_write_nothing_is_missing(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        assert len(_library(path).newest()) == COUNT
    finally:
        path.parent.chmod(0o700)
