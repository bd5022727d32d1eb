"""Services on a disk that cannot be written: what is fetched is shown, and said to be unsaved."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kit.bad_disk import allow_writes, refuse_writes
from kit.papers import plain
from papertui.errors import UnwritableError
from papertui.model.feed import FeedName
from papertui.services.disk import DiskWatch
from services.conftest import Harness

TRENDING, DAY = FeedName("trending"), FeedName("daily", "2026-04-30")


@pytest.fixture
def refused(harness: Harness) -> Iterator[Harness]:
    """A harness with five papers and a bookmark stored, and a disk that cannot be written."""
    harness.archive.remember(map(plain, range(5)), harness.clock[0])
    harness.library.add([plain(1)], harness.clock[0])
    harness.archive.close()
    refuse_writes(harness.home)
    yield harness
    harness.archive.close()


async def test_a_feed_is_shown_though_it_cannot_be_stored(refused: Harness) -> None:
    feeds = refused.services.feeds
    feed = await feeds.serve(TRENDING)
    assert [paper.id for paper in feed.papers] == [paper.id for paper in refused.stand_in.papers]
    stored = feeds.stored(TRENDING)
    assert stored is not None
    assert [paper.id for paper in stored.papers] == [paper.id for paper in feed.papers], "as long as papertui runs"
    assert feeds.is_fresh(stored)
    assert feeds.stale([TRENDING]) == (), "not fetched again every minute"
    refused.clock[0] += timedelta(hours=1)
    assert feeds.stale([TRENDING]) == (TRENDING,)


async def test_an_update_says_that_it_is_not_stored(refused: Harness) -> None:
    update = await refused.services.feeds.update(TRENDING)
    assert isinstance(update.not_stored, UnwritableError)
    assert update.new == 20
    results = [result async for result in refused.services.feeds.update_each([TRENDING, DAY])]
    assert [result.not_stored is not None for _, result in results if not isinstance(result, Exception)] == [True, True]
    allow_writes(refused.home)
    assert (await refused.services.feeds.update(TRENDING)).not_stored is None


async def test_a_listing_without_anything_new_is_not_asked_for_again(refused: Harness) -> None:
    allow_writes(refused.home)
    feeds, name = refused.services.feeds, FeedName("arxiv", "cs.CL")
    await feeds.serve(name)
    refused.archive.close()
    refuse_writes(refused.home)
    refused.clock[0] += timedelta(days=1)
    assert feeds.stale([name]) == (name,)
    feed = await feeds.serve(name)
    assert feed.papers
    assert feeds.stale([name]) == ()


async def test_papers_and_texts_are_shown_though_they_cannot_be_stored(refused: Harness) -> None:
    papers = refused.services.papers
    assert (await papers.find(plain(12).id)).title == plain(12).title
    assert papers.stored(plain(12).id) is not None
    assert (await papers.text(plain(12).id)).document.parts
    assert papers.stored_text(plain(12).id) is None


async def test_what_the_services_found_can_be_searched(refused: Harness) -> None:
    await refused.services.search.fetch("anything", 20)
    session = refused.services.search.open()
    assert plain(15).id in {hit.paper.id for hit in session.best("show 15 things")}
    assert refused.services.search.take_notices() == () or "index" in refused.services.search.take_notices()[0]


def test_reading_marks_nothing_and_marking_is_an_error(refused: Harness) -> None:
    state = refused.services.read_state
    assert not state.mark_opened([plain(1).id])
    state.remember_feed(TRENDING)
    assert state.last_feed() is None
    with pytest.raises(UnwritableError):
        state.mark([plain(1).id], read=True)
    allow_writes(refused.home)
    assert state.mark_opened([plain(1).id])
    assert state.read_ids() == {plain(1).id}


def test_the_disk_is_reported_once(refused: Harness) -> None:
    watch = DiskWatch(refused.archive, refused.home)
    assert watch.take_notice() == "", "nothing was tried yet"
    assert refused.archive.count() == 5
    assert "cannot be opened" in watch.take_notice()
    assert watch.take_notice() == ""
    allow_writes(refused.home)
    refused.archive.note("a", "b")
    assert watch.take_notice() == ""
    refused.archive.close()
    refuse_writes(refused.home)
    assert refused.archive.count() == 5
    assert "cannot be opened" in watch.take_notice(), "again, after it worked in between"


def test_bookmarks_are_read_without_a_lock(refused: Harness) -> None:
    library = refused.services.library
    assert library.ids() == {plain(1).id}
    assert [mark.paper.title for mark in library.bookmarks()] == [plain(1).title]
    assert len(library.log()) == 1
    for change in (lambda: library.keep([plain(2)]), lambda: library.release([plain(1).id]), library.undo):
        with pytest.raises(UnwritableError):
            change()
    allow_writes(refused.home)
    assert library.keep([plain(2)]) == (plain(2).id,)
    assert library.ids() == {plain(1).id, plain(2).id}


@pytest.mark.parametrize("cut", [2, 40, 400])
def test_a_damaged_library_is_read_and_kept_as_it_is(refused: Harness, cut: int) -> None:
    path = refused.home / "bookmarks.json"
    data = path.read_bytes()[:-cut]
    path.write_bytes(data)
    library = refused.services.library
    for _ in range(3):
        assert library.ids() == {plain(1).id}
    assert len(library.take_notices()) == 1
    assert path.read_bytes() == data
    assert not list(refused.home.glob("*.damaged-*"))
    with pytest.raises(UnwritableError):
        library.keep([plain(2)])
    allow_writes(refused.home)
    assert library.ids() == {plain(1).id}
    assert library.keep([plain(2)]) == (plain(2).id,)
    (kept,) = refused.home.glob("*.damaged-*")
    assert kept.read_bytes() == data
    assert library.ids() == {plain(1).id, plain(2).id}
