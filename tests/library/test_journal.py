"""The journal of changes, the file of abstracts, and their common line format."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.papers import plain
from papertui.library.bookmarks import Library
from papertui.library.journal import Abstracts, Journal, JsonLinesLog, record_of
from papertui.model.bookmark import Bookmark

AT = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)


def _open(home: Path) -> Library:
    return Library(home / "bookmarks.json", home / "backups")


@pytest.mark.parametrize("size", [1, 60_000, 65_536, 200_000])
def test_lines_are_read_from_both_ends(tmp_path: Path, size: int) -> None:
    ledger = JsonLinesLog(tmp_path / "lines.jsonl")
    for number in range(6):
        ledger.append([{"n": number, "text": "x" * (size if number % 2 else 7)}, {"n": -number, "text": ""}])
    lines = list(ledger.lines())
    assert list(ledger.newest_first()) == lines[::-1]
    records = [record_of(line) for line in lines]
    assert [record and record["n"] for record in records] == [0, 0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5]


def test_a_line_cut_off_loses_only_itself(tmp_path: Path) -> None:
    ledger = JsonLinesLog(tmp_path / "lines.jsonl")
    ledger.append([{"n": 1}, {"n": 2}])
    with ledger.path.open("ab") as file:
        file.write(b'{"sum": "00000000", "n": ')
    ledger.append([{"n": 3}])
    assert [record["n"] for record in ledger.records()] == [1, 2, 3]
    assert ledger.damaged() == 1


def test_every_flipped_bit_is_detected(tmp_path: Path) -> None:
    ledger = JsonLinesLog(tmp_path / "lines.jsonl")
    ledger.append([{"n": 1, "text": "abc"}])
    whole = ledger.path.read_bytes()
    for place in range(len(whole) - 1):
        ledger.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert list(ledger.records()) == []


def test_an_older_abstract_replaces_a_damaged_one(tmp_path: Path) -> None:
    abstracts = Abstracts(tmp_path / "abstracts.jsonl")
    abstracts.keep({str(number): f"Text {number}." for number in range(20)})
    size = (tmp_path / "abstracts.jsonl").stat().st_size
    abstracts.keep({"3": "Text 3.", "4": ""})
    assert (tmp_path / "abstracts.jsonl").stat().st_size == size
    abstracts.keep({"3": "Better."})
    assert abstracts.get(["3", "nobody"]) == {"3": "Better."}
    text = (tmp_path / "abstracts.jsonl").read_bytes()
    (tmp_path / "abstracts.jsonl").write_bytes(text.replace(b"Better", b"Bitter"))
    assert abstracts.get(["3"]) == {"3": "Text 3."}
    assert abstracts.get(map(str, range(20))) == {str(number): f"Text {number}." for number in range(20)}


def test_a_damaged_journal_disables_undo_and_is_reported(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    for number in (1, 2, 3):
        marks.add([plain(number)], AT)
    path = tmp_path / "bookmarks.journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b"bookmark", b"bookmork") + lines[2])
    marks = _open(tmp_path)
    assert [step.number for step in marks.steps()] == [3]
    (notice,) = marks.take_notices()
    assert "cannot be undone" in notice
    assert marks.undo(AT) is not None
    assert marks.undo(AT) is None
    assert marks.ids() == {plain(1).id, plain(2).id}
    assert "a gap" in " ".join(marks.problems())
    assert marks.repair(lambda _: {})
    assert marks.problems() == ()
    path.unlink()
    assert _open(tmp_path).steps() == ()
    assert _open(tmp_path).ids() == {plain(1).id, plain(2).id}


def test_a_step_not_named_in_the_file_is_not_history(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([plain(1)], AT)
    before = (tmp_path / "bookmarks.json").read_bytes()
    marks.add([plain(2)], AT)
    (tmp_path / "bookmarks.json").write_bytes(before)  # as if killed before the file was replaced
    marks = _open(tmp_path)
    assert [step.what for step in marks.steps()] == [f"bookmark {plain(1).id}"]
    marks.add([plain(3)], AT)
    assert [step.number for step in marks.steps()] == [2, 1]
    assert marks.undo(AT) is not None
    assert marks.ids() == {plain(1).id}


def test_steps_of_a_sync_say_so_and_are_not_undone(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([plain(1)], AT)
    marks.change(lambda _: {plain(2).id: Bookmark(plain(2), AT)}, "from another machine", AT, origin="sync")
    assert [step.origin for step in marks.steps()] == ["sync", "here"]
    undone = marks.undo(AT)
    assert undone is not None
    assert undone.step.number == 1
    assert marks.ids() == {plain(2).id}


def test_the_origin_of_older_steps_is_in_their_description(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([plain(1)], AT)
    marks.change(lambda _: {plain(2).id: Bookmark(plain(2), AT)}, "sync 0123456789ab", AT, origin="sync")
    marks.undo(AT)
    journal = JsonLinesLog(tmp_path / "bookmarks.journal.jsonl")
    older = [{name: value for name, value in record.items() if name != "origin"} for record in journal.records()]
    # As a version wrote it that could undo such a step.
    older.append({**older[-1], "head": "9.a", "after": older[-1]["head"], "what": "sync 0123456789ab", "undoes": 2})
    journal.rewrite(older)
    assert [step.origin for step in _open(tmp_path).steps()] == ["here", "sync", "here"]
    assert [entry.origin for entry in Journal(journal.path).written()] == ["here", "here", "sync", "here"]


def test_steps_are_described_alike_in_all_places(tmp_path: Path) -> None:
    marks = _open(tmp_path)
    marks.add([plain(1)], AT)
    marks.remove([plain(1).id])
    assert [step.what for step in marks.steps()] == [f"remove {plain(1).id}", f"bookmark {plain(1).id}"]
