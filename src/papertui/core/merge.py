"""Any number of accounts of one paper made into one, whatever the order they arrive in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from papertui.core.paper import Paper

#: How well a source knows a paper: who wrote it first speaks before who passes it on. Hosts of feeds stand at `_HOST`.
_RANKS = {"starter": 0, "file": 2, "huggingface": 3, "arxiv": 4}
_HOST = 1
_ORDER = ("huggingface", "arxiv", "file")
_LAST = "starter"
_CUT = ("…", "...")
_SETTLED = frozenset({"id", "sources", "published", "featured"})
_FACTS = tuple(name for name in Paper._fields if name not in _SETTLED)
_NOTHING: tuple[object, ...] = (None, "", ())


class Stamp(NamedTuple):
    """Who told a fact, and when.

    Attributes:
        rank: how well the source knows papers.
        moment: when it was told, microseconds since 1970 UTC.
    """

    rank: int
    moment: int


class Account(NamedTuple):
    """What is known of a paper, and where each fact comes from.

    Attributes:
        paper: the facts.
        stamp: who told them, and when.
        others: the facts, by name, that somebody else told, or at another time.
    """

    paper: Paper
    stamp: Stamp
    others: Mapping[str, Stamp] = MappingProxyType({})

    def stamp_of(self, fact: str) -> Stamp:
        """Who told the fact called `fact`, and when."""
        return self.others.get(fact, self.stamp)


def rank(sources: tuple[str, ...]) -> int:
    """How well the best of `sources` knows papers; the higher, the better."""
    return max((_RANKS.get(source, _HOST) for source in sources), default=_HOST)


def account(paper: Paper, moment: int) -> Account:
    """What one source tells of a paper at one `moment` (microseconds since 1970 UTC)."""
    return Account(paper, Stamp(rank(paper.sources), moment))


def merge(one: Account, other: Account) -> Account:
    """One account out of two of the same paper.

    Each fact is settled by itself: whoever knows papers better speaks (arXiv before Hugging Face, files, feeds of
    others, and the starter feed at last), of equals whoever spoke last; nobody's silence erases anything. An abstract
    that bears the mark of a cut yields to one that does not. ``published`` is the earliest moment the best source
    told, ``featured`` the latest day, ``sources`` are all of them. So `merge` is commutative, associative and
    idempotent: in which order accounts arrive, and how often, makes no difference.

    The id is that of `one`; who calls knows which of two ids is the better one.
    """
    facts: dict[str, Any] = {}
    stamps: dict[str, Stamp] = {}
    ours, theirs = one.paper, other.paper
    for name in _FACTS:
        mine, other_one = getattr(ours, name), getattr(theirs, name)
        my_stamp, other_stamp = one.stamp_of(name), other.stamp_of(name)
        if other_one in _NOTHING or (
            mine not in _NOTHING and _weight(name, mine, my_stamp) >= _weight(name, other_one, other_stamp)
        ):
            facts[name], stamps[name] = mine, my_stamp
        else:
            facts[name], stamps[name] = other_one, other_stamp
    facts["published"], stamps["published"] = _first_version(one, other)
    paper = Paper(
        id=ours.id,
        featured=_later(ours.featured, theirs.featured),
        sources=_all_of(ours.sources, theirs.sources),
        **facts,
    )
    return _packed(paper, stamps)


def _packed(paper: Paper, stamps: dict[str, Stamp]) -> Account:
    """The account in the one form it has: most facts share the stamp of the title."""
    shared = stamps["title"] if paper.title else max(stamps.values())
    others = {
        name: stamp
        for name, stamp in sorted(stamps.items())
        if stamp != shared and getattr(paper, name) not in _NOTHING
    }
    return Account(paper, shared, others)


def _weight(name: str, value: Any, stamp: Stamp) -> tuple[Any, ...]:  # noqa: ANN401 - any fact of a paper
    whole = name != "abstract" or not value.endswith(_CUT)
    # Two answers of one moment and one rank differ now and then; then the greater one speaks, so that it is always
    # the same one.
    return whole, stamp, value


def _first_version(one: Account, other: Account) -> tuple[datetime | None, Stamp]:
    mine, theirs = one.paper.published, other.paper.published
    my_stamp, other_stamp = one.stamp_of("published"), other.stamp_of("published")
    if mine is None or theirs is None:
        return (theirs, other_stamp) if mine is None else (mine, my_stamp)
    if my_stamp.rank == other_stamp.rank:
        return min(mine, theirs), max(my_stamp, other_stamp)
    return (mine, my_stamp) if my_stamp.rank > other_stamp.rank else (theirs, other_stamp)


def _later(first: date | None, last: date | None) -> date | None:
    return first or last if first is None or last is None else max(first, last)


def _all_of(first: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
    """All sources, in an order of their own: the services, then feeds by their hosts, the starter feed at last."""
    if first == last:
        return first
    told = {*first, *last}
    hosts = sorted(told.difference(_ORDER, (_LAST,)))
    return (*(name for name in _ORDER if name in told), *hosts, *((_LAST,) if _LAST in told else ()))
