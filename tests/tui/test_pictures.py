"""Figures in the open paper and on the whole screen, the thumbnail beside the list, and where there are no pictures."""

import pytest
from textual.geometry import Region
from textual.pilot import Pilot

from kit.papers import plain
from kit.pngs import a_bomb, a_png
from papertui.model.document import Document, DocumentPart, Picture
from papertui.model.feed import Feed, FeedName
from papertui.settings import Settings
from papertui.sources.source import FullText
from papertui.tui.figure_screen import FigureScreen
from papertui.tui.widgets.preview import Preview
from tui.conftest import NOW, House
from tui.screen import appears, lines, main, notice, press, rest, shown, until

FIRST = plain(1).id
pytestmark = pytest.mark.slow


def figure(number: int, src: str, width: int = 0, height: int = 0) -> DocumentPart:
    text = f"Figure {number}: The caption of {src}."
    return DocumentPart("figure", text, role="caption", picture=Picture(src, width, height))


@pytest.fixture
def room(stored: House) -> House:
    """A paper with figures: one of known size, one without a size, a bomb, one that is gone, and one far below."""
    parts = [
        DocumentPart("heading", "Introduction", 1, "1"),
        figure(1, "v1/one.png", 400, 160),
        DocumentPart("text", "Words between, as Figure 2 shows."),
        figure(2, "v1/two.png"),
        figure(3, "v1/bomb.png", 200, 200),
        figure(4, "v1/gone.png", 200, 200),
        *(DocumentPart("text", f"Paragraph {number}. " * 40) for number in range(60)),
        figure(5, "v1/far.png", 80, 80),
    ]
    stored.stand_in.texts[FIRST] = FullText(Document("", tuple(parts), source="html"), "arxiv")
    stored.stand_in.figures |= {"v1/one.png": a_png(400, 160), "v1/two.png": a_png(160, 80), "v1/bomb.png": a_bomb()}
    stored.stand_in.figures["v1/far.png"] = a_png(80, 80)
    return stored


async def opened(pilot: Pilot[None]) -> Preview:
    await rest(pilot)
    await press(pilot, "enter")
    page = main(pilot.app).query_one(Preview)
    await until(pilot, lambda: page.document is not None)
    await rest(pilot)
    return page


def cells(pilot: Pilot[None], grey: int = 200) -> int:
    """Count the cells on the screen that show a grey picture."""
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    count = 0
    for strip in strips:
        for segment in strip:
            colour = segment.style.bgcolor if segment.style is not None else None
            if colour is not None and colour.triplet is not None and set(colour.triplet) == {grey}:
                count += segment.cell_length
    return count


def asked(house: House) -> list[str]:
    return [one.split()[2] for one in house.stand_in.asked if one.startswith("figure")]


async def test_figures_are_shown_above_their_captions(room: House) -> None:
    async with room.app().run_test(size=(100, 60)) as pilot:
        page = await opened(pilot)
        text = shown(pilot.app)
        assert "▣ Figure 1 · 400x160 · i shows it, then o opens it" in text
        assert "▣ Figure 2 · 160x80" in text
        assert cells(pilot) == 50 * 10 + 20 * 5
        assert "The picture has 60,000 x 60,000 pixels" in text
        assert "does not have this picture" in text
        assert asked(room) == ["v1/one.png", "v1/two.png", "v1/bomb.png", "v1/gone.png"], "the far one is not fetched"
        await press(pilot, "end")
        await appears(pilot, "Figure 5: The caption")
        await rest(pilot)
        assert asked(room)[-1] == "v1/far.png"
        assert cells(pilot) == 10 * 5
        assert page.document is not None


async def test_pictures_that_come_move_nothing_that_is_read(room: House) -> None:
    async with room.app().run_test(size=(100, 20)) as pilot:
        page = await opened(pilot)
        await press(pilot, "end")
        await rest(pilot)
        bottom = [line for line in lines(pilot.app) if "Paragraph 59" in line]
        page.set_figures(page._figures._replace(stamp=99) if page._figures is not None else None)
        await rest(pilot)
        assert [line for line in lines(pilot.app) if "Paragraph 59" in line] == bottom


async def test_a_figure_is_shown_large_and_one_returns_to_it(room: House) -> None:
    async with room.app().run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await press(pilot, "i")
        assert isinstance(pilot.app.screen, FigureScreen)
        assert "Figure 1 · 400x160 · 1 of 5" in shown(pilot.app)
        small = cells(pilot)
        assert small > 50 * 10
        await press(pilot, "n", "n")
        assert "Figure 3" in shown(pilot.app)
        assert "The picture has 60,000 x 60,000 pixels" in shown(pilot.app)
        await press(pilot, "p", "G")
        assert "5 of 5" in shown(pilot.app)
        await press(pilot, "o")
        assert room.opened == ["https://arxiv.org/html/v1/far.png"]
        await press(pilot, "escape")
        await appears(pilot, "Figure 5: The caption")
        assert cells(pilot) == 10 * 5


async def test_a_click_on_a_figure_shows_it(room: House) -> None:
    async with room.app().run_test(size=(100, 60)) as pilot:
        await opened(pilot)
        row = next(number for number, line in enumerate(lines(pilot.app)) if "▣ Figure 2" in line)
        await pilot.click(offset=(20, row))
        await rest(pilot)
        assert "2 of 5" in shown(pilot.app)


async def test_figure_lines_are_not_part_of_the_text(room: House) -> None:
    async with room.app().run_test(size=(100, 40)) as pilot:
        page = await opened(pilot)
        await press(pilot, "slash", *"shows it")
        assert "no match" in shown(pilot.app)
        assert not any("opens it" in block.text for block in page.text_blocks)


@pytest.mark.parametrize("settings", [Settings(refresh=False, pictures="off"), Settings(refresh=False, signs="ascii")])
async def test_without_pictures_the_caption_is_there_and_i_opens_the_browser(room: House, settings: Settings) -> None:
    async with room.app(settings=settings).run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        text = shown(pilot.app)
        assert "Figure 1: The caption" in text
        assert ("▣ Figure 1 · 400x160 · i opens it in the browser" in text) is (settings.signs == "unicode")
        assert cells(pilot) == 0
        assert asked(room) == []
        await press(pilot, "i")
        assert room.opened == ["https://arxiv.org/html/v1/one.png"]


async def test_offline_what_is_not_stored_is_said(room: House) -> None:
    async with room.app().run_test(size=(100, 60)) as pilot:
        await opened(pilot)
    room.stand_in.asked.clear()
    (room.home / "cache" / "figures").joinpath(
        next(path.name for path in (room.home / "cache" / "figures").iterdir())
    ).unlink()
    async with room.app(offline=True).run_test(size=(100, 60)) as pilot:
        await opened(pilot)
        assert "This picture is not stored, and papertui is offline." in shown(pilot.app)
        assert cells(pilot) > 0
        assert asked(room) == []


async def test_a_text_without_figures_says_so(room: House) -> None:
    room.stand_in.texts[FIRST] = FullText(Document("", (DocumentPart("text", "Only words."),)), "arxiv")
    async with room.app().run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        await press(pilot, "i")
        assert notice(pilot.app) == "This text has no pictures."


async def test_the_thumbnail_is_below_everything_else_where_there_is_room(stored: House) -> None:
    papers = tuple(paper._replace(thumbnail="https://a.example/t.png") for paper in stored.stand_in.papers)
    stored.stand_in.papers, stored.stand_in.thumbnail = papers, a_png(160, 160)
    stored.archive.keep_feed(Feed(FeedName("trending"), papers, NOW, "huggingface"))
    async with stored.app(settings=Settings()).run_test(size=(140, 45)) as pilot:
        await until(pilot, lambda: cells(pilot) == 20 * 10)
        page = main(pilot.app).query_one(Preview)
        assert page.text_blocks[-1].role == "picture"
        assert page.scroll_offset.y == 0
        await pilot.resize_terminal(140, 14)
        await rest(pilot)
        assert cells(pilot) == 0


async def test_a_drawn_line_is_kept_while_the_text_scrolls(room: House) -> None:
    async with room.app().run_test(size=(100, 40)) as pilot:
        page = await opened(pilot)
        whole = Region(0, 0, *page.size)
        before = page.render_lines(whole)
        await press(pilot, "j", "j", "j")
        page.scroll_to(y=3, animate=False, force=True)
        await rest(pilot)
        after = page.render_lines(whole)
        assert all(one is other for one, other in zip(before[3:], after, strict=False)), "nothing is made twice"
        page.redraw_figures()
        assert page.render_lines(whole) == after, "it looks the same"
        pilot.app.theme = "paper"
        await rest(pilot)
        assert page.render_lines(whole) != after, "another theme is seen"
