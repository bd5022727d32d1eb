"""The bookmarks, in a file that stock TinyDB reads."""

import errno
import json
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB, where

from kit.papers import bare, papers, plain
from kit.properties import at_most
from papertui.errors import StoreError
from papertui.files import FileOperations
from papertui.library.bookmarks import Library
from papertui.library.rows import bookmark_of, row_of
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.model.safe_text import safe

AT = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)


def _open(home: Path) -> Library:
    return Library(home / "bookmarks.json", home / "backups")


def _rows(home: Path) -> list[dict[str, object]]:
    with TinyDB(home / "bookmarks.json") as database:
        return [dict(row) for row in database.table("bookmarks")]


def test_a_new_library_is_empty_and_creates_no_file(tmp_path: Path) -> None:
    marks = _open(tmp_path / "home")
    assert (marks.all(), marks.ids(), marks.remove(["1"])) == ((), frozenset(), ())
    assert not (tmp_path / "home" / "bookmarks.json").exists()


def test_adding_and_removing_are_idempotent(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    assert marks.add([plain(1), plain(2), plain(1)], AT) == (plain(1).id, plain(2).id)
    written = (tmp_path / "bookmarks.json").read_bytes()
    assert marks.add([plain(1)._replace(title="Other")], AT + timedelta(1)) == ()
    assert (tmp_path / "bookmarks.json").read_bytes() == written
    assert marks.remove([plain(1).id, plain(1).id, "nobody"]) == (plain(1).id,)
    assert marks.remove([plain(1).id]) == ()
    assert marks.all() == (Bookmark(bare(plain(2)), AT),)
    assert marks.whole([plain(2).id, plain(1).id]) == {plain(2).id: plain(2)}


def test_bookmarks_are_sorted_newest_first(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([plain(1)], AT)
    marks.add([plain(2)], AT - timedelta(hours=1))
    marks.add([plain(3), plain(4)], AT + timedelta(hours=1))
    assert [mark.paper.id[-1] for mark in marks.all()] == ["4", "3", "1", "2"]


def test_stock_tinydb_reads_every_fact(tmp_path: Path) -> None:
    _open(tmp_path).add([plain(7)], AT)
    (row,) = _rows(tmp_path)
    assert row["id"] == "2604.00007"
    assert row["title"] == plain(7).title
    assert row["authors"] == ["Ada Lovelace", "Émile Borel"]
    assert (row["added"], row["tags"], row["note"], row["state"]) == ("2026-04-30T06:12:00Z", [], "", "to read")
    assert "abstract" not in row
    assert row["published"] == "2026-04-29T17:07:00Z"
    with TinyDB(tmp_path / "bookmarks.json") as database:
        (meta,) = database.table("meta").all()
    assert meta["schema"] == 2


@at_most(30)
@given(paper=papers(texts=st.text(max_size=20)))
def test_bookmarks_are_read_back(tmp_path: Path, paper: Paper) -> None:
    # with sanitized texts, like those of all papers
    paper = bookmark_of(row_of(Bookmark(paper, AT))).paper._replace(abstract=safe(paper.abstract))
    marks = _open(tmp_path)
    marks.remove(marks.ids())
    marks.add([paper], AT)
    assert _open(tmp_path).all() == (Bookmark(bare(paper), AT),)
    if paper.abstract:  # an empty one does not replace the stored one
        assert _open(tmp_path).whole([paper.id]) == {paper.id: paper}


def test_files_are_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    _open(home).add([plain(1)], AT)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.iterdir() if path.is_file()} == {0o600}


def test_changes_by_another_program_are_seen(tmp_path: Path) -> None:
    one, other = _open(tmp_path), _open(tmp_path)
    one.add([plain(1)], AT)
    assert other.ids() == {plain(1).id}
    other.add([plain(2)], AT)
    assert one.ids() == {plain(1).id, plain(2).id}
    with TinyDB(tmp_path / "bookmarks.json") as database:
        database.table("bookmarks").update({"note": "Mine."}, where("id") == plain(1).id)
        database.table("bookmarks").remove(where("id") == plain(2).id)
    assert [(mark.paper.id, mark.note) for mark in one.all()] == [(plain(1).id, "Mine.")]
    one.add([plain(3)], AT)
    assert {mark.note for mark in other.all()} == {"Mine.", ""}


def test_unknown_fields_and_tables_are_kept(tmp_path: Path) -> None:
    _open(tmp_path).add([plain(1)], AT)
    with TinyDB(tmp_path / "bookmarks.json") as database:
        database.table("bookmarks").update({"colour": "blue", "tags": ["todo"], "state": "reading"})
        database.table("journal").insert({"did": "something"})
    _open(tmp_path).add([plain(2)], AT)
    assert [row.get("colour") for row in _rows(tmp_path)] == ["blue", None]
    with TinyDB(tmp_path / "bookmarks.json") as database:
        assert database.table("journal").all() == [{"did": "something"}]
    assert [(mark.tags, mark.state) for mark in _open(tmp_path).all()] == [((), "to read"), (("todo",), "reading")]


def test_rows_of_one_paper_are_merged(tmp_path: Path) -> None:
    with TinyDB(tmp_path / "bookmarks.json") as database:
        database.table("bookmarks").insert_multiple(
            [
                {
                    "id": "1",
                    "title": "One",
                    "added": "2026-04-02T00:00:00Z",
                    "tags": ["a"],
                    "note": "N",
                    "state": "read",
                },
                {"id": "2", "title": "Two"},
                {"id": "1", "title": "", "added": "2026-04-01T00:00:00Z", "tags": ["b"], "note": "M", "doi": "10.1/x"},
            ]
        )
    marks = _open(tmp_path)
    first = marks.all()[0]
    assert len(marks.all()) == 2
    assert marks.ids() == {"1", "2"}
    assert (first.paper.title, first.paper.doi, first.tags, first.note) == ("One", "10.1/x", ("a", "b"), "N\n\nM")
    assert (first.added, first.state) == (datetime(2026, 4, 1, tzinfo=UTC), "read")
    assert marks.remove(["1"]) == ("1",)
    assert [row["id"] for row in _rows(tmp_path)] == ["2"]


def test_invalid_values_in_a_row_are_reported_and_replaced(tmp_path: Path) -> None:
    row = {"id": "1", "title": 5, "authors": "Ada", "tags": "todo", "note": None, "state": "lost", "added": "yesterday"}
    with TinyDB(tmp_path / "bookmarks.json") as database:
        database.table("bookmarks").insert(row)
    marks = _open(tmp_path)
    (mark,) = marks.all()
    assert (mark.paper.title, mark.paper.authors, mark.tags, mark.note, mark.state) == ("1", (), (), "", "to read")
    (notice,) = marks.take_notices()
    assert "1 bookmark was recovered" in notice
    assert not _open(tmp_path).take_notices()


def test_a_row_may_have_any_number(tmp_path: Path) -> None:
    # Python does not parse thousands of digits, and stock TinyDB opens such a file until the number is needed.
    rows = {"1": {"id": "1", "title": "One"}, "9" * 5000: {"id": "2", "title": "Two"}}
    (tmp_path / "bookmarks.json").write_text(json.dumps({"bookmarks": rows}))
    marks = _open(tmp_path)
    assert marks.ids() == {"1", "2"}
    assert marks.add([plain(3)], AT) == (plain(3).id,)
    assert len(_rows(tmp_path)) == 3


def test_a_newer_file_is_refused_and_not_changed(tmp_path: Path) -> None:
    _open(tmp_path).add([plain(1)], AT)
    path = tmp_path / "bookmarks.json"
    for text in (
        json.dumps({**json.loads(path.read_text()), "meta": {"1": {"schema": 3}}}),
        '{"meta": {"1": {"schema": 3}}, "bookmarks": ["in some other form"]}',
        '{"meta": {"1": {"schema": 3}}, "bookmarks": {"1": {"id": "1", "ti',
    ):
        path.write_text(text)
        with pytest.raises(StoreError, match="newer papertui") as caught:
            _open(tmp_path).all()
        assert caught.value.exit_code == 4
        with pytest.raises(StoreError, match="newer papertui"):
            _open(tmp_path).add([plain(2)], AT)
        assert path.read_text() == text


def test_a_paper_without_an_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="without an id"):
        _open(tmp_path).add([plain(1), Paper("", "Gone")], AT)
    assert not _open(tmp_path).ids()


@pytest.mark.parametrize(
    ("error", "words"), [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "the disk is read-only")]
)
def test_an_unwritable_disk_is_reported_and_nothing_changes(tmp_path: Path, error: int, words: str) -> None:
    class Failing(FileOperations):
        def write(self, handle: int, data: memoryview) -> int:
            raise OSError(error, "Read-only file system", handle, len(data))

    _open(tmp_path).add([plain(1)], AT)
    before = (tmp_path / "bookmarks.json").read_bytes()
    marks = Library(tmp_path / "bookmarks.json", tmp_path / "backups", files=Failing())
    for adding in (True, False):
        with pytest.raises(StoreError, match=words):
            marks.add([plain(2)], AT) if adding else marks.remove([plain(1).id])
        assert marks.ids() == {plain(1).id}
        assert (tmp_path / "bookmarks.json").read_bytes() == before
        assert not list(tmp_path.glob("*.tmp"))


def test_a_path_that_is_not_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StoreError, match="cannot be read"):
        _open(tmp_path / "home").all()
    with pytest.raises(StoreError, match="cannot be written"):
        _open(tmp_path / "home").add([plain(1)], AT)


def test_a_lock_that_is_never_released_is_reported(tmp_path: Path) -> None:
    marks = Library(tmp_path / "bookmarks.json", tmp_path / "backups", patience=0.05)
    marks.add([plain(1)], AT)
    with FileLock(tmp_path / "bookmarks.json.lock"):
        with pytest.raises(StoreError, match="locked by another program"):
            marks.add([plain(2)], AT)
        assert marks.ids() == {plain(1).id}
    assert marks.add([plain(2)], AT)


def test_a_linked_library_locks_next_to_its_target(tmp_path: Path) -> None:
    (tmp_path / "synced").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "bookmarks.json").symlink_to(tmp_path / "synced" / "bookmarks.json")
    _open(tmp_path / "home").add([plain(1)], AT)
    assert (tmp_path / "home" / "bookmarks.json").is_symlink()
    assert (tmp_path / "synced" / "bookmarks.json.lock").exists()
    assert json.loads((tmp_path / "synced" / "bookmarks.json").read_text())["bookmarks"]


def test_texts_of_an_edited_file_are_sanitized(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    row = {
        "id": "2604.00001",
        "title": "Red \x1b[31mherring",
        "authors": ["A\u202eB"],
        "tags": ["x\x9b2J"],
        "note": "a\nb",
    }
    path.write_text(json.dumps({"bookmarks": {"1": row}, "meta": {"1": {"schema": 1}}}), encoding="utf-8")
    (mark,) = Library(path, tmp_path / "backups").all()
    assert (mark.paper.title, mark.paper.authors, mark.note) == ("Red herring", ("AB",), "a\nb")
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in "".join(mark.tags))


@pytest.mark.slow
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP])
def test_a_file_system_without_locks_is_refused(tmp_path: Path, number: int) -> None:
    # No such folder is available in tests, so the process gets its error from a replaced system call.
    program = f"""
import errno, fcntl, sys
from datetime import UTC, datetime
from pathlib import Path

def flock(*arguments):
    raise OSError({number}, "no locks here")

fcntl.flock = flock
from papertui.model.paper import Paper
from papertui.errors import StoreError
from papertui.library.bookmarks import Library
home = Path(sys.argv[1])
try:
    Library(home / "bookmarks.json", home / "backups", patience=1).add([Paper("1", "One")], datetime.now(UTC))
except StoreError as problem:
    print(problem)
"""
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert "are on a file system without locks" in done.stdout
    assert not (tmp_path / "bookmarks.json").exists()
