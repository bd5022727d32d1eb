"""The settings file, for who changes it."""

from __future__ import annotations

from pathlib import Path

from papertui.core.follow import Follow
from papertui.desk.following import Writing
from papertui.settings import Settings


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

    def _file(self) -> Writing:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._path)
