"""A database file that may be deleted, damaged, migrated or shared at any time."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import papertui
from kit.papers import plain
from papertui.archive.archive import Archive
from papertui.archive.database import STEPS, Database
from papertui.errors import StoreError
from papertui.model.feed import Feed, FeedName

AT = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)
NOW = datetime(2026, 5, 1, 7, 8, 9, tzinfo=UTC)
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(papertui.__file__).parents[1])}
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from papertui.model.paper import Paper
from papertui.archive.archive import Archive

archive, name = Archive(Path(sys.argv[1])), sys.argv[2]
for number in range(40):
    papers = [Paper(f"{name}.{number}", "Own"), Paper(f"all.{number}", "Shared", upvotes=number)]
    archive.remember(papers, datetime(2026, 4, 30, tzinfo=UTC))
    assert archive.paper(f"{name}.{number}")
    assert archive.count() >= number
    assert len(archive.all_papers()[:50]) > 0
"""
#: An archive as the first release wrote it, with one paper, one feed and one mark. It must never be changed.
VERSION_1 = """
INSERT INTO papers (row, id, title, moment, first_seen, seen, upvotes, authors, sources, abstract)
VALUES (1, '2604.00001', 'One', 1777482000000000, 1777529520000000, 1777529520000000, 7, '["Ada"]',
'["huggingface"]', 'We show one thing.');
UPDATE totals SET papers = 1;
INSERT INTO votes VALUES (1, 1777529520000000, 1777529520000000, 7, NULL, NULL);
INSERT INTO feeds VALUES (1, 'daily', '2026-04-30', '2026-04-30', 1777529520000000, 'huggingface', 1);
INSERT INTO feed_rows VALUES (1, 0, 1, 6, NULL, NULL, '2026-04-30');
INSERT INTO read_marks VALUES ('2604.00001', 1777529520000000);
INSERT INTO state VALUES ('feed', 'daily');
"""


def _open(folder: Path) -> Archive:
    return Archive(folder / "archive.db", now=lambda: NOW)


def _schema(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name").fetchall()
    found.append(connection.execute("PRAGMA user_version").fetchone())
    connection.close()
    return found


def _version_1(path: Path) -> None:
    connection = sqlite3.connect(path)
    for statement in STEPS[0]:
        connection.execute(statement)
    connection.executescript(VERSION_1)
    connection.execute("PRAGMA user_version = 1")
    connection.close()


def test_the_first_version_can_be_read(tmp_path: Path) -> None:
    _version_1(tmp_path / "archive.db")
    archive = _open(tmp_path)
    paper = archive.paper("2604.00001")
    assert paper is not None
    assert (paper.title, paper.authors, paper.upvotes) == ("One", ("Ada",), 7)
    feed = archive.feed(FeedName("daily", "2026-04-30"))
    assert feed is not None
    assert (feed.fetched_at, [row.upvotes for row in feed.papers]) == (AT, [6])
    assert [seen.upvotes for seen in archive.votes("2604.00001")] == [7]
    assert archive.read_ids() == {"2604.00001"}
    assert (archive.count(), archive.recall("feed")) == (1, "daily")
    archive.remember([plain(2)], AT)
    archive.close()
    fresh = _open(tmp_path / "fresh")
    fresh.remember([plain(2)], AT)
    fresh.close()
    assert _schema(tmp_path / "archive.db") == _schema(tmp_path / "fresh" / "archive.db")


#: An archive that knows a paper under several spellings of its id, as earlier versions kept them.
SPELLINGS = """
INSERT INTO papers (row, id, title, moment, first_seen, seen, abstract) VALUES
(2, 'math.GT/0309136', 'Surgery', 1, 1, 1, ''), (3, 'math.AT/0309136', 'Surgery', 1, 1, 1, ''),
(4, 'cs.CL/0001001', 'Parsing', 1, 1, 1, ''), (5, 'cs/0001001', 'Parsing', 1, 1, 1, 'We parse.'),
(6, 'doi:10.1000/a.GT/0309136', 'Other', 1, 1, 1, ''), (7, 'hep-th/9711200', 'Large N', 1, 1, 1, '');
UPDATE totals SET papers = 7;
INSERT INTO votes VALUES (4, 1, 1, 7, NULL, NULL);
INSERT INTO feed_rows VALUES (1, 1, 4, 6, NULL, NULL, NULL), (1, 2, 2, 6, NULL, NULL, NULL);
INSERT INTO read_marks VALUES ('math.GT/0309136', 1), ('cs.CL/0001001', 1), ('cs/0001001', 1);
"""


def test_ids_of_the_old_style_lose_their_subject_class(tmp_path: Path) -> None:
    _version_1(tmp_path / "archive.db")
    connection = sqlite3.connect(tmp_path / "archive.db")
    connection.executescript(SPELLINGS)
    connection.close()
    archive = _open(tmp_path)
    ids = ["2604.00001", "cs/0001001", "doi:10.1000/a.GT/0309136", "hep-th/9711200", "math/0309136"]
    assert sorted(paper.id for paper in archive.all_papers()) == ids
    assert archive.count() == len(archive.all_papers()) == len(ids)
    former = ["math.GT/0309136", "math.AT/0309136", "cs.CL/0001001"]
    assert [paper.id for paper in archive.papers(former).values()] == ["math/0309136", "math/0309136", "cs/0001001"]
    parsing = archive.paper("cs/0001001")
    assert parsing is not None
    assert parsing.abstract == "We parse."
    assert archive.read_ids() == {"2604.00001", "math/0309136", "cs/0001001"}
    assert [seen.upvotes for seen in archive.votes("cs/0001001")] == [7]
    feed = archive.feed(FeedName("daily", "2026-04-30"))
    assert feed is not None
    assert [paper.id for paper in feed.papers] == ["2604.00001", "cs/0001001", "math/0309136"]
    assert archive.problem() == ""


NEXT_STEP = ("ALTER TABLE papers ADD COLUMN mood TEXT", "UPDATE papers SET mood = 'fine'")


def _moods(database: Database) -> list[tuple[str]]:
    return database.read(lambda connection: connection.execute("SELECT mood FROM papers").fetchall())


def test_a_migrated_file_equals_a_new_one(tmp_path: Path) -> None:
    _version_1(tmp_path / "archive.db")
    grown = Database(tmp_path / "archive.db", steps=(*STEPS, NEXT_STEP))
    assert _moods(grown) == [("fine",)]
    fresh = Database(tmp_path / "fresh.db", steps=(*STEPS, NEXT_STEP))
    assert _moods(fresh) == []
    grown.close()
    fresh.close()
    assert _schema(tmp_path / "archive.db") == _schema(tmp_path / "fresh.db")


def test_a_failing_migration_leaves_the_file_unchanged(tmp_path: Path) -> None:
    _version_1(tmp_path / "archive.db")
    before = _schema(tmp_path / "archive.db")
    database = Database(tmp_path / "archive.db", steps=(*STEPS, (*NEXT_STEP, "INSERT INTO totals VALUES (NULL, 0)")))
    with pytest.raises(sqlite3.IntegrityError):
        _moods(database)
    assert _schema(tmp_path / "archive.db") == before


def test_a_newer_archive_is_refused_and_not_changed(tmp_path: Path) -> None:
    newer = Database(tmp_path / "archive.db", steps=(*STEPS, NEXT_STEP))
    assert _moods(newer) == []
    newer.close()
    before = _schema(tmp_path / "archive.db")
    archive = _open(tmp_path)
    with pytest.raises(StoreError, match=r"newer papertui.*Update papertui, or delete archive\.db") as caught:
        archive.remember([plain(1)], AT)
    assert caught.value.exit_code == 4
    assert archive.count() == 0, "bookmarks need no archive, so that reading goes on without it"
    assert archive.is_missing
    assert archive.unwritable == str(caught.value)
    archive.close()
    assert _schema(tmp_path / "archive.db") == before


def _foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE papers (other)")
    connection.close()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no database": lambda path: path.write_bytes(b"This is no database. " * 400),
    "a broken header": lambda path: path.write_bytes(b"\0" * 100 + path.read_bytes()[100:]),
    "all pages but the first cut off": lambda path: path.write_bytes(path.read_bytes()[:4096]),
    "a broken page": lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (path.stat().st_size - 4096)),
    "a foreign database": _foreign,
    "a broken text": lambda path: path.write_bytes(path.read_bytes().replace(b"Ada Lovelace", b'Ada \xff\xfe"lace,')),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=list(DAMAGES))
def test_a_damaged_file_is_set_aside_and_a_new_one_created(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    archive = _open(tmp_path)
    archive.keep_feed(Feed(FeedName("daily", "2026-04-30"), tuple(map(plain, range(50))), AT))
    archive.close()
    damage(tmp_path / "archive.db")
    damaged = (tmp_path / "archive.db").read_bytes()
    again = _open(tmp_path)
    assert again.paper(plain(1).id) is None
    again.remember([plain(1)], AT)
    assert (again.count(), again.paper(plain(1).id)) == (1, plain(1))
    kept = tmp_path / "archive.db.damaged-20260501-070809"
    assert kept.read_bytes() == damaged
    (notice,) = again.take_notices()
    assert kept.name in notice
    assert again.take_notices() == ()
    again.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive.db", kept.name]


@pytest.mark.slow
def test_only_one_of_many_threads_sets_a_damaged_file_aside(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    for attempt in range(1, 6):
        path.unlink(missing_ok=True)
        path.write_bytes(b"no database" * 1000)
        start = threading.Barrier(6)
        archives = [_open(tmp_path) for _ in range(6)]

        def use(number: int, start: threading.Barrier, archives: list[Archive]) -> None:
            start.wait()
            archives[number].remember([plain(number)], AT)

        threads = [threading.Thread(target=use, args=(number, start, archives)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert archives[0].count() == 6
        assert sum(len(archive.take_notices()) for archive in archives) == 1
        for archive in archives:
            archive.close()
        assert len(list(tmp_path.glob("*.damaged-*"))) == attempt


def test_a_second_damaged_file_does_not_replace_the_first(tmp_path: Path) -> None:
    for text in (b"one" * 2000, b"two" * 2000):
        (tmp_path / "archive.db").write_bytes(text)
        archive = _open(tmp_path)
        assert archive.count() == 0
        archive.close()
    assert len(list(tmp_path.glob("*.damaged-*"))) == 2


@pytest.mark.slow
@pytest.mark.parametrize("what", ["archive.db", "archive.db*"], ids=["the file alone", "the file and its log"])
def test_an_archive_deleted_while_open_fills_again(tmp_path: Path, what: str) -> None:
    archive = _open(tmp_path)
    archive.remember([plain(1)], AT)
    for file in tmp_path.glob(what):
        file.unlink()
    assert archive.paper(plain(1).id) is None
    archive.remember([plain(2)], AT)
    other = _open(tmp_path)
    assert (other.count(), other.paper(plain(2).id)) == (1, plain(2))
    other.close()
    archive.close()
    assert _open(tmp_path).count() == 1


def test_an_archive_whose_folder_was_deleted_fills_again(tmp_path: Path) -> None:
    archive = _open(tmp_path / "data")
    archive.remember([plain(1)], AT)
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    (tmp_path / "data").rmdir()
    archive.remember([plain(2)], AT)
    assert archive.count() == 1
    archive.close()


@pytest.mark.slow
def test_many_processes_can_create_and_write_one_archive(tmp_path: Path) -> None:
    names = ["ada", "bo", "cy", "di"]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "archive.db", name], env=ENVIRONMENT, stderr=-1)
        for name in names
    ]
    archive = _open(tmp_path)
    while any(writer.poll() is None for writer in writers):
        assert len(archive.all_papers()[:10]) <= 10
    for writer in writers:
        _, complaints = writer.communicate()
        assert writer.returncode == 0, complaints.decode()
    assert archive.count() == len(names) * 40 + 40
    assert {paper.id for paper in archive.all_papers()} == {f"{n}.{i}" for n in [*names, "all"] for i in range(40)}
    assert not archive.take_notices()
    archive.close()


def test_each_thread_has_a_connection_that_closes_with_the_archive(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    failures: list[BaseException] = []

    def use(number: int) -> None:
        try:
            for step in range(20):
                archive.remember([plain(100 * number + step)], AT)
                assert archive.paper(plain(100 * number + step).id) is not None
        except BaseException as error:  # noqa: BLE001 - shown by the thread that waits
            failures.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert archive.count() == 120
    # The connections of finished threads are closed when the next one opens.
    last = threading.Thread(target=archive.count)
    last.start()
    last.join()
    assert len(archive._database._lines) <= 2
    archive.close()
    archive.close()
    assert not (tmp_path / "archive.db-wal").exists()
    assert archive.count() == 120
    archive.close()


def test_closing_during_reads_is_safe(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    archive.remember(map(plain, range(200)), AT)
    done = threading.Event()
    found: list[int] = []

    def read() -> None:
        while not done.is_set():
            found.append(len(archive.all_papers()[:100]))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(50):
        archive.close()
    done.set()
    reader.join()
    archive.close()
    assert set(found) == {100}


def test_a_full_disk_is_reported_and_loses_nothing(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    archive.remember([plain(1)], AT)
    archive._database.read(lambda connection: connection.execute("PRAGMA max_page_count = 1"))
    with pytest.raises(StoreError, match="disk is full"):
        archive.remember(map(plain, range(5000)), AT)
    assert archive.count() == 1
    archive.close()


def test_a_permanently_locked_archive_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    database = Database(path, busy=0.05)
    database.read(lambda _: None)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="is locked"):
        database.write(lambda _: None)
    assert database.read(lambda connection: connection.execute("SELECT papers FROM totals").fetchone()) == (0,)
    other.execute("ROLLBACK")
    other.close()
    database.close()


def test_impossible_paths_are_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    (tmp_path / "archive.db").mkdir()
    for folder in (tmp_path / "file", tmp_path):
        with pytest.raises(StoreError, match="The archive"):
            _open(folder).count()


def test_programming_errors_are_not_translated(tmp_path: Path) -> None:
    def half_way(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE totals SET papers = 9")
        raise KeyError

    database = Database(tmp_path / "archive.db")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        database.write(lambda connection: connection.execute("SELECT * FROM nowhere"))
    with pytest.raises(KeyError):
        database.write(half_way)
    assert database.read(lambda connection: connection.execute("SELECT papers FROM totals").fetchone()) == (0,)
    database.close()
