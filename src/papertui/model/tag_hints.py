"""Which tags fit a paper: those of bookmarks that share words with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from math import log

from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.model.queue import LATER

_WORD = re.compile(r"[^\W\d_]{4,}")
#: Frequent words of titles, which say nothing about the subject.
_COMMON = frozenset({
    "with", "from", "that", "this", "into", "toward", "towards", "using", "through", "over", "under", "beyond",
    "without", "your", "what", "when", "models", "model", "learning", "large", "based", "approach", "method",
    "framework", "study", "paper", "efficient",
})  # fmt: skip
#: Minimum score of a tag that is suggested: about two rare words in common.
_LEAST = 2.0


class TagHints:
    """Suggests tags for papers, and knows which ones are used most."""

    def __init__(self, bookmarks: Iterable[Bookmark] = ()) -> None:
        self._tags_by_word: dict[str, Counter[str]] = {}
        self._uses: Counter[str] = Counter()
        self._spelling: dict[str, str] = {}
        for bookmark in bookmarks:
            self.add(bookmark.paper, bookmark.tags)

    def add(self, paper: Paper, tags: Iterable[str]) -> None:
        """Learn that a paper has `tags`."""
        spelling = {tag.casefold(): tag for tag in tags}
        spelling.pop(LATER, None)
        self._spelling = {**spelling, **self._spelling}
        folded = list(spelling)
        self._uses.update(folded)
        for word in set(_words(paper)) if folded else ():
            self._tags_by_word.setdefault(word, Counter()).update(folded)

    def most_used(self, limit: int) -> tuple[str, ...]:
        """The tags with the most bookmarks, the most frequent first."""
        ranked = sorted(self._uses, key=lambda tag: (-self._uses[tag], tag))
        return tuple(self._spelling[tag] for tag in ranked[:limit])

    def fitting(self, paper: Paper) -> tuple[str, ...]:
        """The tags of bookmarks like `paper`, the best first.

        A word counts the more, the fewer tags it occurs with; a tag of many bookmarks needs more words in common.
        """
        scores: Counter[str] = Counter()
        total = len(self._uses)
        for word in set(_words(paper)):
            tags = self._tags_by_word.get(word)
            if tags is None:
                continue
            rarity = 1 + log(total / len(tags))
            for tag, number in tags.items():
                scores[tag] += rarity * number / self._uses[tag] ** 0.5
        good = [tag for tag, score in scores.items() if score >= _LEAST]
        return tuple(self._spelling[tag] for tag in sorted(good, key=lambda tag: (-scores[tag], tag)))


def _words(paper: Paper) -> Iterator[str]:
    for text in (paper.title, *paper.keywords, *paper.categories):
        for word in _WORD.findall(text.casefold()):
            if word not in _COMMON:
                yield word
    yield from (f"by {author}" for author in paper.authors[:3])
