import pytest

from kit.papers import plain
from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.feed import FeedName
from services.conftest import Office

ONE = plain(1)


async def test_a_paper_is_fetched_once_and_stored(office: Office) -> None:
    assert await office.services.papers.find(ONE.id) == ONE
    assert await office.services.papers.find(ONE.id) == ONE
    assert office.far_end.asked == [f"paper {ONE.id}"]


async def test_a_bookmarked_paper_needs_neither_archive_nor_network(office: Office) -> None:
    office.services.library.keep([ONE])
    assert await office.services.papers.find(ONE.id, offline=True) == ONE
    assert office.far_end.asked == []


async def test_unknown_and_unreachable_papers_raise_different_errors(office: Office) -> None:
    with pytest.raises(PaperNotFoundError):
        await office.services.papers.find("2604.99999")
    with pytest.raises(PaperNotFoundError, match="papertui is offline"):
        await office.services.papers.find("2604.99999", offline=True)
    office.far_end.failing = True
    with pytest.raises(SourceError, match="cannot be reached"):
        await office.services.papers.find("2604.99999")


def test_only_web_addresses_reach_the_browser(office: Office) -> None:
    for url in ("javascript:alert(1)", "file:///etc/passwd", "--version", ""):
        assert not office.services.papers.open_page(url)
    assert office.services.papers.open_page("https://arxiv.org/abs/2604.00001")
    assert office.opened == ["https://arxiv.org/abs/2604.00001"]


def test_adding_and_removing_bookmarks(office: Office) -> None:
    library = office.services.library
    assert library.toggle(ONE)
    assert library.ids() == {ONE.id}
    assert not library.toggle(ONE)
    assert library.keep([ONE, plain(2)]) == (ONE.id, plain(2).id)
    assert library.keep([ONE]) == ()
    assert library.release([ONE.id, "2604.99999"]) == (ONE.id,)
    assert list(library.by_id()) == [plain(2).id]
    feed = office.services.feeds.stored(FeedName("library"))
    assert feed is not None
    assert [paper.id for paper in feed.papers] == [plain(2).id]


def test_read_marks_and_the_last_feed(office: Office) -> None:
    marks = office.services.read_state
    assert marks.last_feed() is None
    marks.remember_feed(FeedName("weekly"))
    assert marks.last_feed() == FeedName("weekly")
    office.archive.note("last feed", "of another version")
    assert marks.last_feed() is None
    marks.mark(["a", "b"], read=True)
    marks.mark(["b"], read=False)
    assert marks.read_ids() == {"a"}


async def test_search_over_all_stored_papers(office: Office) -> None:
    office.archive.remember([plain(1)._replace(title="Sparse attention")], office.clock[0])
    office.services.library.keep([plain(2)._replace(title="Sparse autoencoders"), plain(1)])
    finder = office.services.search
    assert {found.paper.id for found in finder.open().best("sparse")} == {plain(1).id, plain(2).id}
    assert [found.paper.id for found in finder.open("archive").best("sprase")] == [plain(1).id]
    assert len(finder.open("library").best("sparse")) == 2
    assert len(finder.open().best("sparse", 1)) == 1


async def test_a_search_of_the_sources_stores_the_papers(office: Office) -> None:
    assert await office.services.search.fetch("anything", 3) == ()
    assert office.archive.count() == 3
    office.far_end.failing = True
    assert await office.services.search.fetch("anything", 3) == (
        "The far end cannot be reached; check the network connection. Showing stored papers.",
    )
