"""All services combined into one source."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit.papers import plain
from kit.stand_in_source import StandInSource
from papertui.archive.archive import Archive
from papertui.errors import PaperNotFoundError, SourceError
from papertui.model.feed import Feed, FeedName, parse_feed_name
from papertui.sources.combined import CombinedSource, Member
from papertui.sources.registry import ARXIV, FEEDS, HUGGING_FACE
from papertui.sources.source import FetchedFeed, LookupResult, Source

AT = datetime(2026, 4, 30, 12, tzinfo=UTC)
ONE, TWO, THREE = (plain(number) for number in (1, 2, 3))


@dataclass
class Blog:
    """A syndicated feed."""

    asked: list[str] = field(default_factory=list)

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        self.asked.append(name.detail)
        return FetchedFeed((ONE, TWO)[:limit], "a.example")

    async def look(self, url: str) -> LookupResult:
        return LookupResult(url, "A blog", await self.fetch(FeedName("url", url)))


@dataclass
class World:
    """Stand-ins for the services."""

    hub: StandInSource = field(default_factory=lambda: StandInSource((ONE, TWO)))
    arxiv: StandInSource = field(default_factory=lambda: StandInSource((TWO._replace(sources=("arxiv",)), THREE)))
    blog: Blog = field(default_factory=Blog)

    @property
    def services(self) -> Source:
        sources = ((HUGGING_FACE, self.hub), (ARXIV, self.arxiv), (FEEDS, self.blog))
        return CombinedSource(*(Member(spec.title, spec.kinds, source) for spec, source in sources))


@pytest.mark.parametrize(
    ("name", "hub", "arxiv", "blog"),
    [
        ("trending", 1, 0, 0),
        ("hf-search:x", 1, 0, 0),
        ("submitter:x", 1, 0, 0),
        ("arxiv:cs.CL", 0, 1, 0),
        ("arxiv-search:x", 0, 1, 0),
        ("author:x", 0, 1, 0),
        ("keyword:x", 1, 1, 0),
        ("https://a.example/feed", 0, 0, 1),
    ],
)
async def test_each_feed_goes_to_its_service(name: str, hub: int, arxiv: int, blog: int) -> None:
    world = World()
    await world.services.fetch(parse_feed_name(name), 10)
    assert [len(world.hub.asked), len(world.arxiv.asked), len(world.blog.asked)] == [hub, arxiv, blog]


async def test_responses_are_interleaved_completely() -> None:
    fetched = await World().services.search("x", 10)
    assert [(paper.id, paper.sources) for paper in fetched.papers] == [
        (ONE.id, ONE.sources),
        (TWO.id, ("arxiv",)),
        (TWO.id, TWO.sources),
        (THREE.id, THREE.sources),
    ]


async def test_facts_missing_in_one_response_are_kept(tmp_path: Path) -> None:
    world = World(hub=StandInSource((ONE,)), arxiv=StandInSource((TWO._replace(sources=("arxiv",), upvotes=None),)))
    archive = Archive(tmp_path / "archive.db")
    archive.remember([TWO._replace(upvotes=69)], AT)
    name = parse_feed_name("keyword:x")
    fetched = await world.services.fetch(name, 10)
    archive.keep_feed(Feed(name, fetched.papers, AT + timedelta(hours=1), fetched.origin))
    feed = archive.feed(name)
    assert feed is not None
    assert [paper.upvotes for paper in feed.papers] == [ONE.upvotes, 69]
    archive.close()


async def test_failed_service_becomes_a_notice() -> None:
    world = World()
    world.arxiv.failing = True
    fetched = await world.services.fetch(parse_feed_name("keyword:x"), 10)
    assert len(fetched.papers) == 2
    assert fetched.notices == ("The stand-in cannot be reached; check the network connection.",)
    world.hub.failing = True
    with pytest.raises(SourceError):
        await world.services.search("x", 10)


async def test_paper_is_requested_from_both_services() -> None:
    world = World()
    assert await world.services.paper(ONE.id) == ONE
    assert world.arxiv.asked == []
    assert await world.services.paper(THREE.id) == THREE
    with pytest.raises(PaperNotFoundError, match="Neither Hugging Face nor arXiv knows"):
        await world.services.paper("2604.09999")
    with pytest.raises(PaperNotFoundError, match="No service knows"):
        await world.services.paper("doi:10.1145/1")
    world.hub.failing = True
    assert await world.services.paper(THREE.id) == THREE
    with pytest.raises(SourceError, match="cannot be reached"):
        await world.services.paper("2604.09999")


async def test_limit_applies_to_syndicated_feeds() -> None:
    fetched = await World().services.fetch(parse_feed_name("https://a.example/feed"), 1)
    assert fetched.papers == (ONE,)
