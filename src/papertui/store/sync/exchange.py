"""The library in step with a remote: what changed here is committed, what changed elsewhere is merged and put in.

The order survives being ended at any point. Changes become commits before anything else, so that they wait when the
remote is out of reach; what a merge made is named by a reference before the library is changed, and what the library
is about to become is noted before it does; only then is anything sent.
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

#: How often one starts anew when somebody else was quicker.
_ATTEMPTS = 12
#: After so many seconds one does not start anew.
_LONGEST = 300.0
_PATIENCE = 60.0
#: How long files that git locks with may lie there before they count as left behind, in seconds.
_LOCKS_LAST = 2.0
_POLL = 0.05


class Exchange:
    """The library's side of a sync.

    Args:
        library: the bookmarks.
        bookmarks: their file.
        folder: where the repository lies.
        environ: the environment variables.
        now: tells the time.
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
        """Looks at a remote that is to be set up: where it lies, in full, and whether a repository was made there.

        Raises:
            UsageError: nothing can be there.
            StoreError: there is no git.
        """
        self._git.check_version()
        if not remote.is_path:
            return remote, False
        try:
            full = remote_of(os.path.abspath(Path(remote.address).expanduser()))  # noqa: PTH100 - keeps links
        except RuntimeError as error:
            raise UsageError(
                f"There is no such home folder as {remote.shown} begins with. Give the full path."
            ) from error
        return full, make_if_missing(full, self._git)

    def sync(self, remote: Remote, *, unheard: bool = False) -> Exchanged:
        """Brings the library and `remote` to the same state.

        Args:
            remote: where machines meet.
            unheard: whether nobody listens; what must be told is kept for the next one then.

        Raises:
            SourceError: the remote cannot be reached; what changed here is committed and waits.
            UsageError: its branch holds something else than a library.
            StoreError: the disk, git, or a newer papertui is the reason.
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
        """How things stand; nobody is asked and nothing is changed.

        Raises:
            StoreError: the library cannot be read, or there is no git.
        """
        return standing(self._library, self._repository, recall(self._folder), self._now())

    def _mended(self, remote: Remote) -> Exchanged:
        """Syncs; a repository that is damaged is made anew, once, and one that moved meanwhile is looked at anew."""
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
                f"The repository in {self._folder} was damaged, and making it anew did not help: {str(damage)[-200:]}. "
                "Check the disk; your bookmarks are safe."
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
        raise SourceError(f"Others send to {remote.shown} all the time, and were quicker each time. Try again later.")

    def _meet(self, remote: Remote) -> None:
        """Forgets what another remote held, when this is a new one."""
        memory = recall(self._folder)
        if memory.remote != remote.shown:
            if INCOMING in self._repository.tips():
                self._repository.move({INCOMING: None})
            self._remember(memory._replace(remote=remote.shown))

    def _export(self) -> None:
        """Commits what changed in the library since it was last looked at."""
        mark, tip = self._mark(), self._repository.tips().get(LIBRARY)
        memory = recall(self._folder)
        if mark and tip and memory.exported == f"{tip} {mark}":
            return
        if back := export(self._library, self._repository, self._now(), there=os.path.lexists(self._bookmarks)):
            went = "1 bookmark was gone, though nobody released it, and came back"
            if back > 1:
                went = f"{back} bookmarks were gone, though nobody released them, and came back"
            self._tell(f"{went} from the repository of the sync.")
            self._export()
            return
        self._remember(memory._replace(exported=f"{self._repository.tips().get(LIBRARY)} {mark}"))

    def _mark(self) -> str:
        """What tells the file of the bookmarks from what it is after any change; empty where there is none."""
        try:
            found = self._bookmarks.stat()
        except OSError:
            return ""
        return f"{found.st_dev} {found.st_ino} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_size}"

    def _fetched(self, far: Far) -> str | None:
        """The commit of the remote's branch, which is here then; ``None`` when it has none."""
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
            self._tell(f"{unread[0]}{more} in the repository cannot be read as a bookmark and was left alone.")

    def _tell(self, sentence: str) -> None:
        if sentence not in self._notices:
            self._notices.append(sentence)

    def _put_in(self, merged: str) -> None:
        """Brings the library to what a commit holds."""
        ours = self._repository.tips().get(LIBRARY)
        if ours == merged:
            return
        base, target = self._repository.differing(ours, merged)
        # A file that cannot be read does not say that its bookmark is released.
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
        """Finishes what a sync that was ended left undone."""
        tips = self._repository.tips()
        merged = tips.get(MERGED)
        if merged is None:
            return
        if merged == tips.get(LIBRARY) or was_applied(self._library, recall(self._folder), merged):
            self._settle(merged)
        else:
            self._put_in(merged)

    def _take_up_old_end(self, far: Far) -> None:
        """Goes on from the last commit that remote and library shared, where a repository was made anew."""
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
                f"The repository in {self._folder} is damaged ({str(damage)[-100:]}) and cannot be put aside: "
                f"{error.strerror or error}. Your bookmarks are safe; check the folder, then sync again."
            ) from error
        self._repository = Repository(self._git)
        self._repository.make()
        self._remember(memory._replace(intent=None))
        self._notices.append(
            f"The repository of the sync was damaged and is made anew; the damaged one is kept as {aside.name}."
        )

    def _noted(self, failure: str = "") -> None:
        now = self._now()
        memory = recall(self._folder)._replace(tried=now, failure=failure)
        if failure:  # what else was to be told is told by the next one
            untold = Exchanged(0, 0, 0, tuple(self._lost), tuple(self._notices)).sentences
            memory = memory._replace(news=tuple(dict.fromkeys(memory.news + untold)))
        self._remember(memory if failure else memory._replace(synced=now))

    def _remember(self, memory: Memory) -> None:
        try:
            remember(self._folder, memory)
        except OSError as error:
            raise StoreError(
                f"The folder {self._folder} cannot be written: {error.strerror or error}. Your bookmarks are safe."
            ) from error

    def _sweep(self) -> None:
        """Takes away what git left behind that was ended: its locks, once whoever holds them must be gone."""
        pause, waited = threading.Event(), 0.0
        while (left := [*self._folder.glob("*.lock"), *self._folder.glob("refs/**/*.lock")]) and waited < _LOCKS_LAST:
            pause.wait(_POLL)
            waited += _POLL
        for path in (*left, *self._folder.glob("fast_import_crash_*")):
            path.unlink(missing_ok=True)
