"""The list of completions below the search line."""

import pytest

from papertui.tui.widgets.completion_list import CompletionList
from tui.conftest import House
from tui.screen import is_typing, lines, main, papers, press, region_of, rest, search_text, titles, until

pytestmark = pytest.mark.slow


def _is_open(app: object) -> bool:
    found = main(app).query(CompletionList)  # type: ignore[arg-type]
    return bool(found) and found.first().is_open


async def test_fields_and_values_drop_down_and_tab_completes(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"aut")
        assert "the word is in an author's name" in lines(pilot.app)[2]
        await press(pilot, "tab")
        assert search_text(pilot.app) == "author:"
        assert "Lovelace" in lines(pilot.app)[2]
        await press(pilot, "l", "tab")
        assert search_text(pilot.app).lower() == "author:lovelace"
        assert is_typing(pilot.app)
        assert len(titles(pilot.app)) == 5


async def test_values_have_numbers(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "t", *"todo", "enter", "slash", *"tag:")
        assert lines(pilot.app)[2][3:19].split()[:2] == ["todo", "1"]


async def test_down_and_up_choose_and_enter_takes_what_is_chosen(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"is:", "down", "down", "down")
        assert papers(pilot.app).cursor == 0
        await press(pilot, "enter")
        assert search_text(pilot.app) == "is:read"
        assert is_typing(pilot.app)
        await press(pilot, *["backspace"] * 4, "down", "up", "enter")
        assert search_text(pilot.app) == "is:"
        assert not is_typing(pilot.app), "nothing was chosen, so the text is searched"


async def test_escape_closes_only_the_list_if_something_is_chosen_there(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"is:")
        assert _is_open(pilot.app)
        await press(pilot, "down", "escape")
        assert not _is_open(pilot.app)
        assert search_text(pilot.app) == "is:"
        await press(pilot, "down")
        assert papers(pilot.app).cursor == 1
        await press(pilot, "u")
        assert _is_open(pilot.app)
        await press(pilot, "escape")
        assert search_text(pilot.app) == "", "nothing was chosen: the key is for the text"


async def test_ordinary_words_open_no_list(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"diff")
        assert not _is_open(pilot.app)


async def test_a_low_screen_keeps_the_matches_in_view(stored: House) -> None:
    async with stored.app().run_test(size=(60, 18)) as pilot:
        await press(pilot, "slash")
        assert not _is_open(pilot.app)
        await press(pilot, *"is:")
        assert main(pilot.app).query_one(CompletionList).size.height <= 3


async def test_past_searches_are_offered_newest_first_and_can_be_removed(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"sparse", "enter", "escape", "slash", *"robots", "enter", "escape")
        await press(pilot, "slash")
        assert [line[3:9] for line in lines(pilot.app)[2:4]] == ["robots", "sparse"]
        await press(pilot, "down", "delete")
        assert lines(pilot.app)[2][3:9] == "sparse"
        await press(pilot, "down", "enter")
        assert titles(pilot.app) == ["Sparse Attention at Scale"]
        assert not is_typing(pilot.app)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash")
        assert lines(pilot.app)[2][3:9] == "sparse"
        cross = region_of(pilot.app, "×")
        await pilot.click(offset=(cross.x, cross.y))
        await until(pilot, lambda: lines(pilot.app)[2][3:9] != "sparse")


async def test_a_demo_stores_no_searches(house: House) -> None:
    async with house.app(demo=True).run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"agents", "enter", "escape", "slash")
        await rest(pilot)
        assert house.archive.recall("past searches") is None


async def test_a_click_completes(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"is:")
        place = region_of(pilot.app, "bookmarked")
        await pilot.click(offset=(place.x, place.y))
        await until(pilot, lambda: search_text(pilot.app) == "is:bookmarked")


@pytest.mark.parametrize("size", [(3, 2), (12, 5), (300, 80)])
async def test_the_list_fits_any_screen(stored: House, size: tuple[int, int]) -> None:
    async with stored.app().run_test(size=size) as pilot:
        await press(pilot, "slash", *"is:u", "tab", "enter")
        assert search_text(pilot.app) == "is:unread"
