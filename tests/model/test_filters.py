from datetime import UTC, datetime

import pytest

from papertui.model.bookmark import Bookmark
from papertui.model.filters import SYNONYMS, ListContext, ListFilter, PaperFilter
from papertui.model.paper import Paper
from papertui.search.language import KEYS

AT = datetime(2026, 4, 30, tzinfo=UTC)
A, B, C, D = PAPERS = (Paper("a", "A", github="https://example.org"), Paper("b", "B"), Paper("c", "C"), Paper("d", "D"))
CONTEXT = ListContext(
    new={"b", "d"},
    kept={"a", "b", "c"},
    read={"a", "d"},
    bookmarks={
        "a": Bookmark(A, AT, ("zoo",), "A note.", "read", 2),
        "b": Bookmark(B, AT, ("Ants", "zoo"), "", "to read", None),
        "c": Bookmark(C, AT, (), "", "reading", 5),
    },
)


def _ids(wanted: PaperFilter, context: ListContext = CONTEXT) -> str:
    return "".join(paper.id for paper in PAPERS if wanted.matches(paper, context))


def test_every_named_filter() -> None:
    assert {one.value.label: _ids(PaperFilter((one,))) for one in ListFilter} == {
        "all": "abcd", "to-read": "b", "reading": "c", "read": "a", "rated": "ac", "note": "a", "tagged": "ab",
        "untagged": "c", "unread": "bc", "bookmarked": "abc", "code": "a", "new": "bd", "replaced": "", "muted": "",
    }  # fmt: skip


@pytest.mark.parametrize("one", ListFilter)
def test_every_filter_has_words(one: ListFilter) -> None:
    assert one.value.about
    assert one.value.words or one is ListFilter.ALL


def test_all_conditions_must_hold() -> None:
    assert _ids(PaperFilter((ListFilter.UNREAD, ListFilter.KEPT))) == "bc"
    assert _ids(PaperFilter(tags=("ZOO",))) == "ab"
    assert _ids(PaperFilter(tags=("zoo", "ants"))) == "b"
    assert _ids(PaperFilter(state="read")) == "a"
    assert _ids(PaperFilter(rating=2)) == "ac"
    assert _ids(PaperFilter(rating=3)) == "c"
    assert _ids(PaperFilter(rating=0)) == "b"
    assert _ids(PaperFilter((ListFilter.READING,), rating=2)) == "c"


def test_new_versions_of_papers_are_left_out_unless_asked_for() -> None:
    context = CONTEXT._replace(replaced={"b"})
    assert _ids(PaperFilter(), context) == "acd"
    assert _ids(PaperFilter((ListFilter.REPLACED,)), context) == "b"
    assert _ids(PaperFilter((ListFilter.REPLACED, ListFilter.CODE)), context) == ""


def test_muted_papers_are_left_out_unless_asked_for() -> None:
    context = CONTEXT._replace(muted={"b", "d"}, replaced={"d"})
    assert _ids(PaperFilter(), context) == "ac"
    assert _ids(PaperFilter((ListFilter.MUTED,)), context) == "b"
    assert _ids(PaperFilter((ListFilter.MUTED, ListFilter.CODE)), context) == ""


def test_other_names_lead_to_filters_or_values_of_the_search_language() -> None:
    names = {one.value.label for one in ListFilter} | {value for key in KEYS for value in key.values}
    assert set(SYNONYMS.values()) <= names
    assert not set(SYNONYMS) & names
