"""The panes: the split, the side pane, and which pane has the focus."""

import pytest
from textual.geometry import Offset

from papertui.services.pane_layout import PaneLayout, PaneLayoutStore
from papertui.settings import Settings
from papertui.tui.widgets.pane_divider import PaneDivider
from papertui.tui.widgets.preview import Preview
from papertui.tui.widgets.side_pane import SidePane
from tui.conftest import NOW, House
from tui.screen import appears, is_on_main, lines, main, papers, press, rest, search_text, shown, until


@pytest.mark.slow
@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_keys_move_the_split_and_it_is_remembered(stored: House, size: tuple[int, int]) -> None:
    place = 0 if size[0] >= 100 else 1
    async with stored.app().run_test(size=size) as pilot:
        await rest(pilot)
        before = papers(pilot.app).outer_size[place]
        await press(pilot, "right_parenthesis", "right_parenthesis")
        moved = papers(pilot.app).outer_size[place]
        assert moved > before
        await press(pilot, "left_parenthesis")
        kept = papers(pilot.app).outer_size[place]
        assert before < kept < moved
    async with stored.app().run_test(size=size) as pilot:
        assert papers(pilot.app).outer_size[place] == kept  # in the first frame
        await rest(pilot)
        assert papers(pilot.app).outer_size[place] == kept
    other = (80, 24) if size[0] >= 100 else (120, 40)
    async with stored.app().run_test(size=other) as pilot:
        await rest(pilot)
        usual = PaneLayout()
        percent = usual.narrow if other[0] < 100 else usual.wide
        area = other[1] - 3 if other[0] < 100 else other[0]
        assert papers(pilot.app).outer_size[1 - place] == pytest.approx(area * percent / 100, abs=1)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_the_divider_is_dragged_and_a_double_click_resets_it(stored: House, size: tuple[int, int]) -> None:
    place = 0 if size[0] >= 100 else 1
    by = (Offset(-20, 3), Offset(3, -4))[place]
    async with stored.app().run_test(size=size) as pilot:
        await rest(pilot)
        divider = main(pilot.app).query_one(PaneDivider)
        before = papers(pilot.app).outer_size[place]
        at = divider.region.offset + (Offset(0, 5) if place == 0 else Offset(20, 0))
        await pilot.mouse_down(offset=at)
        await pilot.hover(offset=at + by)
        await pilot.mouse_up(offset=at + by)
        await rest(pilot)
        assert papers(pilot.app).outer_size[place] == before + by[place]
        await pilot.click(PaneDivider, times=2)
        await rest(pilot)
        assert papers(pilot.app).outer_size[place] == before


@pytest.mark.slow
async def test_no_pane_becomes_too_small(stored: House) -> None:
    async with stored.app().run_test(size=(110, 30)) as pilot:
        await rest(pilot)
        await press(pilot, *["left_parenthesis"] * 20)
        assert papers(pilot.app).outer_size.width >= 24
        await press(pilot, *["right_parenthesis"] * 30)
        assert main(pilot.app).query_one(Preview).outer_size.width >= 20


@pytest.mark.slow
async def test_the_palette_resets_the_split(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        before = papers(pilot.app).outer_size.width
        await press(pilot, "right_parenthesis", "ctrl+p", *"reset split", "enter")
        await until(pilot, lambda: papers(pilot.app).outer_size.width == before)


def test_a_damaged_layout_is_the_usual_one(house: House) -> None:
    store = PaneLayoutStore(house.archive)
    for text in ("", "[]", "{", '{"wide": "x", "narrow": 900, "side": 3}', '{"wide": true}'):
        house.archive.note("panes", text)
        assert store.load() == PaneLayout()


@pytest.mark.slow
async def test_the_pane_at_the_left_opens_views_tags_and_collections(stored: House) -> None:
    stored.library.add(list(stored.stand_in.papers[:3]), NOW)
    async with stored.app().run_test(size=(200, 50)) as pilot:
        services = main(pilot.app)._services
        services.library.tag([stored.stand_in.papers[0].id, stored.stand_in.papers[1].id], ["graphs"])
        services.library.save_collection("Mine", "tag:graphs")
        await press(pilot, "6")
        await appears(pilot, "#graphs")
        side = main(pilot.app).query_one(SidePane)
        by_text = {entry.text: entry for entry in side.entries}
        assert by_text["#graphs"].about == "2"
        assert by_text["Mine"].about == "2"
        assert [entry.text for entry in side.entries if entry.is_current] == ["Library"]
        await press(pilot, "shift+tab")
        assert side.has_focus
        await press(pilot, "g", "g", "enter")
        assert papers(pilot.app).state.feed.name.kind == "trending"
        assert papers(pilot.app).has_focus
        await until(pilot, lambda: side.entries[side.cursor].is_current)
        place = next(y for y, line in enumerate(lines(pilot.app)) if "#graphs" in line[:30])
        await pilot.click(offset=(4, place))
        await until(pilot, lambda: search_text(pilot.app) == "tag:graphs")
        await until(pilot, lambda: papers(pilot.app).state.size == 2)


@pytest.mark.slow
async def test_the_pane_at_the_right_shows_similar_papers(stored: House) -> None:
    alike = stored.stand_in.papers[1]._replace(id="2604.99999", title="More on Diffusion Language Models")
    stored.archive.remember([alike], NOW)
    async with stored.app().run_test(size=(200, 50)) as pilot:
        await rest(pilot)
        await press(pilot, "P", "j")
        await appears(pilot, "More on Diffusion Language Models")
        await press(pilot, "tab", "tab", "enter")
        await until(pilot, lambda: main(pilot.app)._lists.is_reading)
        assert main(pilot.app)._lists.paper == stored.archive.paper("2604.99999")
        await press(pilot, "escape")
        assert papers(pilot.app).paper == stored.stand_in.papers[1]
        await press(pilot, "P")
        assert not main(pilot.app).query_one(SidePane).display
    async with stored.app().run_test(size=(200, 50)) as pilot:
        await rest(pilot)
        assert not main(pilot.app).query_one(SidePane).display


@pytest.mark.slow
async def test_on_a_small_screen_the_pane_is_over_the_list(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        width = papers(pilot.app).outer_size
        side = main(pilot.app).query_one(SidePane)
        assert not side.display
        for close in ("escape", "P", "tab"):
            await press(pilot, "P")
            assert side.has_focus
            assert "Go to" in shown(pilot.app)
            assert papers(pilot.app).outer_size == width
            await press(pilot, close)
            assert not side.display
            assert is_on_main(pilot.app)
        await press(pilot, "P", "j", "enter")
        assert papers(pilot.app).state.feed.name.kind == "daily"
        assert not side.display


@pytest.mark.parametrize("size", [(200, 50), (120, 40), (80, 24), (120, 15)])
@pytest.mark.parametrize("signs", ["unicode", "ascii"])
async def test_the_focus_is_seen_without_colours(stored: House, size: tuple[int, int], signs: str) -> None:
    settings = Settings(refresh=False, signs=signs)  # type: ignore[arg-type]
    async with stored.app(settings=settings).run_test(size=size) as pilot:
        await rest(pilot)
        bar = ">" if signs == "ascii" else "▌"
        seen = set()
        places = [papers(pilot.app).region, main(pilot.app).query_one(Preview).region]
        for _ in range(3):
            seen.add(shown(pilot.app))
            if size[1] >= 22 and papers(pilot.app).has_focus:
                row = lines(pilot.app)[papers(pilot.app).content_region.y]
                assert row[papers(pilot.app).region.x :].startswith(bar)
            if main(pilot.app).query_one(Preview).has_focus:
                assert (f"{bar}Paper " if size[0] < 100 else "|" if signs == "ascii" else "▎") in shown(pilot.app)
                row = lines(pilot.app)[papers(pilot.app).content_region.y]
                assert not row[papers(pilot.app).region.x :].startswith(bar)
            await press(pilot, "tab")
            assert places == [papers(pilot.app).region, main(pilot.app).query_one(Preview).region]  # nothing shifts
        assert len(seen) == 2 + (size[0] >= 160)


async def test_a_click_on_a_heading_sorts(stored: House) -> None:
    async with stored.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        assert lines(pilot.app)[2].startswith("votes")
        await pilot.click(offset=(2, 2))
        await rest(pilot)
        votes = [papers(pilot.app).state.paper(row).upvotes or 0 for row in range(papers(pilot.app).state.size)]
        assert votes == sorted(votes, reverse=True)
        await pilot.click(offset=(2, 2))
        await rest(pilot)
        assert papers(pilot.app).paper == stored.stand_in.papers[0]


@pytest.mark.slow
async def test_panes_fit_after_the_screen_became_smaller(stored: House) -> None:
    async with stored.app().run_test(size=(220, 50)) as pilot:
        await rest(pilot)
        await press(pilot, *["right_parenthesis"] * 12)
        for size in ((100, 30), (40, 30), (12, 10), (3, 2), (170, 40)):
            await pilot.resize_terminal(*size)
            await rest(pilot)
            screen = main(pilot.app).region
            shown_panes = [pane for pane in main(pilot.app).query("#body > *") if pane.display and pane.region.area]
            assert size[1] < 4 or all(screen.contains_region(pane.region) for pane in shown_panes), (
                size,
                [pane.region for pane in shown_panes],
            )
        assert main(pilot.app).query_one(Preview).outer_size.width >= 20


async def test_the_side_pane_is_back_after_reading_on_a_screen_that_changed(stored: House) -> None:
    async with stored.app().run_test(size=(200, 50)) as pilot:
        await rest(pilot)
        side = main(pilot.app).query_one(SidePane)
        await press(pilot, "enter")
        assert not side.display
        await pilot.resize_terminal(190, 48)
        await rest(pilot)
        assert not side.display
        await press(pilot, "escape")
        assert side.display


@pytest.mark.parametrize("width", [50, 60, 70, 80, 100])
async def test_no_part_of_the_status_is_cut(stored: House, width: int) -> None:
    async with stored.app(offline=True).run_test(size=(width, 24)) as pilot:
        await rest(pilot)
        line = lines(pilot.app)[0].rstrip()
        assert "…" not in line
        assert width < 70 or line.endswith("offline")
