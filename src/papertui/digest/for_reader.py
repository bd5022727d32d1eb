"""The section “For you” of a digest: alerts first, then the papers that the reader is most likely to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import NamedTuple

from papertui.archive.archive import Archive
from papertui.digest.model import MailedPaper
from papertui.digest.select import Candidates
from papertui.model.feed import Feed, FeedName
from papertui.model.paper import Paper
from papertui.model.period import Period, publishing_day_before
from papertui.services.alerts import AlertService
from papertui.services.feeds import FeedService
from papertui.services.foryou import ForYouService

#: The feeds that stand for this section; “alerts” alone is without the papers that For you chooses.
FOR_READER = frozenset({"foryou", "alerts"})
#: The least number of kept papers from which For you has learned before it chooses papers for the digest, and the most
#: papers that it chooses.
_KEPT, _MOST = 8, 5
#: The section is more informative than others but for what is pinned.
_RANK = 0


class _Chosen(NamedTuple):
    """Papers with the reasons for each, by id."""

    papers: tuple[Paper, ...]
    reasons: Mapping[str, tuple[str, ...]]


class ReaderCandidates:
    """Collects the candidates. Every method blocks.

    Args:
        archive: the stored papers.
        feeds: know which papers are muted.
        alerts: what matches what the reader follows.
        foryou: what is learned from the kept papers.
    """

    def __init__(self, archive: Archive, feeds: FeedService, alerts: AlertService, foryou: ForYouService) -> None:
        self._archive = archive
        self._feeds = feeds
        self._alerts = alerts
        self._foryou = foryou

    def section(
        self,
        name: FeedName,
        period: Period,
        others: Iterable[Candidates],
        mailed: Mapping[str, MailedPaper],
        known: AbstractSet[str],
        top: int,
    ) -> Candidates:
        """The candidates of the section.

        Args:
            name: ``foryou`` or ``alerts``.
            period: the days of the digest.
            others: the candidates of the other sections, of which For you chooses.
            mailed: papers that were mailed before, by id.
            known: the ids of papers that were kept or read, which For you does not choose.
            top: the largest number of alerts.

        Raises:
            StoreError: the disk cannot be read.
        """
        # What arrived after yesterday's digest was composed was not in it.
        first = publishing_day_before(period.first) if mailed else period.first
        alerts = self._arrived(first, period.last, mailed)
        papers, reasons = list(alerts.papers), dict(alerts.reasons)
        limit = min(top, len(papers))
        if name.kind == "foryou":
            likely = self._likely(others, known | reasons.keys() | mailed.keys())
            papers[limit:] = likely.papers
            reasons |= likely.reasons
            limit += len(likely.papers)
        title = "For you" if name.kind == "foryou" else "Alerts"
        return Candidates(str(name), title, name, papers, limit, _RANK, reasons=reasons)

    def _arrived(self, first: date, last: date, mailed: Mapping[str, MailedPaper]) -> _Chosen:
        reasons = {id_: words for id_, words in self._alerts.within(first, last).items() if id_ not in mailed}
        stored = self._archive.papers(reasons)
        papers = self._unmuted(FeedName("alerts"), stored.values())
        return _Chosen(papers, {stored[id_].id: words for id_, words in reasons.items() if id_ in stored})

    def _likely(self, others: Iterable[Candidates], left_out: AbstractSet[str]) -> _Chosen:
        """The best of the papers in other sections, as far as enough was learned."""
        papers = {paper.id: paper for section in others for paper in section.papers if paper.id not in left_out}
        if not papers or self._foryou.kept() < _KEPT:
            return _Chosen((), {})
        shown = self._unmuted(FeedName("foryou"), papers.values())
        scores = self._foryou.scores(shown)
        best = sorted(shown, key=lambda paper: -scores[paper.id])[:_MOST]
        whys = self._foryou.whys(best)
        chosen = tuple(paper for paper in best if whys[paper.id].short)
        return _Chosen(chosen, {paper.id: whys[paper.id].short for paper in chosen})

    def _unmuted(self, name: FeedName, papers: Iterable[Paper]) -> tuple[Paper, ...]:
        feed = self._feeds.with_muted(Feed(name, tuple(papers)), spare_bookmarks=True)
        return tuple(paper for paper in feed.papers if paper.id not in feed.muted)
