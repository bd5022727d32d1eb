"""What a page shows of a text: citations that can be hidden, and formulas over several lines."""

import pytest

from papertui.model.document import Document, DocumentPart, Span
from papertui.tui.display_formulas import Formula, formula_rows
from papertui.tui.glyphs import ASCII, UNICODE
from papertui.tui.page_text import Finder, PageText
from papertui.tui.widgets.citations_hidden import Places, shown_text, without_citations
from papertui.tui.widgets.lazy_lines import LazyLines, Line, block_height
from papertui.tui.widgets.paper_text import Block, document_blocks
from tui.conftest import House
from tui.screen import lines, notice, press, shown
from tui.test_page import keep, opened

REFERENCES = tuple(DocumentPart("reference", f"Somebody. A paper {n}. 2020.", 0, f"[{n}]") for n in range(1, 20))


def hidden(text: str, *spans: Span) -> str:
    """Return a paragraph with its citations hidden."""
    document = Document("", (DocumentPart("text", text, spans=spans), *REFERENCES))
    block = next(one for one in without_citations(document, document_blocks(document, UNICODE)) if one.part == 0)
    assert block.text == text, "the text itself stays"
    return shown_text(block)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is fast [3].", "It is fast."),
        ("It is fast [3, 5–7] and small [1; 2].", "It is fast and small."),
        ("Known results\u00a0[12, Theorem 3] say so.", "Known results say so."),
        ("It is fast (Smith et al., 2020; Doe & Roe, 2021a).", "It is fast."),
        ("It is fast (see, e.g., Smith and Doe, 2019, 2021).", "It is fast."),
        ("It is fast [Smith et al., 2020].", "It is fast."),
        ("So said (de la Cruz, Smith, and Roe, 2020).", "So said."),
    ],
)
def test_citations_vanish_with_the_blank_before_them(text: str, expected: str) -> None:
    assert hidden(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Smith et al. (2020) say so.",
        "We take x ∈ [0, 1] and y ∈ [1, 2].",
        "The index x[1] is not one, as in (3).",
        "In the summer (of July 2020) it rained.",
        "Of [30] there is no reference.",
        "(This is a whole sentence.) [sic]",
    ],
)
def test_other_brackets_stay(text: str) -> None:
    assert hidden(text) == text


def test_where_links_are_known_only_linked_numbers_are_citations() -> None:
    text = "An interval [1, 2] and a citation [1]."
    assert hidden(text, Span(35, 36, "link", "#bib.bib1")) == "An interval [1, 2] and a citation."
    assert hidden("A formula f [1].", Span(10, 15, "formula", tex="f[1]")) == "A formula f [1]."


def test_letters_are_found_at_their_places_in_the_whole_text() -> None:
    block = Block("text", "It is fast [3] and small [4].", hidden=((10, 14), (24, 28)))
    places, short = Places(block), shown_text(block)
    assert short == "It is fast and small."
    for place, letter in enumerate(short):
        assert block.text[places.whole(place)] == letter
        assert places.shown(places.whole(place)) == place
    assert (places.shown(11), places.shown(26), places.whole(len(short))) == (10, 20, len(block.text))
    finder = Finder([Block("text", "x"), block])
    finder.search("fast and")
    found = finder.after(0, 0)
    assert found is not None
    assert block.text[found.start : found.end] == "fast [3] and"
    assert finder.within(1) == [(found.start, found.end)]
    assert finder.number(found) == 1


def test_hidden_citations_are_no_links_and_take_no_lines() -> None:
    document = Document("", (DocumentPart("text", f"{'word ' * 11}fast [3]."), *REFERENCES))
    blocks = list(document_blocks(document, UNICODE))
    fewer = list(without_citations(document, blocks))
    number = next(number for number, block in enumerate(blocks) if block.part == 0)
    assert len(PageText(blocks, document).links(number)) == 1
    assert PageText(fewer, document).links(number) == []
    assert (block_height(blocks[number], 62), block_height(fewer[number], 62)) == (2, 1)


async def test_citations_are_hidden_by_a_key_and_stay_hidden(stored: House) -> None:
    more = "Words follow here. " * 20
    parts = [DocumentPart("text", f"Paragraph {n} is known [{n % 19 + 1}]. {more}") for n in range(60)]
    keep(stored, 1, Document("A title", (*parts, *REFERENCES)))
    async with stored.app().run_test(size=(100, 30)) as pilot:
        reading = await opened(pilot)
        await press(pilot, "slash", *"paragraph 40", "enter", "escape")
        place = reading.page.place
        assert "is known [3]." in shown(pilot.app)
        await press(pilot, "C")
        assert notice(pilot.app) == "Citations are hidden. C shows them."
        assert reading.page.place == place
        assert "is known. Words" in shown(pilot.app)
        assert "is known [" not in shown(pilot.app)
        await press(pilot, "escape")
    async with stored.app().run_test(size=(100, 30)) as pilot:
        reading = await opened(pilot)
        assert "is known [" not in shown(pilot.app)
        await press(pilot, "C")
        assert "is known [2]. Words" in shown(pilot.app)


# --- formulas over several lines ---------------------------------------------------------------------

FRACTION = DocumentPart("formula", "p = (a+b)/c", mark="(7)", tex=r"p=\frac{a+b}{c}")


def formula_block(part: DocumentPart = FRACTION) -> Block:
    return next(block for block in document_blocks(Document("", (part,)), UNICODE) if block.part == 0)


def test_a_formula_takes_several_lines_where_they_fit() -> None:
    rows = formula_rows(Formula(FRACTION.tex, FRACTION.text, FRACTION.mark), 40)
    assert len(rows) == 3
    assert [row.strip() for row in rows][::2] == ["a+b", "c"]
    assert rows[1].endswith("(7)")
    assert len(rows[1]) == 40
    assert formula_rows(Formula(FRACTION.tex, FRACTION.text), 20) == ()
    assert formula_rows(Formula(r"\frac{a}{b}", "something else"), 40) == ()


def test_its_height_follows_the_width_of_the_page() -> None:
    block = formula_block()
    assert [block_height(block, measure) for measure in (80, 44, 26)] == [3, 3, 1]
    assert block_height(formula_block(FRACTION._replace(tex="p=a", text="p = a")), 80) == 1
    assert all(one.formula is None for one in document_blocks(Document("", (FRACTION,)), ASCII))


def test_long_texts_do_not_wait_for_their_formulas() -> None:
    blocks = list(document_blocks(Document("", (FRACTION,) * 2_000), UNICODE))
    laid_out = LazyLines(blocks, lambda _: [Line()], 70)
    assert not laid_out.is_exact
    laid_out.measure_rows(0, 30)
    assert laid_out.start(4) - laid_out.start(1) == 7, "two formulas of three lines, and a gap"


async def test_a_page_shows_finds_and_copies_a_tall_formula(stored: House) -> None:
    keep(
        stored,
        1,
        Document("A title", (DocumentPart("text", "Before it."), FRACTION, DocumentPart("text", "After it."))),
    )
    copied: list[str] = []
    app = stored.app()
    app.copy_to_clipboard = copied.append  # type: ignore[method-assign, assignment]
    async with app.run_test(size=(100, 40)) as pilot:
        reading = await opened(pilot)
        page = "\n".join(line.rstrip() for line in lines(pilot.app))
        assert page.index("Before it.") < page.index("a+b") < page.index("(7)") < page.index("After it.")
        await press(pilot, "slash", *"(a+b)", "enter")
        assert "1 of 1" in shown(pilot.app)
        await press(pilot, "y", "f")
        assert copied == [FRACTION.tex]
        for key in ("less_than_sign",) * 10:
            await press(pilot, key)
        assert reading.page.measure == 40
        assert "a+b" in [line.strip() for line in lines(pilot.app)]
        await pilot.resize_terminal(28, 30)
        assert "(a+b)/c" in shown(pilot.app)
