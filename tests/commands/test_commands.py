"""The commands after a colon, without a screen."""

from pathlib import Path

import pytest

from command_tree import command_tree
from papertui.cli.parser import make_parser
from papertui.commands.completion import Names, completions
from papertui.commands.export import export_request
from papertui.commands.library_changes import library_change
from papertui.commands.program import program_of
from papertui.commands.request import Request, filter_of, list_request, order_of, parse
from papertui.commands.table import BY_WORD
from papertui.errors import UsageError
from papertui.model.filters import ListFilter
from papertui.model.ordering import Order


def request(line: str) -> Request:
    made = parse(line)
    assert made is not None
    return made


def test_every_command_of_the_shell_exists_with_its_subcommands() -> None:
    for command in command_tree(make_parser()).commands:
        word = command.name.removeprefix("papertui ")
        if word in {"pick", "mcp"}:  # need the terminal, or its input and output, that the app has
            assert word not in BY_WORD
            continue
        spec = BY_WORD[word]
        below = {sub.name.rpartition(" ")[2] for sub in command.commands}
        assert below - {"edit"} == set(spec.choices), word


@pytest.mark.parametrize(
    ("line", "word", "args"),
    [
        ("list daily", "list", ("daily",)),
        (":ls daily", "list", ("daily",)),
        ("q", "quit", ()),
        ("exp out.bib", "export", ("out.bib",)),
        ('tag add "to do"', "tag", ("add", "to do")),
        ("2410.02675", "show", ("2410.02675",)),
        ("https://arxiv.org/abs/2410.02675v2", "show", ("2410.02675",)),
        ('search "world models" -survey', "search", ('"world', 'models"', "-survey")),
    ],
)
def test_lines(line: str, word: str, args: tuple[str, ...]) -> None:
    made = request(line)
    assert (made.command.word, made.args) == (word, args)


def test_an_empty_line_is_nothing() -> None:
    assert parse("  : ") is None


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("lits", "There is no command “lits”; did you mean list? “help” lists the commands."),
        ("re", "There is no command “re”"),  # read, redo, refresh
        ('tag "x', 'A quote in “"x” is not closed.'),
        ("sort vots", "“vots” is not an order; did you mean votes?"),
        ("sort", "“sort” needs an order: feed, "),
        ("filter zzzz", "“zzzz” is not a filter. Choose all, "),
        ("rate 9", "“9” is not a rating"),
        ("tag", "“tag” needs a tag. It is written tag add|remove TAG"),
        ("export", "“export” needs a FILE"),
        ("export a.bib b c", "“export” has no “b”"),
        ("list daily 2026-13-40 x", "“list” has no “x”"),
        ("list --date", "--date needs a value."),
        ("bookmark add zzz", "“bookmark” has no “zzz”"),
    ],
)
def test_errors_are_one_sentence(line: str, sentence: str) -> None:
    checks = {"sort": order_of, "filter": filter_of, "export": export_request, "list": list_request}

    def check() -> None:
        made = request(line)
        checks.get(made.command.word, library_change)(made)

    with pytest.raises(UsageError) as raised:
        check()
    assert str(raised.value).startswith(sentence)
    assert str(raised.value).endswith((".", "?"))


def test_arguments_of_lists() -> None:
    assert list_request(request("list daily 2026-04-29")).feed == "daily:2026-04-29"
    assert list_request(request("list --week 2026-W18 --sort votes")) == ("weekly:2026-W18", Order.VOTES, None)
    assert list_request(request("list --filter=todo")) == (None, None, ListFilter.TO_READ)


def test_exports() -> None:
    assert export_request(request("export bibtex a.txt")) == ("bibtex", Path("a.txt"), False)
    assert export_request(request("export a.json")).format == "json"
    assert export_request(request("export --format ris -o b")) == ("ris", Path("b"), False)
    assert export_request(request("export --append c.bib")) == ("bibtex", Path("c.bib"), True)


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("bookmark", ()),
        ("bookmark 2604.26951", ("2604.26951",)),
        ("bookmark add 2604.26951 2604.24927", ("2604.26951", "2604.24927")),
        ("bookmark tag 2604.26951 +todo -old", ("2604.26951",)),
        ("tag +todo", ()),
        ("note 2604.26951 It says 2604.24927.", ("2604.26951",)),
    ],
)
def test_papers_of_changes(line: str, ids: tuple[str, ...]) -> None:
    change = library_change(request(line))
    assert change is not None
    assert change.ids == ids


def test_bookmark_lists_are_left_to_the_program() -> None:
    assert library_change(request("bookmark list --tag todo")) is None


def test_a_command_about_one_paper_takes_the_paper_at_hand() -> None:
    assert program_of(request("diff --from v1"), "2604.24927") == ("diff", "2604.24927", "--from", "v1")
    assert program_of(request("why 2604.26951"), "2604.24927") == ("why", "2604.26951")
    assert program_of(request("map --kept"), None) == ("map", "--kept")
    with pytest.raises(UsageError, match="There is no paper here"):
        program_of(request("diff"), None)


def test_completions(tmp_path: Path) -> None:
    names = Names(feeds=("daily", "nlp"), tags=("todo", "to do"), themes=("ink", "paper"))
    assert completions("li", names) == ["list"]
    assert completions("list d", names) == ["list daily"]
    assert completions("tag a", names) == ["tag add"]
    assert completions("tag add to", names) == ["tag add todo"]
    assert completions("tag -t", names) == ["tag -todo"]
    assert completions("sort s", names) == ["sort state", "sort stars"]
    assert completions("set theme ", names) == ["set theme ink", "set theme paper"]
    assert completions("zzz a", names) == []
    (tmp_path / "notes.bib").touch()
    (tmp_path / "folder").mkdir()
    assert completions(f"import {tmp_path}/", names) == [f"import {tmp_path}/folder/", f"import {tmp_path}/notes.bib"]
    assert completions(f"import {tmp_path}/none/x", names) == []
