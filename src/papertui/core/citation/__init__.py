"""How a paper is cited: keys, names of authors, titles, and the formats of other tools.

This file is light to import, for the screen names it; the formats bring their tables with them when first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper

Format = Literal["bibtex", "biblatex", "ris", "csl-json", "markdown", "csv", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
#: How a file of each format is called at its end.
SUFFIXES: Mapping[str, str] = {
    "bibtex": "bib",
    "biblatex": "bib",
    "ris": "ris",
    "csl-json": "json",
    "markdown": "md",
    "csv": "csv",
    "json": "json",
}


class Cited(NamedTuple):
    """A paper that is given to another tool.

    Attributes:
        paper: with its abstract.
        bookmark: what its reader says of it, if it is kept.
        key: what it is cited by.
    """

    paper: Paper
    bookmark: Bookmark | None
    key: str

    @property
    def tags(self) -> tuple[str, ...]:
        """The reader's words for it."""
        return () if self.bookmark is None else self.bookmark.tags

    @property
    def note(self) -> str:
        """The reader's own text about it."""
        return "" if self.bookmark is None else self.bookmark.note


class Choices(NamedTuple):
    """What the formats for TeX leave out unless it is asked for; the others have it always.

    Attributes:
        abstracts: whether the abstract goes in.
        notes: whether the reader's note goes in.
    """

    abstracts: bool = False
    notes: bool = False
