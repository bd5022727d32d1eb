"""What happened since the last visit, in one line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.archive.visits import VisitLog
from papertui.model.feed import FeedName
from papertui.model.format import day, grouped
from papertui.model.identity import folded
from papertui.services.feeds import rising_fast
from papertui.services.follows import FollowService
from papertui.services.types import Clock
from papertui.services.visits import Visits

_WEEK = 7


class Morning(NamedTuple):
    """What is new at the beginning of a visit."""

    new: int  # papers in the feeds with a tab that were not on the screen at an earlier visit
    arrived: int  # those of them that were stored after the visit before
    since: datetime  # UTC, when that visit ended
    now: datetime  # UTC
    rising: int = 0  # unread papers that rise fast
    authors: tuple[tuple[str, int], ...] = ()  # followed authors with new papers, and how many

    def words(self, dot: str) -> str:
        """Return the line: ``12 new since yesterday · 3 rising fast · 1 by Li Yuan, whom you follow``."""
        parts = [f"{grouped(self.new)} new"] if self.new else []
        if self.arrived and self.arrived == self.new:
            parts = [f"{parts[0]} since {self._when()}"]
        elif self.arrived:
            parts.append(f"{grouped(self.arrived)} since {self._when()}")
        parts += [f"{grouped(self.rising)} rising fast"] if self.rising else []
        if len(self.authors) == 1:
            name, number = self.authors[0]
            parts.append(f"{number} by {name}, whom you follow")
        elif self.authors:
            parts.append(f"{sum(number for _, number in self.authors)} by authors whom you follow")
        return f" {dot} ".join(parts)

    def _when(self) -> str:
        last, today = self.since.date(), self.now.date()
        days = (today - last).days
        if days <= 0:
            return f"{self.since:%H:%M} UTC"
        if days == 1:
            return "yesterday"
        return f"{last:%a} {day(last, today)}" if days < _WEEK else day(last, today)


class MorningService:
    """Looks up what happened since the last visit. Blocks, and raises `StoreError`."""

    def __init__(self, archive: Archive, visits: Visits, follows: FollowService, now: Clock) -> None:
        self._archive = archive
        self._log = VisitLog(archive.database)
        self._visits = visits
        self._follows = follows
        self._now = now

    def since_last_visit(self, names: Iterable[FeedName]) -> Morning | None:
        """Return what is new in the feeds `names`; ``None`` at the first visit."""
        before = self._visits.begin().before
        if before is None:
            return None
        ids = frozenset[str]().union(*self._visits.in_feeds(names).values())
        rising = rising_fast(self._archive) - self._archive.read_ids()
        arrived = self._log.arrived_since(ids, before)
        return Morning(len(ids), arrived, before, self._now(), len(rising), self._by_followed(ids))

    def _by_followed(self, ids: frozenset[str]) -> tuple[tuple[str, int], ...]:
        followed = {folded(follow.name.detail): follow.title for follow in self._follows.all if _is_author(follow.name)}
        if not followed or not ids:
            return ()
        names = [{folded(name) for name in paper.authors} for paper in self._archive.papers(ids).values()]
        counts = ((title, sum(author in paper for paper in names)) for author, title in followed.items())
        return tuple((title, number) for title, number in counts if number)


def _is_author(name: FeedName) -> bool:
    return name.kind == "author"
