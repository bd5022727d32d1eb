"""The words that characterize a paper."""

from __future__ import annotations

from collections import Counter

from papertui.core.paper import Paper
from papertui.core.search.words import COMMON, query_words

_TITLE, _KEYWORD, _ABSTRACT = 3.0, 2.0, 1.0
#: Further occurrences of a word in an abstract do not count.
_OFTEN = 3
_SHORTEST = 3


def telling_words(paper: Paper) -> dict[str, float]:
    """Return the words of a paper with their weights, before their rarity is known."""
    found: dict[str, float] = {}
    said = Counter(query_words(paper.abstract))
    for word, times in said.items():
        found[word] = _ABSTRACT * min(times, _OFTEN)
    for keyword in paper.keywords:
        for word in query_words(keyword):
            found[word] = found.get(word, 0.0) + _KEYWORD
    for word in dict.fromkeys(query_words(paper.title)):
        found[word] = found.get(word, 0.0) + _TITLE
    return {word: counts for word, counts in found.items() if word not in COMMON and len(word) >= _SHORTEST}
