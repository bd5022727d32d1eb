"""Applies merged changes to the library: once, in one step, and without overwriting newer ones."""

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
#: The number of journal steps that are read.
STEPS = 1000


def apply(
    library: Bookmarks,
    folder: Path,
    commit: str,
    entries: tuple[Mapping[str, Entry], Mapping[str, Entry]],
    at: datetime,
    yielded: Sequence[Lost] = (),
) -> tuple[int, tuple[Lost, ...]]:
    """Bring the library from its last committed state to that of `commit`.

    Changes made in the library since then are merged in, and remain changes for the next sync.

    Args:
        library: the bookmarks.
        folder: the folder with the state of the sync.
        commit: the commit.
        entries: those of the last committed state, and those of the commit.
        at: the current time, UTC.
        yielded: notes that were replaced when the commit was made.

    Returns:
        The number of changed bookmarks, and the notes that were replaced.
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
        # If this process is killed now, the next sync reports the replaced notes.
        news = tuple(dict.fromkeys((*memory.news, *map(sentence_of, (*yielded, *lost)))))
        remember(folder, memory._replace(intent=Intent(commit, before, after), news=news))
        return puts

    step = library.change(work, f"{SYNC}{commit[:_SHORT]}", at)
    return 0 if step is None else len(step.changes), tuple(lost)


def was_applied(library: Bookmarks, memory: Memory, commit: str) -> bool:
    """Whether an interrupted sync had applied `commit` to the library.

    The journal knows, because it is written with the library. If it does not reach back so far, the bookmarks decide:
    they all change at once, so a single one in its final state is enough.
    """
    intent = memory.intent
    if intent is None or intent.commit != commit:
        return False  # the intent is written before the library
    if any(step.what == f"{SYNC}{commit[:_SHORT]}" for step in library.steps(STEPS)):
        return True
    marks = {bookmark.paper.id: bookmark for bookmark in library.all()}
    return any(mark_of(marks.get(id_)) == mark for id_, mark in intent.after.items())


def forget_intent(folder: Path) -> None:
    """Record that the intended change is done."""
    memory = recall(folder)
    if memory.intent is not None:
        remember(folder, memory._replace(intent=None))


def _entry(base: Entry | None, ours: Bookmark | None, theirs: Entry | None, at: datetime) -> Entry | None:
    """The current bookmark as an entry; fields that differ from the committed entry count as changed now."""
    if ours is None:
        return None
    if base is not None and not ours.paper.abstract:
        ours = ours._replace(paper=ours.paper._replace(abstract=base.bookmark.paper.abstract))
    if theirs is not None:
        # It must win over the incoming change, which is in a commit and cannot be lost, whatever the clocks say.
        at = max(at, *(moment + _TICK for moment in theirs.edited[:3] if moment is not None), at)
    return edit(base, ours, at)
