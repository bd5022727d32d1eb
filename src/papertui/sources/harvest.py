"""The papers of several pages, gathered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from papertui.core.paper import Paper
from papertui.errors import SourceError
from papertui.sources import Fetched


@dataclass(frozen=True, slots=True)
class Entries:
    """What one answer held.

    Attributes:
        papers: those that could be read, in the order of the answer; one may be there twice.
        skipped: how many could not.
    """

    papers: tuple[Paper, ...]
    skipped: int


@dataclass(slots=True)
class Harvest:
    """What several pages hold together.

    Attributes:
        service: who gave them, for messages.
        origin: who gave them, as a source is named in a paper.
        papers: by id, none twice; the first one counts.
        entries: how many entries there were.
        skipped: how many of them could not be read.
        pages: how many pages were read.
        more: whether there may be more than that.
    """

    service: str
    origin: str
    papers: dict[str, Paper] = field(default_factory=dict)
    entries: int = 0
    skipped: int = 0
    pages: int = 0
    more: bool = True

    def take(self, page: Entries) -> bool:
        """Adds a page; whether it brought a paper that was not there before."""
        before = len(self.papers)
        for paper in page.papers:
            self.papers.setdefault(paper.id, paper)
        self.entries += len(page.papers) + page.skipped
        self.skipped += page.skipped
        self.pages += 1
        return len(self.papers) > before

    def add(self, other: Harvest) -> None:
        """Adds what `other` holds."""
        for id_, paper in other.papers.items():
            self.papers.setdefault(id_, paper)
        self.entries += other.entries
        self.skipped += other.skipped
        self.pages += other.pages

    def fetched(self, papers: Iterable[Paper], *notices: str) -> Fetched:
        """The result, of which `papers` are shown.

        Raises:
            SourceError: there were entries, and none could be read.
        """
        if self.skipped and not self.papers:
            raise SourceError(
                f"None of the {self.entries} entries from {self.service} could be read; if this stays so, look for a "
                "newer papertui."
            )
        if self.skipped:
            was = "was" if self.skipped == 1 else "were"
            notices = (
                f"{self.skipped} of {self.entries} entries from {self.service} could not be read and {was} left out.",
                *notices,
            )
        return Fetched(tuple(papers), self.origin, self.skipped, notices)
