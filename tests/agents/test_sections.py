import pytest

from papertui.agents.sections import PAGE, Section, as_text, pages, part_records, sections
from papertui.model.document import Document, DocumentPart, Span


def _document(*parts: DocumentPart) -> Document:
    return Document("A title", parts)


def test_a_section_ends_at_the_next_heading_of_any_level() -> None:
    found = sections(
        _document(
            DocumentPart("text", "First."),
            DocumentPart("heading", "Method", 1),
            DocumentPart("text", "How."),
            DocumentPart("heading", "Details", 2),
            DocumentPart("heading", "End", 1),
        )
    )
    assert [(one.level, one.title, as_text(one.parts)) for one in found] == [
        (0, "Before the first heading", "First."),
        (1, "Method", "# Method\n\nHow."),
        (2, "Details", "## Details"),
        (1, "End", "# End"),
    ]


def test_nothing_before_the_first_heading_is_no_section() -> None:
    assert [one.title for one in sections(_document(DocumentPart("heading", "One", 1)))] == ["One"]
    assert sections(_document()) == ()


@pytest.mark.parametrize(
    "parts",
    [
        [DocumentPart("text", f"Paragraph {number}. " + "word " * 300) for number in range(20)],
        [DocumentPart("text", "word " * 10_000)],
        [DocumentPart("code", "line of code\n" * 3_000)],
        [DocumentPart("text", "x" * (3 * PAGE + 5))],
        [DocumentPart("formula", "E = mc²", tex="x + " * PAGE)],
        [DocumentPart("item", "word " * 4_000, 2, "1.")],
    ],
    ids=["many paragraphs", "one paragraph", "code", "no blanks", "long TeX", "an item"],
)
def test_pages_are_bounded_and_lose_nothing(parts: list[DocumentPart]) -> None:
    split = pages(Section(1, "Long", tuple(parts)))
    assert all(len(as_text(page)) < 1.2 * PAGE for page in split)
    shown = "".join(part.text for page in split for part in page)
    assert "".join(shown.split()) == "".join("".join(part.text for part in parts).split())


def test_a_short_section_is_one_page() -> None:
    assert len(pages(Section(1, "Short", (DocumentPart("text", "Words."),)))) == 1


def test_records_are_those_of_read_without_spans() -> None:
    part = DocumentPart("text", "See there.", id="S1.p1", spans=(Span(0, 3, "emphasis"),))
    assert part_records([part]) == [{"kind": "text", "id": "S1.p1", "text": "See there.", "level": 0, "mark": ""}]


def test_formulas_are_tex_and_marks_stay() -> None:
    parts = [
        DocumentPart("formula", "E = mc²", mark="(1)", tex="E = mc^2"),
        DocumentPart("item", "An item", 2, "•"),
        DocumentPart("reference", "Lovelace 1843", mark="[1]"),
    ]
    assert as_text(parts) == "$$E = mc^2$$ (1)\n\n  • An item\n\n[1] Lovelace 1843"
