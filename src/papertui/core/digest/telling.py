"""Why each paper of a digest is there, beside the section it stands in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from papertui.core.digest.choosing import Chosen, is_by
from papertui.core.reasons import Reasons, Standing

#: More reasons than these say nothing more.
_MOST = 4
_OF_VOTES = frozenset({"trending", "daily", "weekly", "monthly"})


def told_of(
    chosen: Sequence[Chosen],
    standings: Mapping[str, Sequence[Standing]],
    words: Reasons,
    kept: Collection[str],
) -> dict[str, tuple[str, ...]]:
    """By id, the reasons for each paper, the most telling first.

    Args:
        chosen: the sections; that other ones offered a paper is a reason, too.
        standings: by id, the feeds that papers stand in now.
        words: puts standings into words.
        kept: the ids of the papers in the library.
    """
    offered: dict[str, list[Standing]] = {}
    rates: dict[str, str] = {}
    for offer in (section.offer for section in chosen):
        feed = offer.feed
        if feed is None or feed.kind in _OF_VOTES:  # the archive tells of the day
            continue
        for paper in offer.papers:
            why = offer.why.get(paper.id, "")
            if feed.kind == "rising":
                rates[paper.id] = why
            else:
                offered.setdefault(paper.id, []).append(Standing(feed, why, ""))
    told = {}
    for offer, here, _ in chosen:
        of_votes = offer.feed is not None and offer.feed.kind in _OF_VOTES
        for paper in here:
            stands = [*offered.get(paper.id, ()), *standings.get(paper.id, ())]
            if of_votes:  # one says what the other does
                stands = [standing for standing in stands if standing.name.kind not in _OF_VOTES]
            # A service may find namesakes.
            stands = [one for one in stands if one.name.kind != "author" or is_by(paper, one.name.detail)]
            found = list(words.of(paper, stands, offer.feed))
            if rate := rates.get(paper.id):
                found.append(rate if offer.name == "rising" else f"rising, {rate}")
            if paper.id in kept and offer.feed is not None:
                found.append("bookmarked")
            told[paper.id] = tuple(found[:_MOST])
    return told
