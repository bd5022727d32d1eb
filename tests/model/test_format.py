from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.model.format import age, cells, count, day, first_author, fitting, full_day, plural


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (999, "999"), (1000, "1.0k"), (1249, "1.2k"), (9949, "9.9k"), (9950, "10k"), (34_400, "34k"),
     (999_499, "999k"), (999_500, "1.0M"), (1_200_000, "1.2M")],
)  # fmt: skip
def test_numbers(number: int, text: str) -> None:
    assert count(number) == text


@given(st.integers(0, 99_000_000))
def test_numbers_fit_their_column(number: int) -> None:
    assert len(count(number)) <= 4


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "just now"), (59, "just now"), (60, "1 min ago"), (3599, "59 min ago"), (3600, "1 h ago"),
     (86_399, "23 h ago"), (86_400, "yesterday"), (172_800, "2 days ago")],
)  # fmt: skip
def test_ages(seconds: int, text: str) -> None:
    assert age(timedelta(seconds=seconds)) == text


def test_days_and_names() -> None:
    assert day(date(2026, 4, 3), date(2026, 11, 1)) == "3 Apr"
    assert day(date(2025, 4, 3), date(2026, 11, 1)) == "3 Apr 2025"
    assert full_day(date(2026, 4, 30)) == "Thursday 30 April 2026"
    assert [first_author(names) for names in ((), ("A",), ("A", "B", "C"))] == ["", "A", "A +2"]
    assert [plural(number, "vote") for number in (0, 1, 1395)] == ["0 votes", "1 vote", "1,395 votes"]


@pytest.mark.parametrize(
    ("text", "width"),
    [("lab", 3), ("王", 2), ("é", 1), ("e\u0301", 1), ("👩‍👩‍👧", 2), ("👍🏽", 2), ("❤️", 2), ("1️⃣", 2)],
)
def test_the_width_of_text_is_what_the_screen_uses(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize(
    ("text", "width", "kept"),
    [
        ("abc", 2, "ab"),
        ("abc", -1, ""),
        ("a王b", 2, "a"),
        ("a👩‍👩‍👧b", 2, "a"),
        ("a👩‍👩‍👧b", 3, "a👩‍👩‍👧"),
        ("e\u0301e", 1, "e\u0301"),
    ],
)
def test_signs_of_several_characters_are_cut_whole(text: str, width: int, kept: str) -> None:
    assert text[: fitting(text, width)] == kept
