"""Running a command of the shell as a process, for commands that have no other form in the app."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from papertui.commands.request import Request
from papertui.errors import StoreError, UsageError
from papertui.model.safe_text import safe


class ProgramOutput(NamedTuple):
    """What a command printed."""

    exit_code: int
    text: str


#: Commands about one paper: without an id, the paper at hand stands for it.
_OF_A_PAPER = frozenset({"diff", "why"})


def program_of(request: Request, here: str | None) -> tuple[str, ...]:
    """Return the arguments of the program for a request.

    Args:
        request: the command.
        here: the id of the paper at hand.

    Raises:
        UsageError: the command needs the terminal for itself, or a paper.
    """
    words = (request.command.word, *request.args)
    if words[0] in _OF_A_PAPER and not request.split_ids()[0]:
        if here is None:
            raise UsageError("There is no paper here. Give an id, such as 2604.26951.")
        words = (words[0], here, *request.args)
    if words[:2] == ("config", "edit"):
        raise UsageError("An editor needs the terminal: run “papertui config edit” in a shell.")
    return words


def run_program(words: Sequence[str], environ: Mapping[str, str]) -> ProgramOutput:
    """Run ``papertui`` with `words`; blocks until it ends.

    Raises:
        StoreError: it cannot be started.
    """
    # Not in this process: a command prints to stdout and opens the stores itself, and this process follows their files.
    try:
        done = subprocess.run(  # noqa: S603 - papertui itself, with the arguments of the reader
            [sys.executable, "-m", "papertui", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
    except OSError as error:
        raise StoreError(f"“papertui {words[0]}” cannot be started: {error.strerror}.") from error
    return ProgramOutput(done.returncode, safe(done.stdout.decode("utf-8", "replace")).strip("\n"))
