"""How pictures become lines of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.color import Color, ColorType
from rich.segment import Segment
from rich.style import Style

from papertui.model.document import DocumentPart
from papertui.model.paper import Paper
from papertui.pictures.kitty import placeholders
from papertui.tui.widgets.lazy_lines import Line

if TYPE_CHECKING:
    from papertui.pictures.decoding import Run
    from papertui.tui.terminal_pictures import Held

#: Lines of cells, each as wide as the picture.
Cells = Sequence[Sequence[Segment]]
#: What is transparent is paper.
_PAPER = Color.from_rgb(255, 255, 255)


class Figures(NamedTuple):
    """How pictures are shown in a text; another value after any of them takes other lines."""

    #: Counts the changes.
    stamp: int
    #: Returns the lines that a figure takes above its caption, for lines of some cells on a page of some lines.
    rows: Callable[[int, int, DocumentPart], int]
    #: Returns these lines, by the number of the part; -1 is the thumbnail.
    lines: Callable[[int, int, int], Sequence[Line]]
    #: Returns the lines that the thumbnail of a paper takes, for lines of some cells and so many free lines.
    thumbnail_rows: Callable[[Paper, int, int], int]


def kitty_cells(held: Held, *, is_transparent: bool) -> Cells:
    """Return the cells in the place of which the terminal draws a picture."""
    number = held.colour
    # With its triplet, as Textual would make a colour without one another kind of colour, and the number would be lost.
    colour = Color(str(number), ColorType.EIGHT_BIT, number, Color.from_ansi(number).get_truecolor())
    style = Style.from_color(colour, _PAPER if is_transparent else None)
    return [[Segment(placeholders(row, held.columns, held.high), style)] for row in range(held.rows)]


def block_cells(rows: Sequence[Sequence[Run]]) -> Cells:
    """Return a picture in half blocks."""
    styles: dict[tuple[object, object], Style] = {}
    made = []
    for row in rows:
        line = []
        for run in row:
            pair = run.upper, run.lower
            if pair not in styles:
                styles[pair] = Style.from_color(Color.from_rgb(*run.upper), Color.from_rgb(*run.lower))
            line.append(Segment((" " if run.upper == run.lower else "▀") * run.cells, styles[pair]))
        made.append(line)
    return made
