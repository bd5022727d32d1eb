"""What is kept of a text in Markdown."""

from papertui.model.document import Document, DocumentPart, Picture, as_json, from_json
from papertui.sources.fulltext.markdown import read_markdown


def of(body: str) -> Document:
    source = "https://arxiv.org/html/2604.00001v3"
    return read_markdown(f"Title: T\n\nURL Source: {source}\n\nMarkdown Content:\n{body}\n".encode())


def spans(part: DocumentPart) -> list[tuple[str, str, str]]:
    return [(part.text[span.start : span.end], span.kind, span.target or span.tex) for span in part.spans]


def test_links_styles_and_formulas_are_spans() -> None:
    document = of("See [33](https://arxiv.org/html/2604.00001v3#bib.bib33) and **bold $x_1$** and `code` [x](nowhere).")
    assert spans(document.parts[0]) == [
        ("33", "link", "#bib.bib33"),
        ("bold x₁", "strong", ""),
        ("x₁", "formula", "x_1"),
        ("code", "code", ""),
    ]
    assert from_json(as_json(document)) == document
    assert (document.source, document.version) == ("markdown", 3)


def test_doubled_marks_are_shown_once() -> None:
    items = of("*   •First\n*   •Second\n\nWords.\n\n1.   1.OCR\n2.   (b)Text").parts
    assert [(part.mark, part.text) for part in items] == [
        ("•", "First"), ("•", "Second"), ("", "Words."), ("1.", "OCR"), ("2.", "(b)Text"),
    ]  # fmt: skip


def test_a_picture_without_a_caption_is_named() -> None:
    [part] = of("![Image 5: Refer to caption](https://arxiv.org/html/2604.00001v3/x1.png)").parts
    assert (part.text, part.picture) == ("[picture x1.png]", Picture("https://arxiv.org/html/2604.00001v3/x1.png"))


def test_tables_and_formulas_keep_their_source() -> None:
    table, formula = of("| a | b |\n|---|---|\n| **1** | [2](https://e.org/) |\n\n$$x = \\frac{1}{2}$$").parts
    assert table.table is not None
    assert table.table.rows == (("a", "b"), ("1", "2"))
    assert [(span.kind, span.row, span.column) for span in table.spans] == [("strong", 1, 0), ("link", 1, 1)]
    assert (formula.text, formula.tex) == ("x = ½", r"x = \frac{1}{2}")
