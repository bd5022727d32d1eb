"""Counts, sequences and hints about them on the main screen."""

import pytest

from papertui.settings import Settings
from papertui.tui.widgets.key_panel import KeyPanel
from tui.conftest import House
from tui.screen import appears, last_notice, lines, main, papers, press, region_of, rest, until

pytestmark = pytest.mark.slow

VIM = Settings(refresh=False, keys={"preset": "vim"})


def at(app: object) -> int:
    return papers(app).cursor  # type: ignore[arg-type]


async def test_counts_move_the_cursor(stored: House) -> None:
    async with stored.app(settings=VIM).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "3", "j")
        assert at(pilot.app) == 3
        await press(pilot, "2", "k")
        assert at(pilot.app) == 1
        await press(pilot, "4", "G")
        assert at(pilot.app) == 3
        await press(pilot, "2", "g", "g")
        assert at(pilot.app) == 1
        await press(pilot, "9", "9", "G")
        assert at(pilot.app) == 4
        await press(pilot, "g", "g", "2", "n")
        assert at(pilot.app) == 2
        await press(pilot, "home", "3", "space")
        assert at(pilot.app) == 3
        assert len(papers(pilot.app).state.selected) == 3


async def test_digits_open_tabs_at_once_and_zero_begins_a_count(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "0", "3", "j")
        assert (at(pilot.app), main(pilot.app)._tabs.open_name.kind) == (3, "trending")
        await pilot.press("2")
        await until(pilot, lambda: main(pilot.app)._tabs.open_name.kind == "daily")
        assert not main(pilot.app)._pending.is_pending
        await press(pilot, "g", "1")
        assert main(pilot.app)._tabs.open_name.kind == "trending"
        await press(pilot, "g", "t", "0", "2", "l")
        assert main(pilot.app)._tabs.open_name.kind == "monthly"
        await press(pilot, "g", "T")
        assert main(pilot.app)._tabs.open_name.kind == "weekly"


async def test_the_key_line_shows_what_may_follow(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        before = lines(pilot.app)[-1]
        await pilot.press("g")
        await until(pilot, lambda: "g first paper" in lines(pilot.app)[-1])
        assert "t next tab" in lines(pilot.app)[-1]
        assert lines(pilot.app)[-1].rstrip().endswith("Esc cancel")
        await press(pilot, "escape")
        assert lines(pilot.app)[-1] == before
        await press(pilot, "g", "slash")
        assert lines(pilot.app)[-1] == before
        assert last_notice(pilot.app) == "No action has the keys “g /”."
        await press(pilot, "0", "1", "2")
        assert lines(pilot.app)[-1].startswith(" 012 …  j down")
        await press(pilot, "b")
        assert lines(pilot.app)[-1] == before
        assert last_notice(pilot.app) == "Bookmark added."


async def test_a_panel_shows_what_the_line_has_no_room_for(stored: House) -> None:
    async with stored.app().run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await pilot.press("g")
        await appears(pilot, "7 Archive")
        await pilot.click(offset=region_of(pilot.app, "3 Weekly").offset)
        await until(pilot, lambda: main(pilot.app)._tabs.open_name.kind == "weekly")
        await rest(pilot)
        assert not pilot.app.screen.query(KeyPanel)


async def test_hints_can_be_clicked_and_a_click_elsewhere_cancels(stored: House) -> None:
    async with stored.app(settings=VIM).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await pilot.press("3")
        await pilot.click(offset=region_of(pilot.app, "j down").offset)
        await until(pilot, lambda: at(pilot.app) == 3)
        await press(pilot, "2")
        await pilot.click("PaperList", offset=(20, 1))
        await press(pilot, "j")
        assert at(pilot.app) == 1


async def test_the_search_line_gets_digits_and_g(stored: House) -> None:
    async with stored.app(settings=VIM).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "5", "slash", "g", "g", "5")
        assert main(pilot.app)._search_box.text == "gg5"
        assert not main(pilot.app)._pending.is_pending


async def test_a_count_scrolls_the_text_while_reading(stored: House) -> None:
    async with stored.app(settings=VIM).run_test(size=(60, 12)) as pilot:
        await rest(pilot)
        await press(pilot, "enter", "3", "j")
        assert main(pilot.app)._preview.scroll_offset.y == min(3, main(pilot.app)._preview.max_scroll_y)
