"""Runs the schedulers' programs and writes their files."""

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

#: Seconds. The programs are fast, but one may wait for a bus that does not answer.
_PATIENCE = 20.0
_MOST_SAID = 200


class Answer(NamedTuple):
    """The result of a program."""

    code: int
    out: str
    err: str  # Its stderr, safe and on one line


def ask(words: Sequence[str], stdin: str = "") -> Answer:
    """Run a program and wait for its end.

    Raises:
        MailError: it cannot be run, or takes too long.
    """
    # Messages in English, which `ask`'s callers match.
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
    """Run a program that must succeed.

    Raises:
        MailError: it failed.
    """
    answer = ask(words, stdin)
    if answer.code:
        raise MailError(f"“{' '.join(words)}” failed with exit code {answer.code}: {answer.err or 'it gave no reason'}")


def read_ours(path: Path) -> str | None:
    """The text of a file that papertui installed; ``None`` if there is no such file.

    Raises:
        MailError: the file was not made by papertui, or it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise MailError(f"{path} cannot be read; check it and move it away.") from error
    if MARK not in text:
        raise MailError(f"{path} was not made by papertui and is left unchanged. Move it away, then try again.")
    return text


def write_ours(path: Path, text: str) -> None:
    """Write a file atomically.

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
