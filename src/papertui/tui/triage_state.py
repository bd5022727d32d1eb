"""The state of a triage: one immutable value; every key creates a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from types import MappingProxyType
from typing import NamedTuple

from papertui.model.format import plural
from papertui.model.paper import Paper
from papertui.services.triage import Choice, Decision

#: Decisions before the time left is estimated, and those it is estimated from.
_FEWEST, _LATEST = 3, 15
#: A longer pause, in seconds, is a break and not the pace of the reader.
_BREAK = 120.0
_MINUTE = 60
#: Most tags that keep their number for the whole run, and most numbers.
_FIXED, MOST_TAGS = 6, 9


class TriageState(NamedTuple):
    """The papers of a list, the decisions about them, and the paper to decide about."""

    papers: tuple[Paper, ...]
    place: int = 0  # of the paper shown; the number of papers when all are decided
    decisions: Mapping[str, Decision] = MappingProxyType({})  # by paper id, in order
    #: The ids of the papers decided since the app started, in order: those that undo takes back.
    undoable: tuple[str, ...] = ()

    @property
    def paper(self) -> Paper | None:
        """The paper shown; ``None`` when all are decided."""
        return self.papers[self.place] if self.place < len(self.papers) else None

    @property
    def left(self) -> int:
        """The number of papers to decide about."""
        return len(self.papers) - len(self.decisions)

    @property
    def is_done(self) -> bool:
        return self.place >= len(self.papers)

    def chosen(self, choice: Choice) -> tuple[Paper, ...]:
        """The papers with a decision, in the order of the list."""
        return tuple(paper for paper in self.papers if (made := self.decisions.get(paper.id)) and made.choice == choice)

    def decide(self, decision: Decision) -> TriageState:
        """Decide about the paper shown, and go to the next one that is not decided."""
        if self.paper is None:
            return self
        id_ = self.paper.id
        undoable = (*(one for one in self.undoable if one != id_), id_)
        made = {one: earlier for one, earlier in self.decisions.items() if one != id_}
        return _at_next(self._replace(decisions={**made, id_: decision}, undoable=undoable))

    def without(self, id_: str) -> TriageState:
        """Take the decision about a paper back; the place stays."""
        made = {one: decision for one, decision in self.decisions.items() if one != id_}
        return self._replace(decisions=made, undoable=tuple(one for one in self.undoable if one != id_))

    def at(self, id_: str) -> TriageState:
        """Show a paper of the run."""
        return next((self._replace(place=at) for at, paper in enumerate(self.papers) if paper.id == id_), self)

    def step(self, by: int) -> TriageState:
        """Show the paper before or after this one, decided or not."""
        return self._replace(place=max(0, min(self.place + by, len(self.papers) - 1)))

    def with_earlier(self, papers: Iterable[Paper], decisions: Mapping[str, Decision]) -> TriageState:
        """Add what was decided before about other papers of this list, which come first.

        Args:
            papers: the papers of the list.
            decisions: by id, in order.
        """
        known = {paper.id for paper in self.papers}
        by_id = {paper.id: paper for paper in papers if paper.id not in known}
        earlier = {id_: made for id_, made in decisions.items() if id_ in by_id}
        return self._replace(
            papers=(*(by_id[id_] for id_ in earlier), *self.papers),
            place=self.place + len(earlier),
            decisions={**earlier, **self.decisions},
        )

    def resumed(self, papers: Iterable[Paper]) -> TriageState:
        """Go on with the papers to decide about now: new ones follow those decided before."""
        known = {paper.id: paper for paper in self.papers if paper.id in self.decisions}
        shown = None if self.paper is None or self.paper.id in known else self.paper
        rest = {paper.id: paper for paper in papers if paper.id not in known}
        if shown is not None and shown.id not in rest:  # it was only opened
            rest = {shown.id: shown, **rest}
        state = self._replace(papers=(*known.values(), *rest.values()), place=len(known))
        return state if shown is None else state.at(shown.id)


def _at_next(state: TriageState) -> TriageState:
    """Go to the next paper without a decision, at the end to those that were passed over."""
    order = (*range(state.place, len(state.papers)), *range(state.place))
    place = next((at for at in order if state.papers[at].id not in state.decisions), len(state.papers))
    return state._replace(place=place)


def started(waiting: Iterable[Paper]) -> TriageState:
    """Start a run over the papers to decide about."""
    return TriageState(tuple(waiting))


class Pace(NamedTuple):
    """When the decisions of this run were made, in seconds of any clock."""

    times: tuple[float, ...] = ()

    def decided(self, at: float) -> Pace:
        return Pace((*self.times[-_LATEST:], at))

    def words(self, left: int) -> str:
        """The estimated time for the papers left: ``about 3 min left``; empty as long as it is unknown."""
        gaps = [after - before for before, after in zip(self.times, self.times[1:], strict=False)]
        gaps = [gap for gap in gaps if gap < _BREAK]
        if len(gaps) < _FEWEST or not left:
            return ""
        minutes = round(median(gaps) * left / _MINUTE)
        return f"about {minutes} min left" if minutes else "less than a minute left"


def tag_slots(usual: Sequence[str], used: Sequence[str], fitting: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The tags on the number keys, each with whether it fits the paper shown.

    Tags in usual use keep their number while the reader learns it, and a new tag takes the next number; the others
    change with the paper.

    Args:
        usual: the tags with the most bookmarks.
        used: the tags typed in this run.
        fitting: the tags that fit the paper.
    """
    fixed = list(dict.fromkeys((*usual[:_FIXED], *used)))[:MOST_TAGS]
    fits = {tag.casefold() for tag in fitting}
    folded = {tag.casefold() for tag in fixed}
    more = [tag for tag in fitting if tag.casefold() not in folded]
    slots = [(tag, tag.casefold() in fits) for tag in fixed] + [(tag, True) for tag in more]
    return tuple(slots[:MOST_TAGS])


def tally(state: TriageState) -> str:
    """What was decided, in words: ``5 kept, 3 for later, 1 read, 31 skipped``."""
    words: Mapping[Choice, str] = {"keep": "kept", "later": "for later", "read": "read", "skip": "skipped"}
    counted = [(len(state.chosen(choice)), word) for choice, word in words.items()]
    return ", ".join(f"{number} {word}" for number, word in counted if number) or plural(0, "decision")
