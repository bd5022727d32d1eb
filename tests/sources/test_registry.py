"""The table of sources, and a source that is added to it."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, get_args

import pytest

from kit.papers import plain
from kit.shell import environment
from papertui.errors import SettingsError, SourceError
from papertui.model.feed import MADE_HERE, FeedName, Kind
from papertui.model.merge import RANKS
from papertui.model.paper import Paper
from papertui.sources.registry import ARXIV, HUGGING_FACE, SOURCES, Connection, SourceSpec, source_opener, title_of
from papertui.sources.source import FeedSource, FetchedFeed

PAPER = plain(1)


class Preprints(NamedTuple):
    """A made-up source: everything that one needs."""

    connection: Connection

    async def fetch(self, name: FeedName, limit: int | None = None) -> FetchedFeed:
        paper = PAPER._replace(title=f"{name.detail} at {self.connection.endpoints['PREPRINTS_URL']}")
        return FetchedFeed((paper,)[:limit], "preprints")

    async def paper(self, id_: str) -> Paper:
        return PAPER._replace(id=id_)


def make_preprints(connection: Connection) -> FeedSource:
    return Preprints(connection)


PREPRINTS = SourceSpec(
    "preprints",
    "Preprints",
    frozenset({"keyword", "author"}),
    make_preprints,
    endpoints={"PREPRINTS_URL": "https://preprints.example"},
)


async def test_a_new_source_is_one_file_and_one_entry(tmp_path: Path) -> None:
    async with source_opener({}, tmp_path, (PREPRINTS,))() as source:
        fetched = await source.fetch(FeedName("author", "Ada"), 5)
        assert [paper.title for paper in fetched.papers] == ["Ada at https://preprints.example"]
        assert (await source.paper("2604.00009")).id == "2604.00009"
        with pytest.raises(SourceError, match="No source has the feed “trending”"):
            await source.fetch(FeedName("trending"))
    mirror = {"PREPRINTS_URL": "https://mirror.example/"}
    async with source_opener(mirror, tmp_path, (PREPRINTS,))() as source:
        fetched = await source.fetch(FeedName("keyword", "ion"))
        assert [paper.title for paper in fetched.papers] == ["ion at https://mirror.example"]


async def test_a_feed_of_several_sources_is_combined(tmp_path: Path) -> None:
    others = PREPRINTS._replace(name="others", endpoints={"PREPRINTS_URL": "https://others.example"})
    async with source_opener({}, tmp_path, (PREPRINTS, others))() as source:
        fetched = await source.fetch(FeedName("keyword", "ion"))
    assert len(fetched.papers) == 2
    assert fetched.origin == "several"


def test_addresses_and_tokens_are_checked_before_anything_is_done(tmp_path: Path) -> None:
    for spec in (HUGGING_FACE, ARXIV):
        for variable in spec.endpoints:
            with pytest.raises(SettingsError, match=variable):
                source_opener({variable: "http://elsewhere.example"}, tmp_path)
    with pytest.raises(SettingsError, match="HF_TOKEN"):
        source_opener({"HF_TOKEN": "hf_\nX: y"}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_every_feed_that_is_fetched_has_a_source() -> None:
    kinds = frozenset[Kind]().union(*(spec.kinds for spec in SOURCES))
    assert kinds == set(get_args(Kind)) - MADE_HERE - {"group"}, "a group is fetched feed by feed"


def test_every_source_has_another_rank_and_title() -> None:
    names = [spec.name for spec in SOURCES]
    assert set(names) <= RANKS.keys(), "add the rank of the new source to papertui.model.merge.RANKS"
    assert len({spec.rank for spec in SOURCES}) == len({spec.title for spec in SOURCES}) == len(set(names))
    titles = [title_of(origin) for origin in ("huggingface", "arxiv", "blog.example", "several")]
    assert titles == ["Hugging Face", "arXiv", "blog.example", "Each service"]


def test_the_table_loads_no_network_library() -> None:
    script = "import sys, papertui.sources.registry; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True)
    assert set(done.stdout.split()) & {"httpx", "filelock", "feedparser", "papertui.sources.http"} == set()
