"""Setting text in lines: cutting and wrapping by the cells letters take, and marking runs of letters.

Texts here are plain strings, already safe. They are never read as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from papertui.core.search import Span

#: From this code point on scripts are written in wide letters without spaces.
_WIDE_SCRIPTS = 0x2E80


def cut(text: str, width: int, ellipsis: str) -> str:
    """`text` in at most `width` cells, cut with an ellipsis where it is longer."""
    if cell_len(text) <= width:
        return text
    room = width - cell_len(ellipsis)
    if room < 0:
        return ""
    return text[: _fits(text, room)].rstrip() + ellipsis


def _fits(text: str, room: int) -> int:
    """How many characters of `text`, whole graphemes only, fill at most `room` cells."""
    if text.isascii():
        return room
    taken = end = 0
    for _, grapheme_end, cells in split_graphemes(text)[0]:
        if taken + cells > room:
            break
        taken, end = taken + cells, grapheme_end
    return end


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    """The pieces a line may be broken between: words with the space behind them, single wide letters."""
    start = 0
    for place, (letter, following) in enumerate(pairwise(text), 1):
        if (letter == " " and following != " ") or (ord(following) >= _WIDE_SCRIPTS and cell_len(following) > 1):
            yield start, place
            start = place
    if start < len(text):
        yield start, len(text)


def wrap(text: str, width: int) -> list[Span]:
    """The lines of `text` at `width` cells, each as start and end in `text`, without the space at its end.

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
    """`text` as segments, the `spans` of it in the style `hit` on top."""
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
    """The part of `spans` that falls between `start` and `end`, counted from `start`."""
    return [(max(a, start) - start, min(b, end) - start) for a, b in spans if b > start and a < end]


def filled(segments: Sequence[Segment], base: Style, width: int) -> Strip:
    """One line of exactly `width` cells: `segments` over the style `base`, cut or filled up with it.

    Made in one go: a Strip is dear to make, and lines are what this program is made of.
    """
    laid = [Segment(text, base + style if style else base) for text, style, _ in segments]
    cells = sum(cell_len(segment.text) for segment in laid)
    if cells > width:
        return Strip(laid, cells).crop(0, width)
    if cells < width:
        laid.append(Segment(" " * (width - cells), base))
    return Strip(laid, width)
