import json
from pathlib import Path

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


_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>"""
_ENTRY = """<entry><id>http://arxiv.org/abs/2603.0000{0}v1</id><title>{1}</title><summary>Nothing.</summary>
<author><name>Kurt G.</name></author><published>2026-03-01T00:00:00Z</published><updated>2026-03-01T00:00:00Z</updated>
</entry>"""


@pytest.fixture
def _godel(run: Run, tmp_path: Path) -> None:
    titles = ("On Gödel numbers", "A model of numbers", "Modal numbers")
    entries = "".join(_ENTRY.format(number, title) for number, title in enumerate(titles, 1))
    file = tmp_path / "papers.xml"
    file.write_text(_ATOM.format(entries), encoding="utf-8")
    assert run("import", str(file)).code == 0


@pytest.mark.usefixtures("_godel")
def test_papers_with_a_similar_spelling_are_left_out_unless_asked_for(run: Run) -> None:
    for options in ((), ("--json",), ("--jsonl",)):
        ran = run("search", "godel", *options)
        assert "Gödel numbers" in ran.out
        assert "model of" not in ran.out
        assert ran.err == "2 more papers match only by another spelling; --similar includes them.\n"
    rows = run("search", "godel", "--json", "--similar").rows
    assert [row["similar"] for row in rows] == [False, True, True]
    assert {row["id"] for row in rows} == {"2603.00001", "2603.00002", "2604.00001"}
    both = run("search", "godel", "--similar")
    assert both.out.index("Gödel") < both.out.index("similar spelling:") < both.out.index("model")
    assert both.err == ""
    assert run("search", "godel", "--limit", "1", "--json").err == ""


@pytest.mark.usefixtures("_godel")
def test_exports_and_lists_of_bookmarks_leave_similar_spellings_out(run: Run) -> None:
    run("bookmark", "add", "2603.00001", "2603.00002")
    assert run("export", "--query", "godel").out.count("@") == 1
    assert run("export", "--query", "godel", "--similar").out.count("@") == 3
    nothing = run("export", "--query", "gdoel")
    assert (nothing.code, nothing.out) == (0, "")
    assert "--similar exports it." in nothing.err
    assert run("export", "--query", "gdoel", "--similar").out.count("@") == 1
    assert [row["id"] for row in run("bookmark", "list", "--query", "godel", "--json").rows] == ["2603.00001"]
    assert len(run("bookmark", "list", "--query", "godel", "--similar", "--json").rows) == 2
    # The library is small: what was meant is the answer.
    assert [row["id"] for row in run("bookmark", "list", "--query", "gdoel", "--json").rows] == ["2603.00001"]
    for command in (("export", "--similar"), ("bookmark", "list", "--similar")):
        assert run(*command).code == 2


@pytest.mark.parametrize("query", ["since:2026-13", "is:", "votes:abc"])
def test_wrong_values_in_other_commands(run: Run, query: str) -> None:
    run("bookmark", "add", "2604.00002")
    for command in (
        ("export", "--query", query),
        ("export", "--format", "json", "--query", f"graph {query}"),
        ("bookmark", "list", "--query", query, "--json"),
        ("bookmark", "collections", "--save", "mine", query),
    ):
        ran = run(*command)
        assert (ran.code, ran.out) == (2, ""), command
        assert ran.err
    assert run("bookmark", "collections", "--json").rows == []


def test_similar_papers_are_the_answer_when_there_are_no_others(run: Run) -> None:
    ran = run("search", "difusion", "--json")
    assert ran.code == 0
    assert [row["similar"] for row in ran.rows] == [True] * len(ran.rows) != []
    assert "Showing results for “diffusion” instead of “difusion”." in ran.err


_WRONG = (
    "since:2026-13", "until:2026-02-31", "is:", "is:xyz", "stars:>", "votes:abc", "author:", "since:20", "year:soon",
    "rating:7", "vote:>20", "graph state:", "like:", "like:2604.00002 graph", "like:9999.99999", "graph -has:",
)  # fmt: skip


@pytest.mark.parametrize("query", _WRONG)
def test_wrong_values_end_with_2_and_print_nothing(run: Run, service: FictionalService, query: str) -> None:
    for options in ((), ("--json",), ("--jsonl", "--online"), ("--in", "library"), ("--sort", "newest")):
        ran = run("search", query, *options)
        assert (ran.code, ran.out) == (2, ""), options
        assert query.rsplit(maxsplit=1)[-1].partition(":")[0].lstrip("-") in ran.err or "like:" in ran.err
    assert service.asked == []


def test_year_and_plural_names_work(run: Run) -> None:
    assert len(run("search", "year:2026", "--json").rows) == 4
    assert run("search", "year:2017", "--json").rows == []
    assert len(run("search", "authors:lovelace", "--json").rows) == 4


def test_a_wrong_query_on_stdin_is_answered_and_the_others_too(run: Run) -> None:
    ran = run("search", "--stdin", stdin="graph\nsince:2026-13\nloss functions\nis:\n")
    assert ran.code == 2
    assert [line["query"] for line in ran.lines] == ["graph", "since:2026-13", "loss functions", "is:"]
    assert ["error" in line for line in ran.lines] == [False, True, False, True]
    assert "is not a date" in ran.lines[1]["error"]
    assert ran.lines[1]["results"] == []
    assert ran.lines[2]["results"][0]["id"] == "2604.00003"


def test_like_of_a_stored_paper_is_a_query(run: Run) -> None:
    assert run("search", "like:2604.00002").code == 0


def test_a_repository_that_only_the_bookmark_knows_is_found_and_shown(run: Run, home: Path, tmp_path: Path) -> None:
    run("bookmark", "add", "2604.00002")
    exported = tmp_path / "library.json"
    assert run("export", "--format", "json", "-o", str(exported)).code == 0
    record = json.loads(exported.read_text(encoding="utf-8"))
    text = json.dumps(record).replace('"github": null', '"github": "https://github.com/a/b"')
    exported.write_text(text, encoding="utf-8")
    run("bookmark", "remove", "2604.00002")
    assert run("import", str(exported)).code == 0
    # As after a sync: the archive has the paper from another source, which knows of no repository.
    for path in home.rglob("archive.db*"):
        path.unlink()
    run("list")
    assert "2604.00002" in [row["id"] for row in run("list", "archive", "--json").rows]
    for command in (
        ("search", "has:code", "--json"),
        ("search", "has:code", "--in", "library", "--json"),
        ("list", "library", "--filter", "code", "--json"),
        ("bookmark", "list", "--query", "has:code", "--json"),
        ("show", "2604.00002", "--json"),
    ):
        found = {row["id"]: row["github"] for row in run(*command).rows}
        assert found.get("2604.00002") == "https://github.com/a/b", command


_MEANT = "text generated by denoising"


def test_papers_are_found_by_meaning_if_nobody_wrote_the_words(run: Run) -> None:
    ran = run("search", _MEANT, "--json")
    assert ran.rows[0]["title"] == "Diffusion Language Models Without Tears"
    assert {(row["found_by"], row["similar"]) for row in ran.rows} == {("meaning", False)}
    assert ran.rows[0]["passage"] in ran.rows[0]["abstract"]
    assert ran.err == f"No title fits the words “{_MEANT}”; these papers are found by meaning. --words leaves it out.\n"
    assert [line["results"] for line in run("search", "--stdin", stdin=_MEANT).lines] == [ran.rows]


def test_a_search_can_be_limited_to_words_or_to_meaning(run: Run) -> None:
    assert [
        row["found_by"] for row in run("search", _MEANT, "--words", "--json").rows if row["found_by"] != "words"
    ] == []
    by_meaning = run("search", "graph", "--meaning", "--json")
    assert {row["found_by"] for row in by_meaning.rows} == {"meaning"}
    assert by_meaning.rows[0]["id"] == "2604.00002"
    by_words = run("search", "graph", "--json").rows
    assert {(row["found_by"], row["passage"]) for row in by_words} == {("words", None)}
    unknown = run("search", "lovelace", "--meaning", "--json")
    assert "The meaning of “lovelace” is unknown; these papers are found by its words." in unknown.err
    assert len(unknown.rows) == 4


@pytest.mark.parametrize("argv", [["--like", "2604.00002", "--meaning"], ["graph", "--meaning", "--words"]])
def test_modes_that_cannot_be_combined(run: Run, argv: list[str]) -> None:
    ran = run("search", *argv)
    assert (ran.code, ran.out) == (2, "")


def test_an_export_of_a_query_takes_papers_with_its_words_only(run: Run) -> None:
    assert run("export", "--format", "json", "--query", _MEANT).rows == []
