"""Dates of which only the year or the month is known."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papertui.model.bookmark import Bookmark, CitationEntry
from papertui.model.merge import BookmarkState, account, filled, merge, merge_imported, three_way_merge
from papertui.model.paper import Paper
from papertui.model.partial_date import PartialDate, Precision, partial_date_from
from papertui.model.record import paper_from_record, paper_record, public_record

PRECISIONS: tuple[Precision | None, ...] = (None, "month", "year")
NOW = datetime(2026, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown", "short"),
    [
        ("1998", "1998", "1998"),
        ("1998-05", "May 1998", "May 1998"),
        ("1998-05-03T00:00:00Z", "3 May 1998", "3 May 1998"),
        ("2026-04-03T00:00:00Z", "3 Apr 2026", "3 Apr"),
    ],
)
def test_a_date_is_written_and_shown_as_far_as_it_is_known(text: str, shown: str, short: str) -> None:
    parsed = partial_date_from(text)
    assert parsed is not None
    assert str(parsed) == text
    assert parsed.text() == shown
    assert parsed.short(date(2026, 4, 30)) == short


@pytest.mark.parametrize("value", ["1998-13", "98", "0000", "soon", "", None, 1998])
def test_anything_else_is_not_a_date(value: object) -> None:
    assert partial_date_from(value) is None


@pytest.mark.parametrize("text", ["1998", "1998-05", "1998-05-03T06:12:00Z", None])
def test_the_json_of_a_paper_keeps_the_precision(text: str | None) -> None:
    paper = paper_from_record({"id": "2604.26951", "title": "A title", "published": text})
    assert paper_record(paper)["published"] == text
    assert paper_from_record(paper_record(paper)) == paper
    assert public_record(paper, None)["published"] == text
    assert "precision" not in paper_record(paper)


dates = st.builds(
    PartialDate,
    st.datetimes(datetime(1997, 12, 30), datetime(1998, 2, 3), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.sampled_from(PRECISIONS),
)


def _paper(published: PartialDate | None) -> Paper:
    paper = Paper("2604.26951", "A title", sources=("file",))
    return paper if published is None else paper._replace(published=published.moment, precision=published.precision)


@given(st.none() | dates, st.none() | dates, st.none() | dates)
def test_merging_dates_is_independent_of_the_order(
    one: PartialDate | None, two: PartialDate | None, three: PartialDate | None
) -> None:
    first, second, third = (account(_paper(published), 0) for published in (one, two, three))
    assert merge(first, second) == merge(second, first)
    assert merge(merge(first, second), third) == merge(first, merge(second, third))
    assert merge(first, first) == first


def test_of_two_records_the_more_precise_date_counts() -> None:
    year, day = PartialDate(datetime(1998, 1, 1, tzinfo=UTC), "year"), PartialDate(datetime(1998, 5, 3, tzinfo=UTC))
    assert merge(account(_paper(year), 0), account(_paper(day), 0)).paper.published_date == day


def test_a_gap_is_filled_with_the_date_and_its_precision_or_not_at_all() -> None:
    year, day = PartialDate(datetime(1998, 1, 1, tzinfo=UTC), "year"), PartialDate(datetime(1998, 5, 3, tzinfo=UTC))
    assert filled(_paper(day), _paper(year)).published_date == day
    assert filled(_paper(None), _paper(year)).published_date == year


ENTRY = CitationEntry("book", "scholar1985book", (("edition", "2nd"), ("publisher", "Example Press")))


def test_the_json_of_a_bookmark_has_the_imported_entry_only_if_there_is_one() -> None:
    paper = _paper(None)
    record = public_record(paper, Bookmark(paper, NOW, entry=ENTRY))["bookmark"]
    assert (record["key"], record["type"]) == ("scholar1985book", "book")
    assert record["fields"] == {"publisher": "Example Press", "edition": "2nd"}
    assert not {"key", "type", "fields"} & public_record(paper, Bookmark(paper, NOW))["bookmark"].keys()


def test_an_imported_entry_fills_a_gap_and_replaces_nothing() -> None:
    paper, other = _paper(None), CitationEntry("article", "other")
    assert merge_imported(Bookmark(paper, NOW), Bookmark(paper, NOW, entry=ENTRY)).entry == ENTRY
    assert merge_imported(Bookmark(paper, NOW, entry=ENTRY), Bookmark(paper, NOW, entry=other)).entry == ENTRY


@pytest.mark.parametrize("entries", [(None, ENTRY), (ENTRY, None), (ENTRY, CitationEntry("article", "other"))])
def test_machines_agree_on_the_imported_entry(entries: tuple[CitationEntry | None, CitationEntry | None]) -> None:
    one, other = (BookmarkState(Bookmark(_paper(None), NOW, entry=entry)) for entry in entries)
    merged = three_way_merge(None, one, other).entry
    assert merged is not None
    assert merged.bookmark.entry in entries
    assert merged.bookmark.entry is not None
    assert three_way_merge(None, other, one).entry == merged


def test_an_entry_removed_on_one_machine_is_removed() -> None:
    base = BookmarkState(Bookmark(_paper(None), NOW, entry=ENTRY))
    gone = BookmarkState(Bookmark(_paper(None), NOW))
    for ours, theirs in ((base, gone), (gone, base)):
        merged = three_way_merge(base, ours, theirs).entry
        assert merged is not None
        assert merged.bookmark.entry is None
