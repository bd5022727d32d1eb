"""Text layout: truncating and wrapping by cell width, and styling ranges of characters.

Texts are plain strings that are already sanitised. They are never parsed as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from papertui.search.results import Span

_Look = TypeVar("_Look")
#: A line may break after these inside a word.
_BREAKS_AFTER = frozenset("-/\u2010\u2013")
#: Scripts from this code point on use wide characters without spaces.
_WIDE_SCRIPTS = 0x2E80


def cut(text: str, width: int, ellipsis: str) -> str:
    """Return `text` in at most `width` cells, truncated with an ellipsis if it is longer."""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    if room < 0:
        return ""
    return text[: _fits(text, room)].rstrip() + ellipsis


def _fits(text: str, room: int) -> int:
    """Return how many characters of `text` fit in `room` cells, whole graphemes only."""
    if text.isascii():
        return room
    taken = end = 0
    for _, grapheme_end, cells in split_graphemes(text)[0]:
        if taken + cells > room:
            break
        taken, end = taken + cells, grapheme_end
    return end


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the pieces between which a line may break.

    They are words with trailing spaces, parts of words up to a hyphen or slash, and single wide characters.
    """
    start = 0
    starts: frozenset[int] | None = None  # of graphemes; only texts with wide characters need them
    for place, (letter, following) in enumerate(pairwise(text), 1):
        if letter == " ":
            breaks = following != " "
        elif letter in _BREAKS_AFTER:
            breaks = _joins(text, place - 1)
        elif ord(following) >= _WIDE_SCRIPTS and cell_len(following) > 1:
            if starts is None:
                starts = frozenset(first for first, _, _ in split_graphemes(text)[0])
            breaks = place in starts
        else:
            breaks = False
        if breaks:
            yield start, place
            start = place
    if start < len(text):
        yield start, len(text)


def _joins(text: str, place: int) -> bool:
    """Whether the hyphen or slash at `place` joins two parts of a word, and is not a minus sign or a fraction."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if text[place] == "/":
        return before.isalnum() and after.isalnum() and not (before.isdigit() and after.isdigit())
    return before.isalnum() and after.isalpha()


def wrap(text: str, width: int) -> list[Span]:
    """Wrap `text` at `width` cells; return start and end of each line in `text`, without trailing spaces.

    A word longer than a line is broken between graphemes. Empty text has no lines.
    """
    width = max(2, width)
    lines: list[Span] = []
    start = end = 0
    filled = 0
    for piece_start, piece_end in _breaks(text):
        word = text[piece_start:piece_end]
        cells = cell_len(word.rstrip(" "))
        if filled and filled + cells > width:
            lines.append((start, end))
            start, filled = piece_start, 0
        rest = piece_start
        while cells > width:  # the line is empty here
            fits = max(1, _fits(text[rest:piece_end], width))
            lines.append((rest, rest + fits))
            rest += fits
            start, word = rest, text[rest:piece_end]
            cells = cell_len(word.rstrip(" "))
        filled += cell_len(word)
        end = piece_end
    if end > start:
        lines.append((start, end))
    return [(first, first + len(text[first:last].rstrip(" "))) for first, last in lines]


def runs(text: str, style: Style, spans: Sequence[Span] = (), hit: Style | None = None) -> list[Segment]:
    """Return `text` as segments, with the style `hit` added in `spans`."""
    if not spans or hit is None:
        return [Segment(text, style)] if text else []
    marked = style + hit
    segments: list[Segment] = []
    at = 0
    for start, end in spans:
        first, last = max(start, at), min(end, len(text))
        if last <= first:
            continue
        if first > at:
            segments.append(Segment(text[at:first], style))
        segments.append(Segment(text[first:last], marked))
        at = last
    if at < len(text):
        segments.append(Segment(text[at:], style))
    return segments


def within(spans: Sequence[Span], start: int, end: int) -> list[Span]:
    """Return the parts of `spans` between `start` and `end`, relative to `start`."""
    return [(max(a, start) - start, min(b, end) - start) for a, b in spans if b > start and a < end]


def marks_within(marks: Sequence[tuple[int, int, _Look]], start: int, end: int) -> list[tuple[int, int, _Look]]:
    """Return the parts of marks (start, end and look) between `start` and `end`, relative to `start`."""
    return [(max(a, start) - start, min(b, end) - start, look) for a, b, look in marks if b > start and a < end]


def painted(text: str, style: Style, marks: Sequence[tuple[int, int, Style]]) -> list[Segment]:
    """Return `text` as segments, with the style of each mark over it; marks may overlap."""
    if not marks:
        return [Segment(text, style)] if text else []
    size = len(text)
    cuts = sorted({0, size, *(min(max(at, 0), size) for start, end, _ in marks for at in (start, end))})
    segments = []
    for start, end in pairwise(cuts):
        looks = [look for first, last, look in marks if first <= start and end <= last]
        segments.append(Segment(text[start:end], sum(looks, style)))
    return segments


def window(text: str, start: int, width: int) -> tuple[int, int]:
    """Return which characters of `text` are in `width` cells from the cell `start` on, whole graphemes only."""
    if text.isascii():
        return min(start, len(text)), min(start + width, len(text))
    at, first, last = 0, len(text), len(text)
    for grapheme_start, grapheme_end, cells in split_graphemes(text)[0]:
        if at >= start and first > grapheme_start:
            first = grapheme_start
        if at + cells > start + width:
            return min(first, grapheme_start), grapheme_start
        at, last = at + cells, grapheme_end
    return first, max(first, last)


def filled(segments: Sequence[Segment], base: Style, width: int) -> Strip:
    """Return one line of exactly `width` cells: `segments` over the style `base`, truncated or padded.

    A reversed base has one colour: each other one would be a background.
    Creates a single Strip, because creating one is expensive and every line of the app needs one.
    """
    if base.reverse:
        laid = [Segment(text, base + style.without_color if style else base) for text, style, _ in segments]
    else:
        laid = [Segment(text, base + style if style else base) for text, style, _ in segments]
    cells = sum(cell_len(segment.text) for segment in laid)
    if cells > width:
        return Strip(laid, cells).crop(0, width)
    if cells < width:
        laid.append(Segment(" " * (width - cells), base))
    return Strip(laid, width)
