"""The vote history of papers."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.papers import plain
from kit.properties import at_most
from papertui.archive.archive import Archive
from papertui.model.paper import Paper
from papertui.model.trend import Observation

AT = datetime(2026, 4, 30, 6, 12, tzinfo=UTC)
ID = plain(1).id


def _hour(hours: float) -> datetime:
    return AT + timedelta(hours=hours)


def _seen(archive: Archive, hours: float, upvotes: int | None, comments: int | None = 0, stars: int | None = 0) -> None:
    archive.remember([Paper(ID, "One", upvotes=upvotes, comments=comments, stars=stars)], _hour(hours))


def _observed(archive: Archive) -> list[tuple[float, int | None]]:
    return [((seen.at - AT) / timedelta(hours=1), seen.upvotes) for seen in archive.votes(ID)]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive.db")


def test_only_changes_are_stored(archive: Archive) -> None:
    for hours, upvotes in enumerate([5, 5, 5, 7, 7, 5]):
        _seen(archive, hours, upvotes)
    assert _observed(archive) == [(0, 5), (2, 5), (3, 7), (4, 7), (5, 5)]
    assert archive.votes(ID)[0] == Observation(AT, 5, 0, 0)
    rows = archive._database.read(lambda connection: connection.execute("SELECT count(*) FROM votes").fetchone()[0])
    assert rows == 3


def test_a_missing_number_counts_as_unchanged(archive: Archive) -> None:
    _seen(archive, 0, 5, 1, 300)
    _seen(archive, 1, 5, None, None)
    _seen(archive, 2, None, 2, None)
    _seen(archive, 3, None, None, None)
    assert archive.votes(ID) == (
        Observation(_hour(0), 5, 1, 300),
        Observation(_hour(1), 5, 1, 300),
        Observation(_hour(2), 5, 2, 300),
    )


def test_late_observations_are_inserted_at_their_time(archive: Archive) -> None:
    for hours, upvotes in ((0, 5), (10, 9), (5, 7), (2, 5), (9, 9), (7, 7), (6, 8), (-1, 4), (-0.5, 5)):
        _seen(archive, hours, upvotes)
    # The 8 at hour 6 is within a recorded period.
    assert _observed(archive) == [(-1, 4), (-0.5, 5), (2, 5), (5, 7), (7, 7), (9, 9), (10, 9)]


def test_two_equal_adjacent_periods_become_one(archive: Archive) -> None:
    _seen(archive, 0, 5)
    _seen(archive, 2, None, 1)
    _seen(archive, 2, 5, 0)
    _seen(archive, 1, 5)
    assert _observed(archive) == [(0, 5), (2, 5)]


def test_the_last_of_two_observations_of_one_moment_wins(archive: Archive) -> None:
    _seen(archive, 0, 5)
    _seen(archive, 0, 6)
    assert _observed(archive) == [(0, 6)]
    _seen(archive, 1, 6)
    _seen(archive, 1, 7)
    assert [seen.upvotes for seen in archive.votes(ID)] == [6, 6, 7]
    assert archive.votes(ID)[-1].at == _hour(1)


def test_papers_without_votes_and_from_the_starter_feed_leave_no_trace(archive: Archive) -> None:
    archive.remember([plain(1)._replace(upvotes=None), plain(2)._replace(sources=("starter",))], AT)
    assert archive.votes(plain(1).id) == archive.votes(plain(2).id) == archive.votes("nobody") == ()


@at_most(40)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=12))
def test_the_first_and_last_observation_of_each_period_are_returned(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int]
) -> None:
    archive = Archive(tmp_path_factory.mktemp("votes") / "archive.db")
    for hours, upvotes in enumerate(counts):
        _seen(archive, hours, upvotes)
    expected = []
    for upvotes, group in groupby(enumerate(counts), key=lambda item: item[1]):
        stretch = [hour for hour, _ in group]
        expected += [(hour, upvotes) for hour in sorted({stretch[0], stretch[-1]})]
    assert _observed(archive) == expected
    archive.close()
