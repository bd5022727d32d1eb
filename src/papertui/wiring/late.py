"""Functions whose modules are expensive to load and rarely needed."""

from __future__ import annotations

from collections.abc import Sequence

from papertui.model.feed import Feed
from papertui.model.paper import Paper
from papertui.search.results import ReaderMarks, Searcher


def searcher(papers: Sequence[Paper], marks: ReaderMarks) -> Searcher:
    """A search index over the papers of one feed."""
    from papertui.search.index import index_over  # noqa: PLC0415 - brings numpy and rapidfuzz with it

    return index_over(papers, marks)


def plain_words(query: str) -> str:
    """The words of a query without fields and filters."""
    from papertui.search.query import parse  # noqa: PLC0415 - compiles large patterns

    return parse(query).plain


def starter() -> Feed:
    from papertui.sources.starter import starter_feed  # noqa: PLC0415 - needed only at the first start

    return starter_feed()
