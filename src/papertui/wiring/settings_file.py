"""The settings file with the operations on followed feeds, loaded when something is written."""

from __future__ import annotations

from pathlib import Path

from papertui.model.feed import Follow
from papertui.services.follows import SettingsWriter
from papertui.settings import Settings


class Written:
    """Writes the settings file; tomlkit is loaded at the first write."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def follow(self, follow: Follow) -> Settings:
        return self._file().follow(follow)

    def unfollow(self, key: str) -> Settings:
        return self._file().unfollow(key)

    def hide(self, key: str, *, hidden: bool) -> Settings:
        return self._file().hide(key, hidden=hidden)

    def order(self, tabs: tuple[str, ...]) -> Settings:
        return self._file().order(tabs)

    def _file(self) -> SettingsWriter:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._path)
