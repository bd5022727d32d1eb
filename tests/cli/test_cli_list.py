from pathlib import Path

import pytest

from kit.fictional_service import FictionalService, entry
from kit.shell import Run


def test_list_prints_trending_papers_two_lines_each(run: Run, service: FictionalService) -> None:
    ran = run("list")
    assert ran.code == 0
    assert ran.err == ""
    assert ran.out.splitlines()[:2] == [
        "  99   Diffusion Language Models Without Tears",
        "       2604.00001 · Ada Lovelace +1 · 30 Apr · 1 comment",
    ]
    assert len(ran.out.splitlines()) == 2 * len(service.trending)


def test_json_is_one_array_and_jsonl_one_object_a_line(run: Run) -> None:
    rows = run("list", "--json").rows
    assert [row["id"] for row in rows] == ["2604.00001", "2604.00002", "2604.00003", "2604.00004"]
    assert run("list", "--jsonl").lines == rows
    assert rows[0]["title"] == "Diffusion Language Models Without Tears"
    assert rows[0]["bookmark"] is None
    assert rows[0]["published"] == "2026-04-30T08:00:00Z"
    assert "score" not in rows[0]


def test_limit_takes_the_first(run: Run) -> None:
    assert [row["id"] for row in run("list", "--limit", "2", "--json").rows] == ["2604.00001", "2604.00002"]


@pytest.mark.parametrize(
    "argv", [["daily"], ["daily:2026-04-30"], ["--date", "2026-04-30"], ["daily", "--date", "2026-04-30"]]
)
def test_a_day_can_be_given_in_several_ways(run: Run, service: FictionalService, argv: list[str]) -> None:
    assert [row["id"] for row in run("list", *argv, "--json").rows] == ["2604.00001", "2604.00002"]
    assert "date=2026-04-30" in service.asked[-1]


def test_week_and_month_are_requested_by_name(run: Run, service: FictionalService) -> None:
    assert len(run("list", "--week", "2026-W18", "--json").rows) == 2
    assert "week=2026-W18" in service.asked[-1]
    assert len(run("list", "--month", "2026-04", "--json").rows) == 2
    assert "month=2026-04" in service.asked[-1]


def test_a_weekend_is_an_empty_list_with_exit_code_0(run: Run) -> None:
    ran = run("list", "--date", "2026-04-26", "--json")
    assert (ran.code, ran.rows) == (0, [])
    assert "nothing is published at the weekend" in ran.err
    ran = run("list", "--date", "2026-04-26", "--jsonl")
    assert (ran.code, ran.out) == (0, "")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--date", "2026-05-01"], "is in the future; today is 2026-04-30"),
        (["--date", "yesterday"], "is not a day"),
        (["--date", ""], "is not a day"),
        (["--week", "2026-18"], "is not a week"),
        (["--month", "2026-13"], "is not a month"),
        (["--week", "2026-W19"], "is in the future"),
        (["weekly", "--date", "2026-04-29"], "Leave out one of the two"),
        (["daily:2026-04-28", "--date", "2026-04-29"], "Leave out one of the two"),
        (["--date", "2026-04-29", "--month", "2026-04"], "cannot be used together"),
        (["nonsense"], "There is no feed called “nonsense”"),
        (["--limit", "0"], "must be a positive integer"),
        (["--limit", "-3"], "must be a positive integer"),
        (["--limit", "x"], "must be a positive integer"),
        (["--json", "--jsonl"], "cannot be used together"),
        (["--demo"], "has no option “--demo”"),
    ],
)
def test_usage_errors_are_one_sentence(run: Run, service: FictionalService, argv: list[str], message: str) -> None:
    ran = run("list", *argv)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert ran.err.count("\n") == 1
    assert service.asked == []


def test_a_stored_list_is_shown_with_its_age_when_the_service_fails(
    run: Run, service: FictionalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("list", "--json").rows
    service.refuses = ("/",)
    monkeypatch.setenv("PAPERTUI_NOW", "2026-04-30T21:00:00Z")
    ran = run("list", "--json")
    assert (ran.code, ran.rows) == (0, before)
    assert "3 h ago" in ran.err


def test_offline_makes_no_request(run: Run, service: FictionalService) -> None:
    before = run("list", "--json").rows
    asked = list(service.asked)
    ran = run("list", "--offline", "--json")
    assert (ran.code, ran.rows) == (0, before)
    assert "Showing the list stored just now." in ran.err
    assert run("--offline", "list", "--json").rows == before
    assert service.asked == asked


def test_a_fresh_home_without_network_exits_with_3(run: Run, service: FictionalService) -> None:
    service.refuses = ("/",)
    for argv in (["list"], ["list", "--offline"], ["list", "daily", "--json"]):
        ran = run(*argv)
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.count("\n") == 1


def test_archive_lists_everything_newest_first(run: Run, service: FictionalService) -> None:
    service.trending = [entry(3, day="2026-04-02"), entry(4, day="2026-04-03")]
    run("list")
    service.refuses = ("/",)
    ran = run("list", "archive", "--json")
    assert [row["id"] for row in ran.rows] == ["2604.00004", "2604.00003"]


def test_the_queue_lists_what_is_to_read_later(run: Run, service: FictionalService) -> None:
    run("list")
    service.refuses = ("/",)
    assert (run("list", "queue").code, run("list", "queue").out) == (0, "")
    run("bookmark", "add", "2604.00001")
    for id_ in ("2604.00002", "2604.00003"):
        run("bookmark", "tag", id_, "+later")
    assert [row["id"] for row in run("list", "queue", "--json").rows] == ["2604.00002", "2604.00003"]
    run("bookmark", "state", "2604.00002", "reading")
    run("bookmark", "state", "2604.00003", "read")
    assert [row["id"] for row in run("list", "queue", "--json").rows] == ["2604.00002"]
    assert run("list", "queue", "--filter", "reading", "--json").rows
    assert run("refresh", "queue").code == 2


def test_bookmarks_are_starred_and_in_the_json(run: Run) -> None:
    run("list")
    run("bookmark", "add", "2604.00002")
    assert [line[5] for line in run("list").out.splitlines()[::2]] == [" ", "★", " ", " "]
    marks = [row["bookmark"] for row in run("list", "--json").rows]
    assert marks == [None, {"added": "2026-04-30T18:00:00Z", "tags": [], "note": "", "state": "to read"}, None, None]


def test_ascii_signs_setting(run: Run, service: FictionalService, home: Path) -> None:
    (home / "settings.toml").write_text('[app]\nsigns = "ascii"\n', encoding="utf-8")
    service.trending = [entry(1, githubStars=1234)]
    run("bookmark", "add", "2604.00001")
    assert run("list").out == (
        "  99 * Diffusion Language Models Without Tears\n"
        "       2604.00001 - Ada Lovelace +1 - 30 Apr - 1.2k stars - 1 comment\n"
    )


def test_a_damaged_archive_is_reported_and_replaced(run: Run, home: Path) -> None:
    (home / "archive.db").write_bytes(b"this is no database, and never was one" * 100)
    ran = run("list", "--json")
    assert (ran.code, len(ran.rows)) == (0, 4)
    assert "The archive was damaged." in ran.err


def test_an_unusable_home_exits_with_4(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("PAPERTUI_HOME", str(home / "file"))
    ran = run("list")
    assert (ran.code, ran.out) == (4, "")
    assert str(home / "file") in ran.err


def test_the_archive_is_closed(run: Run, home: Path) -> None:
    assert run("list").code == 0
    # SQLite removes its log when the last connection closes.
    assert [file.name for file in home.iterdir()] == ["archive.db"]
