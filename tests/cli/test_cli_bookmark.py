import json
from pathlib import Path

import pytest
from tinydb import TinyDB

from kit.fictional_service import FictionalService
from kit.shell import Run


def kept(run: Run) -> list[str]:
    return [row["id"] for row in run("bookmark", "list", "--json").rows]


def test_add_of_a_stored_paper_makes_no_request(run: Run, service: FictionalService) -> None:
    run("list")
    service.asked.clear()
    ran = run("bookmark", "add", "2604.00002", "https://arxiv.org/abs/2604.00003v2")
    assert (ran.code, ran.out, ran.err) == (0, "2604.00002\n2604.00003\n", "")
    assert service.asked == []
    assert set(kept(run)) == {"2604.00002", "2604.00003"}


def test_add_fetches_missing_papers(run: Run, service: FictionalService) -> None:
    assert run("bookmark", "add", "2604.00009").code == 0
    assert service.asked == ["/api/papers/2604.00009"]
    assert run("bookmark", "list", "--json").rows[0]["title"] == "Diffusion Language Models Without Tears"


def test_add_and_remove_are_idempotent(run: Run) -> None:
    for _ in range(2):
        assert run("bookmark", "add", "2604.00001", "2604.00001").out == "2604.00001\n"
    assert kept(run) == ["2604.00001"]
    for _ in range(2):
        ran = run("bookmark", "remove", "2604.00001", "2604.00002")
        assert (ran.code, ran.out) == (0, "2604.00001\n2604.00002\n")
    assert kept(run) == []


def test_an_unknown_paper_exits_with_3_and_the_others_are_added(run: Run) -> None:
    ran = run("bookmark", "add", "2604.00001", "2604.99999", "2604.00002")
    assert (ran.code, ran.out) == (3, "2604.00001\n2604.00002\n")
    assert "2604.99999" in ran.err
    assert set(kept(run)) == {"2604.00001", "2604.00002"}


def test_a_malformed_id_is_rejected_before_any_change(run: Run) -> None:
    ran = run("bookmark", "add", "2604.00001", "nonsense")
    assert (ran.code, ran.out) == (2, "")
    assert "“nonsense” is not an arXiv id" in ran.err
    assert kept(run) == []


def test_offline_does_not_fetch(run: Run, service: FictionalService) -> None:
    ran = run("bookmark", "add", "2604.00001", "--offline")
    assert (ran.code, ran.out) == (3, "")
    assert service.asked == []


def test_stdin_skips_bad_lines(run: Run) -> None:
    lines = "\ufeff2604.00001\n\nnonsense\x1b[31m\n  arXiv:2604.00002v3 \n2604.00001"
    ran = run("bookmark", "add", "--stdin", stdin=lines)
    assert (ran.code, ran.out) == (2, "2604.00001\n2604.00002\n2604.00001\n")
    assert ran.err.startswith("Line 3: ")
    assert ran.err.count("\n") == 1
    assert "\x1b" not in ran.err
    assert set(kept(run)) == {"2604.00001", "2604.00002"}
    ran = run("bookmark", "remove", "--stdin", stdin="2604.00001\n2604.00002\n")
    assert (ran.code, ran.out) == (0, "2604.00001\n2604.00002\n")
    assert kept(run) == []


def test_stdin_with_an_unknown_paper_ends_with_3(run: Run) -> None:
    ran = run("bookmark", "add", "--stdin", stdin="2604.99999\n2604.00001\nnonsense\n")
    assert (ran.code, ran.out) == (3, "2604.00001\n")


@pytest.mark.parametrize("argv", [[], ["add"], ["remove"], ["add", "--stdin", "2604.00001"], ["keep"]])
def test_usage(run: Run, argv: list[str]) -> None:
    ran = run("bookmark", *argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1


def test_the_library_is_a_feed_and_can_be_limited(run: Run) -> None:
    run("bookmark", "add", "2604.00001", "2604.00002")
    assert run("bookmark", "list").out == run("list", "library").out
    assert len(run("bookmark", "list", "--jsonl", "--limit", "1").lines) == 1


def test_an_empty_library_is_an_empty_list_and_makes_no_file(run: Run, home: Path) -> None:
    assert run("bookmark", "list", "--json").rows == []
    assert not (home / "bookmarks.json").exists()


def test_bookmarks_survive_deleting_the_archive(run: Run, home: Path) -> None:
    run("bookmark", "add", "2604.00001")
    for file in home.glob("archive.db*"):
        file.unlink()
    assert kept(run) == ["2604.00001"]
    assert run("show", "2604.00001", "--offline").code == 0


def test_stock_tinydb_reads_bookmarks(run: Run, home: Path) -> None:
    run("bookmark", "add", "2604.00001")
    with TinyDB(home / "bookmarks.json", access_mode="r") as database:
        assert [row["id"] for row in database.table("bookmarks")] == ["2604.00001"]


def test_a_damaged_library_is_reported(run: Run, home: Path) -> None:
    run("bookmark", "add", "2604.00001")
    file = home / "bookmarks.json"
    file.write_text(file.read_text(encoding="utf-8")[:-3], encoding="utf-8")
    ran = run("bookmark", "list", "--json")
    assert (ran.code, [row["id"] for row in ran.rows]) == (0, ["2604.00001"])
    assert "The bookmark file was damaged" in ran.err


def test_a_library_of_a_newer_version_is_refused_unchanged(run: Run, home: Path) -> None:
    run("bookmark", "add", "2604.00001")
    file = home / "bookmarks.json"
    tables = json.loads(file.read_text(encoding="utf-8"))
    tables["meta"]["1"]["schema"] = 99
    file.write_text(json.dumps(tables), encoding="utf-8")
    before = file.read_bytes()
    for argv in (["bookmark", "list"], ["bookmark", "add", "2604.00002"], ["list"], ["show", "2604.00001"]):
        ran = run(*argv)
        assert (ran.code, ran.out) == (4, "")
        assert "newer papertui" in ran.err
    assert file.read_bytes() == before
