"""How far long work is, in one line of the terminal that is written over and over."""

from __future__ import annotations

import sys
from time import monotonic

#: Seconds between two writings: more often nobody can read it.
_EVERY = 0.2
#: Work that is done sooner needs no word.
_QUIET = 1.0


class ProgressLine:
    """Tells on stderr how many things of how many are done, how quickly, and how long the rest will take.

    Args:
        doing: what is done, as the first word of the line.
        sizes: whether these things are bytes, which are told by the thousand.
    """

    def __init__(self, doing: str, *, sizes: bool = False) -> None:
        self._doing = doing
        self._unit = (1000, " kB") if sizes else (1, "")
        self._began = monotonic()
        self._told = self._began + _QUIET - _EVERY
        self._width = 0

    def __call__(self, done: int, of: int, papers: int | None = None) -> None:
        """Tells that `done` of `of` things are done, of 0 where nobody knows how many there are.

        These are papers, or bytes where the number of papers is told, too.
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
        """Takes the line away."""
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
    """A rough length of time: ``40 s``, ``3 min``."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004
