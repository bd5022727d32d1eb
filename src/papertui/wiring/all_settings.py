"""The settings file with all its write operations, loaded when something is written."""

from __future__ import annotations

from typing import Protocol

from papertui.digest.service import DigestWriting
from papertui.services.follows import SettingsWriter
from papertui.settings import DigestSettings, Settings
from papertui.wiring.settings_file import Written


class _AllWriting(SettingsWriter, DigestWriting, Protocol):
    """All write operations of the settings file."""


class AllWritten(Written):
    """Writes the settings file; tomlkit is loaded at the first write."""

    def digest(self, chosen: DigestSettings) -> Settings:
        return self._file_of_all().digest(chosen)

    @property
    def path(self) -> str:
        """The path of the file, for messages."""
        return str(self._path)

    def _file_of_all(self) -> _AllWriting:
        from papertui.settings.edit import SettingsFile  # noqa: PLC0415 - brings tomlkit with it

        return SettingsFile(self._path)
