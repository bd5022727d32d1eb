from datetime import timedelta

import pytest

from kit.discussions import detail
from kit.papers import plain
from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.feed import FeedName
from papertui.sources.huggingface_community import read_community
from services.conftest import Harness

ID = "2604.00001"
COMMUNITY = read_community(detail())


async def test_what_was_fetched_is_stored_with_its_time(harness: Harness) -> None:
    harness.stand_in.communities[ID] = COMMUNITY
    service = harness.services.community
    assert service.stored(ID) is None
    fetched = await service.fetch(ID)
    assert service.stored(ID) == fetched == (COMMUNITY, harness.clock[0])
    assert service.is_fresh(fetched)
    harness.clock[0] += timedelta(hours=1)
    assert not service.is_fresh(fetched)


async def test_a_command_gets_what_is_fresh_without_a_request(harness: Harness) -> None:
    harness.stand_in.communities[ID] = COMMUNITY
    service = harness.services.community
    assert (await service.serve(ID))[1] == ""
    assert (await service.serve(ID)) == (service.stored(ID), "")
    assert harness.stand_in.asked == [f"community {ID}"]
    harness.clock[0] += timedelta(days=1)
    await service.serve(ID)
    assert harness.stand_in.asked == [f"community {ID}"] * 2


async def test_a_command_gets_what_is_stored_when_the_source_fails(harness: Harness) -> None:
    harness.stand_in.communities[ID] = COMMUNITY
    service = harness.services.community
    with pytest.raises(SourceError, match="not stored, and papertui is offline"):
        await service.serve(ID, offline=True)
    await service.fetch(ID)
    harness.clock[0] += timedelta(days=1)
    harness.stand_in.failing = True
    stored = service.stored(ID)
    assert await service.serve(ID, offline=True) == (stored, "papertui is offline.")
    assert await service.serve(ID) == (stored, "The stand-in cannot be reached; check the network connection.")


async def test_only_papers_of_arxiv_have_a_discussion(harness: Harness) -> None:
    with pytest.raises(PaperNotFoundError, match="arXiv papers only"):
        await harness.services.community.fetch("doi:10.1000/x")
    assert harness.stand_in.asked == []


async def test_a_damaged_row_is_fetched_again(harness: Harness) -> None:
    harness.archive.keep_community(ID, harness.clock[0], b"nonsense")
    assert harness.services.community.stored(ID) is None


def test_papers_of_a_submitter_are_counted_and_found(harness: Harness) -> None:
    mine = [plain(number)._replace(submitter="lichen") for number in (1, 2)]
    harness.archive.remember([*mine, plain(3)], harness.clock[0])
    assert harness.archive.count_submitted_by("lichen") == 2
    assert [paper.id for paper in harness.archive.submitted_by("lichen")] == ["2604.00002", "2604.00001"]
    assert harness.archive.count_submitted_by("nobody") == 0


async def test_the_feed_of_a_submitter_that_was_never_fetched_has_the_stored_papers(harness: Harness) -> None:
    name = FeedName("submitter", "lichen")
    harness.archive.remember([plain(3)._replace(submitter="lichen"), plain(4)], harness.clock[0])
    feed = await harness.services.feeds.serve(name, offline=True)
    assert [paper.id for paper in feed.papers] == ["2604.00003"]
    assert feed.notices == ("Showing the stored papers that are known to belong to it.",)
    assert not harness.services.feeds.is_fresh(feed)
    assert len((await harness.services.feeds.serve(name)).papers) == 20
    assert harness.services.feeds.stored(FeedName("submitter", "nobody")) is None
