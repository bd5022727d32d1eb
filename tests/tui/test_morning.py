"""The list and the page of a reader who comes back every morning: what is shown stays what it was."""

from datetime import UTC, date, datetime

import pytest
from textual.app import App

from kit.papers import plain
from papertui.model.feed import Feed, FeedName, Follow
from papertui.model.paper import Paper
from papertui.settings import Settings
from papertui.tui.widgets.preview import Preview
from tui.conftest import NOW, House
from tui.screen import lines, main, notice, papers, press, rest, shown, titles, until

DAILY = FeedName("daily", "2026-04-30")
YESTERDAY = FeedName("daily", "2026-04-29")


def _page(app: App[None]) -> str:
    """Return the title of the paper on the page."""
    preview = main(app).query_one(Preview)
    return "" if preview._paper is None else preview._paper.title


# --- the latest list ---------------------------------------------------------------------------------


@pytest.mark.slow
async def test_daily_on_a_fresh_home_is_the_latest_day_not_that_of_the_starter_feed(house: House) -> None:
    house.stand_in.day = date(2026, 4, 29)
    async with house.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        house.stand_in.asked.clear()
        await press(pilot, "2")
        assert house.stand_in.asked == ["latest day", "daily:2026-04-29 None"]
        assert "Daily 29 Apr" in lines(pilot.app)[0]
        assert "Sparse Attention at Scale" in titles(pilot.app)


@pytest.mark.slow
@pytest.mark.parametrize("hours", [2, 24 * 40])
async def test_a_stored_day_is_shown_until_the_newest_one_arrives(house: House, hours: int) -> None:
    moment = datetime.fromtimestamp(NOW.timestamp() - 3600 * hours, UTC)
    house.archive.keep_feed(Feed(YESTERDAY, (plain(9)._replace(title="Yesterday's paper"),), moment, "huggingface"))
    async with house.app("daily").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert "Daily 30 Apr" in lines(pilot.app)[0]
        assert "Yesterday's paper" not in titles(pilot.app)


@pytest.mark.slow
async def test_refresh_on_the_latest_day_asks_for_the_newest(house: House) -> None:
    house.archive.keep_feed(Feed(YESTERDAY, (plain(9),), NOW, "huggingface"))
    async with house.app("daily").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert house.stand_in.asked == [], "it was fetched just now"
        await press(pilot, "R")
        assert house.stand_in.asked == ["latest day", "daily:2026-04-30 None"]
        assert "Daily 30 Apr" in lines(pilot.app)[0]


@pytest.mark.slow
async def test_refresh_on_a_chosen_day_asks_for_that_day(house: House) -> None:
    house.archive.keep_feed(Feed(DAILY, (plain(9),), NOW, "huggingface"))
    house.archive.keep_feed(Feed(YESTERDAY, (plain(8),), NOW, "huggingface"))
    async with house.app("daily").run_test(size=(120, 30)) as pilot:
        await press(pilot, "left_square_bracket", "R")
        assert house.stand_in.asked == ["daily:2026-04-29 None"]


@pytest.mark.slow
async def test_a_day_that_appears_in_the_background_is_announced_with_its_key(house: House) -> None:
    house.archive.keep_feed(Feed(YESTERDAY, (plain(9),), NOW, "huggingface"))
    async with house.app("daily", settings=Settings(refresh=False)).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        feed = Feed(DAILY, house.stand_in.papers, NOW, "huggingface")
        house.archive.keep_feed(feed)
        main(pilot.app)._feeds.arrived_in_background(feed)
        assert notice(pilot.app) == "Thu 30 Apr is out. 2 shows it."
        assert "Daily 29 Apr" in lines(pilot.app)[0]
        await press(pilot, "2")
        assert "Daily 30 Apr" in lines(pilot.app)[0]


# --- a refresh and the reader ------------------------------------------------------------------------


def _newer(house: House) -> Paper:
    paper = plain(77)._replace(title="The new number one")
    house.stand_in.papers = (paper, *house.stand_in.papers)
    return paper


async def test_a_reader_at_the_top_who_pressed_nothing_stays_at_the_top(house: House) -> None:
    house.archive.keep_feed(Feed(FeedName("trending"), house.stand_in.papers, NOW.replace(hour=15), "huggingface"))
    newest = _newer(house)
    async with house.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert papers(pilot.app).paper == newest
        assert "The new number one" in shown(pilot.app)


@pytest.mark.slow
async def test_a_reader_who_moved_keeps_the_paper_in_its_place_on_the_screen(stored: House) -> None:
    async with stored.app().run_test(size=(120, 9)) as pilot:
        await press(pilot, "j", "j", "k")
        before, place = papers(pilot.app).paper, papers(pilot.app).cursor * 2 - papers(pilot.app).scroll_offset.y
        _newer(stored)
        await press(pilot, "R")
        assert papers(pilot.app).paper == before
        assert papers(pilot.app).cursor * 2 - papers(pilot.app).scroll_offset.y == place


@pytest.mark.slow
async def test_a_reader_at_the_top_who_pressed_a_key_keeps_the_paper(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "b")
        before = papers(pilot.app).paper
        _newer(stored)
        await press(pilot, "R")
        assert papers(pilot.app).paper == before


# --- reading -----------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_refresh_or_a_filter_does_not_change_the_paper_on_the_page(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "f", "u", "j", "enter")  # unread only
        title = _page(pilot.app)
        assert title == "Diffusion Language Models"
        await press(pilot, "R")
        assert _page(pilot.app) == title
        await press(pilot, "f", "s", "A", "ctrl+a", "V", "ctrl+t")
        assert _page(pilot.app) == title
        assert papers(pilot.app).state.selected == frozenset()
        assert len(papers(pilot.app).state.read) == 1, "only the open paper"
        await press(pilot, "b")
        assert stored.library.ids() == {"2604.00002"}
        await press(pilot, "escape")
        assert "Sparse Attention" in titles(pilot.app)[0]


@pytest.mark.slow
async def test_a_paper_that_left_the_list_stays_on_the_page(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "j", "enter")
        stored.stand_in.papers = stored.stand_in.papers[2:]
        await press(pilot, "R")
        assert _page(pilot.app) == "Diffusion Language Models"
        await press(pilot, "escape")
        assert papers(pilot.app).paper is not None


@pytest.mark.slow
async def test_next_paper_while_reading_follows_the_list(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "enter", "n")
        assert _page(pilot.app) == "Diffusion Language Models"
        assert "We begin." in shown(pilot.app)
        await press(pilot, "escape")
        assert papers(pilot.app).cursor == 1


@pytest.mark.slow
async def test_keys_typed_at_once_reach_the_page_of_the_first_match(stored: House) -> None:
    async with stored.app().run_test(size=(120, 40)) as pilot:
        await rest(pilot)
        await pilot.press("slash", *"robots", "enter", "enter")
        await rest(pilot)
        assert _page(pilot.app) == "Robots That Read"
        assert "We begin." in shown(pilot.app), "its full text"


# --- notices and keys --------------------------------------------------------------------------------


@pytest.mark.slow
async def test_a_notice_takes_no_key(stored: House) -> None:
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "enter", "b")
        assert notice(pilot.app)
        await press(pilot, "escape")
        assert not main(pilot.app).has_class("-reading")
        assert not notice(pilot.app)


@pytest.mark.slow
async def test_the_warning_of_a_failure_goes_when_the_fetch_succeeds(house: House) -> None:
    house.stand_in.failing = True
    async with house.app().run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        assert "cannot be reached" in notice(pilot.app)
        house.stand_in.failing = False
        await press(pilot, "R")
        assert not notice(pilot.app)


@pytest.mark.slow
async def test_an_empty_list_after_a_failure_says_so(house: House) -> None:
    house.stand_in.refusing = True
    async with house.app("hf-search:sparse").run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        text = shown(pilot.app)
        assert "This list could not be fetched." in text
        assert "Loading" not in text
        assert "no connection" not in text, "the service answered"
        assert "refresh failed" in text


@pytest.mark.slow
async def test_the_first_paper_is_shown_again_after_the_wheel(stored: House) -> None:
    async with stored.app().run_test(size=(120, 9)) as pilot:
        await rest(pilot)
        widget = papers(pilot.app)
        for back in ("home", "g"):
            widget.scroll_to(y=4, animate=False, force=True)
            await rest(pilot)
            await press(pilot, *([back, back] if back == "g" else [back]))
            assert widget.scroll_offset.y == 0
        widget.scroll_to(y=0, animate=False, force=True)
        await press(pilot, "G")
        widget.scroll_to(y=0, animate=False, force=True)
        await press(pilot, "G")
        assert widget.scroll_offset.y == widget.max_scroll_y


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 60, 80])
async def test_the_open_tab_is_always_on_the_screen(stored: House, width: int) -> None:
    follows = (Follow("a", "cs.CL", FeedName("arxiv", "cs.CL")), Follow("b", "cs.LG", FeedName("arxiv", "cs.LG")))
    async with stored.app(settings=Settings(refresh=False, follows=follows)).run_test(size=(width, 18)) as pilot:
        await rest(pilot)
        for key, title in (("1", "Trending"), ("6", "cs.CL"), ("7", "cs.LG"), ("8", "★ Library"), ("9", "Archive")):
            await press(pilot, key)
            assert title in lines(pilot.app)[0]
        are_all_shown = "Trend " in lines(pilot.app)[0]
        assert ("‹" in lines(pilot.app)[0]) is not are_all_shown, "a sign says that there are more to the left"
        await press(pilot, "1")
        assert ("›" in lines(pilot.app)[0]) is not are_all_shown


@pytest.mark.slow
async def test_ctrl_c_quits_like_q(stored: House) -> None:
    app = stored.app()
    async with app.run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await pilot.press("ctrl+c")
        await until(pilot, lambda: not app.is_running)
    assert app.return_code == 0
