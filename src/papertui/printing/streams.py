"""The three streams of a process: data goes to stdout, talk to stderr. Light to import."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from typing import TextIO

from papertui.errors import StoreError

#: Cells in a line where nothing tells how many there are.
_USUAL_WIDTH = 80


def use_utf8() -> None:
    """Lets stdin, stdout and stderr speak UTF-8 whatever the locale says, and never fail at a letter."""
    for stream, encoding, errors in (
        (sys.stdin, "utf-8-sig", "replace"),
        (sys.stdout, "utf-8", "backslashreplace"),
        (sys.stderr, "utf-8", "backslashreplace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=errors)


def write(text: str, *, now: bool = False) -> None:
    """Writes data to stdout.

    Args:
        text: what to write, line ends and all.
        now: whether it must have left this process on return.

    Raises:
        BrokenPipeError: nobody reads it any more.
        StoreError: it cannot be written.
    """
    if sys.stdout is None:  # closed by whoever started us: nobody wants to know
        return
    try:
        sys.stdout.write(text)
        if now:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritten(error) from error


def flush() -> None:
    """Lets all data and talk leave this process.

    Raises:
        BrokenPipeError: nobody reads it any more.
        StoreError: it cannot be written.
    """
    write("", now=True)
    _talk("")


def _talk(text: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except BrokenPipeError:
        raise
    except OSError:  # a full disk, say: no reason to leave undone what was asked for
        abandon(sys.stderr)


def _unwritten(error: OSError) -> StoreError:
    abandon(sys.stdout)
    return StoreError(f"The output could not be written: {error.strerror or error}.")


def abandon(stream: TextIO | None) -> None:
    """Lets what is still to be written to `stream` go nowhere, so that Python does not trip over it when it ends."""
    try:
        handle = -1 if stream is None else stream.fileno()
    except (OSError, ValueError):
        return
    if handle >= 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, handle)
        os.close(nowhere)


def say(sentence: str) -> None:
    """Says something to the reader, on stderr. Nothing in it can act on a terminal."""
    _talk(printable(sentence) + "\n")


def printable(text: str) -> str:
    """`text`, with a sign in place of all that cannot be seen or would act on a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sits at the other end of `stream`."""
    return stream is not None and not stream.closed and stream.isatty()


def terminal_width(environ: Mapping[str, str]) -> int:
    """How many cells a line of the terminal has, as ``COLUMNS`` or else the terminal tells."""
    columns = environ.get("COLUMNS", "")[:6]
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    # `shutil.get_terminal_size` does the same, but brings all of Python's compression with it.
    try:
        return os.get_terminal_size(1).columns or _USUAL_WIDTH
    except OSError:
        return _USUAL_WIDTH
