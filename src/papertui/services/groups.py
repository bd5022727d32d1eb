"""The feeds of a group as one feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from papertui.model.feed import Announcement, Feed, FeedName
from papertui.model.mute import MuteRule
from papertui.model.paper import Paper
from papertui.sources.combined import SEVERAL

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def merged_feed(name: FeedName, feeds: Sequence[Feed]) -> Feed:
    """The papers of `feeds`, each once, the newest first; those without a date come last.

    A paper is muted, or there only for a new version, if it is so in all feeds that have it.
    """
    papers: dict[str, Paper] = {}
    why: dict[str, str] = {}
    muted: dict[str, MuteRule] = {}
    shown: set[str] = set()
    for feed in feeds:
        for paper in feed.papers:
            id_ = paper.id
            papers.setdefault(id_, paper)
            announced = feed.why.get(id_, "")
            if id_ not in why or Announcement.parse(why[id_]).is_new_version:
                why[id_] = announced
            if (rule := feed.muted.get(id_)) is None:
                shown.add(id_)
            else:
                muted.setdefault(id_, rule)
    fetched = [feed.fetched_at for feed in feeds if feed.fetched_at is not None]
    return Feed(
        name,
        tuple(sorted(papers.values(), key=_moment, reverse=True)),
        max(fetched, default=None),
        SEVERAL,
        tuple(dict.fromkeys(notice for feed in feeds for notice in feed.notices)),
        {id_: words for id_, words in why.items() if words},
        muted={id_: rule for id_, rule in muted.items() if id_ not in shown},
    )


def _moment(paper: Paper) -> datetime:
    if paper.published is not None:
        return paper.published
    return _LONG_AGO if paper.featured is None else datetime.combine(paper.featured, time(), UTC)
