"""Merging two versions of a bookmark: no tag or note is lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kit.exports import HOSTILE
from kit.properties import at_most
from papertui.model.bookmark import STATES, Bookmark
from papertui.model.merge import filled, joined_notes, merge_imported
from papertui.model.paper import Paper

AT = datetime(2026, 4, 30, tzinfo=UTC)
PAPER = Paper("2604.26951", "One")
_MARKS = st.builds(
    Bookmark,
    paper=st.builds(Paper, st.just("2604.26951"), st.sampled_from(["One", "Other"]), st.sampled_from(["", "Abstract"])),
    added=st.sampled_from([AT, AT - timedelta(1)]),
    tags=st.lists(st.sampled_from(["a", "A", "b", "c"]), max_size=3).map(tuple),
    note=HOSTILE | st.sampled_from(["one", "two", "one\n\ntwo"]),
    state=st.sampled_from(STATES),
    rating=st.none() | st.integers(1, 5),
)


def test_the_result_contains_both() -> None:
    mine = Bookmark(PAPER._replace(doi="10.1/1"), AT, ("todo",), "Mine.", "reading", None)
    other = Bookmark(
        PAPER._replace(title="Two", abstract="A"), AT - timedelta(1), ("ToDo", "x"), "Other.", "to read", 4
    )
    both = merge_imported(mine, other)
    assert both.paper == PAPER._replace(doi="10.1/1", abstract="A")
    assert both[1:] == (AT - timedelta(1), ("todo", "x"), "Mine.\n\nOther.", "reading", 4, None)


@at_most(50)
@given(_MARKS, _MARKS)
def test_merging_again_changes_nothing(one: Bookmark, other: Bookmark) -> None:
    once = merge_imported(one, other)
    assert merge_imported(once, other) == once
    assert merge_imported(once, one) == once
    for note in (one.note, other.note):
        assert " ".join(note.split()) in " ".join(once.note.split())
    assert {tag.lower() for tag in once.tags} == {tag.lower() for tag in one.tags + other.tags}
    assert STATES.index(once.state) == max(STATES.index(one.state), STATES.index(other.state))


def test_a_note_that_returns_on_one_line_is_the_same() -> None:
    assert joined_notes("One.\n\nTwo  words.", "One. Two words.") == "One.\n\nTwo  words."
    assert joined_notes("One.", "One.\nTwo.") == "One.\nTwo."
    assert joined_notes("A good paper", "good") == "A good paper\n\ngood"


def test_only_gaps_are_filled() -> None:
    known = Paper("1", "T", authors=("A",), upvotes=0)
    assert filled(known, Paper("2", "U", "Abs", ("B",), upvotes=5, doi="d")) == known._replace(abstract="Abs", doi="d")
