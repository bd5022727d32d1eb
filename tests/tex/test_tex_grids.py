"""Matrices, cases and aligned lines, on one line of Unicode."""

import pytest

from papertui.model.text import formula, prose

_ROTATION = r"\cos t&-\sin t\\ \sin t&\cos t"


@pytest.mark.parametrize(
    ("tex", "made"),
    [
        (rf"\left(\begin{{array}}[]{{cc}}{_ROTATION}\end{{array}}\right)", "(cos t, -sin t; sin t, cos t)"),
        (rf"\begin{{pmatrix}}{_ROTATION}\end{{pmatrix}}", "(cos t, -sin t; sin t, cos t)"),
        (r"\begin{bmatrix}a&b\\ c&d\end{bmatrix}", "[a, b; c, d]"),
        (r"\begin{Bmatrix}a&b\\ c&d\end{Bmatrix}", "{a, b; c, d}"),
        (r"\begin{vmatrix}a&b\\ c&d\end{vmatrix}=ad-bc", "|a, b; c, d|=ad-bc"),
        (r"\begin{Vmatrix}a&b\\ c&d\end{Vmatrix}", "‖a, b; c, d‖"),
        (r"\left|\begin{matrix}a&b\\ c&d\end{matrix}\right|", "|a, b; c, d|"),
        (r"\bigl(\begin{smallmatrix}a & b\\ c & d\end{smallmatrix}\bigr)", "(a, b; c, d)"),
        (r"\begin{psmallmatrix}a\\ b\end{psmallmatrix}", "(a; b)"),
        (r"\begin{bmatrix*}[r]-1&2\\ 3&-4\end{bmatrix*}", "[-1, 2; 3, -4]"),
        (r"\left[\begin{matrix}a\\ b\end{matrix}\right.", "[a; b"),
        (r"\pmatrix{a&b\cr c&d\cr}", "(a, b; c, d)"),
        (r"\left(\matrix{a&b\cr c&d}\right)", "(a, b; c, d)"),
        # in an expression
        (r"2\begin{pmatrix}1&0\\ 0&1\end{pmatrix}\begin{pmatrix}x\\ y\end{pmatrix}^{T}", "2(1, 0; 0, 1)(x; y)ᵀ"),
        (r"A=\begin{bmatrix}0\end{bmatrix}\in\mathbb{R}", "A=[0] ∈ ℝ"),
        (r"\det\begin{pmatrix}a\end{pmatrix}, \frac{1}{2}\begin{pmatrix}1\\ 0\end{pmatrix}", "det(a), ½(1; 0)"),
        (r"\begin{pmatrix}f(x,y)&[0,1]\\ \frac{a}{b}&\sqrt{c}\end{pmatrix}", "(f(x,y), [0,1]; a/b, √c)"),
        (r"\begin{pmatrix}1&\cdots&0\\ \vdots&\ddots&\vdots\end{pmatrix}", "(1, ⋯, 0; ⋮, ⋱, ⋮)"),
        (r"\begin{pmatrix}a\over b&c\\ {d\over e}&f\end{pmatrix}", "(a/b, c; d/e, f)"),
        (r"\begin{pmatrix}+&-\\ -&+\end{pmatrix}", "(+, -; -, +)"),
        (r"\begin{pmatrix}a&\\ &b\end{pmatrix}", "(a, ; , b)"),
        # what belongs to the layout
        (r"\begin{pmatrix}a&b\\[2.0pt] c&d\\*[-1ex] e&f\\ \end{pmatrix}", "(a, b; c, d; e, f)"),
        (r"\begin{bmatrix}[a,b]&c\\ [d]&e\end{bmatrix}", "[[a,b], c; [d], e]"),
        (r"\left[\begin{array}{@{}cc|c@{\hspace{1em}}}1&2&3\\ \hline 4&5&6\end{array}\right]", "[1, 2 | 3; 4, 5 | 6]"),
        (r"\left(\begin{array}{*{2}{c}|r}1&2&3\end{array}\right)", "(1, 2 | 3)"),
        (r"\begin{array}{|cc|}a&b\\ c&d\end{array}", "|a, b; c, d|"),
        (r"\left(\begin{array}[t]{p{1cm}>{\bf}c}a&b\\ \cline{1-2}c&d\end{array}\right)", "(a, b; c, d)"),
        (r"\begin{pmatrix}\multicolumn{2}{c}{A}\\ b&c\end{pmatrix}", "(A; b, c)"),
        # cases
        (r"f=\begin{cases}x&\text{if }x>0\\ -x&\text{otherwise}\end{cases}", "f={x, if x>0; -x, otherwise"),
        (r"f=\begin{dcases}x,&x>0,\\ 0,&\text{else.}\end{dcases}", "f={x, x>0; 0, else."),
        (r"\begin{rcases}a\\ b\end{rcases}\Rightarrow c", "a; b} ⇒ c"),
        (r"\begin{cases*}x&if $x>0$\\ 0&otherwise\end{cases*}", "{x, if x>0; 0, otherwise"),
        (r"\cases{x,&if $x>0$\cr 0,&otherwise}", "{x, if x>0; 0, otherwise"),
        (r"f=\left\{\begin{array}{ll}1&x>0\\ 0&x\leq 0\end{array}\right.", "f={1, x>0; 0, x ≤ 0"),
        (r"\left.\begin{array}{c}a\\ b\end{array}\right\}", "a; b}"),
        # relations and operators in a column
        (r"\left\{\begin{array}{rcl}x+y&=&1\\ x-y&\leq&2\end{array}\right.", "{x+y = 1; x-y ≤ 2"),
        (r"\begin{array}{rcrcl}x&+&y&=&1\\ x&-&y&=&2\end{array}", "x + y = 1; x - y = 2"),
        (r"\begin{aligned}a&=b+c\\ &=d\end{aligned}", "a = b+c; = d"),
        (r"\begin{aligned}[t]a&=b&c&=d\\ e&=f&g&=h\end{aligned}", "a = b, c = d; e = f, g = h"),
        (r"\begin{alignedat}{2}a&=b&\quad c&=d\end{alignedat}", "a = b, c = d"),
        (r"\begin{split}a&\le b\\ &\quad+c\end{split}", "a ≤ b; +c"),
        (r"\left\{\begin{aligned}&-x+y=1\\ &-x=2\end{aligned}\right.", "{-x+y=1; -x=2"),
        (r"\begin{gathered}a=b\\ c=d\end{gathered}", "a=b; c=d"),
        (r"\left\{\begin{matrix}x&=&1\\ y&=&2\end{matrix}\right.", "{x = 1; y = 2"),
        (r"\begin{pmatrix}a&\to\\ b&\gets\end{pmatrix}", "(a, →; b, ←)"),
        (r"\left(\begin{array}{cc}\top&\perp\\ \top&\perp\end{array}\right)", "(⊤, ⊥; ⊤, ⊥)"),
        (r"\left( \begin{array} {cc} 1 & 2 \\ 3 & 4 \end{array} \right)", "(1, 2; 3, 4)"),
        (r"\eqalign{a&=b\cr c&=d}, \bordermatrix{~&x\cr y&1}", "a = b; c = d, (, x; y, 1)"),
        (r"\begin{numcases}{f=}1,&if $x>0$\\ 0,&else\end{numcases}", "f={1, if x>0; 0, else"),
        # scripts and nesting
        (r"\sum_{\substack{i<j\\ j\neq k}}x", "∑_(i<j; j≠k) x"),
        (r"\sum_{\begin{subarray}{c}i<j\\ j\neq k\end{subarray}}x", "∑_(i<j; j≠k) x"),
        (
            r"\begin{pmatrix}A&\begin{pmatrix}1\\ 2\end{pmatrix}\\ 0&\begin{bmatrix}3&4\end{bmatrix}\end{pmatrix}",
            "(A, (1; 2); 0, [3, 4])",
        ),
        (
            r"\begin{cases}\begin{aligned}a&=b\\ c&=d\end{aligned}&x\\ \begin{pmatrix}e\end{pmatrix}&y\end{cases}",
            "{a = b; c = d, x; (e), y",
        ),
        # broken
        (r"\begin{pmatrix}a&b\\ c&d", "a b c d"),
        (r"a\end{pmatrix}", "a"),
        (r"\begin{pmatrix}\end{pmatrix}", "()"),
    ],
)
def test_rows_and_columns(tex: str, made: str) -> None:
    assert formula(tex) == made


@pytest.mark.parametrize(
    ("tex", "made"),
    [
        ("\\begin{pmatrix}a&b\\\\%\nc&d%\n\\end{pmatrix}", "(a, b; c, d)"),
        ("\\left(%\r\n  \\begin{array}[]{c}y_{1}\\\\ \\vdots%\n\\end{array}%\n\\right)^{%\n\\top}", "(y₁; ⋮)ᵀ"),
        ("\\alpha%\nx=\\overline{%\n\\mathcal{P}}", "αx=𝒫̅"),
        ("p=50\\%\nq", "p=50%q"),
        ("p% \\rho", "pρ"),
        ("5% x", "5%x"),
        ("p%", "p%"),
    ],
)
def test_a_percent_sign_joins_lines(tex: str, made: str) -> None:
    assert formula(tex) == made


@pytest.mark.parametrize(
    "text",
    [
        r"The matrix $\begin{pmatrix}a & b \\ c & d\end{pmatrix}$ is singular.",
        r"The matrix \begin{pmatrix}a & b \\ c & d\end{pmatrix} is singular.",
        r"The matrix $$\left(\begin{array}{cc}a & b \\ c & d\end{array}\right)$$ is singular.",
    ],
)
def test_matrices_in_abstracts(text: str) -> None:
    assert prose(text) == "The matrix (a, b; c, d) is singular."


def test_macros_of_authors_with_such_names_stay_in_prose() -> None:
    assert prose(r"We call it \matrix and \cases.") == r"We call it \matrix and \cases."
