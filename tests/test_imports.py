"""Modules that light parts must not import, checked in a fresh process."""

import subprocess
import sys

import pytest

from kit.shell import environment

HEAVY = {
    "textual", "rich", "httpx", "numpy", "rapidfuzz", "tinydb", "filelock", "pylatexenc", "shtab", "platformdirs",
    "tomllib", "bibtexparser", "rispy", "csv", "jinja2", "papertui.digest.compose",
}  # fmt: skip


def _loaded_by(module: str) -> set[str]:
    script = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "papertui.cli",
        "papertui.cli.commands",
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
    mail = {"papertui.tui.digest", "papertui.digest.view", "papertui.digest.mailer", "papertui.digest.outbox"}
    assert _loaded_by("papertui.tui.app") & {"jinja2", "smtplib", "filelock", "tomlkit", "keyring", *mail} == set()


def test_the_command_line_imports_almost_nothing_at_start() -> None:
    assert _loaded_by("papertui.cli") & {"asyncio", "sqlite3", "json", "dataclasses", "papertui.app"} == set()
