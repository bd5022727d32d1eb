"""An open paper: finding, sections, links and ways back, marks, looks, copies, pipes; the visible part is laid out."""

import random
from collections.abc import Iterable

import pytest
from rich.segment import Segment
from textual.pilot import Pilot

from kit.papers import plain
from papertui.model.document import Document, DocumentPart, Span
from papertui.settings import Settings
from papertui.sources.source import FullText
from papertui.tui.glyphs import UNICODE
from papertui.tui.page_text import Finder, PageText
from papertui.tui.widgets.lazy_lines import LazyLines, Line, block_height
from papertui.tui.widgets.paper_text import Block, document_blocks
from papertui.tui.widgets.preview import Preview
from tui.conftest import House
from tui.screen import appears, lines, main, notice, press, rest, shown, until

_WORDS = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"]
FIRST, SECOND, THIRD = (plain(number).id for number in (1, 2, 3))


def text_of(sections: int, paragraphs: int, *, cites: str = SECOND) -> Document:
    chance = random.Random(3)
    parts = []
    for section in range(1, sections + 1):
        parts.append(DocumentPart("heading", f"Section about topic{section}", 2, str(section)))
        for place in range(paragraphs):
            words = " ".join(chance.choice(_WORDS) for _ in range(90))
            parts.append(DocumentPart("text", f"Paragraph {section}-{place}: {words}."))
        parts.append(
            DocumentPart(
                "text", f"The needle of section {section}, as in [2], see Section 1 and https://example.org/a."
            )
        )
        rows = "\n".join("  ".join(f"cell{column}-{row}" for column in range(20)) for row in range(3))
        parts.append(DocumentPart("table", rows))
    parts.append(DocumentPart("reference", "Nobody. No paper. 2001.", 0, "[1]"))
    parts.append(DocumentPart("reference", f"Somebody. A paper. arXiv:{cites}, 2024.", 0, "[2]"))
    return Document("A title", tuple(parts))


class Reading:
    """The app with an open paper."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot

    @property
    def page(self) -> Preview:
        return main(self.pilot.app).query_one(Preview)

    @property
    def top(self) -> int:
        return self.page.scroll_offset.y

    @property
    def status(self) -> str:
        return shown(self.pilot.app).split("\n", 1)[0]


def keep(house: House, number: int, document: Document) -> None:
    house.stand_in.texts[plain(number).id] = FullText(document, "arxiv")


@pytest.fixture
def room(stored: House) -> House:
    """A home in which the first three papers have texts, each citing the next."""
    keep(stored, 1, text_of(6, 4, cites=SECOND))
    keep(stored, 2, text_of(4, 3, cites=THIRD))
    keep(stored, 3, text_of(2, 2))
    return stored


async def opened(pilot: Pilot[None]) -> Reading:
    await press(pilot, "enter")
    reading = Reading(pilot)
    await until(pilot, lambda: reading.page.document is not None)
    await rest(pilot)
    return reading


# --- only what is visible ----------------------------------------------------------------------------


def test_lines_are_those_of_a_text_that_is_laid_out_at_once() -> None:
    blocks = list(document_blocks(text_of(8, 12), UNICODE))
    laid_out: list[int] = []

    def lay_out(number: int) -> list[Line]:
        laid_out.append(number)
        return []

    lines = LazyLines(blocks, lay_out, 70)
    assert (lines.is_exact, laid_out) == (False, [])
    lines.line(40)
    assert len(laid_out) == 1
    lines.finish()
    assert not list(lines.unknown())
    heights = [block_height(block, 70) for block in blocks]
    assert len(lines) == sum(heights) + 1
    assert [lines.start(number) for number in range(3)] == [0, heights[0], sum(heights[:2])]


async def test_the_first_lines_of_a_long_text_do_not_wait_for_the_rest(room: House) -> None:
    keep(room, 1, text_of(60, 22))
    async with room.app().run_test(size=(100, 30)) as pilot:
        await pilot.press("enter")
        reading = Reading(pilot)
        await until(
            pilot, lambda: reading.page.document is not None and "Section about topic1" in str(reading.page.text_blocks)
        )
        exact = reading.page._lines.is_exact
        await pilot.press("end")
        await appears(pilot, "Somebody. A paper.")
        top = shown(pilot.app)
        await rest(pilot)
        assert reading.page._lines.is_exact
        assert not exact, "the whole text was laid out before it was shown"
        assert len(reading.page._lines) > 9_000
        assert "Somebody. A paper." in shown(pilot.app)
        assert shown(pilot.app).split("\n")[2:20] == top.split("\n")[2:20], "measuring the rest moves nothing"
        await press(pilot, "home")
        assert "Sparse Attention at Scale" in shown(pilot.app)


async def test_every_line_is_seen_once_on_the_way_back_through_an_unmeasured_text(room: House) -> None:
    keep(room, 1, text_of(40, 20))
    async with room.app().run_test(size=(100, 30)) as pilot:
        page = (await opened(pilot)).page
        await pilot.press("less_than_sign")  # lines of another width, of which no height is known
        page.workers.cancel_group(page, "measure")
        assert not page._lines.is_exact
        await pilot.press("end")
        at_once = LazyLines(page.text_blocks, page._lines_of, page.measure, before=1)
        at_once.finish()
        expected = [_text(at_once.line(row).segments) for row in range(len(at_once))]
        height = page.scrollable_content_region.height
        last = -1
        for _ in range(8):
            seen = [_text(page._lines.line(page.scroll_offset.y + row).segments) for row in range(height)]
            places = [place for place in range(len(expected)) if expected[place : place + height] == seen]
            if last < 0:
                assert not any(expected[places[0] + height :]), "the end is shown"
            else:
                assert places == [last - height + 2], "two lines of the page below, and no line is left out"
            last = places[0]
            await pilot.press("pageup")
        assert not page._lines.is_exact, "all of it was measured before"


def _text(segments: Iterable[Segment]) -> str:
    return "".join(segment.text for segment in segments)


async def test_a_resize_keeps_the_place(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        reading = await opened(pilot)
        await press(pilot, "right_curly_bracket", "right_curly_bracket", "right_curly_bracket", "j", "j", "j")
        place = reading.page.place
        assert place is not None
        await pilot.resize_terminal(60, 20)
        await rest(pilot)
        now = reading.page.place
        assert now is not None
        assert now.text == place.text


# --- finding -----------------------------------------------------------------------------------------


def test_matches_are_counted_and_found_in_both_directions() -> None:
    finder = Finder([Block("text", "One needle, another Needle"), Block("text", ""), Block("text", "İ needle")])
    finder.search("NEEDLE")
    assert finder.count == 3
    first = finder.after(0, 0)
    assert first == (0, 4, 10)
    assert finder.within(0) == [(4, 10), (20, 26)]
    second = finder.after(0, 5)
    assert second is not None
    assert finder.number(second) == 2
    third = finder.after(1, 0)
    assert third == (2, 2, 8)
    assert finder.after(2, 3) == first, "after the last one comes the first"
    assert finder.before(0, 4) == third
    finder.search("nothing like it")
    assert (finder.count, finder.after(0, 0), finder.within(0)) == (0, None, [])


async def test_find_in_the_text(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        reading = await opened(pilot)
        await press(pilot, "slash", *"needle")
        assert "1 of 6" in shown(pilot.app)
        assert "The needle of section 1" in shown(pilot.app)
        await press(pilot, "enter", "n", "n")
        assert "3 of 6" in shown(pilot.app)
        assert "The needle of section 3" in shown(pilot.app)
        await press(pilot, "N")
        assert "2 of 6" in shown(pilot.app)
        await press(pilot, "escape")
        assert "2 of 6" not in shown(pilot.app)
        assert main(pilot.app).has_class("-reading"), "Esc closed only the search"
        await press(pilot, "slash", *"zzz", "escape")
        assert "find" in shown(pilot.app)
        assert reading.page.has_focus


# --- sections ----------------------------------------------------------------------------------------


async def test_sections_and_the_outline(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        reading = await opened(pilot)
        await press(pilot, "right_curly_bracket", "right_curly_bracket")
        assert "2 Section about topic2" in shown(pilot.app).split("\n")[2]
        assert "§2 · " in reading.status
        assert " % · " in reading.status
        await press(pilot, "left_curly_bracket")
        assert "§1 · " in reading.status
        await press(pilot, "O")
        await appears(pilot, "Outline")
        await press(pilot, "down", "down", "enter")
        assert "§3 · " in reading.status
        await press(pilot, "backspace")
        assert "§1 · " in reading.status


async def test_the_outline_is_beside_the_text_on_wide_screens(room: House) -> None:
    async with room.app().run_test(size=(180, 30)) as pilot:
        reading = await opened(pilot)
        assert shown(pilot.app).count("Outline") == 1
        await press(pilot, "B")
        assert "Outline" not in shown(pilot.app)
        await press(pilot, "B")
        await pilot.click("#outline", offset=(6, 4))
        await rest(pilot)
        assert "§4 · " in reading.status
        await press(pilot, "escape")
        assert not main(pilot.app).has_class("-reading")
        assert "Outline" not in shown(pilot.app), "it is left with the paper"


async def test_keys_of_the_list_do_not_leave_the_paper(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        reading = await opened(pilot)
        await press(
            pilot, "l", "h", "left", "right", "tab", "shift+tab", "less_than_sign", "greater_than_sign", "s", "f"
        )
        await press(pilot, "3", "j")
        assert main(pilot.app).has_class("-reading")
        assert reading.top > 0, "3 j scrolled"
        assert reading.page.paper_id == FIRST


# --- links -------------------------------------------------------------------------------------------


def test_links_of_a_text() -> None:
    document = Document(
        "",
        (
            DocumentPart("heading", "Method", 2, "3.2"),
            DocumentPart(
                "text", "See [1, 2], Doe et al. (2020), Table 1, Eq. (4), Section 3.2 and https://example.org."
            ),
            DocumentPart("figure", "Table 1: Numbers."),
            DocumentPart("formula", "x = y", 0, "(4)"),
            DocumentPart("text", "As linked", spans=(Span(3, 9, "link", "#bib.bib1"),)),
            DocumentPart("reference", "J. Doe, A. Roe. Title. 2020.", 0, "[1]", "bib.bib1"),
            DocumentPart("reference", "Other. 2021.", 0, "[2]"),
        ),
    )
    page = PageText(list(document_blocks(document, UNICODE)), document)
    links = [link for block in range(len(page.blocks)) for link in page.links(block)]
    found = [(page.blocks[link.block].text[link.start : link.end], link.kind, link.part) for link in links]
    assert found == [
        ("1", "reference", 5),
        ("2", "reference", 6),
        ("Doe et al. (2020", "reference", 5),
        ("Table 1", "place", 2),
        ("Eq. (4", "place", 3),
        ("Section 3.2", "place", 0),
        ("https://example.org", "address", -1),
        ("linked", "reference", 5),
    ]


async def test_citations_are_followed_two_papers_deep_and_back_to_the_line(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        reading = await opened(pilot)
        await press(pilot, "slash", *"needle of section 2", "enter", "tab")
        line, top = reading.page.place, reading.top
        await press(pilot, "tab", "shift+tab", "enter")
        await appears(pilot, "Somebody. A paper.")
        await press(pilot, "enter")
        await until(pilot, lambda: reading.page.paper_id == SECOND and reading.page.document is not None)
        await rest(pilot)
        await press(pilot, "right_curly_bracket", "right_curly_bracket", "tab", "enter", "enter")
        await until(pilot, lambda: reading.page.paper_id == THIRD and reading.page.document is not None)
        await press(pilot, "backspace")
        await until(pilot, lambda: reading.page.paper_id == SECOND and reading.page.document is not None)
        await rest(pilot)
        assert "§2" in reading.status
        await press(pilot, "backspace")
        await until(pilot, lambda: reading.page.paper_id == FIRST and reading.page.document is not None)
        await rest(pilot)
        assert (reading.page.place, reading.top) == (line, top)


async def test_a_citation_is_kept(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await press(pilot, "right_curly_bracket", "tab", "enter")
        await appears(pilot, "Somebody. A paper.")
        await press(pilot, "b")
        assert [mark.paper.id for mark in room.library.all()] == [SECOND]


# --- wide tables -------------------------------------------------------------------------------------


async def test_a_wide_table_pans_and_opens_alone(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await press(pilot, "slash", *"cell0-1", "enter", "escape")
        assert "cell19-1" not in shown(pilot.app)
        await press(pilot, *["l"] * 14)
        assert "cell19-1" in shown(pilot.app)
        await press(pilot, *["h"] * 14)
        assert "cell0-1" in shown(pilot.app)
        await press(pilot, "tab", "tab", "tab", "tab")
        await press(pilot, "enter", *["l"] * 14)
        assert "cell19-1" in shown(pilot.app)
        await press(pilot, "escape")
        assert main(pilot.app).has_class("-reading")


# --- looks, marks, copies, pipes ---------------------------------------------------------------------


async def test_emphasis_and_formulas_have_looks(room: House) -> None:
    spans = (Span(0, 4, "strong"), Span(5, 13, "emphasis"), Span(14, 18, "formula"))
    keep(room, 1, Document("A title", (DocumentPart("text", "Bold emphasis E=mc text.", spans=spans),)))
    async with room.app().run_test(size=(100, 60)) as pilot:
        await opened(pilot)
        strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
        styles = {part.text: part.style for strip in strips for part in strip if part.style is not None}
        assert styles["Bold"].bold
        assert styles["emphasis"].italic
        assert styles["E=mc"].color != styles[" text."].color


async def test_width_columns_and_marks_are_remembered(room: House) -> None:
    async with room.app().run_test(size=(150, 30)) as pilot:
        reading = await opened(pilot)
        await press(pilot, *["less_than_sign"] * 4, "equals_sign")
        assert (reading.page.measure, reading.page.columns) == (64, 2)
        await press(pilot, "right_curly_bracket", "right_curly_bracket", "m", "a")
        place = reading.page.place
        assert notice(pilot.app) == "Mark a is set; ' a returns to it."
    async with room.app().run_test(size=(150, 30)) as pilot:
        await until(pilot, lambda: main(pilot.app).has_class("-reading"))
        reading = Reading(pilot)
        await until(pilot, lambda: reading.page.document is not None)
        await rest(pilot)
        assert (reading.page.measure, reading.page.columns) == (64, 2)
        await press(pilot, "home", "apostrophe", "a")
        assert reading.page.place == place
        await press(pilot, "apostrophe", "b")
        assert notice(pilot.app) == "There is no mark b in this paper."


async def test_an_open_paper_has_the_screen_but_for_a_search_that_found_it(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        assert "search titles" not in shown(pilot.app)
        await press(pilot, "escape")
        assert "search titles" in shown(pilot.app)
        await press(pilot, "slash", *"paper", "enter", "enter")
        assert "/ paper" in shown(pilot.app).split("\n")[1]


async def test_two_columns_show_two_pages(room: House) -> None:
    async with room.app().run_test(size=(200, 30)) as pilot:
        reading = await opened(pilot)
        await press(pilot, "equals_sign", "pagedown")
        lines = shown(pilot.app).split("\n")
        height = reading.page.scrollable_content_region.height
        second = "".join(part.text for part in reading.page._lines.line(reading.top + height).segments)
        assert second.strip() in lines[1]
        await press(pilot, "end")
        assert "Somebody. A paper." in shown(pilot.app)


async def test_copies(room: House) -> None:
    copied: list[str] = []
    app = room.app()
    app.copy_to_clipboard = copied.append  # type: ignore[method-assign, assignment]
    async with app.run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await press(pilot, "right_curly_bracket", "y", "q", "y", "p", "y", "c")
        assert "Paragraph 1-0: " in copied[0]
        assert "Sparse Attention at Scale, 1 Section about topic1." in copied[0]
        assert copied[1].startswith("Paragraph 1-0: ")
        assert "Sparse Attention at Scale. https://" in copied[2]


async def test_a_pipe_that_cannot_run_is_explained(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await press(pilot, "vertical_line", *"wc", "enter")
        assert notice(pilot.app) == "This terminal cannot run a command outside papertui."
        await press(pilot, "vertical_line", "up", "tab")
        assert "wc" in shown(pilot.app)


@pytest.mark.slow
async def test_reading_works_on_any_screen_and_in_ascii(room: House) -> None:
    settings = Settings(refresh=False, signs="ascii")
    async with room.app(settings=settings).run_test(size=(60, 18)) as pilot:
        reading = await opened(pilot)
        for width, height in ((3, 2), (20, 6), (300, 80)):
            await pilot.resize_terminal(width, height)
            await press(pilot, "equals_sign", "right_curly_bracket", "tab", "l", "end", "home")
            assert len(lines(pilot.app)) == height
        assert "sec. " in reading.status or " %" in reading.status
        await press(pilot, "O", "escape", "slash", "a", "escape")
        await press(pilot, "escape", "escape")
        assert not set("›‹§·…") & set(shown(pilot.app))
        assert not main(pilot.app).has_class("-reading")
