"""The command line with the recorded services."""

from collections.abc import Iterator
from datetime import date

import pytest

from kit.recorded import day, days, hub
from kit.shell import Run
from papertui.model.feed import week_name
from papertui.model.paper import paper_id

pytestmark = [pytest.mark.recorded, pytest.mark.slow]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with hub(today="2026-04-30") as base:
        yield base


@pytest.fixture(autouse=True)
def _recorded(run: Run, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # After `run`, which sets the stand-in service.
    assert run is not None
    monkeypatch.setenv("HF_ENDPOINT", address)
    for name in ("API", "RSS", "SITE"):
        monkeypatch.setenv(f"PAPERTUI_ARXIV_{name}_URL", f"{address}/arxiv")


def test_a_recorded_day_is_listed_unchanged(run: Run) -> None:
    entries = day("2026-04-30")
    rows = run("list", "--date", "2026-04-30", "--json").rows
    assert [row["id"] for row in rows] == [paper_id(entry["paper"]["id"]) for entry in entries]
    assert [row["upvotes"] for row in rows] == [entry["paper"]["upvotes"] for entry in entries]
    assert {row["featured"] for row in rows} == {"2026-04-30"}
    assert all(row["abstract"] and row["authors"] and row["url"] and row["pdf"] for row in rows)


def test_the_latest_day_is_the_daily_feed(run: Run) -> None:
    assert run("list", "daily", "--json").rows == run("list", "--date", "2026-04-30", "--json").rows


def test_fetched_papers_are_found_with_typos_and_bookmarked(run: Run) -> None:
    ran = run("refresh")
    assert (ran.code, ran.err) == (0, "")
    assert sorted(ran.out.splitlines()) == [
        "daily:2026-04-30: 9 new papers of 9",
        "trending: 100 new papers of 100",
    ]
    assert run("refresh") == (0, "", "")
    rows = run("search", "turning teh tide difusion", "--json").rows
    assert rows[0]["id"] == "2604.26951"
    assert run("bookmark", "add", rows[0]["id"]).code == 0
    assert run("search", "tide", "--in", "library", "--json").rows[0]["bookmark"]["state"] == "to read"


def test_fetching_every_feed_twice_duplicates_and_loses_nothing(run: Run) -> None:
    recorded = {name: [paper_id(entry["paper"]["id"]) for entry in day(name)] for name in days()}
    everything = {id_ for ids in recorded.values() for id_ in ids}
    assert (sum(map(len, recorded.values())), len(everything)) == (1395, 1394)  # one paper is on two days
    weeks = sorted({week_name(date.fromisoformat(name)) for name in recorded})
    views = [
        *(["--date", name] for name in recorded),
        *(["--week", week] for week in weeks),
        *(["--month", month] for month in ("2026-02", "2026-03", "2026-04")),
        ["trending", "--limit", "2000"],
    ]
    for _ in ("once", "and again"):
        of_weeks: set[str] = set()
        for view in views:
            ids = [row["id"] for row in run("list", *view, "--json").rows]
            assert len(ids) == len(set(ids)), view
            if view[0] == "--date":
                assert ids == recorded[view[1]]
            of_weeks |= set(ids) if view[0] == "--week" else set()
        assert of_weeks == everything
        assert {row["id"] for row in run("list", "trending", "--limit", "2000", "--json").rows} == everything
        archive = [row["id"] for row in run("list", "archive", "--json").rows]
        assert (len(archive), set(archive)) == (1394, everything)
