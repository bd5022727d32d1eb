"""Every fault over real sockets: one sentence, the right kind of failure, and an unchanged stored feed."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from kit.faults import DAILY, FAULTS, FEED, Fault, answer_to, reply, says
from kit.web import loopback
from papertui.archive.archive import Archive
from papertui.errors import PapertuiError, SourceError
from papertui.library.bookmarks import Library
from papertui.model.feed import FeedName, parse_feed_name
from papertui.services.feeds import FeedService
from papertui.services.follows import FollowService
from papertui.settings import Settings
from papertui.sources.arxiv import ArXiv
from papertui.sources.combined import CombinedSource, Member
from papertui.sources.feeds.client import FeedClient
from papertui.sources.http import HttpClient, TransferLimits
from papertui.sources.huggingface import HuggingFace
from papertui.sources.rate_limit import RateLimiter
from papertui.sources.registry import ARXIV, FEEDS, HUGGING_FACE
from papertui.sources.source import Source

pytestmark = pytest.mark.slow

NOW = datetime(2026, 4, 30, 18, tzinfo=UTC)
#: Short limits: these tests check that each limit takes effect.
QUICK = TransferLimits(connect=0.5, read=0.4, total=0.8, retries=1, patience=0.05, backoff=0.01)
#: For responses that arrive, but slowly on a busy machine.
PATIENT = replace(QUICK, connect=10.0, read=10.0, total=20.0)


class FeedsAndArchive(NamedTuple):
    """The feeds over a real archive and a real server."""

    feeds: FeedService
    archive: Archive


def services(home: Path, address: str, limits: TransferLimits = QUICK) -> FeedsAndArchive:
    archive = Archive(home / "archive.db")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Source]:
        async with HttpClient(limits=limits) as client:
            arxiv = ArXiv(
                client, api=address, rss=address, site=address, limiter=RateLimiter("arXiv", home / "pace", 0.001)
            )
            hub = HuggingFace(client, address, "secret", RateLimiter("Hugging Face", home / "pace-of-hub"))
            sources = ((HUGGING_FACE, hub), (ARXIV, arxiv), (FEEDS, FeedClient(client)))
            yield CombinedSource(*(Member(spec.title, spec.kinds, source) for spec, source in sources))

    library = Library(home / "bookmarks.json", home / "backups")
    follows = FollowService(Settings(), home / "settings.toml", opened)
    return FeedsAndArchive(FeedService(archive, library, opened, lambda: NOW, follows), archive)


def limits_for(fault: Fault) -> TransferLimits:
    return QUICK if fault.kind == "timing" and not fault.works else PATIENT


def name_of(fault: Fault, address: str) -> FeedName:
    return parse_feed_name(f"{address}/feed" if fault.feed == FEED else fault.feed)


def service_of(fault: Fault) -> str:
    return {DAILY: "Hugging Face", FEED: "127.0.0.1"}.get(fault.feed, "arXiv")


def check_sentence(sentence: str, fault: Fault) -> None:
    """Check the message: one sentence that names the service and contains no control characters."""
    assert service_of(fault) in sentence, sentence
    assert sentence.endswith("."), sentence
    assert sentence.isprintable(), sentence
    assert len(sentence) < 400, sentence
    assert "secret" not in sentence
    assert "Error" not in sentence, sentence
    if fault.words:
        assert any(words in sentence for words in fault.words), sentence


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_is_reported_and_keeps_the_stored_feed(fault: Fault, tmp_path: Path) -> None:
    async with loopback(says(reply(answer_to(fault.feed)))) as address:
        good = services(tmp_path, address, PATIENT)
        name = name_of(fault, address)
        stored = await good.feeds.refresh(name)
        assert len(stored.papers) == 3
        good.archive.close()
    async with loopback(fault.talk) as address:
        faulty = services(tmp_path, address, limits_for(fault))
        asked = name if fault.feed != FEED else name_of(fault, address)
        if fault.feed == FEED:  # the address is the name of the feed, so the feed is stored under the new address
            faulty.archive.keep_feed(stored._replace(name=asked))
        if fault.works:
            assert 1 <= len((await faulty.feeds.refresh(asked)).papers) <= 3
        else:
            with pytest.raises(SourceError) as raised:
                await faulty.feeds.refresh(asked)
            check_sentence(str(raised.value), fault)
        served = await faulty.feeds.serve(asked)
        assert served.papers, "the stored feed is gone"
        if not fault.works:
            assert [paper.id for paper in served.papers] == [paper.id for paper in stored.papers]
            assert "stored" in served.notices[-1]
        for paper in served.papers:
            assert paper.title.isprintable()
        faulty.archive.close()


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.kind == "timing"], ids=lambda fault: fault.name)
async def test_a_fault_without_a_stored_feed_is_a_source_error(fault: Fault, tmp_path: Path) -> None:
    async with loopback(fault.talk) as address:
        empty = services(tmp_path, address, limits_for(fault))
        if fault.works:
            assert (await empty.feeds.serve(name_of(fault, address))).papers
        else:
            with pytest.raises(PapertuiError) as raised:
                await empty.feeds.serve(name_of(fault, address))
            assert raised.value.exit_code == 3
        empty.archive.close()


async def test_a_running_request_is_cancelled_at_once(tmp_path: Path) -> None:
    came = asyncio.Event()

    async def never_answer(_: StreamReader, __: StreamWriter) -> None:
        came.set()
        await asyncio.Event().wait()

    async with loopback(never_answer) as address:
        endless = replace(PATIENT, read=1e6, total=1e6)
        asking = asyncio.create_task(services(tmp_path, address, endless).feeds.refresh(parse_feed_name(DAILY)))
        await came.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


def test_the_faults_are_many_and_have_unique_names() -> None:
    assert sum(not fault.works for fault in FAULTS) >= 100
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
