"""How the votes of a paper grow, which papers rise, and what a row says about it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil, sqrt
from types import MappingProxyType
from typing import NamedTuple

from papertui.model.format import day
from papertui.model.reasons import Reason
from papertui.model.versions import PaperNews

#: Fewer observations than this do not make a curve.
FEWEST_POINTS = 3
#: The maximum number of days in a curve.
_DAYS = 7
_DAY = timedelta(days=1)
#: A rate is measured over about a day: from the last observation at least this long ago.
_SPAN = timedelta(hours=20)
#: Over a shorter time, a single vote would distort the rate.
_SHORTEST_DAYS = 0.5
#: A gain over up to this many days counts as that of one day: visits are not exactly a day apart.
_LONGEST_DAY = 1.5
#: A paper not seen for this long before the newest observation has left the feeds and is not rising.
_STILL_THERE = timedelta(days=2)
#: Lower bounds in days of the age groups within which papers are compared.
_AGES = (1, 2, 3, 5, 8, 15, 31)
#: The weight, in papers, of the overall median beside the median of an age group.
_GUESS = 3
#: For a Poisson count x, 2·sqrt(x + 3/8) has about the same variance for every x (Anscombe 1948).
_ANSCOMBE = 3 / 8


class Observation(NamedTuple):
    """The numbers a source reported for a paper at one time."""

    at: datetime  # UTC
    upvotes: int | None = None  # on Hugging Face
    comments: int | None = None  # on Hugging Face
    stars: int | None = None  # of the repository


class Growth(NamedTuple):
    """The recent growth of a paper's votes."""

    votes: int  # at the last observation
    points: int  # the number of observations
    gain: int  # votes since `since`; 0 for a single observation
    since: datetime | None  # the observation compared with; ``None`` for a single observation
    at: datetime  # the last observation
    #: Votes at the end of each day, oldest first; ``None`` for a day on which they are not known; empty for fewer than
    #: three days.
    curve: tuple[int | None, ...] = ()


class Rise(NamedTuple):
    """How fast a paper rises."""

    rate: float  # votes per day
    usual: float  # votes per day of papers of the same age
    score: float  # the rate relative to `usual`; higher is faster
    growth: Growth


def growth(observations: Sequence[Observation]) -> Growth | None:
    """Return the growth over `observations` (oldest first); ``None`` if they contain no votes.

    The last observation is compared with the last one of an earlier day (UTC) within a week, so that it reads “since
    yesterday”; failing that, with the first one of the same day.
    """
    points = _votes(observations)
    if not points:
        return None
    at, votes = points[-1]
    base = next(
        ((when, then) for when, then in reversed(points) if when.date() < at.date() and at - when < 7 * _DAY), None
    )
    if base is None and len(points) > 1 and points[0][0].date() == at.date():
        base = points[0]
    since, then = base or (None, votes)
    return Growth(votes, len(points), votes - then, since, at, _curve(points))


def rises(histories: Mapping[str, Sequence[Observation]], born: Mapping[str, date]) -> dict[str, Rise]:
    """Return the papers whose votes grow, the fastest first.

    A paper's rate is its votes per day over the last day (or between its last observations if these are further
    apart). Votes hardly ever fall, so an observation with fewer votes than an earlier one counts as an error of the
    service. The rate is compared with the median rate of papers of the same age: a gain on the first day means less
    than the same gain a week later. Papers with a single observation have no rate and are left out.

    Args:
        histories: the observations of each paper, oldest first.
        born: the day from which the age of each paper counts.
    """
    newest = max((points[-1].at for points in histories.values() if points), default=None)
    rates: dict[str, tuple[float, Growth]] = {}
    for id_, observations in histories.items():
        points = _votes(observations)
        grown = growth(observations)
        if len(points) > 1 and grown is not None and newest is not None and newest - points[-1][0] <= _STILL_THERE:
            rates[id_] = _rate(points), grown
    ages = {id_: _age(born.get(id_), grown.at.date()) for id_, (_, grown) in rates.items()}
    usual = _usual([(ages[id_], rate) for id_, (rate, _) in rates.items()])
    rising = {
        id_: Rise(rate, usual[ages[id_]], 2 * _even(rate) - _even(usual[ages[id_]]), grown)
        for id_, (rate, grown) in rates.items()
        if rate > 0
    }
    order = sorted(rising, key=lambda id_: (-rising[id_].score, -rising[id_].growth.votes, id_))
    return {id_: rising[id_] for id_ in order}


def _votes(observations: Iterable[Observation]) -> list[tuple[datetime, int]]:
    return [(seen.at, seen.upvotes) for seen in observations if seen.upvotes is not None]


def _rate(points: Sequence[tuple[datetime, int]]) -> float:
    at, votes = points[-1]
    place = max(0, bisect_right(points, at - _SPAN, key=lambda point: point[0]) - 1)
    before = max(then for _, then in points[: place + 1])
    days = max((at - points[place][0]) / _DAY, _SHORTEST_DAYS)
    return max(0, votes - before) / days


def _age(born: date | None, today: date) -> int:
    """Return the age group of a paper; without a known day it belongs to the oldest."""
    return len(_AGES) if born is None else bisect_right(_AGES, max(0, (today - born).days))


def _usual(rates: Sequence[tuple[int, float]]) -> dict[int, float]:
    """Return the usual votes per day by age group: its median, smoothed with the overall median."""
    overall = _median([rate for _, rate in rates]) if rates else 0.0
    usual = {}
    for age in range(len(_AGES) + 1):
        same = [rate for other, rate in rates if other == age]
        usual[age] = (len(same) * _median(same) + _GUESS * overall) / (len(same) + _GUESS) if same else overall
    return usual


def _median(rates: Sequence[float]) -> float:
    # Not `statistics.median`: that module imports decimal and fractions, which would slow down the start of the app.
    ordered, half = sorted(rates), len(rates) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _even(rate: float) -> float:
    return 2 * sqrt(rate + _ANSCOMBE)


def _curve(points: Sequence[tuple[datetime, int]]) -> tuple[int | None, ...]:
    """Return the votes at the end of each of the last days; nothing if there are too few days.

    A day without an observation has no number, unless the votes before and after it are the same.
    """
    first, last = points[0][0].date(), points[-1][0].date()
    days = [last - timedelta(days=back) for back in range(min(_DAYS - 1, (last - first).days), -1, -1)]
    if len(days) < FEWEST_POINTS:
        return ()
    ends = [bisect_right(points, day, key=lambda point: point[0].date()) - 1 for day in days]
    return tuple(
        points[end][1] if points[end][0].date() == day or points[end][1] == points[end + 1][1] else None
        for day, end in zip(days, ends, strict=True)
    )


# --- facts about the papers of a feed ----------------------------------------------------------------

_YESTERDAY = 1


class PaperContext(NamedTuple):
    """Facts by paper id; papers without such facts are left out."""

    growths: Mapping[str, Growth] = MappingProxyType({})
    speeds: Mapping[str, float] = MappingProxyType({})  # the score of `trend.Rise`
    reasons: Mapping[str, tuple[Reason, ...]] = MappingProxyType({})  # why the paper is in the feed
    new: frozenset[str] = frozenset()  # ids of papers not on the screen at an earlier visit
    last_visit: date | None = None  # the day (UTC) of the visit before this one
    news: Mapping[str, tuple[PaperNews, ...]] = MappingProxyType({})  # withdrawn papers, new versions of kept ones
    liking: Mapping[str, float] = MappingProxyType({})  # how much speaks for the paper; empty until it is needed


def daily_gain(growth: Growth) -> int:
    """Return the votes gained in 24 hours, so that rows can be compared: the mean of a longer time."""
    if growth.since is None:
        return 0
    days = (growth.at - growth.since) / _DAY
    return growth.gain if days <= _LONGEST_DAY else round(growth.gain / days)


def gained(growth: Growth) -> str:
    """Format the votes gained in 24 hours for a row: ``+21``; empty without a gain."""
    gain = daily_gain(growth)
    if gain <= 0:
        return ""
    return f"+{gain}" if gain < 1000 else f"+{round(gain / 1000)}k"  # noqa: PLR2004 - at most four characters


def since(growth: Growth, today: date) -> str:
    """Describe how the votes grew: ``+21 since yesterday``."""
    if growth.since is None:
        return "seen once so far"
    words = (
        f"{growth.gain:+} since {_when(growth.since, growth.at, today)}"
        if growth.gain
        else (f"unchanged since {_when(growth.since, growth.at, today)}")
    )
    return words if growth.points >= FEWEST_POINTS else f"{words} (2 data points)"


def _when(moment: datetime, last: datetime, today: date) -> str:
    if moment.date() == last.date():
        return f"{moment:%H:%M} UTC"
    return "yesterday" if (today - moment.date()).days == _YESTERDAY else day(moment.date(), today)


class _DayGain(NamedTuple):
    """The votes of one day."""

    votes: float
    days: int = 1  # more than one: the average of the days since the observation before


def _day_gains(curve: Sequence[int | None]) -> list[_DayGain | None]:
    """Return the votes of each day but the first; ``None`` for a day on which they are not known."""
    gains: list[_DayGain | None] = []
    before: int | None = None
    days = 0
    for place, votes in enumerate(curve):
        days += 1
        gain = None if votes is None or before is None else _DayGain(max(0, votes - before) / days, days)
        if place:
            gains.append(gain)
        if votes is not None:
            before, days = votes, 0
    return gains


def day_bars(curve: Sequence[int | None], levels: str, gap: str = "\u00a0") -> str:
    """Draw the votes of each day as bars from zero, with characters of `levels` (lowest first); empty without votes.

    Args:
        curve: the votes at the end of each day.
        levels: the characters.
        gap: stands for a day on which the votes are not known.
    """
    gains = _day_gains(curve)
    most = max((gain.votes for gain in gains if gain is not None), default=0)
    if not most:
        return ""
    return "".join(gap if gain is None else levels[ceil(gain.votes * (len(levels) - 1) / most)] for gain in gains)


def day_numbers(curve: Sequence[int | None], dash: str) -> str:
    """Return the numbers of the bars, joined by non-breaking spaces: ``4 0 – ~6``; `dash` is for an unknown one.

    A tilde marks the average of the days since the observation before.
    """
    gains = _day_gains(curve)
    return "\u00a0".join(
        dash if gain is None else f"{'~' if gain.days > 1 else ''}{round(gain.votes)}" for gain in gains
    )
