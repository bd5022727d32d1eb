from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kit.papers import plain
from kit.stand_in_feeds import StandInFeeds
from papertui.archive.archive import Archive
from papertui.digest.compose import DigestComposer
from papertui.digest.model import Digest, MailedPaper
from papertui.errors import SourceError, UsageError
from papertui.library.bookmarks import Library
from papertui.model.feed import FeedName, Follow, parse_feed_name, titled
from papertui.model.identity import identified
from papertui.model.paper import Paper
from papertui.model.period import day_of, days_between, week_of
from papertui.services.feeds import FeedService
from papertui.services.follows import FollowService
from papertui.services.library import LibraryService
from papertui.settings import DigestSettings, MuteSettings, Settings

THURSDAY = date(2026, 4, 30)
WEDNESDAY = THURSDAY - timedelta(days=1)


def paper(number: int, votes: int | None = None, day: date = THURSDAY, **facts: Any) -> Paper:
    at = datetime.combine(day, datetime.min.time(), UTC)
    return plain(number)._replace(upvotes=number if votes is None else votes, featured=day, published=at, **facts)


@dataclass
class Harness:
    """Composes digests on Thursday 30 April 2026 at 18:00."""

    stand_in: StandInFeeds
    archive: Archive
    library: Library
    clock: list[datetime]
    home: Path
    follows: tuple[Follow, ...] = ()
    mute: MuteSettings = field(default_factory=MuteSettings)
    chosen: DigestSettings = field(default_factory=lambda: DigestSettings(top=3))

    async def compose(self, period: date | Any = THURSDAY, **asked: Any) -> Digest:
        def now() -> datetime:
            return self.clock[0]

        settings = Settings(follows=self.follows, mute=self.mute)
        following = FollowService(settings, self.home / "settings.toml", self.stand_in.open)
        feeds = FeedService(self.archive, self.library, self.stand_in.open, now, following)
        library_service = LibraryService(self.library, now, self.archive.better_ids)
        digests = DigestComposer(feeds, self.archive, self.library, library_service, following, self.chosen)
        return await digests.compose(day_of(period) if isinstance(period, date) else period, **asked)

    def follow(self, *names: str) -> None:
        feeds = [parse_feed_name(name) for name in names]
        self.follows = tuple(Follow(f"own-{n}", titled(name), name) for n, name in enumerate(feeds))


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    stand_in = StandInFeeds(feeds={"trending": tuple(paper(n) for n in range(1, 9))})
    archive = Archive(tmp_path / "archive.db")
    clock = [datetime(2026, 4, 30, 18, tzinfo=UTC)]
    return Harness(stand_in, archive, Library(tmp_path / "b.json", tmp_path / "b"), clock, tmp_path)


def contents(digest: Digest) -> dict[str, list[int]]:
    """The numbers of the papers in each section, by the section's title."""
    return {section.title: [int(e.paper.id[-5:]) for e in section.entries] for section in digest.sections}


def mailed(harness: Harness, *digests: Digest) -> dict[str, MailedPaper]:
    del harness
    return {id_: mail for digest in digests for id_, mail in digest.mailed.items()}


async def test_the_default_digest_has_the_days_papers_by_votes(harness: Harness) -> None:
    harness.stand_in.feeds["daily:2026-04-30"] = tuple(paper(n) for n in (2, 9, 5, 7))
    digest = await harness.compose()
    assert contents(digest) == {"Trending on Thu 30 Apr": [9, 7, 5]}
    assert digest.sections[0].more == 1
    assert (digest.notices, digest.made_at) == ((), harness.clock[0])


async def test_a_past_day_is_composed_from_stored_papers(harness: Harness) -> None:
    harness.stand_in.feeds["daily:2026-04-20"] = (paper(1, day=date(2026, 4, 20)),)
    await harness.compose(date(2026, 4, 20))
    harness.stand_in.failing = True
    assert contents(await harness.compose(date(2026, 4, 20))) == {"Trending on Mon 20 Apr": [1]}


async def test_a_weekend_has_a_notice_and_no_request(harness: Harness) -> None:
    harness.clock[0] = datetime(2026, 4, 25, 9, tzinfo=UTC)
    digest = await harness.compose(date(2026, 4, 25))
    assert digest.is_empty
    assert digest.notices == ("No papers on Saturday 25 April 2026: nothing is published at the weekend.",)
    assert "daily:2026-04-25" not in harness.stand_in.asked


async def test_an_empty_day_has_a_notice(harness: Harness) -> None:
    digest = await harness.compose()
    assert contents(digest) == {"Trending on Thu 30 Apr": []}
    assert digest.sections[0].notice == "No daily papers yet for Thursday 30 April 2026: they appear during the day."
    past = await harness.compose(date(2026, 4, 28))
    assert "perhaps because of a holiday" in past.sections[0].notice


async def test_a_morning_without_papers_shows_those_of_the_previous_day(harness: Harness) -> None:
    harness.stand_in.feeds["daily:2026-04-29"] = (paper(1, day=WEDNESDAY), paper(2, day=WEDNESDAY))
    digest = await harness.compose()
    assert contents(digest) == {"Trending on Thu 30 Apr": [], "Late on Wednesday 29 Apr": [2, 1]}


async def test_papers_published_after_yesterdays_mail_are_not_lost(harness: Harness) -> None:
    harness.clock[0] = datetime(2026, 4, 29, 8, tzinfo=UTC)
    harness.stand_in.feeds["daily:2026-04-29"] = (paper(1, day=WEDNESDAY),)
    first = await harness.compose(WEDNESDAY)
    harness.stand_in.feeds["daily:2026-04-29"] = tuple(paper(n, day=WEDNESDAY) for n in (1, 2, 3, 4))
    harness.stand_in.feeds["daily:2026-04-30"] = (paper(9),)
    harness.clock[0] += timedelta(days=1)
    digest = await harness.compose(mailed=mailed(harness, first))
    assert contents(digest) == {"Trending on Thu 30 Apr": [9], "Late on Wednesday 29 Apr": [4, 3, 2]}


async def test_a_mailed_paper_comes_back_only_with_many_more_votes(harness: Harness) -> None:
    harness.stand_in.feeds["daily:2026-04-30"] = (paper(1, 40), paper(2, 20))
    before = await harness.compose()
    assert contents(await harness.compose(mailed=mailed(harness, before))) == {}
    harness.stand_in.feeds["daily:2026-04-30"] = (paper(1, 120), paper(2, 39))
    again = await harness.compose(mailed=mailed(harness, before))
    assert contents(again) == {"Trending on Thu 30 Apr": [1]}
    assert again.entries[0].before == MailedPaper(40, harness.clock[0])


async def test_a_paper_mailed_under_another_id_is_not_repeated(harness: Harness) -> None:
    printed = identified(Paper("", "Sparse Attention: A Survey", doi="10.1145/7", sources=("journal.example",)))
    on_arxiv = paper(1)._replace(title="Sparse attention, a survey", sources=("arxiv",))
    printed = printed._replace(authors=on_arxiv.authors)
    harness.archive.remember([printed], harness.clock[0])
    harness.archive.remember([on_arxiv], harness.clock[0] + timedelta(hours=1))
    harness.stand_in.feeds["daily:2026-04-30"] = (on_arxiv, paper(2))
    before = {printed.id: MailedPaper(None, harness.clock[0])}
    assert contents(await harness.compose(mailed=before)) == {"Trending on Thu 30 Apr": [2]}


async def test_missed_days_are_one_digest(harness: Harness) -> None:
    for number, day in enumerate(("2026-04-27", "2026-04-28", "2026-04-29", "2026-04-30"), 1):
        harness.stand_in.feeds[f"daily:{day}"] = tuple(paper(10 * number + n) for n in range(4))
    digest = await harness.compose(days_between(date(2026, 4, 25), THURSDAY))
    assert contents(digest) == {"Trending from 25 to 30 Apr": [43, 42, 41, 40, 33, 32, 31, 30, 23]}


async def test_a_week_is_fetched_or_composed_of_its_stored_days(harness: Harness) -> None:
    harness.stand_in.feeds["weekly:2026-W18"] = tuple(paper(n) for n in range(1, 6))
    assert contents(await harness.compose(week_of(THURSDAY))) == {"Trending in week 18": [5, 4, 3]}
    harness.stand_in.feeds["daily:2026-04-20"] = (paper(7, day=date(2026, 4, 20)),)
    await harness.compose(date(2026, 4, 20))
    digest = await harness.compose(week_of(date(2026, 4, 20)), offline=True)
    assert contents(digest) == {"Trending in week 17": [7]}
    assert "without Tuesday 21 Apr" in digest.sections[0].notice


async def test_each_paper_occurs_once_and_its_reasons_name_other_feeds(harness: Harness) -> None:
    harness.follow("arxiv:cs.CL", "keyword:sparse", "author:Ada Lovelace")
    by_ada = paper(1, authors=("Ada Lovelace",))
    other, third = paper(2, authors=("Émile Borel",)), paper(3, authors=("A. N. Other",))
    harness.stand_in.feeds |= {
        "daily:2026-04-30": (by_ada, other), "arxiv:cs.CL": (by_ada, other, third), "keyword:sparse": (other, third),
        "author:Ada Lovelace": (by_ada, other),
    }  # fmt: skip
    harness.stand_in.why = {by_ada.id: "new", other.id: "cross", third.id: "new"}
    digest = await harness.compose()
    assert contents(digest) == {"Trending on Thu 30 Apr": [2], "Matches “sparse”": [3], "By Ada Lovelace": [1]}
    reasons = {entry.paper.id: entry.reasons for entry in digest.entries}
    assert reasons[other.id] == ("matches “sparse”", "cs.CL cross-list")
    assert reasons[third.id] == ("cs.CL new",)
    assert reasons[by_ada.id] == ("cs.CL new", "HF daily 30 Apr")


async def test_a_category_contains_new_papers_primary_ones_first(harness: Harness) -> None:
    harness.follow("arxiv:cs.CL")
    harness.stand_in.feeds["arxiv:cs.CL"] = tuple(paper(n) for n in (1, 2, 3, 4))
    ids = [paper(n).id for n in (1, 2, 3, 4)]
    harness.stand_in.why = dict(zip(ids, ("cross", "replace", "new", "replace-cross"), strict=True))
    digest = await harness.compose(feeds=[FeedName("arxiv", "cs.CL")])
    assert contents(digest) == {"New in cs.CL": [3, 1]}
    assert [entry.reasons for entry in digest.entries] == [("new",), ("cross-list",)]


async def test_a_category_on_a_past_day_contains_that_days_announcements(harness: Harness) -> None:
    name = FeedName("arxiv", "cs.CL")
    for day, numbers in ((28, (1, 2)), (29, (3, 4)), (30, (5,))):
        harness.clock[0] = datetime(2026, 4, day, 9, tzinfo=UTC)
        harness.stand_in.feeds["arxiv:cs.CL"] = tuple(paper(n) for n in numbers)
        await harness.compose(harness.clock[0].date(), feeds=[name])
    harness.stand_in.failing = True
    assert contents(await harness.compose(date(2026, 4, 28), feeds=[name])) == {"New in cs.CL": [2, 1]}
    span = days_between(date(2026, 4, 28), WEDNESDAY)
    assert contents(await harness.compose(span, feeds=[name])) == {"New in cs.CL": [4, 3, 2]}
    (section,) = (await harness.compose(date(2026, 4, 24), feeds=[name])).sections
    assert section.notice == "No new papers in cs.CL are stored for Friday 24 April 2026."


async def test_announcements_fetched_after_yesterdays_mail_are_not_lost(harness: Harness) -> None:
    name = FeedName("arxiv", "cs.CL")
    harness.clock[0] = datetime(2026, 4, 29, 3, tzinfo=UTC)
    harness.stand_in.feeds["arxiv:cs.CL"] = (paper(1),)
    first = digest = await harness.compose(WEDNESDAY, feeds=[name])
    for hours, numbers in ((6, (2, 3)), (24, (4,))):
        harness.clock[0] += timedelta(hours=hours)
        harness.stand_in.feeds["arxiv:cs.CL"] = tuple(paper(n) for n in numbers)
        digest = await harness.compose(harness.clock[0].date(), feeds=[name], mailed=mailed(harness, first))
    assert contents(digest) == {"New in cs.CL": [4], "New in cs.CL, late on Wednesday 29 Apr": [3, 2]}


async def test_a_search_contains_only_new_papers(harness: Harness) -> None:
    old = paper(1, day=date(2026, 1, 1))
    undated = paper(2)._replace(published=None, featured=None)
    harness.stand_in.feeds["keyword:sparse"] = (old, undated, paper(3, day=date(2026, 4, 27)), paper(4))
    asked = [FeedName("keyword", "sparse")]
    assert contents(await harness.compose(feeds=asked)) == {"Matches “sparse”": [2, 3, 4]}
    harness.clock[0] += timedelta(days=1)
    assert contents(await harness.compose(date(2026, 5, 1), feeds=asked)) == {"Matches “sparse”": [3, 4]}


async def test_rising_papers_are_a_section(harness: Harness) -> None:
    for day, hour, votes in ((28, 18, 10), (29, 14, 30), (30, 18, 70)):
        harness.clock[0] = datetime(2026, 4, day, hour, tzinfo=UTC)
        harness.stand_in.feeds["trending"] = (paper(1, votes), paper(2, 10), paper(4, votes // 10))
        harness.stand_in.feeds["daily:2026-04-28"] = harness.stand_in.feeds["trending"]
        await harness.compose(date(2026, 4, 28))
    harness.stand_in.feeds["daily:2026-04-30"] = (paper(3),)
    digest = await harness.compose()
    assert contents(digest) == {"Trending on Thu 30 Apr": [3], "Rising": [1]}
    rising = digest.entries[-1]
    assert rising.reasons[-1].endswith(" a day")
    assert rising.growth
    assert rising.growth.gain == 40


async def test_unopened_bookmarks_are_recalled_once_the_oldest_first(harness: Harness) -> None:
    for number in range(1, 7):
        harness.library.add([paper(number, abstract=f"Paper {number}.")], datetime(2026, 3, number, tzinfo=UTC))
    harness.archive.remember([paper(1)], harness.clock[0])
    harness.archive.mark_read([paper(1).id], read=True, at=harness.clock[0])
    first = await harness.compose()
    assert contents(first)["Bookmarked, never opened"] == [2, 3, 4]
    assert first.entries[-1].paper.abstract == "Paper 4."
    assert first.entries[-1].bookmark
    second = await harness.compose(mailed=mailed(harness, first))
    assert contents(second)["Bookmarked, never opened"] == [5, 6]
    assert "Bookmarked, never opened" not in contents(await harness.compose(mailed=mailed(harness, first, second)))


async def test_pins_come_first(harness: Harness) -> None:
    harness.follow("arxiv:cs.CL", "keyword:sparse")
    harness.chosen = DigestSettings(top=3, pin=("own-1",))
    harness.stand_in.feeds |= {"daily:2026-04-30": (paper(1), paper(2)), "keyword:sparse": (paper(2), paper(3))}
    harness.library.add([paper(8, day=date(2026, 1, 1))], harness.clock[0])
    harness.library.change(
        lambda marks: {id_: mark._replace(tags=("pin",)) for id_, mark in marks.items()}, "tagged", harness.clock[0]
    )
    digest = await harness.compose(mailed={paper(8).id: MailedPaper(8, harness.clock[0])})
    assert list(contents(digest)) == ["Pinned", "Matches “sparse”", "Trending on Thu 30 Apr", "New in cs.CL"]
    assert contents(digest)["Pinned"] == [8]
    assert contents(digest)["Matches “sparse”"] == [2, 3]


async def test_settings_and_arguments_choose_the_feeds(harness: Harness) -> None:
    harness.stand_in.feeds |= {
        "daily:2026-04-30": (paper(1),),
        "hf-search:sparse": tuple(paper(n) for n in (5, 6, 7, 8)),
    }
    harness.chosen = DigestSettings(top=2, feeds=("hf-search:sparse", "trending"))
    assert contents(await harness.compose()) == {"Matches “sparse”": [5, 6], "Trending on Thu 30 Apr": [1]}
    asked = [FeedName("trending")]
    assert contents(await harness.compose(feeds=asked)) == {"Trending on Thu 30 Apr": [1]}
    assert contents(await harness.compose(top=3))["Matches “sparse”"] == [5, 6, 7]
    with pytest.raises(UsageError, match="cannot be a section"):
        await harness.compose(feeds=[FeedName("archive")])
    with pytest.raises(UsageError, match="is in the future"):
        await harness.compose(date(2026, 5, 1))


async def test_one_failed_feed_is_a_notice_and_all_failed_feeds_are_an_error(harness: Harness) -> None:
    harness.follow("arxiv:cs.CL")
    harness.stand_in.feeds["daily:2026-04-30"] = (paper(1),)
    harness.stand_in.broken = {"arxiv"}
    digest = await harness.compose()
    assert contents(digest) == {"Trending on Thu 30 Apr": [1], "cs.CL": []}
    assert digest.sections[1].notice == "arxiv cannot be reached; check the network connection."
    harness.stand_in.failing = True
    stale = await harness.compose()
    assert contents(stale)["Trending on Thu 30 Apr"] == [1]
    assert "Showing the list stored just now." in stale.sections[0].notice
    with pytest.raises(SourceError, match="cannot be reached"):
        await harness.compose(WEDNESDAY)


async def test_offline_makes_no_requests(harness: Harness) -> None:
    harness.stand_in.feeds["daily:2026-04-30"] = (paper(1),)
    with pytest.raises(SourceError, match="papertui is offline"):
        await harness.compose(offline=True)
    await harness.compose()
    asked = len(harness.stand_in.asked)
    digest = await harness.compose(offline=True)
    assert (contents(digest), digest.sections[0].notice) == ({"Trending on Thu 30 Apr": [1]}, "")
    assert len(harness.stand_in.asked) == asked


async def test_a_group_is_one_section_in_place_of_its_feeds(harness: Harness) -> None:
    harness.follow("keyword:a", "arxiv:cs.CL", "author:Ada Lovelace", "keyword:b")
    harness.follows = tuple(
        follow._replace(groups=("Group/Inner",) if place < 3 else ()) for place, follow in enumerate(harness.follows)
    )
    harness.stand_in.feeds |= {
        "keyword:a": (paper(11, day=WEDNESDAY), paper(12)),
        "arxiv:cs.CL": (paper(12), paper(13), paper(14)),
        "keyword:b": (paper(15),),
    }
    harness.stand_in.why = {"2604.00014": "replace", "2604.00013": "new"}
    harness.stand_in.broken = {"author"}
    digest = await harness.compose(top=9)
    assert contents(digest) | {"Trending on Thu 30 Apr": []} == {
        "Trending on Thu 30 Apr": [], "Group": [12, 13, 11], "Matches “b”": [15],
    }  # fmt: skip
    section = next(section for section in digest.sections if section.title == "Group")
    assert section.notice == "Ada Lovelace: author cannot be reached; check the network connection."
    assert contents(await harness.compose(feeds=[parse_feed_name("group:Group")], top=1)) == {"Group": [12]}


async def test_a_group_of_which_no_feed_can_be_fetched_is_an_error(harness: Harness) -> None:
    harness.follow("keyword:a", "keyword:b")
    harness.follows = tuple(follow._replace(groups=("Group",)) for follow in harness.follows)
    harness.stand_in.failing = True
    with pytest.raises(SourceError, match="a: The stand-in cannot be reached"):
        await harness.compose(feeds=[parse_feed_name("group:Group")])


async def test_muted_papers_are_in_no_section_unless_bookmarked(harness: Harness) -> None:
    harness.stand_in.feeds["daily:2026-04-30"] = (
        paper(2, keywords=("a survey",)), paper(9, keywords=("Survey",)), paper(5),
    )  # fmt: skip
    harness.mute = MuteSettings(("survey",))
    assert contents(await harness.compose()) == {"Trending on Thu 30 Apr": [5]}
    harness.library.add([paper(9)], harness.clock[0])
    digest = await harness.compose()
    assert contents(digest)["Trending on Thu 30 Apr"] == [9, 5]
