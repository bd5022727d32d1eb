from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.digest.model import MOST_DAYS, Days, SendTimes, Series, covers, current, due, latest, parse_clock
from papertui.errors import UsageError
from papertui.model.feed import is_weekend
from papertui.model.period import PERIODS, PeriodKind, day_of, week_of

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def test_key_of_a_series() -> None:
    assert Series().key == "day"
    assert Series("week", ("b", "a")).key == Series("week", ("a", "b")).key == "week of a, b"
    assert Series(to=("Ada@Example.org",)).key == "day to ada@example.org"


def test_current_and_latest_period() -> None:
    thursday = date(2026, 4, 30)
    assert current("week", thursday).key == "week:2026-W18"
    assert latest("week", thursday).key == "week:2026-W17"
    assert latest("week", date(2026, 5, 2)).key == "week:2026-W18"
    assert current("day", thursday) == latest("day", thursday) == day_of(thursday)


@given(st.sampled_from(PERIODS), st.lists(DAYS, min_size=1, max_size=20).map(sorted))
def test_every_day_is_covered_once_whenever_it_runs(kind: PeriodKind, runs: list[date]) -> None:
    covered = None
    seen: list[date] = []
    for today in runs:
        period = due(kind, today, covered)
        if period is None:
            continue
        assert period.last <= today + timedelta(days=1 if is_weekend(today) else 0)
        if covered is not None:
            assert period.first == max(covered + timedelta(days=1), period.last - timedelta(days=MOST_DAYS - 1))
        seen += period.days
        covered = period.last
    assert len(seen) == len(set(seen))
    assert covered == latest(kind, runs[-1]).last


def test_a_failed_first_attempt_stays_due() -> None:
    today = date(2026, 5, 1)
    assert due("day", today, None, date(2026, 4, 28)) == ("day", date(2026, 4, 28), today)
    assert due("day", today, None, today) == day_of(today)
    assert due("day", today, today, date(2026, 4, 28)) is None


def test_covers() -> None:
    week = week_of(date(2026, 4, 30))
    spans = [(date(2026, 4, 27), date(2026, 4, 29)), (date(2026, 4, 30), date(2026, 5, 9))]
    assert covers(spans, week)
    assert not covers(spans[1:], week)
    assert not covers([], day_of(date(2026, 4, 30)))


@pytest.mark.parametrize(
    ("days", "moment", "expected"),
    [
        ("every day", "2026-05-01T07:59", "2026-05-01T08:00"),
        ("every day", "2026-05-01T08:00", "2026-05-02T08:00"),
        ("on weekdays", "2026-05-01T09:00", "2026-05-04T08:00"),
        ("on Mondays", "2026-05-04T08:01", "2026-05-11T08:00"),
    ],
)
def test_the_next_run(days: Days, moment: str, expected: str) -> None:
    zone = timezone(timedelta(hours=2))
    table = SendTimes(parse_clock("08:00"), days)
    found = table.next_after(datetime.fromisoformat(moment).replace(tzinfo=zone))
    assert found == datetime.fromisoformat(expected).replace(tzinfo=zone)
    assert table.words == f"at 08:00 {days}"


@pytest.mark.parametrize("text", ["", "8", "24:00", "08:60", "8:0", "08:00:00", "noon", "٠٨:٠٠"])
def test_invalid_times(text: str) -> None:
    with pytest.raises(UsageError, match="is not a valid time"):
        parse_clock(text)
