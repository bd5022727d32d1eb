"""Sync over real parts."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from papertui.desk.syncing import Syncing
from papertui.settings import Syncs
from papertui.settings.edit import SettingsFile
from papertui.store import Bookmarks
from papertui.store.sync.exchange import Exchange


def syncing(library: Bookmarks, home: Path, now: Callable[[], datetime], syncs: Syncs | None = None) -> Syncing:
    """Return sync over a real repository and real settings, all in one folder."""
    exchange = Exchange(library, home / "bookmarks.json", home / "sync", os.environ, now)
    return Syncing(syncs or Syncs(), SettingsFile(home / "settings.toml"), lambda: exchange)
