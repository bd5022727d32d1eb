"""What is new: the papers that were not on the screen at an earlier visit."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from kit.bad_disk import refuse_writes
from kit.papers import plain
from papertui.app import Services
from papertui.archive.visits import VisitLog
from papertui.model.feed import Feed, FeedName, Follow
from papertui.services.places import Places
from papertui.services.visits import VISIT_GAP, Visits
from services.conftest import Harness

TRENDING, DAILY = FeedName("trending"), FeedName("daily")
EVENING = datetime(2026, 4, 29, 20, tzinfo=UTC)
MORNING = datetime(2026, 4, 30, 8, tzinfo=UTC)


def ids(*numbers: int) -> set[str]:
    return {plain(number).id for number in numbers}


def store(harness: Harness, name: FeedName, numbers: Sequence[int]) -> Feed:
    feed = Feed(name, tuple(map(plain, numbers)), harness.clock[0], "huggingface")
    harness.archive.keep_feed(feed)
    return feed


def fresh(harness: Harness) -> Visits:
    """Return the visits as another start or another window has them."""
    return Visits(harness.archive, harness.services.feeds, lambda: harness.clock[0])


def evening(harness: Harness, numbers: Sequence[int] = (1, 2, 3)) -> Visits:
    """A first visit on Wednesday evening, with a trending list whose first paper was on the screen."""
    harness.clock[0] = EVENING
    visits = harness.services.visits
    visits.begin()
    store(harness, TRENDING, numbers)
    visits.meet([TRENDING])
    visits.use(ids(numbers[0]))
    return visits


def test_nothing_is_new_at_the_first_visit(harness: Harness) -> None:
    visits = evening(harness)
    assert visits.in_feeds([TRENDING, DAILY]) == {TRENDING: frozenset(), DAILY: frozenset()}
    assert visits.ids() == frozenset()


def test_papers_that_arrive_are_new_until_they_were_on_the_screen_at_an_earlier_visit(harness: Harness) -> None:
    evening(harness)
    harness.clock[0] = MORNING
    feed = store(harness, TRENDING, (4, 1, 5, 2))
    visits = fresh(harness)
    assert visits.begin().before == EVENING
    assert visits.in_feed(feed) == ids(4, 5)
    visits.use(ids(4, 1))
    assert visits.in_feed(feed) == ids(4, 5), "as long as the visit lasts"
    assert fresh(harness).ids() == ids(4, 5), "also for another process"
    assert fresh(harness).on_screen() == ids(4), "1 was there before"
    harness.clock[0] += VISIT_GAP
    visits = fresh(harness)
    visits.begin()
    assert visits.in_feed(feed) == ids(5), "it was below the screen"


def test_starting_again_soon_continues_the_visit(harness: Harness) -> None:
    evening(harness)
    harness.clock[0] = MORNING
    store(harness, TRENDING, (4, 1))
    first = fresh(harness)
    number = first.begin().number
    harness.clock[0] += VISIT_GAP / 2
    first.use(ids(4))
    harness.clock[0] += VISIT_GAP / 2
    window = fresh(harness)
    assert window.begin().number == number
    assert window.ids() == ids(4)
    assert not first.is_over()
    harness.clock[0] += VISIT_GAP
    assert first.is_over()
    assert window.begin().number == number + 1
    assert first.begin().number == number + 1, "both windows are at the same visit"


def test_a_clock_that_was_wrong_does_not_stop_visits(harness: Harness) -> None:
    harness.clock[0] = EVENING + timedelta(days=9_000)
    harness.services.visits.begin()
    harness.clock[0] = EVENING
    assert fresh(harness).begin().number == 2
    harness.clock[0] = MORNING
    assert fresh(harness).begin().number == 3


def test_a_new_day_is_new_and_an_old_one_is_not(harness: Harness) -> None:
    visits = evening(harness)
    wednesday = store(harness, FeedName("daily", "2026-04-29"), (1, 11))
    visits.meet([DAILY])
    harness.clock[0] = MORNING
    visits = fresh(harness)
    visits.begin()
    thursday = store(harness, FeedName("daily", "2026-04-30"), (1, 12, 13))
    monday = store(harness, FeedName("daily", "2026-04-27"), (21, 22))
    assert visits.in_feed(thursday) == ids(12, 13)
    assert visits.in_feed(wednesday) == frozenset()
    assert visits.in_feed(monday) == frozenset()
    assert visits.in_feeds([DAILY]) == {DAILY: ids(12, 13)}
    assert visits.ids() == ids(12, 13)


def test_the_first_list_of_a_feed_has_nothing_new(harness: Harness) -> None:
    evening(harness)
    harness.clock[0] = MORNING
    visits, name = fresh(harness), FeedName("arxiv", "cs.CL")
    visits.begin()
    feed = store(harness, name, (31, 32))
    assert visits.in_feed(feed) == frozenset(), "before it is recorded as well"
    visits.meet([name])
    assert visits.in_feed(feed) == frozenset()
    feed = store(harness, name, (33, 31))
    assert visits.in_feed(feed) == ids(33)
    visits.meet([name])
    assert visits.in_feed(feed) == ids(33)


def test_a_paper_that_is_not_in_the_archive_for_the_first_time_can_be_new(harness: Harness) -> None:
    evening(harness)
    harness.archive.remember([plain(9)], EVENING)  # an import
    harness.clock[0] = MORNING
    feed = store(harness, TRENDING, (9, 1))
    visits = fresh(harness)
    visits.begin()
    assert visits.in_feed(feed) == ids(9)


def test_nothing_is_new_in_the_library_the_archive_and_bundled_papers(harness: Harness) -> None:
    evening(harness)
    harness.clock[0] = MORNING
    store(harness, TRENDING, (4, 1))
    visits = fresh(harness)
    visits.begin()
    papers = (plain(4), plain(99))
    for name, origin in (("library", "library"), ("archive", "archive"), ("trending", "starter")):
        assert visits.in_feed(Feed(FeedName(name), papers, origin=origin)) == frozenset()  # type: ignore[arg-type]
    assert visits.in_feed(Feed(FeedName("rising"), papers, origin="archive")) == ids(4)


def test_new_versions_and_muted_papers_are_not_counted(harness: Harness) -> None:
    evening(harness)
    harness.clock[0] = MORNING
    feed = Feed(TRENDING, (plain(4), plain(1)), MORNING, "huggingface", why={plain(4).id: "replace"})
    harness.archive.keep_feed(feed)
    visits = fresh(harness)
    visits.begin()
    assert visits.in_feeds([TRENDING])[TRENDING] == frozenset()
    assert visits.in_feed(feed) == frozenset()


def test_a_group_has_the_new_papers_of_its_feeds_once(harness: Harness) -> None:
    first, second, group = FeedName("keyword", "a"), FeedName("keyword", "b"), FeedName("group", "G")
    follows = (Follow("a", "A", first, groups=("G",)), Follow("b", "B", second, groups=("G",)))
    harness.services.follows.use(harness.services.follows._settings._replace(follows=follows))
    visits = evening(harness)
    store(harness, first, (1,))
    store(harness, second, (2,))
    visits.meet([group])
    harness.clock[0] = MORNING
    store(harness, first, (5, 6, 1))
    store(harness, second, (6, 7, 2))
    visits = fresh(harness)
    visits.begin()
    assert visits.in_feeds([group, first]) == {group: ids(5, 6, 7), first: ids(5, 6)}
    stored = harness.services.feeds.stored(group)
    assert stored is not None
    assert visits.in_feed(stored) == ids(5, 6, 7)


def test_a_command_is_not_a_visit(harness: Harness) -> None:
    evening(harness)
    harness.clock[0] = MORNING
    store(harness, TRENDING, (4, 1))
    assert fresh(harness).ids() == ids(4)
    assert fresh(harness).begin().number == 2
    assert fresh(harness).ids() == ids(4)


def test_before_the_first_visit_nothing_is_new(harness: Harness) -> None:
    feed = store(harness, TRENDING, (1, 2))
    assert fresh(harness).ids() == frozenset()
    assert fresh(harness).in_feed(feed) == frozenset()


def test_visits_work_in_memory_on_a_disk_that_cannot_be_written(harness: Harness) -> None:
    evening(harness)
    harness.clock[0] = MORNING
    trending = store(harness, TRENDING, (4, 1))
    name = FeedName("arxiv", "cs.CL")
    unknown = store(harness, name, (31, 32))
    harness.archive.close()
    refuse_writes(harness.home)
    visits = fresh(harness)
    assert visits.begin().before == EVENING
    visits.meet([name])
    visits.use(ids(4))
    assert visits.in_feed(trending) == ids(4)
    assert visits.in_feed(unknown) == frozenset()
    later = unknown._replace(papers=(plain(33), *unknown.papers))
    assert visits.in_feed(later) == ids(33)
    assert visits.in_feeds([TRENDING, name]) == {TRENDING: ids(4), name: frozenset()}
    places = Places(harness.archive, lambda: MORNING)
    places.keep({"view trending": {"row": 3}})
    assert places.load() == {}


@pytest.mark.slow
def test_the_table_of_seen_papers_is_bounded(harness: Harness) -> None:
    log = VisitLog(harness.archive.database)
    log.begin(EVENING, VISIT_GAP)
    log.use(1, EVENING, (f"old-{number}" for number in range(59_000)))
    at = EVENING
    for number in range(2, 5):
        at += timedelta(days=1)
        log.begin(at, VISIT_GAP)
        log.use(number, at, (f"{number}-{place}" for place in range(1_000)))
    size = harness.archive.database.read(lambda connection: connection.execute("SELECT count(*) FROM seen").fetchone())
    assert 50_000 <= size[0] <= 60_000
    assert log.seen_before(9, ["4-1", "3-1"]) == {"4-1", "3-1"}


def test_places_are_kept_one_by_one_and_bounded(harness: Harness) -> None:
    places = harness.services.places
    places.keep({"view trending": {"row": 3}, "page 1": {"at": 0.5}})
    Places(harness.archive, lambda: harness.clock[0]).keep({"view daily": {"row": 1}, "page 1": {}})
    assert places.load() == {"view trending": {"row": 3}, "view daily": {"row": 1}}
    harness.clock[0] += timedelta(days=1)
    places.keep({f"page {number}": {"at": 0.5} for number in range(400)})
    assert len(places.load()) == 300


def test_the_services_share_one_record_of_visits(harness: Harness) -> None:
    services: Services = harness.services
    evening(harness)
    harness.clock[0] = MORNING
    store(harness, TRENDING, (4, 1))
    services.visits.begin()
    found = services.search.open().answer("is:new", None).papers
    assert {paper.id for paper in found} == ids(4)
    assert "1" in {hit.paper.id[-1] for hit in services.search.open().best("-is:new")}
