"""``papertui schema``: every command with ``--json`` has a schema, and prints what it says.

Besides, the fixture `run` compares the JSON of all tests of commands with the schemas.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kit import json_output
from kit.discussions import detail
from kit.fictional_service import FictionalService, entry
from kit.papers import plain
from kit.shell import Run
from kit.subjects import of_subjects
from papertui.archive.archive import Archive
from papertui.archive.versions import VersionLog
from papertui.cli.json_schemas import RECORDS, schema_of
from papertui.cli.parser import Parser, make_parser
from papertui.model.document import Document, DocumentPart
from papertui.model.record import PUBLIC
from papertui.model.versions import SeenVersion
from papertui.services.versions import packed
from papertui.sources.source import FullText

ONE = "2604.00001"
NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)


def _with_json(parser: argparse.ArgumentParser) -> Iterator[str]:
    if "--json" in parser._option_string_actions:
        yield parser.prog.partition(" ")[2]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                assert isinstance(below, Parser)
                yield from _with_json(below)


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for value in schema.values():
            yield from _objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _objects(value)


def test_every_command_with_json_has_a_schema() -> None:
    assert sorted(_with_json(make_parser())) == sorted(RECORDS.keys() - {"search --stdin"})


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("command", RECORDS)
def test_schemas_are_valid_and_every_object_is_closed(command: str, *, lines: bool) -> None:
    schema = schema_of(command, lines=lines)
    Draft202012Validator.check_schema(schema)
    assert [one for one in _objects(schema) if one.get("additionalProperties") is not False] == []


def test_a_paper_has_the_facts_that_are_promised() -> None:
    assert tuple(RECORDS["bookmark list"]["required"]) == (*PUBLIC, "bookmark")


def test_the_schemas_are_listed_and_printed(run: Run) -> None:
    assert run("schema").out.splitlines() == list(RECORDS)
    array = json.loads(run("schema", "bookmark", "list").out)
    assert (array["type"], array["title"]) == ("array", "papertui bookmark list --json")
    line = json.loads(run("schema", "bookmark", "list", "--jsonl").out)
    assert (line["type"], line["title"]) == ("object", "a line of papertui bookmark list --jsonl")
    assert array["items"] == {key: value for key, value in line.items() if key not in {"$schema", "$defs", "title"}}
    assert json.loads(run("schema", "search", "--stdin").out)["title"] == "a line of papertui search --stdin"
    ran = run("schema", "open")
    assert (ran.code, ran.out) == (2, "")
    assert "“papertui open” has no JSON with a schema." in ran.err


def test_the_schemas_are_printed_although_the_settings_are_wrong(run: Run, home: Path) -> None:
    (home / "settings.toml").write_text("[ap]\n", encoding="utf-8")
    assert run("schema", "list").code == 0


def fill(home: Path) -> None:
    """Store papers for trends and the map, and two versions of one paper."""
    archive = Archive(home / "archive.db")
    archive.remember(of_subjects(), NOW)
    for ago in range(6):
        day = date(2026, 4, 30) - timedelta(days=7 * ago)
        archive.remember(
            [
                plain(100 * ago + number)._replace(
                    featured=day, keywords=("agents" if number < (2 if ago else 9) else "x",)
                )
                for number in range(20)
            ],
            NOW,
        )
    log = VersionLog(archive.database)
    log.keep([SeenVersion(ONE, 1, NOW, "A small model."), SeenVersion(ONE, 2, NOW, "A large model.")], (), NOW)
    for number, words in ((1, "It has ten layers."), (2, "It has twelve layers.")):
        parts = (DocumentPart("heading", "Method", 1, "2"), DocumentPart("text", words), DocumentPart("text", "Equal."))
        text = FullText(Document("A paper", parts, source="html", version=number), "arxiv")
        log.keep_text(ONE, number, "arxiv", NOW, packed(text))
    archive.close()


@pytest.mark.slow
def test_the_output_of_every_command_matches_its_schema(run: Run, home: Path, service: FictionalService) -> None:
    fill(home)
    service.discussions[ONE] = detail(id=ONE)
    withdrawn = entry(7003, summary="This paper has been withdrawn by the author.")
    service.trending = [entry(1), entry(2), withdrawn, entry(7004)]
    service.pages[f"/arxiv/pdf/{ONE}"] = ("application/pdf", b"%PDF-1.4\n%%EOF\n")
    (home / "settings.toml").write_text('[mute]\nauthors = ["Writer 7004"]\n', encoding="utf-8")
    run("list")
    run("bookmark", "add", ONE, "2604.00002")
    run("bookmark", "rate", ONE, "4")
    run("bookmark", "tag", ONE, "+todo")
    run("bookmark", "collections", "--save", "mine", "tag:todo")
    run("bookmark", "rate", ONE, "5")
    run("undo")
    run("follow", "author", "Writer 7003")
    run("feeds", "add", "arxiv:cs.CL")
    printed: dict[str, list[Any]] = {}
    for argv in (
        "list", "list --filter muted", "list alerts", "search paper", f"show {ONE} --comments --repos", f"read {ONE}",
        f"diff {ONE} --offline", "trends", "map", f"pdf {ONE}", "bookmark list", "bookmark tags",
        "bookmark collections", "log", "sync status", f"why {ONE}", "foryou", "foryou status", "feeds list", "follows",
    ):  # fmt: skip
        words = argv.split()
        command = json_output.command_of(words)
        rows = run(*words, "--json").rows
        assert [error.message for error in Draft202012Validator(schema_of(command)).iter_errors(rows)] == [], argv
        printed.setdefault(command, []).extend(rows)
    printed["digest status"] = run("digest", "status", "--json").lines  # checked by `run`, as is this:
    printed["search --stdin"] = run("search", "--stdin", stdin="paper\nstate:nonsense\n").lines
    assert sorted(printed) == sorted(RECORDS)
    assert [command for command, records in printed.items() if not records] == [], "nothing was printed"
    assert [sorted(answer) for answer in printed["search --stdin"]] == [
        ["query", "results"],
        ["error", "query", "results"],
    ]
    assert {"muted", "alerts", "withdrawn"} <= {name for row in printed["list"] for name in row}


def test_a_command_that_prints_something_else_fails_its_test() -> None:
    with pytest.raises(AssertionError, match=r"papertui list --json does not match its schema"):
        json_output.check(["list", "--jsonl"], 0, '{"id": "1"}\n')


def test_what_is_not_a_paper_does_not_match(run: Run) -> None:
    (row, *_) = run("list", "--json").rows
    validator = Draft202012Validator(schema_of("list"))
    wrong: dict[str, dict[str, Any]] = {
        "$[0].upvotes": {"upvotes": "many"},
        "$[0]": {"votes": 3},
        "$[0].authors": {"authors": None},
        "$[0].published": {"published": "yesterday"},
        "$[0].bookmark": {"bookmark": {"added": "now", "tags": [], "note": "", "state": "read"}},
    }
    for place, change in wrong.items():
        (error,) = validator.iter_errors([{**row, **change}])
        assert error.json_path == place
