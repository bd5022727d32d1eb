"""Rising papers, computed from the history of their votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from papertui.core.feed import Feed, FeedName
from papertui.core.paper import Paper
from papertui.core.trend import FEWEST_LOOKS, Growth, Observation, Rise, growth, rises
from papertui.core.wording import day as day_of
from papertui.store.archive import Archive

#: Only papers whose votes were recorded within this time before the latest record can be rising.
_LATELY = timedelta(days=2)
_MOST = 100


def rising(archive: Archive, name: FeedName) -> Feed:
    """The rising papers, the fastest first.

    Raises:
        StoreError: the archive cannot be read.
    """
    histories = archive.histories_lately(_LATELY)
    papers = archive.papers(histories)
    found = rises(histories, {id_: born for id_, paper in papers.items() if (born := _born(paper)) is not None})
    shown = tuple(papers[id_] for id_ in list(found)[:_MOST] if id_ in papers)
    last = max((looks[-1].at for looks in histories.values()), default=None)
    why = {paper.id: _words(found[paper.id]) for paper in shown}
    return Feed(name, shown, last, "archive", _notices(histories), why)


def growths(archive: Archive, papers: Sequence[Paper]) -> Mapping[str, Growth]:
    """The growth of votes by id, without papers whose votes were never recorded.

    Raises:
        StoreError: the archive cannot be read.
    """
    histories = archive.histories([paper.id for paper in papers])
    return {id_: grown for id_, looks in histories.items() if (grown := growth(looks)) is not None}


def speeds(archive: Archive, papers: Sequence[Paper]) -> Mapping[str, float]:
    """The speed of rising papers by id, relative to the others; papers that are not rising are left out.

    Raises:
        StoreError: the archive cannot be read.
    """
    histories = archive.histories([paper.id for paper in papers])
    born = {paper.id: day for paper in papers if (day := _born(paper)) is not None}
    return {id_: rise.score for id_, rise in rises(histories, born).items()}


def _born(paper: Paper) -> date | None:
    """The day from which a paper's age counts: when it was featured, else published."""
    return paper.featured or (paper.published.date() if paper.published else None)


def _words(rise: Rise) -> str:
    return f"+{rise.rate:.0f} a day" if rise.rate >= 1 else f"+{rise.rate:.1f} a day"


def _notices(histories: Mapping[str, Sequence[Observation]]) -> tuple[str, ...]:
    """Notices while there are too few records of votes."""
    moments = {looks[place].at for looks in histories.values() for place in (0, -1)}
    if not moments:
        return ("No votes are recorded yet. Rising papers appear after fetching trending or daily papers twice.",)
    first, last = min(moments), max(moments)
    most = max(len({look.at for look in looks}) for looks in histories.values())
    if most < 2:  # noqa: PLR2004 - a comparison needs two
        return ("Votes were recorded only once so far. Fetch again later, best tomorrow, to see rising papers.",)
    if most < FEWEST_LOOKS:
        when = (
            f"{first:%H:%M} and {last:%H:%M} UTC"
            if first.date() == last.date()
            else (f"{day_of(first.date(), last.date())} and {day_of(last.date(), last.date())}")
        )
        return (f"Votes were recorded only twice so far ({when}): the gains are exact, the rates are estimates.",)
    return ()
