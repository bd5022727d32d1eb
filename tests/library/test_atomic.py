"""A file that is replaced as a whole or not at all."""

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB

from kit.properties import at_most
from papertui.files import SYSTEM, FileOperations
from papertui.library.backups import Backups
from papertui.library.storage import AtomicStorage

OLD = {"bookmarks": {"1": {"id": "old", "abstract": "o" * 5000}}}
NEW = {"bookmarks": {"1": {"id": "new", "abstract": "n" * 5000}}}


class FailingFiles(FileOperations):
    """System calls of which the `step`-th fails, with a list of all calls."""

    def __init__(self, step: int | None = None, error: int = errno.EIO, *, chunk: int = 2**20) -> None:
        self.step = step
        self.error = error
        self.chunk = chunk
        self.calls: list[str] = []

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if self.step is not None and len(self.calls) == self.step:
            raise OSError(self.error, os.strerror(self.error))

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        self._call("open folder" if flags == os.O_RDONLY else "open")
        return super().open(path, flags, mode)

    def write(self, handle: int, data: memoryview) -> int:
        if self.step is not None and len(self.calls) + 1 == self.step:
            # The disk fills in the middle of the text.
            super().write(handle, data[: len(data) // 2])
        self._call("write")
        return super().write(handle, data[: self.chunk])

    def fsync(self, handle: int) -> None:
        self._call("fsync")
        super().fsync(handle)

    def close(self, handle: int) -> None:
        # A failing close closes the file anyway.
        super().close(handle)
        self._call("close")

    def link(self, path: Path, other: Path) -> None:
        self._call("link")
        super().link(path, other)

    def replace(self, path: Path, target: Path) -> None:
        self._call(f"replace {target.name}")
        super().replace(path, target)

    def unlink(self, path: Path) -> None:
        self._call("unlink")
        super().unlink(path)


def _at(folder: Path, files: FileOperations = SYSTEM) -> AtomicStorage:
    home = folder / "home"
    return AtomicStorage(home / "bookmarks.json", Backups(home / "backups", "bookmarks.json", files), files)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_missing_or_empty_file_has_no_tables(tmp_path: Path) -> None:
    storage = _at(tmp_path)
    assert storage.read() is None
    storage.path.parent.mkdir()
    storage.path.write_text("\n")
    assert storage.read() is None


def test_files_are_private(tmp_path: Path) -> None:
    storage = _at(tmp_path)
    storage.write(OLD)
    storage.write(NEW)
    assert [_mode(storage.path), _mode(storage.backups.previous)] == [0o600, 0o600]
    assert [_mode(storage.path.parent), _mode(storage.backups.previous.parent)] == [0o700, 0o700]


def test_the_previous_state_is_backed_up(tmp_path: Path) -> None:
    storage = _at(tmp_path)
    storage.write({})
    storage.write(OLD)
    storage.write(NEW)
    assert storage.read() == NEW
    assert json.loads(storage.backups.previous.read_text()) == OLD
    storage.replace(b"{}", keep_backup=False)
    assert json.loads(storage.backups.previous.read_text()) == OLD


@at_most(30)
@given(st.dictionaries(st.text(), st.dictionaries(st.text(), st.text() | st.integers() | st.none())))
def test_tables_are_read_back(tmp_path_factory: pytest.TempPathFactory, data: dict[str, dict[str, str]]) -> None:
    storage = _at(tmp_path_factory.mktemp("any"))
    storage.write(data)
    assert storage.read() == data


def test_stock_tinydb_reads_it_in_any_locale(tmp_path: Path) -> None:
    storage = _at(tmp_path)
    storage.write({"bookmarks": {"1": {"title": "Émile 模型 \U0001f600"}}})
    program = "import sys, tinydb; print(ascii(tinydb.TinyDB(sys.argv[1]).table('bookmarks').all()[0]['title']))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(storage.path)],
        env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ascii("Émile 模型 \U0001f600")


def test_tinydb_can_use_it_as_its_storage(tmp_path: Path) -> None:
    storage = _at(tmp_path)
    with TinyDB(storage=lambda: storage) as database:
        database.table("bookmarks").insert_multiple([{"id": "1"}, {"id": "2"}])
        database.table("bookmarks").remove(doc_ids=[1])
    with TinyDB(storage.path) as database:
        assert [(row.doc_id, dict(row)) for row in database.table("bookmarks")] == [(2, {"id": "2"})]


def test_a_symlink_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    real = tmp_path / "synced" / "marks.json"
    real.parent.mkdir()
    link = tmp_path / "home" / "bookmarks.json"
    link.parent.mkdir()
    link.symlink_to(real)
    AtomicStorage(link, Backups(tmp_path / "backups", "marks.json")).write(NEW)
    assert link.is_symlink()
    assert json.loads(real.read_text()) == NEW
    assert list(real.parent.iterdir()) == [real]


def test_the_data_is_flushed_before_the_rename_and_the_folder_after_it(tmp_path: Path) -> None:
    _at(tmp_path).write({})
    _at(tmp_path).write(OLD)
    files = FailingFiles()
    _at(tmp_path, files).write(NEW)
    assert [call for call in files.calls if call != "unlink"] == [
        "open", "write", "fsync", "close", "link", "replace bookmarks.json.1", "replace bookmarks.json",
        "open folder", "fsync", "close",
    ]  # fmt: skip


def _steps(folder: Path) -> int:
    _at(folder).write(OLD)
    files = FailingFiles()
    _at(folder, files).write(NEW)
    return len(files.calls)


@pytest.mark.slow
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EROFS], ids=errno.errorcode.get)
def test_any_failing_step_leaves_the_old_or_the_new_state(tmp_path: Path, error: int) -> None:
    steps = _steps(tmp_path / "count")
    assert steps >= 10
    outcomes = set()
    for step in range(1, steps + 1):
        folder = tmp_path / str(step)
        _at(folder).write(OLD)
        files = FailingFiles(step, error)
        storage = _at(folder, files)
        try:
            storage.write(NEW)
            failed = False
        except OSError:
            failed = True
        state = storage.read()
        assert state in (OLD, NEW)
        assert failed or state == NEW
        outcomes.add((failed, state == NEW))
        if files.calls[step - 1] != "unlink":
            assert not list(folder.rglob("*.tmp"))
        # The next write succeeds.
        _at(folder).write(OLD)
        assert _at(folder).read() == OLD
        assert not list(folder.rglob("*.tmp"))
    assert (True, False) in outcomes


def test_without_hard_links_the_backup_is_copied(tmp_path: Path) -> None:
    class NoLinks(FileOperations):
        def link(self, path: Path, other: Path) -> None:
            raise OSError(errno.EPERM, "no hard links here", str(path), None, str(other))

    _at(tmp_path).write(OLD)
    storage = _at(tmp_path, NoLinks())
    storage.write(NEW)
    assert json.loads(storage.backups.previous.read_text()) == OLD
    assert storage.read() == NEW


def test_short_writes_are_continued(tmp_path: Path) -> None:
    storage = _at(tmp_path, FailingFiles(chunk=7))
    storage.write(NEW)
    assert storage.read() == NEW


def test_leftovers_of_a_killed_writer_are_deleted(tmp_path: Path) -> None:
    storage = _at(tmp_path)
    storage.write(OLD)
    left = storage.path.with_name("bookmarks.json.123-abcd.tmp")
    left.write_text("{")
    storage.write(NEW)
    assert not left.exists()


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b"{", b"\xff"])
def test_invalid_data_is_not_read(tmp_path: Path, data: bytes) -> None:
    storage = _at(tmp_path)
    storage.path.parent.mkdir()
    storage.path.write_bytes(data)
    with pytest.raises(ValueError, match=r"."):
        storage.read()
