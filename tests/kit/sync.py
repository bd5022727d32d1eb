"""Sync over real parts."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from papertui.library.bookmarks import Library
from papertui.settings import SyncSettings
from papertui.settings.edit import SettingsFile
from papertui.sync.exchange import Syncer
from papertui.sync.service import SyncService


def syncing(
    library: Library, home: Path, now: Callable[[], datetime], syncs: SyncSettings | None = None
) -> SyncService:
    """Return sync over a real repository and real settings, all in one folder."""
    exchange = Syncer(library, home / "bookmarks.json", home / "sync", os.environ, now)
    return SyncService(syncs or SyncSettings(), SettingsFile(home / "settings.toml"), exchange)
