"""Runs the command line in this process, with real parts and a stand-in service."""

import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit import json_output
from kit.fictional_service import NOW, FictionalService, serve_fictional_papers
from kit.shell import Ran, Run
from papertui.cli import main


@pytest.fixture
def service() -> Iterator[FictionalService]:
    """The service that papertui requests."""
    with serve_fictional_papers() as fictional_service:
        yield fictional_service


@pytest.fixture
def run(service: FictionalService, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run papertui in this process, on the evening of 30 April 2026. JSON that it prints must match its schema."""
    monkeypatch.setenv("PAPERTUI_NOW", NOW)
    for name, address in service.variables.items():
        monkeypatch.setenv(name, address)

    def run_it(*argv: str, stdin: str | bytes = "") -> Ran:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))
        capsys.readouterr()
        # Each command is as good as the first request to arXiv: the rate limit is tested elsewhere.
        shutil.rmtree(Path(os.environ["PAPERTUI_HOME"], "cache", "pace"), ignore_errors=True)
        code = main(argv)
        ran = Ran(code, *capsys.readouterr())
        json_output.check(argv, code, ran.out)
        return ran

    return run_it


@pytest.fixture
def home() -> Path:
    """The folder with all of papertui's files."""
    return Path(os.environ["PAPERTUI_HOME"])
