"""How the votes of a paper grow, and which papers rise."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import sqrt
from typing import NamedTuple

#: Fewer looks than this make no curve.
FEWEST_LOOKS = 3
#: As many days a curve shows at most.
_DAYS = 7
_DAY = timedelta(days=1)
#: A rate is measured over about a day: the look nearest to that many hours back, or a later one.
_SPAN = timedelta(hours=20)
#: Over less time than this, a vote more or less would make a rate of anything.
_SHORTEST_DAYS = 0.5
#: Who was not seen for so long before the newest look has left the feeds, and does not rise.
_STILL_THERE = timedelta(days=2)
#: Ages in days, from which on papers are compared with one another.
_AGES = (1, 2, 3, 5, 8, 15, 31)
#: As many papers the guess at what is usual weighs, beside those of one age.
_GUESS = 3
#: Of a Poisson count x, 2·sqrt(x + 3/8) has about the same spread whatever x is (Anscombe 1948).
_ANSCOMBE = 3 / 8


class Observation(NamedTuple):
    """What a source said of a paper's standing at one moment.

    Attributes:
        at: when it was seen, UTC.
        upvotes: votes on Hugging Face.
        comments: comments on Hugging Face.
        stars: stars of the paper's repository.
    """

    at: datetime
    upvotes: int | None = None
    comments: int | None = None
    stars: int | None = None


class Growth(NamedTuple):
    """How the votes of one paper grew lately.

    Attributes:
        votes: the last that was seen.
        looks: at how many moments votes were seen.
        gain: votes since `since`; 0 when there was one look.
        since: the look that is compared with; ``None`` when there was one look.
        at: the last look.
        curve: votes day by day, the oldest first; empty while fewer than three looks would make one.
    """

    votes: int
    looks: int
    gain: int
    since: datetime | None
    at: datetime
    curve: tuple[int, ...] = ()


class Rise(NamedTuple):
    """How fast a paper rises.

    Attributes:
        rate: votes a day.
        usual: what papers of its age gain a day.
        score: the rate, above what is usual; the higher, the faster.
        growth: the votes it was found from.
    """

    rate: float
    usual: float
    score: float
    growth: Growth


def growth(observations: Sequence[Observation]) -> Growth | None:
    """How votes grew over `observations`, the oldest first; ``None`` when no votes were seen.

    The last look is compared with the last one of an earlier day (UTC) of the week before it, so that it reads “since
    yesterday”; failing that, with the first one of the same day.
    """
    looks = _votes(observations)
    if not looks:
        return None
    at, votes = looks[-1]
    base = next(
        ((when, then) for when, then in reversed(looks) if when.date() < at.date() and at - when < 7 * _DAY), None
    )
    if base is None and len(looks) > 1 and looks[0][0].date() == at.date():
        base = looks[0]
    since, then = base or (None, votes)
    return Growth(votes, len(looks), votes - then, since, at, _curve(looks))


def rises(histories: Mapping[str, Sequence[Observation]], born: Mapping[str, date]) -> dict[str, Rise]:
    """The papers whose votes grow, the fastest first.

    A paper's rate is its votes a day over the last day (or the time between its last looks, where these are further
    apart). Votes hardly ever fall, so a look that shows fewer than an earlier one is taken for a slip. The rate is set
    against the median rate of papers of the same age: what a paper gains on its first day says less than the same gain
    a week later. Papers with one look have no rate and are left out.

    Args:
        histories: by paper, what was seen, the oldest first.
        born: by paper, the day its age counts from.
    """
    newest = max((looks[-1].at for looks in histories.values() if looks), default=None)
    rates: dict[str, tuple[float, Growth]] = {}
    for id_, observations in histories.items():
        looks = _votes(observations)
        grown = growth(observations)
        if len(looks) > 1 and grown is not None and newest is not None and newest - looks[-1][0] <= _STILL_THERE:
            rates[id_] = _rate(looks), grown
    ages = {id_: _age(born.get(id_), grown.at.date()) for id_, (_, grown) in rates.items()}
    usual = _usual([(ages[id_], rate) for id_, (rate, _) in rates.items()])
    found = {
        id_: Rise(rate, usual[ages[id_]], 2 * _even(rate) - _even(usual[ages[id_]]), grown)
        for id_, (rate, grown) in rates.items()
        if rate > 0
    }
    order = sorted(found, key=lambda id_: (-found[id_].score, -found[id_].growth.votes, id_))
    return {id_: found[id_] for id_ in order}


def _votes(observations: Iterable[Observation]) -> list[tuple[datetime, int]]:
    return [(seen.at, seen.upvotes) for seen in observations if seen.upvotes is not None]


def _rate(looks: Sequence[tuple[datetime, int]]) -> float:
    at, votes = looks[-1]
    place = max(0, bisect_right(looks, at - _SPAN, key=lambda look: look[0]) - 1)
    before = max(then for _, then in looks[: place + 1])
    days = max((at - looks[place][0]) / _DAY, _SHORTEST_DAYS)
    return max(0, votes - before) / days


def _age(born: date | None, today: date) -> int:
    """Which of the ages a paper is of; one whose day is not known counts among the oldest."""
    return len(_AGES) if born is None else bisect_right(_AGES, max(0, (today - born).days))


def _usual(rates: Sequence[tuple[int, float]]) -> dict[int, float]:
    """What papers of each age gain a day: their median, and where they are few, what all papers gain."""
    overall = _median([rate for _, rate in rates]) if rates else 0.0
    usual = {}
    for age in range(len(_AGES) + 1):
        same = [rate for other, rate in rates if other == age]
        usual[age] = (len(same) * _median(same) + _GUESS * overall) / (len(same) + _GUESS) if same else overall
    return usual


def _median(rates: Sequence[float]) -> float:
    # Not `statistics.median`: it brings decimals and fractions with it, at the start of the screen.
    ordered, half = sorted(rates), len(rates) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _even(rate: float) -> float:
    return 2 * sqrt(rate + _ANSCOMBE)


def _curve(looks: Sequence[tuple[datetime, int]]) -> tuple[int, ...]:
    """The votes at the end of each of the last days on which something is known; of each look, where these are few."""
    if len(looks) < FEWEST_LOOKS:
        return ()
    first, last = looks[0][0].date(), looks[-1][0].date()
    days = [last - timedelta(days=back) for back in range(min(_DAYS - 1, (last - first).days), -1, -1)]
    if len(days) < FEWEST_LOOKS:
        return tuple(votes for _, votes in looks[-_DAYS:])
    ends = [bisect_right(looks, day, key=lambda look: look[0].date()) - 1 for day in days]
    return tuple(looks[end][1] for end in ends)
