"""Two commits merged, field by field, from what both come from."""

from __future__ import annotations

from typing import NamedTuple

from papertui.core.reconcile import Entry, Lost, reconcile
from papertui.store.sync.repository import Blob, Leaf, Repository, State

#: Bases that have several bases themselves are merged as well, so often; histories of people end long before.
_DEEPEST = 8


class Merged(NamedTuple):
    """What came of two states.

    Attributes:
        state: all files.
        lost: the notes that had to yield.
    """

    state: State
    lost: tuple[Lost, ...] = ()


def merge_commits(repository: Repository, ours: str, theirs: str) -> Merged:
    """The files of two commits in one; the same whichever comes first."""
    base = _common(repository, ours, theirs, _DEEPEST)
    return merge_states(base, repository.state(ours), repository.state(theirs))


def _common(repository: Repository, ours: str, theirs: str, depth: int) -> State:
    """What both commits come from.

    When both sides merged one another before, that are several commits. One of them alone would let it seem as if
    what the others brought were new, and could bring back what was taken away since: so they are merged themselves.
    """
    bases = repository.bases(ours, theirs)
    if not bases:
        return {}
    state: State = repository.state(bases[0])
    if depth > 0:
        for base in bases[1:]:
            common = _common(repository, bases[0], base, depth - 1)
            state = merge_states(common, state, repository.state(base)).state
    return state


def merge_states(base: State, ours: State, theirs: State) -> Merged:
    """All files of `ours` and `theirs`, which come from `base`."""
    merged: dict[str, Leaf] = {}
    lost: list[Lost] = []
    for path in sorted({*ours, *theirs}):
        start, mine, other = base.get(path), ours.get(path), theirs.get(path)
        if mine == other:
            leaf = mine
        elif isinstance(mine, Entry) or isinstance(other, Entry):
            found = reconcile(*_readable(start, mine, other))
            leaf = found.entry
            lost += [found.lost] if found.lost else []
        else:
            leaf = _one_of(start, mine, other)
        if leaf is not None:
            merged[path] = leaf
    return Merged(merged, tuple(lost))


def _readable(
    base: Leaf | None, ours: Leaf | None, theirs: Leaf | None
) -> tuple[Entry | None, Entry | None, Entry | None]:
    """The entries of three leaves, one of the last two being an entry.

    A file that cannot be read tells nothing: neither that the bookmark is released nor that it is changed.
    """
    start = base if isinstance(base, Entry) else None
    silent = start or (ours if isinstance(ours, Entry) else theirs if isinstance(theirs, Entry) else None)
    mine, other = (leaf if leaf is None or isinstance(leaf, Entry) else silent for leaf in (ours, theirs))
    return start, mine, other


def _one_of(base: Leaf | None, ours: Leaf | None, theirs: Leaf | None) -> Leaf | None:
    """One of two files that are no bookmarks: the one that was changed."""
    if ours == base:
        return theirs
    if theirs == base:
        return ours
    return max((leaf for leaf in (ours, theirs) if isinstance(leaf, Blob)), default=None)
