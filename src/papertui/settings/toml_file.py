"""The settings as a TOML file, read strictly: everything invalid is reported with its line, nothing is skipped."""

from __future__ import annotations

import codecs
import json
import re
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from papertui.errors import SettingsError
from papertui.model.feed import Follow
from papertui.model.mute import MuteRules
from papertui.settings import Settings
from papertui.settings.schema import (
    APP,
    FEED,
    KEYS_MEANING,
    MUTE_FEED,
    TABLES,
    InvalidSettingError,
    Table,
    feed_values,
    read_settings,
)
from papertui.settings.theme_files import has_theme, themes_folder
from papertui.settings.types import TomlValue

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
#: ``(at line 3, column 5)`` at the end of a message of tomllib.
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
#: The permission bits of everybody but the owner of the file.
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def load(path: Path) -> Settings:
    """The settings in the file at `path`.

    Raises:
        SettingsError: the file cannot be read, is not valid TOML, or has an unknown key or an invalid value; the
            message names the file, the line and what is allowed.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"The settings in {path} cannot be read: {error.strerror or error}.") from error
    settings = parse(decode(data, str(path)), str(path), themes_folder(path))
    server = settings.mail.server
    if server is not None and server.password is not None and path.stat().st_mode & _OTHERS:
        raise SettingsError(
            f"{path} contains the password of the mail server, and others on this machine can read it. Make it "
            f"private (chmod 600 {path}), or move the password to the keyring or a password_command."
        )
    return settings


def tables_of(path: Path) -> dict[str, Any]:
    """The contents of a settings file that `load` has accepted, as TOML has them."""
    return tomllib.loads(decode(path.read_bytes(), str(path)))


def decode(data: bytes, name: str) -> str:
    """The text of a settings file, without a byte order mark.

    Raises:
        SettingsError: it is not UTF-8.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise SettingsError(f"{name} is UTF-16 text or not text at all. Save the settings as UTF-8 text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{name}, line {line}: this is not UTF-8. Save the settings as UTF-8 text.") from error


def parse(text: str, name: str = "settings.toml", themes: Path | None = None) -> Settings:
    """The settings in `text`.

    Args:
        text: TOML.
        name: the name of the file, for messages.
        themes: the folder of the user's own themes.

    Raises:
        SettingsError: see `load`.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_malformed(str(error), text, name)) from error
    except RecursionError as error:
        raise SettingsError(f"{name}, line 1: values are nested too deeply. No setting is a nested value.") from error
    try:
        return read_settings(tables, lambda theme: themes is not None and has_theme(themes, theme))
    except InvalidSettingError as error:
        raise SettingsError(f"{name}, line {_line_of(text, error.path)}: {error}.") from error


def as_toml(settings: Settings) -> str:
    """`settings` as TOML that `parse` reads, each with a comment on its meaning and allowed values."""
    parts = []
    for table in TABLES:
        if table is FEED:
            parts += [_feed_lines(follow) for follow in settings.follows]
        elif table is MUTE_FEED:
            parts += [_mute_lines(name, rules) for name, rules in settings.mute.feeds.items()]
        else:
            parts.append(_table_lines(table, settings if table is APP else getattr(settings, table.name)))
    keys = [f"{_key_text(action)} = {value_text(keys)}" for action, keys in settings.keys.items()]
    parts.append(["[keys]", f"# {KEYS_MEANING}", *keys])
    return "\n\n".join(map("\n".join, parts)) + "\n"


def _table_lines(table: Table, values: object) -> list[str]:
    lines = [f"[{table.name}]"]
    for setting in table.settings:
        lines.append(f"# {setting.meaning}")
        value = setting.type.write(getattr(values, setting.name))
        if value is not None:
            lines.append(f"{setting.key} = {value_text(value)}")
    return lines


def _feed_lines(follow: Follow) -> list[str]:
    values = [f"{key} = {value_text(value)}" for key, value in feed_values(follow).items()]
    return [f"[feeds.{_key_text(follow.key)}]", *values]


def _mute_lines(name: str, rules: MuteRules) -> list[str]:
    values = [f"{key} = {value_text(value)}" for key, value in rules._asdict().items() if value]
    return [f"[mute.feeds.{_key_text(name)}]", *values]


def value_text(value: TomlValue) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(value_text, value))}]"
    # TOML's basic strings are JSON strings, except that JSON does not escape DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key_text(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else value_text(name)


def _malformed(reason: str, text: str, name: str) -> str:
    place = _PLACE.search(reason)
    line = place[1] if place and place[1] else max(1, len(text.splitlines()))
    return f'{name}, line {line}: {_PLACE.sub("", reason)}. Settings are TOML, for example: theme = "ink".'


def _line_of(text: str, path: tuple[str, ...]) -> int:
    """The line of the value at `path` in `text`.

    tomllib reports no lines. But the beginning of the file can be parsed, up to any line that ends a value, and the
    value begins right after the last such beginning without it. That works however the value is written.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    without, within = 0, len(lines)
    while True:
        middle = (without + within) // 2
        # A value of several lines ends at none of its other lines.
        numbers = (*range(middle, without, -1), *range(middle + 1, within))
        found = next(((number, has) for number in numbers if (has := _has(lines[:number], path)) is not None), None)
        if found is None:
            return without + 1
        number, is_there = found
        without, within = (without, number) if is_there else (number, within)


def _has(lines: Sequence[str], path: tuple[str, ...]) -> bool | None:
    """Whether the beginning of a file has a value at `path`; ``None`` if it ends in the middle of a value."""
    try:
        tables: Any = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None
    for step in path:
        tables = tables.get(step) if isinstance(tables, dict) else None
    return tables is not None
