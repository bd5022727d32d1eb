"""Undo reverts one step and keeps later changes."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from kit.papers import bare, plain
from kit.passages import PASSAGES
from papertui.model.bookmark import STATES, Bookmark
from papertui.model.changes import Change, ChangeSet, QueryChange, reversal, to_redo, to_undo

AT = datetime(2026, 4, 30, tzinfo=UTC)
MARK = Bookmark(bare(plain(1)), AT, ("a", "b"), "Note.", "reading", 3)
ID = MARK.paper.id
_MARKS = st.builds(
    MARK._replace,
    tags=st.lists(st.sampled_from("abcd"), max_size=3, unique=True).map(tuple),
    note=st.sampled_from(["", "One.", "Two."]),
    state=st.sampled_from(STATES),
    rating=st.none() | st.integers(1, 5),
    highlights=PASSAGES,
)


def _step(before: Bookmark | None, after: Bookmark | None, number: int = 1) -> ChangeSet:
    return ChangeSet(number, AT, "it", (Change(ID, before, after),))


@given(st.none() | _MARKS, st.none() | _MARKS)
def test_a_bookmark_without_later_changes_is_restored(before: Bookmark | None, after: Bookmark | None) -> None:
    now = {} if after is None else {ID: after}
    back = reversal(_step(before, after), now, {})
    assert back.left == ()
    assert {**now, **back.put}.get(ID) == before


@given(_MARKS, _MARKS, _MARKS)
def test_later_changes_stay(before: Bookmark, after: Bookmark, now: Bookmark) -> None:
    made = reversal(_step(before, after), {ID: now}, {}).put.get(ID, now)
    assert made is not None
    for field in ("note", "state", "rating"):
        old, new, today = getattr(before, field), getattr(after, field), getattr(now, field)
        assert getattr(made, field) == (old if today == new else today)
    gained, lost = set(after.tags) - set(before.tags), set(before.tags) - set(after.tags)
    assert set(made.tags) == (set(now.tags) - gained) | lost


def test_what_is_not_restored_is_reported() -> None:
    edited = _step(MARK, MARK._replace(note="Mine.", state="read", tags=("a", "b", "new")))
    now = MARK._replace(note="Theirs.", state="read", tags=("b", "new", "more"))
    back = reversal(edited, {ID: now}, {})
    assert back.put == {ID: now._replace(state="reading", tags=("b", "more"))}
    assert back.left == (f"The note of {ID} was changed later and not restored.",)
    assert reversal(edited, {}, {}).left == (f"The bookmark of {ID} was removed later and not restored.",)
    added = _step(None, MARK)
    assert reversal(added, {ID: MARK._replace(note="Later.")}, {}).left == (
        f"{ID} was changed after it was bookmarked, so its bookmark stays.",
    )
    removed = _step(MARK, None)
    assert reversal(removed, {ID: MARK._replace(note="")}, {}).left == (
        f"{ID} was bookmarked again later and not changed.",
    )
    assert reversal(added, {}, {}) == ({}, {}, ())


def test_collections_are_restored_too() -> None:
    step = ChangeSet(1, AT, "it", (), queries=(QueryChange("x", None, "one"), QueryChange("y", "two", None)))
    assert reversal(step, {}, {"x": "one"}).queries == {"x": None, "y": "two"}
    back = reversal(step, {}, {"x": "other", "y": "two"})
    assert back.queries == {}
    assert back.left == ("The collection “x” was changed later and not restored.",)


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=30))
def test_undo_and_redo_behave_like_two_stacks(deeds: list[str]) -> None:
    steps: list[ChangeSet] = []
    undoable: list[ChangeSet] = []
    redoable: list[ChangeSet] = []
    for deed in deeds:
        newest_first = list(reversed(steps))
        last, undone = to_undo(newest_first), to_redo(newest_first)
        assert last == (undoable[-1] if undoable else None)
        assert undone == (redoable[-1] if redoable else None)
        step = _step(None, MARK, len(steps) + 1)
        if deed == "undo" and last is not None:
            undoable.pop()
            steps.append(step._replace(undoes=last.number))
            redoable.append(steps[-1])
        elif deed == "redo" and undone is not None:
            redoable.pop()
            steps.append(step._replace(redoes=undone.undoes))
            undoable.append(steps[-1])
        elif deed == "do":
            steps.append(step)
            undoable.append(step)
            redoable.clear()


def test_steps_of_other_machines_are_not_undone() -> None:
    mine, theirs = _step(None, MARK, 1), _step(None, MARK, 2)._replace(what="sync 0123456", origin="sync")
    assert to_undo([theirs, mine]) == mine
    assert to_undo([theirs]) is None
    undone = _step(MARK, None, 2)._replace(undoes=1)
    assert to_redo([theirs._replace(number=3), undone, mine]) == undone
