"""An archive on a disk that cannot be written is read, as far as it can be; what was fetched is kept meanwhile."""

import os
import shutil
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit.papers import plain
from papertui.archive.archive import Archive
from papertui.archive.database import STEPS
from papertui.errors import UnwritableError
from papertui.files import reason, unwritable_notice, why_unwritable
from papertui.model.feed import Feed, FeedName

AT = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)
DAILY = FeedName("daily", "2026-04-30")


def _open(folder: Path) -> Archive:
    return Archive(folder / "archive.db", now=lambda: AT)


def _refuse(folder: Path) -> None:
    """Let SQLite create no shared memory: it follows no link."""
    (folder / "archive.db-shm").symlink_to("nowhere")


def _stored(folder: Path) -> Archive:
    archive = _open(folder)
    archive.keep_feed(Feed(DAILY, tuple(map(plain, range(5))), AT))
    archive.close()
    return archive


def test_everything_stored_can_be_read_and_nothing_written(tmp_path: Path) -> None:
    _stored(tmp_path)
    before = (tmp_path / "archive.db").read_bytes()
    _refuse(tmp_path)
    archive = _open(tmp_path)
    assert archive.unwritable == ""
    assert archive.count() == 5
    feed = archive.feed(DAILY)
    assert feed is not None
    assert [paper.id for paper in feed.papers] == [plain(number).id for number in range(5)]
    assert len(archive.all_papers()[:9]) == 5
    assert "archive.db cannot be opened" in archive.unwritable
    assert not archive.is_missing
    for write in (
        lambda: archive.remember([plain(9)], AT),
        lambda: archive.mark_read(["1"], True, AT),
        lambda: archive.note("a", "b"),
    ):
        with pytest.raises(UnwritableError) as caught:
            write()
        assert caught.value.exit_code == 4
    archive.close()
    assert (tmp_path / "archive.db").read_bytes() == before


def test_writing_works_again_when_the_disk_allows_it(tmp_path: Path) -> None:
    _stored(tmp_path)
    _refuse(tmp_path)
    archive = _open(tmp_path)
    assert archive.count() == 5
    (tmp_path / "archive.db-shm").unlink()
    assert archive.remember([plain(9)], AT).added == 1
    assert archive.unwritable == ""
    assert archive.count() == 6
    archive.close()


def test_what_another_process_writes_is_seen(tmp_path: Path) -> None:
    _stored(tmp_path)
    _refuse(tmp_path)
    archive = _open(tmp_path)
    assert archive.count() == 5
    (tmp_path / "archive.db-shm").unlink()
    other = _open(tmp_path)
    other.remember([plain(9)], AT)
    other.close()
    _refuse(tmp_path)
    assert archive.count() == 6
    archive.close()


def test_the_log_of_a_killed_process_is_read(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    copy.mkdir()
    _stored(home)
    archive = _open(home)
    archive.remember([plain(9)], AT)
    for name in ("archive.db", "archive.db-wal"):  # as if this process were killed now
        shutil.copy(home / name, copy / name)
    archive.close()
    assert (copy / "archive.db-wal").stat().st_size > 0
    _refuse(copy)
    again = _open(copy)
    assert again.count() == 6
    assert again.paper(plain(9).id) is not None
    again.close()


def test_an_older_archive_is_converted_in_memory(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "archive.db")
    for statement in STEPS[0]:
        connection.execute(statement)
    connection.execute(
        "INSERT INTO papers (row, id, title, moment, first_seen, seen, abstract) VALUES (1, 'a', 'A', 0, 0, 0, '')"
    )
    connection.execute("UPDATE totals SET papers = 1")
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    connection.close()
    before = (tmp_path / "archive.db").read_bytes()
    _refuse(tmp_path)
    archive = _open(tmp_path)
    assert archive.paper("a") is not None
    archive.close()
    assert (tmp_path / "archive.db").read_bytes() == before


def test_threads_share_the_archive(tmp_path: Path) -> None:
    _stored(tmp_path)
    _refuse(tmp_path)
    archive = _open(tmp_path)
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.extend(archive.count() for _ in range(20))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [5] * 120
    archive.close()


def test_a_damaged_archive_that_cannot_be_read_is_an_empty_one(tmp_path: Path) -> None:
    _stored(tmp_path)
    path = tmp_path / "archive.db"
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    _refuse(tmp_path)
    archive = _open(tmp_path)
    assert archive.papers([plain(1).id]) == {}
    assert archive.is_missing
    assert "The archive" in archive.unwritable
    archive.close()


def test_what_cannot_be_stored_is_kept_until_the_end(tmp_path: Path) -> None:
    _stored(tmp_path)
    _refuse(tmp_path)
    archive = _open(tmp_path)
    tomorrow = FeedName("daily", "2026-05-01")
    later = Feed(tomorrow, (plain(7), plain(1)), AT + timedelta(days=1), "huggingface")
    with pytest.raises(UnwritableError):
        archive.keep_feed(later)
    archive.unsaved.add_feed(later)
    assert archive.feed(tomorrow) == later
    assert archive.latest("daily") == tomorrow
    assert archive.fetched_at(tomorrow) == later.fetched_at
    assert archive.feeds_between(tomorrow, AT.date(), AT.date() + timedelta(days=1)) == (later,)
    assert archive.feeds_between(tomorrow, AT.date(), AT.date()) == ()
    assert archive.paper(plain(7).id) == plain(7)
    assert {paper.id for paper in archive.unsaved.all()} == {plain(7).id, plain(1).id}
    (tmp_path / "archive.db-shm").unlink()
    archive.keep_feed(later._replace(papers=(plain(8),), fetched_at=AT + timedelta(days=1, hours=1)))
    stored = archive.feed(tomorrow)
    assert stored is not None
    assert [paper.id for paper in stored.papers] == [plain(8).id]
    archive.close()


def test_a_folder_that_can_be_written_is_recognized(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "not" / "there"):
        assert why_unwritable(folder) == why_unwritable(folder, probe=True) == ""
        assert unwritable_notice(folder) == ""
    assert not list(tmp_path.iterdir()), "nothing is left of the attempt"


@pytest.mark.skipif(os.geteuid() == 0, reason="root ignores permissions")
def test_a_folder_without_permission_is_recognized(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert why_unwritable(tmp_path) == "the folder is read-only"
    tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "words"),
    [(28, "the disk is full"), (122, "the disk is full"), (30, "the disk is read-only"), (5, "Input/output error")],
)
def test_errors_of_the_disk_have_words(number: int, words: str) -> None:
    assert reason(OSError(number, os.strerror(number))) == words
