"""Muted papers: which rule of the settings keeps a paper out of a feed.

Words match whole words and phrases of the title and the keywords, not of the abstract, which mentions much in passing.
Case, accents and hyphens do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from papertui.model.feed import FeedName, Follow, named
from papertui.model.mute import MuteRule, MuteRules
from papertui.model.paper import Paper
from papertui.search.folding import fold
from papertui.settings import MuteSettings

#: Scripts without blanks between words: each letter counts as a word, so that a phrase is found inside a sentence.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
#: A word, with the signs that make ``C++`` and ``C#`` other words than ``C``.
_BETWEEN = "\x1f"
#: Compiled on first use: it takes longer than to split all the titles of a feed in ASCII.
_TOKEN = cache(lambda: re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}]+(?:\+\+|#(?![^\W_]))?|{_BETWEEN}"))


#: The same for ASCII, where it is several times faster.
_ASCII_TOKEN = re.compile(rf"[a-z0-9]+(?:\+\+|#(?![a-z0-9]))?|{_BETWEEN}")
#: With up to this many rules, it is faster to look for their words before a text is split.
_FEW = 30


def _tokens(text: str) -> list[str]:
    return _split(fold(text))


def _split(folded: str) -> list[str]:
    """Return the words of a folded text."""
    found: list[str] = (_ASCII_TOKEN if folded.isascii() else _TOKEN()).findall(folded)
    return found


class _Author:
    """A name in any order of its parts; an initial in the rule stands for any part that begins with it."""

    def __init__(self, name: str) -> None:
        parts = _tokens(name)
        self._full = frozenset(part for part in parts if len(part) > 1 or not part.isascii())
        self._initials = tuple(part for part in parts if part not in self._full)
        self._longest = max(parts, key=len, default="")

    def wrote(self, authors: Sequence[str], folded: str) -> bool:
        """Whether one of `authors` has this name; `folded` has all of them."""
        if not self._longest or self._longest not in folded:
            return False
        return any(self._is(set(_tokens(author))) for author in authors)

    def _is(self, parts: set[str]) -> bool:
        others = parts - self._full
        if len(parts) - len(others) < len(self._full):
            return False
        return all(any(part.startswith(initial) for part in others) for initial in self._initials)


class _Rules:
    """The rules of one table."""

    def __init__(self, rules: MuteRules, feed: str = "") -> None:
        self._single: dict[str, MuteRule] = {}
        self._phrases: list[tuple[str, MuteRule]] = []
        for value in rules.words:
            tokens, rule = _tokens(value), MuteRule("words", value, feed)
            if len(tokens) == 1:
                self._single.setdefault(tokens[0], rule)
            elif tokens:
                self._phrases.append((f" {' '.join(tokens)} ", rule))
        #: The words of each rule, the longest first. All of them are in a text that the rule matches.
        self._clues = [sorted(_tokens(value), key=len, reverse=True) for value in rules.words]
        self._authors = [(_Author(name), MuteRule("authors", name, feed)) for name in rules.authors]
        self._categories = {
            name.lower().removesuffix(".*"): MuteRule("categories", name, feed) for name in rules.categories
        }

        #: The rule of each category that was seen.
        self._known: dict[str, MuteRule | None] = {}

    def of(self, paper: Paper) -> MuteRule | None:
        """The first rule that mutes `paper`."""
        return self._by_words(paper) or self._by_author(paper) or self._by_category(paper)

    def _by_words(self, paper: Paper) -> MuteRule | None:
        if not self._single and not self._phrases:
            return None
        folded = fold(_BETWEEN.join((paper.title, *paper.keywords)))
        if len(self._clues) <= _FEW and not any(all(word in folded for word in words) for words in self._clues):
            return None
        tokens = _split(folded)
        for token in self._single.keys() & tokens:
            return self._single[token]
        if self._phrases:
            text = f" {' '.join(tokens)} "
            for phrase, rule in self._phrases:
                if phrase in text:
                    return rule
        return None

    def _by_author(self, paper: Paper) -> MuteRule | None:
        if not self._authors:
            return None
        folded = fold("\n".join(paper.authors))
        return next((rule for author, rule in self._authors if author.wrote(paper.authors, folded)), None)

    def _by_category(self, paper: Paper) -> MuteRule | None:
        if not self._categories:
            return None
        for category in paper.categories:
            if category not in self._known:
                name = category.lower()
                self._known[category] = self._categories.get(name) or self._categories.get(name.partition(".")[0])
            if (rule := self._known[category]) is not None:
                return rule
        return None


class Mute:
    """Applies the rules of the settings.

    Args:
        settings: the rules.
        follows: the followed feeds, which rules name.
    """

    def __init__(self, settings: MuteSettings, follows: Iterable[Follow]) -> None:
        known = tuple(follows)
        general = MuteRules(settings.words, settings.authors, settings.categories)
        self._general = (_Rules(general),) if any(general) else ()
        self._of_feeds: Mapping[FeedName, _Rules] = {
            named(key, known): _Rules(rules, key) for key, rules in settings.feeds.items() if any(rules)
        }

    def rules(self, name: FeedName, papers: Iterable[Paper]) -> dict[str, MuteRule]:
        """The rule that mutes each of `papers` in the feed `name`, by id; papers that are not muted are left out."""
        special = self._of_feeds.get(name) or self._of_feeds.get(FeedName(name.kind))
        tables = (*self._general, special) if special is not None else self._general
        muted: dict[str, MuteRule] = {}
        for table in tables:
            for paper in papers:
                if paper.id not in muted and (rule := table.of(paper)) is not None:
                    muted[paper.id] = rule
        return muted
