"""Trends of what is stored, and what was read."""

from datetime import UTC, date, datetime, timedelta

from kit.papers import plain
from papertui.model.paper import Paper
from papertui.model.topic_trends import days_query, topic_query
from services.conftest import Harness

TODAY = date(2026, 4, 30)


def of_weeks(weeks: int = 6, each: int = 20) -> list[Paper]:
    """Return papers of several weeks; “World Models” rises in the last one, and “fine-tuning” is gone."""
    papers = []
    for ago in range(weeks):
        for number in range(each):
            keywords: tuple[str, ...] = ("Latent World Models",) if not ago and number < 8 else ("x",)
            keywords = ("World-Models", "fine-tuning") if ago and number < 4 else keywords
            day = TODAY - timedelta(days=7 * ago)
            paper = plain(100 * ago + number)._replace(featured=day, keywords=keywords, categories=("cs.RO",))
            papers.append(paper)
    return papers


def test_the_numbers_are_those_that_the_search_finds(harness: Harness) -> None:
    harness.archive.remember(of_weeks(), harness.clock[0])
    report = harness.services.trends.report()
    topics = report.topics
    assert topics is not None
    assert (topics.papers, topics.papers_before, topics.last) == (20, 100, TODAY)
    assert [trend.name for trend in topics.falling] == ["fine-tuning"]
    session = harness.services.search.open("archive")
    week = days_query(topics.first, topics.last)
    for trend in (*topics.rising, *topics.falling):
        found = session.answer(f"{topic_query(trend.kind, trend.name)} {week}", 100).results.total
        assert found == trend.papers, trend
    found = session.answer(days_query(TODAY, TODAY), 100).results.total
    assert topics.days[0] == (TODAY, found)


def test_topics_are_counted_again_when_papers_come(harness: Harness) -> None:
    trends = harness.services.trends
    assert trends.report().topics is None
    harness.archive.remember(of_weeks(), harness.clock[0])
    first = trends.report().topics
    assert first is not None
    assert trends.report().topics is first
    harness.archive.remember([plain(9999)], harness.clock[0])
    second = trends.report().topics
    assert second is not None
    assert second.papers == first.papers + 1
    harness.archive.remember([plain(9999)._replace(keywords=("new",))], harness.clock[0])
    assert trends.report().topics is not second
    harness.clock[0] += timedelta(days=1)
    assert trends.report().today == TODAY + timedelta(days=1)


def test_papers_without_a_day_are_not_counted(harness: Harness) -> None:
    unknown = plain(1)._replace(featured=None, published=None)
    year = plain(2)._replace(featured=None, published=datetime(2026, 1, 1, tzinfo=UTC), precision="year")
    old = plain(3)._replace(featured=None, published=datetime(2020, 1, 1, tzinfo=UTC))
    harness.archive.remember([unknown, year, old], harness.clock[0])
    assert harness.services.trends.report(26).topics is None
    harness.archive.remember([plain(4)._replace(featured=None)], harness.clock[0])
    topics = harness.services.trends.report().topics
    assert topics is not None
    assert (topics.papers, topics.last) == (1, date(2026, 4, 29))


def test_reading_is_counted_by_day(harness: Harness) -> None:
    now = harness.clock[0]
    harness.archive.mark_read(["a", "b"], True, now)
    harness.archive.mark_read(["c"], True, now - timedelta(days=3))
    harness.archive.mark_read(["d"], True, now - timedelta(weeks=60))
    harness.library.add([plain(1)], now - timedelta(days=1))
    weeks = harness.services.trends.report().reading
    assert len(weeks) == 12
    assert weeks[0].read == (1, 0, 0, 2, 0, 0, 0)
    assert weeks[0].kept == (0, 0, 1, 0, 0, 0, 0)
    assert not any(any(week.days) for week in weeks[1:])
