"""Where a search looks: shown in the search line, and offered when nothing matches."""

import pytest

from kit.papers import plain
from tui.conftest import NOW, House
from tui.screen import appears, is_typing, lines, main, papers, press, region_of, rest, shown, titles, until

pytestmark = pytest.mark.slow


def _frogs(house: House) -> None:
    house.archive.remember([plain(100 + number)._replace(title=f"Frogs {number}") for number in range(3)], NOW)


async def test_the_search_line_names_where_it_looks(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert "Trending" not in lines(pilot.app)[1]
        await press(pilot, "slash")
        assert "in Trending · Ctrl+t everything · Ctrl+o online" in lines(pilot.app)[1]
        await press(pilot, *"sparse", "ctrl+t")
        assert "in everything × · Ctrl+t your library · Ctrl+o online" in lines(pilot.app)[1]
        await press(pilot, "ctrl+t")
        assert "in your library × · Ctrl+t this view" in lines(pilot.app)[1]


async def test_a_short_line_keeps_number_and_scope(stored: House) -> None:
    async with stored.app().run_test(size=(60, 18)) as pilot:
        await press(pilot, "slash", *"sparse")
        assert "1 of 5 · in Trending" in lines(pilot.app)[1]
        assert "sparse" in lines(pilot.app)[1]


async def test_a_scope_belongs_to_one_view(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "ctrl+t")
        assert "in everything ×" in lines(pilot.app)[1]
        await press(pilot, "6")
        assert "in everything" not in lines(pilot.app)[1]
        await press(pilot, "slash")
        assert "in your library · Ctrl+t everything" in lines(pilot.app)[1]


async def test_without_matches_enter_opens_those_in_everything(stored: House) -> None:
    _frogs(stored)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"frogs")
        await appears(pilot, "3 in everything stored")
        text = " ".join(shown(pilot.app).split())
        assert "No matches in Trending." in text
        assert "3 in everything stored Enter" in text
        assert "search online Ctrl+o" in text
        await press(pilot, "enter")
        assert len(titles(pilot.app)) == 3
        assert not is_typing(pilot.app)
        assert "3 of 8 · in everything ×" in lines(pilot.app)[1]
        await press(pilot, "enter")
        assert main(pilot.app).has_class("-reading")


async def test_an_offer_can_be_clicked(stored: House) -> None:
    _frogs(stored)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"frogs")
        place = region_of(pilot.app, "3 in everything stored")
        await pilot.click(offset=(place.x, place.y))
        await until(pilot, lambda: len(titles(pilot.app)) == 3)


async def test_enter_does_not_wait_for_the_reader_to_see_the_offer(stored: House) -> None:
    _frogs(stored)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash")
        await pilot.press(*"frogs", "enter")
        await until(pilot, lambda: len(titles(pilot.app)) == 3)


async def test_enter_searches_online_when_nothing_stored_matches(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"zebra")
        assert "nothing in everything stored either" in shown(pilot.app)
        stored.stand_in.papers = (*stored.stand_in.papers, plain(200)._replace(title="Zebra stripes"))
        await press(pilot, "enter")
        await until(pilot, lambda: titles(pilot.app) == ["Zebra stripes"])
        await press(pilot, *["backspace"] * 5, *"qqzzxx", "enter")
        await appears(pilot, "nothing online either")


async def test_offline_nothing_is_searched_online(stored: House) -> None:
    async with stored.app(offline=True).run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash", *"zebra")
        assert "nothing in everything stored either" in shown(pilot.app)
        assert "online" not in shown(pilot.app)
        await press(pilot, "enter")
        assert not is_typing(pilot.app)


async def test_matches_that_the_filter_hides_are_offered(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "r", "f", "u", "slash", *"sparse")
        assert "1 without “unread only”" in " ".join(shown(pilot.app).split())
        await press(pilot, "enter")
        await until(pilot, lambda: titles(pilot.app) == ["Sparse Attention at Scale"])


async def test_an_offer_for_an_older_text_never_comes(stored: House) -> None:
    _frogs(stored)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "slash")
        await pilot.press(*"frogs", *["backspace"] * 5, *"sparse")
        await rest(pilot)
        assert titles(pilot.app) == ["Sparse Attention at Scale"]
        assert "in everything stored" not in shown(pilot.app)
        assert papers(pilot.app).state.query == "sparse"
