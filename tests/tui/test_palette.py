"""The command palette."""

import pytest

from papertui.tui.commands import Command, ranked
from papertui.tui.keymap import ACTIONS
from tui.conftest import House
from tui.screen import lines, main, papers, press, rest, shown, until

COMMANDS = [
    Command("Add or remove the bookmark", "Library", lambda: None, "b"),
    Command("Open Trending", "view", lambda: None, "1"),
    Command("Open #diffusion", "tag, 2 papers", lambda: None),
    Command("Theme paper", "theme", lambda: None),
]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("book", ["Add or remove the bookmark"]),
        ("rem book", ["Add or remove the bookmark"]),
        ("ookmark", ["Add or remove the bookmark"]),  # mistyped
        ("trendng", ["Open Trending"]),
        ("open", ["Open Trending", "Open #diffusion"]),
        ("view", ["Open Trending"]),
        ("zzzz", []),
        ("", [command.title for command in COMMANDS]),
    ],
)
def test_commands_match_by_the_beginnings_of_words_and_despite_slips(query: str, titles: list[str]) -> None:
    assert [command.title for command in ranked(query, COMMANDS)] == titles


@pytest.mark.slow
async def test_the_palette_runs_an_action_and_shows_its_key(stored: House) -> None:
    async with stored.app().run_test(size=(110, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "ctrl+p", *"three lines")
        row = next(line for line in lines(pilot.app) if "One, two or three lines" in line)
        assert row.rstrip().rstrip("█▁▂▃▄▅▆▇ ").endswith("z")
        await press(pilot, "enter")
        await until(pilot, lambda: papers(pilot.app).row_height == 1)


@pytest.mark.slow
async def test_the_palette_opens_views_and_tags(stored: House) -> None:
    async with stored.app().run_test(size=(110, 30)) as pilot:
        await press(pilot, "b")
        main(pilot.app)._services.library.tag(["2604.00001"], ["graph"])
        await press(pilot, "ctrl+p", *"library", "enter")
        await until(pilot, lambda: "in the library" in shown(pilot.app) or "1 paper" in shown(pilot.app))
        assert main(pilot.app)._tabs.open_name.kind == "library"
        await press(pilot, "1", "ctrl+p", *"#graph", "enter")
        await until(pilot, lambda: "tag:graph" in shown(pilot.app))


@pytest.mark.slow
async def test_themes_are_previewed_and_reverted(stored: House) -> None:
    async with stored.app().run_test(size=(110, 30)) as pilot:
        await rest(pilot)
        before = pilot.app.theme
        await press(pilot, "ctrl+p", *"theme paper")
        assert pilot.app.theme == "paper"
        await press(pilot, "escape")
        assert pilot.app.theme == before
        await press(pilot, "ctrl+p", *"theme paper", "enter")
        assert pilot.app.theme == "paper"


@pytest.mark.slow
async def test_the_palette_offers_every_action(stored: House) -> None:
    async with stored.app().run_test(size=(200, 60)) as pilot:
        await press(pilot, "ctrl+p")
        titles = {command.title for command in pilot.app.screen._commands}  # type: ignore[attr-defined]
    offered = [action for action in ACTIONS if not action.name.startswith("view(")]
    left_out = {action.name for action in offered if action.title not in titles}
    assert left_out == {"palette", "back", "first", "previous_view", "next_view"}


@pytest.mark.slow
async def test_two_quick_keys_close_only_the_palette(stored: House) -> None:
    async with stored.app().run_test(size=(110, 30)) as pilot:
        await press(pilot, "ctrl+p")
        await pilot.press("enter", "enter", "escape")
        await rest(pilot)
        assert pilot.app.screen is main(pilot.app)
