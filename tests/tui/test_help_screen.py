"""The help screen is searched as one types, and runs what it describes."""

import pytest

from tui.conftest import House
from tui.screen import is_on_main, last_notice, lines, main, papers, press, region_of, rest, shown, until

pytestmark = pytest.mark.slow


async def test_typing_filters_and_enter_runs(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark", *"three lines")
        assert "One, two or three lines per paper" in shown(pilot.app)
        assert "Half a page" not in shown(pilot.app)
        await press(pilot, "enter")
        await until(pilot, lambda: papers(pilot.app).row_height == 1)
        assert is_on_main(pilot.app)


async def test_words_that_begin_with_a_key_of_lists(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark", "slash", *"quit")
        assert "Ctrl+q" in shown(pilot.app)
        await press(pilot, "escape")
        assert "Next paper" in shown(pilot.app)
        await press(pilot, "j", "j")
        assert not is_on_main(pilot.app)
        await press(pilot, "q")
        assert is_on_main(pilot.app)
        await press(pilot, "question_mark", "question_mark")
        assert is_on_main(pilot.app)


async def test_the_cursor_passes_headings_and_stays_at_the_ends(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark", "up", "enter")
        assert papers(pilot.app).cursor == 1  # the first action: the next paper
        await press(pilot, "question_mark", *["pagedown"] * 12, "down", "down")
        assert "Change keys under [keys]" in shown(pilot.app)


async def test_an_example_of_a_search_goes_to_the_search_line(stored: House) -> None:
    async with stored.app().run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark", *"order")
        await pilot.click(offset=region_of(pilot.app, '"mixture of experts"').offset)
        await until(pilot, lambda: main(pilot.app)._search_box.text == '"mixture of experts"')
        assert main(pilot.app)._search_box.is_typing


async def test_words_are_in_one_column_also_beside_long_commands(stored: House) -> None:
    async with stored.app().run_test(size=(80, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark", *":digest")
        row = next(place for place, line in enumerate(lines(pilot.app)) if ":digest [schedule" in line)
        assert "Print or mail" not in lines(pilot.app)[row]
        column = lines(pilot.app)[row + 1].index("Print or mail")
        await press(pilot, "escape", *"three lines")
        assert region_of(pilot.app, "One, two or three lines").x == column


async def test_nothing_fits(stored: House) -> None:
    async with stored.app().run_test(size=(60, 18)) as pilot:
        await rest(pilot)
        await press(pilot, "question_mark", *"zzzz", "enter")
        assert last_notice(pilot.app) == "No key has these words."
        assert all(len(line) <= 60 for line in lines(pilot.app))
        await press(pilot, "escape", "escape")
        assert is_on_main(pilot.app)
