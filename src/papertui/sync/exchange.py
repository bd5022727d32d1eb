"""Sync the library with a remote repository: commit, fetch, merge, apply, push."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from papertui.errors import PapertuiError, SourceError, StoreError, UsageError
from papertui.library.types import Bookmarks
from papertui.locks import sync_turn
from papertui.model.bookmark import Bookmark
from papertui.model.changes import SYNC, alike, differing, log_entries
from papertui.model.merge import BookmarkState, LostText, edit, three_way_merge
from papertui.model.remote import Remote, remote_of
from papertui.sync.git import Git
from papertui.sync.merge import merge_incoming
from papertui.sync.remote import RemoteRepo, check_format, make_if_missing
from papertui.sync.repository import (
    FOLDER,
    INCOMING,
    LIBRARY,
    MERGED,
    Blob,
    BranchMovedError,
    DamagedRepositoryError,
    Repository,
    Revision,
    entries_of,
    fixed_files,
    path_of,
)
from papertui.sync.state import SyncIntent, SyncMemory, apart, mark_of, recall, remember, standing
from papertui.sync.types import SyncResult, SyncState, sentence_of

# Applies merged changes to the library: once, in one step, and without overwriting newer ones.

#: Characters of a commit's hash in the journal.
_SHORT = 12
_TICK = timedelta(microseconds=1)
#: The number of journal steps that are read.
STEPS = 1000


def apply(
    library: Bookmarks,
    folder: Path,
    commit: str,
    entries: tuple[Mapping[str, BookmarkState], Mapping[str, BookmarkState]],
    at: datetime,
    yielded: Sequence[LostText] = (),
) -> tuple[int, tuple[LostText, ...]]:
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
    lost: list[LostText] = []

    def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
        puts: dict[str, Bookmark | None] = {}
        for id_ in asked:
            ours, theirs = kept.get(id_), target.get(id_)
            found = three_way_merge(base.get(id_), _entry(base.get(id_), ours, theirs, at), theirs)
            lost.extend([found.lost] if found.lost else [])
            put = None if found.entry is None else found.entry.bookmark
            if not alike(put, ours):
                puts[id_] = put
        before = {id_: mark_of(kept.get(id_)) for id_ in puts}
        after = {id_: mark_of(put) for id_, put in puts.items()}
        memory = recall(folder)
        # If this process is killed now, the next sync reports the replaced notes.
        news = tuple(dict.fromkeys((*memory.news, *map(sentence_of, (*yielded, *lost)))))
        remember(folder, memory._replace(intent=SyncIntent(commit, before, after), news=news))
        return puts

    step = library.change(work, f"{SYNC}{commit[:_SHORT]}", at)
    return 0 if step is None else len(step.changes), tuple(lost)


def was_applied(library: Bookmarks, memory: SyncMemory, commit: str) -> bool:
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


def _entry(
    base: BookmarkState | None, ours: Bookmark | None, theirs: BookmarkState | None, at: datetime
) -> BookmarkState | None:
    """The current bookmark as an entry; fields that differ from the committed entry count as changed now."""
    if ours is None:
        return None
    if base is not None and not ours.paper.abstract:
        ours = ours._replace(paper=ours.paper._replace(abstract=base.bookmark.paper.abstract))
    if theirs is not None:
        # It must win over the incoming change, which is in a commit and cannot be lost, whatever the clocks say.
        at = max(at, *(moment + _TICK for moment in theirs.edited[:3] if moment is not None), at)
    return edit(base, ours, at)


# Commits of local changes in the library.


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
        for chapter in log_entries(known, marks, library.steps(STEPS), at)
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


def _bring_back(library: Bookmarks, known: Mapping[str, BookmarkState], at: datetime) -> int:
    def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
        return {id_: entry.bookmark for id_, entry in known.items() if id_ not in kept}

    step = library.change(work, f"{SYNC}restored missing bookmarks", at)
    return 0 if step is None else len(step.changes)


# Keeps the library in sync with a remote: commits local changes, and merges and applies remote ones.
#
# The order of the steps survives a kill at any point. Local changes are committed first, so that they wait if the
# remote is unreachable; a merge commit is named by a reference before the library is changed; the intended change is
# recorded before it is made; only then is anything pushed.

#: Attempts when other machines keep pushing first.
_ATTEMPTS = 12
#: Seconds after which no further attempt is made.
_LONGEST = 300.0
_PATIENCE = 60.0
#: Seconds after which a lock file of git counts as left behind.
_LOCKS_LAST = 2.0
_POLL = 0.05


class Syncer:
    """The sync of the library with a remote.

    Args:
        library: the bookmarks.
        bookmarks: their file.
        folder: the repository on this machine.
        environ: the environment variables.
        now: the clock.
        git: runs git in a folder; for tests.
        patience: how long to wait for another sync, in seconds.
    """

    def __init__(
        self,
        library: Bookmarks,
        bookmarks: Path,
        folder: Path,
        environ: Mapping[str, str],
        now: Callable[[], datetime],
        *,
        git: Callable[[Path, Mapping[str, str]], Git] = Git,
        patience: float = _PATIENCE,
    ) -> None:
        self._library = library
        self._bookmarks = bookmarks
        self._folder = folder
        self._now = now
        self._git = git(folder, environ)
        self._patience = patience
        self._repository = Repository(self._git)
        self._notices: list[str] = []
        self._lost: list[LostText] = []
        self._received = 0

    def prepare(self, remote: Remote) -> tuple[Remote, bool]:
        """Check a remote before setup; returns it with its full path, and whether a repository was created there.

        Raises:
            UsageError: no repository can be there.
            StoreError: git is missing.
        """
        self._git.check_version()
        if not remote.is_path:
            return remote, False
        try:
            full = remote_of(os.path.abspath(Path(remote.address).expanduser()))  # noqa: PTH100 - keeps links
        except RuntimeError as error:
            raise UsageError(f"The home folder in {remote.shown} does not exist. Give the full path.") from error
        return full, make_if_missing(full, self._git)

    def sync(self, remote: Remote, *, unheard: bool = False) -> SyncResult:
        """Bring the library and `remote` to the same state.

        Args:
            remote: the repository to sync with.
            unheard: whether this is a background sync, whose messages are kept for the next one.

        Raises:
            SourceError: the remote cannot be reached; local changes are committed and wait.
            UsageError: its branch does not contain a papertui library.
            StoreError: the disk or git reports an error, or a newer papertui wrote the library.
        """
        self._notices, self._lost, self._received = [], [], 0
        self._git.check_version()
        with sync_turn(self._folder, self._patience, unheard=unheard) as ours:
            if not ours:
                return SyncResult(0, 0, len(self._library.ids()))
            try:
                done = self._mended(remote)
            except PapertuiError as problem:
                self._noted(failure=str(problem))
                raise
            self._noted()
            memory = recall(self._folder)
            if unheard:
                self._remember(memory._replace(news=tuple(dict.fromkeys(memory.news + done.sentences))))
            elif memory.news:
                self._remember(memory._replace(news=()))
                older = tuple(sentence for sentence in memory.news if sentence not in done.sentences)
                done = done._replace(notices=older + done.notices)
            return done

    def standing(self) -> SyncState:
        """The status, without contacting the remote or changing anything.

        Raises:
            StoreError: the library cannot be read, or git is missing.
        """
        return standing(self._library, self._repository, recall(self._folder), self._now())

    def _mended(self, remote: Remote) -> SyncResult:
        """Sync; a damaged repository is rebuilt once, and one that changed meanwhile is read again."""
        for _ in range(_ATTEMPTS):
            try:
                return self._exchanged(remote)
            except BranchMovedError:
                continue
            except DamagedRepositoryError as damage:
                self._start_anew(damage)
                break
        try:
            return self._exchanged(remote)
        except DamagedRepositoryError as damage:
            raise StoreError(
                f"The repository in {self._folder} was damaged, and rebuilding it did not help: {str(damage)[-200:]}. "
                "Check the disk. Your bookmarks are safe."
            ) from damage

    def _exchanged(self, remote: Remote) -> SyncResult:
        if not self._repository.exists():
            self._repository.make()
        self._sweep()
        self._repository.tips(anew=True)
        self._meet(remote)
        far = RemoteRepo(self._git, remote)
        self._take_up_old_end(far)
        end = time.monotonic() + _LONGEST
        for _ in range(_ATTEMPTS):
            if time.monotonic() > end:
                break
            self._finish()
            self._export()
            incoming = self._fetched(far)
            merged, lost = merge_incoming(self._repository, incoming, self._now())
            self._lost += lost
            self._put_in(merged)
            sent, _ = apart(self._repository, merged, incoming)
            if merged != incoming and not far.push(merged, self._repository):
                continue
            if self._repository.tips().get(INCOMING) != merged:
                self._repository.move({INCOMING: merged})
            self._remember(recall(self._folder)._replace(pushed=merged))
            self._repository.tidy()
            kept = len(self._library.ids())
            return SyncResult(sent, self._received, kept, tuple(self._lost), tuple(self._notices))
        raise SourceError(f"Other machines pushed to {remote.shown} first, again and again. Try again later.")

    def _meet(self, remote: Remote) -> None:
        """Forget the state of another remote if this is a new one."""
        memory = recall(self._folder)
        if memory.remote != remote.shown:
            if INCOMING in self._repository.tips():
                self._repository.move({INCOMING: None})
            self._remember(memory._replace(remote=remote.shown))

    def _export(self) -> None:
        """Commit what changed in the library since the last commit."""
        mark, tip = self._mark(), self._repository.tips().get(LIBRARY)
        memory = recall(self._folder)
        if mark and tip and memory.exported == f"{tip} {mark}":
            return
        if back := export(self._library, self._repository, self._now(), there=os.path.lexists(self._bookmarks)):
            missing = "1 bookmark was missing without having been removed, and was"
            if back > 1:
                missing = f"{back} bookmarks were missing without having been removed, and were"
            self._tell(f"{missing} restored from the sync repository.")
            self._export()
            return
        self._remember(memory._replace(exported=f"{self._repository.tips().get(LIBRARY)} {mark}"))

    def _mark(self) -> str:
        """A string that changes with every change of the bookmark file; empty if there is no file."""
        try:
            found = self._bookmarks.stat()
        except OSError:
            return ""
        return f"{found.st_dev} {found.st_ino} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_size}"

    def _fetched(self, far: RemoteRepo) -> str | None:
        """The commit of the remote's branch, fetched if necessary; ``None`` if the branch does not exist."""
        tip = far.tip()
        if tip is None or tip == self._repository.tips().get(LIBRARY):
            return tip
        before = self._repository.tips().get(INCOMING)
        if not self._repository.has(tip):
            tip = far.fetch(self._repository)
        check_format(self._repository, tip)
        if before != tip:
            self._repository.move({INCOMING: tip})
            self._tell_unread(tip)
        return tip

    def _tell_unread(self, tip: str) -> None:
        _, state = self._repository.differing(self._repository.tips().get(LIBRARY), tip)
        if unread := sorted(path for path, leaf in state.items() if path.startswith(FOLDER) and isinstance(leaf, Blob)):
            more = f" and {len(unread) - 1} more" if unread[1:] else ""
            self._tell(f"{unread[0]}{more} in the repository cannot be read as a bookmark and was not changed.")

    def _tell(self, sentence: str) -> None:
        if sentence not in self._notices:
            self._notices.append(sentence)

    def _put_in(self, merged: str) -> None:
        """Bring the library to the state of a commit."""
        ours = self._repository.tips().get(LIBRARY)
        if ours == merged:
            return
        base, target = self._repository.differing(ours, merged)
        # An unreadable file does not mean that its bookmark was removed.
        target |= {path: leaf for path, leaf in base.items() if isinstance(target.get(path), Blob)}
        entries = entries_of(base), entries_of(target)
        changed, lost = apply(self._library, self._folder, merged, entries, self._now(), self._lost)
        self._received += changed
        self._lost += lost
        self._settle(merged)

    def _settle(self, merged: str) -> None:
        self._repository.move({LIBRARY: merged, MERGED: None})
        forget_intent(self._folder)

    def _finish(self) -> None:
        """Finish an interrupted sync."""
        tips = self._repository.tips()
        merged = tips.get(MERGED)
        if merged is None:
            return
        if merged == tips.get(LIBRARY) or was_applied(self._library, recall(self._folder), merged):
            self._settle(merged)
        else:
            self._put_in(merged)

    def _take_up_old_end(self, far: RemoteRepo) -> None:
        """Continue from the last common commit of remote and library after the repository was rebuilt."""
        pushed = recall(self._folder).pushed
        if pushed is None or LIBRARY in self._repository.tips():
            return
        incoming = self._fetched(far)
        if (
            incoming is not None
            and self._repository.has(pushed)
            and self._repository.bases(pushed, incoming) == (pushed,)
        ):
            self._repository.move({LIBRARY: pushed})

    def _start_anew(self, damage: DamagedRepositoryError) -> None:
        memory = recall(self._folder)
        stem = f"{self._folder.name}.damaged-{self._now():%Y%m%d-%H%M%S}"
        names = (stem, *(f"{stem}-{number}" for number in range(2, 100)))
        aside = next(path for name in names if not (path := self._folder.with_name(name)).exists())
        try:
            self._folder.rename(aside)
        except OSError as error:
            raise StoreError(
                f"The repository in {self._folder} is damaged ({str(damage)[-100:]}) and cannot be renamed: "
                f"{error.strerror or error}. Your bookmarks are safe. Check the folder, then sync again."
            ) from error
        self._repository = Repository(self._git)
        self._repository.make()
        self._remember(memory._replace(intent=None))
        self._notices.append(
            f"The sync repository was damaged and is rebuilt. The damaged one is kept as {aside.name}."
        )

    def _noted(self, failure: str = "") -> None:
        now = self._now()
        memory = recall(self._folder)._replace(tried=now, failure=failure)
        if failure:  # the next sync reports the other messages
            pending = SyncResult(0, 0, 0, tuple(self._lost), tuple(self._notices)).sentences
            memory = memory._replace(news=tuple(dict.fromkeys(memory.news + pending)))
        self._remember(memory if failure else memory._replace(synced=now))

    def _remember(self, memory: SyncMemory) -> None:
        try:
            remember(self._folder, memory)
        except OSError as error:
            raise StoreError(
                f"The folder {self._folder} cannot be written: {error.strerror or error}. Your bookmarks are safe."
            ) from error

    def _sweep(self) -> None:
        """Delete leftovers of a killed git: its lock files, once their owner must be gone."""
        pause, waited = threading.Event(), 0.0
        while (left := [*self._folder.glob("*.lock"), *self._folder.glob("refs/**/*.lock")]) and waited < _LOCKS_LAST:
            pause.wait(_POLL)
            waited += _POLL
        for path in (*left, *self._folder.glob("fast_import_crash_*")):
            path.unlink(missing_ok=True)
