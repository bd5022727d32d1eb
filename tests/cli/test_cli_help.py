import argparse
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from kit.shell import Run
from papertui.cli.parser import GROUPS, SHELLS, Parser, make_parser
from papertui.model.feed import BUILT_IN, WITH_DETAIL


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _parsers(below)


PARSERS = list(_parsers(make_parser()))
NAMES = [parser.prog for parser in PARSERS]


def test_the_help_names_every_kind_of_feed() -> None:
    page = PARSERS[0].format_help()
    assert [kind for kind in WITH_DETAIL if f"{kind}:" not in page] == []
    assert [name.kind for name in BUILT_IN if name.kind not in page] == []


def test_the_list_of_commands() -> None:
    assert NAMES == [
        "papertui",
        "papertui list",
        "papertui search",
        "papertui show",
        "papertui read",
        "papertui open",
        "papertui pick",
        "papertui diff",
        "papertui trends",
        "papertui map",
        "papertui import",
        "papertui pdf",
        "papertui bookmark",
        "papertui bookmark add",
        "papertui bookmark remove",
        "papertui bookmark list",
        "papertui bookmark tag",
        "papertui bookmark tags",
        "papertui bookmark note",
        "papertui bookmark state",
        "papertui bookmark rate",
        "papertui bookmark collections",
        "papertui undo",
        "papertui redo",
        "papertui log",
        "papertui export",
        "papertui sync",
        "papertui sync setup",
        "papertui sync status",
        "papertui why",
        "papertui foryou",
        "papertui foryou status",
        "papertui foryou reset",
        "papertui foryou pause",
        "papertui foryou resume",
        "papertui foryou like",
        "papertui foryou dislike",
        "papertui foryou unrate",
        "papertui foryou mute",
        "papertui foryou pin",
        "papertui foryou clear",
        "papertui refresh",
        "papertui feeds",
        "papertui feeds list",
        "papertui feeds add",
        "papertui feeds remove",
        "papertui feeds import",
        "papertui feeds export",
        "papertui follow",
        "papertui unfollow",
        "papertui follows",
        "papertui digest",
        "papertui digest schedule",
        "papertui digest unschedule",
        "papertui digest status",
        "papertui mcp",
        "papertui doctor",
        "papertui config",
        "papertui config path",
        "papertui config show",
        "papertui config edit",
        "papertui config schema",
        "papertui schema",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_every_command_has_an_example(run: Run, name: str) -> None:
    ran = run(*name.split()[1:], "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"usage: {name}")
    examples = ran.out.split("examples:\n")[1]
    assert name in examples


@pytest.mark.parametrize("parser", PARSERS, ids=NAMES)
def test_every_option_is_explained(parser: argparse.ArgumentParser) -> None:
    assert [action.dest for action in parser._actions if not action.help and action.option_strings] == []
    assert isinstance(parser, Parser)
    assert parser.description


def test_help_fits_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert max(map(len, run("list", "--help").out.split("examples:")[0].splitlines())) <= 70


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_scripts_are_valid(run: Run, shell: str) -> None:
    ran = run("--completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert "bookmark" in ran.out
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=ran.out.encode(), check=True)


def test_completion_in_bash(run: Run) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    script = (
        run("--completion", "bash").out
        + "\nCOMP_WORDS=(papertui boo); COMP_CWORD=1; COMP_LINE='papertui boo'; COMP_POINT=12\n"
        + "$(complete -p papertui | sed 's/.*-F \\([^ ]*\\).*/\\1/'); echo ${COMPREPLY[@]}\n"
    )
    done = subprocess.run([bash], input=script.encode(), capture_output=True, check=True)
    assert done.stdout.decode().split() == ["bookmark"]


def _commands(parser: argparse.ArgumentParser) -> list[str]:
    return [
        name for action in parser._actions if isinstance(action, argparse._SubParsersAction) for name in action.choices
    ]


def test_every_command_has_a_function() -> None:
    for parser in PARSERS[1:]:
        needs_subcommand = any(
            isinstance(action, argparse._SubParsersAction) and action.required for action in parser._actions
        )
        assert (parser.get_default("func") is None) == needs_subcommand, parser.prog


def test_the_groups_have_the_commands_of_the_registry() -> None:
    assert _commands(make_parser()) == [command for commands in GROUPS.values() for command in commands]


@pytest.mark.parametrize(
    ("argv", "commands"),
    [
        (["list"], GROUPS["read"]),
        (["--offline", "--feed", "digest", "list", "search"], GROUPS["read"]),
        (["--feed=digest", "undo", "--help"], GROUPS["bookmark"]),
        (["--", "sync"], GROUPS["sync"]),
        (["--version"], ()),
        (["--completion", "bash"], ()),
        (["--feed", "daily", "--offline"], ()),
        ([], ()),
    ],
)
def test_only_the_group_that_is_needed_is_built(argv: list[str], commands: tuple[str, ...]) -> None:
    assert _commands(make_parser(argv)) == list(commands)


@pytest.mark.parametrize(
    "argv", [["--help"], ["-h", "list"], ["--offline", "--help", "list"], ["lst"], ["--demo", "x"]]
)
def test_help_and_unknown_commands_need_all_groups(argv: list[str]) -> None:
    assert _commands(make_parser(argv)) == _commands(make_parser())


def test_an_unknown_command_names_the_known_ones(run: Run) -> None:
    ran = run("serach", "x")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("There is no “papertui serach”; did you mean search? Choose list, search,")
    assert "config" in ran.err


def test_options_of_the_app_take_no_command(run: Run) -> None:
    ran = run("--demo", "bookmark", "list")
    assert (ran.code, ran.out) == (2, "")
    assert "Leave out “bookmark list”, or the option." in ran.err
