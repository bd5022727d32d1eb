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
    ["papertui.cli", "papertui.cli.commands", "papertui.app", "papertui.sources.starter"],
)
def test_light_modules_import_nothing_heavy(module: str) -> None:
    assert _loaded_by(module) & HEAVY == set()


@pytest.mark.slow
def test_the_first_frame_imports_nothing_for_mail() -> None:
    mail = {"papertui.tui.digest_screen", "papertui.digest.view", "papertui.digest.mailer", "papertui.digest.outbox"}
    assert _loaded_by("papertui.tui.app") & {"jinja2", "smtplib", "filelock", "tomlkit", "keyring", *mail} == set()


def test_the_digest_is_composed_without_anything_for_mail_or_templates() -> None:
    heavy = {"jinja2", "smtplib", "email.message", "idna", "filelock", "keyring", "tinydb", "tomlkit", "httpx"}
    assert _loaded_by("papertui.digest.service") & heavy == set()


def test_the_command_line_imports_almost_nothing_at_start() -> None:
    assert _loaded_by("papertui.cli") & {"asyncio", "sqlite3", "json", "dataclasses", "papertui.app"} == set()
