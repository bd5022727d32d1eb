"""Why a paper stands in front of the reader: the feeds that have it, and whom of its authors they follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from papertui.core.feed import FeedName, parse_day
from papertui.core.follow import Follow, titled
from papertui.core.identity import folded
from papertui.core.paper import Paper
from papertui.core.wording import day

_FOLLOWED = "author you follow"
_ANNOUNCED = {"new": "new", "cross": "cross-list", "replace": "new version", "replace-cross": "new version"}
#: Feeds that are made of others, or say nothing that the day does not.
_SAY_NOTHING = frozenset({"weekly", "monthly", "rising", "library", "archive"})


class Standing(NamedTuple):
    """That a paper stands in a feed.

    Attributes:
        name: the feed.
        why: how the source told it: ``new`` or ``cross``, say; empty when it did not.
        day: the UTC day of the answer, ``2026-04-30``.
    """

    name: FeedName
    why: str
    day: str


class Reasons:
    """Puts standings into a few words.

    Args:
        follows: what the reader follows.
        today: the day it is now.
    """

    def __init__(self, follows: Iterable[Follow], today: date) -> None:
        self._today = today
        self._titles: Mapping[FeedName, str] = {follow.name: follow.title for follow in follows}
        self._authors = {folded(name.detail) for name in self._titles if name.kind == "author"}

    def of(self, paper: Paper, standings: Iterable[Standing], here: FeedName | None = None) -> tuple[str, ...]:
        """The reasons for one paper, the most telling first, none twice.

        Args:
            paper: the paper.
            standings: where it stands.
            here: the open view; that a paper stands in it goes without saying, unless it was announced in some way.
        """
        told: dict[str, int] = {}
        newest: dict[str, str] = {}
        for name, why, _ in standings:
            if name.kind == "daily":
                newest["daily"] = max(newest.get("daily", ""), name.detail)
            elif words := self._words(name, why, here):
                told.setdefault(words, _rank(name))
        if "daily" in newest and (here is None or here.kind not in {"daily", "weekly", "monthly"}):
            told.setdefault(f"HF daily {day(parse_day(newest['daily']), self._today)}", 3)
        if (here is None or here.kind != "author") and self._authors & {folded(name) for name in paper.authors}:
            told[_FOLLOWED] = 0
        return tuple(sorted(told, key=lambda words: told[words]))

    def _words(self, name: FeedName, why: str, here: FeedName | None) -> str:
        """What standing in one feed says, nothing where it says nothing."""
        if name.kind in _SAY_NOTHING or (name == here and name.kind != "arxiv"):
            return ""
        withdrawn = ", withdrawn" if "withdrawn" in why else ""
        if name.kind == "arxiv":
            announced = _ANNOUNCED.get(why.partition(" ")[0], why)
            said = announced if name == here else f"{self._title(name)} {announced}".strip()
            return said + ("" if announced == "withdrawn" else withdrawn)
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
    """How telling a feed is: what the reader follows says more than what everybody sees."""
    return {"author": 0, "keyword": 1, "arxiv-search": 1, "hf-search": 1, "arxiv": 2, "url": 2}.get(name.kind, 3)
