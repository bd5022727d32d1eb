"""Keeps the library in sync with a remote: commits local changes, and merges and applies remote ones.

The order of the steps survives a kill at any point. Local changes are committed first, so that they wait if the remote
is unreachable; a merge commit is named by a reference before the library is changed; the intended change is recorded
before it is made; only then is anything pushed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from papertui.core.reconcile import Lost
from papertui.core.remote import Remote, remote_of
from papertui.errors import PapertuiError, SourceError, StoreError, UsageError
from papertui.store import Bookmarks
from papertui.store.sync import Exchanged, Standing
from papertui.store.sync.applying import apply, forget_intent, was_applied
from papertui.store.sync.exporting import export
from papertui.store.sync.far import Far, check_format, make_if_missing
from papertui.store.sync.files import FOLDER
from papertui.store.sync.git import Git
from papertui.store.sync.memory import Memory, recall, remember
from papertui.store.sync.merging import merge_incoming
from papertui.store.sync.repository import (
    INCOMING,
    LIBRARY,
    MERGED,
    Blob,
    DamagedError,
    MovedError,
    Repository,
    entries_of,
)
from papertui.store.sync.standing import apart, standing
from papertui.store.sync.turns import turn

#: Attempts when other machines keep pushing first.
_ATTEMPTS = 12
#: Seconds after which no further attempt is made.
_LONGEST = 300.0
_PATIENCE = 60.0
#: Seconds after which a lock file of git counts as left behind.
_LOCKS_LAST = 2.0
_POLL = 0.05


class Exchange:
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
        self._lost: list[Lost] = []
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

    def sync(self, remote: Remote, *, unheard: bool = False) -> Exchanged:
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
        with turn(self._folder, self._patience, unheard=unheard) as ours:
            if not ours:
                return Exchanged(0, 0, len(self._library.ids()))
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

    def standing(self) -> Standing:
        """The status, without contacting the remote or changing anything.

        Raises:
            StoreError: the library cannot be read, or git is missing.
        """
        return standing(self._library, self._repository, recall(self._folder), self._now())

    def _mended(self, remote: Remote) -> Exchanged:
        """Sync; a damaged repository is rebuilt once, and one that changed meanwhile is read again."""
        for _ in range(_ATTEMPTS):
            try:
                return self._exchanged(remote)
            except MovedError:
                continue
            except DamagedError as damage:
                self._start_anew(damage)
                break
        try:
            return self._exchanged(remote)
        except DamagedError as damage:
            raise StoreError(
                f"The repository in {self._folder} was damaged, and rebuilding it did not help: {str(damage)[-200:]}. "
                "Check the disk. Your bookmarks are safe."
            ) from damage

    def _exchanged(self, remote: Remote) -> Exchanged:
        if not self._repository.exists():
            self._repository.make()
        self._sweep()
        self._repository.tips(anew=True)
        self._meet(remote)
        far = Far(self._git, remote)
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
            return Exchanged(sent, self._received, kept, tuple(self._lost), tuple(self._notices))
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

    def _fetched(self, far: Far) -> str | None:
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

    def _take_up_old_end(self, far: Far) -> None:
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

    def _start_anew(self, damage: DamagedError) -> None:
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
            pending = Exchanged(0, 0, 0, tuple(self._lost), tuple(self._notices)).sentences
            memory = memory._replace(news=tuple(dict.fromkeys(memory.news + pending)))
        self._remember(memory if failure else memory._replace(synced=now))

    def _remember(self, memory: Memory) -> None:
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
