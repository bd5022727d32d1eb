"""Find the words of a segment that a typed word may mean, and how well each matches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from papertui.core.search import neighbours, ranking, typos
from papertui.core.search.segment import Segment, spread
from papertui.core.search.words import COMMON

Places = NDArray[np.int64]
#: Words up to this much longer than the typed one are close to it: plurals and the like.
_LITTLE_LONGER = 2
#: The typical extra length of close and of other words, which decides their score.
_NEAR, _FAR = 1.5, 6.0
#: The resolution of the score of words that contain the typed one.
_STEPS = 4


class Meaning(NamedTuple):
    """Words of a segment that match a typed word equally well: a range, or single ones."""

    #: How well they match, 0 to 1.
    fit: float
    #: The first word of the range.
    first: int = 0
    #: One past the last word of the range.
    last: int = 0
    #: The single words; ``None`` for a range.
    words: Places | None = None
    #: Whether the typed word is neither one of them nor a part of one.
    corrected: bool = False


def as_typed(segment: Segment, word: str, *, typing: bool) -> Iterator[Meaning]:
    """Yield the words that are `word`, start with it, or contain it."""
    first, last = segment.lexicon.starting(word)
    exact = segment.lexicon.place(word) if first < last else None
    size = len(word.encode())
    if exact is not None:
        yield Meaning(1.0, exact, exact + 1)
    if first + (exact is not None) < last:
        if len(word) >= typos.SHORTEST:
            yield Meaning(_beginning(size, _FAR, typing=typing), first, last)
            places = np.arange(first, last)
            close = places[segment.lexicon.lengths(places) <= size + _LITTLE_LONGER]
            yield Meaning(_beginning(size, _NEAR, typing=typing), words=close[close != exact])
        else:
            yield Meaning(_beginning(size, _FAR / 2, typing=typing), first, last)
    if len(word) >= ranking.SHORTEST_INSIDE:
        inside = segment.lexicon.containing(word)
        inside = inside[(inside < first) | (inside >= last)]
        steps = np.ceil(_STEPS * size / segment.lexicon.lengths(inside)).astype(np.int64)
        for step in np.unique(steps).tolist():
            fit = ranking.inside(np.array([(step - 0.5) / _STEPS]))
            yield Meaning(float(fit[0]), words=inside[steps == step])


def _beginning(size: int, more: float, *, typing: bool) -> float:
    return float(ranking.beginning(np.array([size / (size + more)]), typing=typing)[0])


def misspelt(segment: Segment, word: str, *, typing: bool, known: bool) -> Iterator[Meaning]:
    """Yield corrections of `word`.

    Args:
        segment: the segment to search.
        word: folded.
        typing: whether more letters may follow.
        known: whether the word exists as typed; then it is not corrected to one of the most common words of English.
    """
    most = typos.slips_allowed(word)
    if not most or not len(segment.lexicon):
        return
    # Three letters are similar to the beginnings of far too many words.
    beginnings = len(word) > ranking.SHORTEST_INSIDE or (typing and not (known and len(word) == typos.SHORTEST))
    found = _among_few if len(word) < neighbours.LEVELS[-1] else _among_words
    for slips, whole, words in found(segment, word, most, beginnings=beginnings):
        kept = words
        if known and whole:
            names = segment.lexicon.some(words)
            kept = words[np.fromiter((name not in COMMON for name in names), bool, len(names))]
        if len(kept):
            fit = ranking.misspelt(len(word), slips)
            if not whole:
                fit = ranking.misspelt_beginning(len(word), slips, typing=typing)
            yield Meaning(fit, words=kept, corrected=True)


Slipped = tuple[int, bool, Places]


def _among_few(segment: Segment, word: str, most: int, *, beginnings: bool) -> Iterator[Slipped]:
    """Compare prefixes, for words of up to six letters: very many words share such a prefix."""
    size, lexicon = len(word), segment.lexicon
    level, longer = segment.levels[size], segment.levels[size + 1]
    nodes = neighbours.near(level, word)
    first, last = level.first[nodes].astype(np.int64), level.last[nodes].astype(np.int64)
    below = spread(np.searchsorted(longer.first, level.first[nodes]), np.searchsorted(longer.first, level.last[nodes]))
    first_below, last_below = longer.first[below].astype(np.int64), longer.last[below].astype(np.int64)
    heads = np.concatenate((first, first_below))
    names = lexicon.some(heads)
    far = typos.distances(word, names, most)
    for slips in range(1, most + 1):
        yield slips, True, np.unique(heads[far == slips])
    if not beginnings:
        return
    own, children = names[: len(nodes)], names[len(nodes) :]
    longer_than = np.fromiter((len(name) > size for name in own), bool, len(own))
    whole = np.minimum(_cut_distances(word, own, size, most), _cut_distances(word, own, size - 1, most))
    part = _cut_distances(word, children, size + 1, most)
    single = last - first == 1
    for slips in range(1, most + 1):
        good = (whole == slips) & (longer_than | ~single)
        under = part == slips
        yield (
            slips,
            False,
            np.unique(np.concatenate((spread(first[good], last[good]), spread(first_below[under], last_below[under])))),
        )


def _cut_distances(word: str, names: list[str], cut: int, most: int) -> NDArray[np.uint8]:
    return typos.distances(word, [name[:cut] for name in names], most)


def _among_words(segment: Segment, word: str, most: int, *, beginnings: bool) -> Iterator[Slipped]:
    """Compare whole words, for longer ones: few words share their first seven letters."""
    level = segment.levels[neighbours.LEVELS[-1]]
    nodes = neighbours.near(level, word)
    near = spread(level.first[nodes].astype(np.int64), level.last[nodes].astype(np.int64))
    near = near[segment.lexicon.lengths(near) >= len(word) - most]
    names = segment.lexicon.some(near)
    whole = typos.distances(word, names, most)
    for slips in range(1, most + 1):
        yield slips, True, near[whole == slips]
    if beginnings:
        longer = np.fromiter((len(name) > len(word) for name in names), bool, len(names))
        part, _ = typos.prefix_distances(word, [name for name in names if len(name) > len(word)], most)
        for slips in range(1, most + 1):
            yield slips, False, near[longer][part == slips]
