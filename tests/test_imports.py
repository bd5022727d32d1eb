"""Modules that light parts must not import, checked in a fresh process."""

import subprocess
import sys

import pytest

from kit.shell import environment
from papertui.cli.parser import GROUPS

pytestmark = pytest.mark.slow

HEAVY = {
    "textual", "rich", "httpx", "numpy", "rapidfuzz", "tinydb", "filelock", "pylatexenc", "shtab", "platformdirs",
    "mcp", "mcp_types", "pydantic", "tomllib", "bibtexparser", "rispy", "csv", "jinja2", "papertui.digest.compose",
}  # fmt: skip


def _loaded_by(module: str) -> set[str]:
    script = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "papertui.cli",
        "papertui.cli.context",
        "papertui.app",
        "papertui.sources.starter",
        "papertui.library.bookmarks",
        "papertui.sync.service",
    ],
)
def test_light_modules_import_nothing_heavy(module: str) -> None:
    assert _loaded_by(module) & HEAVY == set()


def test_a_library_does_no_input_or_output_before_it_is_used() -> None:
    script = """
import sys
from pathlib import Path
from papertui.library.bookmarks import Library
def refuse(event, args):
    assert event.split(".")[0] not in {"open", "os", "import"}, (event, args)
sys.addaudithook(refuse)
Library(Path("/nowhere/bookmarks.json"), Path("/nowhere/backups"))
"""
    subprocess.run([sys.executable, "-c", script], env=environment(), check=True)


def test_the_first_frame_imports_nothing_for_mail() -> None:
    mail = {"papertui.tui.digest_screen", "papertui.digest.view", "papertui.digest.mailer", "papertui.digest.outbox"}
    assert _loaded_by("papertui.tui.app") & {"jinja2", "smtplib", "filelock", "tomlkit", "keyring", *mail} == set()


def test_the_first_frame_and_a_list_learn_nothing() -> None:
    ranking = {"papertui.recommend", "papertui.recommend.model", "papertui.recommend.rows"}
    assert _loaded_by("papertui.tui.app") & ranking == set()
    assert _loaded_by_command("list", "--offline") & ranking == set()


def test_the_digest_is_composed_without_anything_for_mail_or_templates() -> None:
    heavy = {"jinja2", "smtplib", "email.message", "idna", "filelock", "keyring", "tinydb", "tomlkit", "httpx"}
    assert _loaded_by("papertui.digest.service") & heavy == set()


def _own(loaded: set[str], package: str) -> set[str]:
    return {name.removeprefix(f"{package}.") for name in loaded if name.startswith(f"{package}.")}


def test_the_command_line_imports_almost_nothing_at_start() -> None:
    loaded = _loaded_by("papertui.cli")
    assert loaded & {"asyncio", "sqlite3", "json", "dataclasses", "subprocess", "papertui.app"} == set()
    assert _own(loaded, "papertui") == {"instant", "cli", "cli.main"}


def _loaded_by_command(*argv: str) -> set[str]:
    script = (
        f"import sys\nfrom papertui.cli import main\nmain({argv!r})\nprint('LOADED', *sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True)
    return set(done.stderr.split("LOADED")[1].split())


_FOR_THE_VERSION = {"instant", "errors", "cli", "cli.main", "cli.dispatch", "cli.output", "cli.parser"}


@pytest.mark.parametrize("argv", [["--version"], ["--offline", "--version"]])
def test_the_version_needs_no_command(argv: list[str]) -> None:
    assert _own(_loaded_by_command(*argv), "papertui") == _FOR_THE_VERSION


@pytest.mark.parametrize(
    ("argv", "groups"),
    [
        (["list", "--help"], {"read"}),
        (["list", "--offline"], {"read"}),
        (["undo"], {"bookmark"}),
        (["config", "path"], {"doctor"}),
        (["digest", "--help"], {"digest"}),
        (["--help"], set(GROUPS)),
    ],
)  # fmt: skip
def test_a_command_loads_its_group_only(argv: list[str], groups: set[str]) -> None:
    loaded = _loaded_by_command(*argv)
    helpers = {"main", "dispatch", "output", "parser", "context", "paper_text", "listing", "auto_sync", "field_lines"}
    assert _own(loaded, "papertui.cli") - helpers == groups
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("argv", [["--help"], ["list", "--help"], ["bookmark", "add", "--help"]])
def test_help_needs_no_services(argv: list[str]) -> None:
    assert _loaded_by_command(*argv) & {"papertui.app", "papertui.archive.archive", "sqlite3"} == set()
