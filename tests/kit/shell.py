"""papertui as a shell sees it: exit code, stdout and stderr, and a process of its own where that matters."""

import json
import os
import select
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple, Protocol

SRC = Path(__file__).resolve().parents[2] / "src"


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        """Stdout as one JSON array, and nothing else."""
        rows = json.loads(self.out)
        assert isinstance(rows, list)
        return rows

    @property
    def lines(self) -> list[Any]:
        """Stdout as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Run(Protocol):
    """Runs papertui with arguments."""

    def __call__(self, *argv: str, stdin: str | bytes = "") -> Ran: ...


def command(*argv: str) -> list[str]:
    """The command line that runs this very papertui."""
    return [sys.executable, "-m", "papertui", *argv]


def environment(**changes: str) -> dict[str, str]:
    """The variables of this process, with some more; papertui is the one under test, and warnings are errors.

    Output is buffered as it is for readers, so that a test sees what was flushed.
    """
    ours = {"PYTHONPATH": str(SRC), "PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": ""}
    return {**os.environ, **ours, **changes}


def spawn(*argv: str, stdin: str = "", **changes: str) -> Ran:
    """Runs papertui in a process of its own to its end."""
    done = subprocess.run(
        command(*argv), input=stdin.encode(), capture_output=True, env=environment(**changes), timeout=60, check=False
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def next_line(process: "subprocess.Popen[str]", seconds: float = 20) -> str:
    """The next line `process` writes, which must not be long in coming."""
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], seconds)[0], "no answer came"
    return process.stdout.readline()
