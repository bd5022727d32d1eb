"""A progress line on the terminal, rewritten in place."""

from __future__ import annotations

import sys
from time import monotonic

#: Seconds between two updates; more frequent ones cannot be read.
_EVERY = 0.2
#: Work that takes fewer seconds than this shows no progress.
_QUIET = 1.0


class ProgressLine:
    """Shows on stderr how much of the work is done, the rate, and the time left.

    Args:
        doing: the verb that begins the line.
        sizes: whether the work is counted in bytes, which are shown in kB.
    """

    def __init__(self, doing: str, *, sizes: bool = False) -> None:
        self._doing = doing
        self._unit = (1000, " kB") if sizes else (1, "")
        self._began = monotonic()
        self._told = self._began + _QUIET - _EVERY
        self._width = 0

    def __call__(self, done: int, of: int, papers: int | None = None) -> None:
        """Show that `done` of `of` units are done; an `of` of 0 means that the total is unknown.

        The units are papers, or bytes when `papers`, the number of papers, is given as well.
        """
        now = monotonic()
        if now - self._told < _EVERY and (done < of or not of or not self._width):
            return
        self._told = now
        passed = max(now - self._began, 1e-9)
        left = f", {_duration((of - done) * passed / done)} left" if done and of > done else ""
        size, unit = self._unit
        number = f"{done // size:,}{f' of {of // size:,}' if of else ''}{unit}"
        number = number if papers is None else f"{papers:,} papers"
        share = f" ({done * 100 // of} %)" if of else ""
        rate = (done if papers is None else papers) / passed / size
        self._write(f"{self._doing} {number}{share}, {rate:,.0f}{unit} a second{left}")
        if of and done >= of:
            self.clear()

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


def _duration(seconds: float) -> str:
    """A rounded duration: ``40 s``, ``3 min``."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004
