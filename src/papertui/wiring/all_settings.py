"""The settings file with all its write operations, loaded when something is written."""

from __future__ import annotations

from typing import Protocol

from papertui.services.follows import SettingsWriter
from papertui.settings import Settings
from papertui.sync.service import SyncWriting
from papertui.wiring.settings_file import Written


class _AllWriting(SettingsWriter, SyncWriting, Protocol):
    """All write operations of the settings file."""


class AllWritten(Written):
    """Writes the settings file; tomlkit is loaded at the first write."""

    def sync_with(self, remote: str, *, auto: bool | None) -> Settings:
        return self._file_of_all().sync_with(remote, auto=auto)

    def _file_of_all(self) -> _AllWriting:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._path)
