"""Groups of feeds and muted papers in the app."""

import pytest

from papertui.model.feed import FeedName, Follow
from papertui.settings import MuteSettings, Settings
from tui.conftest import House
from tui.screen import appears, last_notice, lines, press, rest, shown, titles, until

pytestmark = pytest.mark.slow

_GROUPED = Settings(
    refresh=False,
    follows=(
        Follow("a", "Apples", FeedName("keyword", "apples"), groups=("Fruit/Round",)),
        Follow("b", "Pears", FeedName("keyword", "pears"), groups=("Fruit",)),
        Follow("c", "Single", FeedName("keyword", "single")),
    ),
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_group_has_a_tab_and_is_fetched_as_one_feed(stored: House, size: tuple[int, int]) -> None:
    async with stored.app(settings=_GROUPED).run_test(size=size) as pilot:
        await rest(pilot)
        assert "Fruit" in lines(pilot.app)[0]
        assert "Apples" not in lines(pilot.app)[0]
        await press(pilot, "6")
        await appears(pilot, "updated just now" if size[0] > 100 else "5 papers")
        await until(pilot, lambda: len(titles(pilot.app)) == 5)
        assert "Fruit 5" in lines(pilot.app)[0]
        await press(pilot, "F")
        assert "group:Fruit/Round" in shown(pilot.app)
        await press(pilot, "tab", "x")
        assert "This is a group. Choose one of its feeds to hide." in shown(pilot.app)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: "Fruit/Round" in lines(pilot.app)[0])


async def test_the_open_tab_is_visible_among_hundreds(stored: House) -> None:
    follows = tuple(Follow(f"k{n}", f"Feed {n}", FeedName("keyword", f"word {n}")) for n in range(300))
    settings = Settings(refresh=False, follows=follows)
    async with stored.app("keyword:word 200", settings=settings).run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        assert "Feed 200" in lines(pilot.app)[0]
        await press(pilot, "right")
        assert "Feed 201" in lines(pilot.app)[0]
        await press(pilot, "1")
        assert "Trending" in lines(pilot.app)[0]


async def test_the_filter_shows_muted_papers_with_the_rule(stored: House) -> None:
    settings = Settings(refresh=False, mute=MuteSettings(words=("survey", "robots")))
    async with stored.app(settings=settings).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        assert len(titles(pilot.app)) == 3
        assert "3 papers" in lines(pilot.app)[1]
        await press(pilot, *"fm")
        assert set(titles(pilot.app)) == {"A Survey of Agents", "Robots That Read"}
        assert "muted only" in lines(pilot.app)[1]
        assert "muted: word “survey”" in shown(pilot.app)
        assert "a rule under [mute] in the settings" in " ".join(shown(pilot.app).split())
        await press(pilot, "b", "f", "m")
        await until(pilot, lambda: len(titles(pilot.app)) == 4)
        assert not last_notice(pilot.app).startswith("muted")


async def test_the_tab_counts_a_muted_paper_while_it_is_bookmarked(stored: House) -> None:
    settings = _GROUPED._replace(mute=MuteSettings(words=("survey",)))
    async with stored.app(settings=settings).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "6")
        await until(pilot, lambda: "Fruit 4" in lines(pilot.app)[0])
        await press(pilot, *"fm")
        await until(pilot, lambda: titles(pilot.app) == ["A Survey of Agents"])
        await press(pilot, "b")
        await until(pilot, lambda: "Fruit 5" in lines(pilot.app)[0])
        await press(pilot, "u")
        await until(pilot, lambda: "Fruit 4" in lines(pilot.app)[0])


async def test_a_search_in_the_feed_does_not_find_muted_papers(stored: House) -> None:
    settings = Settings(refresh=False, mute=MuteSettings(words=("survey",)))
    async with stored.app(settings=settings).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"survey")
        await until(pilot, lambda: "survey" in lines(pilot.app)[1])
        assert "A Survey of Agents" not in titles(pilot.app)


async def test_the_app_starts_without_a_group_that_is_gone(stored: House) -> None:
    async with stored.app(settings=_GROUPED).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "6", "q")
    services = stored.services(_GROUPED)
    assert services.read_state.last_feed() == FeedName("group", "Fruit")
