"""The sections of the screen of trends: topics, papers per day and reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, sqrt

from papertui.model.format import day, grouped, level_bars, plural
from papertui.model.topic_trends import TopicTrend, TopicTrends, days_query, topic_query
from papertui.services.trends import TrendsReport
from papertui.tui.bar_sections import BarColumn, BarRole, BarRow, BarSection
from papertui.tui.glyphs import Glyphs

#: Topics in a section.
_MOST_TOPICS = 12
#: Weeks that the bars of a topic show: more make the columns too wide.
_MOST_BARS = 26
_DAY_NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_KINDS = {"keyword": "keywords", "category": "categories"}


def topic_sections(report: TrendsReport, glyphs: Glyphs) -> Iterator[BarSection]:
    """Yield the topics that rise and fall."""
    topics = report.topics
    if topics is None or not topics.is_comparable:
        yield BarSection("Topics", _too_few(report, topics))
        return
    last = day(topics.last, report.today)
    about = (
        f"Share of the {plural(topics.papers, 'paper')} of the 7 days to {topics.last:%a} {last}, against the "
        f"{plural(topics.papers_before, 'paper')} of the {plural(topics.weeks - 1, 'week')} before."
    )
    for kind, word in _KINDS.items():
        rising = [trend for trend in topics.rising if trend.kind == kind][:_MOST_TOPICS]
        falling = [trend for trend in topics.falling if trend.kind == kind][:_MOST_TOPICS]
        if kind == "keyword" or rising or falling:
            none = f"No {kind} occurs clearly more often than before."
            week = f" {days_query(topics.first, topics.last)}"
            yield _topics(f"Rising {word}", about if rising else f"{about} {none}", rising, glyphs, within=week)
            about = ""
        if falling:
            yield _topics(f"Falling {word}", "", falling, glyphs, is_falling=True)


def _too_few(report: TrendsReport, topics: TopicTrends | None) -> str:
    if topics is None:
        return (
            f"No papers of the last {plural(report.weeks, 'week')} are stored. papertui keeps every paper it fetches."
        )
    stored = topics.papers + topics.papers_before
    return (
        f"What rises and falls is seen when papers of several weeks are stored; so far there "
        f"{'is' if stored == 1 else 'are'} {plural(stored, 'paper')}. papertui keeps every paper it fetches, and "
        "“papertui import” reads older ones from files."
    )


def _topics(
    title: str, note: str, trends: Sequence[TopicTrend], glyphs: Glyphs, *, within: str = "", is_falling: bool = False
) -> BarSection:
    """Return the section of topics; `within` is added to the search for the papers of each."""
    columns = (
        BarColumn("by week", "bars", rank=3),
        BarColumn("share", "text", rank=5),
        BarColumn("before", "faint", rank=4),
        BarColumn("papers", "faint", rank=2),
        BarColumn("", "bars", rank=1, is_bar=True),
    )
    most = max((max(trend.share, trend.before) for trend in trends), default=0) or 1
    rows = tuple(
        BarRow(
            trend.name,
            (
                level_bars(trend.history[-_MOST_BARS:], glyphs.levels),
                percent(trend.share),
                percent(trend.before),
                grouped(trend.papers),
                trend.share / most,
            ),
            topic_query(trend.kind, trend.name) + within,
        )
        for trend in trends
    )
    role: BarRole = "falling" if is_falling else "rising"
    return BarSection(title, note, columns if rows else (), rows, bars=role)


def percent(share: float) -> str:
    """Format a share: ``4.1 %``."""
    return f"{100 * share:.1f} %"


def day_sections(report: TrendsReport) -> Iterator[BarSection]:
    """Yield the number of papers of the latest days."""
    if report.topics is None:
        return
    most = max(number for _, number in report.topics.days) or 1
    rows = tuple(
        BarRow(
            f"{when:%a} {day(when, report.today)}",
            (grouped(number), number / most),
            days_query(when, when) if number else "",
        )
        for when, number in report.topics.days
    )
    yield BarSection("Papers per day", "", (BarColumn("", rank=1), BarColumn("", "bars", is_bar=True)), rows)


def reading_sections(report: TrendsReport, glyphs: Glyphs) -> Iterator[BarSection]:
    """Yield the papers read and kept by day, as a heat map with numbers."""
    weeks = report.reading
    most = max((number for week in weeks for number in week.days), default=0)
    if not most:
        yield BarSection("Reading", "Papers that you read or bookmark are counted here, by day.")
        return
    columns = (
        *(BarColumn(name, "bars", rank=3) for name in _DAY_NAMES),
        BarColumn("read", rank=2),
        BarColumn("kept", "faint", rank=1),
    )
    rows = tuple(
        BarRow(
            day(week.monday, report.today),
            (
                *(_heat(number, most, glyphs) for number in week.days),
                grouped(sum(week.read)),
                grouped(sum(week.kept)),
            ),
            f"is:read,bookmarked {days_query(week.monday, week.last)}" if any(week.days) else "",
        )
        for week in weeks
    )
    yield BarSection("Reading", "Papers that you read or bookmarked on each day.", columns, rows, gap=1)


def _heat(number: int, most: int, glyphs: Glyphs) -> str:
    """Draw a cell of the heat map: two characters of a level, and the number."""
    if not number:
        return f"{glyphs.dot if glyphs.is_unicode else '.':>4}"
    # Square roots: one day on which everything was marked read must not make all others look alike.
    levels = glyphs.levels[1:]
    level = levels[ceil(sqrt(number / most) * len(levels)) - 1]
    return f"{level * 2}{number:>2}"
