"""Asking the machine's own programs, and the files they read."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from papertui.core.safe import one_line
from papertui.errors import MailError
from papertui.mail.schedule import MARK

#: None of them takes long, but one may wait for a bus nobody listens to.
_PATIENCE = 20.0
_MOST_SAID = 200


class Answer(NamedTuple):
    """What a program said.

    Attributes:
        code: its exit code.
        out: its stdout.
        err: its stderr, safe and on one line.
    """

    code: int
    out: str
    err: str


def ask(words: Sequence[str], stdin: str = "") -> Answer:
    """Runs a program to its end.

    Raises:
        MailError: it cannot be run, or never ends.
    """
    # Its own words, not translated ones.
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the words are ours
            words,
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise MailError(f"“{words[0]}” did not answer within {_PATIENCE:.0f} seconds; try again later.") from error
    except OSError as error:
        raise MailError(f"“{words[0]}” cannot be run: {error.strerror or error}.") from error
    said = one_line(done.stderr.decode("utf-8", "replace"))[:_MOST_SAID]
    return Answer(done.returncode, done.stdout.decode("utf-8", "surrogateescape"), said)


def have(words: Sequence[str], stdin: str = "") -> None:
    """Runs a program that must succeed.

    Raises:
        MailError: it failed.
    """
    answer = ask(words, stdin)
    if answer.code:
        raise MailError(
            f"“{' '.join(words)}” failed with exit code {answer.code}: {answer.err or 'it does not say why'}"
        )


def read_ours(path: Path) -> str | None:
    """The text of a file that we installed; ``None`` when there is no such file.

    Raises:
        MailError: there is a file of that name which is not ours, or it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise MailError(f"{path} cannot be read; look at it and move it away.") from error
    if MARK not in text:
        raise MailError(f"{path} was not made by papertui, and is left as it is. Move it away and try again.")
    return text


def write_ours(path: Path, text: str) -> None:
    """Puts a file in its place, whole or not at all.

    Raises:
        MailError: it cannot be written.
    """
    read_ours(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MailError(f"{path} cannot be written: {error.strerror or error}.") from error
