"""Timestamps in feeds."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.sources.feeds.dates import parse_moment
from papertui.sources.feeds.parse import parse_feed

_RSS = """<rss version="2.0"><channel><title>J</title><item><title>A paper of some words</title>
<link>https://journal.example/1</link><pubDate>{}</pubDate></item></channel></rss>"""
_JSON = (
    '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", "title": "A", "date_published": "{}"}}]}}'
)


def moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Return a time in UTC."""
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "is_read_as"),
    [
        ("Thu, 30 Apr 2026 10:00:00 +0200", moment(2026, 4, 30, 8)),
        ("Do, 30 Apr 2026 10:00:00 +0200", moment(2026, 4, 30, 8)),
        ("April 30, 2026", moment(2026, 4, 30)),
        ("Thursday, Sept. 3rd, 2026", moment(2026, 9, 3)),
        ("Thu, 30 Apr 2026 24:00:00 GMT", moment(2026, 5, 1)),
        ("Thu, 30 Apr 2026 10:00:60 GMT", moment(2026, 4, 30, 10, 0, 59)),
        ("1777543200", moment(2026, 4, 30, 10)),
        ("1777543200000", moment(2026, 4, 30, 10)),
        ("2026-W18-4", moment(2026, 4, 30)),
        ("99999-01-01", None),
        ("Thu, 31 Feb 2026 10:00:00 GMT", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_timestamps(text: str, is_read_as: datetime | None) -> None:
    for written in (_RSS, _JSON):
        (paper,) = parse_feed(written.format(text).encode(), "https://journal.example/feed").papers
        assert paper.published == is_read_as


@given(st.text(max_size=40) | st.from_regex(r"[0-9T:+Z, -]{1,30}", fullmatch=True))
def test_any_text_is_a_timestamp_or_none(text: str) -> None:
    found = parse_moment(text)
    assert found is None or found.tzinfo is UTC
