import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given

from kit.papers import papers
from papertui.model.bookmark import Bookmark
from papertui.model.paper import Paper
from papertui.model.record import iso, moment_from, paper_from_record, paper_record, public_record

#: The public contract, repeated here on purpose.
KEYS = [
    "id",
    "title",
    "abstract",
    "authors",
    "published",
    "featured",
    "upvotes",
    "comments",
    "github",
    "stars",
    "project",
    "organization",
    "keywords",
    "tldr",
    "categories",
    "sources",
    "url",
    "pdf",
    "thumbnail",
    "doi",
    "journal_ref",
    "bookmark",
]


@given(papers())
def test_a_paper_survives_the_round_trip(paper: Paper) -> None:
    assert paper_from_record(json.loads(json.dumps(paper_record(paper)))) == paper


@given(papers())
def test_the_public_record_has_the_documented_names(paper: Paper) -> None:
    record = public_record(paper, Bookmark(paper, datetime(2026, 4, 30, tzinfo=UTC), ("todo",), "a note", "reading"))
    assert list(record) == KEYS
    assert record["bookmark"] == {
        "added": "2026-04-30T00:00:00Z", "tags": ["todo"], "note": "a note", "state": "reading",
    }  # fmt: skip
    assert public_record(paper, None)["bookmark"] is None
    assert not [name for name, value in record.items() if isinstance(value, tuple)]


def test_facts_of_a_wrong_type_count_as_absent() -> None:
    odd = {"id": "1", "title": "T", "upvotes": "7", "stars": True, "authors": "A", "keywords": [1, "k"], "published": 3,
           "featured": "soon", "abstract": None, "github": ["x"], "unknown": 1}  # fmt: skip
    assert paper_from_record(odd) == Paper("1", "T", keywords=("k",))


@pytest.mark.parametrize("record", [{}, {"id": "1"}, {"title": "T"}, {"id": "", "title": "T"}, {"id": 1, "title": "T"}])
def test_id_and_title_are_required(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="needs an id and a title"):
        paper_from_record(record)


def test_times_are_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    assert iso(datetime(2026, 4, 30, 8, 12, tzinfo=east)) == "2026-04-30T06:12:00Z"
    assert moment_from("2026-04-30T08:12:00+02:00") == moment_from("2026-04-30T06:12:00Z")
    assert moment_from("2026-04-30T06:12:00") == datetime(2026, 4, 30, 6, 12, tzinfo=UTC)
    assert moment_from("yesterday") is None
    assert moment_from("0001-01-01T00:00:00+14:00") is None, "that time does not exist in UTC"
    assert moment_from("9999-12-31T23:59:59-14:00") is None
