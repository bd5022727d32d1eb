"""The map: clusters of what is stored, and of the library."""

from datetime import date, timedelta

import pytest

from kit.papers import plain
from kit.subjects import of_subjects, subject_of
from papertui.errors import UsageError
from papertui.model.feed import FeedName, parse_feed_name
from papertui.services.paper_map import PaperMap
from services.conftest import Harness

PAPERS = of_subjects()
ROBOTS = [paper for paper in PAPERS if subject_of(paper) == "robot"]
TODAY = date(2026, 4, 30)


@pytest.fixture
def filled(harness: Harness) -> Harness:
    """Eighty papers on four subjects; five of robots are kept."""
    harness.archive.remember(PAPERS, harness.clock[0])
    harness.library.add(ROBOTS[:5], harness.clock[0])
    return harness


def subjects(harness: Harness, found: PaperMap) -> list[set[str]]:
    """Return the subjects of the papers of each cluster, as it is opened."""
    return [
        {subject_of(paper) for paper in harness.services.paper_map.feed(cluster.feed).papers}
        for cluster in found.clusters
    ]


def test_clusters_are_subjects_with_sizes_growth_and_what_is_kept(filled: Harness) -> None:
    found = filled.services.paper_map.report()
    assert all(len(subject) == 1 for subject in subjects(filled, found)), found
    assert (found.papers, found.placed, found.kept, found.last) == (80, 80, 5, TODAY)
    sizes = [cluster.papers for cluster in found.clusters]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == 80
    assert sum(cluster.kept for cluster in found.clusters) == 5
    robots = [
        cluster for cluster in found.clusters if subjects(filled, found._replace(clusters=(cluster,)))[0] == {"robot"}
    ]
    assert sum(cluster.kept for cluster in robots) == 5
    # One paper of each subject on every fifth day: the last seven days have two of them.
    assert found.weeks[-1] == 8
    assert sum(cluster.history[-1] for cluster in robots) == 2
    assert sum(cluster.share for cluster in robots) == 2 / 8
    for cluster in found.clusters:
        assert cluster.feed == parse_feed_name(str(cluster.feed))


def test_a_cluster_opens_as_a_feed_of_its_papers_the_newest_first(filled: Harness) -> None:
    first = filled.services.paper_map.report().clusters[0]
    feed = filled.services.feeds.stored(first.feed)
    assert feed is not None
    assert len(feed.papers) == first.papers
    days = [paper.featured for paper in feed.papers if paper.featured]
    assert days == sorted(days, reverse=True)
    word = first.name.split(",")[0].split()[0]
    assert filled.services.paper_map.feed(FeedName("cluster", word)).papers == feed.papers
    with pytest.raises(UsageError, match="There is no cluster “cooking”"):
        filled.services.paper_map.feed(FeedName("cluster", "cooking"))


def test_the_map_is_reused_until_many_papers_came(filled: Harness) -> None:
    service = filled.services.paper_map
    steps: list[tuple[int, int]] = []
    first = service.report(progress=lambda *step: steps.append(step))
    assert steps
    steps.clear()
    some = of_subjects(22)
    filled.archive.remember(some, filled.clock[0])
    second = service.report(progress=lambda *step: steps.append(step))
    assert {cluster.name for cluster in second.clusters} == {cluster.name for cluster in first.clusters}
    assert (second.papers, steps) == (88, [])
    service.report(again=True, progress=lambda *step: steps.append(step))
    assert steps
    steps.clear()
    filled.archive.remember(of_subjects(40), filled.clock[0])
    assert service.report(progress=lambda *step: steps.append(step)).papers == 160
    assert steps


def test_the_same_papers_give_the_same_map_in_any_order(filled: Harness) -> None:
    first = filled.services.paper_map.report()
    (filled.home / "index" / "map" / "stored.json").unlink()
    for paper in PAPERS[:7]:  # they are indexed again, in another segment
        filled.archive.remember([paper._replace(upvotes=3)], filled.clock[0])
        filled.services.search.stored_index.fresh()
    del filled.services.__dict__["paper_map"]
    assert filled.services.paper_map.report() == first


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"version": [0, 0]}', b'{"centers": 1, "mean": [], "names": 1}']
)
def test_a_damaged_file_is_made_again(filled: Harness, content: bytes) -> None:
    first = filled.services.paper_map.report()
    (filled.home / "index" / "map" / "stored.json").write_bytes(content)
    del filled.services.__dict__["paper_map"]
    assert filled.services.paper_map.report() == first
    assert len((filled.home / "index" / "map" / "stored.json").read_bytes()) > 1000


def test_where_nothing_can_be_written_there_is_a_map(filled: Harness) -> None:
    filled.services.search.stored_index.fresh()
    (filled.home / "index" / "map").write_text("not a folder")
    assert filled.services.paper_map.report().papers == 80


def test_the_library_has_its_own_map(filled: Harness) -> None:
    service = filled.services.paper_map
    assert service.report(kept=True).clusters == (), "five papers are too few"
    speech = [paper for paper in PAPERS if subject_of(paper) == "speech"]
    filled.library.add(speech[:8], filled.clock[0] - timedelta(days=7))
    only_kept = plain(900)._replace(title="Speech recognition", abstract="speech voice audio")
    filled.library.add([only_kept], filled.clock[0])
    found = service.report(kept=True)
    assert (found.papers, found.placed, found.is_kept) == (14, 14, True)
    assert [cluster.papers for cluster in found.clusters] == [9, 5]
    assert [cluster.history[-2:] for cluster in found.clusters] == [(8, 1), (0, 5)], "by the days of keeping"
    feed = service.feed(found.clusters[0].feed)
    assert only_kept.id in {paper.id for paper in feed.papers}
    assert str(found.clusters[0].feed).startswith("cluster:kept/speech")


def test_with_few_papers_there_is_no_map(harness: Harness) -> None:
    found = harness.services.paper_map.report()
    assert (found.clusters, found.papers, found.last) == ((), 0, None)
    harness.archive.remember(PAPERS[:3], harness.clock[0])
    assert harness.services.paper_map.report().papers == 3


def test_papers_without_a_known_word_have_no_clusters(harness: Harness) -> None:
    unknown = [plain(number)._replace(title=f"zqx{number}", abstract="", keywords=()) for number in range(15)]
    harness.archive.remember(unknown, harness.clock[0])
    found = harness.services.paper_map.report()
    assert (found.clusters, found.papers, found.placed) == ((), 15, 0)


def test_a_cluster_on_the_screen_opens_after_others_were_found(filled: Harness) -> None:
    service = filled.services.paper_map
    shown = service.report().clusters
    cooking = [plain(900 + n)._replace(title="Recipes", abstract="kitchen stove soup onion garlic") for n in range(90)]
    filled.archive.remember(cooking, filled.clock[0])
    with pytest.raises(UsageError):
        service.feed(FeedName("cluster", "nothing like this"))  # which finds the clusters again
    for cluster in shown:
        assert len(service.feed(cluster.feed).papers) >= cluster.papers
