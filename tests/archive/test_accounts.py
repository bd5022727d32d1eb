"""Records that are one work become one paper, and can be parted again."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.properties import at_most
from papertui.archive.archive import Archive
from papertui.model.feed import Feed, FeedName
from papertui.model.identity import entry_id, identified, old_title_id
from papertui.model.paper import Paper

AT = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)
_TITLE = "The corrosion of copper by example"


def _record(number: int) -> Paper:
    """Return one of some records, most of them of one title."""
    authors = [("Ada Writer",), ("A. Writer", "Ben Reader"), ("Cy Scholar",), ()][number % 4]
    year = [2010, 2011, 2013, None][number // 4 % 4]
    return identified(
        Paper(
            "1004.00001" if number % 7 == 3 else "",
            _TITLE,
            authors=authors,
            published=None if year is None else datetime(year, 1, 1, tzinfo=UTC),
            doi=[None, None, "10.1234/a", None, "10.1234/b"][number % 5],
            journal_ref=[None, "J. Ex. 4", "J. Ex. 5"][number % 3],
            sources=("file",),
        )
    )


def _papers(archive: Archive) -> set[Paper]:
    return set(archive.all_papers())


@pytest.mark.slow
@at_most(60)
@given(
    st.lists(st.integers(0, 419), max_size=6, unique=True).flatmap(
        lambda some: st.tuples(st.just(some), st.permutations(some), st.integers(0, 6))
    )
)
def test_neither_order_nor_batches_nor_repeats_make_a_difference(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[list[int], list[int], int]
) -> None:
    numbers, shuffled, half = drawn
    one, other = (Archive(tmp_path_factory.mktemp("accounts") / "archive.db") for _ in range(2))
    one.remember([_record(number) for number in numbers], AT)
    other.remember([_record(number) for number in shuffled[:half]], AT)
    other.remember([_record(number) for number in shuffled[half:]], AT)
    assert _papers(one) == _papers(other)
    assert one.count() == other.count() == len(_papers(one))
    other.remember([_record(number) for number in numbers], AT)
    assert _papers(one) == _papers(other)
    for number in numbers:
        assert one.paper(_record(number).id) == other.paper(_record(number).id) is not None
    one.close()
    other.close()


@pytest.mark.slow
@at_most(60)
@given(st.lists(st.integers(0, 419), max_size=5, unique=True), st.lists(st.integers(0, 419), max_size=5))
def test_a_withdrawn_import_leaves_nothing_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory, known: list[int], imported: list[int]
) -> None:
    archive = Archive(tmp_path_factory.mktemp("accounts") / "archive.db")
    archive.remember([_record(number) for number in known], AT)
    before = {number: archive.paper(_record(number).id) for number in known}
    archive.remember([_record(number) for number in imported], AT + timedelta(hours=1), origin="import 1")
    after = {number: archive.paper(_record(number).id) for number in {*known, *imported}}
    archive.withdraw(["import 1"], back=False)
    kept = {number: archive.paper(_record(number).id) for number in known}
    assert kept == before
    assert _papers(archive) == {paper for paper in before.values() if paper}
    assert archive.count() == len(_papers(archive))
    archive.withdraw(["import 1"], back=True)
    assert {number: archive.paper(_record(number).id) for number in after} == after
    assert archive.count() == len(_papers(archive))
    archive.close()


def test_nothing_of_a_withdrawn_record_is_left(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    mine = identified(Paper("", _TITLE, sources=("file",)))
    other = identified(
        Paper("", _TITLE.upper(), "Its abstract.", ("Ada Writer",), AT, doi="10.1234/a", journal_ref="J. Ex. 4")
    )
    archive.remember([mine], AT, origin="first")
    done = archive.remember([other], AT, origin="second")
    assert [(one.id, one.into) for one in done.joined] == [(mine.id, other.id)]
    both = archive.paper(mine.id)
    assert both is not None
    assert (both.id, both.authors, both.journal_ref) == (other.id, ("Ada Writer",), "J. Ex. 4")
    archive.withdraw(["second"], back=False)
    assert archive.paper(mine.id) == mine
    assert archive.paper(other.id) is None
    archive.withdraw(["second"], back=True)
    assert archive.paper(mine.id) == both
    assert archive.paper(other.id) == both
    archive.close()


def test_what_the_sources_say_stays_when_an_import_is_withdrawn(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    arxiv = Paper("2604.00001", _TITLE, "The abstract.", ("Ada Writer",), sources=("arxiv",))
    imported = identified(Paper("", _TITLE, authors=("A. Writer",), journal_ref="J. Ex. 4", sources=("file",)))
    archive.remember([imported], AT, origin="import")
    archive.remember([arxiv], AT)
    archive.withdraw(["import"], back=False)
    archive.remember([arxiv._replace(upvotes=3, sources=("huggingface",))], AT)
    found = archive.paper("2604.00001")
    assert found is not None
    assert (found.journal_ref, found.upvotes, found.authors) == (None, 3, ("Ada Writer",))
    assert archive.paper(imported.id) is None
    archive.close()


def test_a_work_that_turns_out_to_be_two_is_parted(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    vague = identified(Paper("", _TITLE, authors=("Ada Writer",), sources=("file",)))
    first, second = (
        vague._replace(id="", published=datetime(year, 1, 1, tzinfo=UTC), doi=f"10.1234/{year}")
        for year in (1969, 1984)
    )
    archive.remember([vague, identified(first)], AT)
    assert archive.count() == 1
    archive.remember([identified(second)], AT)
    assert _papers(archive) == {vague, identified(first), identified(second)}
    archive.close()


def test_chapters_with_the_doi_of_their_book_have_their_own_ids(tmp_path: Path) -> None:
    book = Paper("", "The Book of Examples", authors=("Cy Scholar",), doi="10.1234/book", sources=("file",))
    chapters = [
        book._replace(title=title, authors=(name,))
        for title, name in (("Planar graphs", "Ada Writer"), ("Random graphs", "Ben Reader"))
    ]
    archive = Archive(tmp_path / "archive.db")
    ids = archive.remember(map(identified, chapters), AT).ids
    other = Archive(tmp_path / "other.db")
    assert other.remember(map(identified, reversed(chapters)), AT).ids == ids[::-1]
    assert [archive.papers(ids)[id_].title for id_ in ids] == ["Planar graphs", "Random graphs"]
    archive.close()
    other.close()


def test_a_known_holder_of_a_doi_keeps_it(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    first = identified(Paper("", "Planar graphs", authors=("Ada Writer",), doi="10.1234/book", sources=("file",)))
    other = first._replace(title="Random graphs", authors=("Ben Reader",))
    archive.remember([first], AT)
    (id_,) = archive.remember([other], AT).ids
    assert id_ != first.id
    assert archive.paper("doi:10.1234/book") == first
    assert archive.paper(id_) == other._replace(id=id_)
    archive.close()


def test_an_entry_stored_by_an_earlier_version_is_recognised(tmp_path: Path) -> None:
    archive, name = Archive(tmp_path / "archive.db"), FeedName("url", "https://lab.example/feed")
    entries = [
        identified(
            Paper("", "This week in copper", sources=("lab.example",), url=f"https://lab.example/{number}"),
            entry_id("lab.example", str(number)),
        )
        for number in (17, 18)
    ]
    old = entries[0]._replace(id=old_title_id(entries[0]))
    archive.keep_feed(Feed(name, (old,), AT, "lab.example"))
    archive.mark_read([old.id], True, AT)
    kept = archive.keep_feed(Feed(name, tuple(entries), AT + timedelta(hours=1), "lab.example"))
    assert (kept.new, [one.why for one in kept.joined]) == (1, ["the same entry of a feed"])
    feed = archive.feed(name)
    assert feed is not None
    assert [paper.url for paper in feed.papers] == [paper.url for paper in entries]
    assert archive.papers([old.id])[old.id].url == entries[0].url
    assert len(archive.read_ids()) == 1
    assert archive.unread([name]) == {name: 1}
    archive.close()


def test_records_stored_before_a_column_was_added_are_read(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.db")
    first = identified(Paper("", _TITLE, authors=("Ada Writer",), sources=("file",)))
    archive.remember([first, first._replace(id="doi:10.1234/a", doi="10.1234/a")], AT)
    before = _papers(archive)
    archive.close()
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection, connection:
        ((facts,), *_) = connection.execute("SELECT facts FROM accounts").fetchall()
        assert facts.endswith(",null]"), "the last column is empty"
        connection.execute("UPDATE accounts SET facts = substr(facts, 1, length(facts) - 6) || ']'")
    archive = Archive(tmp_path / "archive.db")
    archive.remember([first], AT)
    assert _papers(archive) == before
    archive.close()
