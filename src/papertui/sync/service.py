"""Syncing the library between machines: setup, sync and status."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from papertui.errors import SettingsError, SourceError
from papertui.model.format import age, plural
from papertui.model.remote import Remote, remote_of
from papertui.settings import SyncSettings
from papertui.sync.exchange import Syncer, SyncResult
from papertui.sync.state import RepositoryStatus

if TYPE_CHECKING:
    from papertui.settings.edit import SettingsFile

NOT_SET_UP = (
    "Sync is not set up. Run “papertui sync setup REMOTE” with a folder, for example on a USB stick, or the URL of "
    "a git repository."
)


class SyncSetup(NamedTuple):
    """The result of the setup."""

    shown: str  # the remote without secrets
    made: bool  # whether a repository was created there
    done: SyncResult  # the first sync


class SyncStatus(NamedTuple):
    """The state of sync."""

    remote: str | None  # without secrets; ``None`` if sync is not set up
    auto: bool  # whether papertui syncs automatically
    state: RepositoryStatus  # what is known without a connection

    @property
    def words(self) -> str:
        """The state in one line: when it was synced, what waits, and what failed."""
        state = self.state
        waiting = state.waiting + state.ahead
        parts = [f"synced {age(state.at - state.synced)}" if state.synced else "never synced"]
        parts += [f"{plural(waiting, 'change')} to send"] if waiting else []
        parts += [f"{plural(state.behind, 'change')} to receive"] if state.behind else []
        return ", ".join(parts)

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is to be said: why it failed, messages that were not shown yet, and the state."""
        if self.remote is None:
            return (NOT_SET_UP,)
        failure = f"The last sync failed. {self.state.failure}" if self.state.failure else ""
        return tuple(filter(None, (*self.state.news, f"Sync with {self.remote}: {self.words}.", failure)))


class SyncService:
    """Syncs the library with other machines. Slow work runs in threads.

    Args:
        settings: the settings of sync.
        settings_file: where a new remote is written.
        syncer: the sync of the library.
    """

    def __init__(self, settings: SyncSettings, settings_file: SettingsFile, syncer: Syncer) -> None:
        self._settings = settings
        self._settings_file = settings_file
        self._syncer = syncer

    async def setup(self, text: str, *, auto: bool | None = None) -> SyncSetup:
        """Set up a remote and sync with it.

        The libraries there and here are merged. If the path does not exist, a repository is created.

        Args:
            text: a path, or an https or ssh address.
            auto: whether to sync automatically; ``None`` leaves the setting unchanged.

        Raises:
            UsageError: it is not a repository for a library; nothing was set up.
            SourceError: it cannot be reached. The remote is set up, and local changes wait.
            StoreError: the disk or git failed, or the library there needs a newer papertui; nothing was set up.
            StoreError: the settings cannot be written.
        """
        return await asyncio.to_thread(self._set_up, remote_of(text), auto)

    async def sync(self, *, background: bool = False) -> SyncResult:
        """Sync with the remote.

        Args:
            background: run in the background; messages are kept for the next sync.

        Raises:
            SettingsError: sync is not set up.
            SourceError: the remote cannot be reached; local changes wait.
            UsageError: its branch contains something other than a library.
            StoreError: the disk or git failed, or the library there needs a newer papertui.
        """
        return await asyncio.to_thread(self._sync_as_set_up, background=background)

    async def status(self) -> SyncStatus:
        """The state of sync, without a connection.

        Raises:
            StoreError: the library cannot be read, or git is not installed.
        """
        return await asyncio.to_thread(self._status)

    def attention(self) -> str:
        """What the reader should know at a glance, in two or three words; empty while all is well. Reads one file."""
        known = self._syncer.remembered()
        if known.failure:
            return "sync failed"
        return "sync has messages" if known.news else ""

    def _status(self) -> SyncStatus:
        settings = self._current()
        shown = remote_of(settings.remote).shown if settings.remote else None
        return SyncStatus(shown, settings.auto, self._syncer.state())

    def _sync_as_set_up(self, *, background: bool) -> SyncResult:
        settings = self._current()
        if not settings.remote:
            raise SettingsError(NOT_SET_UP)
        return self._sync(remote_of(settings.remote), background=background)

    def _current(self) -> SyncSettings:
        """The settings; sync may have been set up in another terminal since the start."""
        if not self._settings.remote:
            self._settings = self._settings_file.read().sync
        return self._settings

    def _set_up(self, wanted: Remote, auto: bool | None) -> SyncSetup:  # noqa: FBT001 - see `setup`
        remote, made = self._syncer.prepare(wanted)
        try:
            done = self._sync(remote)
        except SourceError as problem:
            self._settings = self._settings_file.sync_with(remote.text, auto=auto).sync
            raise SourceError(f"{problem} The remote is set up. “papertui sync” tries again.") from problem
        self._settings = self._settings_file.sync_with(remote.text, auto=auto).sync
        return SyncSetup(remote.shown, made, done)

    def _sync(self, remote: Remote, *, background: bool = False) -> SyncResult:
        try:
            return self._syncer.sync(remote, background=background)
        except SourceError as problem:
            state = self._syncer.state()
            waiting = state.ahead + state.waiting
            changes = "1 change waits" if waiting == 1 else f"{waiting} changes wait"
            raise SourceError(f"{problem} {changes} here." if waiting else str(problem)) from problem
