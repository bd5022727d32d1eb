"""The settings file, for who changes anything in it."""

from __future__ import annotations

from typing import Protocol

from papertui.desk.following import Writing
from papertui.desk.letterbox import DigestWriting
from papertui.desk.syncing import SyncWriting
from papertui.settings import DigestSettings, Settings
from papertui.wiring.settings_file import Written


class _AllWriting(Writing, SyncWriting, DigestWriting, Protocol):
    """All the ways in which the settings can be changed."""


class AllWritten(Written):
    """The settings file, the means to change which are loaded when it is changed."""

    def sync_with(self, remote: str, *, auto: bool | None) -> Settings:
        """Notes where the machines meet."""
        return self._file_of_all().sync_with(remote, auto=auto)

    def digest(self, chosen: DigestSettings) -> Settings:
        """Sets what the digest is made of."""
        return self._file_of_all().digest(chosen)

    @property
    def path(self) -> str:
        """Where the file is, for a sentence."""
        return str(self._path)

    def _file_of_all(self) -> _AllWriting:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._path)
