"""Undo and redo of changes, and backups of the library."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from kit.papers import plain
from papertui.errors import StoreError
from papertui.library.bookmarks import Library
from papertui.model.bookmark import Bookmark
from papertui.model.changes import ChangeSet
from papertui.model.paper import Paper

AT = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)
A, B = plain(1), plain(2)


def _open(home: Path, now: datetime = AT) -> Library:
    return Library(home / "bookmarks.json", home / "backups", now=lambda: now)


def _tag(marks: Library, id_: str, *tags: str, joins: ChangeSet | None = None) -> ChangeSet | None:
    return marks.change(lambda kept: {id_: kept[id_]._replace(tags=tags)}, "tag", AT, joins=joins)


def _kept(marks: Library) -> dict[str, Bookmark]:
    return {mark.paper.id: mark for mark in marks.all()}


def test_undo_and_redo_work_after_a_restart(tmp_path: Path) -> None:
    states = [_kept(_open(tmp_path))]
    _open(tmp_path).add([A, B], AT)
    states.append(_kept(_open(tmp_path)))
    _tag(_open(tmp_path), A.id, "todo")
    states.append(_kept(_open(tmp_path)))
    _open(tmp_path).save_queries({"x": "tag:todo"}, "save x", AT)
    states.append(_kept(_open(tmp_path)))
    _open(tmp_path).remove([A.id])
    states.append(_kept(_open(tmp_path)))
    for state in reversed(states[:-1]):
        assert _open(tmp_path).undo(AT) is not None
        assert _kept(_open(tmp_path)) == state
    assert _open(tmp_path).undo(AT) is None
    assert _open(tmp_path).collections() == {}
    for state in states[1:]:
        assert _open(tmp_path).redo(AT) is not None
        assert _kept(_open(tmp_path)) == state
    assert _open(tmp_path).redo(AT) is None
    assert _open(tmp_path).collections() == {"x": "tag:todo"}
    assert _open(tmp_path).undo(AT) is not None
    assert _open(tmp_path).whole([A.id]) == {A.id: A}, "with its abstract"
    _tag(_open(tmp_path), B.id, "new")
    assert _open(tmp_path).redo(AT) is None, "something new was done since"


def test_a_change_without_effect_is_not_a_step(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([A], AT)
    stamp = marks.stamp()
    assert marks.change(dict, "nothing", AT) is None
    assert marks.save_queries({"x": None}, "nothing", AT) is None
    assert marks.stamp() == stamp
    assert len(marks.steps()) == 1


def test_joined_changes_are_one_step(tmp_path: Path) -> None:
    marks, other = _open(tmp_path), _open(tmp_path)
    marks.add([A, B], AT)
    step = _tag(marks, A.id, "x")
    step = _tag(marks, B.id, "x", joins=step)
    assert step is not None
    assert [change.id for change in step.changes] == [A.id, B.id]
    assert [step.number for step in marks.steps()] == [2, 1]
    other.add([plain(3)], AT)
    _tag(marks, A.id, "x", "y", joins=step)  # after an intermediate change
    assert [step.number for step in marks.steps()] == [4, 3, 2, 1]
    for _ in range(3):
        marks.undo(AT)
    assert {mark.tags for mark in marks.all()} == {()}


def test_joining_a_step_does_not_read_the_journal(tmp_path: Path) -> None:
    # Otherwise each line of --stdin would read the whole journal, which may contain an import of 10,000 papers.
    marks = _open(tmp_path)
    marks.add([A, B], AT)
    step = _tag(marks, A.id, "x")
    for id_, tags in ((B.id, ["y"]), (A.id, ["z"]), (B.id, [])):
        step = _tag(marks, id_, *tags, joins=step)
        assert step == marks.steps()[0]
    assert step is not None
    assert [(change.before, change.after) for change in step.changes] == [
        (Bookmark(plain(1)._replace(abstract=""), AT), Bookmark(plain(1)._replace(abstract=""), AT, tags=("z",)))
    ]
    journal = tmp_path / "bookmarks.journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"bookmark", b"nookmark", 1))
    assert _tag(marks, B.id, "w", joins=step) is not None
    assert marks.take_notices() == ()


def test_undo_keeps_changes_by_other_programs(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([A, B], AT)
    _tag(marks, A.id, "mine")
    with TinyDB(tmp_path / "bookmarks.json") as database:
        database.table("bookmarks").update({"note": "Theirs.", "colour": "blue"}, where("id") == A.id)
        database.table("bookmarks").remove(where("id") == B.id)
    assert marks.undo(AT) is not None
    (mark,) = marks.all()
    assert (mark.tags, mark.note) == ((), "Theirs.")
    undone = marks.undo(AT)
    assert undone is not None
    assert undone.left == (f"{A.id} was changed after it was bookmarked, so its bookmark stays.",)
    assert marks.undo(AT) is None
    marks.remove([A.id])
    marks.undo(AT)
    with TinyDB(tmp_path / "bookmarks.json") as database:
        assert [row["colour"] for row in database.table("bookmarks")] == ["blue"], "what we do not know comes back too"


def test_abstracts_of_an_older_file_move_at_the_first_change(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    row = {"id": A.id, "title": A.title, "abstract": A.abstract, "added": "2026-04-01T00:00:00Z", "tags": []}
    path.write_text(json.dumps({"bookmarks": {"7": row}, "meta": {"1": {"schema": 1}}, "mine": {"1": {"a": 1}}}))
    marks = _open(tmp_path)
    assert marks.all()[0].paper.abstract == ""
    assert marks.whole([A.id])[A.id].abstract == A.abstract
    marks.remove([A.id])
    marks.undo(AT)
    assert marks.whole([A.id])[A.id].abstract == A.abstract
    tables = json.loads(path.read_text())
    assert tables["meta"]["1"]["schema"] == 2
    assert "abstract" not in tables["bookmarks"]["1"]
    assert tables["mine"] == {"1": {"a": 1}}


def test_an_unchanged_row_stays_byte_for_byte(tmp_path: Path) -> None:
    _open(tmp_path).add([A, B], AT)
    before = (tmp_path / "bookmarks.json").read_bytes().split(b"\n")
    _tag(_open(tmp_path), B.id, "x")
    after = (tmp_path / "bookmarks.json").read_bytes().split(b"\n")
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, True, False, True, True]


def test_backups_of_days_and_weeks(tmp_path: Path) -> None:
    for day in range(40):
        marks = _open(tmp_path, AT + timedelta(days=day))
        marks.add([plain(day)], AT)
        marks.add([plain(100 + day)], AT)
    marks = _open(tmp_path)
    names = [backup.name for backup in marks.backups()]
    assert names[0] == "previous"
    assert sorted(names[1:]) == [
        "2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05", "2026-06-06", "2026-06-07", "2026-06-08",
        "2026-W20", "2026-W21", "2026-W22", "2026-W23", "2026-W24",
    ]  # fmt: skip
    last = _kept(marks)
    step = marks.restore("2026-06-08", AT)
    assert step is not None
    assert len(marks.ids()) == 78, "as it was when that day's first change came"
    assert marks.restore("2026-06-08", AT) is None
    assert marks.undo(AT) is not None
    assert _kept(marks) == last
    with pytest.raises(StoreError, match=r"There is no backup “nonsense”\. Backups: previous, 2026-06-08"):
        marks.restore("nonsense", AT)


def test_the_backup_of_a_day_comes_before_that_of_its_week(tmp_path: Path) -> None:
    for week in range(6):
        _open(tmp_path, AT + timedelta(weeks=week)).add([plain(week)], AT)
    assert [backup.name for backup in _open(tmp_path).backups()] == [
        "previous", "2026-06-04", "2026-W23", "2026-05-28", "2026-W22", "2026-05-21", "2026-W21", "2026-05-14",
        "2026-W20", "2026-05-07", "2026-W19",
    ]  # fmt: skip


def test_undoing_a_restore_keeps_the_order_of_bookmarks(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([A], AT)
    marks.add([B], AT)
    marks.add([plain(number) for number in range(3, 20)], AT)
    marks = _open(tmp_path, AT + timedelta(days=1))
    marks.save_queries({"x": "tag:todo"}, "save x", AT)
    order = list(_kept(marks))
    assert marks.restore("2026-04-30", AT) is not None
    assert marks.undo(AT) is not None
    assert list(_kept(marks)) == order


def test_a_missing_file_is_reported_and_restored(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([A], AT)
    marks.add([B], AT)
    (tmp_path / "bookmarks.json").unlink()
    marks = _open(tmp_path)
    assert marks.all() == ()
    assert "doctor --restore previous" in marks.take_notices()[0]
    assert marks.problems()
    marks.restore("previous", AT)
    assert marks.ids() == {A.id}
    assert marks.problems() == ()
    marks.undo(AT)
    marks.undo(AT)
    assert marks.ids() == frozenset(), "its history came back with it"


def test_lost_abstracts_are_restored_from_the_archive(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([A, B], AT)
    path = tmp_path / "bookmarks.abstracts.jsonl"
    path.write_bytes(path.read_bytes().replace(b"show 2 things", b"show 3 things"))
    (tmp_path / "bookmarks.json").chmod(0o644)
    assert marks.whole([A.id, B.id])[B.id].abstract == ""
    assert len(marks.problems()) == 2

    def known(ids: Iterable[str]) -> dict[str, Paper]:
        assert set(ids) == {B.id}
        return {B.id: B}

    assert len(marks.repair(known)) == 3
    assert marks.problems() == ()
    assert marks.whole([A.id, B.id]) == {A.id: A, B.id: B}


def test_a_bookmark_removed_before_damage_stays_removed(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([A, B], AT)
    marks.remove([A.id])
    (tmp_path / "bookmarks.json").write_bytes(b"\0" * 500)
    marks = _open(tmp_path)
    assert marks.ids() == {B.id}
    assert marks.undo(AT) is not None
    assert marks.ids() == {A.id, B.id}
