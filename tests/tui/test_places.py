"""The place of the reader is kept: in each view, in each text, over tab changes, restarts and signals."""

from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from kit.papers import plain
from papertui.model.feed import Feed, FeedName
from papertui.model.filters import ListFilter
from papertui.model.ordering import Order
from papertui.model.paper import Paper
from papertui.settings import Settings
from papertui.tui.reading_place import ReadingPlace, TextLayout, place_from
from papertui.tui.view_states import Place, ViewState, view_state_from
from papertui.tui.widgets.preview import Preview
from tui.conftest import NOW, House
from tui.screen import lines, main, papers, press, rest, search_text, shown, titles, until

TRENDING, WEEKLY = FeedName("trending"), FeedName("weekly", "2026-W18")
DAILY = FeedName("daily", "2026-04-30")


def many(*numbers: int) -> tuple[Paper, ...]:
    return tuple(
        plain(number)._replace(title=f"Paper {number} of many", upvotes=number % 7, abstract="Words. " * 400)
        for number in numbers
    )


def store(house: House, name: FeedName, found: tuple[Paper, ...]) -> None:
    house.archive.keep_feed(Feed(name, found, NOW, "huggingface"))


@pytest.fixture
def full(house: House) -> House:
    """A home with sixty trending papers, thirty of the week and ten of the day."""
    store(house, TRENDING, many(*range(1, 61)))
    store(house, WEEKLY, many(*range(101, 131)))
    store(house, DAILY, many(*range(201, 211)))
    return house


def where(app: App[None]) -> tuple[str, int, int]:
    """Return the title of the paper under the cursor, its row and the lines above it on the screen."""
    widget = papers(app)
    assert widget.paper is not None
    return widget.paper.title, widget.cursor, widget.lines_above


@pytest.mark.slow
async def test_each_view_keeps_its_place(full: House) -> None:
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, *"j" * 20, "k", "k")
        trending = where(pilot.app)
        assert trending[:2] == ("Paper 19 of many", 18)
        await press(pilot, "3", "j", "j", "1")
        assert where(pilot.app) == trending
        await press(pilot, "3")
        assert where(pilot.app)[:2] == ("Paper 103 of many", 2)
        await press(pilot, "home", "1", "3")
        assert where(pilot.app)[1:] == (0, 0)


@pytest.mark.slow
async def test_a_restart_shows_the_place_again(full: House) -> None:
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, *"j" * 20, "k", "k")
        before, widget = where(pilot.app), papers(pilot.app)
        widget.scroll_to(y=widget.scroll_offset.y + 2, animate=False, force=True)
        before = where(pilot.app)
    async with full.app().run_test(size=(120, 20)) as pilot:
        await rest(pilot)
        assert where(pilot.app) == before
        assert not main(pilot.app).has_class("-reading")


@pytest.mark.slow
async def test_a_list_that_the_wheel_scrolled_stays_there_without_its_cursor(full: House) -> None:
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, "j")
        papers(pilot.app).scroll_to(y=30, animate=False, force=True)
        before = where(pilot.app)
        await press(pilot, "3", "1")
        assert where(pilot.app) == before
        papers(pilot.app).scroll_to(y=30, animate=False, force=True)
    async with full.app().run_test(size=(120, 20)) as pilot:
        await rest(pilot)
        assert where(pilot.app) == before
        await press(pilot, "j")
        assert where(pilot.app)[0] == "Paper 3 of many"


@pytest.mark.slow
async def test_a_place_does_not_move_when_newer_papers_arrive(full: House) -> None:
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, *"j" * 20)
        before = where(pilot.app)
    full.archive.keep_feed(Feed(TRENDING, many(*range(1, 61)), NOW.replace(hour=15), "huggingface"))
    full.stand_in.papers = many(*range(70, 75), *range(1, 61))
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, "R")
        assert where(pilot.app) == (before[0], before[1] + 5, before[2])


@pytest.mark.slow
async def test_a_reader_who_left_at_the_top_is_at_the_top_of_what_arrives(full: House) -> None:
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, "j", "k")
    full.stand_in.papers = many(99, *range(1, 61))
    async with full.app(settings=Settings(refresh=False)).run_test(size=(120, 20)) as pilot:
        await rest(pilot)
        main(pilot.app)._feeds.renew(Feed(TRENDING, full.stand_in.papers, NOW, "huggingface"))
        await rest(pilot)
        assert where(pilot.app) == ("Paper 99 of many", 0, 0)


@pytest.mark.slow
async def test_the_nearest_neighbour_takes_the_place_of_a_paper_that_left(full: House) -> None:
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, *"j" * 20)
    store(full, TRENDING, many(*range(50, 60), *range(1, 19), *range(22, 40)))
    async with full.app().run_test(size=(120, 20)) as pilot:
        await rest(pilot)
        assert where(pilot.app)[0] == "Paper 22 of many", "21 left, and so did 20 and 19"


@pytest.mark.slow
async def test_order_filter_and_search_belong_to_a_view(full: House) -> None:
    full.archive.mark_read([plain(101).id], True, NOW)
    async with full.app().run_test(size=(120, 20)) as pilot:
        lists = main(pilot.app)._lists
        lists.update(lists.state.with_order(Order.VOTES))
        lists.update(lists.state.with_show(ListFilter.UNREAD))
        main(pilot.app)._search.use_scope("everything")
        await press(pilot, "slash", *"paper", "enter", "j", "j")
        before, texts = where(pilot.app), titles(pilot.app)
        await press(pilot, "3")
        assert (lists.state.order, lists.state.show, search_text(pilot.app)) == (Order.FEED, ListFilter.ALL, "")
        assert main(pilot.app)._search.scope is None
        assert len(titles(pilot.app)) == 30
        await press(pilot, "1")
        await until(pilot, lambda: titles(pilot.app) == texts)
        assert search_text(pilot.app) == "paper"
        assert (lists.state.order, lists.state.show) == (Order.VOTES, ListFilter.UNREAD)
        assert main(pilot.app)._search.scope == "everything"
        assert where(pilot.app) == before
    async with full.app().run_test(size=(120, 20)) as pilot:
        await rest(pilot)
        assert papers(pilot.app).state.order is Order.VOTES, "the order is kept between starts"
        assert papers(pilot.app).state.show is ListFilter.ALL
        assert len(titles(pilot.app)) == 60


@pytest.mark.slow
async def test_another_day_of_the_tab_has_its_order_and_begins_at_the_top(full: House) -> None:
    store(full, FeedName("daily", "2026-04-29"), many(*range(211, 231)))
    async with full.app("daily").run_test(size=(120, 20)) as pilot:
        lists = main(pilot.app)._lists
        lists.update(lists.state.with_order(Order.VOTES))
        await press(pilot, *"jjjj", "left_square_bracket")
        assert lists.state.feed.name.detail == "2026-04-29"
        assert lists.state.order is Order.VOTES
        assert papers(pilot.app).cursor == 0


# --- texts -------------------------------------------------------------------------------------------


def _page(pilot: Pilot[None]) -> Preview:
    return main(pilot.app).query_one(Preview)


@pytest.mark.slow
async def test_the_place_in_a_text_is_kept(full: House) -> None:
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, "j", "enter", "pagedown", "pagedown")
        offset = _page(pilot).scroll_offset.y
        assert offset > 10
        await press(pilot, "escape")
        assert _page(pilot).scroll_offset.y == 0
        await press(pilot, "enter")
        assert _page(pilot).scroll_offset.y == offset
        await press(pilot, "n")
        assert _page(pilot).scroll_offset.y == 0
        await press(pilot, "N")
        assert _page(pilot).scroll_offset.y == offset
    async with full.app().run_test(size=(120, 20)) as pilot:
        await until(pilot, lambda: main(pilot.app).has_class("-reading"))
        await rest(pilot)
        assert _page(pilot).paper_id == plain(2).id, "the paper that was open"
        assert _page(pilot).scroll_offset.y == offset
        part = _page(pilot).place
        assert part is not None
    async with full.app().run_test(size=(64, 20)) as pilot:
        await until(pilot, lambda: main(pilot.app).has_class("-reading"))
        await rest(pilot)
        narrow = _page(pilot).place
        assert narrow is not None
        assert narrow.text == part.text, "the same paragraph at another width"
        assert abs(narrow.part - part.part) < 0.05
        await press(pilot, "escape")
    async with full.app().run_test(size=(120, 20)) as pilot:
        await rest(pilot)
        assert not main(pilot.app).has_class("-reading")


@pytest.mark.slow
async def test_a_key_at_the_start_is_stronger_than_the_open_paper(full: House) -> None:
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, "j", "enter")
    async with full.app("weekly").run_test(size=(120, 20)) as pilot:
        await rest(pilot)
        assert not main(pilot.app).has_class("-reading"), "another view"


def test_a_place_in_a_text_is_found_at_another_width() -> None:
    wide = TextLayout(["A title", "", "First words here", "", "Second words"], [1, 2, 3, 13, 14], 20)
    narrow = TextLayout(["A title", "", "First words here", "", "Second words"], [1, 3, 4, 24, 25], 40)
    place = wide.place_at(8)
    assert place is not None
    assert narrow.line_of(place) == 14
    assert wide.place_at(0) is None
    assert TextLayout().place_at(3) is None
    assert narrow.line_of(ReadingPlace("Another text", 0.5, 0.5)) is None
    assert place_from(place.stored()) == ReadingPlace("First words here", 0.5, 0.4)
    assert place_from({"text": 3}) is None
    twice = TextLayout(["Same", "Same"], [0, 50], 100)
    assert twice.line_of(ReadingPlace("Same", 0.0, 0.6)) == 50


def test_stored_states_of_other_versions_are_left_out() -> None:
    view = ViewState(Order.VOTES, True, Place("trending", 3, 2, ("a", "b")), ListFilter.UNREAD, "x", "library")
    assert view_state_from(view.stored()) == ViewState(Order.VOTES, is_reversed=True, place=view.place)
    assert view_state_from({"order": "gone", "feed": 3, "row": "x"}) == ViewState()
    assert ViewState(place=Place("trending", 3, 2, ("a",), "query")).stored() == {}


@pytest.mark.slow
async def test_the_place_is_written_from_time_to_time(full: House, tmp_path: Path) -> None:
    assert tmp_path == full.home
    async with full.app().run_test(size=(120, 20)) as pilot:
        await press(pilot, *"jjj")
        await main(pilot.app)._places._keep()  # what the timer calls
        assert full.services(Settings()).places.load()["view trending"]["row"] == 3
        assert "Paper 4" in shown(pilot.app)
        assert lines(pilot.app)
