"""Automatic sync: after a change, and when the app opens and closes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from papertui.files import file_stamp
from papertui.paths import Paths
from papertui.settings import SyncSettings


class AutoSync:
    """Detects changes of the bookmarks and syncs them in a separate process.

    Nothing waits for that process: ``papertui sync status`` and the next ``papertui sync`` report errors and what
    happened to notes.
    """

    def __init__(self, settings: SyncSettings, paths: Paths, environ: Mapping[str, str]) -> None:
        self._enabled = settings.auto and bool(settings.remote)
        self._file = paths.bookmarks
        self._environ = environ
        self._before = file_stamp(self._file) if self._enabled else None

    def sync_if_changed(self) -> None:
        """Start a sync if it is enabled and the bookmarks changed since this object was made."""
        if self._enabled and file_stamp(self._file) != self._before:
            self.sync()

    def sync(self) -> None:
        """Start a sync if it is enabled."""
        if not self._enabled:
            return
        # Not `subprocess`, which expects that the process is waited for. A separate process group, so that Ctrl+C does
        # not reach it.
        null = [(os.POSIX_SPAWN_OPEN, handle, os.devnull, os.O_RDWR, 0) for handle in range(3)]
        argv = [sys.executable, "-m", "papertui", "sync", "--background", "--quiet"]
        os.posix_spawn(sys.executable, argv, self._environ, file_actions=null, setpgroup=0)
