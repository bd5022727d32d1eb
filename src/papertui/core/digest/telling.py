"""The reasons why each paper is in a digest, besides its section."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from papertui.core.digest.choosing import Chosen, is_by
from papertui.core.reasons import Reasons, Standing

#: More reasons add nothing.
_MOST = 4
_OF_VOTES = frozenset({"trending", "daily", "weekly", "monthly"})


def told_of(
    chosen: Sequence[Chosen],
    standings: Mapping[str, Sequence[Standing]],
    words: Reasons,
    kept: Collection[str],
) -> dict[str, tuple[str, ...]]:
    """The reasons for each paper by id, the strongest first.

    Args:
        chosen: the sections; being a candidate for another section is a reason as well.
        standings: the feeds that contain each paper now, by id.
        words: formats standings.
        kept: the ids of the papers in the library.
    """
    offered: dict[str, list[Standing]] = {}
    rates: dict[str, str] = {}
    for offer in (section.offer for section in chosen):
        feed = offer.feed
        if feed is None or feed.kind in _OF_VOTES:  # the archive knows the day
            continue
        for paper in offer.papers:
            why = offer.why.get(paper.id, "")
            if feed.kind == "rising":
                rates[paper.id] = why
            else:
                offered.setdefault(paper.id, []).append(Standing(feed, why, ""))
    reasons = {}
    for offer, here, _ in chosen:
        of_votes = offer.feed is not None and offer.feed.kind in _OF_VOTES
        for paper in here:
            stands = [*offered.get(paper.id, ()), *standings.get(paper.id, ())]
            if of_votes:  # the other feeds of votes would repeat the section
                stands = [standing for standing in stands if standing.name.kind not in _OF_VOTES]
            # A search for an author may return namesakes.
            stands = [one for one in stands if one.name.kind != "author" or is_by(paper, one.name.detail)]
            found = list(words.of(paper, stands, offer.feed))
            if rate := rates.get(paper.id):
                found.append(rate if offer.name == "rising" else f"rising, {rate}")
            if paper.id in kept and offer.feed is not None:
                found.append("bookmarked")
            reasons[paper.id] = tuple(found[:_MOST])
    return reasons
