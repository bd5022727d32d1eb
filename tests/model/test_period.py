from datetime import UTC, date, datetime

import pytest

from kit.papers import plain
from papertui.digest.model import Digest, DigestEntry, DigestSection, MailedPaper
from papertui.model.period import Period, day_of, days_between, week_of

THURSDAY = date(2026, 4, 30)
NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "key", "words", "short"),
    [
        (day_of(THURSDAY), "day:2026-04-30", "Thursday 30 April 2026", "Thu 30 Apr"),
        (week_of(THURSDAY), "week:2026-W18", "week 18, 27 April to 3 May 2026", "week 18"),
        (
            days_between(date(2026, 4, 27), THURSDAY),
            "day:2026-04-27..2026-04-30", "27 to 30 April 2026", "27 to 30 Apr",
        ),
        (
            days_between(THURSDAY, date(2026, 5, 2)),
            "day:2026-04-30..2026-05-02", "30 April to 2 May 2026", "30 Apr to 2 May",
        ),
        (week_of(date(2027, 1, 1)), "week:2026-W53", "week 53, 28 December 2026 to 3 January 2027", "week 53"),
    ],
)  # fmt: skip
def test_key_and_words_of_a_period(period: Period, key: str, words: str, short: str) -> None:
    assert (period.key, period.words, period.short) == (key, words, short)


def test_days_of_a_period() -> None:
    assert day_of(THURSDAY).days == (THURSDAY,)
    assert [day.day for day in week_of(THURSDAY).days] == [27, 28, 29, 30, 1, 2, 3]


def test_ids_and_ledger_records_of_a_digest() -> None:
    one, two = plain(1), plain(2)._replace(upvotes=None)
    digest = Digest(
        day_of(THURSDAY),
        NOW,
        (DigestSection("a", "A", (DigestEntry(one),)), DigestSection("b", "B", (DigestEntry(two),))),
    )
    assert digest.ids == (one.id, two.id)
    assert dict(digest.mailed) == {one.id: MailedPaper(1, NOW), two.id: MailedPaper(None, NOW)}
    assert not digest.is_empty


def test_a_digest_with_notices_only_is_empty() -> None:
    assert Digest(day_of(THURSDAY), NOW, (DigestSection("a", "A", (), "There is none."),), ("Because.",)).is_empty
