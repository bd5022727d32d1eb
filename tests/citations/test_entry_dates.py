"""Dates in bibliographies, with what is known of them."""

import pytest

from papertui.citations.dates import entry_date, is_exact, month_number, parts_of

DATES: list[tuple[dict[str, str], dict[str, str], str | None]] = [
    ({"year": "1998"}, {"date": "1998"}, "1998"),
    ({"year": "1998", "month": "may"}, {"date": "1998-05"}, "1998-05"),
    ({"year": "1998", "month": "Sept."}, {"date": "1998-09"}, "1998-09"),
    ({"year": "1998", "month": "05", "day": "3"}, {"date": "1998-05-03"}, "1998-05-03T00:00:00Z"),
    ({"year": "1998", "month": "10 jan"}, {"date": "1998", "month": "10 jan"}, "1998-01-10T00:00:00Z"),
    ({"year": "1998", "month": "July–August"}, {"date": "1998", "month": "July–August"}, "1998-07"),
    ({"year": "1998", "month": "Spring"}, {"date": "1998", "month": "Spring"}, "1998"),
    ({"year": "1998", "month": "13"}, {"date": "1998", "month": "13"}, "1998"),
    ({"year": "1998", "month": "feb", "day": "31"}, {"date": "1998", "month": "feb", "day": "31"}, "1998-02"),
    ({"year": "in press"}, {"year": "in press"}, None),
    ({"year": "circa 1850"}, {"year": "circa 1850"}, "1850"),
    ({"year": "c2010"}, {"year": "c2010"}, "2010"),
    ({"year": "1998/99"}, {"year": "1998/99"}, "1998"),
    ({"month": "jan"}, {"month": "jan"}, None),
    ({"date": "1998-05-03"}, {"date": "1998-05-03"}, "1998-05-03T00:00:00Z"),
    ({"date": "2003-21"}, {"date": "2003-21"}, "2003"),
    ({"date": "1998/2000"}, {"date": "1998/2000"}, "1998"),
    ({"date": "1998-05/"}, {"date": "1998-05/"}, "1998-05"),
    ({"date": "1998~"}, {"date": "1998~"}, "1998"),
    ({"date": "1998?"}, {"date": "1998?"}, "1998"),
    ({"date": "-0430"}, {"date": "-0430"}, None),
    ({"date": "2019-12-24T18:00:00"}, {"date": "2019-12-24T18:00:00"}, "2019-12-24T00:00:00Z"),
    ({"date": "2001-02-31"}, {"date": "2001-02-31"}, "2001-02"),
    ({"date": "2001", "year": "2001"}, {"date": "2001", "year": "2001"}, "2001"),
    ({"date": "forthcoming"}, {"date": "forthcoming"}, None),
    ({}, {}, None),
]


@pytest.mark.parametrize(("fields", "kept", "published"), DATES)
def test_dates(fields: dict[str, str], kept: dict[str, str], published: str | None) -> None:
    found, date = entry_date(fields)
    assert found == kept
    assert (None if date is None else str(date)) == published


def test_what_is_exact() -> None:
    exact = ["1998", "1998-05", "1998-05-03"]
    assert [
        text for text in [*exact, "1998~", "1998-21", "1998-5", "1998/2000", "98", "1998-02-31"] if is_exact(text)
    ] == exact
    assert parts_of("1998-05/2000-01") == (1998, 5)
    assert [month_number(word) for word in ("mar", "MARCH", "12", "0", "maybe", "")] == [3, 3, 12, 0, 0, 0]
