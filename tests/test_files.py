"""The user's files: replaced as a whole or unchanged."""

import os
import stat
import threading
from pathlib import Path

import pytest

from papertui.errors import StoreError
from papertui.files import read_file, write_file


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_new_file_follows_the_umask_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        assert write_file(tmp_path / "new", b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    (tmp_path / "new").chmod(0o604)
    assert write_file(tmp_path / "new", b"2")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o604
    assert ((tmp_path / "new").read_bytes(), _names(tmp_path)) == (b"2", ["new"])


def test_a_symlink_stays_a_symlink(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"old")
    (tmp_path / "link").symlink_to("deep/file")
    write_file(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "deep" / "file").read_bytes() == b"new"


def test_a_file_that_changed_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(b"mine")
    seen = read_file(path, 100)
    path.write_bytes(b"changed")
    assert not write_file(path, b"ours", seen)
    assert (path.read_bytes(), _names(tmp_path)) == (b"changed", ["refs.bib"])
    gone = read_file(tmp_path / "nothing", 100)
    assert gone.data is None
    (tmp_path / "nothing").write_bytes(b"there now")
    assert not write_file(tmp_path / "nothing", b"ours", gone)


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_file(pipe, b"through")
    reader.join()
    assert read == [b"through"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_failures_are_reported_and_leave_no_files(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no/x cannot be written: No such file .*; create the folder first\."):
        write_file(tmp_path / "no" / "x", b"1")
    with pytest.raises(StoreError, match="cannot be written"):
        write_file(tmp_path, b"1")
    with pytest.raises(StoreError, match="cannot be read"):
        read_file(tmp_path, 10)
    (tmp_path / "big").write_bytes(b"12345678901")
    with pytest.raises(StoreError, match="larger than"):
        read_file(tmp_path / "big", 10)
    assert _names(tmp_path) == ["big"]
