"""The menus of orders and filters, and taking off what is in force."""

import pytest

from kit.papers import plain
from papertui.model.filters import ListFilter
from papertui.model.ordering import Order
from papertui.settings import Settings
from papertui.tui.dialogs.menu import Menu
from tui.conftest import NOW, House
from tui.screen import (
    is_on_main,
    last_notice,
    lines,
    papers,
    press,
    region_of,
    rest,
    search_text,
    shown,
    titles,
    until,
)

pytestmark = pytest.mark.slow


def _row(app: object, words: str) -> str:
    """Return the row of the menu with `words`, without its frame and blanks."""
    found = [line for line in lines(app) if words in line and "│" in line]  # type: ignore[arg-type]
    assert len(found) == 1, (words, found)
    return " ".join(found[0].partition("│")[2].partition("│")[0].split())


async def test_the_menu_of_orders_shows_numbers_and_why_an_order_does_not_fit(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "s")
        assert isinstance(pilot.app.screen, Menu)
        assert _row(pilot.app, "as they come") == "✓ f as they come ↑ 5"
        assert _row(pilot.app, "by votes") == "v by votes 5"
        assert _row(pilot.app, "by stars") == "h by stars none here"
        assert _row(pilot.app, "by rating") == "r by rating only in the library"
        assert "Sparse Attention at Scale" in lines(pilot.app)[2], "the list stays visible"


async def test_the_same_letter_reverses_an_order(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "s", "v")
        assert titles(pilot.app)[0].startswith("On ")
        assert "by votes ×" in lines(pilot.app)[1]
        await press(pilot, "s", "v")
        assert titles(pilot.app)[0] == "Sparse Attention at Scale"
        assert "by votes ↑ ×" in lines(pilot.app)[1]
        await press(pilot, "s")
        assert _row(pilot.app, "by votes") == "✓ v by votes ↑ 5"
        await press(pilot, "s")
        assert is_on_main(pilot.app)
        await press(pilot, "s", "t", "s", "t")
        assert titles(pilot.app) == sorted(titles(pilot.app), key=str.casefold, reverse=True)


async def test_the_menu_of_filters_counts_and_the_same_letter_removes_a_filter(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "b", "r", "f")
        assert _row(pilot.app, "all papers") == "✓ a all papers 5"
        assert _row(pilot.app, "unread only") == "u unread only 4"
        assert _row(pilot.app, "bookmarked only") == "b bookmarked only 1"
        assert _row(pilot.app, "muted only") == "m muted only none here"
        await press(pilot, "u")
        assert len(titles(pilot.app)) == 4
        await press(pilot, "f", "u")
        assert len(titles(pilot.app)) == 5


async def test_numbers_of_filters_are_within_the_search(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"sparse", "enter", "f")
        assert _row(pilot.app, "unread only") == "u unread only 1"


async def test_escape_takes_off_search_scope_filter_and_order_one_by_one(stored: House) -> None:
    async with stored.app().run_test(size=(160, 30)) as pilot:
        await press(pilot, "s", "v", "f", "u", "slash", *"sparse", "ctrl+t", "enter")
        assert "in everything ×" in lines(pilot.app)[1]
        await press(pilot, "escape")
        assert search_text(pilot.app) == ""
        assert "in everything ×" in lines(pilot.app)[1]
        await press(pilot, "escape")
        assert "in everything" not in lines(pilot.app)[1]
        assert "by votes × · unread only ×" in lines(pilot.app)[1]
        await press(pilot, "escape")
        assert papers(pilot.app).state.show is ListFilter.ALL
        assert papers(pilot.app).state.order is Order.VOTES
        await press(pilot, "escape")
        assert papers(pilot.app).state.order is Order.FEED
        await press(pilot, "escape", "escape")
        assert pilot.app.is_running


async def test_a_click_takes_off_order_and_filter(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "s", "v", "f", "u")
        place = region_of(pilot.app, "by votes ×")
        await pilot.click(offset=(place.right - 1, place.y))
        await until(pilot, lambda: papers(pilot.app).state.order is Order.FEED)
        place = region_of(pilot.app, "unread only ×")
        await pilot.click(offset=(place.x, place.y))
        await until(pilot, lambda: papers(pilot.app).state.show is ListFilter.ALL)


async def test_the_archive_is_sorted_and_searched_instead_of_filtered(stored: House) -> None:
    stored.archive.remember(
        [plain(100 + number)._replace(upvotes=number, title=f"Old {number}") for number in range(3)], NOW
    )
    async with stored.app("archive").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "s")
        assert _row(pilot.app, "by comments") == "c by comments not for the whole archive"
        await press(pilot, "v")
        await until(pilot, lambda: titles(pilot.app)[0].startswith("On "))
        await press(pilot, "s", "v")
        await until(pilot, lambda: titles(pilot.app)[0] == "Old 0")
        assert "by votes ↑" in lines(pilot.app)[1]
        await press(pilot, "f")
        assert _row(pilot.app, "unread only") == "u unread only is:unread"
        await press(pilot, "u")
        await until(pilot, lambda: search_text(pilot.app) == "is:unread")
        await press(pilot, "escape", "s", "n")
        await until(pilot, lambda: "newest first" in lines(pilot.app)[1])


async def test_search_results_are_sorted_by_relevance(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"s", "enter", "s")
        assert last_notice(pilot.app) == "Search results are sorted by relevance."


async def test_a_remapped_key_closes_its_menu_and_every_letter_is_free(stored: House) -> None:
    settings = Settings(refresh=False, keys={"sort": "v", "view_9": "f8"})
    async with stored.app(settings=settings).run_test(size=(120, 30)) as pilot:
        await press(pilot, "v")
        row = _row(pilot.app, "by votes")
        letter = row.split()[0]
        assert letter != "v"
        await press(pilot, letter)
        assert papers(pilot.app).state.order is Order.VOTES
        await press(pilot, "v", "v")
        assert is_on_main(pilot.app)


def test_letters_of_the_tables_are_distinct_and_do_not_move() -> None:
    for table in (Order, ListFilter):
        letters = [one.value.letter for one in table if one.value.letter]
        assert len(set(letters)) == len(letters)
        assert not set(letters) & set("jk")


@pytest.mark.parametrize("size", [(3, 2), (20, 6), (60, 18), (300, 80)])
async def test_menus_open_at_every_size(stored: House, size: tuple[int, int]) -> None:
    async with stored.app().run_test(size=size) as pilot:
        await press(pilot, "s", "v", "f", "u")
        assert papers(pilot.app).state.show is ListFilter.UNREAD
        assert "Traceback" not in shown(pilot.app)
