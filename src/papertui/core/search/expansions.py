"""Expand acronyms, and find the acronyms of typed words, with the acronyms that the papers of an index define."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from papertui.core.search.acronyms import COMMON
from papertui.core.search.segment import Segment

#: The most expansions of an acronym: those that most papers use.
_MOST = 4
#: The most words of an expansion.
_LONGEST = 8
#: The number of papers that a common acronym counts as.
_COMMON = 5
Words = tuple[str, ...]


class Expansions:
    """The acronyms of some segments, loaded on first use."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments

    def of(self, words: Sequence[str]) -> list[tuple[Words, ...]]:
        """Return for each typed word the equivalent phrases, of the word itself or of words around it.

        For ``moe`` that is ``mixture of experts``; for each of the words ``mixture of experts`` it is ``moe``.
        """
        found: list[list[Words]] = [[] for _ in words]
        plain = [_single(word) for word in words]
        for place, word in enumerate(plain):
            found[place].extend(self._long.get(word, ()))
            for end in range(place + 2, min(len(words), place + _LONGEST) + 1):
                for short in self._short.get(tuple(plain[place:end]), ()):
                    for each in range(place, end):
                        found[each].append((short,))
        return [tuple(dict.fromkeys(each)) for each in found]

    @cached_property
    def _told(self) -> dict[tuple[str, Words], int]:
        """The number of papers that use an acronym for certain words."""
        counts: dict[tuple[str, Words], int] = {}
        pairs = [(short, long, _COMMON) for short, long in COMMON]
        for segment in self._segments:
            pairs.extend(segment.acronyms())
        for short, long, count in pairs:
            key = short, tuple(map(_single, long.split()))
            counts[key] = counts.get(key, 0) + count
        return counts

    @cached_property
    def _long(self) -> dict[str, tuple[Words, ...]]:
        ways: dict[str, list[tuple[int, Words]]] = {}
        for (short, long), count in self._told.items():
            ways.setdefault(short, []).append((count, long))
        return {short: tuple(long for _, long in sorted(found, reverse=True)[:_MOST]) for short, found in ways.items()}

    @cached_property
    def _short(self) -> dict[Words, tuple[str, ...]]:
        shorts: dict[Words, list[str]] = {}
        for short, longs in self._long.items():
            for long in longs:
                shorts.setdefault(long, []).append(short)
        return {long: tuple(found) for long, found in shorts.items()}


def _single(word: str) -> str:
    """Return `word` without a plural s."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004
