"""The standard streams: data goes to stdout, messages to stderr. Light to import."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from typing import TextIO

from papertui.errors import StoreError

#: Cells in a line when the width of the terminal is unknown.
_USUAL_WIDTH = 80


def use_utf8() -> None:
    """Make stdin, stdout and stderr use UTF-8 whatever the locale is, and never fail on a character."""
    for stream, encoding, errors in (
        (sys.stdin, "utf-8-sig", "replace"),
        (sys.stdout, "utf-8", "backslashreplace"),
        (sys.stderr, "utf-8", "backslashreplace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=errors)


def write(text: str, *, now: bool = False) -> None:
    """Write data to stdout.

    Args:
        text: the data, including line ends.
        now: whether to flush it before returning.

    Raises:
        BrokenPipeError: the reader of the pipe is gone.
        StoreError: it cannot be written.
    """
    if sys.stdout is None:  # closed by the parent process: the output is not wanted
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
    """Flush stdout and stderr.

    Raises:
        BrokenPipeError: the reader of the pipe is gone.
        StoreError: the data cannot be written.
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
    except OSError:  # such as a full disk: a lost message must not stop the command
        abandon(sys.stderr)


def _unwritten(error: OSError) -> StoreError:
    abandon(sys.stdout)
    return StoreError(f"The output could not be written: {error.strerror or error}.")


def abandon(stream: TextIO | None) -> None:
    """Discard what is buffered for `stream`, so that Python's flush at exit does not fail."""
    try:
        handle = -1 if stream is None else stream.fileno()
    except (OSError, ValueError):
        return
    if handle >= 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, handle)
        os.close(nowhere)


def say(sentence: str) -> None:
    """Print a message on stderr, with control characters replaced."""
    _talk(printable(sentence) + "\n")


def printable(text: str) -> str:
    """`text` with a replacement character for everything that is invisible or controls a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether `stream` is an open terminal."""
    return stream is not None and not stream.closed and stream.isatty()


def terminal_width(environ: Mapping[str, str]) -> int:
    """The width of the terminal in cells: ``COLUMNS`` if it is valid, otherwise what the terminal reports."""
    columns = environ.get("COLUMNS", "")[:6]
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    # `shutil.get_terminal_size` does the same, but `shutil` imports all of Python's compression modules.
    try:
        return os.get_terminal_size(1).columns or _USUAL_WIDTH
    except OSError:
        return _USUAL_WIDTH
