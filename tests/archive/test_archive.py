"""Every paper seen, and every feed as it was fetched."""

import stat
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import recorded
from kit.papers import papers, plain
from kit.properties import at_most
from papertui.archive.archive import Archive
from papertui.model.feed import Feed, FeedName
from papertui.model.paper import Paper
from papertui.model.record import moment_from

AT = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAILY = FeedName("daily", "2026-04-30")


def _open(folder: Path) -> Archive:
    return Archive(folder / "archive.db")


@pytest.mark.slow
@at_most(30)
@given(st.lists(papers(ids=st.integers(0, 10**9).map(str)), max_size=5, unique_by=lambda paper: paper.id))
def test_stored_papers_are_read_back(tmp_path: Path, seen: list[Paper]) -> None:
    with_new_ids = [paper._replace(id=f"{paper.id}-{threading.get_ident()}-{id(seen)}") for paper in seen]
    archive = _open(tmp_path)
    archive.remember(with_new_ids, AT)
    archive.close()
    assert _open(tmp_path).papers(paper.id for paper in with_new_ids) == {paper.id: paper for paper in with_new_ids}


def test_an_archive_is_created_private_on_first_use(tmp_path: Path) -> None:
    path = tmp_path / "data" / "archive.db"
    archive = Archive(path)
    assert not path.parent.exists()
    assert archive.count() == 0
    assert archive.paper("2604.00001") is None
    archive.remember([plain(1)], AT)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_a_paper_is_stored_once_and_missing_facts_erase_nothing(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    archive.remember([plain(1), plain(1), plain(1)._replace(upvotes=9)], AT)
    archive.remember([Paper(plain(1).id, "", tldr="In short.")], AT + HOUR)
    assert archive.count() == 1
    assert archive.paper(plain(1).id) == plain(1)._replace(upvotes=9, tldr="In short.")
    # An older record only adds facts that were missing.
    archive.remember([plain(1)._replace(title="Old title", upvotes=2, doi="10.1/x")], AT - HOUR)
    found = archive.paper(plain(1).id)
    assert found is not None
    assert (found.title, found.upvotes, found.doi) == (plain(1).title, 9, "10.1/x")


def test_numbers_beyond_64_bits_count_as_absent(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    archive.remember([plain(1)._replace(upvotes=2**63, stars=-(2**70))], AT)
    assert archive.paper(plain(1).id) == plain(1)._replace(upvotes=None, stars=None)


def test_a_feed_reads_back_as_it_was_fetched(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    fetched = tuple(plain(number)._replace(upvotes=number, comments=None, stars=5) for number in (3, 1, 2))
    archive.keep_feed(Feed(DAILY, fetched, AT, "huggingface", ("A notice.",)))
    assert archive.feed(DAILY) == Feed(DAILY, fetched, AT, "huggingface")
    # Later records of the papers change their facts, but not the votes in the earlier response.
    later = [
        paper._replace(upvotes=99, comments=7, stars=None, featured=date(2026, 5, 2), tldr="New.") for paper in fetched
    ]
    archive.remember(later, AT + HOUR)
    assert archive.feed(DAILY) == Feed(DAILY, tuple(p._replace(tldr="New.") for p in fetched), AT, "huggingface")
    best = archive.paper(plain(1).id)
    assert best is not None
    assert (best.upvotes, best.comments, best.stars, best.featured) == (99, 7, 5, date(2026, 5, 2))


def test_the_last_response_of_each_day_is_kept(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    trending = FeedName("trending")
    for hours in (0, 1, 24, 25, 2):
        archive.keep_feed(Feed(trending, (plain(1 + hours), plain(1)), AT + hours * HOUR, "huggingface"))
    found = archive.feed(trending)
    assert found is not None
    assert (found.fetched_at, [paper.id for paper in found.papers]) == (AT + 25 * HOUR, [plain(26).id, plain(1).id])
    # An older response does not replace a newer one.
    archive.keep_feed(Feed(trending, (plain(50),), AT + 24 * HOUR, "huggingface"))
    assert archive.feed(trending) == found
    kept = archive._database.read(lambda connection: connection.execute("SELECT count(*) FROM feeds").fetchone()[0])
    rows = archive._database.read(lambda connection: connection.execute("SELECT count(*) FROM feed_rows").fetchone()[0])
    assert (kept, rows) == (2, 4)


def test_a_feed_is_read_as_it_was_on_each_day(tmp_path: Path) -> None:
    archive, name = _open(tmp_path), FeedName("arxiv", "cs.CL")
    for days, number in enumerate((1, 2, 3)):
        why = {plain(number).id: "new"}
        archive.keep_feed(Feed(name, (plain(number),), AT + timedelta(days=days), "arxiv", (), why))
    first = AT.date()
    feeds = archive.feeds_between(name, first, first + timedelta(days=1))
    assert [(feed.papers[0].id, feed.fetched_at, dict(feed.why)) for feed in feeds] == [
        (plain(number).id, AT + timedelta(days=number - 1), {plain(number).id: "new"}) for number in (1, 2)
    ]
    assert archive.feeds_between(name, first - timedelta(days=9), first - timedelta(days=1)) == ()
    assert archive.seen_before(name, first + timedelta(days=2)) == {plain(1).id, plain(2).id}
    assert archive.seen_before(FeedName("arxiv", "cs.LG"), first + timedelta(days=2)) == frozenset()


def test_feeds_that_were_never_fetched_do_not_exist(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    assert archive.feed(DAILY) is None
    assert archive.latest("daily") is None
    with pytest.raises(ValueError, match="fetched"):
        archive.keep_feed(Feed(DAILY, (plain(1),)))


def test_a_paper_listed_twice_is_stored_once(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    archive.keep_feed(Feed(DAILY, (plain(1), plain(2), plain(1)._replace(upvotes=9)), AT))
    found = archive.feed(DAILY)
    assert found is not None
    assert found.papers == (plain(1), plain(2))


def test_the_latest_day_is_the_newest_one_with_papers(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    for day, rows in (("2026-04-29", (plain(1),)), ("2026-04-30", (plain(2),)), ("2026-05-01", ())):
        archive.keep_feed(Feed(FeedName("daily", day), rows, AT))
    archive.keep_feed(Feed(FeedName("daily"), (plain(3),), AT))
    archive.keep_feed(Feed(FeedName("weekly", "2026-W18"), (plain(1),), AT))
    assert archive.latest("daily") == FeedName("daily", "2026-04-30")
    assert archive.latest("weekly") == FeedName("weekly", "2026-W18")
    assert archive.latest("monthly") is None
    # The last response counts.
    archive.keep_feed(Feed(FeedName("daily", "2026-04-30"), (), AT + 24 * HOUR))
    assert archive.latest("daily") == FeedName("daily", "2026-04-29")


def test_read_marks_and_notes(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    archive.mark_read(["1", "2", "1"], read=True, at=AT)
    archive.mark_read(["2", "3"], read=False, at=AT)
    archive.note("feed", "trending")
    archive.note("feed", "daily")
    archive.close()
    again = _open(tmp_path)
    assert again.read_ids() == {"1"}
    assert (again.recall("feed"), again.recall("theme")) == ("daily", None)


@pytest.mark.slow
def test_many_papers_are_found_by_id(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    many = [plain(number) for number in range(1300)]
    archive.remember(many, AT)
    ids = [paper.id for paper in reversed(many)]
    assert list(archive.papers([*ids, "nobody", ids[0]]).values()) == many[::-1]


@pytest.mark.slow
def test_it_is_light_to_import() -> None:
    program = "import sys, papertui.archive.archive; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_path())
    heavy = {"tinydb", "filelock", "numpy", "httpx", "asyncio", "logging", "tempfile", "subprocess", "inspect"}
    # dataclasses imports these in any case.
    bare = subprocess.run(
        [sys.executable, "-c", "import sys, dataclasses, pathlib, typing, re; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not heavy & (set(loaded.stdout.split()) - set(bare.stdout.split()))


def _path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(sys.modules["papertui"].__path__[0]).parent)}


def _account(entry: dict[str, Any]) -> Paper:
    """The main facts of a recorded entry, as close to the raw response as possible."""
    source = entry["paper"]
    return Paper(
        id=source["id"],
        title=" ".join(source["title"].split()),
        abstract=" ".join(source["summary"].split()),
        authors=tuple(author["name"] for author in source["authors"]),
        published=moment_from(source["publishedAt"]),
        featured=date.fromisoformat(source["submittedOnDailyAt"][:10]),
        upvotes=source["upvotes"],
        comments=entry["numComments"],
        github=source.get("githubRepo"),
        stars=source.get("githubStars"),
        keywords=tuple(source.get("ai_keywords", ())),
        tldr=source.get("ai_summary"),
        sources=("huggingface",),
    )


@pytest.mark.slow
@pytest.mark.recorded
def test_every_recorded_day_reads_back_equal(tmp_path: Path) -> None:
    archive = _open(tmp_path)
    feeds = []
    for number, day in enumerate(recorded.days()):
        rows = tuple(_account(entry) for entry in recorded.day(day))
        feeds.append(Feed(FeedName("daily", day), rows, AT + number * HOUR, "huggingface"))
        archive.keep_feed(feeds[-1])
    archive.close()
    again = _open(tmp_path)
    assert len(feeds) == 64
    for feed in feeds:
        found = again.feed(feed.name)
        assert found is not None
        assert (found.fetched_at, found.origin) == (feed.fetched_at, feed.origin)
        # The service listed the repository of one of these papers only the second time.
        expected_papers = [
            listed._replace(github=listed.github or shown.github)
            for listed, shown in zip(feed.papers, found.papers, strict=True)
        ]
        assert list(found.papers) == expected_papers
    assert again.count() == len({paper.id for feed in feeds for paper in feed.papers})
    assert again.latest("daily") == FeedName("daily", recorded.days()[-1])
    everything = again.all_papers()
    assert sorted(paper.id for paper in everything) == sorted({p.id for feed in feeds for p in feed.papers})
