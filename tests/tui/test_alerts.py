"""Alerts on the screen: the view, its counts, the notice, and following a search."""

from datetime import timedelta

import pytest
from textual.app import App

from papertui.model.feed import Feed, FeedName, Follow
from papertui.model.paper import Paper
from papertui.settings import Settings
from papertui.settings.toml_file import load
from tui.conftest import NOW, House
from tui.screen import last_notice, list_lines, papers, press, region_of, rest, search_text, shown, titles, until

TRENDING = FeedName("trending")
LI_YUAN = Follow("li-yuan", "Li Yuan", FeedName("author", "Li Yuan"), hidden=True)
SEARCH = Follow("agents", "agents", FeedName("search", "agents"), hidden=True)


@pytest.fixture
def followed(house: House) -> House:
    """Li Yuan and a search are followed; then three papers arrive: one of hers, one about agents, another one."""
    services = house.services(Settings(follows=(LI_YUAN, SEARCH)), NOW - timedelta(hours=1))
    services.alerts.match()
    first, second, third, *_ = house.stand_in.papers
    _store(house, first._replace(authors=("Li Yuan",)), second, third)
    return house


def _store(house: House, *some: Paper) -> None:
    house.archive.keep_feed(Feed(TRENDING, some, NOW, "huggingface"))


def _tabs(app: App[None]) -> str:
    return shown(app).split("\n")[0]


def _settings(**more: object) -> Settings:
    return Settings(refresh=False, follows=(LI_YUAN, SEARCH), **more)  # type: ignore[arg-type]


async def test_the_tab_counts_and_rows_say_why_until_the_reader_looked(followed: House) -> None:
    async with followed.app(settings=_settings()).run_test(size=(130, 30)) as pilot:
        await until(pilot, lambda: "Alerts 2 new" in _tabs(pilot.app))
        place = region_of(pilot.app, "Alerts 2 new")
        await pilot.click(offset=(place.x, place.y))
        await until(pilot, lambda: len(titles(pilot.app)) == 2)
        await until(pilot, lambda: "by Li Yuan, whom you follow" in "\n".join(list_lines(pilot.app)))
        assert "matches “agents”" in "\n".join(list_lines(pilot.app))
        await until(pilot, lambda: not followed.services(_settings()).alerts.new())
    async with followed.app(settings=_settings()).run_test(size=(130, 30)) as pilot:
        await rest(pilot)
        assert "Alerts" in _tabs(pilot.app)
        assert "Alerts 2 new" not in _tabs(pilot.app)


@pytest.mark.slow
async def test_what_arrives_at_a_refresh_is_announced_and_takes_no_key(followed: House) -> None:
    async with followed.app(settings=_settings()).run_test(size=(130, 30)) as pilot:
        await until(pilot, lambda: "Alerts 2 new" in _tabs(pilot.app))
        fourth = followed.stand_in.papers[3]._replace(authors=("Li Yuan",))
        followed.stand_in.papers = (*followed.stand_in.papers[:3], fourth)
        await press(pilot, "R")
        await until(pilot, lambda: last_notice(pilot.app) == "1 new in Alerts: by Li Yuan.")
        await until(pilot, lambda: "Alerts 3 new" in _tabs(pilot.app))
        before = papers(pilot.app).cursor
        await press(pilot, "j")
        assert papers(pilot.app).cursor == before + 1


@pytest.mark.slow
async def test_a_search_is_followed_and_followed_no_more_by_key_and_by_mouse(house: House) -> None:
    _store(house, *house.stand_in.papers)
    chosen = Settings(refresh=False, keys={"alert": "W", "trends": "exclamation_mark"})
    async with house.app(settings=chosen).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "slash", *"agents", "enter")
        await rest(pilot)
        place = region_of(pilot.app, "alert me")
        await pilot.click(offset=(place.x, place.y))
        words = "Following the search “agents”: 1 paper of the last four weeks. W again ends it."
        await until(pilot, lambda: last_notice(pilot.app) == words)
        assert [str(one.name) for one in load(house.home / "settings.toml").follows] == ["search:agents"]
        assert "Alerts" in _tabs(pilot.app)
        await press(pilot, "W")
        await until(pilot, lambda: last_notice(pilot.app) == "No longer following the search “agents”.")
        assert load(house.home / "settings.toml").follows == ()


@pytest.mark.slow
async def test_without_a_search_the_key_follows_papers_like_this_one(house: House) -> None:
    _store(house, *house.stand_in.papers)
    async with house.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await press(pilot, "exclamation_mark")
        words = "Following papers like “Sparse Attention at Scale”: 0 papers of the last four weeks. ! again ends it."
        await until(pilot, lambda: last_notice(pilot.app) == words)


@pytest.mark.slow
async def test_what_brought_a_paper_into_alerts_is_unfollowed_there(followed: House) -> None:
    (followed.home / "settings.toml").write_text(
        '[feeds.li-yuan]\nauthor = "Li Yuan"\nhidden = true\n[feeds.agents]\nsearch = "agents"\nhidden = true\n'
    )
    async with followed.app("alerts", settings=_settings()).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: len(titles(pilot.app)) == 2)
        await rest(pilot)
        if titles(pilot.app)[papers(pilot.app).cursor] != "A Survey of Agents":
            await press(pilot, "j")
        await press(pilot, "K")
        await until(pilot, lambda: "In Alerts because of" in shown(pilot.app))
        place = region_of(pilot.app, "f follow")
        await pilot.click(offset=(place.x, place.y))
        await until(pilot, lambda: len(load(followed.home / "settings.toml").follows) == 1)
        await press(pilot, "escape")
        await until(pilot, lambda: last_notice(pilot.app) == "No longer following agents.")
        await until(pilot, lambda: len(titles(pilot.app)) == 1)


@pytest.mark.slow
async def test_the_list_of_follows_has_numbers_and_the_view_opens_from_the_palette(followed: House) -> None:
    async with followed.app(settings=_settings()).run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "F")
        await until(pilot, lambda: "1 in Alerts, 1 new" in shown(pilot.app))
        await press(pilot, "escape")
        await press(pilot, "ctrl+p", *"open agents", "enter")
        await until(pilot, lambda: titles(pilot.app) == ["A Survey of Agents"])


@pytest.mark.slow
async def test_a_command_follows_with_a_kind_and_a_value(house: House) -> None:
    _store(house, *(paper._replace(organization="Example Lab") for paper in house.stand_in.papers))
    async with house.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await press(pilot, "colon", *"follow org Example Lab", "enter")
        await until(pilot, lambda: last_notice(pilot.app) == "You follow Example Lab now.")
        await until(pilot, lambda: len(titles(pilot.app)) == 5)
        assert search_text(pilot.app) == ""


@pytest.mark.slow
@pytest.mark.parametrize("size", [(3, 2), (20, 6), (60, 18), (300, 80)])
async def test_the_view_fits_every_size_in_ascii(followed: House, size: tuple[int, int]) -> None:
    async with followed.app("alerts", settings=_settings(signs="ascii")).run_test(size=size) as pilot:
        await until(pilot, lambda: len(titles(pilot.app)) == 2)
        await rest(pilot)
        assert all(char.isascii() or char in "“”▁▂▃▄▅▆▇█" for char in shown(pilot.app))
