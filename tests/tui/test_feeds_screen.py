import pytest
from textual.app import App
from textual.pilot import Pilot

from papertui.model.feed import Follow, parse_feed_name
from papertui.settings import Settings
from papertui.tui.dialogs.dialog import DialogList
from tui.conftest import House
from tui.screen import appears, lines, press, region_of, rest, shown

pytestmark = pytest.mark.slow


def following(*names: str) -> Settings:
    follows = tuple(Follow(f"own-{n}", name, parse_feed_name(name)) for n, name in enumerate(names))
    return Settings(refresh=False, follows=follows)


def list_height(app: App[None]) -> int:
    return app.screen.query_one(DialogList).size.height


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (200, 60)])
async def test_the_keys_stay_visible_below_many_feeds(stored: House, size: tuple[int, int]) -> None:
    settings = following(*(f"keyword:word{n}" for n in range(40)))
    async with stored.app(settings=settings).run_test(size=size) as pilot:
        await rest(pilot)
        await press(pilot, "F")
        assert region_of(pilot.app, "Esc close")
        height = list_height(pilot.app)
        assert 4 <= height <= size[1] / 2
        await press(pilot, "tab")
        assert region_of(pilot.app, "Esc close")
        assert list_height(pilot.app) == height


def tabs(pilot: Pilot[None]) -> str:
    return lines(pilot.app)[0]


async def test_feeds_are_followed_hidden_and_unfollowed(stored: House) -> None:
    async with stored.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "F", *"nonsense", "enter")
        assert "There is no feed called “nonsense”." in shown(pilot.app)
        await press(pilot, *["backspace"] * len("nonsense"), *"keyword:words", "enter")
        assert "words" in tabs(pilot), "the new feed opens"
        await press(pilot, "F", "tab", "x")
        assert "keyword:words" in shown(pilot.app)
        assert "no tab" in shown(pilot.app)
        await press(pilot, "x")
        assert "no tab" not in shown(pilot.app)
        await press(pilot, "d")
        assert "Unfollowed “words”. Enter in the line above follows it again." in shown(pilot.app)
        await press(pilot, "enter")
        assert "words" in tabs(pilot)
        await press(pilot, "1", "F", "tab", "d", "escape")
        assert "words" not in tabs(pilot)


async def test_a_followed_feed_opens_from_the_list(stored: House) -> None:
    async with stored.app(settings=following("keyword:apples", "keyword:pears")).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "F", "down", "down", "enter")
        await appears(pilot, "updated just now")
        assert "pears" in tabs(pilot)
