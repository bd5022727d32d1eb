import json

import pytest

from kit.fictional_service import FictionalService
from kit.shell import Run


@pytest.fixture(autouse=True)
def _stored(run: Run, service: FictionalService) -> None:
    run("list")
    service.asked.clear()


def test_search_finds_misspelt_words_without_a_request(run: Run, service: FictionalService) -> None:
    ran = run("search", "difusion", "langauge")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "  99   Diffusion Language Models Without Tears"
    assert service.asked == []


def test_results_have_score_and_matched_fields(run: Run) -> None:
    rows = run("search", "graph forget", "--json").rows
    assert rows[0]["id"] == "2604.00002"
    assert 0 < rows[0]["score"] <= 1
    assert "title" in rows[0]["matched"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert run("search", "graph forget", "--jsonl").lines == rows


def test_no_match_is_an_empty_list_and_a_hint(run: Run) -> None:
    ran = run("search", "zebra", "--json")
    assert (ran.code, ran.rows) == (0, [])
    assert "No stored paper matches “zebra”." in ran.err


def test_limit(run: Run) -> None:
    assert len(run("search", "lovelace", "--json").rows) == 4
    assert len(run("search", "lovelace", "--limit", "2", "--json").rows) == 2


def test_in_restricts_the_search(run: Run) -> None:
    run("bookmark", "add", "2604.00002")
    assert [row["id"] for row in run("search", "lovelace", "--in", "library", "--json").rows] == ["2604.00002"]
    assert len(run("search", "lovelace", "--in", "archive", "--json").rows) == 4


def test_online_also_asks_the_services(run: Run, service: FictionalService) -> None:
    service.elsewhere[0]["title"] = service.elsewhere[0]["paper"]["title"] = "A Zebra Elsewhere"
    assert run("search", "zebra", "--json").rows == []
    assert [row["id"] for row in run("search", "zebra", "--online", "--json").rows] == ["2604.00009"]
    assert [row["id"] for row in run("search", "zebra", "--json").rows] == ["2604.00009"]


def test_online_searches_the_stored_papers_when_the_service_fails(run: Run, service: FictionalService) -> None:
    service.refuses = ("/",)
    ran = run("search", "graph", "--online", "--json")
    assert ran.code == 0
    assert ran.rows[0]["id"] == "2604.00002"
    assert "Showing stored papers." in ran.err


def test_stdin_answers_each_query_with_one_line(run: Run) -> None:
    queries = ["graph", "", "zebra", "“étymology” \x1b[31m", "loss functions"]
    ran = run("search", "--stdin", "--limit", "2", stdin="\n".join(queries))
    assert ran.code == 0
    assert [line["query"] for line in ran.lines] == queries
    assert [len(line["results"]) for line in ran.lines[1:3]] == [0, 0]
    assert ran.lines[0]["results"] == run("search", "graph", "--limit", "2", "--json").rows
    assert ran.lines[4]["results"][0]["id"] == "2604.00003"


def test_stdin_accepts_invalid_utf8(run: Run) -> None:
    ran = run("search", "--stdin", stdin=b"\xef\xbb\xbfgraph\r\n\xff\xfe\n")
    assert [line["query"] for line in ran.lines] == ["graph", "\ufffd\ufffd"]


@pytest.mark.slow
def test_stdin_with_online_finds_newly_fetched_papers(run: Run, service: FictionalService) -> None:
    service.elsewhere[0]["title"] = service.elsewhere[0]["paper"]["title"] = "A Zebra Elsewhere"
    ran = run("search", "--stdin", "--online", stdin="graph\nzebra\n")
    assert [line["results"][0]["id"] for line in ran.lines] == ["2604.00002", "2604.00009"]


@pytest.mark.parametrize("argv", [[], ["graph", "--stdin"], ["graph", "--in", "attic"], ["graph", "--like"]])
def test_usage(run: Run, argv: list[str]) -> None:
    ran = run("search", *argv)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1


def test_the_index_is_built_once_for_all_queries(run: Run) -> None:
    ran = run("search", "--stdin", stdin="graph\n" * 200)
    assert len({json.dumps(line) for line in ran.lines}) == 1
    assert len(ran.lines) == 200
