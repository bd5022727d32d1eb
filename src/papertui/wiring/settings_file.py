"""The settings file, for who changes it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from papertui.core.follow import Follow
from papertui.desk.following import Writing
from papertui.desk.letterbox import DigestWriting
from papertui.desk.syncing import SyncWriting
from papertui.settings import DigestSettings, Settings


class _AllWriting(Writing, SyncWriting, DigestWriting, Protocol):
    """All the ways in which the settings can be changed."""


class Written:
    """The settings file, the means to change which are loaded when it is changed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def follow(self, follow: Follow) -> Settings:
        """Follows a feed."""
        return self._file().follow(follow)

    def unfollow(self, key: str) -> Settings:
        """Follows a feed no more."""
        return self._file().unfollow(key)

    def hide(self, key: str, *, hidden: bool) -> Settings:
        """Takes the tab of a feed away, or shows it."""
        return self._file().hide(key, hidden=hidden)

    def order(self, tabs: tuple[str, ...]) -> Settings:
        """Puts the tabs in an order."""
        return self._file().order(tabs)

    def sync_with(self, remote: str, *, auto: bool | None) -> Settings:
        """Notes where the machines meet."""
        return self._file().sync_with(remote, auto=auto)

    def digest(self, chosen: DigestSettings) -> Settings:
        """Sets what the digest is made of."""
        return self._file().digest(chosen)

    @property
    def path(self) -> str:
        """Where the file is, for a sentence."""
        return str(self._path)

    def _file(self) -> _AllWriting:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._path)
