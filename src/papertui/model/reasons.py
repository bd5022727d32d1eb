"""Why a paper is shown: the feeds that contain it, and the followed authors among its authors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal, NamedTuple

from papertui.model.feed import Announcement, FeedName, Follow, parse_day, titled
from papertui.model.format import day
from papertui.model.identity import folded
from papertui.model.paper import Paper

#: Why a paper is shown. ``alert``: it is in Alerts, for it matches what the reader follows. ``author``: by an author
#: whom the reader follows. ``match``: it matches a search. ``announced``: in a listing of arXiv. ``external``: in
#: another feed. ``submitter``: submitted by a user of Hugging Face. ``foryou``: what speaks for it, learned from the
#: library. ``explore``: to see what the reader thinks of it. ``trending``, ``daily``: in a public ranking.
ReasonKind = Literal[
    "alert", "foryou", "explore", "author", "match", "announced", "external", "submitter", "trending", "daily"
]
#: Followed feeds are more specific than public ones; the lowest number comes first.
_RANK: Mapping[ReasonKind, int] = {
    "alert": 0, "foryou": 0, "explore": 0, "author": 0, "match": 1, "announced": 2, "external": 2, "submitter": 3,
    "trending": 3, "daily": 3,
}  # fmt: skip
_ANNOUNCED = {"new": "new", "cross": "cross-list", "replace": "new version", "replace-cross": "new version"}
#: Feeds that are built from others, or that add nothing to the day.
_NO_REASON = frozenset({"foryou", "alerts", "weekly", "monthly", "rising", "library", "archive", "queue"})


class FeedRank(NamedTuple):
    """The appearance of a paper in a feed."""

    name: FeedName
    why: str  # How the source announced it, see `Announcement`; may be empty
    day: str  # The UTC day of the response, ``2026-04-30``


class Reason(NamedTuple):
    """Why a paper is shown."""

    kind: ReasonKind
    words: str  # For the reader, a few words

    @property
    def is_public(self) -> bool:
        """Whether it is the same for all readers."""
        return self.kind in {"trending", "daily"}


_FOLLOWED = Reason("author", "author you follow")


class Reasons:
    """Describes appearances in feeds in a few words.

    Args:
        follows: the followed feeds.
        today: the current day.
    """

    def __init__(self, follows: Iterable[Follow], today: date) -> None:
        self._today = today
        self._titles: Mapping[FeedName, str] = {follow.name: follow.title for follow in follows}
        self._authors = {folded(name.detail) for name in self._titles if name.kind == "author"}

    def of(self, paper: Paper, standings: Iterable[FeedRank], open_feed: FeedName | None = None) -> tuple[Reason, ...]:
        """Return the reasons for one paper, the most specific first, without duplicates.

        Args:
            paper: the paper.
            standings: the feeds it appears in.
            open_feed: the open feed; it is not a reason, unless the source announced the paper in a certain way.
        """
        reasons: dict[Reason, None] = {}
        newest = ""
        for name, why, _ in standings:
            if name.kind == "daily":
                newest = max(newest, name.detail)
            elif reason := self._reason(name, Announcement.parse(why), open_feed):
                reasons[reason] = None
        if newest and (open_feed is None or open_feed.kind not in {"daily", "weekly", "monthly"}):
            reasons[Reason("daily", f"HF daily {day(parse_day(newest), self._today)}")] = None
        if (open_feed is None or open_feed.kind != "author") and self._authors & {
            folded(name) for name in paper.authors
        }:
            reasons[_FOLLOWED] = None
        return tuple(sorted(reasons, key=lambda reason: _RANK[reason.kind]))

    def _reason(self, name: FeedName, announcement: Announcement, open_feed: FeedName | None) -> Reason | None:
        """The reason that one feed gives."""
        if name.kind == "arxiv":
            return self._announced(name, announcement, is_open_feed=name == open_feed)
        if name.kind in _NO_REASON or name == open_feed:
            return None
        reasons = {
            "trending": Reason("trending", "HF trending"),
            "author": _FOLLOWED,
            "submitter": Reason("submitter", f"submitted by {name.detail}"),
            "url": Reason("external", self._title(name)),
        }
        reason = reasons.get(name.kind) or Reason("match", f"matches “{self._title(name)}”")
        return reason._replace(words=f"{reason.words}, withdrawn") if announcement.is_withdrawn else reason

    def _announced(self, name: FeedName, announcement: Announcement, *, is_open_feed: bool) -> Reason | None:
        kind = _ANNOUNCED.get(announcement.kind, announcement.kind)
        words = ", ".join(filter(None, (kind, "withdrawn" if announcement.is_withdrawn else "")))
        if not is_open_feed:
            words = f"{self._title(name)} {words}".rstrip()
        return Reason("announced", words) if words else None

    def _title(self, name: FeedName) -> str:
        return self._titles.get(name) or titled(name)
