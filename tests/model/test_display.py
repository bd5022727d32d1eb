"""Displayed formulas over several lines."""

import pytest

from papertui.model.display import display_rows
from papertui.model.format import cells
from papertui.model.text import formula


def rows(tex: str, width: int = 76) -> list[str]:
    return list(display_rows(tex, formula(tex), width, cells))


def test_a_matrix_has_its_rows_and_brackets() -> None:
    assert rows(r"M=\begin{pmatrix}a_{11}&a_{12}\\ a_{21}&a_{22}\end{pmatrix}") == ["  ⎛a₁₁ a₁₂⎞", "M=⎝a₂₁ a₂₂⎠"]


def test_an_array_between_brackets_is_a_matrix_or_cases() -> None:
    assert rows(r"\left[\begin{array}[]{cc}1&2\\ 3&4\end{array}\right]") == ["⎡1 2⎤", "⎣3 4⎦"]
    assert rows(r"g=\left\{\begin{array}[]{ll}1&x\in A\\ 0&x\notin A\end{array}\right.") == ["  ⎧1  x∈A", "g=⎩0  x∉A"]


@pytest.mark.parametrize(
    "tex",
    [
        "a=b+c",
        r"\frac{\unknown{a}}{b}",
        r"\frac{a}{",
        r"\left[\begin{array}{cc|c}1&2&3\\ 4&5&6\end{array}\right]",
        r"\begin{CD}A@>{f}>{}>B\end{CD}",
        r"\frac{a}{b}" * 200,
        "{" * 500 + r"\frac{a}{b}",
    ],
)
def test_what_would_be_lost_stays_on_one_line(tex: str) -> None:
    assert rows(tex) == []


def test_a_formula_that_does_not_fit_stays_on_one_line() -> None:
    tex = r"\frac{abcdefghij}{klmnopqrst}"
    wide = rows(tex)
    assert len(wide) > 1
    assert rows(tex, max(map(cells, wide))) == wide
    assert rows(tex, max(map(cells, wide)) - 1) == []
