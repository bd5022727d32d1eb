"""Passages of an open paper: selected by keys and mouse, highlighted, commented on, found again, listed and removed."""

import zlib

import pytest
from textual.events import MouseDown, MouseMove, MouseUp
from textual.pilot import Pilot

from kit.papers import plain
from papertui.model.document import Document, DocumentPart, as_json
from papertui.settings import Settings
from papertui.sources.source import FullText
from papertui.tui.page_selection import Selection
from papertui.tui.page_text import PageText
from papertui.tui.widgets.paper_text import Block
from papertui.tui.widgets.preview import Preview
from tui.conftest import NOW, House
from tui.screen import appears, lines, main, notice, press, rest, shown, until

ID = plain(1).id
FIRST = "The first sentence is about speed."
SECOND = "The second sentence is about memory, as in Fig. 2 of it."
THIRD = "A third one closes the paragraph."


def text_of(*, newer: bool = False) -> Document:
    second = "Now the first words differ. " + SECOND if newer else f"{FIRST} {SECOND}"
    return Document(
        "A title",
        (
            DocumentPart("heading", "Preface", 2, "1"),
            *((DocumentPart("text", "A new section comes first.", id="S0"),) if newer else ()),
            DocumentPart("text", f"{second} {THIRD}", id="S1.p1"),
            DocumentPart("heading", "Method", 2, "2"),
            DocumentPart("text", "Nothing else is said here at all.", id="S2.p1"),
        ),
    )


@pytest.fixture
def room(stored: House) -> House:
    stored.stand_in.texts[ID] = FullText(text_of(), "arxiv")
    return stored


async def opened(pilot: Pilot[None]) -> Preview:
    await press(pilot, "enter")
    page = main(pilot.app).query_one(Preview)
    await until(pilot, lambda: page.document is not None)
    await rest(pilot)
    return page


def quotes(house: House) -> list[tuple[str, str]]:
    return [(one.quote, one.comment) for mark in house.library.all() for one in mark.highlights]


def signed(pilot: Pilot[None]) -> list[str]:
    """Return the lines with a sign in the margin."""
    return [line.strip("▎| \n") for line in lines(pilot.app) if line.lstrip().startswith(("▎", "|"))]


# --- selecting ---------------------------------------------------------------------------------------


def select(*texts: str, at: int = 0) -> tuple[Selection, PageText]:
    text = PageText([Block("text", one, part=number) for number, one in enumerate(texts)], None)
    selection = Selection.at(text, at, 0)
    assert selection is not None
    return selection, text


def chosen(selection: Selection, text: PageText) -> str:
    where = selection.range
    if where.first == where.last:
        return text.blocks[where.first].text[where.start : where.end]
    parts = [text.blocks[number].text for number in range(where.first, where.last + 1)]
    return "\n".join([parts[0][where.start :], *parts[1:-1], parts[-1][: where.end]])


def test_a_selection_grows_shrinks_turns_and_moves_by_sentences() -> None:
    selection, text = select(f"{FIRST} {SECOND}", "", f"{THIRD}")
    assert chosen(selection, text) == FIRST
    assert selection.extend(1)
    assert chosen(selection, text) == f"{FIRST} {SECOND}"
    assert selection.extend(1)
    assert chosen(selection, text) == f"{FIRST} {SECOND}\n\n{THIRD}"
    assert not selection.extend(1)
    selection.turn()
    assert selection.extend(1)
    assert chosen(selection, text) == f"{SECOND}\n\n{THIRD}"
    assert selection.move(-1)
    assert chosen(selection, text) == FIRST
    selection.whole_paragraphs()
    assert chosen(selection, text) == f"{FIRST} {SECOND}"
    selection.whole_paragraphs()
    assert chosen(selection, text) == f"{FIRST} {SECOND}\n\n{THIRD}"


# --- the page ----------------------------------------------------------------------------------------


async def test_a_highlight_keeps_the_paper_is_shown_and_is_undone(room: House) -> None:
    async with room.app().run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await press(pilot, "slash", *"second sent", "enter", "v")
        assert "highlight" in lines(pilot.app)[-1]
        await press(pilot, "j", "h")
        await until(pilot, lambda: bool(quotes(room)))
        assert quotes(room) == [(f"{SECOND} {THIRD}", "")]
        assert notice(pilot.app) == "Passage highlighted, and the paper bookmarked. u undoes this."
        await until(pilot, lambda: bool(signed(pilot)))
        assert " ".join(signed(pilot)).endswith(f"{SECOND} {THIRD}")
        assert "1 highlight" in shown(pilot.app)
        await press(pilot, "escape", "u")
        await until(pilot, lambda: not signed(pilot))
        assert room.library.all() == ()


async def test_a_comment_is_written_changed_and_listed(room: House) -> None:
    async with room.app().run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await press(pilot, "v", "J", "c", *"Why", "question_mark", "escape")
        await until(pilot, lambda: quotes(room) == [(FIRST, "Why?")])
        await press(pilot, "v", "J", "J", "enter")
        await until(pilot, lambda: len(quotes(room)) == 2)
        await press(pilot, "quotation_mark")
        await appears(pilot, "2 highlights")
        assert "1 Preface" in shown(pilot.app)
        await press(pilot, "c", *" Now", "escape", "escape")
        await until(pilot, lambda: quotes(room)[0] == (FIRST, "Why? Now"))
        await press(pilot, "home", "quotation_mark", "d")
        await appears(pilot, "1 highlight ")
        await until(pilot, lambda: len(quotes(room)) == 1)
        await press(pilot, "escape", "u")
        await until(pilot, lambda: len(quotes(room)) == 2)


async def test_passages_are_found_in_a_new_text_and_none_is_lost(room: House) -> None:
    async with room.app().run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await press(pilot, "slash", *"first sent", "enter", "v", "h", "v", "J", "h")
        await until(pilot, lambda: len(quotes(room)) == 2)
        await press(pilot, "escape", "escape")
    room.archive.keep_text(ID, "arxiv", NOW, zlib.compress(as_json(text_of(newer=True)).encode()))
    async with room.app().run_test(size=(100, 40)) as pilot:
        page = await opened(pilot)
        await until(pilot, lambda: bool(signed(pilot)))
        assert SECOND in " ".join(signed(pilot))
        await press(pilot, "quotation_mark")
        await appears(pilot, "No longer in this text")
        assert FIRST in shown(pilot.app)
        await press(pilot, "enter")
        await until(pilot, lambda: page.top_block > 0 or SECOND[:20] in shown(pilot.app))
    assert len(quotes(room)) == 2


async def test_the_mouse_selects_letters(room: House) -> None:
    async with room.app().run_test(size=(100, 40)) as pilot:
        page = await opened(pilot)
        row = next(number for number, line in enumerate(lines(pilot.app)) if FIRST in line)
        column = lines(pilot.app)[row].index("irst sentence")
        for kind, place in ((MouseDown, column), (MouseMove, column + 8), (MouseUp, column + 8)):
            x, y = place - page.region.x, row - page.region.y
            page.post_message(kind(page, x, y, 0, 0, 1, False, False, False, screen_x=place, screen_y=row))
        await appears(pilot, "with a comment")
        await press(pilot, "h")
        await until(pilot, lambda: quotes(room) == [("first sentence", "")])


@pytest.mark.slow
async def test_selecting_works_on_small_screens_and_in_ascii(room: House) -> None:
    settings = Settings(refresh=False, signs="ascii")
    async with room.app(settings=settings).run_test(size=(60, 18)) as pilot:
        await opened(pilot)
        await press(pilot, "right_curly_bracket", "v", "enter")
        await until(pilot, lambda: bool(signed(pilot)))
        for size in ((3, 2), (20, 6), (300, 80)):
            await pilot.resize_terminal(*size)
            await press(pilot, "v", "j", "K", "o", "p", "escape", "quotation_mark", "escape")
            assert len(lines(pilot.app)) == size[1]
        assert not set("▎✎…") & set(shown(pilot.app))
