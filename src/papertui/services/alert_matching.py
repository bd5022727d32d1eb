"""Which papers match what the reader follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.model.people import Reading, person
from papertui.search.folding import fold

if TYPE_CHECKING:
    from papertui.search.disk import SearchIndex
    from papertui.search.index import Index, Numbers

#: The least similarity, as ``search --like`` has it, of a paper like a followed one. ``benchmarks/alerts.py`` measures
#: what it lets through: about one paper a week, of a hundred.
ALIKE = 0.36
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_PLURAL = 4

#: Whether a paper matches.
_Test = Callable[[Paper], bool]


class AlertMatcher:
    """Matches papers against what the reader follows.

    Args:
        names: authors, organisations, keywords, searches and papers.
        stored_index: returns the index, which searches and papers like another one need.
        papers: reads stored papers by their ids.
        today: the day that ``since:7d`` in a search counts from.
    """

    def __init__(
        self,
        names: Iterable[FeedName],
        stored_index: Callable[[], SearchIndex],
        papers: Callable[[Sequence[str]], Mapping[str, Paper]],
        today: date,
    ) -> None:
        self._names = tuple(names)
        self._stored_index = stored_index
        self._papers = papers
        self._today = today
        self._tests: dict[FeedName, _Test] = {
            name: test for name in self._names if (test := _test_of(name)) is not None
        }

    @cached_property
    def _index(self) -> Index:
        return self._stored_index().fresh()

    def matches(self, papers: Sequence[Paper]) -> dict[FeedName, list[Paper]]:
        """The papers that match each name; names without any are left out.

        Raises:
            StoreError: the index cannot be read.
        """
        found: dict[FeedName, list[Paper]] = {}
        for name in self._names:
            test = self._tests.get(name)
            matching = self._found(name, papers) if test is None else [paper for paper in papers if test(paper)]
            if matching:
                found[name] = matching
        return found

    def _found(self, name: FeedName, papers: Sequence[Paper]) -> list[Paper]:
        """The papers that a search finds, or that are like another one."""
        within = self._index.docs([paper.id for paper in papers])
        if not len(within):
            return []
        if name.kind == "search":
            docs = self._searched(name.detail, within)
        else:
            followed = self._papers([name.detail]).get(name.detail)
            if followed is None:
                return []
            results = self._index.like(followed, len(within), within=within)
            docs = {match.place for match in results.matches if match.score >= ALIKE}
        ids = set(self._index.ids(docs))
        return [paper for paper in papers if paper.id in ids]

    def _searched(self, query: str, within: Numbers) -> set[int]:
        """The papers in which each word of `query` occurs as typed.

        A search shows the best papers, also if none has all words; an alert is for a paper that has them.
        """
        from papertui.search.query import parse  # noqa: PLC0415 - compiles large patterns
        from papertui.search.words import SMALL_WORDS  # noqa: PLC0415 - as above

        docs = self._as_typed(query, within)
        parsed = parse(query, self._today)
        words = zip(parsed.words, parsed.fields, parsed.exact, parsed.parts, strict=True)
        plain = [word for word, field, exact, parts in words if not (field or exact or parts or word in SMALL_WORDS)]
        for word in plain if len(parsed.words) > 1 else ():
            docs &= self._as_typed(word, within)
        return docs

    def _as_typed(self, query: str, within: Numbers) -> set[int]:
        results = self._index.search(query, None, today=self._today, within=within, fields=False)
        return {match.place for match in results.matches if not match.similar}


def _test_of(name: FeedName) -> _Test | None:
    """Return whether a paper matches, as far as the paper alone says so."""
    if name.kind == "author":
        return _wrote(name.detail)
    if name.kind == "keyword":
        return _mentions(name.detail)
    if name.kind == "org":
        wanted = _words(name.detail)
        return lambda paper: bool(wanted) and _words(paper.organization or "") == wanted
    return None


def _wrote(name: str) -> _Test:
    """Whether a paper has an author of that name; an initial in it stands for any first name that begins with it."""
    wanted, letters = _reading(name), _words(name)
    longest = max(map(fold, _WORD.findall(name)), key=len, default="")

    def test(paper: Paper) -> bool:
        if longest not in fold(" ".join(paper.authors)):  # most papers: names are slow to take apart
            return False
        for author in paper.authors:
            if _words(author) == letters:
                return True
            other = _reading(author)
            if wanted is not None and other is not None and _is_one(wanted, other):
                return True
        return False

    return test


def _reading(name: str) -> Reading | None:
    found = person(name)
    return found.readings[0] if found is not None and found.readings else None


def _is_one(wanted: Reading, other: Reading) -> bool:
    """Whether a name is the one that is wanted. A paper by “L. Yuan” may be by anybody, so initials do not suffice."""
    if wanted.family != other.family or not wanted.given or not other.given:
        return False
    return all(
        mine == theirs or (len(mine) == 1 and theirs.startswith(mine)) or (place > 0 and mine.startswith(theirs))
        for place, (mine, theirs) in enumerate(zip(wanted.given, other.given, strict=False))
    )


def _mentions(keyword: str) -> _Test:
    """Whether the title, the keywords or the abstract of a paper have the words in sequence, in singular or plural."""
    wanted = _words(keyword)
    phrase, longest = f" {' '.join(wanted)} ", max(wanted, key=len, default="")

    def test(paper: Paper) -> bool:
        return any(
            longest in fold(text) and phrase in f" {' '.join(_words(text))} "
            for text in (paper.title, *paper.keywords, paper.abstract)
        )

    return test if wanted else lambda _: False


def _words(text: str) -> tuple[str, ...]:
    return tuple(map(_singular, _WORD.findall(fold(text))))


def _singular(word: str) -> str:
    is_plural = len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word
