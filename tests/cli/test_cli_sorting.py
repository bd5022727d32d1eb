"""``--sort``, ``--reverse`` and ``--filter`` of ``list``, ``search`` and ``bookmark list``."""

import asyncio
import os
from contextlib import ExitStack
from datetime import timedelta

import pytest

from kit.fictional_service import FictionalService, entry
from kit.shell import Run
from papertui import app
from papertui.archive.visits import VisitLog
from papertui.model.feed import FeedName
from papertui.model.filters import ListFilter
from papertui.model.ordering import Order
from papertui.services.visits import VISIT_GAP
from papertui.settings import Settings
from papertui.tui.list_state import ListState

pytestmark = pytest.mark.slow

ORDERS = [order for order in Order if order is not Order.FEED]
FILTERS = [one for one in ListFilter if one is not ListFilter.ALL]


@pytest.fixture(autouse=True)
def _stored(run: Run, service: FictionalService) -> None:
    """Papers whose numbers differ, half of them bookmarked with annotations."""
    service.trending = [
        entry(3, upvotes=5, githubStars=70, githubRepo="https://github.com/a/b"),
        entry(1, upvotes=50, day="2026-04-28"),
        entry(6, upvotes=7, day="2026-04-29", githubStars=700, githubRepo="https://github.com/a/c"),
        entry(2, upvotes=20, day="2026-04-27"),
        entry(5, upvotes=20),
        entry(4, upvotes=0, day="2026-04-26"),
    ]
    run("list")
    run("bookmark", "add", *map(_id, (1, 2, 3)))
    run("bookmark", "tag", _id(1), "+zoo")
    run("bookmark", "tag", _id(3), "+Ants", "+zoo")
    run("bookmark", "rate", _id(2), "5")
    run("bookmark", "rate", _id(1), "3")
    run("bookmark", "state", _id(3), "reading")
    run("bookmark", "note", _id(2), "Compare.")
    service.asked.clear()


def _id(number: int) -> str:
    return f"2604.{number:05}"


def _numbers(run: Run, *argv: str) -> str:
    ran = run(*argv, "--json")
    assert (ran.code, ran.err) == (0, "")
    return "".join(row["id"][-1] for row in ran.rows)


def _on_screen(feed: str, order: Order, show: ListFilter) -> list[str]:
    """The ids in the list of the app."""
    with ExitStack() as closing:
        services = app.build(os.environ, Settings(), closing)
        name = FeedName("library" if feed == "library" else "trending")
        opened = services.feeds.stored(name) or asyncio.run(services.feeds.serve(name))
        state = ListState(opened._replace(papers=())).with_feed(opened)
        state = state.with_marks(marks=services.library.by_id(), read=services.read_state.read_ids())
        context = services.feeds.context(opened)._replace(liking=services.feeds.liking(opened))
        state = state.with_context(context).with_order(order).with_show(show)
        return [state.paper(row).id for row in range(state.size)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("votes", "125634"), ("newest", "356124"), ("stars", "631254"), ("comments", "654321"), ("rating", "213654"),
        ("state", "312654"), ("tags", "316254"),
    ],
)  # fmt: skip
def test_list_in_every_order(run: Run, order: str, expected: str) -> None:
    assert _numbers(run, "list", "--sort", order) == expected
    assert _numbers(run, "list", "--sort", order, "--reverse") == expected[::-1]
    assert _numbers(run, "list", "--sort", order, "--limit", "2") == expected[:2]


def test_without_sort_the_order_is_unchanged(run: Run) -> None:
    assert _numbers(run, "list") == "316254"
    assert _numbers(run, "list", "--reverse") == "452613"
    assert _numbers(run, "list", "--filter", "unread", "--limit", "3") == "316"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["bookmarked"], "312"), (["kept"], "312"), (["code"], "36"), (["code", "bookmarked"], "3"), (["rated"], "12"),
        (["note"], "2"), (["tagged"], "31"), (["untagged"], "2"), (["to-read"], "12"), (["reading"], "3"),
        (["read"], ""), (["replaced"], ""), (["unread"], "316254"),
    ],
)  # fmt: skip
def test_list_with_filters(run: Run, filters: list[str], expected: str) -> None:
    options = [word for name in filters for word in ("--filter", name)]
    assert _numbers(run, "list", *options) == expected
    assert [row["id"] for row in run("list", *options, "--jsonl", "--limit", "1").lines] == [
        _id(int(n)) for n in expected[:1]
    ]


def test_papers_that_were_read_are_not_unread(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "true")
    run("open", _id(1))
    assert _numbers(run, "list", "--filter", "unread") == "36254"


def test_new_papers_are_those_that_the_app_would_mark(run: Run) -> None:
    assert _numbers(run, "list", "--filter", "new") == "", "before the first visit nothing is new"
    with ExitStack() as closing:
        services = app.build(os.environ, Settings(), closing)
        log = VisitLog(services.feeds._archive.database)
        log.begin(services.feeds.now() - timedelta(days=1), VISIT_GAP)
        log.add_feed(FeedName("trending"), 1, [_id(3), _id(1)])
    assert _numbers(run, "list", "--filter", "new") == "6254"
    assert _numbers(run, "list", "--filter", "new", "--filter", "code") == "6"
    assert sorted(_numbers(run, "search", "is:new")) == list("2456")
    assert _numbers(run, "list", "library", "--filter", "new") == "2"


@pytest.mark.parametrize("feed", ["trending", "library"])
@pytest.mark.parametrize("order", ORDERS)
def test_the_screen_and_the_command_line_sort_alike(run: Run, feed: str, order: Order) -> None:
    rows = run("list", feed, "--sort", order.value.label, "--json").rows
    assert [row["id"] for row in rows] == _on_screen(feed, order, ListFilter.ALL)


@pytest.mark.parametrize("feed", ["trending", "library"])
@pytest.mark.parametrize("show", FILTERS)
def test_the_screen_and_the_command_line_filter_alike(run: Run, feed: str, show: ListFilter) -> None:
    rows = run("list", feed, "--filter", show.value.label, "--json").rows
    assert [row["id"] for row in rows] == _on_screen(feed, Order.FEED, show)


def test_rising_papers_come_first(run: Run, service: FictionalService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTUI_NOW", "2026-05-01T18:00:00Z")
    for one in service.trending:
        one["paper"]["upvotes"] += 300 if one["paper"]["id"] == _id(4) else 1
    assert _numbers(run, "list", "--sort", "rising")[0] == "4"


def test_the_archive_is_sorted_too(run: Run) -> None:
    assert _numbers(run, "list", "archive", "--sort", "votes") == "152634"
    assert _numbers(run, "list", "archive", "--sort", "comments", "--limit", "2") == "65"
    assert _numbers(run, "list", "archive", "--sort", "votes", "--filter", "bookmarked", "--limit", "2") == "12"
    newest = _numbers(run, "list", "archive")
    assert _numbers(run, "list", "archive", "--reverse") == newest[::-1]
    assert _numbers(run, "list", "archive", "--reverse", "--limit", "1") == newest[-1]


def test_search_sorts_all_matches_before_the_limit(run: Run) -> None:
    assert sorted(_numbers(run, "search", "lovelace")) == list("123456")
    assert _numbers(run, "search", "lovelace", "--sort", "votes", "--limit", "1") == "1"
    assert _numbers(run, "search", "lovelace", "--sort", "comments", "--reverse", "--limit", "2") == "12"
    assert sorted(_numbers(run, "search", "lovelace", "--filter", "code")) == list("36")
    best = _numbers(run, "search", "lovelace")
    assert (
        _numbers(run, "search", "lovelace", "--filter", "bookmarked", "--limit", "2")
        == "".join(number for number in best if number in "123")[:2]
    )
    row = run("search", "lovelace", "--sort", "title", "--json", "--limit", "1").rows[0]
    assert row["score"] > 0
    assert "authors" in row["matched"]


def test_search_sorts_similar_papers_and_queries_from_stdin(run: Run) -> None:
    alike = run("search", "--like", _id(1), "--sort", "votes", "--limit", "2", "--json").rows
    everything = run("search", "--like", _id(1), "--json").rows
    assert [row["upvotes"] for row in alike] == sorted((row["upvotes"] for row in everything), reverse=True)[:2]
    lines = run("search", "--stdin", "--sort", "comments", "--limit", "1", stdin="lovelace\n").lines
    assert [row["id"] for row in lines[0]["results"]] == [_id(6)]


def test_bookmark_list(run: Run) -> None:
    assert _numbers(run, "bookmark", "list", "--sort", "rating") == "213"
    assert _numbers(run, "bookmark", "list", "--sort", "rating", "--reverse") == "312"
    assert _numbers(run, "bookmark", "list", "--sort", "votes", "--filter", "tagged") == "13"
    assert _numbers(run, "bookmark", "list", "--sort", "votes", "--tag", "zoo", "--limit", "1") == "1"
    assert _numbers(run, "bookmark", "list", "--query", "lovelace", "--sort", "tags", "--filter", "tagged") == "31"


@pytest.mark.parametrize("command", [["list"], ["search", "lovelace"], ["bookmark", "list"]])
@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--sort", "beauty"], [order.value.label for order in ORDERS]),
        (["--filter", "nice"], [one.value.label for one in FILTERS]),
        (["--filter", "code", "--filter", ""], [one.value.label for one in FILTERS]),
    ],
)
def test_unknown_names_are_rejected(run: Run, command: list[str], options: list[str], names: list[str]) -> None:
    ran = run(*command, *options)
    assert (ran.code, ran.out) == (2, "")
    assert f"{options[0]} cannot be “{options[-1]}”" in ran.err
    assert f"Choose {', '.join(names)}." in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", [["list"], ["search"], ["bookmark", "list"]])
def test_help_and_completion_name_them_all(run: Run, command: list[str]) -> None:
    words = " ".join(run(*command, "--help").out.split())
    script = run("--completion", "bash").out
    prefix = f"_shtab_papertui_{'_'.join(command)}__"
    orders, filters = [order.value.label for order in ORDERS], [one.value.label for one in FILTERS]
    assert f"{', '.join(orders[:-1])} or {orders[-1]}" in words
    assert f"{', '.join(filters[:-1])} or {filters[-1]}" in words
    assert f"{prefix}_sort_choices=({' '.join(orders)})" in script
    assert f"{prefix}_filter_choices=({' '.join(filters)})" in script
