"""A list of papers with numbers to choose from, on a terminal that stays as it is: only lines are written."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from papertui.cli.output import printable
from papertui.cli.paper_text import TextStyle, cut_text
from papertui.errors import UsageError
from papertui.model.format import first_author
from papertui.model.paper import Paper

#: The terminal itself, whatever stdin and stdout are: to read from, and to write to.
_DEVICES = ("CONIN$", "CONOUT$") if sys.platform == "win32" else ("/dev/tty", "/dev/tty")
_NUMBERS = re.compile(r"[0-9]+(?:\s*-\s*[0-9]+)?(?:[\s,]+[0-9]+(?:\s*-\s*[0-9]+)?)*", re.ASCII)
_RANGE = re.compile(r"([0-9]+)(?:\s*-\s*([0-9]+))?", re.ASCII)
_DEFAULT_SIZE = os.terminal_size((80, 24))
#: Lines of a page that are not papers, and the fewest papers.
_OTHER_LINES, _FEWEST = 3, 5


@contextmanager
def user_terminal() -> Iterator[Terminal]:
    """The terminal of the user.

    Raises:
        UsageError: there is none.
    """
    with ExitStack() as closing:
        try:
            source = closing.enter_context(Path(_DEVICES[0]).open(encoding="utf-8", errors="replace"))
            target = closing.enter_context(Path(_DEVICES[1]).open("w", encoding="utf-8", errors="backslashreplace"))
        except OSError as error:
            raise UsageError(
                "“papertui pick” asks on a terminal, and there is none. “papertui search QUERY --lines” prints papers."
            ) from error
        yield Terminal(source, target)


class Terminal:
    """A terminal to ask on, line by line."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        self._input = source
        self._output = target

    def size(self) -> os.terminal_size:
        try:
            size = os.get_terminal_size(self._output.fileno())
        except OSError:
            return _DEFAULT_SIZE
        return size if all(size) else _DEFAULT_SIZE

    def write(self, text: str) -> None:
        self._output.write(text)
        self._output.flush()

    def ask(self, prompt: str) -> str | None:
        """The line that is typed; ``None`` at the end of the input (Ctrl+d)."""
        self.write(prompt)
        try:
            line = self._input.readline()
        except KeyboardInterrupt:
            self.write("\n")
            raise
        if not line:
            self.write("\n")
            return None
        return line.strip()


class NumberedList:
    """Papers to choose from.

    Args:
        terminal: where they are shown.
        style: how.
        find: finds papers by other words.
        several: whether several may be chosen.
    """

    def __init__(
        self, terminal: Terminal, style: TextStyle, find: Callable[[str], Sequence[Paper]], *, several: bool
    ) -> None:
        self._terminal = terminal
        self._style = style
        self._find = find
        self._several = several
        self._papers: Sequence[Paper] = ()
        self._shown = 0

    def choose(self, papers: Sequence[Paper]) -> list[Paper]:
        """The chosen papers, in the order of their numbers as typed; empty if the user leaves."""
        self._begin(papers)
        numbers = "Numbers (1 3 5-7)" if self._several else "Number"
        while True:
            more = ", Enter for more" if self._shown < len(self._papers) else ""
            typed = self._terminal.ask(f"{numbers}, words to search{more}, q to leave: ")
            if typed is None or typed == "q":
                return []
            if _NUMBERS.fullmatch(typed):
                if chosen := self._chosen(typed):
                    return chosen
            elif typed.removeprefix("/").strip():
                self._search(typed.removeprefix("/").strip())
            elif more:
                self._show_page()

    def _begin(self, papers: Sequence[Paper]) -> None:
        self._papers, self._shown = papers, 0
        self._show_page()

    def _show_page(self) -> None:
        columns, lines = self._terminal.size()
        end = min(self._shown + max(lines - _OTHER_LINES, _FEWEST), len(self._papers))
        width = len(str(end))
        for number in range(self._shown, end):
            paper = self._papers[number]
            facts = (paper.title, first_author(paper.authors), paper.day_text(self._style.today))
            text = printable(self._style.dot.join(filter(None, facts)))
            self._terminal.write(f"{number + 1:>{width}}  {cut_text(text, columns - width - 3, self._style)}\n")
        if end < len(self._papers):
            self._terminal.write(f"{'':>{width}}  {end} of {len(self._papers):,}\n")
        self._shown = end

    def _search(self, words: str) -> None:
        try:
            found = self._find(words)
        except UsageError as error:
            self._terminal.write(f"{printable(str(error))}\n")
            return
        if found:
            self._begin(found)
        else:
            self._terminal.write(f"No stored paper matches “{printable(words)}”.\n")

    def _chosen(self, typed: str) -> list[Paper]:
        """The papers with these numbers; after a mistake, it is named and there are none."""
        chosen: dict[int, Paper] = {}
        for first, last in _RANGE.findall(typed):
            start, end = int(first[:9]), int((last or first)[:9])
            if not 1 <= start <= end <= self._shown:
                wrong = f"{first}-{last}" if last else first
                self._terminal.write(f"There is no number {wrong}; choose from 1 to {self._shown}.\n")
                return []
            chosen.update({number: self._papers[number - 1] for number in range(start, end + 1)})
        if len(chosen) > 1 and not self._several:
            self._terminal.write("Choose one number. With --multi, several can be chosen.\n")
            return []
        return list(chosen.values())
