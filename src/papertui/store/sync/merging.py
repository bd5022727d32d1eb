"""Two commits merged, field by field, from what both come from."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from papertui.core.reconcile import Entry, Lost, reconcile
from papertui.store.sync.files import fixed_files
from papertui.store.sync.repository import LIBRARY, MERGED, Blob, Leaf, Repository, Revision, State

#: So far back one looks for what came from where, in merges of merges. Histories of people end long before.
_DEEPEST = 50


class Merged(NamedTuple):
    """What came of two states.

    Attributes:
        state: their files.
        lost: the notes that had to yield.
    """

    state: State
    lost: tuple[Lost, ...] = ()


def merge_incoming(repository: Repository, incoming: str | None, at: datetime) -> tuple[str, tuple[Lost, ...]]:
    """The commit that both sides are to hold, which `MERGED` names if the library does not hold it yet.

    Args:
        repository: where `LIBRARY` names what the library holds.
        incoming: what the remote holds; ``None`` for nothing.
        at: the moment it is, UTC.

    Returns:
        The commit, and the notes that had to yield.
    """
    ours = repository.tips().get(LIBRARY)
    if ours is not None and incoming is not None:
        bases = repository.bases(ours, incoming)
        if bases not in {(ours,), (incoming,)}:
            return _merged(repository, ours, incoming, at)
        merged = ours if bases == (incoming,) else incoming
    elif (only := ours or incoming) is not None:
        merged = only
    else:
        return repository.commit(MERGED, [], [Revision("Begin a library", at, {}, fixed_files())]), ()
    if merged != ours:
        repository.move({MERGED: merged})
    return merged, ()


def _merged(repository: Repository, ours: str, theirs: str, at: datetime) -> tuple[str, tuple[Lost, ...]]:
    mine, found = merge_commits(repository, ours, theirs)
    paths = {*mine, *found.state}
    leaves = {path: found.state.get(path) for path in paths if mine.get(path) != found.state.get(path)}
    message = "Merge what another machine changed"
    for lost in found.lost:
        message += f"\n\nThe note of {lost.id} was changed on two machines. The older one was:\n\n{lost.other}"
    return repository.commit(MERGED, [ours, theirs], [Revision(message, at, leaves)]), found.lost


def merge_commits(repository: Repository, ours: str, theirs: str) -> tuple[State, Merged]:
    """The files in which two commits differ: as `ours` has them, and merged, the same whichever comes first."""
    mine, other = repository.differing(ours, theirs)
    base = _Origins(repository, {*mine, *other}).of(ours, theirs)
    return mine, merge_states(base, mine, other)


class _Origins:
    """What commits come from, as far as some files go.

    When both sides merged one another before, that are several commits. One of them alone would let it seem as if what
    the others brought were new, and could bring back what was taken away since: so they are merged themselves, from
    what they come from in turn.
    """

    def __init__(self, repository: Repository, paths: set[str]) -> None:
        self._repository = repository
        self._paths = paths
        self._known: dict[tuple[str, ...], State] = {}

    def of(self, one: str, *others: str, depth: int = _DEEPEST) -> State:
        """What `one` and all `others` together come from."""
        bases = self._repository.bases(one, *others)
        if bases in self._known:
            return self._known[bases]
        state: State = {}
        for number, base in enumerate(bases if depth else bases[:1]):
            files = self._repository.read(self._repository.listing(base), self._paths)
            older = self.of(base, *bases[:number], depth=depth - 1) if number else {}
            state = merge_states(older, state, files).state if number else files
        self._known[bases] = state
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
