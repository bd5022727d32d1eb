"""Merging two versions of a bookmark: no tag or note is lost."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kit.exports import HOSTILE
from kit.passages import PASSAGES
from kit.properties import at_most
from papertui.model.bookmark import STATES, Bookmark, CitationEntry
from papertui.model.merge import filled, joined_notes, merge_imported, merged_entry
from papertui.model.paper import Paper

AT = datetime(2026, 4, 30, tzinfo=UTC)
PAPER = Paper("2604.26951", "One")
_ENTRIES = st.builds(
    CitationEntry,
    st.sampled_from(["misc", "article", "book"]),
    st.sampled_from(["", "a", "b"]),
    st.dictionaries(
        st.sampled_from(["journaltitle", "volume", "date", "month", "note", "note+tex", "pages"]),
        st.sampled_from(["1", "2", "arXiv"]),
    ).map(lambda fields: tuple(fields.items())),
)
_MARKS = st.builds(
    Bookmark,
    paper=st.builds(Paper, st.just("2604.26951"), st.sampled_from(["One", "Other"]), st.sampled_from(["", "Abstract"])),
    added=st.sampled_from([AT, AT - timedelta(1)]),
    tags=st.lists(st.sampled_from(["a", "A", "b", "c"]), max_size=3).map(tuple),
    note=HOSTILE | st.sampled_from(["one", "two", "one\n\ntwo"]),
    state=st.sampled_from(STATES),
    rating=st.none() | st.integers(1, 5),
    entry=st.none() | _ENTRIES,
    highlights=PASSAGES,
)


def test_the_result_contains_both() -> None:
    mine = Bookmark(PAPER._replace(doi="10.1/1"), AT, ("todo",), "Mine.", "reading", None)
    other = Bookmark(
        PAPER._replace(title="Two", abstract="A"), AT - timedelta(1), ("ToDo", "x"), "Other.", "to read", 4
    )
    both = merge_imported(mine, other)
    assert both.paper == PAPER._replace(doi="10.1/1", abstract="A")
    assert both[1:] == (AT - timedelta(1), ("todo", "x"), "Mine.\n\nOther.", "reading", 4, None, ())


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


def _entry(type_: str, key: str, **fields: str) -> CitationEntry:
    return CitationEntry(type_, key, tuple(sorted(fields.items())))


def test_gaps_of_an_entry_are_filled() -> None:
    one = _entry("article", "mine", journaltitle="J. Ex.", date="1998")
    other = _entry("article", "theirs", journaltitle="J. Ex.", volume="3", date="1999", month="5", note="N")
    assert merged_entry(one, other) == _entry(
        "article", "mine", journaltitle="J. Ex.", date="1998", volume="3", note="N"
    )
    assert merged_entry(None, other) == merged_entry(other, None) == other
    assert merged_entry(_entry("book", ""), _entry("article", "k")) == _entry("book", "k")


def test_places_of_two_journals_are_not_mixed() -> None:
    one = _entry("article", "mine", journaltitle="J. Ex.", volume="3")
    other = _entry("article", "theirs", journaltitle="Other J.", pages="4", issn="1", note="N")
    assert merged_entry(one, other) == _entry("article", "mine", journaltitle="J. Ex.", volume="3", note="N")


def test_the_published_version_of_an_entry_wins() -> None:
    preprint = _entry("misc", "w24", date="2024-01", howpublished="Web", publisher="arXiv")
    article = _entry("article", "Writer", journaltitle="J. Ex.", volume="3", date="2025")
    both = _entry("article", "w24", journaltitle="J. Ex.", volume="3", date="2025", howpublished="Web")
    assert merged_entry(preprint, article) == both
    assert merged_entry(article, preprint) == article
    scholar = _entry("article", "s", journaltitle="arXiv preprint arXiv:2401.00001", volume="abs/2401.00001")
    assert merged_entry(scholar, article) == _entry("article", "s", journaltitle="J. Ex.", volume="3", date="2025")
