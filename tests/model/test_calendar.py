from datetime import date, timedelta

import pytest

from papertui.model.period import (
    day_of,
    days_between,
    empty_notice,
    holiday,
    publishing_day_before,
    week_of,
    weekend_notice,
)

SATURDAY = date(2026, 4, 25)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "New Year's Day"),
        (date(2026, 1, 19), "Martin Luther King Day"),
        (date(2026, 5, 25), "Memorial Day"),
        (date(2027, 5, 31), "Memorial Day"),
        (date(2026, 9, 7), "Labor Day"),
        (date(2026, 11, 26), "Thanksgiving"),
        (date(2026, 11, 27), "the day after Thanksgiving"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 4, 30), ""),
        (date(2026, 5, 18), ""),
        (date(2026, 1, 26), ""),
        (date(2026, 11, 19), ""),
    ],
)
def test_holiday_names(day: date, name: str) -> None:
    assert holiday(day) == name


def test_every_year_has_eleven_holidays() -> None:
    for year in range(2024, 2040):
        days = [date(year, 1, 1) + timedelta(days=ahead) for ahead in range(366)]
        assert sum(bool(holiday(day)) for day in days if day.year == year) == 11


def test_publishing_day_before_skips_weekends_and_holidays() -> None:
    assert publishing_day_before(date(2026, 4, 30)) == date(2026, 4, 29)
    assert publishing_day_before(date(2026, 4, 27)) == date(2026, 4, 24)
    assert publishing_day_before(date(2026, 11, 30)) == date(2026, 11, 25)


def test_weekend_notice_only_for_weekends() -> None:
    assert weekend_notice(day_of(SATURDAY)) == (
        "No papers on Saturday 25 April 2026: nothing is published at the weekend."
    )
    assert "25 to 26 April 2026" in weekend_notice(days_between(SATURDAY, date(2026, 4, 26)))
    assert weekend_notice(days_between(SATURDAY, date(2026, 4, 27))) == weekend_notice(week_of(SATURDAY)) == ""


def test_empty_notice_gives_the_reason() -> None:
    today = date(2026, 4, 30)
    assert empty_notice([today], today) == "No daily papers yet for Thursday 30 April 2026: they appear during the day."
    assert "lists none" in empty_notice([date(2026, 4, 29)], today)
    christmas = date(2025, 12, 25)
    assert "Christmas Day" in empty_notice([christmas], today)
    assert empty_notice([SATURDAY], today) == ""
    assert len(empty_notice([christmas, date(2026, 4, 29), SATURDAY], today).split(". ")) == 2
