"""What every command gets: its arguments, settings, services and output helpers."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from papertui.app import Services
from papertui.cli.output import ProgressLine, is_terminal, say, write, write_records
from papertui.cli.paper_text import TextStyle, look_of_stdout, paper_lines
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.model.record import public_record
from papertui.paths import Paths
from papertui.settings import Settings


class Context(NamedTuple):
    """The context in which a command runs."""

    #: The parsed command line.
    asked: argparse.Namespace
    environ: Mapping[str, str]
    places: Paths
    settings: Settings
    services: Services

    @property
    def look(self) -> TextStyle:
        """How papers are printed for people."""
        today = self.services.feeds.today()
        return look_of_stdout(self.environ, today, ascii_signs=self.settings.signs == "ascii")

    def bookmarks(self) -> Mapping[str, Bookmark]:
        """Every bookmark by the id of its paper. Does not load TinyDB when there is no file."""
        return self.services.library.by_id() if self.has_library() else {}

    def has_library(self) -> bool:
        """Whether a file of bookmarks exists, or has existed."""
        return os.path.lexists(self.places.bookmarks) or os.path.lexists(self.places.backups)

    def print_papers(self, papers: Iterable[Paper]) -> None:
        """Print papers to stdout as text, JSON or JSON lines."""
        kept = self.bookmarks()
        # The archive may be deleted while it is read; a missing paper has an empty id.
        present = (paper for paper in papers if paper.id)
        if self.asked.json or self.asked.jsonl:
            records = (public_record(paper, kept.get(paper.id)) for paper in present)
            write_records(records, lines=self.asked.jsonl)
            return
        look = self.look
        for paper in present:
            write(paper_lines(paper, look, kept=paper.id in kept))

    def progress(self, doing: str, *, sizes: bool = False) -> ProgressLine | None:
        """Return a progress line on the terminal; ``None`` when stderr is not a terminal."""
        return ProgressLine(doing, sizes=sizes) if is_terminal(sys.stderr) else None

    def pass_on_notices(self) -> None:
        """Print notices of the stores to stderr, for example about a salvaged file."""
        notices = self.services.read_state.take_notices() + self.services.hooks.take_notices()
        if self.has_library():
            notices += self.services.library.take_notices()
        if self.asked.does == "search":  # its index is open; for other commands this would load it
            notices += self.services.search.take_notices()
        for notice in notices:
            say(notice)
