"""The welcome of a first start: it is seen once, and takes neither a key nor the focus."""

import pytest
from textual.pilot import Pilot

from papertui.model.feed import FeedName
from papertui.settings import Settings
from papertui.settings.toml_file import load
from papertui.tui.app import PaperTui
from papertui.tui.controllers.context import StartOptions
from papertui.tui.dialogs.welcome import WelcomeDialog
from papertui.tui.widgets.welcome_strip import WelcomeStrip
from tui.conftest import NOW, House
from tui.screen import (
    appears,
    is_on_main,
    is_typing,
    last_notice,
    lines,
    main,
    papers,
    press,
    region_of,
    rest,
    search_text,
    shown,
)

pytestmark = pytest.mark.slow


def first_start(house: House, **options: bool) -> PaperTui:
    settings = Settings(refresh=False)
    start = StartOptions(FeedName("trending"), **{"welcomes": True, **options})
    return PaperTui(house.services(settings), settings, start, {})


def has_strip(pilot: Pilot[None]) -> bool:
    return bool(main(pilot.app).query(WelcomeStrip))


async def test_keys_work_beside_the_strip_and_esc_closes_it_for_good(house: House) -> None:
    async with first_start(house).run_test(size=(100, 30)) as pilot:
        await pilot.press("slash", "s", "p")  # before anything appeared
        await rest(pilot)
        assert has_strip(pilot)
        assert is_typing(pilot.app)
        assert search_text(pilot.app) == "sp"
        await press(pilot, "escape", "escape", "j")
        assert papers(pilot.app).has_focus
        await press(pilot, "escape")
        assert not has_strip(pilot)
    async with first_start(house).run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        assert not has_strip(pilot), "it never comes back"


async def test_the_strip_leaves_a_paper_its_lines(house: House) -> None:
    async with first_start(house).run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await press(pilot, "enter")
        assert "Esc close" not in shown(pilot.app)


async def test_it_is_shown_once_even_if_nothing_is_done_with_it(house: House) -> None:
    for expected in (True, False):
        async with first_start(house).run_test(size=(60, 18)) as pilot:
            await rest(pilot)
            assert has_strip(pilot) is expected
            if expected:
                assert region_of(pilot.app, "F1 welcome: what to follow, colours")
                assert main(pilot.app).query_one(WelcomeStrip).size.height == 1


@pytest.mark.parametrize("trace", ["settings.toml", "bookmarks.json", "last feed", "demo", "not plain"])
async def test_it_is_not_shown_to_others(trace: str, house: House) -> None:
    if trace == "settings.toml":
        (house.home / trace).touch()
    elif trace == "bookmarks.json":
        house.library.add([house.stand_in.papers[0]], NOW)
    elif trace == "last feed":
        house.services(Settings()).read_state.remember_feed(FeedName("daily"))
    app = first_start(house, demo=True, welcomes=False) if trace == "demo" else first_start(house)
    if trace == "not plain":
        app = house.app()
    async with app.run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        assert not has_strip(pilot)


async def test_three_steps_follow_feeds_and_choose_a_theme(house: House) -> None:
    async with first_start(house).run_test(size=(100, 36)) as pilot:
        await rest(pilot)
        await press(pilot, "f1")
        assert "What to follow  2 of 3" in shown(pilot.app), "the strip was the first step"
        await press(pilot, "left")
        assert "What you see  1 of 3" in shown(pilot.app)
        await press(pilot, "enter", "space", "tab")
        await press(pilot, *"cs.xx:", "enter")
        await appears(pilot, "There is no feed")
        await press(pilot, *["backspace"] * 6, *"moe", "enter")
        assert "keyword:moe" in shown(pilot.app)
        await press(pilot, "enter")
        assert "Colours and digest  3 of 3" in shown(pilot.app)
        await press(pilot, "down")
        assert pilot.app.theme == "paper"
        await press(pilot, "enter")
        assert is_on_main(pilot.app)
        assert "cs.CL" in lines(pilot.app)[0]
        assert not has_strip(pilot)
        settings = load(house.home / "settings.toml")
        assert [str(follow.name) for follow in settings.follows] == ["arxiv:cs.CL", "keyword:moe"]
        assert settings.theme == "paper"


async def test_esc_leaves_at_any_step_and_reverts_the_theme(house: House) -> None:
    async with house.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "ctrl+p", *"welcome", "enter")
        assert isinstance(pilot.app.screen, WelcomeDialog)
        assert "1 of 3" in shown(pilot.app)
        await press(pilot, "enter", "enter", "down")
        assert pilot.app.theme == "paper"
        await press(pilot, "escape")
        assert pilot.app.theme == "ink"
        assert not (house.home / "settings.toml").exists()


async def test_a_settings_file_that_cannot_be_changed_is_named(house: House) -> None:
    async with house.app().run_test(size=(100, 30)) as pilot:
        await rest(pilot)
        (house.home / "settings.toml").write_text("[app\n", encoding="utf-8")
        await press(pilot, "f1", "enter", "space", "enter")
        assert "line 1:" in last_notice(pilot.app)
        assert "2 of 3" in shown(pilot.app), "what was ticked is not lost"
