"""Selection of a digest's papers: each paper once, in its most informative section, and none that was mailed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from papertui.core.digest import Mailed
from papertui.core.feed import FeedName
from papertui.core.identity import folded
from papertui.core.paper import Paper

#: A paper that was mailed comes back if its votes have grown by this factor
GROWN_TIMES = 2
#: and by this number.
GROWN_BY = 30
#: How informative it is to appear in each kind of feed; the lowest number wins. An author whom the reader follows
#: comes first. Then the day's papers, because a list of them must not miss its top ones. A search may match a lot.
_TELLING = {
    "author": 0, "trending": 1, "daily": 1, "weekly": 1, "monthly": 1, "keyword": 2, "arxiv-search": 2, "hf-search": 2,
    "submitter": 2, "url": 3, "arxiv": 4, "rising": 5,
}  # fmt: skip


class Offer(NamedTuple):
    """The candidates for one section."""

    name: str
    title: str
    feed: FeedName | None  # ``None`` for papers from the library
    papers: Sequence[Paper]  # The best first
    limit: int  # The largest number of papers shown
    telling: int = 0  # How informative the section is; the lowest number wins
    again: bool = False  # Whether papers that were mailed before are shown as well
    notice: str = ""
    why: Mapping[str, str] = MappingProxyType({})  # The source's own note on each paper, by id


class Chosen(NamedTuple):
    """The papers of one section."""

    offer: Offer
    papers: tuple[Paper, ...]  # In the order of the offer
    more: int  # How many other papers of the offer are in no section


def telling(name: FeedName) -> int:
    """How informative it is to appear in a feed; the lowest number wins."""
    return _TELLING.get(name.kind, len(_TELLING))


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


def comes_back(paper: Paper, before: Mailed) -> bool:
    """Whether a paper that was mailed has gained enough votes to be mailed again."""
    votes = before.votes or 0
    now = paper.upvotes or 0
    return now >= GROWN_TIMES * votes and now - votes >= GROWN_BY


def choose(offers: Sequence[Offer], mailed: Mapping[str, Mailed]) -> tuple[Chosen, ...]:
    """The papers of each section, in the order of `offers`; no paper is in two sections.

    A paper in several offers goes to the most informative section in which it is within the limit. The next papers of
    the other offers move up.
    """
    taken: dict[str, int] = {}
    eligible = [_eligible(offer, mailed) for offer in offers]
    for place in sorted(range(len(offers)), key=lambda place: (offers[place].telling, place)):
        free = [paper for paper in eligible[place] if paper.id not in taken]
        for paper in free[: offers[place].limit]:
            taken[paper.id] = place
    chosen = []
    for place, offer in enumerate(offers):
        here = tuple(paper for paper in eligible[place] if taken.get(paper.id) == place)
        chosen.append(Chosen(offer, here, sum(paper.id not in taken for paper in eligible[place])))
    return tuple(chosen)


def _eligible(offer: Offer, mailed: Mapping[str, Mailed]) -> list[Paper]:
    """The papers of an offer that may be shown, without duplicates."""
    papers: dict[str, Paper] = {}
    for paper in offer.papers:
        before = mailed.get(paper.id)
        if offer.again or before is None or comes_back(paper, before):
            papers.setdefault(paper.id, paper)
    return list(papers.values())
