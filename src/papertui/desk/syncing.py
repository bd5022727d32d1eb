"""The library between machines: setting up where they meet, syncing, and how that stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple, Protocol

from papertui.core.remote import Remote, remote_of
from papertui.errors import SettingsError, SourceError
from papertui.settings import Settings, Syncs
from papertui.store.sync import Exchanged, Exchanging, Standing

#: The library's side of a sync, loaded at the first call.
OpenExchange = Callable[[], Exchanging]


class SyncWriting(Protocol):
    """The settings as they can be changed."""

    def sync_with(self, remote: str, *, auto: bool | None) -> Settings: ...  # noqa: D102 - see `settings.edit`


class SetUp(NamedTuple):
    """What came of setting up.

    Attributes:
        shown: where the machines meet, without secrets.
        made: whether a repository was made there.
        done: the first sync.
    """

    shown: str
    made: bool
    done: Exchanged


class SyncStatus(NamedTuple):
    """How things stand.

    Attributes:
        remote: where the machines meet, without secrets; ``None`` before it was set up.
        auto: whether papertui syncs by itself.
        standing: what is known without asking anybody.
    """

    remote: str | None
    auto: bool
    standing: Standing


class Syncing:
    """Keeps the library of this machine and that of others the same. What takes long is done beside the event loop."""

    def __init__(self, syncs: Syncs, writing: SyncWriting, exchange: OpenExchange) -> None:
        """Makes it; nothing is loaded, read or asked yet.

        Args:
            syncs: the reader's choices.
            writing: changes them.
            exchange: the library's side.
        """
        self._syncs = syncs
        self._writing = writing
        self._exchange = exchange

    @property
    def is_automatic(self) -> bool:
        """Whether the reader wants a sync after changes, and when the app opens and closes."""
        return self._syncs.auto and bool(self._syncs.remote)

    async def setup(self, text: str, *, auto: bool | None = None) -> SetUp:
        """Syncs with the repository that `text` names, now and from now on.

        What it holds already and what is here are merged. A path where nothing is yet gets a repository.

        Args:
            text: a path, or an address of https or ssh.
            auto: whether to sync after changes from now on; ``None`` leaves that as it is.

        Raises:
            UsageError: it is no repository for a library; nothing was set up.
            SourceError: it cannot be reached. It is set up nevertheless, and what is here waits.
            StoreError: the disk, git, or a newer papertui is the reason; nothing was set up.
            SettingsError: the settings cannot be written.
        """
        return await asyncio.to_thread(self._set_up, remote_of(text), auto)

    async def sync(self, *, unheard: bool = False) -> Exchanged:
        """Brings this machine and the others to the same library.

        Args:
            unheard: whether nobody listens; what must be told is kept for the next one then.

        Raises:
            SettingsError: no repository was set up.
            SourceError: it cannot be reached; what is here waits.
            UsageError: its branch holds something else than a library.
            StoreError: the disk, git, or a newer papertui is the reason.
        """
        return await asyncio.to_thread(self._synced, self._remote(), unheard=unheard)

    async def status(self) -> SyncStatus:
        """How things stand; nobody is asked.

        Raises:
            StoreError: the library cannot be read, or there is no git.
        """
        shown = remote_of(self._syncs.remote).shown if self._syncs.remote else None
        standing = await asyncio.to_thread(lambda: self._exchange().standing())
        return SyncStatus(shown, self._syncs.auto, standing)

    def _remote(self) -> Remote:
        if not self._syncs.remote:
            raise SettingsError(
                "There is nothing to sync with yet. “papertui sync setup REMOTE” takes a folder, for example "
                "on a stick, or the address of a git repository."
            )
        return remote_of(self._syncs.remote)

    def _set_up(self, asked: Remote, auto: bool | None) -> SetUp:  # noqa: FBT001 - see `setup`
        remote, made = self._exchange().prepare(asked)
        try:
            done = self._synced(remote)
        except SourceError as problem:
            self._syncs = self._writing.sync_with(remote.text, auto=auto).sync
            raise SourceError(f"{problem} It is set up; “papertui sync” tries again.") from problem
        self._syncs = self._writing.sync_with(remote.text, auto=auto).sync
        return SetUp(remote.shown, made, done)

    def _synced(self, remote: Remote, *, unheard: bool = False) -> Exchanged:
        exchange = self._exchange()
        try:
            return exchange.sync(remote, unheard=unheard)
        except SourceError as problem:
            standing = exchange.standing()
            waiting = standing.ahead + standing.waiting
            changes = "1 change waits" if waiting == 1 else f"{waiting} changes wait"
            raise SourceError(f"{problem} {changes} here." if waiting else str(problem)) from problem
