"""Check whether words occur in sequence in a paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from papertui.core.bookmark import Bookmark
from papertui.core.paper import Paper
from papertui.core.search.query import Phrase
from papertui.core.search.words import query_words


def in_text(phrase: Phrase, text: str) -> bool:
    """Whether `text` contains the words of `phrase` in sequence."""
    return in_words(phrase, query_words(text))


def in_words(phrase: Phrase, words: Sequence[str]) -> bool:
    """Check as `in_text` for a text already split into words."""
    sought, size = list(phrase.words), len(phrase.words)
    return any(list(words[at : at + size]) == sought for at in range(len(words) - size + 1))


def in_paper(phrase: Phrase, paper: Paper, mark: Bookmark | None) -> bool:
    """Whether a text of the paper, or the user's note or tag, contains the words of `phrase` in sequence."""
    return any(in_text(phrase, text) for name, text in _texts(paper, mark) if phrase.field in ("", name))


def _texts(paper: Paper, mark: Bookmark | None) -> Iterator[tuple[str, str]]:
    yield "title", paper.title
    yield from (("authors", author) for author in paper.authors)
    yield from (("keywords", keyword) for keyword in paper.keywords)
    yield "organization", paper.organization or ""
    yield from (("categories", category) for category in paper.categories)
    yield "id", paper.id
    yield "tldr", paper.tldr or ""
    yield "abstract", paper.abstract
    if mark is not None:
        yield "note", mark.note
        yield from (("tags", tag) for tag in mark.tags)
