"""Tags, notes, states, ratings and collections from the command line; undo, redo and log; backups."""

import json
import sys
from pathlib import Path

import pytest

from kit.shell import Run

ONE, TWO, THREE = "2604.00001", "2604.00002", "2604.00003"


@pytest.fixture
def kept(run: Run) -> None:
    run("list")
    run("bookmark", "add", ONE, TWO)


def _bookmarks(run: Run) -> dict[str, dict[str, object]]:
    return {row["id"]: row["bookmark"] for row in run("bookmark", "list", "--json").rows}


@pytest.mark.usefixtures("kept")
def test_tags_are_added_and_removed_in_any_order(run: Run) -> None:
    ran = run("bookmark", "tag", "-old", ONE, "+todo", "+to cite", TWO, "-hot", "-h2")
    assert (ran.code, ran.out, ran.err) == (0, f"{ONE}\n{TWO}\n", "")
    assert _bookmarks(run)[ONE] == {
        "added": "2026-04-30T18:00:00Z", "tags": ["todo", "to cite"], "note": "", "state": "to read",
    }  # fmt: skip
    run("bookmark", "tag", ONE, "-todo")
    assert run("bookmark", "tags").out == "2  to cite\n1  todo\n"
    assert run("bookmark", "tags", "--json").rows == [
        {"tag": "to cite", "bookmarks": 2},
        {"tag": "todo", "bookmarks": 1},
    ]
    assert run("bookmark", "tags", "--rename", "todo", "to cite").out == f"{TWO}\n"
    assert run("bookmark", "tags").out == "2  to cite\n"
    assert "No bookmark has" in run("bookmark", "tags", "--rename", "x", "y").err


@pytest.mark.usefixtures("kept")
def test_tags_from_stdin_are_one_step(run: Run) -> None:
    ran = run("bookmark", "tag", "--stdin", "+in", "-old", stdin=f"{ONE}\nnonsense\n9999.99999\n{THREE}\n")
    assert (ran.code, ran.out) == (3, f"{ONE}\n{THREE}\n")
    assert [line[:6] for line in ran.err.splitlines()] == ["Line 2", "Line 3"]
    assert run("log", "--json", "--limit", "1").rows[0]["what"] == "tag +in -old on 2 papers"
    assert run("undo").out == "Undone: tag +in -old on 2 papers\n"
    assert set(_bookmarks(run)) == {ONE, TWO}
    assert run("bookmark", "tags").out == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "argv",
    [
        ["tag", ONE], ["tag", "+todo"], ["tag", ONE, "+,"], ["state", ONE, "lost"], ["state", "read"],
        ["rate", ONE, "6"],
        ["rate", "5"], ["note"], ["note", ONE, "text", "--edit"], ["list", "--state", "x"], ["list", "--rating", "9"],
        ["list", "--collection", "none"], ["collections", "--drop", "none"], ["collections", "--save", "x", " "],
        ["tags", "--rename", "x"], ["list", "--query", "x", "--collection", "y"],
    ],
)  # fmt: skip
@pytest.mark.usefixtures("kept")
def test_usage_errors_are_one_sentence(run: Run, argv: list[str]) -> None:
    ran = run("bookmark", *argv)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


@pytest.mark.slow
@pytest.mark.usefixtures("kept")
def test_bookmarks_are_filtered(run: Run) -> None:
    run("bookmark", "tag", ONE, "+todo")
    run("bookmark", "state", ONE, "to-read")
    run("bookmark", "state", TWO, "reading")
    run("bookmark", "rate", TWO, "4")
    run("bookmark", "collections", "--save", "mine", "tag:todo")

    def listed(*argv: str) -> list[str]:
        return [row["id"] for row in run("bookmark", "list", "--jsonl", *argv).lines]

    assert listed("--tag", "TODO") == [ONE]
    assert listed("--state", "to-read") == [ONE]
    assert listed("--rating", "4") == [TWO]
    assert listed("--rating", "5") == []
    assert listed("--rating", "none") == [ONE]
    assert listed("--collection", "mine") == [ONE]
    assert listed("--query", "tag:todo", "--state", "read") == []
    assert run("bookmark", "collections", "--jsonl").lines == [{"name": "mine", "query": "tag:todo"}]
    assert run("bookmark", "rate", TWO, "none").out == f"{TWO}\n"
    assert "rating" not in _bookmarks(run)[TWO]


@pytest.mark.slow
@pytest.mark.usefixtures("kept")
def test_notes_are_printed_written_and_edited(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("bookmark", "note", ONE).out == ""
    assert run("bookmark", "note", ONE, "# See\n\ntable 3").out == f"{ONE}\n"
    assert run("bookmark", "note", ONE).out == "# See\n\ntable 3\n"
    run("bookmark", "note", ONE, "-", stdin="from stdin\n")
    assert run("bookmark", "note", ONE).out == "from stdin\n"
    editor = tmp_path / "my editor.py"
    editor.write_text("import sys\npath = sys.argv[-1]\nopen(path, 'a').write('and more é')\n", encoding="utf-8")
    monkeypatch.setenv("EDITOR", f"{sys.executable} -X utf8 '{editor}' --wait")
    monkeypatch.delenv("VISUAL", raising=False)
    assert run("bookmark", "note", ONE, "--edit").code == 0
    assert run("bookmark", "note", ONE).out == "from stdin\nand more é\n"
    ran = run("bookmark", "note", "9999.99999", "--edit")
    assert ran.code == 3
    kept = Path(ran.err.splitlines()[0].removeprefix("Your text is saved in "))
    assert kept.read_text(encoding="utf-8") == "and more é"
    kept.unlink()
    monkeypatch.setenv("EDITOR", "/nowhere/editor")
    ran = run("bookmark", "note", ONE, "--edit")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert run("bookmark", "note", ONE, "").code == 0
    assert run("bookmark", "note", ONE).out == ""
    assert "is not in your library" in run("bookmark", "note", THREE).err


@pytest.mark.slow
def test_undo_and_redo_name_the_change(run: Run, home: Path) -> None:
    for command in ("undo", "redo", "log"):
        ran = run(command)
        assert (ran.code, ran.out, ran.err.count("\n")) == (0, "", 1)
    assert not (home / "bookmarks.json").exists()
    run("bookmark", "add", ONE)
    assert run("undo").out == f"Undone: bookmark {ONE}  Diffusion Language Models Without Tears\n"
    assert _bookmarks(run) == {}
    assert run("redo").out.startswith(f"Redone: bookmark {ONE}")
    assert set(_bookmarks(run)) == {ONE}
    assert run("redo").err == "Nothing to redo.\n"
    assert [line.split()[0] for line in run("log").out.splitlines()] == ["3", "2", "1"]
    steps = run("log", "--json").rows
    numbers = [(step["number"], step["undoes"], step["redoes"]) for step in steps]
    assert numbers == [(3, None, 1), (2, 1, None), (1, None, None)]
    assert steps[2]["changes"][0]["before"] is None
    assert steps[2]["changes"][0]["after"]["state"] == "to read"


@pytest.mark.slow
@pytest.mark.usefixtures("kept")
def test_doctor_lists_and_restores_backups(run: Run, home: Path) -> None:
    run("bookmark", "remove", ONE)
    assert "previous (" in run("doctor").out
    ran = run("doctor", "--restore", "previous")
    assert ran.code == 0
    assert "1 bookmark changed" in ran.err
    assert set(_bookmarks(run)) == {ONE, TWO}
    run("undo")
    assert set(_bookmarks(run)) == {TWO}
    assert run("doctor", "--restore", "nonsense").code == 4
    (home / "bookmarks.json").chmod(0o644)
    assert run("doctor").code == 4
    assert "Made bookmarks.json private." in run("doctor", "--repair").err
    assert run("doctor").code == 0
    (home / "bookmarks.json").write_text(json.dumps({"bookmarks": "gone"}), encoding="utf-8")
    ran = run("doctor", "--repair")
    assert ran.code == 0
    assert "1 bookmark was recovered" in ran.err


@pytest.mark.usefixtures("kept")
def test_control_sequences_never_reach_the_terminal(run: Run) -> None:
    run("bookmark", "tag", ONE, "+\x1b]0;title\x07x")
    run("bookmark", "note", ONE, "a\x1b[2Jb")
    for argv in (["bookmark", "tags"], ["bookmark", "note", ONE], ["log"], ["show", ONE]):
        assert "\x1b" not in run(*argv).out
