"""The user's own themes: one TOML file each, in the folder ``themes`` beside the settings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from papertui.errors import SettingsError

#: The colours a theme may set, with their meanings.
COLORS: Mapping[str, str] = {
    "background": "behind the list and the search line",
    "panel": "behind the top line, the bottom line and the preview",
    "cursor": "behind the row under the cursor",
    "selected": "behind selected rows",
    "text": "titles and text",
    "faint": "facts, and papers that were read",
    "primary": "headings, keys, links and the open tab",
    "accent": "many votes, the star and warnings",
    "authors": "names",
    "growth": "gained votes, “In short” and notices",
    "hit": "matched letters",
    "alarm": "errors",
}
#: The theme whose colours a file takes over where it sets none.
BASE = "base"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_MOST_BYTES = 100_000


class ThemeFile(NamedTuple):
    """What a file says."""

    name: str
    colors: Mapping[str, str]
    base: str = ""


def themes_folder(settings: Path) -> Path:
    """The folder of the themes that belong to a settings file."""
    return settings.parent / "themes"


def has_theme(folder: Path, name: str) -> bool:
    return _NAME.fullmatch(name) is not None and (folder / f"{name}.toml").is_file()


def theme_names(folder: Path) -> tuple[str, ...]:
    """The names of all themes in a folder, in order; none if it cannot be read."""
    try:
        return tuple(sorted(path.stem for path in folder.glob("*.toml") if has_theme(folder, path.stem)))
    except OSError:
        return ()


def read_theme(folder: Path, name: str) -> ThemeFile:
    """Read a theme.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or sets something that a theme does not have.
    """
    path = folder / f"{name}.toml"
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError as error:
        raise SettingsError(f"The theme in {path} cannot be read: {error.strerror or error}.") from error
    try:
        values = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"The theme in {path} is not TOML: {error}.") from error
    base = values.pop(BASE, "")
    if not isinstance(base, str):
        raise SettingsError(f"The theme in {path}: “{BASE}” must be the name of a theme, for example “nord”.")
    for key, value in values.items():
        if key not in COLORS:
            raise SettingsError(
                f"The theme in {path}: “{key[:60]}” is not a colour of a theme. Allowed: {', '.join((BASE, *COLORS))}."
            )
        if not isinstance(value, str) or not _COLOR.fullmatch(value):
            raise SettingsError(f"The theme in {path}: “{key}” must be a colour such as “#1c1f26”.")
    return ThemeFile(name, values, base)
