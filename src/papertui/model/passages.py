"""Highlighted passages of full texts: what is kept of them, how two versions are merged, how they are found again.

A passage is known by its words and by those around them, so that it is found in another version of the text as well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Final, NamedTuple

#: Words around a passage that are kept, and how many of them are compared in a row.
AROUND: Final = 6
#: Words at both ends by which a passage that was reworded is found.
_ENDS: Final = 4
#: How alike a reworded passage must be, and how much longer it may be.
_ALIKE, _LONGER = 0.6, 1.6
_WORD: Final = re.compile(r"\w+")
#: What may be between two words: a version may have other signs and line ends.
_BETWEEN: Final = r"[\W_]*"


class PassageKey(NamedTuple):
    """What makes two passages the same one."""

    quote: str
    before: str
    after: str


class Passage(NamedTuple):
    """A highlighted passage."""

    quote: str  # its paragraphs are separated by line ends
    at: datetime  # when it was highlighted or its comment was changed, UTC
    comment: str = ""  # Markdown
    section: str = ""  # the heading above it: ``3.2 Training``
    part: str = ""  # the id of the part of the document where it begins, if that has one
    before: str = ""  # a few words before it
    after: str = ""
    place: float = 0.0  # how much of the text is above it, from 0 to 1

    @property
    def key(self) -> PassageKey:
        return PassageKey(self.quote, self.before, self.after)


def in_order(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Return passages in the order of the text."""
    return tuple(sorted(passages, key=lambda one: (one.place, one.at, one.key)))


# --- merging -----------------------------------------------------------------------------------------


def joined_passages(one: Sequence[Passage], other: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return the passages of both, the same one once, with both comments."""
    return merged_passages((), one, other)


def merged_passages(base: Sequence[Passage], ours: Sequence[Passage], theirs: Sequence[Passage]) -> tuple[Passage, ...]:
    """Merge two versions that both derive from `base`.

    A passage that one side removed stays removed, unless the other side changed its comment. If both changed a comment,
    both texts are kept, one below the other. `ours` and `theirs` can be exchanged.
    """
    start, mine, other = ({passage.key: passage for passage in side} for side in (base, ours, theirs))
    merged = (_merged(start.get(key), mine.get(key), other.get(key)) for key in {**mine, **other})
    return in_order(passage for passage in merged if passage is not None)


def _merged(base: Passage | None, mine: Passage | None, other: Passage | None) -> Passage | None:
    if other in (mine, base):
        return mine
    if mine == base:
        return other
    if mine is None or other is None:
        return mine or other
    older, newer = sorted((mine, other), key=lambda one: (one.at, one))
    return newer._replace(comment=_joined(older.comment, newer.comment))


def _joined(one: str, other: str) -> str:
    if one in other:
        return other
    return one if other in one else f"{one}\n\n{other}"


def restored_passages(
    before: Sequence[Passage], after: Sequence[Passage], now: Sequence[Passage]
) -> tuple[tuple[Passage, ...], bool]:
    """Take back the step from `before` to `after` in `now`, passage by passage.

    Returns:
        The passages, and whether one of them changed later and stays as it is.
    """
    old, new = ({passage.key: passage for passage in side} for side in (before, after))
    made = {passage.key: passage for passage in now}
    is_kept = False
    for key in {**old, **new}:
        was, became = old.get(key), new.get(key)
        if was == became or made.get(key) == was:
            continue
        if made.get(key) != became:
            is_kept = True
        elif was is None:
            del made[key]
        else:
            made[key] = was
    return in_order(made.values()), is_kept


# --- finding -----------------------------------------------------------------------------------------


class PassageRange(NamedTuple):
    """Letters of a text: from a letter of one paragraph to one of the same or a later paragraph."""

    first: int
    start: int
    last: int
    end: int


class PassageText:
    """A text in which passages are found and from which they are taken.

    Args:
        paragraphs: the texts of its paragraphs; a paragraph without text is empty.
        parts: the id of the part of each paragraph.
    """

    def __init__(self, paragraphs: Sequence[str], parts: Sequence[str]) -> None:
        self._paragraphs = paragraphs
        self._parts = parts
        self._text = "\n".join(paragraphs)
        self._starts = [0, *accumulate(len(text) + 1 for text in paragraphs)]

    def passage(self, where: PassageRange, section: str, at: datetime) -> Passage:
        """Return the passage of some letters."""
        start, end = self._starts[where.first] + where.start, self._starts[where.last] + where.end
        lines = (" ".join(line.split()) for line in self._text[start:end].split("\n"))
        before = _WORD.findall(self._text[max(0, start - 40 * AROUND) : start])[-AROUND:]
        after = _WORD.findall(self._text[end : end + 40 * AROUND])[:AROUND]
        return Passage(
            "\n".join(filter(None, lines)),
            at,
            section=section,
            part=self._parts[where.first],
            before=" ".join(before),
            after=" ".join(after),
            place=round(start / max(1, len(self._text)), 5),
        )

    def find(self, passage: Passage) -> PassageRange | None:
        """Return where a passage is; ``None`` if it is no longer in this text.

        Of several places with its words, that with the same words around it is the best, then the same part, then the
        nearest one. Without any, a passage between the same words that says nearly the same is taken for it.
        """
        words = _WORD.findall(passage.quote)
        if not words:  # signs only
            at = self._text.find(passage.quote)
            return self._range(at, at + len(passage.quote)) if at >= 0 else None
        # Without a check of the letter before it, the search of a long text is several times as fast.
        places = [
            found.span() for found in re.finditer(_pattern(words), self._text) if self._begins_word(found.start())
        ]
        if not places:
            places = self._reworded(passage, words)
        best = max(places, key=lambda span: self._fit(passage, *span), default=None)
        return None if best is None else self._range(*self._with_signs(passage.quote, *best))

    def _begins_word(self, at: int) -> bool:
        return not at or not self._text[at - 1].isalnum()

    def _with_signs(self, quote: str, start: int, end: int) -> tuple[int, int]:
        """Return a place with the signs at both ends of the quote, such as the point of a sentence."""
        words = list(_WORD.finditer(quote))
        head, tail = quote[: words[0].start()], quote[words[-1].end() :]
        if head and self._text.endswith(head, 0, start):
            start -= len(head)
        if tail and self._text.startswith(tail, end):
            end += len(tail)
        return start, end

    def _reworded(self, passage: Passage, words: Sequence[str]) -> list[tuple[int, int]]:
        """Return the places that begin and end as the passage, or are between the same words, and are much like it."""
        most = round(_LONGER * len(passage.quote)) + 20
        gap = rf"[\s\S]{{0,{most}}}?"
        around = (_WORD.findall(passage.before)[-_ENDS:], _WORD.findall(passage.after)[:_ENDS])
        patterns = []
        if len(words) >= 2 * _ENDS:
            patterns.append(rf"({_pattern(words[:_ENDS])}{gap}{_pattern(words[-_ENDS:])})")
        if len(around[0]) == len(around[1]) == _ENDS:
            patterns.append(rf"{_pattern(around[0])}[\W_]+({gap})[\W_]+{_pattern(around[1])}")
        for pattern in patterns:
            found = [match.span(1) for match in re.finditer(pattern, self._text) if match[1].strip()]
            alike = [span for span in found if _is_alike(words, _WORD.findall(self._text[span[0] : span[1]]))]
            if alike:
                return alike
        return []

    def _fit(self, passage: Passage, start: int, end: int) -> tuple[int, bool, float]:
        before = _WORD.findall(self._text[max(0, start - 40 * AROUND) : start])[::-1]
        after = _WORD.findall(self._text[end : end + 40 * AROUND])
        same = _in_a_row(before, passage.before.split()[::-1]) + _in_a_row(after, passage.after.split())
        is_part = bool(passage.part) and self._parts[self._paragraph(start)] == passage.part
        return same, is_part, -abs(start / max(1, len(self._text)) - passage.place)

    def _paragraph(self, at: int) -> int:
        return bisect_right(self._starts, at, hi=len(self._paragraphs)) - 1

    def _range(self, start: int, end: int) -> PassageRange:
        first, last = self._paragraph(start), self._paragraph(max(start, end - 1))
        return PassageRange(first, start - self._starts[first], last, end - self._starts[last])


def _pattern(words: Sequence[str]) -> str:
    return _BETWEEN.join(map(re.escape, words)) + r"(?!\w)"


def _in_a_row(words: Sequence[str], others: Sequence[str]) -> int:
    count = 0
    for one, other in zip(words, others, strict=False):
        if one != other:
            break
        count += 1
    return count


def _is_alike(words: Sequence[str], others: Sequence[str]) -> bool:
    return SequenceMatcher(None, words, others, autojunk=False).ratio() >= _ALIKE
