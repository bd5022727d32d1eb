"""What every command gets: its arguments, the settings, the services, and ways to print papers."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from types import MappingProxyType
from typing import Any

from papertui import app
from papertui.cli.output import ProgressLine, is_terminal, print_message, write, write_records
from papertui.cli.paper_text import TextStyle, paper_lines, record_of, stdout_style
from papertui.errors import StoreError
from papertui.model.bookmark import Bookmark
from papertui.model.merge import with_saved_facts
from papertui.model.mute import MuteRule
from papertui.model.paper import Paper
from papertui.model.record import with_alerts, with_rule
from papertui.paths import Paths
from papertui.services.search import Scope, SearchSession
from papertui.services.versions import VersionMarks
from papertui.settings import Settings


class Context:
    """The context in which a command runs.

    Args:
        args: the parsed command line.
        environ: the environment variables.
        closing: closes the services.
    """

    def __init__(self, args: argparse.Namespace, environ: Mapping[str, str], closing: ExitStack) -> None:
        self.args = args
        self.environ = environ
        self._closing = closing

    @cached_property
    def paths(self) -> Paths:
        return app.find_paths(self.environ)

    @cached_property
    def settings(self) -> Settings:
        return app.load_settings(self.paths)

    @cached_property
    def services(self) -> app.Services:
        return app.build(self.environ, self.settings, self._closing)

    @property
    def style(self) -> TextStyle:
        """How papers are printed for people."""
        today = self.services.feeds.today()
        return stdout_style(self.environ, today, ascii_glyphs=self.settings.signs == "ascii")

    def bookmarks(self) -> Mapping[str, Bookmark]:
        """Every bookmark by the id of its paper, parsed when it is used. Does not load TinyDB when there is no file."""
        return self.services.library.by_id() if self.has_library() else {}

    def annotations(self) -> Mapping[str, Bookmark]:
        """As `bookmarks`, perhaps without the facts of the papers, and much faster to go through."""
        return self.services.library.annotations() if self.has_library() else {}

    def has_library(self) -> bool:
        """Whether a file of bookmarks exists, or has existed."""
        return os.path.lexists(self.paths.bookmarks) or os.path.lexists(self.paths.backups)

    def open_search(self, scope: Scope | None) -> SearchSession:
        """Open the index and print what it has to say."""
        try:
            return self.services.search.open(scope or "everything", self.progress("Indexing"))
        finally:
            for notice in self.services.search.take_notices():
                print_message(notice)

    def print_papers(
        self,
        papers: Iterable[Paper],
        *,
        muted: Mapping[str, MuteRule] = MappingProxyType({}),
        alerts: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """Print papers to stdout as text, JSON, JSON lines or lines of fields.

        Args:
            papers: the papers.
            muted: the rules that mute them, by id.
            alerts: why they are in Alerts, by id.
        """
        bookmarks = self.bookmarks()
        # The archive may be deleted while it is read; a missing paper has an empty id.
        present = (paper for paper in papers if paper.id)
        if self.args.json or self.args.jsonl:
            records = (
                with_alerts(with_rule(self.record(paper, bookmarks), muted.get(paper.id)), alerts.get(paper.id))
                for paper in present
            )
            write_records(records, lines=self.args.jsonl)
            return
        if self.args.lines:
            from papertui.cli.field_lines import field_line  # noqa: PLC0415 - other commands print none

            for paper in present:
                write(field_line(paper, bookmarked=paper.id in bookmarks))
            return
        style = self.style
        # Most of the time for a long list would go into parsing facts that the archive has as well.
        saved = self.services.library.with_saved_facts() if bookmarks else frozenset()
        for paper in present:
            rule = muted.get(paper.id)
            shown = with_saved_facts(paper, bookmarks.get(paper.id)) if paper.id in saved else paper
            words = "; ".join(filter(None, (rule.words if rule else "", *alerts.get(paper.id, ()))))
            news = ", ".join(one.sign for one in self.versions.of(paper))
            write(paper_lines(shown, style, bookmarked=paper.id in bookmarks, why=words, news=news))

    @cached_property
    def versions(self) -> VersionMarks:
        """What is known of withdrawn papers, and of new versions of bookmarked ones."""
        return self.services.versions.marks()

    def record(self, paper: Paper, bookmarks: Mapping[str, Bookmark]) -> dict[str, Any]:
        """A paper as the commands print it in JSON, with what is known of its versions."""
        return {**record_of(paper, bookmarks.get(paper.id)), **self.versions.record(paper)}

    def progress(self, verb: str, *, sizes: bool = False) -> ProgressLine | None:
        """Return a progress line on the terminal; ``None`` when stderr is not a terminal."""
        return ProgressLine(verb, sizes=sizes) if is_terminal(sys.stderr) else None

    def print_notices(self, error: type[BaseException] | None) -> None:
        """Print notices of the stores to stderr, for example about a salvaged file.

        If the command failed with a `StoreError`, it says itself that the disk cannot be written.
        """
        notices = self.services.read_state.take_notices() + self.services.hooks.take_notices()
        if self.has_library():
            notices += self.services.library.take_notices() + self.services.versions.take_notices()
        if error is None or not issubclass(error, StoreError):
            notices += tuple(filter(None, (self.services.disk.take_notice(),)))
        for notice in notices:
            print_message(notice)
