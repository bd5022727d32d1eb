"""Completion as real shells do it."""

import argparse
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import shtab

from kit.shell import Run
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


@pytest.fixture
def papertui_with_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program ``papertui`` that knows the feed nlp and two groups."""
    program = tmp_path / "bin" / "papertui"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n[ \"$*\" = 'feeds list --names' ] && printf 'nlp\\ngroup:Journals\\ngroup:Old news\\n'\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


@pytest.mark.slow
@pytest.mark.usefixtures("papertui_with_groups")
@pytest.mark.parametrize(
    "line", ["papertui list ", "papertui --feed ", "papertui refresh nlp ", "papertui digest --feed "]
)
def test_feeds_and_groups_are_completed(line: str, tmp_path: Path) -> None:
    assert _in_fish(f"{line}gr", tmp_path) == {"group:Journals", "group:Old news"}
    assert _in_fish(f"{line}nl", tmp_path) == {"nlp"}
    assert _in_bash(f"{line}nl", tmp_path) == {"nlp"}
    # bash replaces only what follows the colon, where it splits words.
    assert {"Journals", "group:Journals"} & _in_bash(f"{line}group:J", tmp_path)


def test_names_of_feeds_for_completion(run: Run) -> None:
    opml = '<opml><outline text="A B"><outline text="x" xmlUrl="https://a.example/"/></outline></opml>'
    run("feeds", "import", "-", stdin=opml)
    names = run("feeds", "list", "--names").out.splitlines()
    assert names[0] == "trending"
    assert names[-2:] == ["x", "group:A B"]
