"""Sync the library with a remote repository: commit, fetch, merge, apply, push."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from papertui.errors import PapertuiError, SourceError, StoreError, UsageError
from papertui.files import file_stamp, free_name_for_damaged, reason
from papertui.library.bookmarks import Library
from papertui.locks import NO_LOCKS, ProcessLock
from papertui.model.bookmark import Bookmark
from papertui.model.changes import alike, differing, log_entries
from papertui.model.format import plural
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
from papertui.sync.state import RepositoryStatus, SyncIntent, SyncState, apart, mark_of, recall, remember, status_of

#: Attempts when other machines keep pushing first.
_ATTEMPTS = 12
#: Seconds after which no further attempt is made.
_LONGEST = 300.0
_PATIENCE = 60.0
#: Seconds after which a lock file of git counts as left behind.
_LOCKS_LAST = 2.0
_POLL = 0.05
#: Characters of a commit's hash in the journal.
_SHORT = 12
#: The number of journal steps that are read.
_STEPS = 1000
_TICK = timedelta(microseconds=1)


class SyncResult(NamedTuple):
    """The result of a sync."""

    sent: int  # commits pushed to the remote
    received: int  # bookmarks changed here
    kept: int  # bookmarks after the sync
    lost: tuple[LostText, ...] = ()  # notes that were replaced by newer ones
    notices: tuple[str, ...] = ()  # messages for the user

    @property
    def sentences(self) -> tuple[str, ...]:
        """All messages for the user, including those about replaced notes."""
        return tuple(dict.fromkeys((*self.notices, *map(_sentence_of, self.lost))))

    @property
    def summary(self) -> str:
        """What was done, a sentence."""
        sent = f"{plural(self.sent, 'change')} sent" if self.sent else "nothing to send"
        received = f"{plural(self.received, 'bookmark')} changed here" if self.received else "nothing received"
        return f"Synced: {sent}, {received}, {plural(self.kept, 'bookmark')} in total."


def _sentence_of(lost: LostText) -> str:
    return (
        f"The note of {lost.id} was changed on two machines. The newer one is used; the other began with "
        f"“{' '.join(lost.other.split())[:60]}” and is kept in the history of the repository."
    )


@contextmanager
def sync_lock(folder: Path, patience: float, *, background: bool = False) -> Iterator[bool]:
    """Wait until no other sync is running, and hold the lock.

    Args:
        folder: the repository.
        patience: how long to wait, in seconds.
        background: whether this sync may be skipped if another background sync is waiting: that one will include all
            changes made before it starts.

    Yields:
        Whether the lock is held.

    Raises:
        StoreError: the wait took too long, or the lock file cannot be written.
    """
    lock = ProcessLock(folder.with_name(f"{folder.name}.lock"))
    queue = ProcessLock(folder.with_name(f"{folder.name}.queue.lock"))
    try:
        if background and not queue.acquire():
            yield False
            return
        try:
            is_held = lock.acquire(patience)
        finally:
            queue.release()
        if not is_held:
            raise StoreError("Another sync is running. Wait for it, then try again.")
        try:
            yield True
        finally:
            lock.release()
    except OSError as error:
        if error.errno in NO_LOCKS:
            raise StoreError(f"The folder {folder} is on a file system without locks. Move it elsewhere.") from error
        raise _unwritable(folder, error) from error


class Syncer:
    """The sync of the library with a remote: commits local changes, and merges and applies remote ones.

    The order of the steps survives a kill at any point. Local changes are committed first, so that they wait if the
    remote is unreachable; a merge commit is named by a reference before the library is changed; the intended change is
    recorded before it is made; only then is anything pushed.

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
        library: Library,
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

    def sync(self, remote: Remote, *, background: bool = False) -> SyncResult:
        """Bring the library and `remote` to the same state.

        Args:
            remote: the repository to sync with.
            background: whether this is a background sync, whose messages are kept for the next one.

        Raises:
            SourceError: the remote cannot be reached; local changes are committed and wait.
            UsageError: its branch does not contain a papertui library.
            StoreError: the disk or git reports an error, or a newer papertui wrote the library.
        """
        self._notices, self._lost, self._received = [], [], 0
        self._git.check_version()
        with sync_lock(self._folder, self._patience, background=background) as is_held:
            if not is_held:
                return SyncResult(0, 0, len(self._library.ids()))
            try:
                done = self._sync_repaired(remote)
            except PapertuiError as problem:
                self._record_attempt(failure=str(problem))
                raise
            self._record_attempt()
            sync_state = recall(self._folder)
            if background:
                self._remember(sync_state._replace(news=tuple(dict.fromkeys(sync_state.news + done.sentences))))
            elif sync_state.news:
                self._remember(sync_state._replace(news=()))
                older = tuple(sentence for sentence in sync_state.news if sentence not in done.sentences)
                done = done._replace(notices=older + done.notices)
            return done

    def remembered(self) -> SyncState:
        """What the last sync left behind, without asking git."""
        return recall(self._folder)

    def state(self) -> RepositoryStatus:
        """The state of the sync, without contacting the remote or changing anything.

        Raises:
            StoreError: the library cannot be read, or git is missing.
        """
        return status_of(self._library, self._repository, recall(self._folder), self._now())

    def _sync_repaired(self, remote: Remote) -> SyncResult:
        """Sync; a damaged repository is rebuilt once, and one that changed meanwhile is read again."""
        for _ in range(_ATTEMPTS):
            try:
                return self._exchange(remote)
            except BranchMovedError:
                continue
            except DamagedRepositoryError as damage:
                self._rebuild(damage)
                break
        try:
            return self._exchange(remote)
        except DamagedRepositoryError as damage:
            raise StoreError(
                f"The repository in {self._folder} was damaged, and rebuilding it did not help: {str(damage)[-200:]}. "
                "Check the disk. Your bookmarks are safe."
            ) from damage

    def _exchange(self, remote: Remote) -> SyncResult:
        if not self._repository.exists():
            self._repository.make()
        self._sweep()
        self._repository.tips(again=True)
        self._note_remote(remote)
        remote_repo = RemoteRepo(self._git, remote)
        self._continue_from_pushed(remote_repo)
        end = time.monotonic() + _LONGEST
        for _ in range(_ATTEMPTS):
            if time.monotonic() > end:
                break
            self._finish()
            self._export()
            incoming = self._fetch(remote_repo)
            merged, lost = merge_incoming(self._repository, incoming, self._now())
            self._lost += lost
            self._apply(merged)
            sent, _ = apart(self._repository, merged, incoming)
            if merged != incoming and not remote_repo.push(merged, self._repository):
                continue
            if self._repository.tips().get(INCOMING) != merged:
                self._repository.move({INCOMING: merged})
            self._remember(recall(self._folder)._replace(pushed=merged))
            self._repository.tidy()
            kept = len(self._library.ids())
            return SyncResult(sent, self._received, kept, tuple(self._lost), tuple(self._notices))
        raise SourceError(f"Other machines pushed to {remote.shown} first, several times. Try again later.")

    def _note_remote(self, remote: Remote) -> None:
        """Forget the state of another remote if this is a new one."""
        sync_state = recall(self._folder)
        if sync_state.remote != remote.shown:
            if INCOMING in self._repository.tips():
                self._repository.move({INCOMING: None})
            self._remember(sync_state._replace(remote=remote.shown))

    def _export(self) -> None:
        """Commit what changed in the library since the last commit."""
        stamp = " ".join(map(str, file_stamp(self._bookmarks) or ()))
        tip = self._repository.tips().get(LIBRARY)
        sync_state = recall(self._folder)
        if stamp and tip and sync_state.exported == f"{tip} {stamp}":
            return
        if restored := self._commit_changes():
            missing = "1 bookmark was missing without having been removed, and was"
            if restored > 1:
                missing = f"{restored} bookmarks were missing without having been removed, and were"
            self._notify(f"{missing} restored from the sync repository.")
            self._export()
            return
        self._remember(sync_state._replace(exported=f"{self._repository.tips().get(LIBRARY)} {stamp}"))

    def _commit_changes(self) -> int:
        """Commit what changed in the library since `LIBRARY`, and move `LIBRARY` to the last of these commits.

        Bookmarks that are missing because the file is gone or was damaged are restored, so that they are not removed on
        all machines.

        Returns:
            The number of restored bookmarks. If there are any, nothing was committed.
        """
        at = self._now()
        tip = self._repository.tips().get(LIBRARY)
        known = entries_of(self._repository.state(tip))
        marks = {mark.paper.id: mark for mark in self._library.all()}
        gone = {id_: entry for id_, entry in known.items() if id_ not in marks}
        if gone and (marks or os.path.lexists(self._bookmarks)):
            gone = {id_: gone[id_] for id_ in self._unexplained(gone)}
        if gone:
            return self._restore(gone, at)
        changed = [id_ for id_ in differing(known, marks) if id_ in marks]
        marks |= {id_: marks[id_]._replace(paper=paper) for id_, paper in self._library.whole(changed).items()}
        revisions = [
            Revision(entry.line, entry.at, {path_of(id_): state for id_, state in entry.entries.items()})
            for entry in log_entries(known, marks, self._library.steps(_STEPS), at)
        ]
        if revisions and tip is None:
            revisions[0] = revisions[0]._replace(files=fixed_files())
        if revisions:
            self._repository.commit(LIBRARY, [tip] if tip else [], revisions)
        return 0

    def _unexplained(self, gone: Iterable[str]) -> set[str]:
        """The missing bookmarks whose removal is not in the journal; none if there is no journal."""
        rest, seen = set(gone), 0
        for limit in (_STEPS, None):
            steps = self._library.steps(limit)
            seen = len(steps)
            for step in steps:
                rest -= {change.id for change in step.changes if change.after is None}
            if not rest or seen < _STEPS:
                break
        return rest if seen else set()

    def _restore(self, gone: Mapping[str, BookmarkState], at: datetime) -> int:
        def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            return {id_: entry.bookmark for id_, entry in gone.items() if id_ not in kept}

        step = self._library.change(work, "sync restored missing bookmarks", at, origin="sync")
        return 0 if step is None else len(step.changes)

    def _fetch(self, remote_repo: RemoteRepo) -> str | None:
        """The commit of the remote's branch, fetched if necessary; ``None`` if the branch does not exist."""
        tip = remote_repo.tip()
        if tip is None or tip == self._repository.tips().get(LIBRARY):
            return tip
        before = self._repository.tips().get(INCOMING)
        if not self._repository.has(tip):
            tip = remote_repo.fetch(self._repository)
        check_format(self._repository, tip)
        if before != tip:
            self._repository.move({INCOMING: tip})
            self._notify_unread(tip)
        return tip

    def _notify_unread(self, tip: str) -> None:
        _, state = self._repository.differing(self._repository.tips().get(LIBRARY), tip)
        if unread := sorted(path for path, leaf in state.items() if path.startswith(FOLDER) and isinstance(leaf, Blob)):
            more = f" and {len(unread) - 1} more" if unread[1:] else ""
            self._notify(f"{unread[0]}{more} in the repository cannot be read as a bookmark and was not changed.")

    def _notify(self, sentence: str) -> None:
        if sentence not in self._notices:
            self._notices.append(sentence)

    def _apply(self, merged: str) -> None:
        """Bring the library from its last committed state to that of a commit: once, and in one step.

        Changes made in the library since then are merged in, and remain changes for the next sync.
        """
        ours = self._repository.tips().get(LIBRARY)
        if ours == merged:
            return
        base, target = self._repository.differing(ours, merged)
        # An unreadable file does not mean that its bookmark was removed.
        target |= {path: leaf for path, leaf in base.items() if isinstance(target.get(path), Blob)}
        self._change_library(merged, entries_of(base), entries_of(target))
        self._settle(merged)

    def _change_library(
        self, commit: str, base: Mapping[str, BookmarkState], target: Mapping[str, BookmarkState]
    ) -> None:
        changed = [id_ for id_ in sorted({*base, *target}) if base.get(id_) != target.get(id_)]
        if not changed:
            return
        at = self._now()

        def work(kept: Mapping[str, Bookmark]) -> Mapping[str, Bookmark | None]:
            puts: dict[str, Bookmark | None] = {}
            for id_ in changed:
                ours, theirs = kept.get(id_), target.get(id_)
                merged = three_way_merge(base.get(id_), _entry(base.get(id_), ours, theirs, at), theirs)
                self._lost.extend([merged.lost] if merged.lost else [])
                put = None if merged.entry is None else merged.entry.bookmark
                if not alike(put, ours):
                    puts[id_] = put
            before = {id_: mark_of(kept.get(id_)) for id_ in puts}
            after = {id_: mark_of(put) for id_, put in puts.items()}
            sync_state = recall(self._folder)
            # If this process is killed now, the next sync reports the replaced notes.
            news = tuple(dict.fromkeys((*sync_state.news, *map(_sentence_of, self._lost))))
            remember(self._folder, sync_state._replace(intent=SyncIntent(commit, before, after), news=news))
            return puts

        step = self._library.change(work, _description(commit), at, origin="sync")
        self._received += 0 if step is None else len(step.changes)

    def _settle(self, merged: str) -> None:
        """Record that the library equals a commit."""
        self._repository.move({LIBRARY: merged, MERGED: None})
        sync_state = recall(self._folder)
        if sync_state.intent is not None:
            self._remember(sync_state._replace(intent=None))

    def _finish(self) -> None:
        """Finish an interrupted sync."""
        tips = self._repository.tips()
        merged = tips.get(MERGED)
        if merged is None:
            return
        if merged == tips.get(LIBRARY) or self._was_applied(merged):
            self._settle(merged)
        else:
            self._apply(merged)

    def _was_applied(self, commit: str) -> bool:
        """Whether an interrupted sync had applied `commit` to the library.

        The journal knows, because it is written with the library. If it does not reach back so far, the bookmarks
        decide: they all change at once, so a single one in its final state is enough.
        """
        intent = recall(self._folder).intent
        if intent is None or intent.commit != commit:
            return False  # the intent is written before the library
        if any(step.what == _description(commit) for step in self._library.steps(_STEPS)):
            return True
        marks = {bookmark.paper.id: bookmark for bookmark in self._library.all()}
        return any(mark_of(marks.get(id_)) == mark for id_, mark in intent.after.items())

    def _continue_from_pushed(self, remote_repo: RemoteRepo) -> None:
        """Continue from the last common commit of remote and library after the repository was rebuilt."""
        pushed = recall(self._folder).pushed
        if pushed is None or LIBRARY in self._repository.tips():
            return
        incoming = self._fetch(remote_repo)
        if (
            incoming is not None
            and self._repository.has(pushed)
            and self._repository.bases(pushed, incoming) == (pushed,)
        ):
            self._repository.move({LIBRARY: pushed})

    def _rebuild(self, damage: DamagedRepositoryError) -> None:
        sync_state = recall(self._folder)
        kept = free_name_for_damaged(self._folder, self._now())
        try:
            self._folder.rename(kept)
        except OSError as error:
            raise StoreError(
                f"The repository in {self._folder} is damaged ({str(damage)[-100:]}) and cannot be renamed: "
                f"{error.strerror or error}. Your bookmarks are safe. Check the folder, then sync again."
            ) from error
        self._repository = Repository(self._git)
        self._repository.make()
        self._remember(sync_state._replace(intent=None))
        self._notices.append(
            f"The sync repository was damaged and is rebuilt. The damaged repository is now {kept.name}."
        )

    def _record_attempt(self, failure: str = "") -> None:
        now = self._now()
        sync_state = recall(self._folder)._replace(tried=now, failure=failure)
        if failure:  # the next sync reports the other messages
            pending = SyncResult(0, 0, 0, tuple(self._lost), tuple(self._notices)).sentences
            sync_state = sync_state._replace(news=tuple(dict.fromkeys(sync_state.news + pending)))
        self._remember(sync_state if failure else sync_state._replace(synced=now))

    def _remember(self, sync_state: SyncState) -> None:
        try:
            remember(self._folder, sync_state)
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def _sweep(self) -> None:
        """Delete leftovers of a killed git: its lock files, once their owner must be gone."""
        pause, waited = threading.Event(), 0.0
        while (left := [*self._folder.glob("*.lock"), *self._folder.glob("refs/**/*.lock")]) and waited < _LOCKS_LAST:
            pause.wait(_POLL)
            waited += _POLL
        for path in (*left, *self._folder.glob("fast_import_crash_*")):
            path.unlink(missing_ok=True)


def _description(commit: str) -> str:
    """The description of the step that applies a commit."""
    return f"sync {commit[:_SHORT]}"


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


def _unwritable(folder: Path, error: OSError) -> StoreError:
    return StoreError(f"The folder {folder} cannot be written: {reason(error)}. Your bookmarks are safe.")
