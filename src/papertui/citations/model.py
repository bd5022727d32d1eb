"""What is cited and in which formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper

Format = Literal["bibtex", "biblatex", "ris", "csl-json", "markdown", "csv", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
#: The file extension of each format.
SUFFIXES: Mapping[str, str] = {
    "bibtex": "bib",
    "biblatex": "bib",
    "ris": "ris",
    "csl-json": "json",
    "markdown": "md",
    "csv": "csv",
    "json": "json",
}


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


class ExportOptions(NamedTuple):
    """The optional fields of the BibTeX and BibLaTeX formats; the other formats always contain them."""

    abstracts: bool = False
    notes: bool = False
