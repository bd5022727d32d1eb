from datetime import date, timedelta

import pytest

from kit.papers import plain
from papertui.errors import SourceError, UsageError
from papertui.model.feed import FeedName
from papertui.model.identity import identified
from services.conftest import Harness

TRENDING = FeedName("trending")
DAY = FeedName("daily", "2026-04-30")


async def test_a_feed_is_fetched_and_stored(harness: Harness) -> None:
    feed = await harness.services.feeds.serve(TRENDING)
    assert feed.papers == harness.stand_in.papers
    assert harness.services.feeds.stored(TRENDING) == feed
    assert harness.stand_in.asked == ["trending 100"]


async def test_a_stored_feed_with_its_age_is_served_when_the_source_fails(harness: Harness) -> None:
    await harness.services.feeds.serve(TRENDING)
    harness.stand_in.failing = True
    harness.clock[0] += timedelta(hours=2)
    feed = await harness.services.feeds.serve(TRENDING)
    assert len(feed.papers) == 20
    assert feed.notices == (
        "The stand-in cannot be reached; check the network connection. Showing the list stored 2 h ago.",
    )


async def test_a_failure_with_nothing_stored_is_an_error(harness: Harness) -> None:
    harness.stand_in.failing = True
    with pytest.raises(SourceError, match="cannot be reached"):
        await harness.services.feeds.serve(TRENDING)


async def test_offline_serves_stored_feeds_without_requests(harness: Harness) -> None:
    with pytest.raises(SourceError, match="papertui is offline"):
        await harness.services.feeds.serve(TRENDING, offline=True)
    await harness.services.feeds.serve(TRENDING)
    asked = len(harness.stand_in.asked)
    feed = await harness.services.feeds.serve(TRENDING, offline=True)
    assert (len(feed.papers), feed.notices) == (20, ("Showing the list stored just now.",))
    assert len(harness.stand_in.asked) == asked


async def test_a_weekend_is_empty_and_not_an_error(harness: Harness) -> None:
    harness.stand_in.failing = True
    saturday = FeedName("daily", "2026-04-25")
    for offline in (True, False):
        feed = await harness.services.feeds.serve(saturday, offline=offline)
        assert (feed.papers, feed.notices) == (
            (), ("No daily papers on Saturday 25 April 2026: nothing is published at the weekend.",),
        )  # fmt: skip


@pytest.mark.parametrize("name", ["daily:2026-05-01", "weekly:2026-W19", "monthly:2026-05"])
async def test_future_periods_are_rejected(harness: Harness, name: str) -> None:
    kind, _, detail = name.partition(":")
    with pytest.raises(UsageError, match="is in the future"):
        await harness.services.feeds.serve(FeedName(kind, detail))  # type: ignore[arg-type]
    assert harness.stand_in.asked == []


async def test_a_settled_day_is_served_without_a_request(harness: Harness) -> None:
    old = FeedName("daily", "2026-04-20")
    await harness.services.feeds.serve(old)
    await harness.services.feeds.serve(DAY)
    asked = len(harness.stand_in.asked)
    await harness.services.feeds.serve(old)
    assert len(harness.stand_in.asked) == asked
    await harness.services.feeds.serve(DAY)
    assert len(harness.stand_in.asked) == asked + 1


async def test_a_calendar_feed_without_period_is_the_latest_one(harness: Harness) -> None:
    names = [str((await harness.services.feeds.serve(FeedName(kind))).name) for kind in ("daily", "weekly", "monthly")]
    assert names == ["daily:2026-04-30", "weekly:2026-W18", "monthly:2026-04"]
    stored = harness.services.feeds.stored(FeedName("weekly"))
    assert stored is not None
    assert str(stored.name) == "weekly:2026-W18"


async def test_a_suspiciously_short_response_never_replaces_a_good_one(harness: Harness) -> None:
    await harness.services.feeds.refresh(TRENDING)
    good = harness.stand_in.papers
    for few in (good[:0], good[:3]):
        harness.stand_in.papers = few
        with pytest.raises(SourceError, match=r"^Hugging Face .* the stored list is kept"):
            await harness.services.feeds.refresh(TRENDING)
        stored = harness.services.feeds.stored(TRENDING)
        assert stored is not None
        assert stored.papers == good
    harness.stand_in.papers = good[:5]
    assert len((await harness.services.feeds.refresh(TRENDING)).papers) == 5


async def test_fewer_papers_are_plausible_when_fewer_were_requested(harness: Harness) -> None:
    harness.stand_in.papers = tuple(plain(number) for number in range(600))
    assert len((await harness.services.feeds.serve(TRENDING, limit=600)).papers) == 600
    assert len((await harness.services.feeds.serve(TRENDING)).papers) == 100


async def test_library_and_archive_are_never_fetched(harness: Harness) -> None:
    for kind in ("library", "archive"):
        assert list((await harness.services.feeds.serve(FeedName(kind))).papers) == []
        with pytest.raises(UsageError, match="nothing to refresh"):
            await harness.services.feeds.refresh(FeedName(kind))
    assert harness.stand_in.asked == []


async def test_freshness(harness: Harness) -> None:
    feed = await harness.services.feeds.refresh(TRENDING)
    assert harness.services.feeds.is_fresh(feed)
    harness.clock[0] += timedelta(minutes=16)
    assert not harness.services.feeds.is_fresh(feed)


def test_the_starter_feed_as_every_kind_of_feed(harness: Harness) -> None:
    feeds = harness.services.feeds
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


async def test_a_refresh_says_how_many_records_were_joined(harness: Harness) -> None:
    paper = harness.stand_in.papers[0]
    harness.archive.remember(
        [identified(paper._replace(id="", sources=("file",), doi=None, url=None))], harness.clock[0]
    )
    feed = await harness.services.feeds.refresh(TRENDING)
    assert feed.notices == ("1 record joined: the same work as another one.",)
    assert (await harness.services.feeds.refresh(TRENDING)).notices == ()
