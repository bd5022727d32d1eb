"""The settings for the screen: every one with its meaning and value, checked and changed one at a time.

The file stays the only place where settings are: each change reads it, changes one value and replaces it.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from papertui.errors import SettingsError, UsageError
from papertui.model.mailbox import parse_server
from papertui.model.remote import remote_of
from papertui.settings import Settings
from papertui.settings.edit import ChangedMeanwhileError, SettingsFile
from papertui.settings.schema import (
    APP,
    DIGEST,
    HOOKS,
    MAIL,
    MUTE,
    SYNC,
    InvalidSettingError,
    Setting,
    Table,
    read_value,
)
from papertui.settings.toml_file import load, tables_of
from papertui.settings.types import TomlValue

#: The tables that the screen shows. Feeds have another screen, and with it what is muted in one feed.
TABLES = (APP, MUTE, HOOKS, DIGEST, MAIL, SYNC)
KEYS = "keys"
#: The settings that take effect only when papertui starts.
_AT_START = frozenset({("app", "feed"), ("app", "signs"), ("sync", "auto")})
#: The settings whose value may hold a password, which is never shown.
_SECRETS = frozenset({("mail", "url"), ("sync", "remote")})


class SettingState(NamedTuple):
    """One setting as the screen shows it."""

    table: Table
    setting: Setting
    #: The value in force, as TOML has it without secrets; ``None`` if it is not set.
    value: TomlValue | None
    default: TomlValue | None
    #: Whether the file sets it.
    is_set: bool
    #: An environment variable that overrides it now; empty if none does.
    overridden: str = ""

    @property
    def path(self) -> tuple[str, str]:
        return self.table.name, self.setting.key

    @property
    def is_at_start(self) -> bool:
        """Whether a change takes effect at the next start only."""
        return self.path in _AT_START

    @property
    def kind_words(self) -> str:
        """What kind of value it has, for the reader."""
        return {
            "switch": "on or off",
            "choice": "one of several",
            "choices": "a list, with commas",
            "number": "a number",
            "text": "text",
            "list": "a list, with commas",
            "command": "a command",
            "theme": "a theme",
        }[self.setting.type.kind]


def value_words(value: TomlValue | None, kind: str) -> str:
    """A value as it is shown and edited."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return shlex.join(value) if kind == "command" else ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


class SettingsService:
    """Reads and changes the settings.

    Args:
        path: the file.
        settings: the settings in force.
        environ: the environment variables, some of which override settings.
    """

    def __init__(self, path: Path, settings: Settings, environ: Mapping[str, str]) -> None:
        self._path = path
        self._file = SettingsFile(path)
        self._environ = environ
        #: The settings in force: as the file had them when it was read last without an error.
        self.settings = settings
        self._raw: Mapping[str, Any] = {}

    @property
    def path(self) -> str:
        return str(self._path)

    def read(self) -> Settings:
        """Read the file again. Blocks.

        Raises:
            SettingsError: it cannot be read, or contains an error; the settings in force stay as they are.
        """
        if os.path.lexists(self._path):
            self.settings = load(self._path)
            self._raw = tables_of(self._path)
        else:
            self.settings, self._raw = Settings(), {}
        return self.settings

    def states(self) -> tuple[SettingState, ...]:
        """All settings but the keys, in the order of the reference."""
        return tuple(self._state(table, setting) for table in TABLES for setting in table.settings)

    def _state(self, table: Table, setting: Setting) -> SettingState:
        values = self.settings if table is APP else getattr(self.settings, table.name)
        variable = setting.variable if self._environ.get(setting.variable, "").strip() else ""
        return SettingState(
            table,
            setting,
            setting.type.write(getattr(values, setting.name)),
            table.default(setting),
            setting.key in self._raw.get(table.name, {}),
            variable,
        )

    def parsed(self, state: SettingState, text: str) -> TomlValue | None:
        """The value that a typed text stands for; ``None`` for an empty one, which means the default.

        Raises:
            UsageError: it is not allowed; the sentence says what is.
        """
        text = text.strip()
        if not text:
            return None
        try:
            value = _typed_value(state.setting, text)
            read_value(
                state.setting, state.path, list(value) if isinstance(value, tuple) else value, self.settings.follows
            )
        except InvalidSettingError as error:
            raise UsageError(_sentence(str(error))) from error
        return value

    def set(self, state: SettingState, value: TomlValue | None) -> Settings:
        """Change one setting; ``None`` resets it to its default. Blocks.

        Raises:
            ChangedMeanwhileError: the file has another value than was shown; the new one is read.
            SettingsError: the file contains an error, or must be changed by hand.
            StoreError: the file cannot be written.
        """
        is_private = False
        if state.path in _SECRETS and value is not None:
            if value == state.value:
                return self.settings
            self._keep_secret(state.path, str(value))
            is_private = _holds_secret(state.path, str(value))
        return self._assign(*state.path, value, is_private=is_private)

    def _keep_secret(self, path: tuple[str, str], text: str) -> None:
        """Refuse to lose the password of an address that only differs in its other parts."""
        server = self.settings.mail.server
        if path == ("mail", "url") and server is not None and server.password is not None:
            new = parse_server(text)
            if new.password is None and (new.user, new.host) == (server.user, server.host):
                raise SettingsError(
                    "The address in the file holds a password, which is not shown here. Type the whole address with "
                    "its password, or reset it first and keep the password in the keyring."
                )

    def set_keys(self, changes: Mapping[str, str | None]) -> Settings:
        """Change the keys of actions; ``None`` resets an action to its default keys. Blocks.

        Raises:
            SettingsError, StoreError: as for `set`.
        """
        for action, keys in changes.items():
            self._assign(KEYS, action, keys)
        return self.settings

    def is_key_set(self, action: str) -> bool:
        return action in self._raw.get(KEYS, {})

    def _assign(self, table: str, key: str, value: TomlValue | None, *, is_private: bool = False) -> Settings:
        seen = self._raw.get(table, {}).get(key)
        try:
            self._file.assign(table, key, value, seen=seen, private=is_private)
        except ChangedMeanwhileError:
            self.read()
            raise
        return self.read()


def _typed_value(setting: Setting, text: str) -> TomlValue:
    """A text as a value of TOML, of the kind that the setting has.

    Raises:
        InvalidSettingError, UsageError: it is not of that kind.
    """
    read: Mapping[str, Callable[[str], TomlValue]] = {
        "switch": _switch,
        "number": _number,
        "list": _parts,
        "choices": _parts,
        "command": lambda words: tuple(shlex.split(words)),
    }
    try:
        return read.get(setting.type.kind, str)(text)
    except ValueError as error:
        if setting.type.kind == "command":
            raise UsageError(f"“{setting.key}”: a closing quotation mark is missing.") from error
        raise UsageError(f"“{setting.key}” must be {setting.type.allowed}.") from error


def _switch(text: str) -> bool:
    if text.casefold() not in {"on", "off", "true", "false"}:
        raise ValueError
    return text.casefold() in {"on", "true"}


def _number(text: str) -> int | float:
    number = float(text)
    return int(number) if number.is_integer() and "." not in text else number


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for piece in text.split(",") if (part := piece.strip()))


def _holds_secret(path: tuple[str, str], text: str) -> bool:
    if path == ("mail", "url"):
        return parse_server(text).password is not None
    return remote_of(text).shown != text


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."
