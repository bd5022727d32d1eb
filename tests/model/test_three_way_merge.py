from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.papers import plain
from kit.passages import PASSAGES
from papertui.model.bookmark import STATES, Bookmark
from papertui.model.merge import (
    BookmarkState,
    FieldEdit,
    LostText,
    MergeResult,
    edit,
    three_way_merge,
)

DAWN = datetime(2026, 4, 30, tzinfo=UTC)
TAGS = ("todo", "Todo", "nlp", "vision")


def at(minute: int) -> datetime:
    return DAWN + timedelta(minutes=minute)


def kept(**changes: object) -> Bookmark:
    return Bookmark(plain(1), DAWN)._replace(**changes)  # type: ignore[arg-type]


START = edit(None, kept(tags=("todo", "old"), note="As it was"), at(0))


def changed(minute: int, **changes: object) -> BookmarkState:
    """The common base, changed on one side."""
    return edit(START, START.bookmark._replace(**changes), at(minute))  # type: ignore[arg-type]


def merged(
    ours: BookmarkState | None, theirs: BookmarkState | None, base: BookmarkState | None = START
) -> Bookmark | None:
    """Merge both sides in either order and compare the results."""
    found = three_way_merge(base, ours, theirs).entry
    assert found == three_way_merge(base, theirs, ours).entry
    return None if found is None else found.bookmark


def test_tags_of_both_sides_are_merged_and_removed_tags_go() -> None:
    both = merged(changed(1, tags=("old", "todo", "a")), changed(2, tags=("todo", "b")))
    assert both is not None
    assert set(both.tags) == {"todo", "a", "b"}


def test_adding_a_tag_again_wins_over_its_removal() -> None:
    without = changed(1, tags=("old",))
    again = edit(changed(2, tags=("old",)), kept(tags=("old", "todo"), note="As it was"), at(3))
    both = merged(without, again)
    assert both is not None
    assert set(both.tags) == {"old", "todo"}


def test_tags_that_differ_in_case_are_equal() -> None:
    both = merged(changed(1, tags=("todo", "old", "NLP")), changed(2, tags=("todo", "old", "nlp")))
    assert both is not None
    assert both.tags == ("old", "todo", "nlp")


def test_the_side_that_changed_a_field_wins() -> None:
    both = merged(changed(9, state="read"), changed(1, rating=5, note="New"))
    assert both is not None
    assert (both.state, both.rating, both.note) == ("read", 5, "New")


def test_the_latest_note_wins_and_the_other_is_reported() -> None:
    found = three_way_merge(START, changed(1, note="Older"), changed(2, note="Newer"))
    assert found.entry is not None
    assert found.entry.bookmark.note == "Newer"
    assert found.lost == LostText(plain(1).id, "Newer", "Older")
    assert three_way_merge(START, changed(1, note="Only"), START).lost is None
    assert three_way_merge(START, changed(1, note="Same"), changed(2, note="Same")).lost is None


def test_a_note_cleared_last_stays_cleared_and_the_other_is_reported() -> None:
    found = three_way_merge(START, changed(1, note="Older"), changed(2, note=""))
    assert found.entry is not None
    assert (found.entry.bookmark.note, found.lost) == ("", LostText(plain(1).id, "", "Older"))


def test_a_change_on_top_of_another_is_later_whatever_the_clocks() -> None:
    ahead = changed(60, note="From a machine whose clock is ahead")
    answer = edit(ahead, ahead.bookmark._replace(note="Answer"), at(5))
    both = merged(answer, ahead)
    assert both is not None
    assert both.note == "Answer"
    assert answer.edited.note is not None
    assert answer.edited.note > at(60)


@pytest.mark.parametrize("change", [{"note": "x"}, {"tags": ()}, {"state": "read"}, {"rating": 1}, {"added": at(1)}])
def test_a_change_wins_over_a_removal(change: dict[str, object]) -> None:
    other = changed(1, **change)
    assert merged(None, other) == other.bookmark
    assert merged(None, START) is None
    assert merged(None, None) is None


def test_updated_facts_do_not_win_over_a_removal() -> None:
    assert merged(None, changed(1, paper=plain(1)._replace(stars=9))) is None


def test_libraries_without_a_common_base_are_merged() -> None:
    mine = edit(None, kept(added=at(2), tags=("a",), note="", state="reading"), at(2))
    other = edit(None, kept(added=at(1), tags=("b",), note="Theirs"), at(3))
    both = merged(mine, other, None)
    assert both is not None
    assert (both.added, set(both.tags), both.note, both.state) == (at(1), {"a", "b"}, "Theirs", "reading")
    assert merged(None, other, None) == other.bookmark


def test_facts_of_a_paper_are_merged() -> None:
    mine = edit(None, kept(paper=plain(1)._replace(doi="10.1000/x", sources=("arxiv",))), at(0))
    other = edit(None, kept(paper=plain(1)._replace(github="https://example.org/code")), at(0))
    both = merged(mine, other, None)
    assert both is not None
    assert (both.paper.doi, both.paper.github) == ("10.1000/x", "https://example.org/code")


_BOOKMARKS = st.builds(
    Bookmark,
    paper=st.sampled_from(
        [plain(1), plain(1)._replace(stars=3), plain(1)._replace(doi="10.1000/x", sources=("arxiv",))]
    ),
    added=st.integers(0, 2).map(at),
    tags=st.lists(st.sampled_from(TAGS), max_size=4, unique_by=str.casefold).map(tuple),
    note=st.sampled_from(["", "a", "b"]),
    state=st.sampled_from(STATES),
    rating=st.none() | st.integers(1, 5),
    highlights=PASSAGES,
)
_EDITS = st.lists(st.tuples(_BOOKMARKS, st.integers(0, 9)), max_size=3)


def _after(start: BookmarkState | None, edits: list[tuple[Bookmark, int]]) -> BookmarkState | None:
    for bookmark, minute in edits:
        start = edit(start, bookmark, at(minute))
    return start


def _optional(present: bool, entry: BookmarkState | None) -> BookmarkState | None:
    return entry if present else None


@given(_EDITS, _EDITS, _EDITS, st.booleans(), st.booleans())
def test_reconcile_is_symmetric(
    begin: list[tuple[Bookmark, int]],
    one: list[tuple[Bookmark, int]],
    other: list[tuple[Bookmark, int]],
    has_ours: bool,
    has_theirs: bool,
) -> None:
    base = _after(None, begin)
    ours = _optional(has_ours, _after(base, one))
    theirs = _optional(has_theirs, _after(base, other))
    found = three_way_merge(base, ours, theirs)
    assert _comparable(found) == _comparable(three_way_merge(base, theirs, ours))
    # A side without changes loses, and equal sides stay unchanged.
    assert three_way_merge(base, ours, base).entry == (ours if ours is not None or base is None else None)
    assert three_way_merge(base, ours, ours) == MergeResult(ours)
    # The result is stable: changes do not bounce between two machines.
    if found.entry is not None and ours is not None and theirs is not None:
        for side in (ours, theirs):
            again = three_way_merge(side, found.entry, side)
            assert again.entry == found.entry


def _comparable(found: MergeResult) -> tuple[object, ...]:
    if found.entry is None:
        return None, found.lost
    return found.entry.bookmark, list(found.entry.edited.tags.items()), found.entry.edited[:3], found.lost


@given(_EDITS, _EDITS, _EDITS)
def test_no_tag_is_lost_and_none_is_invented(
    begin: list[tuple[Bookmark, int]], one: list[tuple[Bookmark, int]], other: list[tuple[Bookmark, int]]
) -> None:
    base, ours, theirs = _after(None, begin), _after(None, one), _after(None, other)
    if ours is None or theirs is None:
        return
    found = three_way_merge(base, ours, theirs).entry
    assert found is not None

    def keys(entry: BookmarkState | None) -> set[str]:
        return set() if entry is None else {tag.casefold() for tag in entry.bookmark.tags}

    assert keys(ours) & keys(theirs) <= keys(found)
    assert (keys(ours) ^ keys(theirs)) - keys(base) <= keys(found)
    assert keys(found) <= keys(ours) | keys(theirs)


def test_an_entry_without_times_is_as_old_as_its_bookmark() -> None:
    silent = BookmarkState(kept(tags=("a",), note="By hand"), FieldEdit())
    assert merged(silent, changed(1, note="Newer", tags=("b",)), None) is not None
    both = merged(silent, changed(1, note="Newer"), None)
    assert both is not None
    assert both.note == "Newer"
