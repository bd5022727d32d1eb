"""Bookmarks, tags, notes and undo; a bookmark follows its paper to a better id."""

from datetime import timedelta

import pytest

from kit.papers import plain
from papertui.errors import PaperNotFoundError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.identity import identified
from papertui.model.paper import Paper
from papertui.services.library import LibraryService
from services.conftest import Harness

ONE, TWO = plain(1), plain(2)
_PRINTED = identified(
    Paper("", "Sparse Attention: A Survey", authors=("Ada Lovelace",), doi="10.1145/7", sources=("journal.example",))
)
_ON_ARXIV = Paper("2604.00001", "Sparse attention, a survey", authors=("A. Lovelace",), sources=("arxiv",))


def test_toggle_knows_the_better_id(harness: Harness) -> None:
    harness.archive.remember([_PRINTED], harness.clock[0])
    assert harness.services.library.toggle(_PRINTED)
    harness.archive.remember([_ON_ARXIV], harness.clock[0] + timedelta(hours=1))
    paper = harness.archive.paper(_ON_ARXIV.id)
    assert paper is not None
    assert paper.sources == ("arxiv", "journal.example")
    assert harness.services.library.ids() == {_PRINTED.id, _ON_ARXIV.id}
    assert harness.services.library.by_id()[_ON_ARXIV.id].paper.id == _PRINTED.id
    assert not harness.services.library.toggle(paper)
    assert harness.services.library.ids() == frozenset()


def test_each_change_of_tags_notes_states_and_ratings_is_one_step(harness: Harness) -> None:
    library = harness.services.library
    library.keep([ONE, TWO])
    assert library.tag([ONE.id, TWO.id], ["+todo", "to  cite"], ["-old"]) == (ONE.id, TWO.id)
    assert library.tag([ONE.id], ["TODO"]) == ()
    assert library.note(ONE.id, "\nSee \x1b[31mtable 3.\n\n- a\n ")
    assert not library.note(ONE.id, "See table 3.\n\n- a")
    assert library.set_state([ONE.id, TWO.id], "read") == (ONE.id, TWO.id)
    assert library.rate([TWO.id], 4) == (TWO.id,)
    mark = library.by_id()[ONE.id]
    assert (mark.tags, mark.note, mark.state, mark.rating) == (("todo", "to cite"), "See table 3.\n\n- a", "read", None)
    assert [step.what for step in library.log(9)] == [
        f"rating 4 of {TWO.id}",
        "state read of 2 papers",
        f"note on {ONE.id}",
        "tag +todo +to cite -old on 2 papers",
        "bookmark 2 papers",
    ]
    undone = library.undo()
    assert undone is not None
    assert undone.step.what == f"rating 4 of {TWO.id}"
    assert library.redo() is not None
    assert library.by_id()[TWO.id].rating == 4


def test_tags_are_counted_renamed_and_merged(harness: Harness) -> None:
    library = harness.services.library
    library.keep([ONE, TWO])
    library.tag([ONE.id, TWO.id], ["todo"])
    library.tag([TWO.id], ["to-read", "NLP"])
    assert library.tags() == {"todo": 2, "NLP": 1, "to-read": 1}
    assert set(library.rename_tag("todo", "to-read")) == {ONE.id, TWO.id}
    assert library.tags() == {"to-read": 2, "NLP": 1}
    library.tag([ONE.id], ["nlp"])
    assert library.tags() == {"NLP": 2, "to-read": 2}, "spelled like the existing tag"
    assert library.rename_tag("nobody", "x") == ()
    with pytest.raises(UsageError, match="one line without commas"):
        library.rename_tag("NLP", "a,b")
    with pytest.raises(UsageError, match="No tags given"):
        library.tag([ONE.id], [" + "], [])


def test_tagging_a_paper_bookmarks_it_in_the_same_step(harness: Harness) -> None:
    library = harness.services.library
    harness.archive.remember([ONE], harness.clock[0])
    with pytest.raises(PaperNotFoundError, match=f"{TWO.id} is neither in your library nor stored"):
        library.tag([ONE.id, TWO.id], ["todo"])
    assert library.ids() == frozenset(), "all or nothing"
    assert library.tag([ONE.id], [], ["todo"]) == (), "removing a tag bookmarks nothing"
    assert library.tag([ONE.id], ["todo"]) == (ONE.id,)
    assert harness.services.papers.stored(ONE.id) == ONE
    assert library.undo() is not None
    assert library.ids() == frozenset()


def test_changes_of_one_command_are_one_step(harness: Harness) -> None:
    library = harness.services.library.as_one_step()
    assert library.keep([ONE]) == (ONE.id,)
    assert library.keep([TWO, ONE]) == (TWO.id,)
    assert library.tag([ONE.id], ["x"]) == (ONE.id,)
    (step,) = harness.services.library.log()
    assert [change.id for change in step.changes] == [ONE.id, TWO.id]
    assert harness.services.library.undo() is not None
    assert harness.services.library.ids() == frozenset()


def test_collections_are_saved_queries(harness: Harness) -> None:
    library = harness.services.library
    assert library.save_collection(" survey ", "tag:survey\nsparse")
    assert not library.save_collection("survey", "tag:survey sparse")
    assert library.collections() == {"survey": "tag:survey sparse"}
    assert library.drop_collection("survey")
    assert not library.drop_collection("survey")
    library.undo()
    assert library.collections() == {"survey": "tag:survey sparse"}
    with pytest.raises(UsageError, match="needs a name and a query"):
        library.save_collection("x", " ")


def test_the_stamp_changes_when_another_window_writes(harness: Harness) -> None:
    library = harness.services.library
    stamp = library.stamp()
    assert library.stamp() == stamp
    LibraryService(Library(harness.home / "bookmarks.json", harness.home / "backups"), lambda: harness.clock[0]).keep(
        [ONE]
    )
    assert library.stamp() != stamp
    assert library.ids() == {ONE.id}


async def test_a_lost_abstract_is_fetched_again(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    (harness.home / "bookmarks.abstracts.jsonl").unlink()
    assert await harness.services.papers.find(ONE.id, offline=True) == ONE._replace(abstract="")
    assert (await harness.services.papers.find(ONE.id)).abstract == ONE.abstract


def test_a_bookmark_follows_its_paper_to_its_better_id(harness: Harness) -> None:
    harness.archive.remember([_PRINTED], harness.clock[0])
    harness.services.library.keep([_PRINTED])
    harness.archive.remember([_ON_ARXIV], harness.clock[0] + timedelta(hours=1))
    assert harness.services.library.tag([_ON_ARXIV.id], ["todo"]) == (_PRINTED.id,)
    assert harness.services.library.by_id()[_ON_ARXIV.id].tags == ("todo",)
    assert harness.services.library.release([_ON_ARXIV.id]) == (_ON_ARXIV.id,)


_OLD_SPELLING = Paper("math.GT/0309136", "Knots and surgery", abstract="We cut.")


def test_a_bookmark_with_a_subject_class_in_its_id_is_the_same_paper(harness: Harness) -> None:
    library, stored = harness.services.library, harness.library
    stored.add([_OLD_SPELLING, TWO], harness.clock[0])
    assert library.ids() == {"math.GT/0309136", "math/0309136", TWO.id}
    assert library.by_id()["math/0309136"].paper.title == "Knots and surgery"
    assert library.keep([_OLD_SPELLING._replace(id="math/0309136")]) == ()
    assert stored.ids() == {"math.GT/0309136", TWO.id}
    # The next change spells it as arXiv does, and undo takes both back.
    library.tag(["math/0309136"], ["knots"])
    assert stored.ids() == {"math/0309136", TWO.id}
    assert library.by_id()["math/0309136"].tags == ("knots",)
    assert stored.whole(["math/0309136"])["math/0309136"].abstract == "We cut."
    library.undo()
    assert stored.ids() == {"math.GT/0309136", TWO.id}
    assert library.release(["math/0309136"]) == ("math/0309136",)
    assert stored.ids() == {TWO.id}


def test_a_change_of_another_bookmark_joins_two_spellings_of_an_id(harness: Harness) -> None:
    library, stored = harness.services.library, harness.library
    stored.add([_OLD_SPELLING, _OLD_SPELLING._replace(id="math/0309136", doi="10.1000/1"), TWO], harness.clock[0])
    assert library.note(TWO.id, "") is False
    assert len(stored.ids()) == 3
    assert library.note(TWO.id, "Read this.")
    assert stored.ids() == {"math/0309136", TWO.id}
    mark = library.by_id()["math/0309136"]
    assert (mark.paper.doi, mark.paper.title) == ("10.1000/1", "Knots and surgery")
