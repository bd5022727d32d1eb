"""What every command is given: what was asked for, the desk, and how to write."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper
from papertui.core.record import public_record
from papertui.desk import Desk
from papertui.printing.papers import Look, look_of_stdout, paper_lines
from papertui.printing.progress import ProgressLine
from papertui.printing.records import write_records
from papertui.printing.streams import is_terminal, say, write
from papertui.settings import Places, Settings


class Errand(NamedTuple):
    """One command on its way.

    Attributes:
        asked: the command line, parsed.
        environ: the environment variables.
        places: where things are.
        settings: the reader's choices.
        desk: who is asked.
    """

    asked: argparse.Namespace
    environ: Mapping[str, str]
    places: Places
    settings: Settings
    desk: Desk

    @property
    def look(self) -> Look:
        """How papers are written for a person."""
        today = self.desk.feeds.today()
        return look_of_stdout(self.environ, today, ascii_signs=self.settings.signs == "ascii")

    def bookmarks(self) -> Mapping[str, Bookmark]:
        """Every bookmark by the id of its paper. Without a file there are none, and TinyDB is not loaded to tell."""
        return self.desk.library.by_id() if self.has_library() else {}

    def has_library(self) -> bool:
        """Whether there is a file of bookmarks, or was one."""
        return os.path.lexists(self.places.bookmarks) or os.path.lexists(self.places.backups)

    def print_papers(self, papers: Iterable[Paper]) -> None:
        """Prints papers to stdout in the form that was asked for."""
        kept = self.bookmarks()
        # The archive may be deleted while it is read; what is gone has no id.
        there = (paper for paper in papers if paper.id)
        if self.asked.json or self.asked.jsonl:
            records = (public_record(paper, kept.get(paper.id)) for paper in there)
            write_records(records, lines=self.asked.jsonl)
            return
        look = self.look
        for paper in there:
            write(paper_lines(paper, look, kept=paper.id in kept))

    def progress(self, doing: str, *, sizes: bool = False) -> ProgressLine | None:
        """Tells how far long work is, in a line of the terminal; ``None`` where nobody watches."""
        return ProgressLine(doing, sizes=sizes) if is_terminal(sys.stderr) else None

    def pass_on_notices(self) -> None:
        """Tells the reader, on stderr, what the stores have to say (a salvaged file, say)."""
        notices = self.desk.marks.take_notices() + self.desk.hooks.take_notices()
        if self.has_library():
            notices += self.desk.library.take_notices()
        if self.asked.does == "search":  # it has the index open; asking loads it
            notices += self.desk.finder.take_notices()
        for notice in notices:
            say(notice)
