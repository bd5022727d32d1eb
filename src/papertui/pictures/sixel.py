"""Sixel, DEC's pictures of six lines at a time: drawn once, at the cursor, in pixels and not in cells.

https://vt100.net/docs/vt3xx-gp/chapter14.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: Asks for the size of a cell in pixels, and what the terminal can (DA1). Each terminal answers the second one, so
#: that it is the last one asked.
CELL_QUESTION = "\x1b[16t"
ATTRIBUTES_QUESTION = "\x1b[c"
_CELL = re.compile(r"\x1b\[6;(\d{1,4});(\d{1,4})t")
_ATTRIBUTES = re.compile(r"\x1b\[\?(\d+(?:;\d+)*)c")
#: The attribute of terminals with sixel; the first number is the kind of terminal.
_HAS_SIXEL = "4"
#: xterm draws no larger pictures unless its `maxGraphicSize` is another.
_MOST_IN_XTERM = 1000
#: The lines of a band, and the letter of six pixels that are not drawn.
_BAND = 6
_EMPTY = ord("?")
#: As often as this, a letter is shorter as a number and itself.
_REPEATED = re.compile(rb"([?-~])\1{3,}")
#: Synchronized output: the terminal shows all of it at once.
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"


class Paletted(NamedTuple):
    """A picture of at most 256 colours."""

    width: int
    height: int
    colours: tuple[tuple[int, int, int], ...]
    #: The number of the colour of each pixel.
    pixels: bytes


def attributes(answer: str) -> frozenset[str] | None:
    """Return the attributes of a terminal from its answer; None if it is another answer."""
    found = _ATTRIBUTES.search(answer)
    return frozenset(found[1].split(";")[1:]) if found else None


def is_supported(said: frozenset[str]) -> bool:
    """Whether a terminal with these attributes draws sixels."""
    return _HAS_SIXEL in said


def cell_size(answer: str) -> tuple[int, int] | None:
    """Return width and height of a cell from an answer; None if it is another answer."""
    found = _CELL.search(answer)
    if found is None or not (int(found[1]) and int(found[2])):
        return None
    return int(found[2]), int(found[1])


def room(cells: tuple[int, int], cell: tuple[int, int], name: str) -> tuple[int, int]:
    """Return the pixels of a rectangle of cells, or those that a terminal with this `name` draws of them."""
    width, height = cells[0] * cell[0], cells[1] * cell[1]
    if name.startswith("XTerm"):
        width, height = min(width, _MOST_IN_XTERM), min(height, _MOST_IN_XTERM)
    return max(1, width), max(1, height)


def margins(cells: tuple[int, int], cell: tuple[int, int], picture: Paletted) -> tuple[int, int]:
    """Return the free cells to the left of a picture and above it, in the middle of a rectangle of cells."""
    columns, rows = -(-picture.width // cell[0]), -(-picture.height // cell[1])
    return max(0, (cells[0] - columns) // 2), max(0, (cells[1] - rows) // 2)


def drawing(picture: Paletted) -> str:
    """Return the sequence that draws a picture at the cursor. It takes its time."""
    head = f'\x1bP0;1;0q"1;1;{picture.width};{picture.height}'
    levels = ([round(100 * one / 255) for one in colour] for colour in picture.colours)
    palette = "".join(f"#{number};2;{red};{green};{blue}" for number, (red, green, blue) in enumerate(levels))
    return f"{head}{palette}{b'-'.join(_bands(picture)).decode('ascii')}\x1b\\"


def _bands(picture: Paletted) -> Iterator[bytes]:
    """Yield six lines of the picture after the other: the letters of each colour in them."""
    import numpy as np  # noqa: PLC0415 - heavy, and seldom needed

    lines = np.frombuffer(picture.pixels, np.uint8).reshape(picture.height, picture.width)
    columns = np.arange(picture.width)
    for top in range(0, picture.height, _BAND):
        band = lines[top : top + _BAND]
        sixels = np.zeros((len(picture.colours), picture.width), np.uint8)
        for bit, line in enumerate(band):
            sixels[line, columns] |= 1 << bit
        letters = sixels + np.uint8(_EMPTY)
        yield b"$".join(b"#%d%b" % (colour, _packed(letters[colour].tobytes())) for colour in np.unique(band))


def _packed(letters: bytes) -> bytes:
    return _REPEATED.sub(lambda found: b"!%d%b" % (len(found[0]), found[1]), letters.rstrip(b"?"))


def at(column: int, row: int, drawn: str) -> str:
    """Return the sequence that draws at a cell, counted from 0, in one step, and leaves the cursor where it was."""
    return f"{_BEGIN}\x1b7\x1b[{row + 1};{column + 1}H{drawn}\x1b8{_END}"
