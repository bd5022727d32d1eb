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
    """

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._began = monotonic()
        self._told = self._began + _QUIET - _EVERY
        self._width = 0

    def __call__(self, done: int, of: int, papers: int | None = None) -> None:
        """Tells that `done` of `of` things are done; these are papers, or bytes where their number is told, too."""
        now = monotonic()
        if now - self._told < _EVERY and (done < of or not self._width):
            return
        self._told = now
        passed = max(now - self._began, 1e-9)
        left = f", {_duration((of - done) * passed / done)} left" if done and of > done else ""
        number = f"{done:,} of {of:,}" if papers is None else f"{papers:,} papers"
        rate = (done if papers is None else papers) / passed
        self._write(f"{self._doing} {number} ({done * 100 // max(of, 1)} %), {rate:,.0f} a second{left}")
        if done >= of:
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
