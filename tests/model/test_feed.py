from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.errors import UsageError
from papertui.model.feed import (
    BUILT_IN,
    FIRST_DAY,
    WITH_DETAIL,
    FeedName,
    Kind,
    is_weekend,
    month_name,
    parse_day,
    parse_feed_name,
    parse_month,
    parse_week,
    period,
    step,
    week_name,
)

DAYS = st.dates(FIRST_DAY, date(2035, 12, 31))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("trending", FeedName("trending")),
        (" daily ", FeedName("daily")),
        ("daily:2026-04-30", FeedName("daily", "2026-04-30")),
        ("weekly:2026-W18", FeedName("weekly", "2026-W18")),
        ("monthly:2026-04", FeedName("monthly", "2026-04")),
        ("hf-search:diffusion models", FeedName("hf-search", "diffusion models")),
        ("submitter:somebody", FeedName("submitter", "somebody")),
    ],
)
def test_feeds_by_name(text: str, name: FeedName) -> None:
    assert parse_feed_name(text) == name
    assert parse_feed_name(str(name)) == name


def test_every_kind_of_feed_can_be_named() -> None:
    built_in = {name.kind for name in BUILT_IN}
    assert built_in | WITH_DETAIL.keys() | {"url"} == set(get_args(Kind)), "add the new kind of feed to WITH_DETAIL"
    for kind, example in WITH_DETAIL.items():
        name = parse_feed_name(example)
        assert name.kind == kind
        assert parse_feed_name(str(name)) == name


@pytest.mark.parametrize("kind", ["author", "keyword", "hf-search", "arxiv-search"])
def test_unprintable_characters_are_dropped_from_names(kind: str) -> None:
    assert parse_feed_name(f"{kind}:Ada\udcff \x1b[31mL\u202e") == FeedName(kind, "Ada [31mL")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="needs a value"):
        parse_feed_name(f"{kind}:\udcff")


def test_the_feed_scheme_of_other_readers() -> None:
    assert parse_feed_name("feed://a.example/f") == FeedName("url", "http://a.example/f")
    assert parse_feed_name("feed:https://a.example/f") == FeedName("url", "https://a.example/f")
    with pytest.raises(UsageError):
        parse_feed_name("feed:file:///etc/passwd")


@pytest.mark.parametrize(
    "text",
    ["", "news", "daily:", "trending:x", "library:2", "daily:yesterday", "weekly:2026-18", "weekly:2025-W53",
     "monthly:2026-13", "monthly:2026", "hf-search:", "hf-search: ", "dai\x1b[31mly"],
)  # fmt: skip
def test_invalid_names_are_usage_errors(text: str) -> None:
    if text == "daily:":
        assert parse_feed_name(text) == FeedName("daily")
        return
    with pytest.raises(UsageError) as raised:
        parse_feed_name(text)
    sentence = str(raised.value)
    assert sentence.endswith(".")
    assert "\x1b" not in sentence


@pytest.mark.parametrize(
    "text", ["2026-4-30", "20260430", "2026-02-30", "2026-W18-4", "٢٠٢٦-٠٤-٣٠", "2026-04-30T00", ""]
)
def test_a_malformed_day_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        parse_day(text)


@given(DAYS)
def test_a_day_is_within_its_week_and_month(day: date) -> None:
    for name in (FeedName("weekly", week_name(day)), FeedName("monthly", month_name(day)), FeedName("daily", str(day))):
        span = period(name)
        assert span is not None
        assert span[0] <= day <= span[1]
    assert parse_week(week_name(day)).weekday() == 0
    assert parse_month(month_name(day)).day == 1


@given(DAYS, st.sampled_from(["daily", "weekly", "monthly"]), st.integers(1, 40))
def test_a_step_forward_and_back_returns_to_the_start(day: date, kind: str, by: int) -> None:
    while is_weekend(day):
        day += timedelta(days=1)
    written = {"daily": day.isoformat(), "weekly": week_name(day), "monthly": month_name(day)}[kind]
    name = parse_feed_name(f"{kind}:{written}")
    other = step(name, by)
    assert other != name
    assert step(other, -by) == name


def test_days_skip_the_weekend_and_weeks_cross_the_year() -> None:
    assert step(FeedName("daily", "2026-05-01"), 1) == FeedName("daily", "2026-05-04")
    assert step(FeedName("daily", "2026-05-02"), -1) == FeedName("daily", "2026-05-01")
    assert step(FeedName("weekly", "2026-W53"), 1) == FeedName("weekly", "2027-W01")
    assert step(FeedName("monthly", "2026-01"), -1) == FeedName("monthly", "2025-12")
    assert step(FeedName("trending"), 1) == FeedName("trending")
    assert step(FeedName("daily"), 1) == FeedName("daily")
