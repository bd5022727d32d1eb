"""Files are replaced as a whole or unchanged."""

import errno
import os
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from papertui.errors import StoreError
from papertui.files import (
    FileOperations,
    file_stamp,
    free_name_for_damaged,
    link_over,
    make_private,
    read_file,
    sweep,
    write_atomic,
    write_file,
)


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


def test_private_files_stay_private(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o644)
    write_atomic(path, b"new", durable=False)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode), _names(tmp_path)) == (b"new", 0o600, ["file"])


def test_nothing_is_replaced_if_the_last_check_fails(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def refuse() -> None:
        raise KeyError("no")

    with pytest.raises(KeyError):
        write_atomic(path, b"new", before_replace=refuse)
    assert (path.read_bytes(), _names(tmp_path)) == (b"old", ["file"])


@pytest.mark.parametrize(("error", "is_fatal"), [(errno.EINVAL, False), (errno.EACCES, False), (errno.EIO, True)])
def test_folders_that_cannot_be_flushed_are_no_error(tmp_path: Path, error: int, is_fatal: bool) -> None:
    class NoFolders(FileOperations):
        def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
            if flags == os.O_RDONLY:
                raise OSError(error, os.strerror(error))
            return super().open(path, flags, mode)

    try:
        write_atomic(tmp_path / "file", b"new", files=NoFolders())
        failed = False
    except OSError:
        failed = True
    assert (failed, (tmp_path / "file").read_bytes()) == (is_fatal, b"new")


def test_a_stamp_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert file_stamp(path) is None
    path.write_bytes(b"1")
    first = file_stamp(path)
    assert first == file_stamp(path)
    before = path.stat()
    write_atomic(path, b"2")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file_stamp(path) != first


def test_a_link_replaces_another_name(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"new")
    (tmp_path / "backup").write_bytes(b"old")
    for _ in range(2):  # the second time both are the same file
        link_over(tmp_path / "file", tmp_path / "backup")
        assert (tmp_path / "file").samefile(tmp_path / "backup")
        assert sorted(_names(tmp_path)) == ["backup", "file"]


def test_only_leftovers_of_the_same_file_are_deleted(tmp_path: Path) -> None:
    for name in (".a.json.1-ab.tmp", "a.json.1-ab.tmp", ".ba.json.1-ab.tmp", "a.json.tmp.txt", "a.json"):
        (tmp_path / name).touch()
    sweep(tmp_path / "a.json")
    assert sorted(_names(tmp_path)) == [".ba.json.1-ab.tmp", "a.json", "a.json.tmp.txt"]


def test_names_of_damaged_files_are_free(tmp_path: Path) -> None:
    at = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)
    first = free_name_for_damaged(tmp_path / "a.json", at)
    assert first.name == "a.json.damaged-20260430-061200"
    first.symlink_to("nowhere")
    assert free_name_for_damaged(tmp_path / "a.json", at).name == "a.json.damaged-20260430-061200-2"


def test_new_folders_are_private_and_old_ones_are_not_changed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private(tmp_path / "a" / "b")
    modes = [stat.S_IMODE(folder.stat().st_mode) for folder in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")]
    assert modes == [0o755, 0o700, 0o700]
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError):
        make_private(tmp_path / "file")
