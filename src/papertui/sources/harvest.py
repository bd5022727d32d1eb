"""Collect the papers of several pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from papertui.core.paper import Paper
from papertui.errors import SourceError
from papertui.sources import Fetched


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one response."""

    #: In the order of the response; a paper may occur twice.
    papers: tuple[Paper, ...]
    #: Entries that could not be read.
    skipped: int


@dataclass(slots=True)
class Harvest:
    """The papers of several pages."""

    #: The name of the service, for messages.
    service: str
    #: The name of the source, as in `Paper.sources`.
    origin: str
    #: By id, without duplicates; the first one counts.
    papers: dict[str, Paper] = field(default_factory=dict)
    entries: int = 0
    #: Entries that could not be read.
    skipped: int = 0
    pages: int = 0
    #: Whether there may be further pages.
    more: bool = True

    def take(self, page: Entries) -> bool:
        """Add a page and return whether it has a paper that no earlier page has."""
        before = len(self.papers)
        for paper in page.papers:
            self.papers.setdefault(paper.id, paper)
        self.entries += len(page.papers) + page.skipped
        self.skipped += page.skipped
        self.pages += 1
        return len(self.papers) > before

    def add(self, other: Harvest) -> None:
        """Add everything in `other`."""
        for id_, paper in other.papers.items():
            self.papers.setdefault(id_, paper)
        self.entries += other.entries
        self.skipped += other.skipped
        self.pages += other.pages

    def fetched(self, papers: Iterable[Paper], *notices: str) -> Fetched:
        """Return the result, with `papers` as its papers.

        Raises:
            SourceError: there were entries, and none could be read.
        """
        if self.skipped and not self.papers:
            raise SourceError(
                f"None of the {self.entries} entries from {self.service} could be read; if this persists, update "
                "papertui."
            )
        if self.skipped:
            was = "was" if self.skipped == 1 else "were"
            notices = (
                f"{self.skipped} of {self.entries} entries from {self.service} could not be read and {was} left out.",
                *notices,
            )
        return Fetched(tuple(papers), self.origin, self.skipped, notices)
