"""Titles: protected capitals, and escaping that can be read back."""

import pytest
from hypothesis import given

from kit.exports import HOSTILE
from papertui.citations.tex import escape_tex, plain_name, plain_title, protect_capitals


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("GLM-5V-Turbo: Toward a Native Model", "{GLM-5V-Turbo}: Toward a Native Model"),
        ("Turning the TIDE: A Distillation of Diffusion", "Turning the {TIDE}: A Distillation of Diffusion"),
        ("CLIP-Guided Things: LLMs and mRNA", "{CLIP}-Guided Things: {LLMs} and {mRNA}"),
        ("Vision-R1 and 3D-Aware Fields", "{Vision-R1} and {3D}-Aware Fields"),
        ("A survey of gaussian things from Python", "A survey of gaussian things from {Python}"),
        ("A Survey of Gaussian Things", "A Survey of {Gaussian} Things"),
        ("Bell's Theorem and Galois’ Friends", "{Bell's} Theorem and {Galois}' Friends"),
        ("Plain Words Only", "Plain Words Only"),
        ("On Λ and 𝒪(n²)", "On {{$\\Lambda$}} and {{$\\mathcal{O}$}(n{$^{2}$}})"),
        ("Études", "{\\'E}tudes"),
        ("50% of $5 & #1_x", "50\\% of \\$5 \\& \\#1\\_x"),
    ],
)
def test_for_bibtex(title: str, written: str) -> None:
    assert protect_capitals(title, ascii_only=True) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("é", "{\\'e}"),
        ("ş", "{\\c{s}}"),
        ("Ł", "{\\L}"),
        ("ı", "{\\i}"),
        ("í", "{\\'{\\i}}"),
        ("ệ", "{\\d{\\^e}}"),
        ("ß", "{\\ss}"),
        ("ₖ", "{$_{k}$}"),
        ("ᵢ", "{$_{i}$}"),
        ("½", "{$\\frac{1}{2}$}"),
        ("≥", "{$\\geq$}"),
        ("𝔽", "{$\\mathbb{F}$}"),
        ("“a” – b", "``a'' -- b"),
        ("模", "模"),
        ("{", "{\\textbraceleft}"),
        ("\\", "{\\textbackslash}"),
    ],
)
def test_commands(text: str, written: str) -> None:
    assert escape_tex(text, ascii_only=True) == written


@given(HOSTILE)
def test_braces_are_always_balanced(title: str) -> None:
    for ascii_only in (True, False):
        depth = 0
        written = protect_capitals(title, ascii_only=ascii_only)
        for char in written:
            depth += (char == "{") - (char == "}")
            assert depth >= 0
        assert depth == 0
        assert "\\{" not in written
        assert "\\}" not in written


@given(HOSTILE)
def test_titles_for_biber_are_read_back(title: str) -> None:
    line = " ".join(title.split())
    if any(sign in line for sign in ("--", "``", "''", "`")):
        return  # TeX reads and writes these as dashes and quotes
    assert plain_title(protect_capitals(line, ascii_only=False)) == line
    assert plain_name(escape_tex(line, ascii_only=False)) == line


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("{The {DNA} of {\\'E}cole {$\\alpha$}-Models}", "The DNA of École α-Models"),
        ('G{\\"o}del {\\L}ukasz {\\ss}', "Gödel Łukasz ß"),
        ("Escaped \\{braces\\} and \\& \\% {\\textbackslash}x", "Escaped {braces} and & % \\x"),
        ("{$\\frac{1}{2}$} and {$x_{i}^{2}$}", "½ and xᵢ²"),
        ("{{Double}} {un{\\c c}losed", "Double unçlosed"),
    ],
)
def test_titles_of_other_programs_are_read(field: str, title: str) -> None:
    assert plain_title(field) == title
