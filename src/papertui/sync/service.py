"""Syncing the library between machines: setup, sync and status."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from papertui.errors import SettingsError, SourceError
from papertui.model.remote import Remote, remote_of
from papertui.settings import SyncSettings
from papertui.sync.exchange import Syncer, SyncResult
from papertui.sync.state import RepositoryStatus

if TYPE_CHECKING:
    from papertui.settings.edit import SettingsFile


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
        return await asyncio.to_thread(self._sync, self._remote(), background=background)

    async def status(self) -> SyncStatus:
        """The state of sync, without a connection.

        Raises:
            StoreError: the library cannot be read, or git is not installed.
        """
        shown = remote_of(self._settings.remote).shown if self._settings.remote else None
        return SyncStatus(shown, self._settings.auto, await asyncio.to_thread(self._syncer.state))

    def _remote(self) -> Remote:
        if not self._settings.remote:
            raise SettingsError(
                "Sync is not set up. Run “papertui sync setup REMOTE” with a folder, for example on a USB stick, or "
                "the URL of a git repository."
            )
        return remote_of(self._settings.remote)

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
