from datetime import UTC, datetime

from papertui.model.bookmark import Bookmark
from papertui.model.changes import Change, ChangeSet
from papertui.model.paper import Paper

AT = datetime(2026, 4, 30, tzinfo=UTC)
MARK = Bookmark(Paper("2604.00001", "Robots [That] Read"), AT)


def test_a_step_of_one_paper_shows_its_title() -> None:
    kept, released = Change("2604.00001", None, MARK), Change("2604.00001", MARK, None)
    assert ChangeSet(1, AT, "bookmark 2604.00001", (kept,)).in_words == "bookmark “Robots [That] Read”"
    assert ChangeSet(2, AT, "release 2604.00001", (released,)).in_words == "release “Robots [That] Read”"


def test_other_steps_are_shown_unchanged() -> None:
    both = (Change("2604.00001", None, MARK), Change("2604.00002", None, MARK))
    assert ChangeSet(1, AT, "bookmark 2 papers", both).in_words == "bookmark 2 papers"
    assert ChangeSet(2, AT, "save collection Mine", ()).in_words == "save collection Mine"
