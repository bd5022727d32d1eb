"""Hostile TeX: nothing raises, and the time stays linear."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from papertui.model.text import formula
from papertui.tex import LONGEST, unicode_text

PIECES = r"""
\ { } $ $$ ^ _ ~ - -- ` `` ' '' , . [ ] ( ) + = < 1 a B α & % é 文 \frac \alpha \hat \bar \text \textit \mathbb \rm \bf
\cal \over \choose \left \right \left. \cite \href \url \begin \end {equation} \sqrt \not \to \times \log \sum \foo
\, \\ \( \) \[ \] \" \' \c \v \i \o \unicode {x1b} https://a.b/c_d \eg \R \% \braket \overset \xrightarrow \pmod
\begin{pmatrix} \end{pmatrix} \begin{array} {c|c} \hline \cr \substack
\textcolor \texorpdfstring \item \footnote \enquote \binom {times} {,} \textsuperscript \L \ae \par \mu
"""
#: Commands with an argument that is not shown.
LEAVING_OUT = ("\\textcolor", "\\texorpdfstring", "\\begin", "\\end", "\\href")
SOUP = st.lists(st.sampled_from([*PIECES.split(), " ", "\u0301"]), max_size=25).map("".join)


@given(SOUP)
@example("{\\frac文")
def test_nothing_raises_and_letters_outside_commands_stay(text: str) -> None:
    made = unicode_text(text)
    if not any(command in text for command in LEAVING_OUT):
        assert made.count("文") == text.count("文")


@given(st.text(alphabet="ab 1$\\{}^_~-`'", max_size=60))
def test_nothing_raises_on_stray_characters(text: str) -> None:
    unicode_text(text)


@given(st.text(alphabet='abc xyz ABC 0189 αβ 文字 éß ,.;:!?()[]/&%#@*+=<>|"', max_size=80))
def test_a_text_without_tex_is_unchanged(text: str) -> None:
    assert unicode_text(text) == text


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    [
        "{", "}", "$", "$a", r"\frac", r"\frac{", r"\hat", r"\text{", r"\rm ", r"{\rm ", r"\over ", r"{a\over b", "^",
        "_", "x^", "{$}", "$ {$}", "``", "''", "``a''", "`a ", r"\(", r"{\( }", r"\begin{math}", r"\cite[", r"\href{",
        r"\c ", "~", "--", "https://a{b}", r"\"o", r"\foo{", r"\sqrt[", "$x^{", r"$\frac{1}{2}$", "x_i^2 ", "$$a", "$'",
        r"$\bf", "{ab.(", r"$\begin{pmatrix}", r"$\begin{array}{c}a&",
        r"\begin{matrix}a\\\end{matrix}", r"$$\substack{",
    ],
)  # fmt: skip
def test_long_hostile_texts_take_linear_time(seed: str) -> None:
    """A quadratic algorithm takes minutes for the larger ones, and a recursive one fails."""
    text = (seed * LONGEST)[:LONGEST]
    assert unicode_text(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    [
        r"\begin{pmatrix}", r"\begin{array}{c", r"\begin{cases}a&b\\\end{cases}", r"a&b\\", r"\\[1pt", r"\\\cline{",
        r"\cr ", r"\begin{a}\begin{b}\end{a}", r"\end{pmatrix}", r"\begin{array}{*{99}{c}}\end{array}",
        "%", "% ", "%\n", "\\%\n",
    ],
)  # fmt: skip
def test_long_hostile_formulas_take_linear_time(seed: str) -> None:
    inside = (seed * LONGEST)[: LONGEST - 100]
    formula(inside)
    assert formula(rf"\begin{{pmatrix}}{inside}\end{{pmatrix}}")


def test_deeply_nested_groups_leave_the_text_unchanged() -> None:
    text = "{a" * 500 + "}" * 500 + r" \alpha"
    assert unicode_text(text) == text


def test_texts_longer_than_any_abstract_are_unchanged() -> None:
    text = r"\alpha" + " " * LONGEST
    assert unicode_text(text) is text


def test_formatting_commands_keep_the_text_after_them() -> None:
    assert unicode_text(r"\textcolor red, {\color blue} $\begin x$").split() == ["red,", "blue", "x"]
