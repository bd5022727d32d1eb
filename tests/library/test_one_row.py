"""One work from several sources under several ids is one row, in any order of arrival."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.papers import plain
from papertui.archive.archive import Archive
from papertui.model.feed import Feed, FeedName
from papertui.model.identity import identified
from papertui.model.paper import Paper, pdf_url

NOON = datetime(2026, 4, 30, 12, tzinfo=UTC)
_TITLE = "Sparse attention: a résumé"


class SourcePaper(NamedTuple):
    """A paper as one source lists it, and its feed."""

    paper: Paper
    feed: FeedName


_HUB = SourcePaper(
    Paper(
        "2604.00001", _TITLE, "Hub’s abstract.", ("Ada Lovelace",), upvotes=7, keywords=("k",), sources=("huggingface",)
    ),
    FeedName("daily", "2026-04-30"),
)
_ARXIV = SourcePaper(
    Paper(
        "2604.00001",
        _TITLE,
        "The authors’ abstract.",
        ("Ada Lovelace",),
        categories=("cs.CL",),
        sources=("arxiv",),
        pdf=pdf_url("2604.00001"),
    ),
    FeedName("arxiv", "cs.CL"),
)
_JOURNAL = SourcePaper(
    identified(
        Paper(
            "",
            "SPARSE ATTENTION — a resume",
            "As printed.",
            ("A. Lovelace",),
            doi="10.1145/7",
            journal_ref="J. Things 7",
            sources=("journal.example",),
            url="https://journal.example/7",
        )
    ),
    FeedName("url", "https://journal.example/feed"),
)
_BLOG = SourcePaper(
    identified(
        Paper("", "Sparse Attention, a Résumé.", "A blog’s words…", sources=("blog.example",), url="https://b.example/")
    ),
    FeedName("url", "https://blog.example/feed"),
)
#: The last one is another work: whatever a blog calls its article, it is no paper of arXiv.
_ALL = (_HUB, _ARXIV, _JOURNAL, _BLOG)


def _arrived(path: Path, listed: tuple[SourcePaper, ...]) -> Archive:
    archive = Archive(path)
    for paper, name in listed:
        # All at one moment, because several sources are queried at once.
        archive.keep_feed(Feed(name, (paper,), NOON, paper.sources[0]))
    return archive


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_any_order_of_arrival_gives_the_same_row(tmp_path: Path, order: tuple[int, ...]) -> None:
    archive = _arrived(tmp_path / "archive.db", tuple(_ALL[place] for place in order))
    assert archive.count() == 2
    (paper,) = (paper for paper in archive.all_papers() if paper.sources != ("blog.example",))
    assert archive.paper(_BLOG.paper.id) == _BLOG.paper
    assert paper == Paper(
        "2604.00001",
        _TITLE,
        "The authors’ abstract.",
        ("Ada Lovelace",),
        upvotes=7,
        keywords=("k",),
        categories=("cs.CL",),
        sources=("huggingface", "arxiv", "journal.example"),
        url="https://journal.example/7",
        pdf=pdf_url("2604.00001"),
        doi="10.1145/7",
        journal_ref="J. Things 7",
    )
    for _, name in _ALL[:3]:
        feed = archive.feed(name)
        assert feed is not None
        assert [paper.id for paper in feed.papers] == ["2604.00001"]
    # The ids that the records of other sources would have alone still lead to the paper.
    assert archive.papers([_JOURNAL.paper.id]).get(_JOURNAL.paper.id, paper) == paper
    archive.close()


@given(st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=4))
def test_batches_and_repeats_make_no_difference(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], again: list[int]
) -> None:
    archive = Archive(tmp_path_factory.mktemp("rows") / "archive.db")
    listed = tuple(_ALL[place].paper for place in [*order, *again])
    half = len(listed) // 2
    archive.remember(listed[:half], NOON)
    archive.remember(listed[half:], NOON)
    paper = archive.paper("2604.00001")
    assert paper is not None
    assert (archive.count(), paper.abstract, paper.upvotes) == (2, "The authors’ abstract.", 7)
    assert archive.paper(_BLOG.paper.id) == _BLOG.paper
    archive.close()


def test_the_old_id_leads_to_the_paper_and_its_marks_follow(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    old = _JOURNAL.paper.id
    archive.remember([_JOURNAL.paper], NOON)
    archive.mark_read([old], True, NOON)
    archive.remember([_ARXIV.paper], NOON + timedelta(hours=1))
    assert archive.papers([old])[old].id == "2604.00001"
    assert archive.read_ids() == {"2604.00001"}
    archive.close()


def test_what_fits_two_arxiv_papers_with_one_title_belongs_to_neither(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    twin = _ARXIV.paper._replace(id="2604.00002", abstract="Another paper.")
    saved = identified(Paper("", _TITLE, "From a saved page.", sources=("file",)))
    archive.remember([_ARXIV.paper, saved], NOON)
    assert archive.count() == 1
    archive.remember([twin], NOON)
    assert {paper.id: paper.sources for paper in archive.all_papers()} == {
        "2604.00001": ("arxiv",),
        "2604.00002": ("arxiv",),
        saved.id: ("file",),
    }
    assert archive.paper("2604.00001") == _ARXIV.paper
    archive.close()


def test_editorials_are_not_merged(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    editorials = [
        identified(Paper("", "Editorial", sources=("j.example",), url=f"https://j.example/{number}"))
        for number in (1, 2)
    ]
    archive.remember(editorials, NOON)
    assert archive.count() == 2
    archive.close()


def test_the_number_of_a_deleted_row_is_not_reused(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    whole = f"{_TITLE}: a résumé of results"
    archive.remember([_ARXIV.paper._replace(title=whole, doi="10.1145/7")], NOON)
    archive.remember([identified(Paper("", _TITLE, authors=("A. Lovelace",), sources=("file",)))], NOON)
    archive.remember([_JOURNAL.paper], NOON)  # shares the DOI of the one and the title of the other
    archive.remember([plain(1)._replace(id="2604.00009")], NOON)
    rows = archive.database.read(lambda c: c.execute("SELECT row, id FROM papers ORDER BY row").fetchall())
    assert rows == [(1, "2604.00001"), (3, "2604.00009")]
    assert archive.count() == 2
    archive.close()
