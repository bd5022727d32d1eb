"""Displayed formulas over several lines: fractions, matrices and limits as they are printed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from papertui.tex.dressing import undressed

#: Longer formulas are not laid out: they never fit, and the time is not linear.
_LONGEST: Final = 800
#: What a formula needs several lines for.
_TALL: Final = re.compile(r"\\(?:[dt]?frac|binom|sqrt|sum|prod|int|begin|substack|lim|under|over)|\\atop|\\over")
_ARRAY: Final = re.compile(
    r"\\left(?P<left>[(\[|]|\\\{)\s*\\begin\{array\}(?:\[\])?\{(?P<columns>[lcr]+)\}(?P<rows>(?:(?!\\begin).)*?)\\end\{array\}"
    r"\s*\\right(?P<right>[)\]|.]|\\\})",
    re.DOTALL,
)
_MATRICES: Final = {("(", ")"): "pmatrix", ("[", "]"): "bmatrix", ("|", "|"): "vmatrix", ("\\{", "\\}"): "Bmatrix"}
_WIDEST_CASES: Final = 2
_UNKNOWN: Final = ("TeXicode:", "?", "\\")


def display_rows(tex: str, line: str, width: int, cells: Callable[[str], int]) -> Sequence[str]:
    """Return a formula laid out over several lines; nothing if it is better on one.

    Args:
        tex: the TeX of the formula.
        line: the formula on one line, which must not say more.
        width: the cells that each line may have.
        cells: returns the width of a text in cells.
    """
    tex = _ARRAY.sub(_as_matrix, undressed(tex))
    if len(tex) > _LONGEST or not _TALL.search(tex):
        return ()
    rows = [row.rstrip() for row in _laid_out(tex)]
    while rows and not rows[0]:
        rows.pop(0)
    while rows and not rows[-1]:
        rows.pop()
    margin = min((len(row) - len(row.lstrip()) for row in rows if row), default=0)
    rows = [row[margin:] for row in rows]
    fits = len(rows) > 1 and all(cells(row) <= width for row in rows)
    known = not any(sign in row for row in rows for sign in _UNKNOWN)
    return rows if fits and known and _says("".join(rows)) == _says(line) else ()


def _as_matrix(found: re.Match[str]) -> str:
    left, right = found["left"], found["right"]
    name = _MATRICES.get((left, right), "")
    if left == "\\{" and right == "." and len(found["columns"]) <= _WIDEST_CASES:
        name = "cases"
    return rf"\begin{{{name}}}{found['rows']}\end{{{name}}}" if name else found[0]


def _laid_out(tex: str) -> Sequence[str]:
    from texicode.pipeline import init_arts, render_tex_rows  # noqa: PLC0415 - needed only for displays on a terminal

    init_arts({"fonts": "normal"})
    try:
        rows: list[str] = render_tex_rows(tex, False)  # noqa: FBT003 - not ours
    except Exception:  # noqa: BLE001 - it fails in many ways on TeX that it does not know; one line is shown then
        return ()
    return rows


def _says(text: str) -> Counter[str]:
    """Return the letters and digits of a formula, raised and lowered ones as plain ones."""
    return Counter(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())
