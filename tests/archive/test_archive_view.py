"""All papers as one lazy sequence."""

import random
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from papertui.archive.archive import Archive
from papertui.archive.papers import SQL_ORDERS
from papertui.model.ordering import Order
from papertui.model.paper import Paper

AT = datetime(2026, 4, 30, tzinfo=UTC)


def _many(count: int, seed: int = 1) -> list[Paper]:
    chance = random.Random(seed)
    return [
        Paper(
            f"p{number:05}",
            chance.choice(["alpha", "Beta", "gamma", "Delta"]) + str(chance.randrange(50)),
            published=AT - timedelta(days=chance.randrange(90)) if number % 3 else None,
            featured=date(2026, 3, 1 + chance.randrange(30)) if number % 4 else None,
            upvotes=chance.choice([None, 0, 3, 7]),
            stars=chance.choice([None, None, 100, 2000]),
        )
        for number in range(count)
    ]


def _moment(paper: Paper) -> datetime:
    if paper.published:
        return paper.published
    return datetime(paper.featured.year, paper.featured.month, paper.featured.day, tzinfo=UTC) if paper.featured else AT


def _expected(papers: list[Paper], order: Order) -> list[str]:
    newest = sorted(papers, key=lambda paper: (_moment(paper), paper.id), reverse=True)
    if order is Order.VOTES:
        newest.sort(key=lambda paper: -1 if paper.upvotes is None else paper.upvotes, reverse=True)
    if order is Order.STARS:
        newest.sort(key=lambda paper: -1 if paper.stars is None else paper.stars, reverse=True)
    if order is Order.TITLE:
        newest.sort(key=lambda paper: (paper.title.lower(), paper.id))
    return [paper.id for paper in newest]


@pytest.mark.slow
@pytest.mark.parametrize("order", SQL_ORDERS)
@pytest.mark.parametrize("load", [False, True])
def test_every_part_of_each_order_is_right(tmp_path: Path, order: Order, load: bool) -> None:
    papers = _many(700)
    archive = Archive(tmp_path / "archive.db")
    archive.remember(papers, AT)
    everything = archive.all_papers(order)
    if load:
        everything.load_order()
    expected = _expected(papers, order)
    assert len(everything) == 700
    for index in (0, 1, 63, 64, 349, 350, 640, 699, -1, -700):
        assert everything[index].id == expected[index]
    for part in (slice(50), slice(100, 120), slice(600, None), slice(-5, None), slice(10, 500, 7), slice(9, 2, -1)):
        assert [paper.id for paper in everything[part]] == expected[part]
    for part in (slice(None), slice(100, 600), slice(500, 900), slice(5, 5)):
        assert [paper.id for paper in everything[part]] == expected[part]
    assert [paper.id for paper in everything] == expected
    for index in (700, -701):
        with pytest.raises(IndexError):
            everything[index]
    archive.close()


def test_an_empty_archive_is_an_empty_sequence(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    for order in (Order.NEWEST, Order.TITLE):
        everything = archive.all_papers(order)
        assert (len(everything), list(everything), everything[:50]) == (0, [], ())
    archive.close()


@pytest.mark.slow
@pytest.mark.parametrize("load", [False, True])
def test_papers_added_meanwhile_do_not_move_the_others(tmp_path: Path, load: bool) -> None:
    papers = _many(300)
    archive = Archive(tmp_path / "archive.db")
    archive.remember(papers, AT)
    everything = archive.all_papers()
    before = [paper.id for paper in everything[:100]]
    archive.remember([paper._replace(id=f"new{paper.id}") for paper in _many(300, seed=2)], AT)
    if load:
        everything.load_order()
    assert [paper.id for paper in everything] == _expected(papers, Order.NEWEST)
    assert before == _expected(papers, Order.NEWEST)[:100]
    assert everything[299].id == _expected(papers, Order.NEWEST)[-1]
    assert len(everything) == 300
    assert len(archive.all_papers()) == 600
    archive.close()


@pytest.mark.slow
def test_it_is_consistent_while_another_thread_writes(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    papers = _many(500)
    archive.remember(papers, AT)
    everything = archive.all_papers()
    done = threading.Event()

    def write() -> None:
        for number in range(30):
            archive.remember([paper._replace(id=f"{number}.{paper.id}") for paper in papers[:50]], AT)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    looks = 0
    while not done.is_set() or looks < 3:
        assert [everything[index].id for index in range(0, 500, 7)] == _expected(papers, Order.NEWEST)[::7]
        everything._pages.clear()
        looks += 1
    writer.join()
    assert archive.count() == 500 + 30 * 50
    archive.close()


@pytest.mark.slow
def test_a_deleted_archive_gives_papers_without_an_id(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    archive.remember(_many(300), AT)
    for load in (False, True):
        everything = archive.all_papers()
        if load:
            everything.load_order()
        for file in tmp_path.iterdir():
            file.unlink()
        assert everything[299].id == ""
        assert "no longer in the archive" in everything[0].title
        assert len(list(everything)) == 300
        archive.remember(_many(300), AT)
    archive.close()


@pytest.mark.slow
def test_only_a_bounded_number_of_pages_is_kept(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    archive.remember(_many(6000), AT)
    everything = archive.all_papers()
    for index in range(0, 6000, 60):
        everything[index]
    assert len(everything._pages) == 64
    archive.close()
