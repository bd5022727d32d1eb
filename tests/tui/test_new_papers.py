"""What is new since the last visit: marks, counts, the rule, the line of a start, and going from one to the next."""

from datetime import UTC, date, datetime

import pytest
from textual.app import App
from textual.pilot import Pilot

from kit.papers import plain
from papertui.model.feed import Feed, FeedName, Follow
from papertui.model.filters import ListFilter
from papertui.model.paper import Paper
from papertui.settings import Settings
from papertui.tui.controllers.visit_controller import VisitController
from tui.conftest import NOW, House
from tui.screen import lines, main, notice, papers, press, rest, shown, titles, until

TRENDING = FeedName("trending")
EVENING, MORNING = datetime(2026, 4, 29, 20, tzinfo=UTC), datetime(2026, 4, 30, 8, tzinfo=UTC)
LATER = datetime(2026, 4, 30, 17, tzinfo=UTC)


def many(*numbers: int) -> tuple[Paper, ...]:
    return tuple(plain(number)._replace(title=f"Paper {number} of many", featured=None) for number in numbers)


def store(house: House, name: FeedName, found: tuple[Paper, ...], at: datetime) -> None:
    house.archive.keep_feed(Feed(name, found, at, "huggingface"))


def visit(app: App[None]) -> VisitController:
    return main(app)._visit


async def look(pilot: Pilot[None]) -> None:
    """Wait until the papers on the screen are noted."""
    await rest(pilot)
    rows, state = papers(pilot.app).visible_rows, papers(pilot.app).state
    await until(pilot, lambda: {state.paper(row).id for row in rows} <= main(pilot.app)._tabs.on_screen)


async def evening(house: House, follows: tuple[Follow, ...] = ()) -> None:
    """The first visit: everything that is stored is there before it."""
    app = house.app(now=EVENING, settings=Settings(refresh=False, follows=follows))
    async with app.run_test(size=(120, 12)) as pilot:
        await look(pilot)
        assert "new" not in lines(pilot.app)[0]
        assert papers(pilot.app).state.new == frozenset()
        assert notice(pilot.app) == "", "nothing is new at the first start"


@pytest.mark.slow
async def test_a_morning(house: House) -> None:
    follows = (
        Follow("cl", "cs.CL", FeedName("arxiv", "cs.CL")),
        Follow("li", "Li Yuan", FeedName("author", "Li Yuan")),
    )
    store(house, TRENDING, many(1, 2, 3), EVENING)
    store(house, follows[0].name, many(11, 12), EVENING)
    store(house, follows[1].name, many(21), EVENING)
    await evening(house, follows)
    news = many(4, 5)
    news = (news[0], news[1]._replace(authors=("Ada", "Li Yuan")))
    store(house, TRENDING, (*news, *many(1, 2)), MORNING)
    store(house, follows[0].name, many(14, 15, 16), MORNING)
    settings = Settings(refresh=False, follows=follows)
    async with house.app(now=MORNING, settings=settings).run_test(size=(160, 20)) as pilot:
        await rest(pilot)
        await until(pilot, lambda: notice(pilot.app))
        assert notice(pilot.app) == "5 new since yesterday · 1 by Li Yuan, whom you follow"
        await look(pilot)
        assert "Trending 2 new" in lines(pilot.app)[0]
        assert "cs.CL 3 new" in lines(pilot.app)[0]
        assert "seen before · last visit Wed 29 Apr" in shown(pilot.app)
        assert "─ seen before" in lines(pilot.app)[6]
        await press(pilot, "n")
        assert papers(pilot.app).paper == papers(pilot.app).state.paper(1)
        await press(pilot, "n")
        assert papers(pilot.app).state.feed.name == follows[0].name, "the next tab that has some"
        assert papers(pilot.app).cursor == 0
        assert "Trending  " in lines(pilot.app)[0], "all of them were on the screen"
        await look(pilot)
        await press(pilot, "n", "n", "n")
        assert papers(pilot.app).cursor == 2
        assert notice(pilot.app) == "No more new or unread papers."
        await press(pilot, "N", "N", "N")
        assert papers(pilot.app).state.feed.name == TRENDING
        assert papers(pilot.app).cursor == 1, "the last new one of the tab before"
        assert "•" in lines(pilot.app)[2], "still marked as new"


@pytest.mark.slow
async def test_new_papers_are_marked_until_the_next_visit(house: House) -> None:
    store(house, TRENDING, many(1, 2, 3), EVENING)
    await evening(house)
    store(house, TRENDING, many(4, 1, 2, 3, *range(30, 40), 5), MORNING)
    for _ in range(2):  # starting again soon continues the visit
        async with house.app(now=MORNING).run_test(size=(120, 12)) as pilot:
            await look(pilot)
            assert len(papers(pilot.app).state.new) == 12
            assert "12 new since yesterday" in notice(pilot.app)
    async with house.app(now=LATER, offline=True).run_test(size=(120, 12)) as pilot:
        await rest(pilot)
        assert plain(4).id not in papers(pilot.app).state.new
        assert plain(5).id in papers(pilot.app).state.new, "it was below the screen"
        await rest(pilot)
        await until(pilot, lambda: notice(pilot.app))
        assert "since" not in notice(pilot.app), "it arrived before the last visit"


@pytest.mark.slow
async def test_a_paper_shown_in_the_triage_was_seen(house: House) -> None:
    store(house, TRENDING, many(1), EVENING)
    await evening(house)
    store(house, TRENDING, many(*range(30, 40), 4, 5, 6, 1), MORNING)
    async with house.app(now=MORNING).run_test(size=(120, 12)) as pilot:
        await look(pilot)
        await press(pilot, "Z", *["n"] * 10)
        assert "Paper 4 of many" in shown(pilot.app)
    async with house.app(now=LATER, offline=True).run_test(size=(120, 12)) as pilot:
        await rest(pilot)
        new = papers(pilot.app).state.new
        assert plain(4).id not in new
        assert plain(5).id in new


@pytest.mark.slow
async def test_a_key_after_a_long_time_begins_another_visit(house: House) -> None:
    store(house, TRENDING, many(1), EVENING)
    await evening(house)
    store(house, TRENDING, many(4, 1), MORNING)
    moments = [MORNING]
    app = house.app(now=MORNING)
    main_screen = app.get_default_screen()
    services = main_screen._services  # type: ignore[attr-defined]
    services.visits._now = lambda: moments[0]
    async with app.run_test(size=(120, 12)) as pilot:
        await look(pilot)
        assert papers(pilot.app).state.new
        moments[0] = LATER
        await press(pilot, "j")
        assert not papers(pilot.app).state.new
        assert services.visits._visit.number == 3


@pytest.mark.slow
async def test_filter_and_query_show_new_papers(house: House) -> None:
    store(house, TRENDING, many(1, 2), EVENING)
    await evening(house)
    store(house, TRENDING, many(1, 4, 2, 5), MORNING)
    async with house.app(now=MORNING).run_test(size=(120, 30)) as pilot:
        await look(pilot)
        assert "seen before" not in shown(pilot.app), "below the last new paper there is nothing"
        lists = main(pilot.app)._lists
        lists.update(lists.state.with_show(ListFilter.NEW))
        assert titles(pilot.app) == ["Paper 4 of many", "Paper 5 of many"]
        lists.update(lists.state.with_show(ListFilter.ALL))
        await press(pilot, "slash", *"is:new")
        assert sorted(titles(pilot.app)) == ["Paper 4 of many", "Paper 5 of many"]
        await press(pilot, "enter", "n")
        assert papers(pilot.app).cursor == 1, "the next match"


@pytest.mark.slow
async def test_unread_papers_follow_when_nothing_is_new(stored: House) -> None:
    stored.archive.mark_read([stored.stand_in.papers[1].id], True, NOW)
    async with stored.app().run_test(size=(120, 30)) as pilot:
        await press(pilot, "n")
        assert papers(pilot.app).cursor == 2
        assert notice(pilot.app) == ""
        await press(pilot, "N")
        assert papers(pilot.app).cursor == 0


@pytest.mark.slow
async def test_the_line_of_a_start_leaves_after_a_key(house: House) -> None:
    store(house, TRENDING, many(1), EVENING)
    await evening(house)
    store(house, TRENDING, many(4, 1), MORNING)
    async with house.app(now=MORNING).run_test(size=(120, 30)) as pilot:
        await rest(pilot)
        await until(pilot, lambda: notice(pilot.app))
        line = main(pilot.app)._notice
        assert line._timer is None, "it waits for the reader"
        await press(pilot, "j")
        assert line._timer is not None


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 60, 80, 200])
async def test_counts_leave_the_tabs_readable(house: House, width: int) -> None:
    house.stand_in.day = date(2026, 4, 29)
    daily = [FeedName("daily", f"2026-04-{day}") for day in (29, 30)]
    store(house, daily[0], many(1), EVENING)
    store(house, TRENDING, many(1), EVENING)
    await evening(house)
    store(house, TRENDING, many(*range(40, 60), 1), MORNING)
    store(house, daily[1], many(4, 5, 6), MORNING)
    async with house.app(now=MORNING).run_test(size=(width, 18)) as pilot:
        await rest(pilot)
        top = lines(pilot.app)[0]
        assert "Trending" in top
        assert ("20 new" if width == 200 else "•20") in top
        if width > 60:
            assert ("Daily 3 new" if width == 200 else "Day •3") in top


@pytest.mark.slow
async def test_a_demo_is_not_a_visit(house: House) -> None:
    async with house.app(demo=True).run_test(size=(120, 30)) as pilot:
        await press(pilot, "n", "j", "2")
        assert "new" not in lines(pilot.app)[0]
    assert house.services(Settings()).visits._log.last() is None
