"""What machines made of their changes, put into the library: once, as one step, and over nothing newer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from papertui.core.bookmark import Bookmark
from papertui.core.chronicle import alike
from papertui.core.reconcile import Entry, Lost, edit, reconcile
from papertui.core.step import SYNC
from papertui.store import Bookmarks
from papertui.store.sync import sentence_of
from papertui.store.sync.memory import Intent, Memory, mark_of, recall, remember

#: Characters of a commit's hash in the journal.
_SHORT = 12
_TICK = timedelta(microseconds=1)
#: How far back the journal is read, in steps.
STEPS = 1000


def apply(
    library: Bookmarks,
    folder: Path,
    commit: str,
    entries: tuple[Mapping[str, Entry], Mapping[str, Entry]],
    at: datetime,
    yielded: Sequence[Lost] = (),
) -> tuple[int, tuple[Lost, ...]]:
    """Brings the library from what it held to what `commit` holds.

    What was changed in the library since it was looked at is merged with that, and stays a change for the next sync.

    Args:
        library: the bookmarks.
        folder: where syncs are remembered.
        commit: the commit.
        entries: those that the library held when it was last looked at, and those of the commit.
        at: the moment it is, UTC.
        yielded: notes that had to yield already when the commit was made.

    Returns:
        How many bookmarks were changed, and which notes had to yield.
    """
    base, target = entries
    asked = [id_ for id_ in sorted({*base, *target}) if base.get(id_) != target.get(id_)]
    if not asked:
        return 0, ()
    lost: list[Lost] = []

    def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
        puts: dict[str, Bookmark | None] = {}
        for id_ in asked:
            ours, theirs = kept.get(id_), target.get(id_)
            found = reconcile(base.get(id_), _entry(base.get(id_), ours, theirs, at), theirs)
            lost.extend([found.lost] if found.lost else [])
            put = None if found.entry is None else found.entry.bookmark
            if not alike(put, ours):
                puts[id_] = put
        before = {id_: mark_of(kept.get(id_)) for id_ in puts}
        after = {id_: mark_of(put) for id_, put in puts.items()}
        memory = recall(folder)
        # Should we be ended now, the next sync tells of the notes that had to yield.
        news = tuple(dict.fromkeys((*memory.news, *map(sentence_of, (*yielded, *lost)))))
        remember(folder, memory._replace(intent=Intent(commit, before, after), news=news))
        return puts

    step = library.change(work, f"{SYNC}{commit[:_SHORT]}", at)
    return 0 if step is None else len(step.changes), tuple(lost)


def was_applied(library: Bookmarks, memory: Memory, commit: str) -> bool:
    """Whether `commit` had reached the library when a sync was ended in the midst of it.

    The journal knows, as it is written with the library. Where it does not reach so far, the bookmarks tell: they all
    changed at once, so that one that is as it should be afterwards speaks for all of them.
    """
    intent = memory.intent
    if intent is None or intent.commit != commit:
        return False  # it is written before the library is
    if any(step.what == f"{SYNC}{commit[:_SHORT]}" for step in library.steps(STEPS)):
        return True
    marks = {bookmark.paper.id: bookmark for bookmark in library.all()}
    return any(mark_of(marks.get(id_)) == mark for id_, mark in intent.after.items())


def forget_intent(folder: Path) -> None:
    """Remembers that what was to be done is done."""
    memory = recall(folder)
    if memory.intent is not None:
        remember(folder, memory._replace(intent=None))


def _entry(base: Entry | None, ours: Bookmark | None, theirs: Entry | None, at: datetime) -> Entry | None:
    """What the library holds now, as an entry; what differs from what it held was changed this moment."""
    if ours is None:
        return None
    if base is not None and not ours.paper.abstract:
        ours = ours._replace(paper=ours.paper._replace(abstract=base.bookmark.paper.abstract))
    if theirs is not None:
        # It speaks against what comes in, which is in a commit already and cannot get lost, whatever the clocks say.
        at = max(at, *(moment + _TICK for moment in theirs.edited[:3] if moment is not None), at)
    return edit(base, ours, at)
