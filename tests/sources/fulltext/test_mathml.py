"""Formulas of a page that has MathML and no TeX."""

import pytest

from papertui.model.document import DocumentPart
from papertui.sources.fulltext.latexml import read_html


def _read(mathml: str, attributes: str = "") -> tuple[DocumentPart, ...]:
    page = f'<article class="ltx_document"><p>Take <math {attributes}>{mathml}</math>.</p></article>'
    return read_html(page.encode()).parts


def _table(*rows: tuple[str, ...], attributes: str = "") -> str:
    lines = "".join("<mtr>" + "".join(f"<mtd>{cell}</mtd>" for cell in row) + "</mtr>" for row in rows)
    return f"<mtable {attributes}>{lines}</mtable>"


_A, _B, _C, _D = (f"<mi>{letter}</mi>" for letter in "abcd")
_SQUARE = _table((_A, _B), (_C, _D))


@pytest.mark.parametrize(
    ("mathml", "made"),
    [
        (f"<mrow><mo>(</mo>{_SQUARE}<mo>)</mo></mrow>", "(a, b; c, d)"),
        (f"<mo stretchy='true'>[</mo>{_SQUARE}<mo>]</mo>", "[a, b; c, d]"),
        (f"<mo>|</mo>{_SQUARE}<mo>|</mo><mo>=</mo>{_A}{_D}<mo>−</mo>{_B}{_C}", "|a, b; c, d|=ad-bc"),
        (f"<mo>‖</mo>{_SQUARE}<mo>‖</mo>", "‖a, b; c, d‖"),
        (f"<mo>{{</mo>{_SQUARE}<mo>}}</mo>", "{a, b; c, d}"),
        (f"<mfenced>{_SQUARE}</mfenced>", "(a, b; c, d)"),
        (f'<mfenced open="[" close="]">{_SQUARE}</mfenced>', "[a, b; c, d]"),
        ("<mo>(</mo>" + _table((_A, _B), attributes='columnlines="solid"') + "<mo>)</mo>", "(a | b)"),
        ("<mo>(</mo>" + _table((f"<mo>(</mo>{_table((_A,), (_B,))}<mo>)</mo>", _C)) + "<mo>)</mo>", "((a; b), c)"),
        (
            "<mi>f</mi><mo>=</mo><mrow><mo>{</mo>"
            + _table(
                ("<mn>1</mn>", "<mrow><mtext>if&nbsp;</mtext><mi>x</mi><mo>&gt;</mo><mn>0</mn></mrow>"),
                ("<mn>0</mn>", "<mtext>otherwise</mtext>"),
            )
            + "</mrow>",
            "f={1, if x>0; 0, otherwise",
        ),
        (_table((_A, f"<mo>=</mo>{_B}"), ("", f"<mo>=</mo>{_C}")), "a = b; = c"),
        (
            "<mo>(</mo>"
            + _table(
                ("<mi>cos</mi><mo>&ApplyFunction;</mo><mi>t</mi>", "<mo>−</mo><mi>sin</mi><mo>&#8289;</mo><mi>t</mi>")
            )
            + "<mo>)</mo>",
            "(cos t, -sin t)",
        ),
        (f"<munder><mo>∑</mo>{_table((f'{_A}<mo>&lt;</mo>{_B}',), (_C,))}</munder><mi>x</mi>", "∑_(a<b; c) x"),
        (f"<mo>(</mo><mfrac linethickness='0pt'>{_A}{_B}</mfrac><mo>)</mo>", "(a; b)"),
        # the rest of MathML
        (
            f"<msup>{_A}<mn>2</mn></msup><mspace width='1em'/><mfrac>{_A}<mrow>{_B}<mo>+</mo>{_C}</mrow></mfrac>",
            "a² (a/(b+c))",
        ),
        (f"<msqrt>{_A}<mo>+</mo>{_B}</msqrt><mo>,</mo><mroot>{_A}<mn>3</mn></mroot>", "√(a+b), ∛a"),
        (f"<msubsup>{_A}<mn>1</mn><mn>2</mn></msubsup><mover>{_B}<mo>^</mo></mover>", "a₁²b̂"),
        ("<mmultiscripts><mi>C</mi><mn>1</mn><none/><mprescripts/><none/><mn>12</mn></mmultiscripts>", "¹²C₁"),
        (
            "<mi>Var</mi><mo>(</mo><mi mathvariant='double-struck'>R</mi><mo>)</mo><mtext> at 5% {a}</mtext>",
            "Var(ℝ) at 5% {a}",
        ),
        (
            f"<semantics>{_A}<annotation encoding='application/x-tex'>\\pmatrix{{1\\cr 2}}</annotation></semantics>",
            "(1; 2)",
        ),
        (f"<semantics>{_A}<annotation-xml encoding='MathML-Content'><ci>b</ci></annotation-xml></semantics>", "a"),
    ],
)
def test_mathml_without_tex(mathml: str, made: str) -> None:
    assert [part.text for part in _read(mathml)] == [f"Take {made}."]


def test_displayed_mathml_is_a_formula() -> None:
    parts = _read(f"<mo>(</mo>{_SQUARE}<mo>)</mo>", 'display="block" alttext=" "')
    assert [(part.kind, part.text) for part in parts] == [("text", "Take"), ("formula", "(a, b; c, d)"), ("text", ".")]


def test_mathml_in_a_numbered_equation() -> None:
    page = (
        '<article class="ltx_document"><table class="ltx_equation ltx_eqn_table">'
        '<tbody><tr class="ltx_equation ltx_eqn_row">'
        f'<td class="ltx_eqn_cell"><math display="block"><mo>[</mo>{_SQUARE}<mo>]</mo></math></td>'
        '<td class="ltx_eqn_cell"><span class="ltx_tag ltx_tag_equation">(1)</span></td></tr></tbody></table></article>'
    )
    assert [(part.text, part.mark) for part in read_html(page.encode()).parts] == [("[a, b; c, d]", "(1)")]


def test_tex_in_an_attribute_comes_first() -> None:
    assert _read("<mi>x</mi>", r'alttext="\begin{pmatrix}1\\ 2\end{pmatrix}"')[0].text == "Take (1; 2)."


@pytest.mark.parametrize("rest", ["<mi>y</mi></p><p>After.</p>", "<mi>y</p></math><p>After.</p>"])
def test_an_unclosed_formula_ends_with_its_paragraph(rest: str) -> None:
    page = f'<article class="ltx_document"><p>Take <math alttext="x"/> and <math>{rest}</article>'
    assert [part.text for part in read_html(page.encode()).parts] == ["Take x and y", "After."]


def test_what_latexml_writes_out_is_not_shown() -> None:
    tex = r"\color[rgb]{1,0,0}x\hskip 10.0pt plus 1.0fil y\hskip-6.99997pt\in\textcolor[rgb]{0,0,1}{S}"
    assert _read("", f'alttext="{tex}"')[0].text == "Take x y ∈ S."
