"""Recovery of a damaged bookmark file: nothing recognizable is lost, and the damage is reported."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB

from kit.papers import bare, plain
from kit.properties import at_most
from papertui.library.bookmarks import Library
from papertui.library.recovery import salvage
from papertui.library.rows import bookmark_of
from papertui.model.bookmark import Bookmark

AT = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)
NOW = datetime(2026, 5, 1, 7, 8, 9, tzinfo=UTC)
PAPERS = [plain(number) for number in range(1, 6)]


def _open(home: Path) -> Library:
    return Library(home / "bookmarks.json", home / "backups", now=lambda: NOW)


def _whole(home: Path) -> bytes:
    """A file of five bookmarks, the last of which is not in the backup."""
    marks = _open(home)
    marks.add(PAPERS[:4], AT)
    marks.add(PAPERS[4:], AT)
    return (home / "bookmarks.json").read_bytes()


def _utf16(data: bytes) -> bytes:
    return data.decode().encode("utf-16")


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "UTF-16": _utf16,
    "UTF-16 without mark": lambda data: data.decode().encode("utf-16-be"),
    "the end cut off": lambda data: data[:-2],
    "the meta table cut off": lambda data: data[:-20],
    "something after the end": lambda data: data + b"}}",
    "a stale tail": lambda data: data + data[-3000:],
    "a list": lambda data: json.dumps(list(json.loads(data)["bookmarks"].values())).encode(),
    "a table that is a list": lambda data: json.dumps(
        {"bookmarks": list(json.loads(data)["bookmarks"].values())}
    ).encode(),
    "a row that is none": lambda data: data.replace(b'"bookmarks": {', b'"bookmarks": {"77": null, '),
    "a row without an id": lambda data: data.replace(b'"bookmarks": {', b'"bookmarks": {"77": {}, '),
    "a number that is none": lambda data: data.replace(b'"5": {', b'"five": {'),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
def test_every_remaining_row_is_recovered(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    damaged = damage(_whole(tmp_path))
    path = tmp_path / "bookmarks.json"
    path.write_bytes(damaged)
    (tmp_path / "backups" / "bookmarks.json.1").unlink()
    marks = _open(tmp_path)
    assert set(marks.all()) == {Bookmark(bare(paper), AT) for paper in PAPERS}
    kept = tmp_path / "bookmarks.json.damaged-20260501-070809"
    assert kept.read_bytes() == damaged
    assert marks.take_notices() == (
        f"The bookmark file was damaged; 5 bookmarks were recovered. The damaged file is now {kept.name}.",
    )
    assert marks.take_notices() == ()
    with TinyDB(path) as database:
        assert len(database.table("bookmarks")) == 5
    assert not _open(tmp_path).take_notices()


@pytest.mark.parametrize("rest", [b"", b"\n", b"not JSON at all", b"\0" * 40, b"[]", b"5", b"\xff\xfe", b"{"])
def test_a_destroyed_file_is_recovered_from_backup_and_journal(tmp_path: Path, rest: bytes) -> None:
    _whole(tmp_path)
    (tmp_path / "bookmarks.json").write_bytes(rest)
    marks = _open(tmp_path)
    assert marks.add([plain(9)], AT) == (plain(9).id,)
    assert marks.ids() == {paper.id for paper in [*PAPERS, plain(9)]}
    (notice,) = marks.take_notices()
    assert "5 bookmarks were recovered, 5 of them from the backup" in notice


@pytest.mark.parametrize("written", ["{}", '{"_default": {"1": {"kept": "by another program"}}}'])
def test_a_file_without_its_table_is_not_an_empty_library(tmp_path: Path, written: str) -> None:
    _whole(tmp_path)
    (tmp_path / "bookmarks.json").write_text(written)
    marks = _open(tmp_path)
    assert marks.ids() == {paper.id for paper in PAPERS}
    assert "5 bookmarks were recovered" in marks.take_notices()[0]
    with TinyDB(tmp_path / "bookmarks.json") as database:
        assert len(database.table("_default")) == written.count("kept"), "other tables stay"


def test_an_emptied_library_stays_empty(tmp_path: Path) -> None:
    _whole(tmp_path)
    with TinyDB(tmp_path / "bookmarks.json") as database:
        database.table("bookmarks").remove(doc_ids=[1, 2, 3, 4, 5])
    marks = _open(tmp_path)
    assert marks.all() == ()
    assert marks.take_notices() == ()


def test_damage_without_a_backup_is_set_aside_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text("not JSON at all")
    marks = _open(tmp_path)
    assert marks.all() == ()
    assert "0 bookmarks were recovered" in marks.take_notices()[0]
    assert [kept.read_text() for kept in tmp_path.glob("*.damaged-*")] == ["not JSON at all"]
    path.write_text("broken again")
    assert marks.all() == ()
    assert len(list(tmp_path.glob("*.damaged-*"))) == 2


def test_a_damaged_file_never_replaces_the_backup(tmp_path: Path) -> None:
    _whole(tmp_path)
    backup = tmp_path / "backups" / "bookmarks.json.1"
    before = backup.read_bytes()
    (tmp_path / "bookmarks.json").write_bytes(b"{")
    _open(tmp_path).all()
    assert backup.read_bytes() == before


def test_other_tables_survive_damage_to_the_bookmarks(tmp_path: Path) -> None:
    data = json.loads(_whole(tmp_path))
    (tmp_path / "bookmarks.json").write_text(json.dumps(data | {"bookmarks": 5, "journal": {"1": {"did": "it"}}}))
    _open(tmp_path).all()
    with TinyDB(tmp_path / "bookmarks.json") as database:
        assert database.table("journal").all() == [{"did": "it"}]
        assert [meta["schema"] for meta in database.table("meta")] == [2]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return _whole(tmp_path_factory.mktemp("whole"))


@at_most(60)
@given(st.data())
def test_everything_before_a_cut_is_recovered(whole: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(whole) - 1))
    found = salvage(whole[:cut]).rows
    ends = [whole.find(b"}", whole.find(paper.id.encode())) for paper in PAPERS]
    complete = [paper for paper, end in zip(PAPERS, ends, strict=True) if end < cut]
    assert [bookmark_of(row) for row in found[: len(complete)]] == [Bookmark(bare(paper), AT) for paper in complete]
    # The facts before the cut in the incomplete row.
    assert [row["id"] for row in found] == [paper.id for paper in PAPERS[: len(found)]]
    assert len(found) <= len(complete) + 1


@at_most(60)
@given(st.data())
def test_a_hole_loses_only_the_rows_it_covers(whole: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole) - 1))
    size = data.draw(st.integers(1, 200))
    found = salvage(whole[:start] + b"\0" * size + whole[start + size :]).rows
    spans = [(whole.find(b'{"id": "' + p.id.encode()), whole.find(b"}", whole.find(p.id.encode()))) for p in PAPERS]
    untouched = [p for p, (first, last) in zip(PAPERS, spans, strict=True) if last < start or first >= start + size]
    assert {paper.id for paper in untouched} <= {row["id"] for row in found}
    assert {Bookmark(bare(p), AT) for p in untouched} <= {bookmark_of(row) for row in found}


@given(st.binary(max_size=200))
def test_any_bytes_can_be_salvaged(data: bytes) -> None:
    salvage(data)
    salvage(b'{"bookmarks": {"1": {"id": "1", ' + data)


@pytest.mark.slow
@pytest.mark.parametrize("filling", [b"\0", b" ", b"{", b"{ ", b"\xff\xfe", b"\xfe\xff", b"[", b'{"a":['])
@pytest.mark.parametrize("where", ["before", "between", "behind"])
def test_rows_are_found_among_foreign_data(whole: bytes, filling: bytes, where: str) -> None:
    at = {"before": 0, "between": whole.index(b'\n"3"'), "behind": len(whole)}[where]
    found = salvage(whole[:at] + filling * 20_000 + whole[at:]).rows
    assert [row["id"] for row in found] == [paper.id for paper in PAPERS]


def test_deep_nesting_is_handled() -> None:
    salvage(b'{"a":' * 3000)
    salvage(b"[" * 200_000)
