"""Syncing the library between machines: setup, sync and status."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple, Protocol

from papertui.errors import SettingsError, SourceError
from papertui.model.remote import Remote, remote_of
from papertui.settings import Settings, SyncSettings
from papertui.sync.types import SyncerProtocol, SyncResult, SyncState

#: Opens the sync of the library at the first call.
OpenExchange = Callable[[], SyncerProtocol]


class SyncWriting(Protocol):
    """Write operations of the settings for sync."""

    def sync_with(self, remote: str, *, auto: bool | None) -> Settings: ...


class SyncSetup(NamedTuple):
    """The result of the setup."""

    shown: str  # The remote without secrets
    made: bool  # Whether a repository was created there
    done: SyncResult  # The first sync


class SyncStatus(NamedTuple):
    """The state of sync."""

    remote: str | None  # Without secrets; ``None`` if sync is not set up
    auto: bool  # Whether papertui syncs automatically
    standing: SyncState  # What is known without a connection


class SyncService:
    """Syncs the library with other machines. Slow work runs in threads.

    Args:
        syncs: the sync settings.
        writing: writes the settings.
        exchange: opens the sync of the library.
    """

    def __init__(self, syncs: SyncSettings, writing: SyncWriting, exchange: OpenExchange) -> None:

        self._syncs = syncs
        self._writing = writing
        self._exchange = exchange

    @property
    def is_automatic(self) -> bool:
        """Whether to sync after changes, and when the app starts and quits."""
        return self._syncs.auto and bool(self._syncs.remote)

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
            SettingsError: the settings cannot be written.
        """
        return await asyncio.to_thread(self._set_up, remote_of(text), auto)

    async def sync(self, *, unheard: bool = False) -> SyncResult:
        """Sync with the remote.

        Args:
            unheard: run in the background; messages are kept for the next sync.

        Raises:
            SettingsError: sync is not set up.
            SourceError: the remote cannot be reached; local changes wait.
            UsageError: its branch contains something other than a library.
            StoreError: the disk or git failed, or the library there needs a newer papertui.
        """
        return await asyncio.to_thread(self._synced, self._remote(), unheard=unheard)

    async def status(self) -> SyncStatus:
        """The state of sync, without a connection.

        Raises:
            StoreError: the library cannot be read, or git is not installed.
        """
        shown = remote_of(self._syncs.remote).shown if self._syncs.remote else None
        standing = await asyncio.to_thread(lambda: self._exchange().standing())
        return SyncStatus(shown, self._syncs.auto, standing)

    def _remote(self) -> Remote:
        if not self._syncs.remote:
            raise SettingsError(
                "Sync is not set up. Run “papertui sync setup REMOTE” with a folder, for example on a USB stick, or "
                "the address of a git repository."
            )
        return remote_of(self._syncs.remote)

    def _set_up(self, asked: Remote, auto: bool | None) -> SyncSetup:  # noqa: FBT001 - see `setup`
        remote, made = self._exchange().prepare(asked)
        try:
            done = self._synced(remote)
        except SourceError as problem:
            self._syncs = self._writing.sync_with(remote.text, auto=auto).sync
            raise SourceError(f"{problem} The remote is set up. “papertui sync” tries again.") from problem
        self._syncs = self._writing.sync_with(remote.text, auto=auto).sync
        return SyncSetup(remote.shown, made, done)

    def _synced(self, remote: Remote, *, unheard: bool = False) -> SyncResult:
        exchange = self._exchange()
        try:
            return exchange.sync(remote, unheard=unheard)
        except SourceError as problem:
            standing = exchange.standing()
            waiting = standing.ahead + standing.waiting
            changes = "1 change waits" if waiting == 1 else f"{waiting} changes wait"
            raise SourceError(f"{problem} {changes} here." if waiting else str(problem)) from problem
