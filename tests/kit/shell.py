"""Running papertui: exit code, stdout and stderr, in a separate process if needed."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, Protocol

SRC = Path(__file__).resolve().parents[2] / "src"


class Ran(NamedTuple):
    """The result of a command."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        """Stdout, parsed as one JSON array."""
        rows = json.loads(self.out)
        assert isinstance(rows, list)
        return rows

    @property
    def lines(self) -> list[Any]:
        """Stdout, parsed as one JSON object per line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Run(Protocol):
    """Runs papertui with arguments."""

    def __call__(self, *argv: str, stdin: str | bytes = "") -> Ran: ...


def command(*argv: str) -> list[str]:
    """Return the command line that runs the papertui under test."""
    return [sys.executable, "-m", "papertui", *argv]


def environment(**changes: str) -> dict[str, str]:
    """Return the variables of this process with `changes`; papertui is the one under test, and warnings are errors.

    Output is buffered as it is for users, so that tests notice a missing flush.
    """
    ours = {"PYTHONPATH": str(SRC), "PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": ""}
    return {**os.environ, **ours, **changes}


def spawn(*argv: str, stdin: str = "", **changes: str) -> Ran:
    """Run papertui in a separate process until it exits."""
    done = subprocess.run(
        command(*argv), input=stdin.encode(), capture_output=True, env=environment(**changes), timeout=600, check=False
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def next_line(process: "subprocess.Popen[str]", seconds: float = 120) -> str:
    """Return the next line of output of `process`; fail if none comes in time."""
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], seconds)[0], "no answer came"
    return process.stdout.readline()
