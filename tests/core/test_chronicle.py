from datetime import UTC, datetime, timedelta

import pytest

from kit.papers import plain
from papertui.core.bookmark import Bookmark
from papertui.core.chronicle import chapters, differing, line_of
from papertui.core.reconcile import Entry, edit
from papertui.core.step import Change, Step

DAWN = datetime(2026, 4, 30, tzinfo=UTC)
ONE, TWO = plain(1)._replace(title="One paper"), plain(2)._replace(title="Two papers")
KEPT = Bookmark(ONE, DAWN)


def at(minute: int) -> datetime:
    return DAWN + timedelta(minutes=minute)


def bare(mark: Bookmark) -> Bookmark:
    """As journals hold it: without its abstract."""
    return mark._replace(paper=mark.paper._replace(abstract=""))


def step(number: int, before: Bookmark | None, after: Bookmark | None, what: str = "change") -> Step:
    mark = before or after
    assert mark is not None
    change = Change(mark.paper.id, before and bare(before), after and bare(after))
    return Step(number, at(number), what, (change,))


def test_the_journal_tells_the_way_step_by_step() -> None:
    tagged, noted = KEPT._replace(tags=("todo",)), KEPT._replace(tags=("todo",), note="Read it")
    steps = (step(3, tagged, noted), step(2, KEPT, tagged), step(1, None, KEPT))
    told = chapters({}, {ONE.id: noted}, steps, at(9))
    assert [(chapter.line, chapter.at) for chapter in told] == [
        (f"Keep {ONE.id} One paper", at(1)),
        (f"Tag {ONE.id} One paper +todo", at(2)),
        (f"Note on {ONE.id} One paper", at(3)),
    ]
    last = told[-1].entries[ONE.id]
    assert last is not None
    assert (last.bookmark, last.edited.note, last.edited.tags) == (noted, at(3), {"todo": at(2)})


def test_it_begins_where_the_entries_are() -> None:
    tagged, noted = KEPT._replace(tags=("todo",)), KEPT._replace(tags=("todo",), note="Read it")
    steps = (step(3, tagged, noted), step(2, KEPT, tagged), step(1, None, KEPT))
    known = {ONE.id: edit(edit(None, KEPT, at(1)), tagged, at(2))}
    told = chapters(known, {ONE.id: noted}, steps, at(9))
    assert [chapter.line for chapter in told] == [f"Note on {ONE.id} One paper"]
    assert chapters(known, {ONE.id: tagged}, steps[1:], at(9)) == ()


def test_what_came_from_another_machine_is_passed_over() -> None:
    other = Bookmark(TWO, DAWN)
    noted = KEPT._replace(note="Read it")
    known = {ONE.id: edit(None, KEPT, at(1)), TWO.id: edit(None, other, at(1))}
    steps = (step(3, None, other, "sync 0123456789ab"), step(2, KEPT, noted))
    told = chapters(known, {ONE.id: noted, TWO.id: other}, steps, at(9))
    assert [(chapter.line, chapter.at) for chapter in told] == [(f"Note on {ONE.id} One paper", at(2))]


@pytest.mark.parametrize("steps", [(), (step(7, KEPT._replace(note="Elsewhere"), KEPT._replace(note="Else")),)])
def test_without_a_journal_the_difference_is_told(steps: tuple[Step, ...]) -> None:
    known = {ONE.id: edit(None, KEPT, at(1))}
    now = {ONE.id: KEPT._replace(rating=4), TWO.id: Bookmark(TWO, DAWN)}
    told = chapters(known, now, steps, at(9))
    assert [(chapter.line, chapter.at) for chapter in told] == [
        (f"Rate {ONE.id} One paper: 4", at(9)),
        (f"Keep {TWO.id} Two papers", at(9)),
    ]
    assert chapters(known, {}, steps, at(9))[0].entries == {ONE.id: None}


def test_many_of_one_kind_are_one_chapter() -> None:
    now = {plain(number).id: Bookmark(plain(number), DAWN) for number in range(30)}
    (told,) = chapters({}, now, (), at(9))
    assert told.line == "Keep 30 bookmarks: 2604.00000, 2604.00001, 2604.00002, …"
    assert len(told.entries) == 30


def test_the_abstract_stays_where_the_library_leaves_it_out() -> None:
    known = {ONE.id: edit(None, KEPT, at(1))}
    assert differing(known, {ONE.id: bare(KEPT)}) == ()
    (told,) = chapters(known, {ONE.id: bare(KEPT._replace(rating=1))}, (), at(2))
    entry = told.entries[ONE.id]
    assert isinstance(entry, Entry)
    assert entry.bookmark.paper.abstract == ONE.abstract


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (None, KEPT, "Keep 2604.00001 One paper"),
        (KEPT, None, "Release 2604.00001 One paper"),
        (KEPT._replace(tags=("old",)), KEPT._replace(tags=("todo",)), "Tag 2604.00001 One paper +todo -old"),
        (KEPT._replace(note="x"), KEPT, "Clear the note of 2604.00001 One paper"),
        (KEPT, KEPT._replace(state="reading"), "Mark 2604.00001 One paper: reading"),
        (KEPT._replace(rating=3), KEPT, "Rate 2604.00001 One paper: none"),
        (KEPT, KEPT._replace(rating=3, note="x"), "Change 2604.00001 One paper: note, rating"),
    ],
)
def test_lines(before: Bookmark | None, after: Bookmark | None, line: str) -> None:
    assert line_of([Change(ONE.id, before, after)]) == line


def test_a_line_has_room_for_long_titles_and_many_bookmarks() -> None:
    long = KEPT._replace(paper=ONE._replace(title="word " * 50))
    assert len(line_of([Change(ONE.id, None, long)])) < 100
    tagged = [Change(plain(n).id, KEPT, KEPT._replace(tags=("nlp",))) for n in (1, 2)]
    assert line_of(tagged) == "Tag 2 bookmarks +nlp: 2604.00001, 2604.00002"
    assert line_of([*tagged, Change("x", None, KEPT)]) == "Change 3 bookmarks: 2604.00001, 2604.00002, x"
