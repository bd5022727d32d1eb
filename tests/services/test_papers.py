import pytest

from kit.papers import plain
from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.feed import FeedName
from services.conftest import Harness

ONE = plain(1)


async def test_a_paper_is_fetched_once_and_stored(harness: Harness) -> None:
    assert await harness.services.papers.find(ONE.id) == ONE
    assert await harness.services.papers.find(ONE.id) == ONE
    assert harness.stand_in.asked == [f"paper {ONE.id}"]


async def test_a_bookmarked_paper_needs_neither_archive_nor_network(harness: Harness) -> None:
    harness.services.library.keep([ONE])
    assert await harness.services.papers.find(ONE.id, offline=True) == ONE
    assert harness.stand_in.asked == []


async def test_unknown_and_unreachable_papers_raise_different_errors(harness: Harness) -> None:
    with pytest.raises(PaperNotFoundError):
        await harness.services.papers.find("2604.99999")
    with pytest.raises(PaperNotFoundError, match="papertui is offline"):
        await harness.services.papers.find("2604.99999", offline=True)
    harness.stand_in.failing = True
    with pytest.raises(SourceError, match="cannot be reached"):
        await harness.services.papers.find("2604.99999")


def test_only_web_addresses_reach_the_browser(harness: Harness) -> None:
    for url in ("javascript:alert(1)", "file:///etc/passwd", "--version", ""):
        assert not harness.services.papers.open_page(url)
    assert harness.services.papers.open_page("https://arxiv.org/abs/2604.00001")
    assert harness.opened == ["https://arxiv.org/abs/2604.00001"]


def test_adding_and_removing_bookmarks(harness: Harness) -> None:
    library = harness.services.library
    assert library.toggle(ONE)
    assert library.ids() == {ONE.id}
    assert not library.toggle(ONE)
    assert library.keep([ONE, plain(2)]) == (ONE.id, plain(2).id)
    assert library.keep([ONE]) == ()
    assert library.release([ONE.id, "2604.99999"]) == (ONE.id,)
    assert list(library.by_id()) == [plain(2).id]
    feed = harness.services.feeds.stored(FeedName("library"))
    assert feed is not None
    assert [paper.id for paper in feed.papers] == [plain(2).id]


def test_read_marks_and_the_last_feed(harness: Harness) -> None:
    marks = harness.services.read_state
    assert marks.last_feed() is None
    marks.remember_feed(FeedName("weekly"))
    assert marks.last_feed() == FeedName("weekly")
    harness.archive.note("last feed", "of another version")
    assert marks.last_feed() is None
    marks.mark(["a", "b"], read=True)
    marks.mark(["b"], read=False)
    assert marks.read_ids() == {"a"}


async def test_search_over_all_stored_papers(harness: Harness) -> None:
    harness.archive.remember([plain(1)._replace(title="Sparse attention")], harness.clock[0])
    harness.services.library.keep([plain(2)._replace(title="Sparse autoencoders"), plain(1)])
    finder = harness.services.search
    assert {found.paper.id for found in finder.open().best("sparse")} == {plain(1).id, plain(2).id}
    assert [found.paper.id for found in finder.open("archive").best("sprase")] == [plain(1).id]
    assert len(finder.open("library").best("sparse")) == 2
    assert len(finder.open().best("sparse", 1)) == 1


async def test_a_search_of_the_sources_stores_the_papers(harness: Harness) -> None:
    assert await harness.services.search.fetch("anything", 3) == ()
    assert harness.archive.count() == 3
    harness.stand_in.failing = True
    assert await harness.services.search.fetch("anything", 3) == (
        "The stand-in cannot be reached; check the network connection. Showing stored papers.",
    )
