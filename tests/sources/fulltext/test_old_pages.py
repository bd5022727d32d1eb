"""Pages of LaTeXML 0.8.0 to 0.8.8 and of ar5iv: what their markup loses or leaves as source."""

from pathlib import Path

import pytest

from papertui.model.document import Document, DocumentPart, Theorem
from papertui.sources.fulltext.fields import without_fields
from papertui.sources.fulltext.latexml import read_html

PAGES = Path(__file__).parent / "pages"


@pytest.fixture(scope="module")
def old() -> Document:
    return read_html((PAGES / "latexml-0.8.0.html").read_bytes())


@pytest.fixture(scope="module")
def ar5iv() -> Document:
    return read_html((PAGES / "ar5iv.html").read_bytes())


def of(body: str) -> Document:
    return read_html(f'<article class="ltx_document">{body}</article>'.encode())


def one(document: Document, beginning: str) -> DocumentPart:
    return next(part for part in document.parts if part.text.startswith(beginning))


def test_each_row_of_a_group_of_equations_is_a_formula(old: Document) -> None:
    assert [(part.text, part.mark, part.id) for part in old.parts if part.kind == "formula"] == [
        ("f(x) = {1, x>0; 0, x ≤ 0", "(1)", "S1.E1"),
        ("≤ ∑ᵢ₌₁ⁿ aᵢ", "", "S1.Ex1"),
        ("where nothing else holds", "", ""),
        ("a → ᵏK₀", "(2)", "S1.E2"),
        ("b = c", "(3)", "S1.E3"),
    ]


def test_a_theorem_its_name_and_its_words_are_one_paragraph(old: Document) -> None:
    statements = [part for part in old.parts if part.role == "statement"]
    assert [part.text for part in statements] == [
        "Theorem 1.2. [Balmer] Let X be.", "Question 1.1. Is it so?", "Remark 1.3 Text.", "Lemma 2. (Name) All good.",
    ]  # fmt: skip
    assert statements[0].theorem == Theorem("Theorem", "1.2", "Balmer")
    assert statements[3].theorem == Theorem("Lemma", "2", "Name")


def test_bullets_and_terms_belong_to_their_items(old: Document) -> None:
    items = [part for part in old.parts if part.kind == "item" and not part.role]
    assert [(part.mark, part.text) for part in items] == [
        ("•", "First item"), ("•", "Second item"), ("(i)", "One"), ("Term", "Meaning."),
    ]  # fmt: skip


def test_sections_in_h1_have_the_levels_of_sections(old: Document) -> None:
    assert [(part.level, part.text) for part in old.parts if part.kind == "heading"] == [
        (2, "Abstract."), (2, "1 Introduction"), (2, "2 Second"), (3, "2.1 Sub"), (2, "References"),
    ]  # fmt: skip


def test_the_mark_of_an_entry_is_not_in_its_text_and_no_links_are_promised(old: Document, ar5iv: Document) -> None:
    for document in (old, ar5iv):
        first, second = (part for part in document.parts if part.kind == "reference")
        assert (first.mark.strip("[]"), second.mark) == ("1", "[2]")
        assert second.text.startswith("B. Author.")
        assert "External Links" not in second.text
    links = [
        (part.text[span.start : span.end], span.target)
        for part in ar5iv.parts for span in part.spans if part.kind == "reference" and span.target
    ]  # fmt: skip
    assert links[:2] == [("Document", "https://dx.doi.org/10.1/1"), ("Link", "https://example.org/1")]


def test_authors_in_columns_are_told_apart(ar5iv: Document) -> None:
    assert [(author.name, author.affiliations, author.addresses) for author in ar5iv.authors] == [
        ("Alice One", ("University A",), ("alice@a.example",)),
        ("Bob Two", ("University B",), ("bob@b.example",)),
        ("Carl Three", ("University C",), ()),
    ]


def test_authors_on_lines_of_their_own_have_the_places_of_their_marks() -> None:
    names = "Ann One<sup>1</sup><br>Bob Two<sup>2</sup><br>Carl van der Three<sup>1,2</sup>"
    page = f"""<div class="ltx_authors"><span class="ltx_personname">{names}<br><sup>1</sup>Institute A, City
    <br><sup>2</sup>Institute B</span></div><p class="ltx_p">Words.</p>"""
    assert [(author.name, author.affiliations) for author in of(page).authors] == [
        ("Ann One", ("Institute A, City",)),
        ("Bob Two", ("Institute B",)),
        ("Carl van der Three", ("Institute A, City", "Institute B")),
    ]


def test_the_source_of_a_drawing_takes_no_words_of_the_paper_with_it(ar5iv: Document) -> None:
    before = one(ar5iv, "We begin")
    drawing, after = ar5iv.parts[ar5iv.parts.index(before) + 1 :][:2]
    assert before.text == "We begin with words and a picture."
    assert (drawing.text, drawing.role) == ("[drawing]", "drawing")
    assert after.text == "The words behind it: 12.″5 and 3.′2, type II or IV."


def test_records_of_citations_are_not_shown(ar5iv: Document) -> None:
    assert one(ar5iv, "As shown").text == "As shown [1] and (Two 2003) too, see [1]."
    assert without_fields("a “citationItems” { “citationID” without an end") == (
        "a “citationItems” { “citationID” without an end"
    )


def test_an_algorithm_without_its_package_keeps_its_lines(ar5iv: Document) -> None:
    listing, algorithm = (part for part in ar5iv.parts if part.kind == "code")
    assert listing.text == " 9  for i in x:\n10      print(i)"
    assert algorithm.text == "Require: a number\nx ← 1\nif x>0\n  go\nelse\n  stop\nend if"
    assert (algorithm.role, algorithm.id) == ("algorithm", "alg2")


def test_a_statement_of_an_algorithm_outside_of_a_figure_is_a_line() -> None:
    step = '<span class="ltx_ERROR undefined">\\{}</span>'
    page = f'<p class="ltx_p">{step.format("While")}not done {step.format("State")}read {step.format("EndWhile")}</p>'
    [part] = of(f'{page}<p class="ltx_p">Words.</p>').parts[:-1]
    assert part.text == "while not done\n  read\nend while"
