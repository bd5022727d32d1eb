"""Data on stdout, messages on stderr; JSON records, the pager, progress. Light to import."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import Any, TextIO

from papertui.errors import StoreError

#: Cells in a line when the width of the terminal is unknown.
_DEFAULT_WIDTH = 80


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
        raise _unwritable(error) from error


def flush() -> None:
    """Flush stdout and stderr.

    Raises:
        BrokenPipeError: the reader of the pipe is gone.
        StoreError: the data cannot be written.
    """
    write("", now=True)
    _write_message("")


def _write_message(text: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except BrokenPipeError:
        raise
    except OSError:  # such as a full disk: a lost message must not stop the command
        abandon(sys.stderr)


def _unwritable(error: OSError) -> StoreError:
    abandon(sys.stdout)
    return StoreError(f"The output could not be written: {error.strerror or error}.")


def abandon(stream: TextIO | None) -> None:
    """Discard what is buffered for `stream`, so that Python's flush at exit does not fail."""
    try:
        handle = -1 if stream is None else stream.fileno()
    except (OSError, ValueError):
        return
    if handle >= 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, handle)
        os.close(null)


def print_message(sentence: str) -> None:
    """Print a message on stderr, with control characters replaced."""
    _write_message(printable(sentence) + "\n")


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
        return os.get_terminal_size(1).columns or _DEFAULT_WIDTH
    except OSError:
        return _DEFAULT_WIDTH


# --- JSON --------------------------------------------------------------------------------------------


def write_records(records: Iterable[Mapping[str, Any]], *, lines: bool) -> None:
    """Write records as one object per line, or all of them as one array.

    Raises:
        BrokenPipeError: the reader of the pipe is gone.
        StoreError: they cannot be written.
    """
    if lines:
        for record in records:
            write(as_json(record) + "\n")
        return
    separator = "["
    for record in records:
        write(f"{separator}\n{as_json(record)}")
        separator = ","
    write("[]\n" if separator == "[" else "\n]\n")


def as_json(value: Mapping[str, Any]) -> str:
    """`value` as JSON on one line."""
    import json  # noqa: PLC0415 - the start of the app needs none

    return json.dumps(value, ensure_ascii=False)


# --- pager -------------------------------------------------------------------------------------------

_DEFAULT_PAGER = "less -FRX"


def page(text: str, environ: Mapping[str, str]) -> None:
    """Show `text` in the pager (``PAGER``) if stdout is a terminal; otherwise write it, for a pipe."""
    if not is_terminal(sys.stdout) or not is_terminal(sys.stdin):
        write(text)
        return
    import shlex  # noqa: PLC0415 - only for a terminal
    import subprocess  # noqa: PLC0415 - as above

    try:
        command = shlex.split(environ.get("PAGER") or _DEFAULT_PAGER)
        # The command comes from the user alone; no part of a paper is in it.
        subprocess.run(command, input=text.encode("utf-8", "replace"), check=False)  # noqa: S603
    except (OSError, ValueError, IndexError):  # the pager cannot be started
        write(text)


# --- progress ----------------------------------------------------------------------------------------

#: Seconds between two updates; more frequent ones cannot be read.
_INTERVAL = 0.2
#: Work that takes fewer seconds than this shows no progress.
_DELAY = 1.0


class ProgressLine:
    """Shows on stderr how much of the work is done, the rate, and the time left.

    Args:
        verb: begins the line.
        sizes: whether the work is counted in bytes, which are shown in kB.
    """

    def __init__(self, verb: str, *, sizes: bool = False) -> None:
        self._verb = verb
        self._unit = (1000, " kB") if sizes else (1, "")
        self._started = monotonic()
        self._updated = self._started + _DELAY - _INTERVAL
        self._width = 0

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` units are done; a `total` of 0 means that it is unknown."""
        if not self.is_due() and (done < total or not total or not self._width):
            return
        self._updated = monotonic()
        elapsed = self.elapsed()
        left = f", {duration((total - done) * elapsed / done)} left" if done and total > done else ""
        size, unit = self._unit
        number = f"{done // size:,}{f' of {total // size:,}' if total else ''}{unit}"
        share = f" ({done * 100 // total} %)" if total else ""
        self._write(f"{self._verb} {number}{share}, {done / elapsed / size:,.0f}{unit} a second{left}")
        if total and done >= total:
            self.clear()

    def elapsed(self) -> float:
        """Return the seconds since the start."""
        return max(monotonic() - self._started, 1e-9)

    def is_due(self) -> bool:
        """Whether the line is to be updated: not too early, and not too often."""
        return monotonic() - self._updated >= _INTERVAL

    def show(self, text: str) -> None:
        """Show `text` instead of what the line says."""
        self._updated = monotonic()
        self._write(text)

    def clear(self) -> None:
        """Remove the line from the terminal."""
        if self._width:
            self._write("")
            sys.stderr.write("\r")
            sys.stderr.flush()
            self._width = 0

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r{text:<{self._width}}")
        sys.stderr.flush()
        self._width = max(self._width, len(text))


def duration(seconds: float) -> str:
    """A rounded duration: ``40 s``, ``3 min``."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004
