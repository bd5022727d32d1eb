"""Merging the records that several sources hold of one paper, independent of the order of arrival."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from papertui.core.paper import Paper

#: The authority of a source: the original source ranks above those that pass papers on. Feed hosts rank at `_HOST`.
_RANKS = {"starter": 0, "file": 2, "huggingface": 3, "arxiv": 4}
_HOST = 1
_ORDER = ("huggingface", "arxiv", "file")
_LAST = "starter"
_CUT = ("…", "...")
_SETTLED = frozenset({"id", "sources", "published", "featured"})
_FACTS = tuple(name for name in Paper._fields if name not in _SETTLED)
_NOTHING: tuple[object, ...] = (None, "", ())


class Stamp(NamedTuple):
    """The provenance of a fact: the rank of its source, and when it arrived."""

    rank: int
    moment: int  # microseconds since 1970 UTC


class Account(NamedTuple):
    """A paper and the provenance of each of its facts."""

    paper: Paper
    stamp: Stamp  # of every fact that is not in `others`
    others: Mapping[str, Stamp] = MappingProxyType({})  # by the name of the fact

    def stamp_of(self, fact: str) -> Stamp:
        """Return the provenance of the fact called `fact`."""
        return self.others.get(fact, self.stamp)


def rank(sources: tuple[str, ...]) -> int:
    """Return the rank of the best of `sources`; higher is better."""
    return max((_RANKS.get(source, _HOST) for source in sources), default=_HOST)


def account(paper: Paper, moment: int) -> Account:
    """Wrap a paper that one source sent at `moment` (microseconds since 1970 UTC)."""
    return Account(paper, Stamp(rank(paper.sources), moment))


def merge(one: Account, other: Account) -> Account:
    """Merge two records of the same paper.

    Each fact is decided separately: the source with the higher rank wins (arXiv, then Hugging Face, files, external
    feeds, and the starter feed), among equals the latest one; a missing fact never erases anything. A truncated
    abstract yields to a complete one. ``published`` is the earliest time from the best source, ``featured`` the latest
    day, ``sources`` the union. So `merge` is commutative, associative and idempotent: the order and number of arrivals
    make no difference.

    The result has the id of `one`; the caller decides which of two ids is the better one.
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
    """Build the canonical form of an account: most facts share the stamp of the title."""
    shared = stamps["title"] if paper.title else max(stamps.values())
    others = {
        name: stamp
        for name, stamp in sorted(stamps.items())
        if stamp != shared and getattr(paper, name) not in _NOTHING
    }
    return Account(paper, shared, others)


def _weight(name: str, value: Any, stamp: Stamp) -> tuple[Any, ...]:  # noqa: ANN401 - any fact of a paper
    whole = name != "abstract" or not value.endswith(_CUT)
    # Two responses of the same time and rank sometimes differ. Then the greater value wins, so that the choice is
    # deterministic.
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
    """Return all sources in a fixed order: the services, then feeds by their hosts, then the starter feed."""
    if first == last:
        return first
    names = {*first, *last}
    hosts = sorted(names.difference(_ORDER, (_LAST,)))
    return (*(name for name in _ORDER if name in names), *hosts, *((_LAST,) if _LAST in names else ()))
