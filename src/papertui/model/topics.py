"""Which topics rise and fall from week to week, and how many papers appear and are read each day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from math import sqrt
from typing import Literal, NamedTuple

TopicKind = Literal["keyword", "category"]

#: The default number of weeks, the fewest that can be compared, and the most.
WEEKS, FEWEST_WEEKS, MOST_WEEKS = 12, 2, 104
#: The number of days for which papers are counted one by one.
DAYS = 14
_WEEK = 7
#: A topic rises only if this many papers of the last week have it: one or two make no trend.
_LEAST_RISING = 3
#: A topic falls only if at least this many papers were to be expected.
_LEAST_EXPECTED = 2.0
#: How many standard deviations a week differs from the weeks before, at least.
_LEAST_SCORE = 1.0
#: Fewer papers before the last week say nothing about what is usual.
_LEAST_BEFORE = 20
#: For a Poisson count x, 2·sqrt(x + 3/8) has about the same variance for every x (Anscombe 1948).
_ANSCOMBE = 3 / 8


class TopicTrend(NamedTuple):
    """How often a topic occurs, week by week. A week here is seven days; the last one ends with the last day."""

    kind: TopicKind
    name: str
    papers: int  # of the last week
    share: float  # of the papers of the last week, from 0 to 1
    before: float  # of the papers of all weeks before
    score: float  # how many standard deviations the last week differs; negative for a topic that falls
    history: tuple[float, ...]  # the shares of all weeks, oldest first


class TopicTrends(NamedTuple):
    """The topics that rise and fall."""

    last: date  # the last day with papers
    weeks: int  # the number of weeks looked at
    papers: int  # of the last week
    papers_before: int
    rising: tuple[TopicTrend, ...] = ()  # the strongest first
    falling: tuple[TopicTrend, ...] = ()  # the strongest first
    days: tuple[tuple[date, int], ...] = ()  # the number of papers of the latest days, newest first

    @property
    def first(self) -> date:
        """The first day of the last week."""
        return self.last - timedelta(days=_WEEK - 1)

    @property
    def is_comparable(self) -> bool:
        """Whether there are enough papers to say what is usual."""
        return self.papers > 0 and self.papers_before >= _LEAST_BEFORE


def fold_topic(name: str) -> str:
    """Return `name` in a form that is equal for spellings that differ only in case, hyphens and blanks."""
    return " ".join(name.casefold().replace("-", " ").split())


class TopicCounter:
    """Counts topics by day. The order in which papers are added makes no difference.

    A paper has a keyword if one of its keywords contains it as words: one with “large language models” has “language
    models” as well, as the search ``keyword:"language models"`` sees it.
    """

    def __init__(self) -> None:
        self._days: list[date] = []
        #: The numbers of the papers of each topic, in order.
        self._papers: Mapping[TopicKind, defaultdict[str, list[int]]] = {
            "keyword": defaultdict(list),
            "category": defaultdict(list),
        }
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, day: date, keywords: Iterable[str], categories: Iterable[str]) -> None:
        """Count one paper of `day`."""
        number = len(self._days)
        self._days.append(day)
        spellings = {folded: name for name in sorted(keywords, reverse=True) if (folded := fold_topic(name))}
        for folded, name in spellings.items():
            self._papers["keyword"][folded].append(number)
            self._spellings[folded][name] += 1
        for name in set(filter(None, categories)):
            self._papers["category"][name].append(number)

    def trends(self, today: date, weeks: int = WEEKS) -> TopicTrends | None:
        """Return what rises and falls; ``None`` without papers in the `weeks` before the end of `today`.

        The share of the last seven days with papers is compared with the share of the weeks before. The difference is
        measured in standard deviations of a Poisson count, so that a few papers do not make a trend.
        """
        begin = today - timedelta(days=_WEEK * weeks - 1)
        by_day = Counter(self._days)
        last = max((day for day in by_day if begin <= day <= today), default=None)
        if last is None:
            return None
        totals = by_week(by_day, last, weeks)
        days = tuple((day, by_day[day]) for day in (last - timedelta(days=ago) for ago in range(DAYS)))
        made = TopicTrends(last, weeks, totals[-1], sum(totals[:-1]), days=days)
        if not made.is_comparable:
            return made
        found = [*self._found("keyword", last, weeks), *self._found("category", last, weeks)]
        found.sort(key=lambda trend: (-abs(trend.score), -trend.papers, trend.kind, trend.name))
        return made._replace(
            rising=tuple(trend for trend in found if trend.score > 0),
            falling=tuple(trend for trend in found if trend.score < 0),
        )

    def _found(self, kind: TopicKind, last: date, weeks: int) -> Iterator[TopicTrend]:
        # Papers without keywords say nothing about keywords: a source that stops naming them is not a trend.
        known = set(chain.from_iterable(self._papers[kind].values()))
        base = self._counts(known, last, weeks)
        for name, numbers in self._topics(kind):
            if (trend := _trend(kind, name, self._counts(numbers, last, weeks), base)) is not None:
                yield trend._replace(name=self._spelling(name)) if kind == "keyword" else trend

    def _counts(self, numbers: Iterable[int], last: date, weeks: int) -> tuple[int, ...]:
        return by_week(Counter(map(self._days.__getitem__, numbers)), last, weeks)

    def _topics(self, kind: TopicKind) -> Iterable[tuple[str, Collection[int]]]:
        """Return the topics with the numbers of their papers."""
        papers = self._papers[kind]
        if kind == "category":
            return papers.items()
        topics = {name: set(numbers) for name, numbers in papers.items() if len(numbers) >= _LEAST_RISING}
        for name, numbers in papers.items():
            for part in _parts(name):
                if part in topics:
                    topics[part].update(numbers)
        return topics.items()

    def _spelling(self, folded: str) -> str:
        spellings = self._spellings[folded]
        return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def _parts(name: str) -> Iterator[str]:
    """Yield the sequences of words in a keyword, without the whole."""
    words = name.split()
    for size in range(1, len(words)):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


def _trend(kind: TopicKind, name: str, counts: Sequence[int], base: Sequence[int]) -> TopicTrend | None:
    """Return the trend of a topic; ``None`` for one without enough papers or without a difference."""
    papers, before = counts[-1], sum(counts[:-1])
    of, of_before = base[-1], sum(base[:-1])
    if not of or of_before < _LEAST_BEFORE:
        return None
    score = deviation(papers, of, before, of_before)
    is_supported = papers >= _LEAST_RISING if score > 0 else before * of / of_before >= _LEAST_EXPECTED
    if abs(score) < _LEAST_SCORE or not is_supported:
        return None
    history = tuple(count / total if total else 0.0 for count, total in zip(counts, base, strict=True))
    return TopicTrend(kind, name, papers, papers / of, before / of_before, score, history)


def deviation(papers: int, of: int, before: int, of_before: int) -> float:
    """Return by how many standard deviations `papers` of `of` differs from what `before` of `of_before` lets expect."""
    expected = before * of / of_before
    return 2 * (sqrt(papers + _ANSCOMBE) - sqrt(expected + _ANSCOMBE)) / sqrt(1 + of / of_before)


def by_week(counts: Mapping[date, int], last: date, weeks: int) -> tuple[int, ...]:
    """Return the sums of the `weeks` weeks of seven days that end with the day `last`, oldest first."""
    sums = [0] * weeks
    for day, count in counts.items():
        if 0 <= (ago := (last - day).days // _WEEK) < weeks:
            sums[-1 - ago] += count
    return tuple(sums)


# --- reading -----------------------------------------------------------------------------------------


class ReadingWeek(NamedTuple):
    """What the reader did in a week from Monday to Sunday."""

    monday: date
    read: tuple[int, ...]  # papers marked read, by day
    kept: tuple[int, ...]  # papers bookmarked, by day

    @property
    def days(self) -> tuple[int, ...]:
        """The papers read or bookmarked, by day; one that was both counts twice."""
        return tuple(read + kept for read, kept in zip(self.read, self.kept, strict=True))

    @property
    def last(self) -> date:
        return self.monday + timedelta(days=_WEEK - 1)


def reading_weeks(read: Iterable[date], kept: Iterable[date], today: date, weeks: int = WEEKS) -> list[ReadingWeek]:
    """Return the latest weeks with the number of papers read and kept on each day, newest first.

    Args:
        read: the day of each read mark.
        kept: the day of each bookmark.
        today: a day of the newest week.
        weeks: how many weeks.
    """
    reads, keeps = Counter(read), Counter(kept)
    mondays = [today - timedelta(days=today.weekday() + _WEEK * ago) for ago in range(weeks)]

    def of_week(counts: Counter[date], monday: date) -> tuple[int, ...]:
        return tuple(counts[monday + timedelta(days=day)] for day in range(_WEEK))

    return [ReadingWeek(monday, of_week(reads, monday), of_week(keeps, monday)) for monday in mondays]


# --- queries -----------------------------------------------------------------------------------------


def topic_query(kind: TopicKind, name: str) -> str:
    """Return the search for the papers of a topic."""
    if kind == "category":
        return f"cat:{name}"
    words = " ".join(name.replace('"', " ").split())
    return f'keyword:"{words}"'


def days_query(first: date, last: date) -> str:
    """Return the search for the papers from `first` to `last`."""
    return f"since:{first.isoformat()} until:{last.isoformat()}"
