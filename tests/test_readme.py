"""README.md keeps its promises: two commands that CI runs, and links, pictures and examples that work."""

import pytest

from kit.pages import CI, README, broken_links, examples, shell_lines
from papertui.cli.parser import make_parser


def test_ci_runs_the_two_commands() -> None:
    commands = [line for line in shell_lines(README) if line.startswith("python3 -m venv ")]
    in_ci = CI.read_text(encoding="utf-8").splitlines()
    start, test = commands
    assert start.endswith(".venv/bin/papertui")
    assert f"{start} --version" in in_ci  # CI has no terminal for the screen
    assert test.endswith(".venv/bin/pytest")
    assert test in in_ci


def test_links_and_pictures_lead_somewhere() -> None:
    assert broken_links(README) == []


@pytest.mark.parametrize("argv", examples(README), ids=" ".join)
def test_examples_are_commands(argv: list[str]) -> None:
    make_parser().parse_args(argv)


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 140
