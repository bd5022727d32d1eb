"""The source against recorded responses, replayed on loopback, with an independent mapping of the fields."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kit.recorded import day, days, hub
from papertui.errors import PaperNotFoundError, SourceError
from papertui.model import text
from papertui.model.feed import FeedName, week_name
from papertui.model.paper import Paper
from papertui.sources.http import HttpClient
from papertui.sources.huggingface import HuggingFace

pytestmark = [pytest.mark.recorded, pytest.mark.slow]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with hub() as base:
        yield base


def expected(entry: dict[str, Any], base: str) -> Paper:
    """Map a recorded entry key by key: a key is present or absent, never null; a keyword may be empty."""
    paper = entry["paper"]
    organization = paper.get("organization")
    return Paper(
        id=paper["id"],
        title=text.title(paper["title"]),
        abstract=text.prose(paper["summary"]),
        authors=tuple(text.name(author["name"]) for author in paper["authors"]),
        published=datetime.strptime(paper["publishedAt"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
        featured=datetime.strptime(paper["submittedOnDailyAt"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).date(),
        upvotes=paper["upvotes"],
        comments=entry["numComments"],
        github=paper.get("githubRepo"),
        stars=paper.get("githubStars"),
        project=paper["projectPage"].strip() if "projectPage" in paper else None,
        organization=text.name(organization["fullname"]) if organization else None,
        keywords=tuple(dict.fromkeys(text.title(word) for word in paper.get("ai_keywords", []) if word)),
        tldr=text.prose(paper["ai_summary"]) if "ai_summary" in paper else None,
        sources=("huggingface",),
        url="https://arxiv.org/abs/" + paper["id"],
        pdf="https://arxiv.org/pdf/" + paper["id"],
        thumbnail=f"{base}/thumbnails/{paper['id']}.png",
        submitter=entry["submittedBy"]["name"],
        media=tuple(paper.get("mediaUrls", [])),
    )


def span(first: date, last: date) -> dict[str, dict[str, Any]]:
    """Return the recorded entries of a period by id, most votes first, without duplicates."""
    rows = [row for name in days() if first.isoformat() <= name <= last.isoformat() for row in day(name)]
    rows.sort(key=lambda row: -row["paper"]["upvotes"])
    return {row["paper"]["id"]: row for row in reversed(rows)}


async def fetch(address: str, name: FeedName, limit: int | None = None) -> tuple[Paper, ...]:
    async with HttpClient() as client:
        result = await HuggingFace(client, address).fetch(name, limit)
    assert (result.skipped, result.notices, result.origin) == (0, (), "huggingface")
    return result.papers


async def test_each_day_matches_the_recording(address: str) -> None:
    assert len(days()) == 64
    async with HttpClient() as client:
        source = HuggingFace(client, address)
        for name in days():
            fetched = await source.fetch(FeedName("daily", name))
            assert list(fetched.papers) == [expected(row, address) for row in day(name)], name
            assert {paper.featured for paper in fetched.papers} == {date.fromisoformat(name)}
            assert fetched.skipped == 0


async def test_a_weekend_is_empty(address: str) -> None:
    assert await fetch(address, FeedName("daily", "2026-04-25")) == ()


async def test_future_day_is_reported(address: str) -> None:
    with pytest.raises(SourceError, match="the daily papers of 1 May 2026"):
        await fetch(address, FeedName("daily", "2026-05-01"))


@pytest.mark.parametrize("monday", [date(2026, 2, 2), date(2026, 3, 23), date(2026, 4, 6), date(2026, 4, 27)])
async def test_week_has_its_days_by_votes(address: str, monday: date) -> None:
    rows = span(monday, monday + timedelta(days=6))
    papers = await fetch(address, FeedName("weekly", week_name(monday)))
    assert {paper.id: paper for paper in papers} == {id_: expected(row, address) for id_, row in rows.items()}
    votes = [paper.upvotes or 0 for paper in papers]
    assert votes == sorted(votes, reverse=True)


@pytest.mark.parametrize(("month", "last"), [("2026-02", 28), ("2026-03", 31), ("2026-04", 30)])
async def test_month_is_complete(address: str, month: str, last: int) -> None:
    rows = span(date.fromisoformat(f"{month}-01"), date.fromisoformat(f"{month}-{last}"))
    papers = await fetch(address, FeedName("monthly", month))
    assert len(papers) == len(rows) > 300
    assert {paper.id: paper for paper in papers} == {id_: expected(row, address) for id_, row in rows.items()}


async def test_trending_respects_the_limit(address: str) -> None:
    some = await fetch(address, FeedName("trending"))
    more = await fetch(address, FeedName("trending"), 1000)
    every = await fetch(address, FeedName("trending"), 3000)
    assert (len(some), len(more)) == (100, 1000)
    assert more[:100] == some
    assert every[:1000] == more
    assert len(every) == len({row["paper"]["id"] for name in days() for row in day(name)}) == 1394


async def test_submitter_view(address: str) -> None:
    who = day("2026-04-30")[0]["submittedBy"]["name"]
    papers = await fetch(address, FeedName("submitter", who), 3000)
    theirs = {row["paper"]["id"] for name in days() for row in day(name) if row["submittedBy"]["name"] == who}
    assert {paper.id for paper in papers} == theirs
    assert {paper.submitter for paper in papers} == {who}


async def test_the_latest_day(address: str) -> None:
    async with HttpClient() as client:
        assert await HuggingFace(client, address).latest_day() == date(2026, 4, 30)
    with hub(today="2026-03-15") as base:
        async with HttpClient() as client:
            assert await HuggingFace(client, base).latest_day() == date(2026, 3, 13)


async def test_search_matches_the_recording(address: str) -> None:
    async with HttpClient() as client:
        source = HuggingFace(client, address)
        found = await source.search("turning the tide cross-architecture distillation", 5)
        many = await source.search("language model", 500)
    assert found.papers[0].title.startswith("Turning the TIDE")
    assert len(found.papers) == 5
    assert len(many.papers) == 120


async def test_one_paper_and_its_counts(address: str) -> None:
    row = day("2026-04-30")[0]
    async with HttpClient() as client:
        source = HuggingFace(client, address)
        paper = await source.paper(row["paper"]["id"] + "v2")
        with pytest.raises(PaperNotFoundError):
            await source.paper("1706.03762")
    assert (paper.datasets, paper.spaces) == (0, 0)
    assert paper.models is not None
    assert (paper.title, paper.upvotes) == (text.title(row["paper"]["title"]), row["paper"]["upvotes"])


async def test_requests_are_polite(tmp_path: Path) -> None:
    journal = tmp_path / "requests.jsonl"
    with hub(journal=journal) as base:
        await fetch(base, FeedName("monthly", "2026-04"))
    lines = journal.read_text().splitlines()
    papers = sum(len(day(name)) for name in days() if name.startswith("2026-04"))
    assert len(lines) == -(-papers // 100)
    assert all("papertui/" in line and '"gzip"' in line for line in lines)


async def test_every_recorded_paper_has_a_readable_community(address: str) -> None:
    async with HttpClient() as client:
        source = HuggingFace(client, address)
        for entry in day(days()[-1])[:10]:
            community = await source.community(entry["paper"]["id"])
            assert community.submitter is not None
            assert community.submitter.user == entry["paper"]["submittedOnDailyBy"]["user"]
            models, total = community.of_kind("model")
            assert len(models) == total <= 3
            assert [one.downloads for one in models] == sorted((one.downloads or 0 for one in models), reverse=True)
