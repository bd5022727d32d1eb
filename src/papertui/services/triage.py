"""Triage: what a decision about a paper changes in the library and in the read marks, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Literal, NamedTuple, get_args

from papertui.archive.archive import Archive
from papertui.errors import UnwritableError
from papertui.model.bookmark import Bookmark
from papertui.model.feed import FeedName
from papertui.model.paper import Paper
from papertui.model.queue import LATER, is_later
from papertui.model.tag_hints import TagHints
from papertui.services.library import LibraryService
from papertui.services.read_state import ReadState

Choice = Literal["keep", "later", "read", "skip"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
#: The number of bookmarks that tags are suggested from, the last ones in the file.
_LEARNT = 3000
_RUNS = "triage"
#: The lists whose decisions are remembered between starts.
_MOST_RUNS = 20


class Decision(NamedTuple):
    """What the reader decided about a paper."""

    choice: Choice
    tags: tuple[str, ...] = ()  # to add
    without: tuple[str, ...] = ()  # tags to remove


class Applied(NamedTuple):
    """What a decision changed, so that it can be taken back."""

    paper: Paper
    step: int | None = None  # the number of the step of the library, if it changed
    marked: bool | None = None  # whether the paper got the read mark (true) or lost it (false)


class TriageService:
    """Applies decisions. Every method blocks and raises `StoreError`; a change is durable on return."""

    def __init__(self, library: LibraryService, read_state: ReadState, archive: Archive) -> None:
        self._library = library
        self._read_state = read_state
        self._archive = archive

    def tag_hints(self) -> TagHints:
        marks = self._library.by_id()
        return TagHints(marks[id_] for id_ in list(marks)[-_LEARNT:])

    # --- decisions -----------------------------------------------------------------------------------

    def apply(self, paper: Paper, decision: Decision, *, is_queue: bool = False) -> Applied:
        """Make a decision durable, as at most one step of the library.

        Keeping and queueing bookmark the paper; skipping marks it as read, so that it is not offered again. In the
        queue, each choice but “later” also takes the paper out of it, and skipping removes a bookmark that has nothing
        but the tag of the queue.
        """
        before = self._last_step()
        marked = None
        match decision.choice:
            case "keep":
                library = self._library.as_one_step()
                library.keep([paper])
                lost = (*decision.without, *((LATER,) if is_queue else ()))
                if decision.tags or lost:
                    library.tag([paper.id], decision.tags, lost)
            case "later":
                marked = False if self.queue([paper], decision.tags) else None
            case "read" | "skip" as choice:
                if is_queue and choice == "read":
                    self._library.set_state([paper.id], "read")
                elif is_queue:
                    self.drop([paper])
                if paper.id not in self._read_state.read_ids():
                    self._read_state.mark([paper.id], read=True)
                    marked = True
        after = self._last_step()
        return Applied(paper, after if after != before else None, marked)

    def queue(self, papers: Sequence[Paper], tags: Sequence[str] = ()) -> frozenset[str]:
        """Put papers into the queue, in one step; returns the ids of those that are marked as unread for it."""
        library = self._library.as_one_step()
        library.keep(papers)
        library.tag([paper.id for paper in papers], (LATER, *tags))
        unmarked = self._read_state.read_ids().intersection(paper.id for paper in papers)
        if unmarked:
            self._read_state.mark(unmarked, read=False)
        return unmarked

    def drop(self, papers: Sequence[Paper]) -> None:
        """Take papers out of the queue, in one step; a bookmark that has nothing but its place there is removed."""
        marks = self._library.by_id()
        queued = [paper.id for paper in papers if paper.id in marks]
        bare = [id_ for id_ in queued if _is_only_queued(marks[id_])]
        library = self._library.as_one_step()
        library.release(bare)
        library.tag([id_ for id_ in queued if id_ not in bare], (), (LATER,))

    def take_back(self, applied: Applied) -> tuple[str, ...]:
        """Take a decision back; returns sentences about what stays because it was changed later."""
        if applied.marked is not None:
            self._read_state.mark([applied.paper.id], read=not applied.marked)
        if applied.step is None:
            return ()
        result = self._library.revert(applied.step)
        return (f"The change of “{applied.paper.title}” is too old to take back.",) if result is None else result.left

    def _last_step(self) -> int:
        steps = self._library.log(1)
        return steps[0].number if steps else 0

    # --- runs ----------------------------------------------------------------------------------------

    def decided(self, name: FeedName) -> dict[str, Decision]:
        """The remembered decisions about the papers of a list, by id, in order."""
        run = self._runs().get(str(name), {})
        return {id_: Decision(choice) for id_, choice in run.items() if choice in CHOICES}

    def remember(self, name: FeedName, decisions: Mapping[str, Decision]) -> None:
        """Remember the decisions about the papers of a list; on a full or read-only disk, do nothing."""
        runs = self._runs()
        runs.pop(str(name), None)
        runs[str(name)] = {id_: decision.choice for id_, decision in decisions.items()}
        with suppress(UnwritableError):
            self._archive.note(_RUNS, json.dumps(dict(list(runs.items())[-_MOST_RUNS:])))

    def _runs(self) -> dict[str, dict[str, Choice]]:
        text = self._archive.recall(_RUNS)
        runs = json.loads(text) if text else {}
        return runs if isinstance(runs, dict) else {}


def _is_only_queued(mark: Bookmark) -> bool:
    """Whether a bookmark has nothing but its place in the queue."""
    return (
        is_later(mark)
        and len(mark.tags) == 1
        and not mark.note
        and not mark.highlights
        and mark.rating is None
        and mark.entry is None
    )
