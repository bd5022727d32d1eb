"""Completion as real shells do it."""

import argparse
import shutil
import subprocess
from pathlib import Path

import pytest
import shtab

from papertui.cli.parser import SHELLS, make_parser
from papertui.cli.shells import completion_script


def _program(shell: str) -> str:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    return program


def _in_fish(line: str, folder: Path) -> set[str]:
    """What fish offers for the last word of `line`, without the descriptions."""
    (folder / "papertui.fish").write_text(completion_script(make_parser(), "fish"), encoding="utf-8")
    script = f"source papertui.fish; complete --do-complete '{line}'"
    done = subprocess.run([_program("fish"), "--no-config", "-c", script], cwd=folder, capture_output=True, check=True)
    assert done.stderr == b""
    return {offer.split("\t")[0] for offer in done.stdout.decode().splitlines()}


def _in_bash(line: str, folder: Path) -> set[str]:
    words = " ".join(f"'{word}'" for word in line.split(" "))
    script = (
        completion_script(make_parser(), "bash")
        + f"\nCOMP_WORDS=({words}); COMP_CWORD={line.count(' ')}; COMP_LINE='{line}'; COMP_POINT={len(line)}\n"
        + '$(complete -p papertui | sed "s/.*-F \\([^ ]*\\).*/\\1/"); printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    done = subprocess.run([_program("bash")], input=script.encode(), cwd=folder, capture_output=True, check=True)
    return set(done.stdout.decode().splitlines())


@pytest.mark.parametrize("shell", shtab.SUPPORTED_SHELLS)
def test_every_shell_gets_a_script_that_knows_the_commands(shell: str) -> None:
    script = completion_script(make_parser(), shell)
    for word in ("bookmark", "collections", "schedule"):
        assert word in script


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_read_their_script(shell: str) -> None:
    script = completion_script(make_parser(), shell)
    subprocess.run([_program(shell), "-n"], input=script.encode(), check=True)


def test_the_shells_on_offer_are_supported() -> None:
    assert set(SHELLS) <= set(shtab.SUPPORTED_SHELLS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("papertui boo", {"bookmark"}),
        ("papertui digest ", {"schedule", "unschedule", "status"}),
        ("papertui --offline bookmark ta", {"tag", "tags"}),
        ("papertui search --in ", {"library", "archive"}),
        ("papertui digest schedule --period ", {"day", "week"}),
        ("papertui list --mo", {"--month"}),
        ("papertui import ref", {"references.bib"}),
        ("papertui import library.json ref", {"references.bib"}),
        ("papertui export --append ref", {"references.bib"}),
        ("papertui export --folder no", {"notes/"}),
        ("papertui show ", set()),
    ],
)
def test_completion_in_fish(line: str, offered: set[str], tmp_path: Path) -> None:
    (tmp_path / "references.bib").touch()
    (tmp_path / "notes").mkdir()
    assert _in_fish(line, tmp_path) == offered


def test_paths_are_completed_in_bash(tmp_path: Path) -> None:
    (tmp_path / "references.bib").touch()
    (tmp_path / "notes").mkdir()
    assert _in_bash("papertui import ref", tmp_path) == {"references.bib"}
    assert "notes" in {name.rstrip("/") for name in _in_bash("papertui export --folder no", tmp_path)}


def test_only_values_called_file_or_dir_are_paths() -> None:
    parser = argparse.ArgumentParser("tool")
    parser.add_argument("--into", metavar="FILE.bib")
    parser.add_argument("--name", metavar="NAME")
    parser.add_argument("--pair", nargs=2, metavar=("FILE", "DIR"))
    completion_script(parser, "bash")
    assert [action.dest for action in parser._actions if hasattr(action, "complete")] == ["into"]
