"""Syncs by itself, where the reader wants that: after a change, and when the app opens and closes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from papertui.settings import Places, Syncs


class Watch:
    """Sees whether the bookmarks were changed, and has them synced by a process of its own.

    Nobody waits for that: ``papertui sync status`` tells what went wrong and what happened to notes, and so does the
    next ``papertui sync``.
    """

    def __init__(self, syncs: Syncs, places: Places, environ: Mapping[str, str]) -> None:
        """Looks at the bookmarks as they are now.

        Args:
            syncs: the reader's choices.
            places: where things are.
            environ: the environment variables.
        """
        self._wanted = syncs.auto and bool(syncs.remote)
        self._file = places.bookmarks
        self._environ = environ
        self._before = _stamp(self._file) if self._wanted else None

    def sync_if_changed(self) -> None:
        """Starts a sync if the reader wants one and something was changed."""
        if self._wanted and _stamp(self._file) != self._before:
            self.sync()

    def sync(self) -> None:
        """Starts a sync if the reader wants one."""
        if not self._wanted:
            return
        # Not `subprocess`, whose processes have somebody wait for them. A group of its own: Ctrl+C is not for it.
        nowhere = [(os.POSIX_SPAWN_OPEN, handle, os.devnull, os.O_RDWR, 0) for handle in range(3)]
        argv = [sys.executable, "-m", "papertui", "sync", "--background", "--quiet"]
        os.posix_spawn(sys.executable, argv, self._environ, file_actions=nowhere, setpgroup=0)


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - as light as can be
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
