"""Commits of local changes in the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from papertui.core.bookmark import Bookmark
from papertui.core.chronicle import chapters, differing
from papertui.core.reconcile import Entry
from papertui.core.step import SYNC
from papertui.store import Bookmarks
from papertui.store.sync.applying import STEPS
from papertui.store.sync.files import fixed_files, path_of
from papertui.store.sync.repository import LIBRARY, Repository, Revision, entries_of


def export(library: Bookmarks, repository: Repository, at: datetime, *, there: bool) -> int:
    """Commit what changed in the library since `LIBRARY`, and move `LIBRARY` to the last of these commits.

    Bookmarks that are missing because the file is gone or was damaged are restored, so that they are not removed on all
    machines.

    Args:
        library: the bookmarks.
        repository: where to commit.
        at: the current time, UTC.
        there: whether the library has a file.

    Returns:
        The number of restored bookmarks.
    """
    tip = repository.tips().get(LIBRARY)
    known = entries_of(repository.state(tip))
    marks = {mark.paper.id: mark for mark in library.all()}
    gone = {id_: entry for id_, entry in known.items() if id_ not in marks}
    if gone and (there or marks):
        gone = {id_: gone[id_] for id_ in _unexplained(library, gone)}
    if gone:
        return _bring_back(library, gone, at)
    asked = [id_ for id_ in differing(known, marks) if id_ in marks]
    marks |= {id_: marks[id_]._replace(paper=paper) for id_, paper in library.whole(asked).items()}
    revisions = [
        Revision(chapter.line, chapter.at, {path_of(id_): entry for id_, entry in chapter.entries.items()})
        for chapter in chapters(known, marks, library.steps(STEPS), at)
    ]
    if revisions and tip is None:
        revisions[0] = revisions[0]._replace(files=fixed_files())
    if revisions:
        repository.commit(LIBRARY, [tip] if tip else [], revisions)
    return 0


def _unexplained(library: Bookmarks, gone: Iterable[str]) -> set[str]:
    """The missing bookmarks whose removal is not in the journal; none if there is no journal."""
    rest, seen = set(gone), 0
    for limit in (STEPS, None):
        steps = library.steps(limit)
        seen = len(steps)
        for step in steps:
            for change in step.changes:
                if change.id in rest and change.after is None:
                    rest.discard(change.id)
        if not rest or seen < STEPS:
            break
    return rest if seen else set()


def _bring_back(library: Bookmarks, known: Mapping[str, Entry], at: datetime) -> int:
    def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
        return {id_: entry.bookmark for id_, entry in known.items() if id_ not in kept}

    step = library.change(work, f"{SYNC}restored missing bookmarks", at)
    return 0 if step is None else len(step.changes)
