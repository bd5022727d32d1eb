"""Vote growth, and rising papers."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from papertui.model.trend import Growth, Observation, day_bars, day_numbers, gained, growth, rises, since

NOON = datetime(2026, 4, 30, 12, tzinfo=UTC)
TODAY = NOON.date()
_LEVELS = "▁▂▃▄▅▆▇█"


def seen(*votes: int | None, every: timedelta = timedelta(days=1), last: datetime = NOON) -> tuple[Observation, ...]:
    """Build observations at regular intervals, the last one at `last`."""
    return tuple(Observation(last - every * back, votes[-1 - back]) for back in reversed(range(len(votes))))


def test_no_votes_give_no_growth() -> None:
    assert growth(()) is None
    assert growth(seen(None, None)) is None
    assert growth((Observation(NOON, None, 3, 4),)) is None


def test_a_single_observation() -> None:
    grown = growth(seen(33))
    assert grown == Growth(33, 1, 0, None, NOON)
    assert (gained(grown), since(grown, TODAY), day_bars(grown.curve, _LEVELS)) == ("", "seen once so far", "")


def test_two_observations_give_a_gain_and_no_curve() -> None:
    grown = growth(seen(12, 33))
    assert grown == Growth(33, 2, 21, NOON - timedelta(days=1), NOON)
    assert (gained(grown), since(grown, TODAY)) == ("+21", "+21 since yesterday (2 data points)")
    assert day_bars(grown.curve, _LEVELS) == ""


def test_three_days_give_a_curve() -> None:
    grown = growth(seen(10, 12, 33))
    assert grown is not None
    assert (grown.gain, grown.curve, since(grown, TODAY)) == (21, (10, 12, 33), "+21 since yesterday")
    assert day_bars(grown.curve, _LEVELS) == "▂█", "2 votes on one day, 21 on the next"


def test_a_day_without_observations_is_a_gap() -> None:
    grown = growth((*seen(1, 2, last=NOON - timedelta(days=4)), *seen(8, 11)))
    assert grown is not None
    assert grown.curve == (1, 2, None, None, 8, 11)
    assert day_bars(grown.curve, _LEVELS, "_") == "▄__▆█", "six votes of three days are two a day"
    assert day_numbers(grown.curve, "–").split("\u00a0") == ["1", "–", "–", "~2", "3"]


def test_days_between_equal_votes_are_no_gap() -> None:
    grown = growth((*seen(1, 2, last=NOON - timedelta(days=3)), *seen(2, 4)))
    assert grown is not None
    assert grown.curve == (1, 2, 2, 2, 4)
    assert (day_bars(grown.curve, _LEVELS), day_numbers(grown.curve, "–")) == ("▅▁▁█", "1\u00a00\u00a00\u00a02")


def test_a_week_that_begins_in_a_gap_has_no_number_for_its_first_observation() -> None:
    grown = growth((*seen(1, last=NOON - timedelta(days=20)), *seen(8, 9, 11)))
    assert grown is not None
    assert grown.curve == (None, None, None, None, 8, 9, 11)
    assert day_numbers(grown.curve, "–").split("\u00a0") == ["–", "–", "–", "–", "1", "2"]


def test_the_gain_counts_from_the_last_earlier_day_of_a_week() -> None:
    grown = growth((*seen(5, last=NOON - timedelta(days=3)), *seen(9, 10, every=timedelta(hours=2))))
    assert grown is not None
    assert (grown.gain, since(grown, TODAY)) == (5, "+5 since 27 Apr")
    long_ago = growth((*seen(5, last=NOON - timedelta(days=30)), *seen(10)))
    assert long_ago is not None
    assert (long_ago.gain, long_ago.since) == (0, None)
    same_day = growth(seen(9, 10, every=timedelta(hours=2)))
    assert same_day is not None
    assert since(same_day, TODAY) == "+1 since 10:00 UTC (2 data points)"


def test_no_gain_and_fewer_votes() -> None:
    still, less = growth(seen(7, 7, 7)), growth(seen(9, 8, 7))
    assert still is not None
    assert less is not None
    assert (gained(still), since(still, TODAY)) == ("", "unchanged since yesterday")
    assert (gained(less), since(less, TODAY)) == ("", "-1 since yesterday")
    assert day_bars((7, 7, 7), _LEVELS) == ""


def _order(histories: dict[str, tuple[Observation, ...]], born: dict[str, date]) -> list[str]:
    return list(rises(histories, born))


def test_forty_votes_in_a_day_rank_above_two_hundred_in_weeks() -> None:
    weeks_ago = TODAY - timedelta(days=14)
    slow, fast = seen(*range(140, 201, 5)), seen(20, 20, 60)
    assert _order({"slow": slow, "fast": fast}, {"slow": weeks_ago, "fast": weeks_ago}) == ["fast", "slow"]
    # Regardless of the other papers and of their age.
    others = {f"other{number}": seen(number, number + 2) for number in range(9)}
    for age in (0, 1, 14):
        born = {"slow": weeks_ago, "fast": TODAY - timedelta(days=age), **dict.fromkeys(others, weeks_ago)}
        order = _order({**others, "slow": slow, "fast": fast}, born)
        assert order.index("fast") < order.index("slow")


def test_the_same_gain_ranks_an_older_paper_higher() -> None:
    born = {f"young{number}": TODAY for number in range(8)} | {
        f"old{number}": TODAY - timedelta(9) for number in range(8)
    }
    histories = {id_: seen(10, 30) if id_.startswith("young") else seen(30, 31) for id_ in born}
    histories |= {"young": seen(10, 30), "old": seen(30, 50)}
    order = _order(histories, {**born, "young": TODAY, "old": TODAY - timedelta(9)})
    assert order[0] == "old"


def test_papers_seen_once_or_long_ago_are_not_rising() -> None:
    histories = {
        "once": seen(500),
        "gone": seen(10, 90, last=NOON - timedelta(days=5)),
        "still": seen(5, 5),
        "up": seen(1, 2),
    }
    assert _order(histories, {}) == ["up"]


def test_an_error_of_the_service_makes_no_paper_rise() -> None:
    assert _order({"slip": seen(100, 0, 100), "up": seen(3, 4)}, {}) == ["up"]


def test_votes_within_the_hour_are_not_extrapolated() -> None:
    found = rises({"now": seen(10, 12, every=timedelta(minutes=5))}, {})
    assert found["now"].rate == 4


@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=2),
        st.lists(st.integers(0, 300), min_size=1, max_size=6).map(lambda votes: seen(*votes)),
        max_size=8,
    ),
    st.integers(0, 40),
)
def test_the_order_is_deterministic_for_any_history(histories: dict[str, tuple[Observation, ...]], age: int) -> None:
    born = dict.fromkeys(histories, TODAY - timedelta(days=age))
    found = rises(histories, born)
    assert list(found) == list(rises(dict(reversed(histories.items())), born))
    assert all(rise.rate > 0 and rise.growth.points > 1 for rise in found.values())
    assert [rise.score for rise in found.values()] == sorted((rise.score for rise in found.values()), reverse=True)


def test_votes_at_two_moments_of_one_day_are_no_bars() -> None:
    grown = growth(seen(7, 8, 9, 10, every=timedelta(hours=1)))
    assert grown is not None
    assert day_bars(grown.curve, _LEVELS) == ""


@given(st.lists(st.integers(0, 10**6), max_size=7).map(tuple), st.sampled_from([_LEVELS, "_.-=^"]))
def test_bars_are_the_votes_of_each_day_from_zero(curve: tuple[int, ...], levels: str) -> None:
    drawn = day_bars(curve, levels)
    gains = [max(0, after - before) for before, after in pairwise(curve)]
    assert len(drawn) == (len(gains) if any(gains) else 0)
    for gain, bar in zip(gains, drawn, strict=False):
        assert (bar == levels[0]) is (gain == 0)
        assert (bar == levels[-1]) >= (gain == max(gains))
