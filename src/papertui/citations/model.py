"""What is cited."""

from __future__ import annotations

from typing import NamedTuple

from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.model.passages import Passage


class CitedPaper(NamedTuple):
    """A paper to export."""

    paper: Paper  # with its abstract
    bookmark: Bookmark | None
    key: str  # the citation key

    @property
    def tags(self) -> tuple[str, ...]:
        return () if self.bookmark is None else self.bookmark.tags

    @property
    def note(self) -> str:
        return "" if self.bookmark is None else self.bookmark.note

    @property
    def highlights(self) -> tuple[Passage, ...]:
        return () if self.bookmark is None else self.bookmark.highlights


class ExportOptions(NamedTuple):
    """The optional fields of the BibTeX and BibLaTeX formats; the other formats always contain them."""

    abstracts: bool = False
    notes: bool = False
