"""Dates in feeds."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.recorded import CASES
from papertui.sources.feeds.dates import parse_date
from papertui.sources.feeds.parse import parse_feed

_RSS = """<rss version="2.0"><channel><title>J</title><item><title>A paper of some words</title>
<link>https://journal.example/1</link><pubDate>{}</pubDate></item></channel></rss>"""
_JSON = (
    '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", "title": "A", "date_published": "{}"}}]}}'
)
URL = "https://journal.example/feed"


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
        (paper,) = parse_feed(written.format(text).encode(), URL).papers
        assert paper.published == is_read_as


@pytest.mark.parametrize(
    "text",
    [
        "2026/04/30", "2026/4/30", "2026.04.30", "2026.4.30.", "2026-4-30", "20260430", "2026-120", "2026 04 30",
        "2026年4月30日", "2026年04月30日(木)", "2026年４月３０日", "令和8年4月30日", "2026년 4월 30일",
        "2026년4월30일 목요일", "二〇二六年四月三十日", "二零二六年四月卅日", "民國115年4月30日",
        "2026 Apr 30", "2026 April 30", "2026-Apr-30", "30 Apr 2026", "30-Apr-2026", "30. April 2026", "30 April, 2026",
        "Apr 30, 2026", "Apr. 30 2026", "April 30th, 2026", "30th of April 2026", "Thursday 30 April 2026",
        "30.04.2026", "30.4.2026", "30/04/2026", "04/30/2026", "30-04-2026",
        "30 avril 2026", "jeudi 30 avril 2026", "30 de abril de 2026", "30 aprile 2026", "30 kwietnia 2026",
        "30 апреля 2026 г.", "30 Nisan 2026", "2026. április 30.", "Πεμ, 30 Απρ 2026",
        "2026-04-30Z", "2026-04-30+02:00", "29 Mar - 30 Apr 2026", "30 April - 2 May 2026", "April 30-31, 2026",
    ],
)  # fmt: skip
def test_days_without_a_time(text: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert (found.utc, found.precision) == (moment(2026, 3, 29) if "Mar" in text else moment(2026, 4, 30), None)


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("2026/04/30 09:15:00", 9, 15),
        ("2026.04.30 9:15", 9, 15),
        ("2026年4月30日 9:15", 9, 15),
        ("2026年4月30日 9時15分", 9, 15),
        ("2026年4月30日（木）午後9時5分", 21, 5),
        ("2026-04-30 下午 9:15", 21, 15),
        ("2026년 4월 30일 오후 9:15", 21, 15),
        ("2026-04-30T09:15Z", 9, 15),
        ("2026-04-30T09:15:00.123456789Z", 9, 15),
        ("2026-04-30 09:15:00 +02:00", 7, 15),
        ("2026-04-30T09:15:00+0200", 7, 15),
        ("2026-04-30T09:15:00+02", 7, 15),
        ("20260430T091500Z", 9, 15),
        ("20260430T091500+0200", 7, 15),
        ("202604300915", 9, 15),
        ("Thu, 30 Apr 2026 09:15 +0200", 7, 15),
        ("Thu,30 Apr 2026 09:15:00 GMT", 9, 15),
        ("Thursday, 30-Apr-26 09:15:00 GMT", 9, 15),
        ("Thu, 30 Apr 26 09:15 UT", 9, 15),
        ("Thu Apr 30 09:15:00 2026", 9, 15),
        ("Thu Apr 30 09:15:00 CEST 2026", 7, 15),
        ("Thu Apr 30 2026 09:15:00 GMT+0200 (Central European Summer Time)", 7, 15),
        ("30 Apr 2026 9:15 AM EST", 14, 15),
        ("April 30, 2026 9:15 a.m. EST", 14, 15),
        ("April 30, 2026 at 9:15pm JST", 12, 15),
        ("04/30/2026 12:15:00 PM PDT", 19, 15),
        ("04/30/2026 12:15:00 AM", 0, 15),
        ("30 Apr 2026 9 PM", 21, 0),
        ("30 Apr 2026 09:15 GMT+2", 7, 15),
        ("30 Apr 2026 09:15 UTC+02:00", 7, 15),
        ("30 Apr 2026 09:15 UTC-5:30", 14, 45),
        ("30 Apr 2026 09:15 IST", 3, 45),
        ("30 Apr 2026 09:15:00 America/New_York", 9, 15),
        ("30 Apr 2026 09:15:00 XYZ", 9, 15),
        ("30 Apr 2026 09:15:00 +9900", 9, 15),
        ("9:15 April 30, 2026", 9, 15),
        ("Thursday, April 30, 2026 - 9:15", 9, 15),
        ("30.4.2026, 9:15 Uhr", 9, 15),
        ("30.4.2026 9.15", 9, 15),
        ("30.04.2026 klo 9.15.30", 9, 15),
        ("30 Apr 2026 9:15 AM (EST)", 14, 15),
        ("2026-04-30 09:15 (JST)", 0, 15),
        ("Thu, 30 Apr 2026 09:15:00 -0000 (GMT)", 9, 15),
        ("二〇二六年四月三十日 9時15分", 9, 15),
        ("30 avril 2026 à 9h15", 9, 15),
    ],
)
def test_times(text: str, hour: int, minute: int) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.utc.replace(second=0) == moment(2026, 4, 30, hour, minute)


@pytest.mark.parametrize(
    ("text", "year", "month"),
    [
        ("2026", 2026, None),
        ("Spring 2026", 2026, None),
        ("2025-2026", 2025, None),
        ("2026-04", 2026, 4),
        ("2026/4", 2026, 4),
        ("04/2026", 2026, 4),
        ("2026年4月", 2026, 4),
        ("2026년 4월", 2026, 4),
        ("April 2026", 2026, 4),
        ("2026 Apr", 2026, 4),
        ("Apr-Jun 2026", 2026, 4),
        ("April/May 2026", 2026, 4),
        ("2026-W18", 2026, 4),
        # The fourth of March in one country is the third of April in another.
        ("03/04/2026", 2026, None),
        ("03-04-2026", 2026, None),
    ],
)
def test_a_month_or_year_has_no_day(text: str, year: int, month: int | None) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.precision == ("year" if month is None else "month")
    assert (found.moment.year, found.moment.month) == (year, month or 1)
    (paper,) = parse_feed(_RSS.format(text).encode(), URL).papers
    assert paper.published_date == (found.utc, found.precision)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-31", "31 Feb 2026", "2026/13/45", "13/13/2026", "2026年2月31日", "2026.00.10", "2026-04-00",
        "0000-00-00",
        "2026-366", "20260431", "2026-W54-1", "2026-04-30T25:00:00Z", "2026-04-30 10:61", "30 April", "April", "10:15",
        "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "yesterday", "2 hours ago", "Vol. 2026", "30/4/26",
        "12345678901",
        "2026-04-30 by Ada", "1" * 300, "٢٠٢٦-٠٤-٣٠",
    ],
)  # fmt: skip
def test_impossible_and_incomplete_dates_are_none(text: str) -> None:
    assert parse_date(text) is None
    (paper,) = parse_feed(_RSS.format(text).encode(), URL).papers
    assert paper.published is None


@pytest.mark.recorded
def test_dates_with_slashes_and_full_stops() -> None:
    feed = parse_feed((CASES / "slash-date.xml").read_bytes(), URL)
    assert [paper.published for paper in feed.papers] == [
        moment(2026, 4, 30), moment(2026, 4, 30, 9, 15), moment(2026, 4, 30), moment(2026, 4, 30),
    ]  # fmt: skip


def channel(head: str, *items: str) -> bytes:
    """Return a feed with `head` and one item for each of `items`."""
    made = "".join(f"<item><title>Paper number {number}</title>{item}</item>" for number, item in enumerate(items))
    return f'<rss version="2.0"><channel><title>J</title>{head}{made}</channel></rss>'.encode()


@pytest.mark.parametrize(
    ("head", "day"),
    [
        # The day as written, wherever it was already another one.
        ("<pubDate>Thu, 30 Apr 2026 00:30:00 +0900</pubDate>", moment(2026, 4, 30)),
        ("<lastBuildDate>Thu, 30 Apr 2026 23:30:00 -0900</lastBuildDate>", moment(2026, 4, 30)),
        ("<lastBuildDate>1 May 2026</lastBuildDate><pubDate>30 Apr 2026</pubDate>", moment(2026, 4, 30)),
        ("<pubDate>soon</pubDate><lastBuildDate>2026/04/30</lastBuildDate>", moment(2026, 4, 30)),
        ("<pubDate>April 2026</pubDate>", None),
        ("", None),
    ],
)
def test_items_without_dates_have_the_day_of_the_list(head: str, day: datetime | None) -> None:
    assert [paper.published for paper in parse_feed(channel(head, "", ""), URL).papers] == [day, day]


def test_the_day_of_the_list_stands_in_for_no_date_of_an_item() -> None:
    dated = parse_feed(channel("<pubDate>30 Apr 2026</pubDate>", "<pubDate>31 Feb 2026</pubDate>", ""), URL)
    assert [paper.published for paper in dated.papers] == [None, None]


def test_an_atom_list_without_dates() -> None:
    body = (
        b'<feed xmlns="http://www.w3.org/2005/Atom"><title>J</title><updated>2026-04-30T10:00:00Z</updated>'
        b"<entry><title>A paper of some words</title><id>x:1</id></entry></feed>"
    )
    assert parse_feed(body, URL).papers[0].published == moment(2026, 4, 30)


def test_dates_in_other_elements() -> None:
    body = (
        '<rss version="2.0" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>J</title>'
        "<item><title>Paper number 1</title><prism:publicationDate>2026/04/30</prism:publicationDate></item>"
        "<item><title>Paper number 2</title><prism:coverDisplayDate>30 April 2026</prism:coverDisplayDate></item>"
        "<item><title>Paper number 3</title><pubDate>unknown</pubDate><dc:date>2026-04-30</dc:date></item>"
        "</channel></rss>"
    )
    assert {paper.published for paper in parse_feed(body.encode(), URL).papers} == {moment(2026, 4, 30)}


_BITS = ("2026", "30", "4", "apr", "年", "月", "日", "-", "/", ".", "pm", "10:15", "gmt+2", "w", ",", "t", "z", " ")


@given(
    st.text(max_size=40)
    | st.from_regex(r"[0-9T:+Z, -]{1,30}", fullmatch=True)
    | st.lists(st.sampled_from(_BITS), max_size=12).map("".join)
)
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.utc.tzinfo is UTC


_FIRST = datetime.fromisoformat("1971-01-02T00:00:00")
_LAST = datetime.fromisoformat("2199-12-31T00:00:00")
#: Without the day that programs write for “unknown”.
_DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)).filter(lambda day: day != date(1970, 1, 1))


@given(
    _DAYS,
    st.sampled_from(
        ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y년 %m월 %d일", "%d.%m.%Y", "%d %b %Y",
         "%b %d, %Y", "%B %d, %Y", "%A, %d %B %Y", "%Y %b %d", "%d-%b-%Y", "%G-W%V-%u", "%Y-%j"]
    ),
)  # fmt: skip
def test_every_day_is_read_as_it_was_written(day: date, written: str) -> None:
    found = parse_date(day.strftime(written))
    assert found is not None
    assert (found.utc.date(), found.precision) == (day, None)


@given(
    st.datetimes(timezones=st.just(UTC), min_value=_FIRST, max_value=_LAST),
    st.sampled_from(["%a, %d %b %Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %I:%M:%S %p", "%B %d, %Y at %I:%M:%S %p"]),
    st.sampled_from([("", 0.0), (" GMT", 0.0), (" EST", -5.0), (" +0530", 5.5), (" GMT+2", 2.0), (" UTC-03:30", -3.5)]),
)
def test_every_time_is_read_as_it_was_written(at: datetime, written: str, zone: tuple[str, float]) -> None:
    found = parse_date(at.strftime(written) + zone[0])
    assert found is not None
    offset = found.moment.utcoffset()
    assert offset is not None
    assert (found.moment.replace(tzinfo=UTC), offset.total_seconds()) == (at.replace(microsecond=0), zone[1] * 3600)
