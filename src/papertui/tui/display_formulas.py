"""Displayed formulas over several lines, as wide as the page allows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from rich.cells import cell_len

#: In fewer cells no formula is laid out.
_NARROW: Final = 24
#: Cells between a formula and its number.
_GAP: Final = 2


class Formula(NamedTuple):
    """A displayed formula."""

    tex: str
    line: str  # the formula on one line
    number: str = ""


def prepare() -> None:
    """Load what lays out formulas, so that the first one does not wait for it."""
    formula_rows(Formula(r"\frac{1}{2}", "1/2"), _NARROW)


@lru_cache(maxsize=2_000)
def formula_rows(formula: Formula, room: int) -> Sequence[str]:
    """Return the lines of a formula, of at most `room` cells, with its number beside the middle one.

    Returns:
        Nothing if the formula is better on one line.
    """
    if room < _NARROW:
        return ()
    from papertui.model.display import display_rows  # noqa: PLC0415 - parses TeX, which lists do not need

    beside = cell_len(formula.number) + _GAP if formula.number else 0
    rows = list(display_rows(formula.tex, formula.line, room - beside, cell_len))
    if rows and formula.number:
        at = len(rows) // 2
        rows[at] += " " * (room - cell_len(rows[at]) - cell_len(formula.number)) + formula.number
    return tuple(rows)
