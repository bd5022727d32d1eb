"""The text of a PDF: headings and paragraphs are put together from its lines."""

from pathlib import Path

import pytest

from kit.pdf_pages import Typeset, pdf_of
from papertui.errors import SourceError
from papertui.model.document import Document
from papertui.sources.fulltext.pdf import read_pdf

LEFT, RIGHT = 72, 311
FIRST = (
    Typeset("arXiv:2604.00001v2  [cs.CL]  1 Apr 2026", 20, 300, 14),
    Typeset("Two Columns and", 195, 700, 17),
    Typeset("Hyphenation", 195, 680, 17),
    Typeset("Abstract", LEFT, 640, 14, bold=True),
    Typeset("The first paragraph has long words, such as consider-", LEFT, 620),
    Typeset("able ones and a two-", LEFT, 608),
    Typeset("sided state-of-", LEFT, 596),
    Typeset("the-art, which go on here.", LEFT, 584),
    Typeset("The second is indented, and goes on in the", 84, 572),
    Typeset("next", LEFT, 560),
    Typeset("column without a new paragraph.", RIGHT, 640),
    Typeset("2.1 Data", RIGHT, 610, 12, bold=True),
    Typeset("Words below the heading.", RIGHT, 590),
    Typeset("1A footnote about it.", RIGHT, 100, 8),
    Typeset("1", 303, 60),
)
PUT_TOGETHER = (
    "The first paragraph has long words, such as considerable ones and a two-sided state-of-the-art, which go on here."
)
SECOND = (
    Typeset("References", LEFT, 700, 14, bold=True),
    Typeset("[1] A. Author. A title that is long enough to be", LEFT, 680),
    Typeset("wrapped. Journal, 2020.", 87, 668),
    Typeset("[2] B. Author. Another title. Journal, 2021.", LEFT, 650),
    Typeset("2", 303, 60),
)


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf_of(FIRST, SECOND))
    return read_pdf(path)


def test_lines_become_headings_paragraphs_notes_and_references(document: Document) -> None:
    assert document.title == "Two Columns and Hyphenation"
    assert [(part.kind, part.level, part.mark, part.text) for part in document.parts] == [
        ("heading", 2, "", "Abstract"),
        ("text", 0, "", PUT_TOGETHER),
        ("text", 0, "", "The second is indented, and goes on in the next column without a new paragraph."),
        ("heading", 3, "", "2.1 Data"),
        ("text", 0, "", "Words below the heading."),
        ("item", 1, "1", "A footnote about it."),
        ("heading", 2, "", "References"),
        ("reference", 0, "[1]", "A. Author. A title that is long enough to be wrapped. Journal, 2020."),
        ("reference", 0, "[2]", "B. Author. Another title. Journal, 2021."),
    ]  # fmt: skip


def test_it_says_that_it_is_from_a_pdf_and_of_which_version(document: Document) -> None:
    assert (document.source, document.version) == ("pdf", 2)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4\n", b"<html>", pdf_of(FIRST)[:900], pdf_of(())])
def test_a_broken_or_scanned_pdf_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="open the PDF instead"):
        read_pdf(path)
