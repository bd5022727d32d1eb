from datetime import date, timedelta

import pytest

from kit.papers import plain
from papertui.errors import SourceError, UsageError
from papertui.model.feed import FeedName
from services.conftest import Office

TRENDING = FeedName("trending")
DAY = FeedName("daily", "2026-04-30")


async def test_a_feed_is_fetched_and_stored(office: Office) -> None:
    feed = await office.services.feeds.serve(TRENDING)
    assert feed.papers == office.far_end.papers
    assert office.services.feeds.stored(TRENDING) == feed
    assert office.far_end.asked == ["trending 100"]


async def test_a_stored_feed_with_its_age_is_served_when_the_source_fails(office: Office) -> None:
    await office.services.feeds.serve(TRENDING)
    office.far_end.failing = True
    office.clock[0] += timedelta(hours=2)
    feed = await office.services.feeds.serve(TRENDING)
    assert len(feed.papers) == 20
    assert feed.notices == (
        "The far end cannot be reached; check the network connection. Showing the list stored 2 h ago.",
    )


async def test_a_failure_with_nothing_stored_is_an_error(office: Office) -> None:
    office.far_end.failing = True
    with pytest.raises(SourceError, match="cannot be reached"):
        await office.services.feeds.serve(TRENDING)


async def test_offline_serves_stored_feeds_without_requests(office: Office) -> None:
    with pytest.raises(SourceError, match="papertui is offline"):
        await office.services.feeds.serve(TRENDING, offline=True)
    await office.services.feeds.serve(TRENDING)
    asked = len(office.far_end.asked)
    feed = await office.services.feeds.serve(TRENDING, offline=True)
    assert (len(feed.papers), feed.notices) == (20, ("Showing the list stored just now.",))
    assert len(office.far_end.asked) == asked


async def test_a_weekend_is_empty_and_not_an_error(office: Office) -> None:
    office.far_end.failing = True
    saturday = FeedName("daily", "2026-04-25")
    for offline in (True, False):
        feed = await office.services.feeds.serve(saturday, offline=offline)
        assert (feed.papers, feed.notices) == (
            (), ("No daily papers on Saturday 25 April 2026: nothing is published at the weekend.",),
        )  # fmt: skip


@pytest.mark.parametrize("name", ["daily:2026-05-01", "weekly:2026-W19", "monthly:2026-05"])
async def test_future_periods_are_rejected(office: Office, name: str) -> None:
    kind, _, detail = name.partition(":")
    with pytest.raises(UsageError, match="is in the future"):
        await office.services.feeds.serve(FeedName(kind, detail))  # type: ignore[arg-type]
    assert office.far_end.asked == []


async def test_a_settled_day_is_served_without_a_request(office: Office) -> None:
    old = FeedName("daily", "2026-04-20")
    await office.services.feeds.serve(old)
    await office.services.feeds.serve(DAY)
    asked = len(office.far_end.asked)
    await office.services.feeds.serve(old)
    assert len(office.far_end.asked) == asked
    await office.services.feeds.serve(DAY)
    assert len(office.far_end.asked) == asked + 1


async def test_a_calendar_feed_without_period_is_the_latest_one(office: Office) -> None:
    names = [str((await office.services.feeds.serve(FeedName(kind))).name) for kind in ("daily", "weekly", "monthly")]
    assert names == ["daily:2026-04-30", "weekly:2026-W18", "monthly:2026-04"]
    stored = office.services.feeds.stored(FeedName("weekly"))
    assert stored is not None
    assert str(stored.name) == "weekly:2026-W18"


async def test_a_suspiciously_short_response_never_replaces_a_good_one(office: Office) -> None:
    await office.services.feeds.refresh(TRENDING)
    good = office.far_end.papers
    for few in (good[:0], good[:3]):
        office.far_end.papers = few
        with pytest.raises(SourceError, match=r"^Hugging Face .* the stored list is kept"):
            await office.services.feeds.refresh(TRENDING)
        stored = office.services.feeds.stored(TRENDING)
        assert stored is not None
        assert stored.papers == good
    office.far_end.papers = good[:5]
    assert len((await office.services.feeds.refresh(TRENDING)).papers) == 5


async def test_fewer_papers_are_plausible_when_fewer_were_requested(office: Office) -> None:
    office.far_end.papers = tuple(plain(number) for number in range(600))
    assert len((await office.services.feeds.serve(TRENDING, limit=600)).papers) == 600
    assert len((await office.services.feeds.serve(TRENDING)).papers) == 100


async def test_library_and_archive_are_never_fetched(office: Office) -> None:
    for kind in ("library", "archive"):
        assert list((await office.services.feeds.serve(FeedName(kind))).papers) == []
        with pytest.raises(UsageError, match="nothing to refresh"):
            await office.services.feeds.refresh(FeedName(kind))
    assert office.far_end.asked == []


async def test_freshness(office: Office) -> None:
    feed = await office.services.feeds.refresh(TRENDING)
    assert office.services.feeds.is_fresh(feed)
    office.clock[0] += timedelta(minutes=16)
    assert not office.services.feeds.is_fresh(feed)


def test_the_starter_feed_as_every_kind_of_feed(office: Office) -> None:
    feeds = office.services.feeds
    everything = feeds.starter(TRENDING).papers
    daily = feeds.starter(FeedName("daily"))
    assert len(everything) >= 90
    assert daily.name.detail == max(str(paper.featured) for paper in everything)
    assert {str(paper.featured) for paper in daily.papers} == {daily.name.detail}
    votes = [paper.upvotes or 0 for paper in feeds.starter(FeedName("monthly", "2026-03")).papers]
    assert votes
    assert votes == sorted(votes, reverse=True)
    assert feeds.starter(FeedName("library")).papers == ()
    assert feeds.starter(FeedName("daily", date(2024, 1, 2).isoformat())).papers == ()
