"""The app on a disk that cannot be written: one line says so, and everything is shown."""

import pytest

from kit.bad_disk import allow_writes, refuse_writes
from papertui.archive.archive import Archive
from papertui.model.feed import FeedName
from papertui.settings import Settings
from tui.conftest import House
from tui.screen import appears, main, notice, papers, press, rest, shown, titles

pytestmark = pytest.mark.slow


@pytest.fixture
def refused(stored: House) -> House:
    """A home with stored papers, on a disk that cannot be written."""
    stored.archive.close()
    refuse_writes(stored.home)
    return stored


async def test_the_app_opens_and_says_it_in_one_line(refused: House) -> None:
    async with refused.app(offline=True).run_test(size=(200, 30)) as pilot:
        await appears(pilot, "archive.db cannot be opened")
        assert len(titles(pilot.app)) == 5
        assert "We study sparse attention" in shown(pilot.app)
        await press(pilot, "escape", "enter")
        assert main(pilot.app).has_class("-reading")
        assert notice(pilot.app) == "", "reading asks for nothing that has to be stored"
        await press(pilot, "escape", "slash", *"robots", "enter")
        assert titles(pilot.app)[0] == "Robots That Read"
        await press(pilot, "q")
    assert pilot.app.return_code == 0


async def test_a_bookmark_has_no_star_until_it_is_on_the_disk(refused: House) -> None:
    async with refused.app(offline=True).run_test(size=(200, 30)) as pilot:
        await appears(pilot, "archive.db cannot be opened")
        await press(pilot, "b")
        assert "The bookmarks in" in notice(pilot.app)
        assert "cannot be written" in notice(pilot.app)
        assert not papers(pilot.app).state.kept
        assert "★ Library 1" not in shown(pilot.app)
        await press(pilot, "r")
        assert "cannot be" in notice(pilot.app)
        assert not papers(pilot.app).state.read
        await press(pilot, "j", "t", *"+todo", "enter")
        assert "cannot be written" in notice(pilot.app)
        allow_writes(refused.home)
        await press(pilot, "b", "r")
        assert len(papers(pilot.app).state.kept) == 1
        assert len(papers(pilot.app).state.read) == 1
    assert len(refused.library.ids()) == 1


async def test_a_fetched_feed_is_shown_and_stays_while_the_app_runs(refused: House) -> None:
    refused.stand_in.papers = refused.stand_in.papers[2:]
    async with refused.app(settings=Settings(refresh=False)).run_test(size=(200, 30)) as pilot:
        await appears(pilot, "archive.db cannot be opened")
        await press(pilot, "R")
        assert len(titles(pilot.app)) == 3
        await press(pilot, "2")
        await rest(pilot)
        await press(pilot, "1")
        assert len(titles(pilot.app)) == 3
        await press(pilot, "b")
        assert "The bookmarks in" in notice(pilot.app)
    refused.archive.close()
    allow_writes(refused.home)
    again = Archive(refused.home / "archive.db")
    feed = again.feed(FeedName("trending"))
    again.close()
    assert feed is not None
    assert len(feed.papers) == 5, "the other list was in memory only"


async def test_a_disk_that_fills_while_the_app_runs_is_reported(stored: House) -> None:
    async with stored.app(offline=True).run_test(size=(200, 30)) as pilot:
        await rest(pilot)
        assert notice(pilot.app) == ""
        stored.archive.close()
        refuse_writes(stored.home)
        await press(pilot, "2")
        await appears(pilot, "archive.db cannot be opened")
