from datetime import UTC, datetime, timedelta

import pytest

from kit.papers import plain
from papertui.model.bookmark import Bookmark
from papertui.model.changes import Change, ChangeSet, differing, line_of, log_entries
from papertui.model.merge import BookmarkState, edit

DAWN = datetime(2026, 4, 30, tzinfo=UTC)
ONE, TWO = plain(1)._replace(title="One paper"), plain(2)._replace(title="Two papers")
KEPT = Bookmark(ONE, DAWN)


def at(minute: int) -> datetime:
    return DAWN + timedelta(minutes=minute)


def bare(mark: Bookmark) -> Bookmark:
    """Drop the abstract, as the journal does."""
    return mark._replace(paper=mark.paper._replace(abstract=""))


def step(number: int, before: Bookmark | None, after: Bookmark | None) -> ChangeSet:
    mark = before or after
    assert mark is not None
    change = Change(mark.paper.id, before and bare(before), after and bare(after))
    return ChangeSet(number, at(number), "change", (change,))


def test_each_step_of_the_journal_is_an_entry() -> None:
    tagged, noted = KEPT._replace(tags=("todo",)), KEPT._replace(tags=("todo",), note="Read it")
    steps = (step(3, tagged, noted), step(2, KEPT, tagged), step(1, None, KEPT))
    result = log_entries({}, {ONE.id: noted}, steps, at(9))
    assert [(entry.line, entry.at) for entry in result] == [
        (f"Add {ONE.id} One paper", at(1)),
        (f"Tag {ONE.id} One paper +todo", at(2)),
        (f"Edit the note of {ONE.id} One paper", at(3)),
    ]
    last = result[-1].entries[ONE.id]
    assert last is not None
    assert (last.bookmark, last.edited.note, last.edited.tags) == (noted, at(3), {"todo": at(2)})


def test_steps_before_the_known_entries_are_left_out() -> None:
    tagged, noted = KEPT._replace(tags=("todo",)), KEPT._replace(tags=("todo",), note="Read it")
    steps = (step(3, tagged, noted), step(2, KEPT, tagged), step(1, None, KEPT))
    known = {ONE.id: edit(edit(None, KEPT, at(1)), tagged, at(2))}
    result = log_entries(known, {ONE.id: noted}, steps, at(9))
    assert [entry.line for entry in result] == [f"Edit the note of {ONE.id} One paper"]
    assert log_entries(known, {ONE.id: tagged}, steps[1:], at(9)) == ()


def test_steps_of_other_machines_are_skipped() -> None:
    other = Bookmark(TWO, DAWN)
    noted = KEPT._replace(note="Read it")
    known = {ONE.id: edit(None, KEPT, at(1)), TWO.id: edit(None, other, at(1))}
    steps = (step(3, None, other)._replace(origin="sync"), step(2, KEPT, noted))
    result = log_entries(known, {ONE.id: noted, TWO.id: other}, steps, at(9))
    assert [(entry.line, entry.at) for entry in result] == [(f"Edit the note of {ONE.id} One paper", at(2))]


@pytest.mark.parametrize("steps", [(), (step(7, KEPT._replace(note="Elsewhere"), KEPT._replace(note="Else")),)])
def test_without_a_journal_the_difference_is_reported(steps: tuple[ChangeSet, ...]) -> None:
    known = {ONE.id: edit(None, KEPT, at(1))}
    now = {ONE.id: KEPT._replace(rating=4), TWO.id: Bookmark(TWO, DAWN)}
    result = log_entries(known, now, steps, at(9))
    assert [(entry.line, entry.at) for entry in result] == [
        (f"Rate {ONE.id} One paper: 4", at(9)),
        (f"Add {TWO.id} Two papers", at(9)),
    ]
    assert log_entries(known, {}, steps, at(9))[0].entries == {ONE.id: None}


def test_many_changes_of_one_kind_are_grouped() -> None:
    now = {plain(number).id: Bookmark(plain(number), DAWN) for number in range(30)}
    (result,) = log_entries({}, now, (), at(9))
    assert result.line == "Add 30 bookmarks: 2604.00000, 2604.00001, 2604.00002, …"
    assert len(result.entries) == 30


def test_a_missing_abstract_is_taken_from_the_known_entry() -> None:
    known = {ONE.id: edit(None, KEPT, at(1))}
    assert differing(known, {ONE.id: bare(KEPT)}) == ()
    (result,) = log_entries(known, {ONE.id: bare(KEPT._replace(rating=1))}, (), at(2))
    entry = result.entries[ONE.id]
    assert isinstance(entry, BookmarkState)
    assert entry.bookmark.paper.abstract == ONE.abstract


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (None, KEPT, "Add 2604.00001 One paper"),
        (KEPT, None, "Remove 2604.00001 One paper"),
        (KEPT._replace(tags=("old",)), KEPT._replace(tags=("todo",)), "Tag 2604.00001 One paper +todo -old"),
        (KEPT._replace(note="x"), KEPT, "Clear the note of 2604.00001 One paper"),
        (KEPT, KEPT._replace(state="reading"), "Mark 2604.00001 One paper: reading"),
        (KEPT._replace(rating=3), KEPT, "Rate 2604.00001 One paper: none"),
        (KEPT, KEPT._replace(rating=3, note="x"), "Change 2604.00001 One paper: note, rating"),
    ],
)
def test_descriptions(before: Bookmark | None, after: Bookmark | None, line: str) -> None:
    assert line_of([Change(ONE.id, before, after)]) == line


def test_descriptions_of_long_titles_and_many_bookmarks() -> None:
    long = KEPT._replace(paper=ONE._replace(title="word " * 50))
    assert len(line_of([Change(ONE.id, None, long)])) < 100
    tagged = [Change(plain(n).id, KEPT, KEPT._replace(tags=("nlp",))) for n in (1, 2)]
    assert line_of(tagged) == "Tag 2 bookmarks +nlp: 2604.00001, 2604.00002"
    assert line_of([*tagged, Change("x", None, KEPT)]) == "Change 3 bookmarks: 2604.00001, 2604.00002, x"
