"""The wrapper for SQLite files, which the archive and the ledger of mails share."""

import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from papertui.errors import StoreError
from papertui.sqlite import MalformedError, SqliteFile, is_damage, micros, moment_of, transaction, version

STEPS = (("CREATE TABLE things (name TEXT)",), ("ALTER TABLE things ADD COLUMN size INTEGER",))


def file_with(path: Path, steps: tuple[tuple[str, ...], ...] = STEPS) -> SqliteFile:
    return SqliteFile(path, "box", steps, pragmas=("synchronous = EXTRA",), newer="Update papertui.", busy=0.05)


def opened(file: SqliteFile) -> sqlite3.Connection:
    file.create()
    return file.connect()


def test_a_new_file_is_private_and_gets_the_latest_tables(tmp_path: Path) -> None:
    file = file_with(tmp_path / "box.db")
    with pytest.raises(sqlite3.OperationalError) as missing:
        file.connect()
    assert "cannot be opened" in str(file.explained(missing.value))
    base = opened(file)
    assert (version(base), file.is_current(base)) == (0, False)
    transaction(base, "BEGIN IMMEDIATE", file.migrate)
    assert (version(base), file.is_current(base)) == (2, True)
    assert base.execute("PRAGMA synchronous").fetchone() == (3,)
    base.close()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_an_older_file_is_migrated_and_a_newer_one_refused(tmp_path: Path) -> None:
    old = file_with(tmp_path / "box.db", STEPS[:1])
    base = opened(old)
    transaction(base, "BEGIN IMMEDIATE", old.migrate)
    new = file_with(tmp_path / "box.db")
    assert not new.is_current(base)
    transaction(base, "BEGIN IMMEDIATE", new.migrate)
    base.execute("INSERT INTO things VALUES ('a', 1)")
    with pytest.raises(StoreError, match=r"The box .* newer papertui .*version 2.*knows 1.*Update papertui"):
        old.is_current(base)
    base.close()


@pytest.mark.parametrize(
    ("tables", "why"),
    [(["CREATE TABLE others (a)"], "not those of papertui"), (["PRAGMA user_version = 1"], "do not match its version")],
    ids=["another program", "another version"],
)
def test_tables_of_other_programs_are_damage_and_left_alone(tmp_path: Path, tables: list[str], why: str) -> None:
    file = file_with(tmp_path / "box.db")
    base = opened(file)
    for statement in tables:
        base.execute(statement)
    before = file.path.read_bytes()
    with pytest.raises(MalformedError, match=why) as raised:
        transaction(base, "BEGIN IMMEDIATE", file.migrate)
    assert is_damage(raised.value)
    base.close()
    assert file.path.read_bytes() == before


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    file = file_with(tmp_path / "box.db")
    base = opened(file)
    transaction(base, "BEGIN IMMEDIATE", file.migrate)

    def half_way(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO things VALUES ('a', 1)")
        raise KeyError

    with pytest.raises(KeyError):
        transaction(base, "BEGIN IMMEDIATE", half_way)
    assert base.execute("SELECT * FROM things").fetchall() == []
    base.close()


def test_errors_are_explained_unless_they_are_bugs(tmp_path: Path) -> None:
    file = file_with(tmp_path / "box.db")
    base, other = opened(file), file.connect()
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError) as locked:
        transaction(base, "BEGIN IMMEDIATE", file.migrate)
    explained = file.explained(locked.value)
    assert isinstance(explained, StoreError)
    assert "is locked, because another program keeps writing to it. Try again" in str(explained)
    other.close()
    with pytest.raises(sqlite3.OperationalError) as bug:
        base.execute("SELECT * FROM nowhere")
    assert file.explained(bug.value) is bug.value
    assert not is_damage(bug.value)
    base.close()
    assert "the disk is full" in str(file.explained(OSError(28, "No space left on device")))


def test_moments_are_exact() -> None:
    for moment in (datetime(1969, 12, 31, 23, 59, 59, 999999, UTC), datetime(2026, 4, 30, 8, 0, 0, 1, UTC)):
        assert moment_of(micros(moment)) == moment
    assert micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000_000
