"""Imported bookmarks: one step, merged with existing ones."""

from datetime import UTC, datetime, timedelta

from kit.papers import plain
from papertui.importers.batch import ImportedBookmark
from papertui.model.identity import old_title_id
from papertui.model.paper import Paper
from services.conftest import Harness

AT = datetime(2026, 4, 1, tzinfo=UTC)


async def test_new_merged_and_unchanged_bookmarks(harness: Harness) -> None:
    harness.services.library.keep([plain(1), plain(2)])
    kept = [
        ImportedBookmark(plain(1)._replace(doi="10.1/1"), AT, ("a",), "A note.", "read", 4),
        ImportedBookmark(plain(2)._replace(abstract="")),
        ImportedBookmark(plain(3), None, ("b",), whole=True),
    ]
    done = await harness.services.bookmark_importer.take_in(kept)
    assert (done.added, done.merged, done.same, done.missing) == (("2604.00003",), ("2604.00001",), 1, ())
    marks = harness.services.library.by_id()
    assert marks["2604.00001"][1:] == (AT, ("a",), "A note.", "read", 4, None, ())
    assert (marks["2604.00001"].paper.doi, marks["2604.00001"].paper.title) == ("10.1/1", plain(1).title)
    assert marks["2604.00003"].added == harness.clock[0]
    assert harness.library.whole(["2604.00001"])["2604.00001"].abstract == plain(1).abstract
    again = await harness.services.bookmark_importer.take_in(kept)
    assert (again.added, again.merged, again.same) == ((), (), 3)


async def test_ids_are_fetched_and_the_files_first_one_is_listed_first(harness: Harness) -> None:
    done = await harness.services.bookmark_importer.take_in((), ["2604.00005", "2604.00004", "2604.00099"])
    assert set(done.added) == {"2604.00005", "2604.00004"}
    assert done.missing == ("The stand-in does not know the paper 2604.00099; check the id.",)
    assert [mark.paper.id for mark in harness.services.library.bookmarks()] == ["2604.00005", "2604.00004"]


async def test_stored_papers_are_imported_when_the_source_fails(harness: Harness) -> None:
    harness.archive.remember([plain(2)], AT)
    harness.stand_in.failing = True
    done = await harness.services.bookmark_importer.take_in((), ["2604.00001", "2604.00002", "2604.00003"])
    assert done.added == ("2604.00002",)
    assert len(done.missing) == 2
    assert harness.stand_in.asked == ["paper 2604.00001"]
    assert (await harness.services.bookmark_importer.take_in((), ["2604.00009"], offline=True)).missing


async def test_duplicates_in_a_file_become_one_bookmark(harness: Harness) -> None:
    kept = [ImportedBookmark(plain(1), AT, ("a",)), ImportedBookmark(plain(1), AT - timedelta(1), ("b",), "Note")]
    done = await harness.services.bookmark_importer.take_in(kept)
    assert (done.added, done.merged, done.same) == (("2604.00001",), (), 0)
    (mark,) = harness.services.library.bookmarks()
    assert mark[1:4] == (AT - timedelta(1), ("a", "b"), "Note")


async def test_a_paper_bookmarked_under_its_title_is_found_by_its_arxiv_id(harness: Harness) -> None:
    title = "A telling title of some length"
    harness.archive.remember([Paper(old_title_id(Paper("", title)), title)], AT)
    harness.services.library.keep([Paper(old_title_id(Paper("", title)), title)])
    harness.archive.remember([Paper("2604.12345", title, sources=("arxiv",))], AT)
    done = await harness.services.bookmark_importer.take_in([ImportedBookmark(Paper("2604.12345", title), note="Mine")])
    assert (done.added, len(done.merged)) == ((), 1)
    assert [mark.note for mark in harness.services.library.bookmarks()] == ["Mine"]
