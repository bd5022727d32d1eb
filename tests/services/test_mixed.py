"""Bookmarks that mix facts of two works, as earlier versions made them, are found and separated."""

from datetime import UTC, datetime

from papertui.model.identity import old_title_id
from papertui.model.paper import Paper
from papertui.services.mixed import mixed_papers
from services.conftest import Harness

AT = datetime(2026, 4, 1, tzinfo=UTC)
_MIXED = Paper(
    "2401.00001",
    "Deep learning",
    authors=("Cy Scholar",),
    published=datetime(2015, 1, 1, tzinfo=UTC),
    sources=("file",),
    url="https://arxiv.org/abs/2401.00001",
    doi="10.1234/jex.2015.1",
    journal_ref="Journal of Examples (2015)",
)


def _repaired(harness: Harness) -> tuple[str, ...]:
    return harness.services.library.repair()


def test_an_arxiv_paper_with_the_facts_of_an_article_is_separated(harness: Harness) -> None:
    harness.archive.remember([_MIXED], AT)
    harness.services.library.keep([_MIXED])
    harness.services.library.note(_MIXED.id, "Mine.")
    harness.services.library.tag([_MIXED.id], ["todo"])
    check = next(result for result in harness.services.health.stores() if result.name == "works")
    assert not check.fine
    assert "2401.00001 has an arXiv id of 2024, but published in 2015" in check.words
    (said,) = (line for line in _repaired(harness) if line.startswith("Separated"))
    assert "2401.00001" in said
    assert "doi:10.1234/jex.2015.1, which is bookmarked, too." in said
    marks = harness.services.library.by_id()
    mine, other = marks["2401.00001"], marks["doi:10.1234/jex.2015.1"]
    assert (mine.note, mine.tags, other.note, other.tags) == ("Mine.", ("todo",), "", ())
    assert (mine.paper.doi, mine.paper.journal_ref, mine.paper.published) == (None, None, None)
    assert (other.paper.doi, other.paper.journal_ref, other.paper.published) == (
        "10.1234/jex.2015.1",
        "Journal of Examples (2015)",
        _MIXED.published,
    )
    stored = harness.archive.papers(marks)
    assert stored["2401.00001"].doi is None
    assert stored["doi:10.1234/jex.2015.1"].doi == "10.1234/jex.2015.1"
    assert all(result.fine for result in harness.services.health.stores())
    assert not any(line.startswith("Separated") for line in _repaired(harness))
    undone = harness.services.library.undo()
    assert undone is not None
    assert undone.step.what == "separate 1 mixed paper"
    assert harness.services.library.by_id()["2401.00001"].paper == _MIXED


def test_a_bookmark_whose_stored_paper_is_another_work_is_separated(harness: Harness) -> None:
    book = Paper("", "Graph theory", authors=("Ada Writer",), published=datetime(1969, 1, 1, tzinfo=UTC))
    book = book._replace(id=old_title_id(book), sources=("file",))
    harness.services.library.keep([book])
    other = book._replace(authors=("Ben Reader",), published=datetime(1984, 1, 1, tzinfo=UTC))
    harness.archive.remember([other], AT)
    (mixed,) = mixed_papers(harness.library, harness.archive)
    assert mixed.why == "the authors of different works, Ada Writer and Ben Reader"
    _repaired(harness)
    marks = harness.services.library.by_id()
    assert {mark.paper.authors for mark in marks.values()} == {("Ada Writer",), ("Ben Reader",)}
    assert harness.archive.papers([book.id])[book.id] == book
    assert mixed_papers(harness.library, harness.archive) == ()


def test_two_dois_are_two_works(harness: Harness) -> None:
    one = Paper("doi:10.1234/a", "On tin", authors=("Ada Writer",), doi="10.1234/a", sources=("file",))
    harness.services.library.keep([one])
    harness.archive.remember([one._replace(doi="10.1234/b")], AT)
    assert [mixed.why for mixed in mixed_papers(harness.library, harness.archive)] == [
        "two DOIs, 10.1234/a and 10.1234/b"
    ]
    _repaired(harness)
    assert mixed_papers(harness.library, harness.archive) == ()
    assert set(harness.services.library.by_id()) == {"doi:10.1234/a", "doi:10.1234/b"}


def test_what_one_record_says_is_taken_for_true(harness: Harness) -> None:
    """A paper may be posted on arXiv decades after it was printed."""
    harness.archive.remember([_MIXED], AT, origin="import")
    harness.services.library.keep([_MIXED])
    assert mixed_papers(harness.library, harness.archive) == ()


def test_a_paper_without_a_bookmark_is_separated_in_the_archive(harness: Harness) -> None:
    harness.archive.remember([_MIXED], AT)
    harness.archive.database.write(
        lambda connection: connection.execute("INSERT INTO other_ids SELECT 'title/0123456789abcdef', row FROM papers")
    )
    (mixed,) = mixed_papers(harness.library, harness.archive)
    assert not mixed.is_bookmarked
    _repaired(harness)
    assert {paper.id: paper.doi for paper in harness.archive.all_papers()} == {
        "2401.00001": None,
        "doi:10.1234/jex.2015.1": "10.1234/jex.2015.1",
    }
    assert harness.services.library.log() == ()
