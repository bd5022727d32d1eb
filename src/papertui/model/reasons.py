"""Why a paper is shown: the feeds that contain it, and the followed authors among its authors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from papertui.model.feed import FeedName, Follow, parse_day, titled
from papertui.model.format import day
from papertui.model.identity import folded
from papertui.model.paper import Paper

_FOLLOWED = "author you follow"
_ANNOUNCED = {"new": "new", "cross": "cross-list", "replace": "new version", "replace-cross": "new version"}
#: Feeds that are built from others, or that add nothing to the day.
_SAY_NOTHING = frozenset({"weekly", "monthly", "rising", "library", "archive"})


class FeedRank(NamedTuple):
    """The appearance of a paper in a feed."""

    name: FeedName
    why: str  # how the source announced it, such as ``new`` or ``cross``; may be empty
    day: str  # the UTC day of the response, ``2026-04-30``


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

    def of(self, paper: Paper, standings: Iterable[FeedRank], here: FeedName | None = None) -> tuple[str, ...]:
        """Return the reasons for one paper, the most specific first, without duplicates.

        Args:
            paper: the paper.
            standings: the feeds it appears in.
            here: the open feed; it is not a reason, unless the source announced the paper in a certain way.
        """
        ranks: dict[str, int] = {}
        newest: dict[str, str] = {}
        for name, why, _ in standings:
            if name.kind == "daily":
                newest["daily"] = max(newest.get("daily", ""), name.detail)
            elif words := self._words(name, why, here):
                ranks.setdefault(words, _rank(name))
        if "daily" in newest and (here is None or here.kind not in {"daily", "weekly", "monthly"}):
            ranks.setdefault(f"HF daily {day(parse_day(newest['daily']), self._today)}", 3)
        if (here is None or here.kind != "author") and self._authors & {folded(name) for name in paper.authors}:
            ranks[_FOLLOWED] = 0
        return tuple(sorted(ranks, key=lambda words: ranks[words]))

    def _words(self, name: FeedName, why: str, here: FeedName | None) -> str:
        """Return the reason that one feed gives; empty if it gives none."""
        if name.kind in _SAY_NOTHING or (name == here and name.kind != "arxiv"):
            return ""
        withdrawn = ", withdrawn" if "withdrawn" in why else ""
        if name.kind == "arxiv":
            announced = _ANNOUNCED.get(why.partition(" ")[0], why)
            reason = announced if name == here else f"{self._title(name)} {announced}".strip()
            return reason + ("" if announced == "withdrawn" else withdrawn)
        words = {
            "trending": "HF trending",
            "author": _FOLLOWED,
            "submitter": f"submitted by {name.detail}",
            "url": self._title(name),
        }
        return words.get(name.kind, f"matches “{self._title(name)}”") + withdrawn

    def _title(self, name: FeedName) -> str:
        return self._titles.get(name) or titled(name)


def _rank(name: FeedName) -> int:
    """Return the sort rank of a feed: followed feeds are more specific than public ones."""
    return {"author": 0, "keyword": 1, "arxiv-search": 1, "hf-search": 1, "arxiv": 2, "url": 2}.get(name.kind, 3)
