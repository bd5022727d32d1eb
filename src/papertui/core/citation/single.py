"""One paper for BibTeX, by itself."""

from __future__ import annotations

from papertui.core.citation import Choices, Cited
from papertui.core.citation.bibtex import entry
from papertui.core.citation.keys import own_key
from papertui.core.paper import Paper


def bibtex_entry(paper: Paper, key: str | None = None) -> str:
    """`paper` as one entry of a BibTeX file, cited by `key` (the paper's own, unless told).

    For papers that are stored nowhere; of all others `papertui.desk.exporting` knows more, and whose key it is.
    """
    return entry(Cited(paper, None, key or own_key(paper)), "bibtex", Choices())
