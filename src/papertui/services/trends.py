"""Topics that rise and fall among the stored papers, and what the reader read and kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.archive.topics import TopicsStamp
from papertui.library.bookmarks import Library
from papertui.model.topic_trends import WEEKS, ReadingWeek, TopicTrends, reading_weeks
from papertui.services.types import Clock


class TrendsReport(NamedTuple):
    """What the screen of trends and ``papertui trends`` show."""

    today: date
    weeks: int
    topics: TopicTrends | None  # ``None`` without papers in these weeks
    reading: tuple[ReadingWeek, ...]  # newest first


class TrendsService:
    """Computes trends. Every method blocks and raises `StoreError`."""

    def __init__(self, archive: Archive, library: Library, now: Clock) -> None:
        self._archive = archive
        self._library = library
        self._now = now
        self._cached: tuple[tuple[TopicsStamp, date, int], TopicTrends | None] | None = None

    def report(self, weeks: int = WEEKS) -> TrendsReport:
        """Return the trends of the last `weeks` weeks. Topics are counted again only if the archive changed."""
        today = self._now().date()
        key = (self._archive.topics_stamp(), today, weeks)
        if self._cached is None or self._cached[0] != key:
            first = today - timedelta(weeks=weeks)
            self._cached = key, self._archive.topics(first).trends(today, weeks)
        return TrendsReport(today, weeks, self._cached[1], tuple(self._reading(today)))

    def _reading(self, today: date) -> list[ReadingWeek]:
        since = datetime.combine(today - timedelta(weeks=WEEKS), time(), UTC)
        read = [moment.date() for moment in self._archive.read_moments(since)]
        kept = [mark.added.astimezone(UTC).date() for mark in self._library.all()]
        return reading_weeks(read, kept, today)
