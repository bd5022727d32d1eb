"""Which topics rise and fall from week to week, and how many papers appear and are read each day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
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
        self._days: list[int] = []  # of each paper, as an ordinal: many papers are counted, while the screen is used
        #: The numbers of the papers of each topic, in order.
        self._papers: Mapping[TopicKind, defaultdict[str, list[int]]] = {
            "keyword": defaultdict(list),
            "category": defaultdict(list),
        }
        #: Papers without keywords say nothing about keywords: a source that stops naming them is not a trend.
        self._known: Mapping[TopicKind, list[int]] = {"keyword": [], "category": []}
        self._folded: dict[str, str] = {}
        self._spelt: Counter[str] = Counter()

    def add(self, day: date, keywords: Iterable[str], categories: Iterable[str]) -> None:
        """Count one paper of `day`."""
        number = len(self._days)
        self._days.append(day.toordinal())
        self._add("keyword", number, {folded for name in set(keywords) if (folded := self._fold(name))})
        self._add("category", number, set(filter(None, categories)))

    def _add(self, kind: TopicKind, number: int, names: AbstractSet[str]) -> None:
        if names:
            self._known[kind].append(number)
        papers = self._papers[kind]
        for name in names:
            papers[name].append(number)

    def _fold(self, name: str) -> str:
        self._spelt[name] += 1
        folded = self._folded.get(name)
        if folded is None:
            folded = self._folded[name] = fold_topic(name)
        return folded

    def trends(self, today: date, weeks: int = WEEKS) -> TopicTrends | None:
        """Return what rises and falls; ``None`` without papers in the `weeks` before the end of `today`.

        The share of the last seven days with papers is compared with the share of the weeks before. The difference is
        measured in standard deviations of a Poisson count, so that a few papers do not make a trend.
        """
        end = today.toordinal()
        last = max((day for day in self._days if end - _WEEK * weeks < day <= end), default=None)
        if last is None:
            return None
        slots = [_slot(last - day, weeks) for day in self._days]
        totals = by_week(range(len(slots)), slots, weeks)
        lately = Counter(day for day in self._days if last - DAYS < day <= last)
        days = tuple((date.fromordinal(day), lately[day]) for day in range(last, last - DAYS, -1))
        made = TopicTrends(date.fromordinal(last), weeks, totals[-1], sum(totals[:-1]), days=days)
        if not made.is_comparable:
            return made
        found = [*self._found("keyword", slots, weeks), *self._found("category", slots, weeks)]
        found.sort(key=lambda trend: (-abs(trend.score), -trend.papers, trend.kind, trend.name))
        return made._replace(
            rising=tuple(trend for trend in found if trend.score > 0),
            falling=tuple(trend for trend in found if trend.score < 0),
        )

    def _found(self, kind: TopicKind, slots: Sequence[int], weeks: int) -> list[TopicTrend]:
        base = by_week(self._known[kind], slots, weeks)
        trends = [
            trend
            for name, numbers in self._topics(kind)
            if (trend := _trend(kind, name, by_week(numbers, slots, weeks), base)) is not None
        ]
        if kind == "category":
            return trends
        spellings = self._spellings({trend.name for trend in trends})
        return [trend._replace(name=spellings[trend.name]) for trend in trends]

    def _topics(self, kind: TopicKind) -> Iterator[tuple[str, Iterable[int]]]:
        """Yield the topics with the numbers of their papers."""
        papers = self._papers[kind]
        within: defaultdict[str, list[str]] = defaultdict(list)
        for name in papers if kind == "keyword" else ():
            for part in set(_parts(name)):
                if part in papers:
                    within[part].append(name)
        for name, numbers in papers.items():
            if longer := within.get(name):
                yield name, {*numbers, *chain.from_iterable(papers[other] for other in longer)}
            else:
                yield name, numbers

    def _spellings(self, wanted: AbstractSet[str]) -> Mapping[str, str]:
        """Return the most common spelling of each keyword."""
        best: dict[str, str] = {}
        for name, folded in self._folded.items():
            if folded in wanted:
                rivals = (name, best.get(folded, name))
                best[folded] = min(rivals, key=lambda spelling: (-self._spelt[spelling], spelling))
        return best


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


def by_week(numbers: Iterable[int], slots: Sequence[int], weeks: int) -> tuple[int, ...]:
    """Return how many of the papers with `numbers` are in each week, oldest first.

    Args:
        numbers: the numbers of papers.
        slots: the week of each paper, from 0 for the oldest; `weeks` for a paper of no week.
        weeks: how many weeks.
    """
    sums = [0] * (weeks + 1)
    for number in numbers:
        sums[slots[number]] += 1
    return tuple(sums[:weeks])


def _slot(ago: int, weeks: int) -> int:
    """Return the week of a day that was `ago` days before the last one."""
    week = ago // _WEEK
    return weeks - 1 - week if 0 <= week < weeks else weeks


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
