"""Highlight the characters of a text that match a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from papertui.search import ranking
from papertui.search.lookup import Acronyms
from papertui.search.query import Phrase, Query, parse
from papertui.search.results import Span
from papertui.search.spelling import aligned, distances, prefix_distances, slips_allowed
from papertui.search.words import COMMON_WORDS, FoldedText, Token, fold_with_places, tokens

#: The length up to which a text is highlighted; nothing on a screen is longer.
_LONGEST_TEXT = 100_000
Run = tuple[int, int]


def spans(
    query: str, text: str, field: str = "", expansions: Acronyms | None = None, *, small: bool = True
) -> tuple[Span, ...]:
    """Return the ranges in `text` that match words of `query`, in order, without overlaps.

    A word limited to a field is highlighted only in that field; `field` is the field that `text` is, empty for any. A
    phrase is highlighted where it occurs as typed, an acronym also where its expansion occurs.

    If a word starts with or contains a typed one, the typed letters are highlighted; in a correction, the letters in
    common. Corrections apply only if the text has no better match for the typed word, and never to the most common
    words of English ("that"). With `small` false, function words are not highlighted if there are others.
    """
    parsed = parse(query, small=small)
    if not parsed.words or not text:
        return ()
    folded = fold_with_places(text[:_LONGEST_TEXT])
    text_tokens = tokens(folded.text)
    marked: set[int] = set()
    also = expansions.of(parsed.words) if expansions is not None else ()
    for phrase in [*parsed.phrases, *(Phrase(words) for each in also for words in each)]:
        if not (phrase.field and field and phrase.field != field):
            marked.update(_phrase(phrase, text_tokens))
    phrased = {word for phrase in parsed.phrases for word in phrase.words}
    single = [place for place, word in enumerate(parsed.words) if word not in phrased]
    marked.update(
        _words(parsed, [place for place in single if parsed.fields[place] in ("", field) or not field], text_tokens)
    )
    return _merged(marked, folded)


def _words(query: Query, places: Iterable[int], text_tokens: Sequence[Token]) -> Iterator[int]:
    """Yield the characters that match the words at `places` of a query."""
    by_word: dict[str, list[Token]] = {}
    for token in text_tokens:
        by_word.setdefault(token.word, []).append(token)
    names = list(by_word)
    pairs = _neighbours(text_tokens)
    for place in places:
        word = query.words[place]
        typing = query.typing and place == len(query.words) - 1
        if query.exact[place]:
            runs = [(word, (0, len(word)))] if word in by_word else []
        else:
            runs = _as_typed(word, names, whole=query.whole[place])
            runs = runs or [(half, (0, len(half))) for half in pairs.get(word, ())]
            runs = runs or _misspelt(word, names, typing=typing)
        for name, run in runs:
            for token in by_word[name]:
                yield from token.letters[run[0] : run[1]]


def _phrase(phrase: Phrase, words: Sequence[Token]) -> Iterator[int]:
    """Yield the characters where the words of `phrase` occur in sequence, also in the plural."""
    size = len(phrase.words)
    for at in range(len(words) - size + 1):
        window = words[at : at + size]
        if all(token.word in (word, f"{word}s") for token, word in zip(window, phrase.words, strict=True)):
            for token in window:
                yield from token.letters


def _as_typed(word: str, names: Sequence[str], *, whole: bool) -> list[tuple[str, Run]]:
    """Return the words that are `word`, start with it or (for long ones) contain it, with the range of its letters."""
    size = len(word)
    if whole and word in names:
        return [(word, (0, size))]
    if size < ranking.SHORTEST_INSIDE:
        starts = [(name, int(name[0] == "." != word[0])) for name in names]
        return [(name, (start, start + size)) for name, start in starts if name.startswith(word, start)]
    return [(name, (name.index(word), name.index(word) + size)) for name in names if word in name]


def _neighbours(words: Sequence[Token]) -> dict[str, tuple[str, str]]:
    """Return adjacent words, by what they would be as one."""
    least = ranking.SHORTEST_HALF
    long = [token.word if len(token.word) >= least else "" for token in words]
    return {left + right: (left, right) for left, right in pairwise(long) if left and right}


def _misspelt(word: str, names: Sequence[str], *, typing: bool) -> list[tuple[str, Run]]:
    """Return corrections of `word`, with the letters in common."""
    most = slips_allowed(word)
    # A slip brings in at most one letter, so that most words of a text need not be aligned.
    lacks = set(word).difference
    near = [
        name
        for name in (names if most else ())
        if len(name) >= len(word) - most and len(lacks(name)) <= most and name not in COMMON_WORDS
    ]
    if not near:
        return []
    alike = [name for name in near if len(name) <= len(word) + most]
    whole = zip(alike, distances(word, alike, most).tolist(), strict=True)
    runs = [(name, run) for name, far in whole if far <= most for run in aligned(word, name)]
    if runs or not (typing or len(word) > ranking.SHORTEST_INSIDE):
        return runs
    longer = [name for name in near if len(name) > len(word)]
    part, cuts = prefix_distances(word, longer, most)
    starts = [(name, cut) for name, far, cut in zip(longer, part.tolist(), cuts.tolist(), strict=True) if far <= most]
    return [(name, run) for name, cut in starts for run in aligned(word, name[:cut])]


def _merged(letters: Iterable[int], folded: FoldedText) -> tuple[Span, ...]:
    """Map `letters`, positions in the folded text, to ranges in the original text."""
    merged: list[Span] = []
    for letter in sorted(letters):
        start, end = folded.starts[letter], folded.ends[letter]
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
