"""A three-way merge of two commits, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from papertui.model.identity import is_made, title_id
from papertui.model.merge import BookmarkState, LostText, three_way_merge
from papertui.model.works import CONTRADICTION, same_work
from papertui.sync.repository import LIBRARY, MERGED, Blob, FileEntry, Repository, Revision, State, fixed_files, path_of

#: The depth to which merge bases are merged themselves. Real histories end long before.
_DEEPEST = 50


class CommitMerge(NamedTuple):
    """The result of a merge."""

    state: State
    #: The notes that were replaced.
    lost: tuple[LostText, ...] = ()


def merge_incoming(repository: Repository, incoming: str | None, at: datetime) -> tuple[str, tuple[LostText, ...]]:
    """The commit that both sides are to have; `MERGED` names it if the library does not have it yet.

    Args:
        repository: the repository, in which `LIBRARY` names the state of the library.
        incoming: the commit of the remote; ``None`` if it has none.
        at: the current time, UTC.

    Returns:
        The commit, and the notes that were replaced.
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
        return repository.commit(MERGED, [], [Revision("Create the library", at, {}, fixed_files())]), ()
    if merged != ours:
        repository.move({MERGED: merged})
    return merged, ()


def _merged(repository: Repository, ours: str, theirs: str, at: datetime) -> tuple[str, tuple[LostText, ...]]:
    mine, merge = merge_commits(repository, ours, theirs)
    paths = {*mine, *merge.state}
    leaves = {path: merge.state.get(path) for path in paths if mine.get(path) != merge.state.get(path)}
    message = "Merge changes of another machine"
    for lost in merge.lost:
        message += f"\n\nThe note of {lost.id} was changed on two machines. The older one was:\n\n{lost.other}"
    return repository.commit(MERGED, [ours, theirs], [Revision(message, at, leaves)]), merge.lost


def merge_commits(repository: Repository, ours: str, theirs: str) -> tuple[State, CommitMerge]:
    """The files that differ between two commits: those of `ours`, and merged, which is symmetric."""
    mine, other = repository.differing(ours, theirs)
    base = _Origins(repository, {*mine, *other}).of(ours, theirs)
    return mine, merge_states(base, mine, other)


class _Origins:
    """The common ancestors of commits, restricted to some files.

    If both sides merged each other before, there are several. With only one of them as the base, changes from the
    others would look new and could restore what was removed since. So the ancestors are merged first, recursively.
    """

    def __init__(self, repository: Repository, paths: set[str]) -> None:
        self._repository = repository
        self._paths = paths
        self._known: dict[tuple[str, ...], State] = {}

    def of(self, one: str, *others: str, depth: int = _DEEPEST) -> State:
        """The merged common ancestors of `one` and all `others`."""
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


def merge_states(base: State, ours: State, theirs: State) -> CommitMerge:
    """All files of `ours` and `theirs`, merged with the common ancestor `base`."""
    base, ours, theirs = _with_works_apart(base, ours, theirs)
    merged: dict[str, FileEntry] = {}
    lost: list[LostText] = []
    for path in sorted({*ours, *theirs}):
        start, mine, other = base.get(path), ours.get(path), theirs.get(path)
        if mine == other:
            leaf = mine
        elif isinstance(mine, BookmarkState) or isinstance(other, BookmarkState):
            entry_merge = three_way_merge(*_readable(start, mine, other))
            leaf = entry_merge.entry
            lost += [entry_merge.lost] if entry_merge.lost else []
        else:
            leaf = _one_of(start, mine, other)
        if leaf is not None:
            merged[path] = leaf
    return CommitMerge(merged, tuple(lost))


def _with_works_apart(base: State, ours: State, theirs: State) -> tuple[State, State, State]:
    """The same files, but works of both sides that have one DOI, such as chapters of a book, are named by their titles.

    So they are named when one import has both of them.
    """
    shared = [path for path in {*ours} & {*theirs} if _are_two_works(base.get(path), ours[path], theirs[path])]
    if not shared:
        return base, ours, theirs
    return base, _by_title(ours, shared), _by_title(theirs, shared)


def _are_two_works(base: FileEntry | None, ours: FileEntry | None, theirs: FileEntry | None) -> bool:
    if not isinstance(ours, BookmarkState) or not isinstance(theirs, BookmarkState):
        return False
    mine, other = ours.bookmark.paper, theirs.bookmark.paper
    if mine == other or not is_made(mine.id):
        return False
    if isinstance(base, BookmarkState) and base.bookmark.paper in (mine, other):
        return False  # one side corrected it
    return same_work(mine, other).rank == CONTRADICTION


def _by_title(state: State, paths: Sequence[str]) -> State:
    renamed = dict(state)
    for path in paths:
        entry = renamed.pop(path)
        assert isinstance(entry, BookmarkState)  # noqa: S101 - see `_are_two_works`
        paper = entry.bookmark.paper._replace(id=title_id(entry.bookmark.paper))
        entry = entry._replace(bookmark=entry.bookmark._replace(paper=paper))
        known = renamed.get(path_of(paper.id))
        merged = three_way_merge(None, entry, known if isinstance(known, BookmarkState) else None).entry
        renamed[path_of(paper.id)] = merged or entry
    return renamed


def _readable(
    base: FileEntry | None, ours: FileEntry | None, theirs: FileEntry | None
) -> tuple[BookmarkState | None, BookmarkState | None, BookmarkState | None]:
    """The entries of three leaves, of which one of the last two is an entry.

    An unreadable file counts as unchanged: its bookmark is neither removed nor edited.
    """
    start = base if isinstance(base, BookmarkState) else None
    silent = start or (
        ours if isinstance(ours, BookmarkState) else theirs if isinstance(theirs, BookmarkState) else None
    )
    mine, other = (leaf if leaf is None or isinstance(leaf, BookmarkState) else silent for leaf in (ours, theirs))
    return start, mine, other


def _one_of(base: FileEntry | None, ours: FileEntry | None, theirs: FileEntry | None) -> FileEntry | None:
    """One of two files that are not bookmarks: the one that changed."""
    if ours == base:
        return theirs
    if theirs == base:
        return ours
    return max((leaf for leaf in (ours, theirs) if isinstance(leaf, Blob)), default=None)
