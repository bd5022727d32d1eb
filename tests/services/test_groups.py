"""Groups of feeds, and muted papers, in the services that the app uses."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit.papers import plain
from kit.stand_in_feeds import StandInFeeds
from papertui.archive.archive import Archive
from papertui.errors import SourceError
from papertui.library.bookmarks import Library
from papertui.model.feed import Feed, FeedName, Follow
from papertui.model.mute import MuteRule, MuteRules
from papertui.model.paper import Paper
from papertui.services.feeds import FeedService
from papertui.services.follows import FollowService
from papertui.services.groups import merged_feed
from papertui.settings import MuteSettings, Settings

GROUP = FeedName("group", "G")
NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
FIRST, SECOND, AUTHOR = FeedName("keyword", "first"), FeedName("keyword", "second"), FeedName("author", "Ada")
FOLLOWS = (
    Follow("first", "First", FIRST, groups=("G/Inner",)),
    Follow("second", "Second", SECOND, groups=("G",), hidden=True),
    Follow("ada", "Ada", AUTHOR, groups=("G",)),
    Follow("other", "Other", FeedName("keyword", "other")),
)


def paper(number: int, day: int | None = None) -> Paper:
    published = None if day is None else datetime(2026, 4, day, tzinfo=UTC)
    return plain(number)._replace(published=published, featured=None)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive.db")


@pytest.fixture
def source() -> StandInFeeds:
    feeds = {
        str(FIRST): (paper(1, 3), paper(2, 5), paper(3)),
        str(SECOND): (paper(2, 5), paper(4, 4)),
        str(AUTHOR): (paper(5, 9),),
    }
    return StandInFeeds(feeds=feeds)


def service(
    tmp_path: Path,
    archive: Archive,
    source: StandInFeeds,
    mute: MuteSettings = MuteSettings(),  # noqa: B008
) -> FeedService:
    follows = FollowService(Settings(follows=FOLLOWS, mute=mute), tmp_path / "settings.toml", source.open)
    library = Library(tmp_path / "bookmarks.json", tmp_path / "backups")
    return FeedService(archive, library, source.open, lambda: NOW, follows)


def numbers(feed: Feed | None) -> list[int]:
    assert feed is not None
    return [int(one.id[-5:]) for one in feed.papers]


async def test_a_group_has_each_paper_once_newest_first(tmp_path: Path, archive: Archive, source: StandInFeeds) -> None:
    feeds = service(tmp_path, archive, source)
    assert feeds.stored(GROUP) is None
    source.broken = {"author"}
    update = await feeds.update(GROUP)
    assert (numbers(update.feed), update.new) == ([2, 4, 1, 3], 4)
    assert update.failures == ("Ada: author cannot be reached; check the network connection.",)
    assert update.feed.notices == update.failures
    assert numbers(feeds.stored(GROUP)) == [2, 4, 1, 3]
    assert feeds.is_fresh(update.feed)
    source.broken = set()
    source.feeds[str(SECOND)] = (paper(6, 8), paper(4, 4))
    assert (await feeds.update(GROUP)).new == 2, "one of them from the feed that failed before"
    source.failing = True
    with pytest.raises(SourceError, match="stand-in cannot be reached"):
        await feeds.update(GROUP)
    assert len((await feeds.serve(GROUP)).papers) == 6, "what is stored"


async def test_the_feeds_of_a_group_are_stale_one_by_one(
    tmp_path: Path, archive: Archive, source: StandInFeeds
) -> None:
    feeds = service(tmp_path, archive, source)
    await feeds.update(FIRST)
    assert set(feeds.stale([GROUP, FIRST])) == {SECOND, AUTHOR}


async def test_unread_papers_of_a_group_count_once(tmp_path: Path, archive: Archive, source: StandInFeeds) -> None:
    await service(tmp_path, archive, source).update(GROUP)
    archive.mark_read([paper(1).id], True, NOW)
    assert service(tmp_path, archive, source).unread([GROUP, FIRST, SECOND]) == {GROUP: 4, FIRST: 2, SECOND: 2}
    rules = MuteSettings(
        words=("paper 4",), feeds={"second": MuteRules(("paper 2",)), "group:g": MuteRules(("paper 3",))}
    )
    muting = service(tmp_path, archive, source, rules)
    assert muting.unread([GROUP, FIRST, SECOND]) == {GROUP: 2, FIRST: 2, SECOND: 0}
    stored = muting.stored(GROUP)
    assert stored is not None
    assert {int(id_[-5:]): rule.value for id_, rule in stored.muted.items()} == {3: "paper 3", 4: "paper 4"}
    assert stored.size == 3
    Library(tmp_path / "bookmarks.json", tmp_path / "backups").add([paper(4, 4)], NOW)
    again = service(tmp_path, archive, source, rules)
    assert again.unread([GROUP, SECOND]) == {GROUP: 3, SECOND: 1}, "a bookmark is never muted"
    assert (await again.serve(GROUP, offline=True)).size == 4


async def test_a_new_paper_that_is_muted_is_not_news(tmp_path: Path, archive: Archive, source: StandInFeeds) -> None:
    feeds = service(tmp_path, archive, source, MuteSettings(words=("paper 2",)))
    update = await feeds.update(FIRST)
    assert (update.new, len(update.feed.papers), update.feed.size) == (2, 3, 2)


def test_a_paper_is_new_if_one_feed_announces_it() -> None:
    rule = MuteRule("words", "x")
    at = NOW - timedelta(hours=1)
    one = Feed(
        FIRST,
        (paper(1, 3), paper(2, 2)),
        at,
        why={paper(1).id: "replace", paper(2).id: "replace"},
        muted={paper(1).id: rule},
    )
    two = Feed(SECOND, (paper(1, 3), paper(3, 1)), NOW, why={paper(1).id: "new"}, muted={paper(3).id: rule})
    for feeds in ([one, two], [two, one]):
        merged = merged_feed(GROUP, feeds)
        assert (numbers(merged), merged.fetched_at) == ([1, 2, 3], NOW)
        assert merged.replaced == {paper(2).id}
        assert merged.muted == {paper(3).id: rule}
