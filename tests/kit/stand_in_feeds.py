"""A stand-in for a service with a different response for each feed."""

from dataclasses import dataclass, field

from kit.stand_in_source import StandInSource
from papertui.errors import SourceError
from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.sources.source import FetchedFeed


@dataclass
class StandInFeeds(StandInSource):
    """A `StandInSource` whose feeds differ."""

    feeds: dict[str, tuple[Paper, ...]] = field(default_factory=dict)  # by name; missing feeds are empty
    why: dict[str, str] = field(default_factory=dict)  # by id, how arXiv announced a paper
    broken: set[str] = field(default_factory=set)  # the kinds of feeds that fail

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        self._ask(str(name))
        if name.kind in self.broken:
            raise SourceError(f"{name.kind} cannot be reached; check the network connection.")
        papers = self.feeds.get(str(name), ())[:limit]
        origin = "arxiv" if name.kind == "arxiv" else "huggingface"
        why = {paper.id: self.why[paper.id] for paper in papers if paper.id in self.why}
        return FetchedFeed(papers, origin, 0, (), why)
