"""The BibTeX entry of a single paper."""

from __future__ import annotations

from papertui.core.citation import Choices, Cited
from papertui.core.citation.bibtex import entry
from papertui.core.citation.keys import own_key
from papertui.core.paper import Paper


def bibtex_entry(paper: Paper, key: str | None = None) -> str:
    """Format `paper` as a BibTeX entry with `key`, by default the paper's own key.

    This is for papers that are not stored. For stored papers use `papertui.desk.exporting`, which assigns unique keys
    and knows the bookmarks.
    """
    return entry(Cited(paper, None, key or own_key(paper)), "bibtex", Choices())
