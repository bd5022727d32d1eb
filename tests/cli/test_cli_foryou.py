"""``why``, ``foryou`` and ``--sort foryou``."""

import pytest

from kit.fictional_service import FictionalService, entry
from kit.shell import Run

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _stored(run: Run, service: FictionalService) -> None:
    """Twenty papers, of which those about graphs are bookmarked up to the tenth."""
    service.trending = [entry(number) for number in range(1, 21)]
    run("list")
    run("bookmark", "add", "2604.00002", "2604.00006", "2604.00010")


def test_the_feed_begins_with_papers_like_the_bookmarks(run: Run) -> None:
    ran = run("list", "foryou", "--json", "--limit", "2")
    assert ran.code == 0
    assert "Graph Networks That Forget" in {row["title"] for row in ran.rows}
    assert "Learned from 3 kept papers" in ran.err


def test_a_feed_in_the_learned_order(run: Run) -> None:
    titles = [row["title"] for row in run("list", "trending", "--offline", "--sort", "foryou", "--json").rows]
    assert titles[:3] == ["Graph Networks That Forget"] * 3
    assert len(titles) == 20


def test_why_in_words_and_as_json(run: Run) -> None:
    ran = run("why", "2604.00014")
    assert ran.code == 0
    assert ran.out.startswith("Graph Networks That Forget\n")
    assert "graph" in ran.out
    assert "like  2604.000" in ran.out
    (row,) = run("why", "2604.00014", "--json").rows
    assert {"id", "title", "score", "learned_from", "words", "people", "like", "against"} == row.keys()
    assert row["learned_from"] == 3
    assert row["words"][0]["share"] > 0
    assert run("why", "2604.99999").code == 3


def test_reasons_are_muted_and_thumbs_reset(run: Run) -> None:
    assert run("foryou", "mute", "graph", "networks", "forget").code == 0
    assert "  graph\n" not in run("why", "2604.00014").out
    assert "muted" in run("foryou").out
    assert run("foryou", "clear", "graph", "networks", "forget").code == 0
    run("foryou", "like", "2604.00003", "2604.00007")
    run("foryou", "dislike", "2604.00004")
    (status,) = run("foryou", "status", "--json").rows
    assert (status["kept"], status["ups"], status["downs"]) == (5, 2, 1)
    assert "3 thumbs forgotten" in run("foryou", "reset").err
    assert "Paused" in run("foryou", "pause").err
    assert run("foryou", "status", "--json").rows[0]["paused"] is not None
    assert "Learning again" in run("foryou", "resume").err
    assert run("foryou", "mute", "author:").code == 2


def test_nothing_is_requested(run: Run, service: FictionalService) -> None:
    service.asked.clear()
    for argv in (["list", "foryou"], ["why", "2604.00014"], ["foryou", "like", "2604.00014"], ["foryou"]):
        run(*argv)
    assert service.asked == []
