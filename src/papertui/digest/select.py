"""Choose the papers of a digest: each once, in its most informative section, and none that was mailed."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.digest.model import MailedPaper
from papertui.errors import SourceError
from papertui.model.feed import (
    Announcement,
    Feed,
    FeedName,
    Follow,
    is_weekend,
    members,
    month_name,
    parse_day,
    titled,
    week_name,
)
from papertui.model.format import day as day_words
from papertui.model.identity import folded
from papertui.model.paper import Paper
from papertui.model.period import Period, empty_notice, publishing_day_before, weekend_notice
from papertui.model.reasons import FeedRank, Reasons
from papertui.services.feeds import FeedService, growths

#: A paper that was mailed comes back if its votes have grown by this factor
GROWN_TIMES = 2
#: and by this number.
GROWN_BY = 30
#: How informative it is to appear in each kind of feed; the lowest number wins. An author whom the reader follows
#: comes first. Then the day's papers, because a list of them must not miss its top ones. A search may match a lot.
_RANKS = {
    "author": 0, "trending": 1, "daily": 1, "weekly": 1, "monthly": 1, "keyword": 2, "arxiv-search": 2, "hf-search": 2,
    "submitter": 2, "url": 3, "group": 3, "arxiv": 4, "rising": 5,
}  # fmt: skip
#: A digest of several days has at most this many times the papers of one day.
_MOST_DAYS = 3
#: The number of feeds of a group fetched concurrently.
_AT_ONCE = 4
#: arXiv announces a paper some days after its submission: up to five over a weekend and a holiday.
_ANNOUNCED_WITHIN = timedelta(days=5)
#: The smallest gain in votes to be reported, and the largest number of rising papers.
_LEAST_GAIN, _MOST_RISING = 5, 5
#: The largest number of reasons for one paper; more add nothing.
_MOST_REASONS = 4
#: Kinds of reasons that repeat those of an alert.
_SAID = frozenset({"author", "match"})
#: Feeds that rank the papers of a period by votes.
_BY_VOTES = frozenset({"trending", "daily", "weekly", "monthly"})


class Candidates(NamedTuple):
    """The candidates for one section."""

    name: str
    title: str
    feed: FeedName | None  # ``None`` for papers from the library
    papers: Sequence[Paper]  # The best first
    limit: int  # The largest number of papers shown
    rank: int = 0  # How informative the section is; the lowest number wins
    again: bool = False  # Whether papers that were mailed before are shown as well
    notice: str = ""
    why: Mapping[str, str] = MappingProxyType({})  # The source's own note on each paper, by id
    reasons: Mapping[str, tuple[str, ...]] = MappingProxyType({})  # Further reasons for each paper, by id


class Selection(NamedTuple):
    """The papers of one section."""

    candidates: Candidates
    papers: tuple[Paper, ...]  # In the order of the candidates
    more: int  # How many other candidates are in no section


def is_by(paper: Paper, name: str) -> bool:
    """Whether `paper` has an author called `name`; parts may be in any order and first names may be initials."""
    wanted = [part for part in map(folded, name.split()) if part]
    for author in paper.authors:
        parts = [part for part in map(folded, author.split()) if part]
        initials = {part for part in parts if len(part) == 1}
        full = any(part in wanted for part in parts if len(part) > 1)
        if full and all(part in parts or part[:1] in initials for part in wanted):
            return True
    return False


def comes_back(paper: Paper, before: MailedPaper) -> bool:
    """Whether a paper that was mailed has gained enough votes to be mailed again."""
    votes = before.votes or 0
    now = paper.upvotes or 0
    return now >= GROWN_TIMES * votes and now - votes >= GROWN_BY


def choose(sections: Sequence[Candidates], mailed: Mapping[str, MailedPaper]) -> tuple[Selection, ...]:
    """The papers of each section, in the order of `sections`; no paper is in two of them.

    A paper that is a candidate for several goes to the most informative section in which it is within the limit. The
    next candidates of the others move up.
    """
    taken: dict[str, int] = {}
    eligible = [_eligible(section, mailed) for section in sections]
    for place in sorted(range(len(sections)), key=lambda place: (sections[place].rank, place)):
        free = [paper for paper in eligible[place] if paper.id not in taken]
        for paper in free[: sections[place].limit]:
            taken[paper.id] = place
    chosen = []
    for place, section in enumerate(sections):
        papers = tuple(paper for paper in eligible[place] if taken.get(paper.id) == place)
        chosen.append(Selection(section, papers, sum(paper.id not in taken for paper in eligible[place])))
    return tuple(chosen)


def _eligible(section: Candidates, mailed: Mapping[str, MailedPaper]) -> list[Paper]:
    """The candidates that may be shown, without duplicates."""
    papers: dict[str, Paper] = {}
    for paper in section.papers:
        before = mailed.get(paper.id)
        if section.again or before is None or comes_back(paper, before):
            papers.setdefault(paper.id, paper)
    return list(papers.values())


def reasons_for(
    chosen: Sequence[Selection],
    standings: Mapping[str, Sequence[FeedRank]],
    describe: Reasons,
    bookmarked: Collection[str],
) -> dict[str, tuple[str, ...]]:
    """The reasons for each paper by id, the strongest first.

    Args:
        chosen: the sections; being a candidate for another section is a reason as well.
        standings: the feeds that contain each paper now, by id.
        describe: formats standings.
        bookmarked: the ids of the papers in the library.
    """
    others, rates = _as_candidates(chosen)
    reasons = {}
    for section, papers, _ in chosen:
        feed = section.feed
        for paper in papers:
            ranks = [rank for rank in (*others.get(paper.id, ()), *standings.get(paper.id, ())) if _counts(rank, paper)]
            if feed is not None and feed.kind in _BY_VOTES:  # the other feeds of votes would repeat the section
                ranks = [rank for rank in ranks if rank.name.kind not in _BY_VOTES]
            own = section.reasons.get(paper.id, ())
            # “author you follow” says less than “by Li Yuan, whom you follow”.
            others_of = (reason for reason in describe.of(paper, ranks, feed) if not own or reason.kind not in _SAID)
            words = [*own, *(reason.words for reason in others_of)]
            if rate := rates.get(paper.id):
                words.append(rate if feed is not None and feed.kind == "rising" else f"rising, {rate}")
            if paper.id in bookmarked and feed is not None:
                words.append("bookmarked")
            reasons[paper.id] = tuple(words[:_MOST_REASONS])
    return reasons


def _as_candidates(chosen: Sequence[Selection]) -> tuple[dict[str, list[FeedRank]], dict[str, str]]:
    """The feeds for whose sections each paper is a candidate, and the rates of rising papers, by id."""
    ranks: dict[str, list[FeedRank]] = {}
    rates: dict[str, str] = {}
    for section in (selection.candidates for selection in chosen):
        feed = section.feed
        if feed is None or feed.kind in _BY_VOTES or section.reasons:  # the archive knows the day
            continue
        for paper in section.papers:
            why = section.why.get(paper.id, "")
            if feed.kind == "rising":
                rates[paper.id] = why
            else:
                ranks.setdefault(paper.id, []).append(FeedRank(feed, why, ""))
    return ranks, rates


def _counts(rank: FeedRank, paper: Paper) -> bool:
    """Whether a feed is a reason for a paper: a search for an author may return namesakes."""
    return rank.name.kind != "author" or is_by(paper, rank.name.detail)


class SectionCandidates:
    """Collects the candidates for the sections of one digest.

    Args:
        feeds: fetches feeds.
        archive: the feeds as they were on other days.
        follows: the followed feeds.
        period: the days of the digest.
        top: the largest number of papers in a section.
        mailed: papers that were mailed before, by id.
        bookmarked: the ids of the papers in the library, which are never muted.
        offline: use stored papers only.
    """

    def __init__(
        self,
        feeds: FeedService,
        archive: Archive,
        follows: Sequence[Follow],
        period: Period,
        *,
        top: int,
        mailed: Mapping[str, MailedPaper],
        bookmarked: AbstractSet[str] = frozenset(),
        offline: bool,
    ) -> None:
        self._feeds = feeds
        self._archive = archive
        self._follows = tuple(follows)
        self._titles = {follow.name: follow.title for follow in follows}
        self._bookmarked = bookmarked
        self._period = period
        self._top = top
        self._mailed = mailed
        self._offline = offline
        self._today = feeds.today()
        self._is_past = period.last < self._today

    async def of(self, name: FeedName) -> tuple[Candidates, ...]:
        """The candidates of a feed, and those that came too late for the previous day's digest.

        Raises:
            SourceError: the source failed, and nothing suitable is stored.
            UsageError: the feed is in the future.
            StoreError: the disk cannot be read or written.
        """
        if name.kind in _BY_VOTES:
            return await self._ranked(name)
        if name.kind == "arxiv":
            return await self._announced(name)
        if name.kind == "rising":
            return await self._rising(name)
        if name.kind == "group":
            return (await self._group(name),)
        return await self._new(name)

    def asks(self, name: FeedName) -> bool:
        """Whether the feed itself is fetched, and not only computed from others."""
        if name.kind == "group":
            return any(self.asks(follow.name) for follow in members(name, self._follows))
        return name.kind != "rising" and not (name.kind == "arxiv" and self._is_past)

    def failed(self, name: FeedName, problem: str) -> Candidates:
        """A section with an error message, for a feed that could not be fetched and is not stored."""
        return self._section(name, "Trending" if name.kind == "trending" else self._title(name), (), problem)

    async def _ranked(self, name: FeedName) -> tuple[Candidates, ...]:
        """The papers of a day, a week or a month, those with the most votes first."""
        if name.kind in {"trending", "daily"} and not name.detail:
            return await (self._daily() if self._period.kind == "day" else self._weekly())
        last = self._period.last
        detail = name.detail or (week_name(last) if name.kind == "weekly" else month_name(last))
        feed = await self._feeds.serve(FeedName(name.kind, detail), offline=self._offline)
        return (self._section(feed.name, f"Top papers of {detail}", _most_voted([feed]), self._notices([feed])),)

    async def _weekly(self) -> tuple[Candidates, ...]:
        view = FeedName("weekly", week_name(self._period.first))
        title = f"Trending in {self._period.short}"
        try:
            served = [await self._feeds.serve(view, offline=self._offline)]
        except SourceError as problem:
            served, missing = await self._days(self._period.days)
            if not served:
                raise
            notice = f"{problem} Showing the stored days, without {_listed(missing)}."
            return (self._section(FeedName("trending"), title, _most_voted(served), notice if missing else ""),)
        return (self._section(FeedName("trending"), title, _most_voted(served), self._notices(served)),)

    async def _daily(self) -> tuple[Candidates, ...]:
        period = self._period
        days = [day for day in period.days if not is_weekend(day)]
        served, missing = await self._days(days)
        if missing and not served:
            raise next(iter(missing.values()))
        papers = _most_voted(served)
        empty = [parse_day(feed.name.detail) for feed in served if not feed.papers]
        why = "" if papers else empty_notice(empty, self._today)
        gap = f"The papers of {_listed(missing)} could not be fetched." if missing else ""
        title = f"Trending {'on' if period.first == period.last else 'from'} {period.short}"
        section = self._section(FeedName("trending"), title, papers, _joined((why, gap, self._notices(served))))
        return section._replace(limit=self._top * max(1, min(len(days), _MOST_DAYS))), *await self._late(papers)

    async def _late(self, papers: Sequence[Paper]) -> tuple[Candidates, ...]:
        """The previous day's top papers that got there after its digest was composed.

        A morning's digest cannot contain what is published later that day. If nothing was mailed yet, a day without
        papers shows those of the previous day. A failure is not reported: the previous digest covered that day.
        """
        if self._is_past or not (self._mailed or (not papers and not weekend_notice(self._period))):
            return ()
        day = publishing_day_before(self._period.first)
        served, _ = await self._days([day])
        missed = self._missed(_most_voted(served))
        return (self._section(served[0].name, f"Late on {_day(day)}", missed),) if missed else ()

    async def _days(self, days: Iterable[date]) -> tuple[list[Feed], dict[date, SourceError]]:
        """The daily papers of past working days, and the errors for days that could not be fetched."""
        served: list[Feed] = []
        missing: dict[date, SourceError] = {}
        for day in days:
            if is_weekend(day) or day > self._today:
                continue
            try:
                served.append(await self._feeds.serve(FeedName("daily", day.isoformat()), offline=self._offline))
            except SourceError as problem:
                missing[day] = problem
        return served, missing

    async def _announced(self, name: FeedName) -> tuple[Candidates, ...]:
        """The papers that arXiv announced in a category, without new versions."""
        served: Feed | None = None
        if not self._is_past:
            served = await self._feeds.serve(name, offline=self._offline)
        first = self._period.first
        kept = await asyncio.to_thread(self._archive.feeds_between, name, first, self._period.last)
        papers, why = _announcements(kept)
        title = f"New in {self._title(name)}"
        notice = ""
        if not papers and not weekend_notice(self._period):
            nothing = f"No new papers in {self._title(name)} are stored for {self._period.words}."
            notice = (self._notices([served]) or served.empty if served else "") or nothing
        sections = [self._section(name, title, papers, notice, why=why)]
        if not self._is_past and self._mailed:
            day = publishing_day_before(first)
            before, why = _announcements(await asyncio.to_thread(self._archive.feeds_between, name, day, day))
            if missed := self._missed(before):
                sections.append(self._section(name, f"{title}, late on {_day(day)}", missed, why=why))
        return tuple(sections)

    async def _rising(self, name: FeedName) -> tuple[Candidates, ...]:
        """The rising papers; there is no record of those of past periods."""
        if self._is_past:
            return ()
        feed = await self._feeds.serve(name, offline=self._offline)
        grown = await asyncio.to_thread(growths, self._archive, feed.papers)
        papers = [paper for paper in feed.papers if paper.id in grown and grown[paper.id].gain >= _LEAST_GAIN]
        return (self._section(name, "Rising", papers, why=feed.why)._replace(limit=min(self._top, _MOST_RISING)),)

    async def _new(self, name: FeedName) -> tuple[Candidates, ...]:
        """The new papers of a search, an author or an external feed."""
        feed = await self._feeds.serve(name, offline=self._offline)
        known = await asyncio.to_thread(self._archive.seen_before, name, self._period.first)
        papers = [paper for paper in feed.papers if self._is_new(paper, paper.id in known)]
        if name.kind == "author":  # a source may return papers of namesakes
            papers = [paper for paper in papers if is_by(paper, name.detail)]
        headings = {
            "author": "By {}", "org": "From {}", "like": "Like “{}”", "submitter": "Submitted by {}", "url": "{}",
        }  # fmt: skip
        heading = headings.get(name.kind, "Matches “{}”")
        # A failed request is worth a notice; a feed that was just fetched and has nothing new is not.
        notice = "" if not papers and self._feeds.is_fresh(feed) else self._notices([feed])
        return (self._section(name, heading.format(self._title(name)), papers, notice, why=feed.why),)

    async def _group(self, name: FeedName) -> Candidates:
        """The candidates of all feeds in a group, the newest first; one that fails is a notice."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(member: FeedName) -> tuple[Candidates, ...] | SourceError:
            async with free:
                try:
                    return await self.of(member)
                except SourceError as problem:
                    return problem

        follows = members(name, self._follows)
        answers = await asyncio.gather(*(one(follow.name) for follow in follows))
        problems = [
            f"{follow.title}: {answer}"
            for follow, answer in zip(follows, answers, strict=True)
            if isinstance(answer, SourceError)
        ]
        sections = [section for answer in answers if not isinstance(answer, SourceError) for section in answer]
        if problems and len(problems) == len(follows):
            raise SourceError(problems[0])
        papers = {paper.id: paper for section in sections for paper in section.papers}
        newest = sorted(papers.values(), key=lambda paper: paper.day or date.min, reverse=True)
        why = {id_: words for section in sections for id_, words in section.why.items()}
        notice = _joined((*(section.notice for section in sections if papers), *problems))
        return self._section(name, self._title(name), newest, notice, why=why)

    def _is_new(self, paper: Paper, was_there: bool) -> bool:  # noqa: FBT001 - a value
        first, last = self._period.first, self._period.last
        if paper.featured is not None and first <= paper.featured <= last:
            return True
        if paper.published is not None:
            return first - _ANNOUNCED_WITHIN <= paper.published.date() <= last
        return not was_there

    def _missed(self, papers: Sequence[Paper]) -> list[Paper]:
        """The top papers that were not mailed."""
        return [paper for paper in papers[: self._top] if paper.id not in self._mailed]

    def _section(
        self,
        name: FeedName,
        title: str,
        papers: Sequence[Paper],
        notice: str = "",
        *,
        why: Mapping[str, str] = MappingProxyType({}),
    ) -> Candidates:
        muted = self._feeds.with_muted(Feed(name, papers)).muted.keys() - self._bookmarked
        shown = [paper for paper in papers if paper.id not in muted] if muted else papers
        return Candidates(
            str(name), title, name, shown, self._top, _RANKS.get(name.kind, len(_RANKS)), notice=notice, why=why
        )

    def _notices(self, feeds: Iterable[Feed]) -> str:
        """The notices of feeds, without those about empty feeds; none when offline, where stored feeds are expected."""
        if self._offline:
            return ""
        return _joined(notice for feed in feeds for notice in feed.notices if notice != feed.empty)

    def _title(self, name: FeedName) -> str:
        return self._titles.get(name) or titled(name)


def _announcements(feeds: Iterable[Feed]) -> tuple[list[Paper], Mapping[str, str]]:
    """The new papers in listings, primary submissions before cross-lists, then by votes."""
    announced: dict[str, Announcement] = {}
    papers: dict[str, Paper] = {}
    for feed in feeds:
        for paper in feed.papers:
            announcement = Announcement.parse(feed.why.get(paper.id, ""))
            if not announcement.is_new_version and not announcement.is_withdrawn:
                papers.setdefault(paper.id, paper)
                announced.setdefault(paper.id, announcement)
    ordered = sorted(papers.values(), key=lambda paper: (announced[paper.id].is_cross_list, -(paper.upvotes or 0)))
    return ordered, {id_: announcement.kind for id_, announcement in announced.items()}


def _most_voted(feeds: Iterable[Feed]) -> list[Paper]:
    papers = {paper.id: paper for feed in feeds for paper in feed.papers}
    return sorted(papers.values(), key=lambda paper: -(paper.upvotes or 0))


def _listed(days: Iterable[date]) -> str:
    return ", ".join(_day(day) for day in days)


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(sentence for sentence in sentences if sentence))


def _day(when: date) -> str:
    return f"{when:%A} {day_words(when, when)}"
