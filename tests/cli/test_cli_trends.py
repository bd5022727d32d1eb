"""``papertui trends``."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kit.papers import plain
from kit.shell import Run
from papertui.archive.archive import Archive


def fill(home: Path) -> None:
    archive = Archive(home / "archive.db")
    for ago in range(6):
        day = date(2026, 4, 30) - timedelta(days=7 * ago)
        papers = [
            plain(100 * ago + number)._replace(
                featured=day, keywords=("agents" if number < (2 if ago else 9) else "x",)
            )
            for number in range(20)
        ]
        archive.remember(papers, datetime(2026, 4, 30, tzinfo=UTC))
    archive.close()


def test_topics_are_printed_with_their_shares(run: Run, home: Path) -> None:
    fill(home)
    ran = run("trends")
    assert (ran.code, ran.out) == (
        0,
        "Rising\n  agents   45.0 %  was  10.0 %  9 papers\nFalling\n  x        55.0 %  was  90.0 %  11 papers\n",
    )
    assert ran.err == "Compared 20 papers of the 7 days to 2026-04-30 with 100 papers of the 11 weeks before.\n"
    (rising, falling) = run("trends", "--json").rows
    assert (rising["kind"], rising["name"], rising["papers"], rising["share"]) == ("keyword", "agents", 9, 0.45)
    assert rising["score"] > 0 > falling["score"]
    assert rising["history"] == [0.0] * 6 + [0.1] * 5 + [0.45]
    first, _ = run("trends", "--jsonl", "--weeks", "4").lines
    assert first["history"] == [0.1, 0.1, 0.1, 0.45]


def test_without_papers_a_message_says_so(run: Run) -> None:
    ran = run("trends", "--json")
    assert (ran.code, json.loads(ran.out)) == (0, [])
    assert ran.err == "No papers of the last 12 weeks are stored.\n"
    ran = run("trends", "--weeks", "1")
    assert (ran.code, ran.out) == (2, "")
    assert "must be from 2 to 104, not “1”" in ran.err
