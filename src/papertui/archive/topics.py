"""The topics of stored papers, counted in one pass."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from papertui.model.topic_trends import TopicCounter
from papertui.sqlite import MalformedError, micros, moment_of

#: A paper may be featured this long after it was published, at most: others are left out, so that an archive of
#: millions of papers is not read as a whole.
_FEATURED_WITHIN = timedelta(days=180)
_ROWS = """
SELECT featured, published, keywords, categories FROM papers
WHERE moment >= ? AND (featured IS NOT NULL OR (published IS NOT NULL AND precision IS NULL))
"""
_STAMP = "SELECT papers, last, (SELECT ifnull(max(change), 0) FROM changes) FROM totals"


class TopicsStamp(NamedTuple):
    """Differs when papers were added or changed."""

    papers: int
    last_row: int
    last_change: int


def stamp(connection: sqlite3.Connection) -> TopicsStamp:
    return TopicsStamp(*connection.execute(_STAMP).fetchone())


def count_topics(connection: sqlite3.Connection, first: date) -> TopicCounter:
    """Return the topics of the papers from the day `first` on, by the day they were featured, else published.

    Raises:
        MalformedError: a row is damaged.
    """
    counter = TopicCounter()
    since = micros(datetime.combine(first - _FEATURED_WITHIN, time(), UTC))
    for featured, published, keywords, categories in connection.execute(_ROWS, (since,)):
        try:
            day = moment_of(published).date() if featured is None else date.fromisoformat(featured)
            if day >= first:
                counter.add(day, _names(keywords), _names(categories))
        except (TypeError, ValueError, OverflowError) as error:
            raise MalformedError("a row of papers is broken") from error
    return counter


def _names(text: str | None) -> list[str]:
    return [] if text is None else json.loads(text)


def read_moments(connection: sqlite3.Connection, since: datetime) -> list[datetime]:
    """Return when papers were marked read, from `since` on."""
    rows = connection.execute("SELECT at FROM read_marks WHERE at >= ?", (micros(since),))
    return [moment_of(at) for (at,) in rows]
