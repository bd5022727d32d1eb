"""Which papers stand where in a digest: each once, where it says most, and none again that was mailed before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from papertui.core.digest import Mailed
from papertui.core.feed import FeedName
from papertui.core.identity import folded
from papertui.core.paper import Paper

#: A paper that was mailed comes back when it has this many times the votes it had then,
GROWN_TIMES = 2
#: and so many more of them.
GROWN_BY = 30
#: How telling it is to stand in a feed of a kind. Somebody the reader follows says most; then the place among the
#: day's papers, because a list of these that misses its first ones is none; a search may find much.
_TELLING = {
    "author": 0, "trending": 1, "daily": 1, "weekly": 1, "monthly": 1, "keyword": 2, "arxiv-search": 2, "hf-search": 2,
    "submitter": 2, "url": 3, "arxiv": 4, "rising": 5,
}  # fmt: skip


class Offer(NamedTuple):
    """What one section could have.

    Attributes:
        name: what the section is made of.
        title: its heading.
        feed: the feed it is of; ``None`` for papers of the reader's own.
        papers: the best first.
        limit: how many it shows at most.
        telling: how much it says of a paper to stand here; the lowest number says most.
        again: whether it shows papers that were mailed before, as well.
        notice: what is to be said of it.
        why: by id, how the source told of a paper.
    """

    name: str
    title: str
    feed: FeedName | None
    papers: Sequence[Paper]
    limit: int
    telling: int = 0
    again: bool = False
    notice: str = ""
    why: Mapping[str, str] = MappingProxyType({})


class Chosen(NamedTuple):
    """The papers of one section.

    Attributes:
        offer: what it was chosen from.
        papers: the papers, in the order of the offer.
        more: how many others there were, in no section.
    """

    offer: Offer
    papers: tuple[Paper, ...]
    more: int


def telling(name: FeedName) -> int:
    """How much it says of a paper to stand in a feed; the lowest number says most."""
    return _TELLING.get(name.kind, len(_TELLING))


def is_by(paper: Paper, name: str) -> bool:
    """Whether one of the authors has that name, its parts in any order, first names perhaps as initials."""
    wanted = [part for part in map(folded, name.split()) if part]
    for author in paper.authors:
        parts = [part for part in map(folded, author.split()) if part]
        initials = {part for part in parts if len(part) == 1}
        full = any(part in wanted for part in parts if len(part) > 1)
        if full and all(part in parts or part[:1] in initials for part in wanted):
            return True
    return False


def comes_back(paper: Paper, before: Mailed) -> bool:
    """Whether a paper that was mailed has gained so many votes that it is news again."""
    votes = before.votes or 0
    now = paper.upvotes or 0
    return now >= GROWN_TIMES * votes and now - votes >= GROWN_BY


def choose(offers: Sequence[Offer], mailed: Mapping[str, Mailed]) -> tuple[Chosen, ...]:
    """The papers of each section, in the order of `offers`; no paper is in two.

    A paper that several offer goes where it says most, if there is room for it among the first; a section whose papers
    stand elsewhere is filled with the next ones.
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
    """The papers that may stand there, none twice."""
    found: dict[str, Paper] = {}
    for paper in offer.papers:
        before = mailed.get(paper.id)
        if offer.again or before is None or comes_back(paper, before):
            found.setdefault(paper.id, paper)
    return list(found.values())
