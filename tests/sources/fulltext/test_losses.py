"""Nothing of a paper's page gets lost: words, links, formulas, rows, lines."""

from pathlib import Path

import pytest

from papertui.model.document import Document, DocumentPart, Merged, Table, Theorem, as_json, from_json, places
from papertui.sources.fulltext.latexml import read_html

PAGES = Path(__file__).parent / "pages"


def read(name: str) -> Document:
    return read_html((PAGES / f"{name}.html").read_bytes())


def of(body: str) -> Document:
    return read_html(f'<article class="ltx_document">{body}</article>'.encode())


def texts(document: Document) -> list[str]:
    return [part.text for part in document.parts]


def linked(part: DocumentPart) -> list[tuple[str, str]]:
    return [(part.text[span.start : span.end], span.target) for span in part.spans if span.kind == "link"]


def styled(part: DocumentPart, kind: str) -> list[str]:
    return [part.text[span.start : span.end] for span in part.spans if span.kind == kind]


def one(document: Document, beginning: str) -> DocumentPart:
    return next(part for part in document.parts if part.text.startswith(beginning))


@pytest.mark.parametrize("name", ["algorithms", "ar5iv", "authors", "latexml-0.8.0", "matrices", "tables", "theorems"])
def test_a_stored_text_is_read_as_it_was(name: str) -> None:
    document = read(name)
    assert from_json(as_json(document)) == document
    assert all(0 <= span.start < span.end for part in document.parts for span in part.spans)


@pytest.mark.parametrize("name", ["algorithms", "ar5iv", "authors", "latexml-0.8.0", "matrices", "tables", "theorems"])
def test_each_link_inside_a_paper_leads_to_a_part(name: str) -> None:
    document = read(name)
    targets = {span.target[1:] for part in document.parts for span in part.spans if span.target.startswith("#")}
    assert targets
    assert targets <= set(places(document))


def test_matrices_keep_their_rows_and_brackets() -> None:
    formulas = [part.text for part in read("matrices").parts if part.kind == "formula"]
    assert formulas[:2] == [
        "M = (a₁₁, a₁₂; a₂₁, a₂₂), N = [1, 0, 0; 0, 1, 0; 0, 0, 1]",
        "𝐲 = (y₁, ⋯, y_N)ᵀ, [1, 2 | 3; 4, 5 | 6]",
    ]
    assert "∑_(0≤i≤m; 0<j<n) P(i, j), (x+y)⏟_z+(a+…+a)⏞^(n times)" in formulas
    assert "= d+e" in formulas
    assert any(text.startswith("A →ᶠ B; ↓ᵍ") and text.endswith("C →ᵏ D") for text in formulas)


def test_a_formula_has_its_tex() -> None:
    equation = next(part for part in read("matrices").parts if part.id == "S2.E3")
    assert equation.mark == "(3)"
    assert r"\begin{cases}" in equation.tex
    [span] = of('<p class="ltx_p">Let <math alttext="x_{1}"></math> be.</p>').parts[0].spans
    assert (span.kind, span.tex) == ("formula", "x_{1}")


def test_a_listing_keeps_its_source_its_numbers_and_its_indentation() -> None:
    loop, plain = (
        part
        for part in read("algorithms").parts
        if (part.kind == "code" and "def" in part.text) or "no num" in part.text
    )
    assert loop.numbers == ("1", "2", "3", "4", "5", "6")
    assert loop.text.split("\n")[3].startswith('4              print("a very long line that goes on')
    assert loop.text.split("\n")[3].endswith('which must be seen whole", step)')
    assert plain.text == "no numbers\n    indented by four"


def test_the_indentation_of_the_page_is_not_that_of_an_algorithm() -> None:
    line = """<div class="ltx_listingline" id="alg1.l{0}">
                     <span class="ltx_tag ltx_tag_listingline">{0}:</span>
                                                     {1}
       </div>"""
    lines = line.format(9, "Training <b>failures</b>") + line.format(
        10, "<span class='ltx_text'>\u00a0\u00a0</span>return <math alttext='x'></math>"
    )
    page = f"""<figure class="ltx_float ltx_float_algorithm" id="alg1"><div class="ltx_listing">
    {lines}</div></figure>"""
    [part] = of(f'<p class="ltx_p">Words.</p>{page}').parts[1:]
    assert part.text == " 9  Training failures\n10    return x"
    assert (part.role, part.id, part.numbers) == ("algorithm", "alg1", ("9", "10"))
    assert styled(part, "strong") == ["failures"]


def test_a_table_has_its_cells_and_bold_digits_are_digits() -> None:
    wide, spanning = (part for part in read("tables").parts if part.kind == "table")
    assert wide.table is not None
    assert len(wide.table.rows) == 7
    assert {len(row) for row in wide.table.rows} == {12}
    assert wide.table.head == 1
    assert "31.1±1.3" in spanning.text
    assert spanning.table is not None
    assert Merged(0, 2, 1, 2) in spanning.table.merged
    assert Merged(0, 0, 2, 1) in spanning.table.merged
    bold = {
        spanning.table.rows[span.row][span.column][span.start : span.end]
        for span in spanning.spans
        if span.kind == "strong"
    }
    assert bold == {"31.1"}
    assert wide.id == "S1.T1"


def test_a_figure_has_the_address_and_size_of_its_picture() -> None:
    page = """<figure id="S3.F1" class="ltx_figure"><img src="1706v7/a.png" class="ltx_graphics" width="912"
    height="1344" alt="Refer to caption"><figcaption class="ltx_caption"><span class="ltx_tag">Figure 1: </span>The
    model.</figcaption></figure><figure class="ltx_figure" id="S3.F2"><img src="b.jpg" class="ltx_graphics"></figure>"""
    caption, picture = of(f'<p class="ltx_p">Words.</p>{page}').parts[1:]
    assert (caption.text, caption.id, caption.picture) == ("Figure 1: The model.", "S3.F1", ("1706v7/a.png", 912, 1344))
    assert (picture.text, picture.id, picture.src, picture.role) == ("[picture b.jpg]", "S3.F2", "b.jpg", "picture")


def test_a_theorem_is_one_paragraph_with_its_title() -> None:
    document = read("theorems")
    first = one(document, "Theorem 1.1")
    assert first.text == "Theorem 1.1 (Balmer). Let X be a space. Then X is a space. Moreover"
    assert (first.id, first.role, first.theorem) == (
        "S1.Thmtheorem1", "statement", Theorem("Theorem", "1.1", "Balmer"),
    )  # fmt: skip
    assert one(document, "A third one.").role == "statement"
    assert one(document, "Lemma 1.2. Every").theorem == Theorem("Lemma", "1.2")
    proof = one(document, "Proof of Theorem 1.1. Obvious")
    assert (proof.role, linked(proof)[0]) == ("proof", ("1.1", "#S1.Thmtheorem1"))
    note = document.parts[document.parts.index(proof) + 1]
    assert (note.text, note.role, note.id) == ("See the appendix.", "footnote", "footnote1")


def test_a_drawing_is_named_with_its_labels_or_without_its_source() -> None:
    assert one(read("theorems"), "[drawing").text == "[drawing: start; x₁]"
    source = """<p class="ltx_p">Before.</p><p class="ltx_p"><span class="ltx_ERROR undefined">{tikzpicture}</span>
    <span class="ltx_ERROR undefined">\\draw</span>(0,0) – (2,1) node[right] start;</p>
    <p class="ltx_p"><span class="ltx_ERROR undefined">\\node</span>at (1,1) x;</p><p class="ltx_p">After.</p>"""
    assert texts(of(source)) == ["Before.", "[drawing]", "After."]


def test_authors_have_their_affiliations_addresses_and_thanks() -> None:
    document = read("authors")
    alice, bob, carol = document.authors
    assert alice.affiliations == ("First Institute, City, Country",)
    assert bob.affiliations == ("First Institute, City, Country", "Second Institute, Other City")
    assert carol.notes == ("Corresponding author: carol@three.example",)
    assert "This work was funded by the Agency under grant 42." in texts(document)
    first = read("theorems").authors[0]
    assert first.addresses == ("first@first.example",)
    assert one(read("theorems"), "(Date: March 3, 2024)").role == "facts"
    assert one(read("theorems"), "2020 Mathematics").text.endswith("Classification: Primary 35J60; Secondary 47N50")


def test_authors_in_one_element_are_told_apart_by_their_marks() -> None:
    page = """<div class="ltx_authors"><span class="ltx_creator"><span class="ltx_personname">Alice
    One<sup>1,2</sup>, Bob Two<sup>2</sup><br><sup>1</sup>First Institute<br><sup>2</sup>Second Institute<br>a@x.example
    </span></span></div><p class="ltx_p">Words.</p>"""
    document = of(page)
    assert [(author.name, author.affiliations) for author in document.authors] == [
        ("Alice One", ("First Institute", "Second Institute")),
        ("Bob Two", ("Second Institute",)),
    ]
    assert texts(document)[0] == "Alice One¹,², Bob Two²"
    assert ("a@x.example", "mailto:a@x.example") in [link for part in document.parts for link in linked(part)]


def test_every_link_of_the_bibliography_is_kept() -> None:
    items = "".join(
        f"""<li id="bib.bib{at}" class="ltx_bibitem"><span class="ltx_tag ltx_tag_bibitem">Author ({1700 + at})</span>
        <span class="ltx_bibblock">A. Author. Title {at}.</span><span class="ltx_bibblock">External Links:
        <a class="ltx_ref ltx_bib_external" href="https://dx.doi.org/10.1/{at}">Document</a>, <a
        class="ltx_ref ltx_bib_external" href="https://example.org/{at}">Link</a></span></li>"""
        for at in range(1, 301)
    )
    cites = "".join(
        f'<a class="ltx_ref" href="https://arxiv.org/html/2601.00086v1#bib.bib{at}">{at}</a>; ' for at in range(1, 250)
    )
    document = of(f'<p class="ltx_p">See ({cites}).</p><ul class="ltx_biblist">{items}</ul>')
    references = [part for part in document.parts if part.kind == "reference"]
    assert [link for part in references for link in linked(part)] == [
        link for at in range(1, 301)
        for link in (("Document", f"https://dx.doi.org/10.1/{at}"), ("Link", f"https://example.org/{at}"))
    ]  # fmt: skip
    assert linked(document.parts[0])[32] == ("33", "#bib.bib33")
    # They are cited by number, so each has its number.
    assert (references[32].mark, references[32].id) == ("[33]", "bib.bib33")
    assert references[32].text.startswith("Author (1733) A. Author. Title 33. External Links:")
    assert references[299].mark == "[300]"


def test_citations_by_year_do_not_number_the_bibliography() -> None:
    first, second = (part.mark for part in read("authors").parts if part.kind == "reference")
    assert (first, second) == ("Knuth (1984)", "Lamport and Other (1994)")


def test_groups_of_equations_of_old_pages_keep_their_rows() -> None:
    page = """<p class="ltx_p">Then</p><table class="ltx_equationgroup"><tr class="ltx_equation" id="E1"><td
    class="ltx_eqn_pad"></td><td class="ltx_td"><math display="inline" alttext="\\displaystyle a"></math></td><td
    class="ltx_td"><math display="inline" alttext="\\displaystyle=b"></math></td><td><span
    class="ltx_tag ltx_tag_equation">(7)</span></td></tr><tr class="ltx_equation"><td class="ltx_td"></td><td><math
    alttext="\\displaystyle=c"></math></td></tr></table><p class="ltx_p">by (7).</p>"""
    assert [(part.text, part.mark) for part in of(page).parts] == [
        ("Then", ""),
        ("a = b", "(7)"),
        ("= c", ""),
        ("by (7).", ""),
    ]


def test_styles_and_links_in_a_line_are_spans() -> None:
    part = one(read("algorithms"), "Algorithm 1 has")
    assert styled(part, "emphasis") == ["nested"]
    assert styled(part, "strong") == ["bold"]
    assert styled(part, "code") == ["train.py"]
    assert linked(part) == [("1", "#alg1"), ("the code", "https://example.org/code")]


def test_a_page_cannot_forge_spans() -> None:
    [part] = of('<p class="ltx_p">\ue0100\ue011a<b>b\ue012c</b></p>').parts
    assert part.text == "\ufffd0\ufffdab\ufffdc"
    assert styled(part, "strong") == ["b\ufffdc"]


def test_the_version_is_that_of_the_watermark() -> None:
    above = '<div id="watermark-tr">arXiv:2601.00086v3 [cs.CL]</div>'
    page = f'{above}<article class="ltx_document"><p class="ltx_p">A.</p></article>'
    assert read_html(page.encode()).version == 3


@pytest.mark.parametrize(
    "stored",
    ['{"title":"T","parts":[["text","a",0,"",{"s":[[0,9,"blink"]]}]]}', '{"title":"T","parts":[["text","a",0,"",[]]]}',
     '{"title":"T","parts":[["text","a",0,"",{"t":[["a"],0,"",[]]}]]}', '{"title":"T","source":"rumour","parts":[]}',
     '{"title":"T","authors":[1],"parts":[]}'],
)  # fmt: skip
def test_a_damaged_stored_text_is_refused(stored: str) -> None:
    with pytest.raises(ValueError, match="a "):
        from_json(stored)


def test_a_stored_text_of_an_older_version_is_read() -> None:
    document = from_json('{"title":"T","parts":[["heading","Intro",1,"1"],["text","Words.",0,""]]}')
    assert document == Document(
        "T", (DocumentPart("heading", "Intro", 1, "1"), DocumentPart("text", "Words.")), format=1
    )


def test_a_table_without_cells_has_no_part() -> None:
    assert texts(of('<p class="ltx_p">A.</p><table class="ltx_tabular"><tr><td></td></tr></table>')) == ["A."]
    assert Table(()).rows == ()
