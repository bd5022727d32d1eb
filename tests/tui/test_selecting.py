"""Selecting papers, how a selection looks, and actions on it."""

import pytest

from papertui.settings import Settings
from tui.conftest import House
from tui.screen import lines, list_lines, papers, press, rest, selected, shown

pytestmark = pytest.mark.slow


async def test_space_selects_and_moves_on(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "space", "space")
        assert selected(pilot.app) == ["Diffusion Language Models", "Sparse Attention at Scale"]
        assert papers(pilot.app).cursor == 2
        assert "2 selected" in lines(pilot.app)[1]
        assert list_lines(pilot.app)[0].startswith("✓  10 ")
        await press(pilot, "k", "space")
        assert selected(pilot.app) == ["Sparse Attention at Scale"]
        await press(pilot, "escape")
        assert selected(pilot.app) == []
        assert "selected" not in lines(pilot.app)[1]


async def test_select_to_here_and_select_all(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "j", "space", "j", "V")
        assert selected(pilot.app) == ["A Survey of Agents", "Diffusion Language Models", "Robots That Read"]
        await press(pilot, "ctrl+a")
        assert len(selected(pilot.app)) == 5
        await press(pilot, "ctrl+a")
        assert selected(pilot.app) == []
        await press(pilot, "G", "V")
        assert selected(pilot.app) == ["On $n$ Bodies"]


async def test_a_selection_survives_a_search_but_not_another_tab(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "space", "slash", *"robots", "enter", "space", "escape")
        assert selected(pilot.app) == []
        await press(pilot, "escape", "g", "g", "space", "slash", *"robots", "enter", "space")
        assert selected(pilot.app) == ["Robots That Read"]
        assert "2 selected" in lines(pilot.app)[1]
        await press(pilot, "slash", "escape", "escape")
        assert selected(pilot.app) == ["Robots That Read", "Sparse Attention at Scale"]
        await press(pilot, "6")
        assert selected(pilot.app) == []


async def test_the_whole_archive_cannot_be_selected(stored: House) -> None:
    async with stored.app("archive").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "ctrl+a")
        assert "Search first" in shown(pilot.app)
        await press(pilot, "slash", *"robots", "enter", "ctrl+a")
        assert selected(pilot.app) == ["Robots That Read"]


@pytest.mark.parametrize(("signs", "first", "here"), [("unicode", "✓", "▌"), ("ascii", "x", ">")])
@pytest.mark.parametrize("compact", [True, False])
async def test_a_selected_row_is_visible_without_colours(
    stored: House, signs: str, first: str, here: str, compact: bool
) -> None:
    settings = Settings(refresh=False, signs=signs, compact=compact)  # type: ignore[arg-type]
    async with stored.app(settings=settings).run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "space")
        rows = list_lines(pilot.app)
        assert rows[0][0] == first
        assert rows[1 if compact else 2][0] == here
        await press(pilot, "k")
        rows = list_lines(pilot.app)
        assert rows[0][0] == first
        assert compact or rows[1][0] == here


async def test_space_scrolls_while_reading(stored: House) -> None:
    async with stored.app().run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await press(pilot, "enter", "space")
        assert not papers(pilot.app).state.selected


async def test_bookmarking_a_selection_is_one_undo_step(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "b", "space", "space", "space", "b")
        assert "2 bookmarks added." in shown(pilot.app)
        assert len(stored.library.ids()) == 3
        assert "★ Library 3" in lines(pilot.app)[0]
        await press(pilot, "b")
        assert "3 bookmarks removed" in shown(pilot.app)
        assert not stored.library.ids()
        await press(pilot, "u")
        assert len(stored.library.ids()) == 3
        await press(pilot, "u")
        assert len(stored.library.ids()) == 1
        await press(pilot, "ctrl+r")
        assert len(stored.library.ids()) == 3
        assert "Redone: " in shown(pilot.app)


async def test_a_selection_is_marked_read_and_its_links_copied(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "space", "space", "r")
        assert len(stored.archive.read_ids()) == 2
        await press(pilot, "r")
        assert not stored.archive.read_ids()
        await press(pilot, "y")
        assert "Copied the links of 2 papers." in shown(pilot.app)


async def test_a_click_with_ctrl_selects(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await pilot.click("PaperList", offset=(20, 4 + papers(pilot.app).gutter.top), control=True)
        await rest(pilot)
        assert selected(pilot.app) == ["A Survey of Agents"]
        await pilot.click("PaperList", offset=(20, 4 + papers(pilot.app).gutter.top), control=True)
        await rest(pilot)
        assert selected(pilot.app) == []
